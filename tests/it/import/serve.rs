//! Importing beside a server: it takes up the new data by itself, and no answer fails or mixes two versions.

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
fn a_server_takes_up_imports_under_load_without_a_failed_or_mixed_answer() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let files = tempfile::tempdir().unwrap();
    let server = Server::start_on(&data, &[]);
    let done = AtomicBool::new(false);
    let ask = |client: &mut Client| {
        let request =
            client.request("POST", "/graphql", &[("content-type", "application/json")], QUERY);
        client.write(request.as_bytes()).unwrap();
        let answer = client.read(false).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        let answer: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(answer.get("errors"), None, "{answer}");
        let count = |name: &str| answer["data"][name]["totalCount"].as_u64().unwrap();
        // Every activity has two transactions: another number would be of two versions.
        assert_eq!(count("a") * 2, count("b"), "{answer}");
        count("a")
    };
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut client = Client::connect(&server.address).unwrap();
                while !done.load(Ordering::Relaxed) {
                    ask(&mut client);
                }
            });
        }
        let mut client = Client::connect(&server.address).unwrap();
        for wanted in 1..=4_u64 {
            let path = files.path().join(format!("{wanted}.xml"));
            let id = format!("XX-{wanted}");
            std::fs::write(&path, file(&[Activity { id: &id, ..WELLS }])).unwrap();
            let output = aidgraph()
                .arg("import")
                .arg("--data")
                .arg(data.path())
                .arg(&path)
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let asked = Instant::now();
            while ask(&mut client) < wanted {
                assert!(asked.elapsed() < Duration::from_secs(60), "the server does not follow");
                thread::sleep(Duration::from_millis(50));
            }
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn an_import_that_changes_nothing_is_done_beside_a_server() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let files = tempfile::tempdir().unwrap();
    let server = Server::start_on(&data, &[]);
    let import = |name: &str, content: &str| {
        let path = files.path().join(name);
        std::fs::write(&path, content).unwrap();
        let mut command = aidgraph();
        command.args(["import", "--json", "--data"]).arg(data.path()).arg(&path);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let report: serde_json::Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"));
        (report["files"][0]["fate"].as_str().unwrap().to_owned(), output.status.code())
    };
    let wells = file(&[WELLS]);
    assert_eq!(import("a.xml", &wells), ("ADDED".to_owned(), Some(0)));
    assert_eq!(import("a.xml", &wells), ("UNCHANGED".to_owned(), Some(0)));
    server.hear("generation published");
    assert_eq!(import("a.xml", &wells), ("UNCHANGED".to_owned(), Some(0)));
    assert_eq!(import("b.xml", &wells), ("KNOWN".to_owned(), Some(0)));
    assert_eq!(import("c.xml", "just words"), ("REFUSED".to_owned(), Some(1)));
}

#[test]
fn what_an_import_put_in_force_before_it_was_ended_is_built_by_the_server() {
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
    server.hear("the generation is now built");
    server.hear("generation published");
    let query =
        serde_json::json!({ "query": "{ programme(identifier: \"XX-1\") { title { value } } }" });
    let answer = crate::support::server::json(&server.post(&query, &[]));
    assert_eq!(answer["data"]["programme"]["title"]["value"], "Wells in Ségou", "{answer}");
}

#[test]
fn a_start_keeps_what_was_imported() {
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
        server.end();
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
        // Whatever is in force opens, and importing again ends well.
        let output = import.stderr(std::process::Stdio::piped()).output().unwrap();
        assert!(
            output.status.success(),
            "round {round}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert!(ends[0] > 0, "no import was killed");
}
