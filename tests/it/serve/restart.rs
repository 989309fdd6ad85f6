//! The same data after every kind of end.

use std::fs;
use std::sync::Arc;

use aidgraph::ingest::{self, seed};
use aidgraph::store::{Draft, Store};

use crate::support::server::Server;

#[test]
fn a_kill_changes_nothing() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let told = |server: &Server| {
        let ready = server.json("/health/ready");
        (
            ready["dataVersion"].clone(),
            ready["generation"].clone(),
            server.get("/q/icp-history.csv").body,
        )
    };
    let mut server = Server::start_on(&data, &[]);
    let first = told(&server);
    for signal in ["KILL", "TERM", "KILL"] {
        server.signal(signal);
        server.end();
        server = Server::start_on(&data, &[]);
        assert_eq!(told(&server), first, "{signal}");
    }
}

#[test]
fn a_kill_while_the_data_is_built_changes_nothing() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    for _ in 0..3 {
        let mut server = Server::begin(&data, &[]);
        server.signal("KILL");
        server.end();
    }
    let server = Server::start_on(&data, &[]);
    let shared = Server::shared();
    let version = |server: &Server| server.json("/health/ready")["dataVersion"].clone();
    assert_eq!(version(&server), version(&shared));
}

#[test]
fn damage_is_put_right_at_the_next_start_and_said_aloud() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let mut server = Server::start_on(&data, &[]);
    let version = server.json("/health/ready")["dataVersion"].clone();
    server.signal("KILL");
    server.end();
    let generation = data.path().join("gen-000001/db");
    for file in fs::read_dir(generation).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        }
    }
    let server = Server::begin(&data, &[]);
    server.hear("set aside and built again");
    server.hear("ready");
    assert_eq!(server.json("/health/ready")["dataVersion"], version);
    assert!(server.get("/q/icp-history.csv").body.contains("ICP-MLI-3"));
}

#[test]
fn what_another_process_builds_is_put_in_force() {
    let server = Server::start(&[]);
    assert_eq!(server.json("/health/ready")["generation"], 1);
    let store = Store::open(server.data().path()).unwrap();
    let checked = ingest::check(&seed::Files::embedded());
    let draft = Draft {
        records: checked.records,
        rates: checked.rates,
        files: checked.files,
        ..Draft::default()
    };
    store.writer().unwrap().build(draft, &mut |_| {}).unwrap();
    let swapped = server.hear("another generation");
    assert_eq!(swapped["generation"], 2);
    assert_eq!(server.json("/health/ready")["generation"], 2);
    assert!(server.get("/q/icp-history.csv").body.contains("ICP-MLI-3"));
}
