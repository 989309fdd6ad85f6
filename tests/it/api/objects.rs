//! Objects resolve any selection.
//!
//! A lookup by name is resolved by this project, a lookup through `node` by the library. Both must give the same response
//! to any selection. Related records are resolved by this project in both cases, and are compared with their known
//! values.

use std::time::Duration;

use aidgraph::graphql::Options;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{respond, respond_within, run_query};

/// Returns the responses to a selection on a programme, by name and by ID.
fn both(selection: &str, rest: &str) -> (Value, Value) {
    let id =
        run_query("{ programme(identifier: \"ICP-MLI-3\") { id } }")["programme"]["id"].clone();
    let named = format!("{{ it: programme(identifier: \"ICP-MLI-3\") {{ {selection} }} }} {rest}");
    let found = format!("{{ it: node(id: {id}) {{ ... on Programme {{ {selection} }} }} }} {rest}");
    (
        without_locations(respond(&named, Value::Null)),
        without_locations(respond(&found, Value::Null)),
    )
}

/// Removes the error locations, which differ, from a response.
fn without_locations(mut response: Value) -> Value {
    for error in response.get_mut("errors").and_then(Value::as_array_mut).into_iter().flatten() {
        error.as_object_mut().map(|error| error.remove("locations"));
    }
    response
}

/// Fragments, each with the fragments that it spreads.
const FRAGMENTS: [(&str, &[&str], &str); 3] = [
    ("Named", &[], "fragment Named on Node { id label again: label }"),
    (
        "Part",
        &["Named"],
        "fragment Part on Participation { role agency { ...Named country { code } } }",
    ),
    (
        "Whole",
        &["Named", "Part"],
        "fragment Whole on Programme { ...Named title { en } participations { ...Part } }",
    ),
];

/// Returns the fragments that a selection needs. Validation rejects unused ones.
fn needed(selection: &str) -> String {
    let spreads = |name: &str| selection.contains(&format!("...{name}"));
    let through = |name: &str| {
        FRAGMENTS.iter().any(|(other, inner, _)| spreads(other) && inner.contains(&name))
    };
    let needed = FRAGMENTS.iter().filter(|(name, ..)| spreads(name) || through(name));
    needed.map(|(.., text)| *text).collect::<Vec<_>>().join("\n")
}

#[test]
fn selections_of_every_form_match_the_library() {
    for selection in [
        "label",
        "__typename it: __typename label",
        "label label label",
        "title { en } title { fr } title { en value }",
        "participations { role } participations { agency { label } } participations { role agency { id } }",
        "country { code } country { name { en } ... on Country { label } }",
        "... { label } ... @include(if: true) { identifier } ... @skip(if: true) { id }",
        "label @skip(if: true) identifier @include(if: true)",
        "label @skip(if: true)",
        "... on Node { id } ... on Sourced { origin { file line } } ... on Programme { kind }",
        "...Named ...Whole",
        "participations { ...Part ... on Sourced { assertion } } ...Whole",
        "one: agreements(first: 1) { nodes { ...Named } } two: agreements(first: 2) { totalCount }",
    ] {
        let (named, found) = both(selection, &needed(selection));
        assert!(named.get("errors").is_none(), "{selection}: {named:#}");
        assert_eq!(named.to_string(), found.to_string(), "{selection}");
    }
}

#[test]
fn errors_within_an_object_have_the_path_of_their_field() {
    let page = "programmes(first: 1001) { totalCount }";
    let (named, found) = both(
        &format!("label country {{ {page} }} participations {{ agency {{ {page} }} role }}"),
        "",
    );
    assert!(named["errors"].as_array().is_some_and(|errors| errors.len() > 1), "{named:#}");
    let paths = [
        json!(["it", "country", "programmes"]),
        json!(["it", "participations", 0, "agency", "programmes"]),
        json!(["it", "participations", 1, "agency", "programmes"]),
    ];
    for (n, path) in paths.iter().enumerate() {
        assert_eq!(&named["errors"][n]["path"], path);
    }
    assert_eq!(named, found);
}

#[test]
fn fragments_and_repeated_lists_merge_into_one_item_each() {
    let data = run_query(
        "{ programme(identifier: \"ICP-MLI-3\") { participations { role ...More } participations { ... on Sourced { __typename } } } }
         fragment More on Participation { role agency { ... on Node { identifier } ... on Agency { label identifier } } }",
    );
    let participations = data["programme"]["participations"].as_array().unwrap();
    let without_locations =
        run_query("{ programme(identifier: \"ICP-MLI-3\") { participations { role } } }");
    assert_eq!(
        participations.len(),
        without_locations["programme"]["participations"].as_array().unwrap().len()
    );
    assert_eq!(
        participations[0].to_string(),
        json!({ "__typename": "Participation", "agency": {
            "identifier": "lu-mfa",
            "label": "Ministry of Foreign and European Affairs, Directorate for Development Cooperation and Humanitarian Affairs",
        }, "role": "FUNDING" })
        .to_string()
    );
}

#[test]
fn execution_ends_at_the_record_limit_and_at_the_deadline() {
    let mut options = Options::default();
    options.limits.records = 60;
    let query = "{ programmes(first: 50) { nodes { label country { label } } } }";
    let response = respond_within(options, query);
    let errors = response["errors"].as_array().unwrap();
    assert_eq!(errors[0]["extensions"]["limit"], "max-records", "{response:#}");
    assert_eq!(
        (errors.len(), &errors[0]["path"], &response["data"]),
        (1, &json!(null), &json!(null))
    );
    options = Options { time: Duration::ZERO, ..Options::default() };
    let response =
        respond_within(options, "{ programme(identifier: \"ICP-MLI-3\") { country { label } } }");
    assert_eq!(response["errors"][0]["extensions"]["code"], "TIMEOUT");
}

/// Random selections on a programme.
fn selections() -> impl Strategy<Value = String> {
    let leaf =
        prop::sample::select(vec!["id", "label", "kind", "__typename", "x: label", "identifier"]);
    let leaf = leaf.prop_map(str::to_owned);
    leaf.prop_recursive(4, 40, 4, |inner| {
        let several = prop::collection::vec(inner, 1..4).prop_map(|all| all.join(" "));
        prop_oneof![
            several.clone(),
            several.clone().prop_map(|all| format!("... on Programme {{ {all} }}")),
            several.clone().prop_map(|all| format!("... {{ {all} }}")),
            several.clone().prop_map(|all| format!("children(first: 2) {{ nodes {{ {all} }} }}")),
            several.clone().prop_map(|all| format!("parent {{ {all} }}")),
            several.prop_map(|all| format!(
                "recipients {{ country {{ programmes(first: 1) {{ nodes {{ {all} }} }} }} }}"
            )),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_selection_matches_the_library(selection in selections()) {
        let (named, found) = both(&selection, "");
        prop_assert_eq!(named.to_string(), found.to_string());
    }
}
