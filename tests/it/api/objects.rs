//! An object answers what it is asked, however it is asked for it.
//!
//! A record that is looked up by name is resolved by this project, one behind `node` by the library: both must answer
//! any selection alike. What the record leads to is resolved by this project in both, and is compared with what it is
//! known to be.

use std::time::Duration;

use aidgraph::graphql::Options;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{ask, respond, respond_within};

/// The whole response to a selection on a programme, once by its name and once by its id.
fn both(selection: &str, rest: &str) -> (Value, Value) {
    let id = ask("{ programme(identifier: \"ICP-MLI-3\") { id } }")["programme"]["id"].clone();
    let named = format!("{{ it: programme(identifier: \"ICP-MLI-3\") {{ {selection} }} }} {rest}");
    let found = format!("{{ it: node(id: {id}) {{ ... on Programme {{ {selection} }} }} }} {rest}");
    (bare(respond(&named, Value::Null)), bare(respond(&found, Value::Null)))
}

/// A response without the places in the text, which differ.
fn bare(mut response: Value) -> Value {
    for error in response.get_mut("errors").and_then(Value::as_array_mut).into_iter().flatten() {
        error.as_object_mut().map(|error| error.remove("locations"));
    }
    response
}

/// Fragments, and those that each of them spreads.
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

/// The fragments that a selection needs; one too many is refused.
fn needed(selection: &str) -> String {
    let spreads = |name: &str| selection.contains(&format!("...{name}"));
    let through = |name: &str| {
        FRAGMENTS.iter().any(|(other, inner, _)| spreads(other) && inner.contains(&name))
    };
    let needed = FRAGMENTS.iter().filter(|(name, ..)| spreads(name) || through(name));
    needed.map(|(.., text)| *text).collect::<Vec<_>>().join("\n")
}

#[test]
fn selections_of_every_form_are_answered_as_the_library_answers_them() {
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
fn what_fails_within_an_object_fails_where_it_stands() {
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
fn fragments_within_items_and_lists_asked_for_twice_give_one_item_each() {
    let data = ask(
        "{ programme(identifier: \"ICP-MLI-3\") { participations { role ...More } participations { ... on Sourced { __typename } } } }
         fragment More on Participation { role agency { ... on Node { identifier } ... on Agency { label identifier } } }",
    );
    let participations = data["programme"]["participations"].as_array().unwrap();
    let bare = ask("{ programme(identifier: \"ICP-MLI-3\") { participations { role } } }");
    assert_eq!(participations.len(), bare["programme"]["participations"].as_array().unwrap().len());
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
fn an_object_that_may_look_at_no_more_ends_there() {
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

/// Selections on a programme, as deep as the test likes.
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
    fn any_selection_is_answered_as_the_library_answers_it(selection in selections()) {
        let (named, found) = both(&selection, "");
        prop_assert_eq!(named.to_string(), found.to_string());
    }
}
