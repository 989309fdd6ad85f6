//! `query` and `status` on folders that are new, shared, damaged or none.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::server::{aidgraph, refused};

const QUERY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/queries/icp-history.graphql");

fn query(data: &Path) -> Command {
    let mut command = aidgraph();
    command.args(["query", QUERY, "--data"]).arg(data);
    command
}

fn status(data: &Path) -> Output {
    aidgraph().args(["status", "--json", "--data"]).arg(data).output().unwrap()
}

#[test]
fn first_queries_at_once_are_all_answered() {
    let folder = tempfile::tempdir().unwrap();
    let start = |_| query(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let children: Vec<_> = (0..3).map(start).collect::<Result<_, _>>().unwrap();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), said.as_ref()), (Some(0), ""));
    }
}

#[test]
fn a_variable_that_the_query_does_not_declare_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let ask = |variables: &str| {
        let output = query(folder.path()).args(["--variables", variables]).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(ask("{\"country\": [\"ML\"]}"), "");
    let said = ask("{\"contry\": [\"ML\"], \"x\": 1}");
    assert_eq!(said, "warning: the query declares no variable `contry`, `x`\n");
}

#[test]
fn a_seed_that_is_not_there_makes_no_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new");
    let (said, code) = refused(&query(&data).args(["--seed", "/nope"]).output().unwrap());
    assert!(said.contains("/nope") && code == 1, "{said}");
    assert!(!data.exists());
}

#[test]
fn a_file_is_no_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data");
    fs::write(&file, "").unwrap();
    for output in [query(&file).output().unwrap(), status(&file)] {
        let (said, code) = refused(&output);
        assert!(said.contains("is a file, not a folder") && code == 1, "{said}");
    }
}

#[test]
fn damage_is_told_by_status_and_healed_by_a_query() {
    let folder = tempfile::tempdir().unwrap();
    assert!(query(folder.path()).output().unwrap().status.success());
    fs::write(folder.path().join("gen-000001/MANIFEST"), "{}").unwrap();
    let told = status(folder.path());
    assert_eq!(told.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    assert!(json["problem"].as_str().unwrap().contains("MANIFEST"), "{json}");
    assert!(json["diskUse"]["generations"].as_u64().unwrap() > 0, "{json}");
    assert!(query(folder.path()).output().unwrap().status.success());
    let told = status(folder.path());
    let json: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    assert!(told.status.success() && json["problem"].is_null(), "{json}");
}
