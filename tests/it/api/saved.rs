//! Every saved query runs, answers something, and says what it answers.

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

/// Whether an answer holds a text that a record gave.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(says_something),
        Value::Object(fields) => fields.values().any(says_something),
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
        assert!(text.contains("\n# answers: "), "{name} does not say what it answers");
        assert!(text.contains("\n# rows: "), "{name} does not say where its rows are");
        let response = respond(&text, Value::Null);
        assert!(response.get("errors").is_none(), "{name}: {response:#}");
        assert!(says_something(&response["data"]), "{name} answers nothing");
    }
}

#[test]
fn the_library_holds_every_file() {
    let mut names: Vec<String> =
        SERVICE.saved().iter().map(|query| query.name().to_owned()).collect();
    assert_eq!(names[0], "mali-3d", "the first place shows what this is about");
    names.sort();
    let files: Vec<String> = files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, files);
}
