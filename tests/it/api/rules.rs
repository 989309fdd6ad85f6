//! Validation rules applied to documents over the real schema.

use serde_json::{Value, json};

use super::{rejected, respond, run_query};

#[test]
fn invalid_documents_are_rejected() {
    for (query, expected) in [
        (
            "{ missions(filter: { country: \"ML\", country: \"NE\" }) { totalCount } }",
            "appears twice",
        ),
        (
            "{ node(id: \"x\") { ... on Programme { a: aliases } ... on Mission { a: acronym } } }",
            "another alias",
        ),
        ("{ missions(orderBy: \"NAME\") { totalCount } }", "without quotation marks"),
        ("query ($n: Int @foo) { missions(first: $n) { totalCount } }", "unknown directive `@foo`"),
        ("{ __typename } fragment on on Query { __typename }", "cannot be called `on`"),
        ("query ($a: Int, $a: Int) { missions(first: $a) { totalCount } }", "is declared twice"),
        ("{ programmes(country: \"ML\") { totalCount } }", "`filter: { country: … }`"),
        ("{ programmes(filter: { first: 3 }) { totalCount } }", "beside the filter"),
        ("{ programmes { label } }", "`nodes { label }`"),
        ("{ programmes { totalcount } }", "did you mean `totalCount`"),
        ("{ missions(orderBy: NAM) { totalCount } }", "its values are NAME,"),
        ("{ programmes(filter: { role: IMPLEMENTER }) { totalCount } }", "values are IMPLEMENTING"),
    ] {
        let (code, message) = rejected(query);
        assert_eq!(code, "BAD_USER_INPUT", "{query}");
        assert!(message.contains(expected), "{query}: {message}");
        let response = respond(query, Value::Null);
        assert!(response["errors"][0]["locations"][0]["line"].is_u64(), "{response}");
    }
}

#[test]
fn escapes_beyond_the_basic_plane_are_decoded() {
    let data = run_query(
        r#"{ a: search(text: "\uD83D\uDE00 mali", first: 1) { totalCount } b: search(text: "\u{1F600} mali", first: 1) { totalCount }
             c: search(text: "m\u{61}li", first: 1) { totalCount } d: search(text: "mali", first: 1) { totalCount } }"#,
    );
    assert_eq!(data["a"], data["b"]);
    assert_eq!(data["c"], data["d"]);
}

#[test]
fn an_object_with_all_fields_skipped_is_empty_and_not_null() {
    let query = "query ($no: Boolean!) { dataset { version @include(if: $no) } programmes(first: 1) { nodes { id @include(if: $no) } }
        country(code: \"ML\") { ...F @include(if: $no) } } fragment F on Country { code }";
    let data = respond(query, json!({ "no": false }))["data"].clone();
    assert_eq!(data, json!({ "dataset": {}, "programmes": { "nodes": [{}] }, "country": {} }));
    let all =
        respond("query ($no: Boolean!) { __typename @include(if: $no) }", json!({ "no": false }));
    assert_eq!(all, json!({ "data": {} }));
    let id = run_query("{ programmes(first: 1) { nodes { id } } }")["programmes"]["nodes"][0]["id"]
        .clone();
    let other = "query ($id: ID!) { node(id: $id) { ... on Mission { label } } nodes(ids: [$id, \"x\"]) { ... on Mission { label } } }";
    let data = respond(other, json!({ "id": id }))["data"].clone();
    assert_eq!(data, json!({ "node": {}, "nodes": [{}, null] }));
}

#[test]
fn short_lists_cost_their_length() {
    let data = run_query(
        "{ trustFunds { nodes { label contributions { totals { counted } nodes { date money { display } } } } } }",
    );
    assert!(data["trustFunds"]["nodes"].as_array().unwrap().len() > 10);
    let (code, message) = rejected(
        "{ countries { nodes { programmes { nodes { participations { agency { programmes { nodes { participations { agency {
           programmes { nodes { participations { agency { id } } } } } } } } } } } } } } }",
    );
    assert_eq!(code, "LIMIT_EXCEEDED");
    assert!(message.contains("a list costs its page"), "{message}");
}

#[test]
fn documents_hold_only_operations_and_fragments() {
    for (query, expected) in [
        ("", "the query"),
        ("   # nothing", "no operation"),
        ("fragment F on Query { __typename }", "no operation"),
        ("{}", "expected a name"),
        ("{ missions {} }", "expected a name"),
        ("{ missions() { totalCount } }", "expected a name"),
        ("query () { __typename }", "expected `$`"),
        ("type A { b: Int } { __typename }", "found `type`"),
        ("extend type Query { b: Int } { __typename }", "found `extend`"),
        ("{ a: __typename } query B { __typename }", "must be the only one"),
        ("query A { __typename } query A { __typename }", "two operations called `A`"),
        (
            "{ ...F } fragment F on Query { __typename } fragment F on Query { __typename }",
            "two fragments",
        ),
        ("{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }", "contains itself"),
        ("{ ... on Mission { label } }", "never a `Mission`"),
        (
            "{ country(code: \"ML\") { ... on Node { id } ... on Agency { id } } }",
            "never a `Agency`",
        ),
        ("{ node(id: \"x\") { acronym } }", "... on"),
        ("{ __schema { types } }", "select fields of it"),
        ("{ __type { name } }", "requires the argument `name`"),
        ("{ country(code: \"ML\") { __schema { types { name } } } }", "no field `__schema`"),
        ("query A { __typename } query B { __typename }", "say which"),
        ("subscription { __typename }", "introspection field"),
        (
            "subscription { a: datasetChanged { version } b: datasetChanged { version } }",
            "one root field",
        ),
        ("subscription { datasetChanged }", "select fields of it"),
        (
            "subscription { ...F } fragment F on Subscription { datasetChanged { version } x: datasetChanged { version } }",
            "one root field",
        ),
    ] {
        let (code, message) = rejected(query);
        assert_eq!(code, "BAD_USER_INPUT", "{query}: {message}");
        assert!(message.contains(expected), "{query}: {message}");
    }
}
