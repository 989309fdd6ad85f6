//! Errors of commands: one line on standard error, and an exit code.

use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use crate::support::server::{Server, aidgraph, rejected, run, serve};

#[test]
fn a_busy_port_is_reported() {
    let occupied = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = occupied.local_addr().unwrap().to_string();
    let data = tempfile::tempdir().unwrap();
    let output = aidgraph()
        .args(["serve", "--listen", &address, "--data"])
        .arg(data.path())
        .output()
        .unwrap();
    let (message, code) = rejected(&output);
    assert!(message.contains(&address) && message.contains("in use"), "{message}");
    assert_eq!(code, 1);
}

#[test]
fn a_locked_data_folder_is_reported() {
    let server = Server::shared();
    let folder = server.data().path();
    let (message, code) = rejected(&serve(folder).output().unwrap());
    assert!(message.contains(folder.to_str().unwrap()), "{message}");
    assert_eq!(code, 1);
    let query = aidgraph()
        .args(["query", "queries/dataset.graphql", "--data"])
        .arg(folder)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let (message, code) = rejected(&query);
    assert!(message.contains("another aidgraph"), "{message}");
    assert_eq!(code, 1);
    // `status` does not lock the folder.
    let status = aidgraph().args(["status", "--json", "--data"]).arg(folder).output().unwrap();
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    let ready = server.json("/health/ready");
    assert_eq!(status["generation"]["dataVersion"], ready["dataVersion"]);
}

#[test]
fn a_read_only_data_folder_is_reported() {
    // Even root cannot create folders here.
    let data = Path::new("/sys/aidgraph-test");
    let (message, code) = rejected(&serve(data).output().unwrap());
    assert!(message.contains("/sys/aidgraph-test"), "{message}");
    assert_eq!(code, 1);
}

#[test]
fn a_file_as_data_folder_is_reported() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let (message, code) = rejected(&serve(file.path()).output().unwrap());
    assert!(message.contains(file.path().to_str().unwrap()), "{message}");
    assert_eq!(code, 1);
}

#[test]
fn a_missing_seed_is_reported() {
    let data = tempfile::tempdir().unwrap();
    let (message, code) =
        rejected(&serve(data.path()).args(["--seed", "/nowhere/seed"]).output().unwrap());
    assert!(message.contains("/nowhere/seed"), "{message}");
    assert_eq!(code, 1);
}

#[test]
fn invalid_arguments_are_reported() {
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
        let (message, code) = rejected(&run(words));
        assert!(message.contains(expected), "{words:?}: {message}");
        assert_eq!(code, 2, "{words:?}");
    }
}

#[test]
fn status_does_not_create_a_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("nothing");
    let output = aidgraph().args(["status", "--data"]).arg(&data).output().unwrap();
    let (message, code) = rejected(&output);
    assert!(message.contains("no data folder"), "{message}");
    assert_eq!(code, 1);
    assert!(!data.exists());
}

#[test]
fn help_exits_with_success() {
    for words in [&["--help"][..], &["--version"], &["serve", "--help"], &["help", "query"]] {
        let output = run(words);
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{words:?}");
    }
}

#[test]
fn a_closed_standard_output_is_not_an_error() {
    let mut child =
        aidgraph().arg("schema").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn a_query_needs_no_server() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let run_query = |arguments: &[&str]| {
        let query = concat!(env!("CARGO_MANIFEST_DIR"), "/queries/icp-history.graphql");
        let command = &mut aidgraph();
        command.args(["query", query, "--data"]).arg(data.path()).args(arguments).output().unwrap()
    };
    let json = run_query(&[]);
    assert_eq!(json.status.code(), Some(0), "{}", String::from_utf8_lossy(&json.stderr));
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert!(!json["data"]["programmes"]["nodes"].as_array().unwrap().is_empty());
    let csv = run_query(&["--format", "csv", "--variables", "{\"country\": [\"AQ\"]}"]);
    assert_eq!(String::from_utf8(csv.stdout).unwrap().lines().count(), 1);
    let wrong = run_query(&["--variables", "{\"country\": 1, \"nonsense\": 2}"]);
    let output_json: serde_json::Value = serde_json::from_slice(&wrong.stdout).unwrap();
    assert_eq!(wrong.status.code(), Some(1), "{output_json}");
}
