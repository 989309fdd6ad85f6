//! Architecture: dependencies between layers point downward, and the committed schema is the exported one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Layers that each layer may name.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("store", &["model"]),
    ("ingest", &["model", "store"]),
    ("read", &["model", "store"]),
    ("graphql", &["model", "read", "draw"]),
    ("table", &["model", "read", "graphql", "draw"]),
    ("draw", &[]),
    ("site", &["model", "read", "graphql", "table", "draw"]),
    ("server", &["model"]),
    ("service", &["model", "store", "ingest", "read", "graphql"]),
    ("http", &["model", "read", "graphql", "table", "site", "server", "service"]),
    ("config", &["model", "graphql", "server", "http"]),
    (
        "cli",
        &[
            "model", "store", "ingest", "read", "graphql", "table", "server", "service", "http",
            "config",
        ],
    ),
    ("lib", &[]),
    ("main", &[]),
];

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Returns the layer of a file: its folder or stem directly under `src`.
fn layer(file: &Path) -> String {
    let relative = file.strip_prefix(root().join("src")).unwrap();
    let first = relative.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// Returns the layers that the code of a file names: every `crate::layer`, and the first names of every `crate::{…}`.
fn named_layers(text: &str) -> BTreeSet<String> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    let mut named = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(group) => named.extend(first_names(group)),
            None => named.extend(name(rest)),
        }
    }
    named.retain(|name| MAY_IMPORT.iter().any(|(layer, _)| layer == name));
    named
}

