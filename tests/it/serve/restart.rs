//! Data survives every kind of exit.

use std::fs;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use aidgraph::ingest::{self, seed};
use aidgraph::store::{Draft, Store};
use serde_json::json;

use crate::support::server::Server;

#[test]
fn a_kill_preserves_the_data() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let state = |server: &Server| {
        let ready = server.json("/health/ready");
        (
            ready["dataVersion"].clone(),
            ready["generation"].clone(),
            server.get("/q/icp-history.csv").body,
        )
    };
    let mut server = Server::start_on(&data, &[]);
    let first = state(&server);
    for signal in ["KILL", "TERM", "KILL"] {
        server.signal(signal);
        server.wait_for_exit();
        server = Server::start_on(&data, &[]);
        assert_eq!(state(&server), first, "{signal}");
    }
}

#[test]
fn a_kill_during_a_build_preserves_the_data() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    for _ in 0..3 {
        let mut server = Server::spawn(&data, &[]);
        server.signal("KILL");
        server.wait_for_exit();
    }
    let server = Server::start_on(&data, &[]);
    let shared = Server::shared();
    let version = |server: &Server| server.json("/health/ready")["dataVersion"].clone();
    assert_eq!(version(&server), version(&shared));
}

#[test]
fn damage_is_repaired_at_the_next_start_and_logged() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let mut server = Server::start_on(&data, &[]);
    let version = server.json("/health/ready")["dataVersion"].clone();
    server.signal("KILL");
    server.wait_for_exit();
    let generation = data.path().join("gen-000001/db");
    for file in fs::read_dir(generation).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        }
    }
    let server = Server::spawn(&data, &[]);
    server.wait_for_log("set aside and rebuilt");
    server.wait_for_log("ready");
    assert_eq!(server.json("/health/ready")["dataVersion"], version);
    assert!(server.get("/q/icp-history.csv").body.contains("ICP-MLI-3"));
}

#[test]
fn damage_detected_by_a_read_is_repaired_and_readiness_waits() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let mut server = Server::start_on(&data, &[]);
    server.signal("TERM");
    server.wait_for_exit();
    let server = Server::start_on(&data, &["--response-cache-bytes", "0"]);
    let version = server.json("/health/ready")["dataVersion"].clone();
    let database = data.path().join("gen-000001/db/db");
    fs::write(&database, vec![0; fs::read(&database).unwrap().len()]).unwrap();
    let all = "{ programmes(first: 1000) { nodes { descriptions { text { value } } } } transactions(first: 1000) { nodes { label } } }";
    let damaged = server.post(&json!({ "query": all }), &[]);
    assert!(damaged.body.contains("INTERNAL_SERVER_ERROR"), "{:.500}", damaged.body);
    server.wait_for_log("a read found the data damaged");
    let ready = || server.get("/health/ready");
    let mut seen = Vec::new();
    while seen.last() != Some(&200) || !seen.contains(&503) {
        seen.push(ready().status);
        assert!(seen.len() < 6000, "{seen:?}");
        thread::sleep(Duration::from_millis(10));
    }
    let healed = ready();
    assert!(healed.body.contains("\"generation\":2"), "{}", healed.body);
    assert_eq!(server.json("/health/ready")["dataVersion"], version);
    assert!(!server.post(&json!({ "query": all }), &[]).body.contains("errors"));
}

#[test]
fn a_generation_of_another_process_becomes_current() {
    let server = Server::start(&[]);
    assert_eq!(server.json("/health/ready")["generation"], 1);
    let store = Store::open(server.data().path()).unwrap();
    let checked = ingest::check(&seed::SeedFiles::embedded());
    let draft = Draft {
        records: checked.records,
        rates: checked.rates,
        files: checked.files,
        ..Draft::default()
    };
    store.writer().unwrap().build(draft, &mut |_| {}).unwrap();
    let swapped = server.wait_for_log("generation published");
    assert_eq!(swapped["generation"], 2);
    assert_eq!(server.json("/health/ready")["generation"], 2);
    assert!(server.get("/q/icp-history.csv").body.contains("ICP-MLI-3"));
}
