//! What cannot be done is said in one line, with an exit code.

use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use crate::support::server::{Server, aidgraph, refused, run, serve};

#[test]
fn a_busy_port() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = tempfile::tempdir().unwrap();
    let output = aidgraph()
        .args(["serve", "--listen", &address, "--data"])
        .arg(data.path())
        .output()
        .unwrap();
    let (said, code) = refused(&output);
    assert!(said.contains(&address) && said.contains("in use"), "{said}");
    assert_eq!(code, 1);
}

#[test]
fn a_folder_that_another_server_has_open() {
    let server = Server::shared();
    let folder = server.data().path();
    let (said, code) = refused(&serve(folder).output().unwrap());
    assert!(said.contains(folder.to_str().unwrap()), "{said}");
    assert_eq!(code, 1);
    let query = aidgraph()
        .args(["query", "queries/dataset.graphql", "--data"])
        .arg(folder)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let (said, code) = refused(&query);
    assert!(said.contains("another aidgraph"), "{said}");
    assert_eq!(code, 1);
    // Asking for the status disturbs nobody.
    let status = aidgraph().args(["status", "--json", "--data"]).arg(folder).output().unwrap();
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    let ready = server.json("/health/ready");
    assert_eq!(status["generation"]["dataVersion"], ready["dataVersion"]);
}

#[test]
fn a_folder_that_cannot_be_written() {
    // Even root may not make folders here.
    let data = Path::new("/sys/aidgraph-test");
    let (said, code) = refused(&serve(data).output().unwrap());
    assert!(said.contains("/sys/aidgraph-test"), "{said}");
    assert_eq!(code, 1);
}

#[test]
fn a_folder_that_is_a_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let (said, code) = refused(&serve(file.path()).output().unwrap());
    assert!(said.contains(file.path().to_str().unwrap()), "{said}");
    assert_eq!(code, 1);
}

#[test]
fn a_seed_that_is_not_there() {
    let data = tempfile::tempdir().unwrap();
    let (said, code) =
        refused(&serve(data.path()).args(["--seed", "/nowhere/seed"]).output().unwrap());
    assert!(said.contains("/nowhere/seed"), "{said}");
    assert_eq!(code, 1);
}

#[test]
fn words_that_mean_nothing() {
    let cases: [(&[&str], &str); 10] = [
        (&["serve", "--lsten", "x"], "did you mean `--listen`?"),
        (&["serv"], "did you mean `serve`?"),
        (&["serve", "--listen", "4000"], "invalid listen address `4000`"),
        (&["serve", "--log", "xml"], "xml"),
        (&["serve", "--log-level", "loud"], "invalid log level `loud`"),
        (&["serve", "--request-timeout", "soon"], "30s, 500ms or 2m"),
        (&["serve", "--cors-origin", "example.org"], "invalid origin `example.org`"),
        (&["check"], "<DIR>"),
        (&["query", "-", "--variables", "[1]"], "--variables"),
        (&["completions", "tcsh9"], "tcsh9"),
    ];
    for (words, expected) in cases {
        let (said, code) = refused(&run(words));
        assert!(said.contains(expected), "{words:?}: {said}");
        assert_eq!(code, 2, "{words:?}");
    }
}

#[test]
fn a_data_folder_that_is_not_there_is_not_made_by_asking() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("nothing");
    let output = aidgraph().args(["status", "--data"]).arg(&data).output().unwrap();
    let (said, code) = refused(&output);
    assert!(said.contains("no data folder"), "{said}");
    assert_eq!(code, 1);
    assert!(!data.exists());
}

#[test]
fn help_is_no_failure() {
    for words in [&["--help"][..], &["--version"], &["serve", "--help"], &["help", "query"]] {
        let output = run(words);
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{words:?}");
    }
}

#[test]
fn a_reader_that_has_had_enough_is_no_failure() {
    let mut child =
        aidgraph().arg("schema").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn a_query_is_answered_without_a_server() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let ask = |arguments: &[&str]| {
        let query = concat!(env!("CARGO_MANIFEST_DIR"), "/queries/icp-history.graphql");
        let command = &mut aidgraph();
        command.args(["query", query, "--data"]).arg(data.path()).args(arguments).output().unwrap()
    };
    let json = ask(&[]);
    assert_eq!(json.status.code(), Some(0), "{}", String::from_utf8_lossy(&json.stderr));
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert!(!json["data"]["programmes"]["nodes"].as_array().unwrap().is_empty());
    let csv = ask(&["--format", "csv", "--variables", "{\"country\": [\"AQ\"]}"]);
    assert_eq!(String::from_utf8(csv.stdout).unwrap().lines().count(), 1);
    let wrong = ask(&["--variables", "{\"country\": 1, \"nonsense\": 2}"]);
    let told: serde_json::Value = serde_json::from_slice(&wrong.stdout).unwrap();
    assert_eq!(wrong.status.code(), Some(1), "{told}");
}
