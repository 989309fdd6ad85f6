//! Imports beside a running server: it follows new data, and no response fails or mixes two versions.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use aidgraph::store::{FileEntry, Store};

use crate::support::http::Client;
use crate::support::server::{Server, aidgraph};

use super::{Activity, WELLS, file};

const QUERY: &str = r#"{"query":"{ a: programmes(filter: { reporter: \"XX\" }) { totalCount } b: transactions(filter: { agency: \"XM-DAC-41140\", year: 2020 }) { totalCount } dataset { version } }"}"#;

#[test]
fn a_server_follows_imports_under_load_without_failed_or_mixed_responses() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let files = tempfile::tempdir().unwrap();
    let server = Server::start_on(&data, &[]);
    let done = AtomicBool::new(false);
    let run_query = |client: &mut Client| {
        let request =
            client.request("POST", "/graphql", &[("content-type", "application/json")], QUERY);
        client.write(request.as_bytes()).unwrap();
        let response = client.read(false).unwrap();
        assert_eq!(response.status, 200, "{}", response.body);
        let response: serde_json::Value = serde_json::from_str(&response.body).unwrap();
        assert_eq!(response.get("errors"), None, "{response}");
        let count = |name: &str| response["data"][name]["totalCount"].as_u64().unwrap();
        // Every activity has two transactions: another ratio means that two versions were mixed.
        assert_eq!(count("a") * 2, count("b"), "{response}");
        count("a")
    };
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut client = Client::connect(&server.address).unwrap();
                while !done.load(Ordering::Relaxed) {
                    run_query(&mut client);
                }
            });
        }
        let mut client = Client::connect(&server.address).unwrap();
        for number in 1..=4_u64 {
            let path = files.path().join(format!("{number}.xml"));
            let id = format!("XX-{number}");
            std::fs::write(&path, file(&[Activity { id: &id, ..WELLS }])).unwrap();
            let output = aidgraph()
                .arg("import")
                .arg("--data")
                .arg(data.path())
                .arg(&path)
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let started = Instant::now();
            while run_query(&mut client) < number {
                assert!(
                    started.elapsed() < Duration::from_secs(60),
                    "the server does not follow the import"
                );
                thread::sleep(Duration::from_millis(50));
            }
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn an_import_without_changes_succeeds_beside_a_server() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let files = tempfile::tempdir().unwrap();
    let server = Server::start_on(&data, &[]);
    let import = |name: &str, content: &str| {
        let path = files.path().join(name);
        std::fs::write(&path, content).unwrap();
        let mut command = aidgraph();
        command.args(["import", "--json", "--data"]).arg(data.path()).arg(&path);
        let output = command.output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        let report: serde_json::Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{message}"));
        (report["files"][0]["fate"].as_str().unwrap().to_owned(), output.status.code())
    };
    let wells = file(&[WELLS]);
    assert_eq!(import("a.xml", &wells), ("ADDED".to_owned(), Some(0)));
    assert_eq!(import("a.xml", &wells), ("UNCHANGED".to_owned(), Some(0)));
    server.wait_for_log("generation published");
    assert_eq!(import("a.xml", &wells), ("UNCHANGED".to_owned(), Some(0)));
    assert_eq!(import("b.xml", &wells), ("KNOWN".to_owned(), Some(0)));
    assert_eq!(import("c.xml", "just words"), ("REFUSED".to_owned(), Some(1)));
}

#[test]
fn files_of_an_import_that_was_killed_are_built_by_the_server() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let server = Server::start_on(&data, &[]);
    let store = Store::open(data.path()).unwrap();
    let mut writer = store.writer().unwrap();
    let kept = writer.keep("a.xml", file(&[WELLS]).as_bytes()).unwrap();
    let entry = FileEntry {
        name: "a.xml".into(),
        sha256: kept.sha256,
        bytes: kept.bytes,
        format: "iati".into(),
        scope: "a.xml".into(),
        unite: false,
        licence: None,
    };
    writer.change(vec![entry], &[]).unwrap();
    drop(writer);
    server.wait_for_log("the generation is now built");
    server.wait_for_log("generation published");
    let query =
        serde_json::json!({ "query": "{ programme(identifier: \"XX-1\") { title { value } } }" });
    let response = crate::support::server::json(&server.post(&query, &[]));
    assert_eq!(response["data"]["programme"]["title"]["value"], "Wells in Ségou", "{response}");
}

#[test]
fn a_start_keeps_imported_files() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let files = tempfile::tempdir().unwrap();
    let path = files.path().join("a.xml");
    std::fs::write(&path, file(&[WELLS])).unwrap();
    let output =
        aidgraph().arg("import").arg("--data").arg(data.path()).arg(&path).output().unwrap();
    assert!(output.status.success());
    let mut versions = Vec::new();
    for signal in ["KILL", "TERM"] {
        let mut server = Server::start_on(&data, &[]);
        versions.push(server.json("/health/ready")["dataVersion"].clone());
        server.signal(signal);
        server.wait_for_exit();
    }
    assert_eq!(versions[0], versions[1]);
}

#[test]
fn a_kill_at_any_moment_of_an_import_leaves_the_old_data_or_the_new() {
    let data = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let mut ends = [0, 0];
    for round in 0..12_u64 {
        let path = files.path().join("a.xml");
        let paid: Vec<String> = (0..2_000).map(|n| (n + round).to_string()).collect();
        let paid: Vec<&str> = paid.iter().map(String::as_str).collect();
        std::fs::write(&path, file(&[Activity { paid: &paid, ..WELLS }])).unwrap();
        let mut import = aidgraph();
        import.arg("import").arg("--data").arg(data.path()).arg(&path);
        let mut child = import
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(40 * round));
        let _ = child.kill();
        ends[usize::from(child.wait().unwrap().success())] += 1;
        // The current generation opens, and importing again succeeds.
        let output = import.stderr(std::process::Stdio::piped()).output().unwrap();
        assert!(
            output.status.success(),
            "round {round}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert!(ends[0] > 0, "no import was killed");
}
