//! Every saved query runs, has a non-empty result, and describes it.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{SERVICE, respond};

fn files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "graphql"))
        .map(|path| {
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                fs::read_to_string(&path).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

/// Returns true if a response contains a text of a record.
fn contains_text(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(contains_text),
        Value::Object(fields) => fields.values().any(contains_text),
        Value::String(text) => !text.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[test]
fn there_are_at_least_twelve_and_each_runs_with_its_defaults() {
    let files = files();
    assert!(files.len() >= 12);
    for (name, text) in files {
        assert!(text.starts_with("# title: "), "{name} has no title");
        assert!(text.contains("\n# answers: "), "{name} has no `answers` comment");
        assert!(text.contains("\n# rows: "), "{name} has no `rows` comment");
        let response = respond(&text, Value::Null);
        assert!(response.get("errors").is_none(), "{name}: {response:#}");
        assert!(contains_text(&response["data"]), "{name} has an empty response");
    }
}

#[test]
fn the_library_has_every_query_file() {
    let mut names: Vec<String> =
        SERVICE.saved().iter().map(|query| query.name().to_owned()).collect();
    assert_eq!(names[0], "mali-3d", "queries are ordered by their `place`");
    names.sort();
    let files: Vec<String> = files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, files);
}