fn name(text: &str) -> Option<String> {
    let name: String =
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// Returns the first names of a group of imports, up to its closing brace: `a` and `b` of `a::{x, y}, b}`.
fn first_names(group: &str) -> Vec<String> {
    let (mut depth, mut begins, mut names) = (1, true, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => begins = true,
            c if begins && c.is_alphabetic() => {
                names.extend(name(&group[at..]));
                begins = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

#[test]
fn grouped_imports_are_detected() {
    let named = named_layers(
        "use crate::{graphql::{live, error}, http};\nuse crate::model::money;\n// crate::store",
    );
    assert_eq!(named.into_iter().collect::<Vec<_>>(), ["graphql", "http", "model"]);
}

#[test]
fn layers_depend_only_on_lower_layers() {
    let mut upward = Vec::new();
    let mut seen = BTreeSet::new();
    let mut found = BTreeSet::new();
    for file in rust_files(&root().join("src")) {
        let layer = layer(&file);
        let (_, allowed) = MAY_IMPORT
            .iter()
            .find(|(name, _)| *name == layer)
            .unwrap_or_else(|| panic!("unknown layer `{layer}`: {}", file.display()));
        for named in named_layers(&fs::read_to_string(&file).unwrap()) {
            if named != layer && !allowed.contains(&named.as_str()) {
                upward.push(format!("{} names {named}", file.display()));
            }
            found.insert((layer.clone(), named));
        }
        seen.insert(layer);
    }
    assert!(upward.is_empty(), "dependencies that point upward:\n{}", upward.join("\n"));
    for (layer, allowed) in MAY_IMPORT {
        for to in *allowed {
            let edge = ((*layer).to_owned(), (*to).to_owned());
            assert!(
                found.contains(&edge),
                "unused dependency of {layer} on {to}: remove it from the table"
            );
        }
    }
    assert_eq!(seen.len(), MAY_IMPORT.len(), "a layer of the table has no files: {seen:?}");
}

/// Modules of `http` from below: each may name those before it. `mod.rs` holds shared code.
const HTTP: &[&str] = &[
    "limits",
    "digest",
    "error",
    "content",
    "access",
    "metrics",
    "graphql",
    "request_log",
    "socket",
    "admin",
    "pages",
    "site",
    "tables",
    "endpoint",
    "mcp",
    "middleware",
    "router",
];

#[test]
fn modules_of_http_depend_only_on_lower_modules() {
    let position = |module: &str| HTTP.iter().position(|known| *known == module);
    let http = root().join("src/http");
    let (mut upward, mut edges) = (Vec::new(), 0);
    for file in rust_files(&http) {
        let relative = file.strip_prefix(&http).unwrap().with_extension("");
        let steps: Vec<_> = relative.iter().map(|step| step.to_str().unwrap()).collect();
        let (module, is_in_front) = match steps.as_slice() {
            ["mod"] => continue,
            [module] | [module, "mod"] => (*module, true),
            steps => (steps[0], false),
        };
        let own = position(module).unwrap_or_else(|| panic!("unknown module `{module}` of http"));
        let text = fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let code = lines.collect::<Vec<_>>().join("\n");
        for above in ["crate::http::", if is_in_front { "super::" } else { "super::super::" }] {
            for rest in code.split(above).skip(1) {
                let named = match rest.strip_prefix('{') {
                    Some(group) => first_names(group),
                    None => name(rest).into_iter().collect(),
                };
                for to in named.iter().filter_map(|name| position(name)).filter(|to| *to != own) {
                    edges += 1;
                    if to > own {
                        upward.push(format!("{} names {}", file.display(), HTTP[to]));
                    }
                }
            }
        }
    }
    assert!(edges > 30, "no dependencies were found");
    assert!(upward.is_empty(), "dependencies that point upward:\n{}", upward.join("\n"));
}

#[test]
fn only_the_store_names_the_database_the_codec_and_the_search_engine() {
    for file in rust_files(&root().join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        let code = || text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let names = |word: &str| code().any(|line| line.contains(&format!("{word}::")));
        assert!(
            layer(&file) == "store" || !(names("sled") || names("bincode") || names("tantivy")),
            "{}",
            file.display()
        );
    }
}

#[test]
fn files_have_at_most_600_lines() {
    let long: Vec<String> = rust_files(&root().join("src"))
        .into_iter()
        .map(|file| (fs::read_to_string(&file).unwrap().lines().count(), file))
        .filter(|(lines, _)| *lines > 600)
        .map(|(lines, file)| format!("{} has {lines} lines", file.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn the_committed_schema_is_the_exported_one() {
    let committed = fs::read_to_string(root().join("schema.graphql")).unwrap();
    assert!(
        committed == aidgraph::graphql::sdl(),
        "schema.graphql is not what the code exports; renew it with `cargo run -- schema > schema.graphql`"
    );
}

#[test]
fn every_type_field_argument_and_value_is_described() {
    let schema = aidgraph::graphql::sdl();
    let mut undescribed = Vec::new();
    let mut before = "";
    let mut of = String::new();
    for line in schema.lines() {
        let text = line.trim();
        let ends_description = before.ends_with('"');
        let names_a_type = ["type ", "interface ", "enum ", "input ", "scalar ", "union "]
            .iter()
            .any(|word| line.starts_with(word));
        let names_a_member = line.starts_with('\t')
            && text.chars().next().is_some_and(char::is_alphabetic)
            && !in_block(&schema, line);
        if names_a_type || line.starts_with("schema ") {
            text.clone_into(&mut of);
        }
        if (names_a_type || names_a_member) && !ends_description && !supplied_by_the_library(&of) {
            undescribed.push(format!("{of}: {text}"));
        }
        if !text.is_empty() {
            before = text;
        }
    }
    assert!(undescribed.is_empty(), "no description:\n{}", undescribed.join("\n"));
}

/// Returns true if a line is inside a description of several lines: an odd number of delimiters precede it.
fn in_block(schema: &str, line: &str) -> bool {
    let start = line.as_ptr() as usize - schema.as_ptr() as usize;
    schema[..start].matches("\"\"\"").count() % 2 == 1
}

/// The root of the schema definition cannot have a description.
fn supplied_by_the_library(of: &str) -> bool {
    of.starts_with("schema")
}

#[test]
fn every_markdown_link_to_a_file_resolves() {
    let own = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];
    for name in own.into_iter().chain([
        "seed/README.md",
        "web/README.md",
        "codelists/README.md",
        "docs/iati.md",
        "docs/operate.md",
    ]) {
        let file = root().join(name);
        let text = fs::read_to_string(&file).unwrap();
        let folder = file.parent().unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap();
            if !path.is_empty() && !path.contains("://") {
                assert!(folder.join(path).exists(), "{name} links to {path}");
            }
        }
    }
}

/// Comments of a file: line number, text, and true for the first line of a block.
fn comments(text: &str) -> Vec<(usize, &str, bool)> {
    let mut is_open = false;
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_start();
        let doc = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
        if let Some(comment) = doc.or_else(|| line.strip_prefix("//")) {
            let comment = comment.trim();
            found.push((number + 1, comment, doc.is_some() && !is_open));
            is_open = !comment.is_empty();
        } else {
            is_open = false;
        }
    }
    found
}

/// Words of a text, in lower case.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase)
}

#[test]
fn comments_start_with_a_noun_or_verb_and_name_no_persons() {
    let mut found = Vec::new();
    for file in rust_files(&root().join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        for (line, comment, is_first) in comments(&text) {
            let first = words(comment).next().unwrap_or_default();
            let is_relative = ["what", "how", "whether", "who", "whom", "whose", "why", "whoever"]
                .contains(&first.as_str());
            let is_person = ["whoever", "somebody", "nobody", "anybody"].iter().any(|person| {
                comment.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == *person)
            });
            if (is_first && is_relative) || is_person {
                found.push(format!("{}:{line}: {comment}", file.display()));
            }
        }
    }
    assert!(found.is_empty(), "{} comments:\n{}", found.len(), found.join("\n"));
}
