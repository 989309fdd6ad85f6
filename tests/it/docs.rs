//! Documents: every query runs, and every named table exists.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::api::respond;

/// Returns the bodies of the fenced blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    text.split(&fence)
        .skip(1)
        .filter_map(|rest| rest.split("\n```").next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_query_in_the_documents_runs() {
    let mut ran = 0;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "seed/README.md"];
    let docs = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    for path in own.iter().map(|name| root.join(name)).chain(docs) {
        let (name, text) = (path.display(), fs::read_to_string(&path).unwrap());
        for query in blocks(&text, "graphql") {
            let response = respond(&query, Value::Null);
            assert!(response.get("errors").is_none(), "{name}:\n{query}\n{response:#}");
            ran += 1;
        }
    }
    assert!(ran >= 15, "expected at least 15 queries in the documents, found {ran}");
}

#[test]
fn every_table_in_the_readme_is_a_table_or_a_saved_query() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("README.md")).unwrap();
    // Functions of Power Query are compared with the tables of the service in tests/clients/tables.
    let tables = fs::read_to_string(root.join("dashboards/power-query.pq")).unwrap();
    let named: Vec<&str> = text
        .split("q/")
        .skip(1)
        .filter_map(|rest| rest.split_once('.').map(|(name, _)| name))
        .filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
        .collect();
    assert!(!named.is_empty());
    for name in named {
        let saved = root.join("queries").join(format!("{name}.graphql")).exists();
        let table = tables.contains(&format!("Read(\"{name}\","));
        assert!(saved || table, "the README names /q/{name}");
    }
}
