//! Every error has a code of the closed list, and a lookup without a match is null.

use std::time::Duration;

use aidgraph::graphql::Options;
use serde_json::{Value, json};

use super::{rejected, respond, respond_within, run_query};

#[test]
fn a_lookup_without_a_match_is_null() {
    let data = run_query(
        "{ programme(identifier: \"nothing\") { id } country(code: \"ZZ\") { name { value } } node(id: \"nonsense\") { id }
           engagement(donor: \"LU\", partner: \"ZZ\") { donor { code } } sector(code: \"99999\") { code } }",
    );
    for (field, value) in data.as_object().unwrap() {
        assert_eq!(value, &Value::Null, "{field}");
    }
}

#[test]
fn invalid_arguments_are_rejected_with_a_message() {
    for (query, expected) in [
        ("{ convert(value: \"1\", from: \"EUR\", to: \"euros\") { value } }", "is not a currency"),
        (
            "{ convert(value: \"1\", from: \"EUR\", to: \"ZZZ\") { value } }",
            "no exchange rate is known",
        ),
        (
            "{ engagement(donor: \"Luxembourg\", partner: \"ML\") { donor { code } } }",
            "is not a country code",
        ),
        ("{ programmes { totals(currency: \"XXQ\") { lower } } }", "no exchange rate is known"),
    ] {
        let (code, message) = rejected(query);
        assert_eq!(code, "BAD_USER_INPUT", "{query}: {message}");
        assert!(message.contains(expected), "{query}: {message}");
    }
}

#[test]
fn documents_that_violate_the_schema_are_not_executed() {
    for query in [
        "{ programmes { nonsense } }",
        "{ programmes(filter: { kind: NONSENSE }) { totalCount } }",
        "{ programmes(filter: { inForceOn: \"2009\" }) { totalCount } }",
        "{ programmes(filter: { inForceOn: \"2009-02-30\" }) { totalCount } }",
        "{ convert(value: \"many\", from: \"EUR\", to: \"XOF\") { value } }",
        "{",
        "mutation { drop }",
    ] {
        let response = respond(query, Value::Null);
        assert!(response["errors"][0]["message"].is_string(), "{query}");
        assert_eq!(response["data"], Value::Null, "{query}");
    }
}

#[test]
fn too_many_ids_are_rejected() {
    let ids = vec!["\"QQ\""; 101].join(",");
    let (code, message) = rejected(&format!("{{ nodes(ids: [{ids}]) {{ id }} }}"));
    assert_eq!(code, "BAD_USER_INPUT");
    assert!(message.contains("at most 100"), "{message}");
}

#[test]
fn malformed_codes_are_rejected_and_lower_case_is_accepted() {
    for (filter, expected) in [
        ("country: \"Mali\"", "is not a country code"),
        ("not: { donor: \"Luxembourg\" }", "is not a country code"),
        ("or: [{ currency: \"euro\" }]", "is not a currency"),
    ] {
        let (code, message) =
            rejected(&format!("{{ programmes(filter: {{ {filter} }}) {{ totalCount }} }}"));
        assert_eq!(code, "BAD_USER_INPUT", "{filter}");
        assert!(message.contains(expected), "{filter}: {message}");
    }
    let data = run_query(
        "{ a: programmes(filter: { country: \"ml\" }) { totalCount } b: programmes(filter: { country: \"ML\" }) { totalCount } }",
    );
    assert_eq!(data["a"], data["b"]);
}

#[test]
fn a_filter_with_thousands_of_conditions_is_rejected() {
    let filter = json!({ "or": vec![json!({ "not": {} }); 2_000] });
    let query = "query($filter: ProgrammeFilter) { programmes(filter: $filter) { totalCount } }";
    let response = respond(query, json!({ "filter": filter }));
    assert_eq!(response["errors"][0]["extensions"]["code"], "LIMIT_EXCEEDED", "{response}");
    assert!(response["errors"][0]["message"].as_str().unwrap().contains("at most 500 conditions"));
}

#[test]
fn an_execution_past_its_deadline_ends_with_an_error_code() {
    let options = Options { time: Duration::ZERO, ..Options::default() };
    for query in [
        "{ programmes { nodes { label } } }",
        "{ programme(identifier: \"ICP-MLI-3\") { label } }",
        "{ search(text: \"mali\", first: 1) { totalCount } }",
        "{ engagement(donor: \"LU\", partner: \"ML\") { timeline { label } } }",
    ] {
        let response = respond_within(options, query);
        let error = &response["errors"][0];
        assert_eq!(error["extensions"]["code"], "TIMEOUT", "{response}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(" 0 s") && message.contains("request-timeout"), "{message}");
        // The field that reaches the deadline is not at fault.
        assert!(error.get("path").is_none() && error.get("locations").is_none(), "{response}");
    }
}

#[test]
fn every_error_has_a_code_of_the_closed_list() {
    for (query, code) in [
        ("{", "BAD_USER_INPUT"),
        ("{ nonsense }", "BAD_USER_INPUT"),
        (
            "{ countries { nodes { programmes { nodes { participations { agency { programmes { nodes { participations { agency {
               programmes { nodes { participations { agency { id } } } } } } } } } } } } } } }",
            "LIMIT_EXCEEDED",
        ),
        ("{ directives }", "BAD_USER_INPUT"),
        ("{ programmes(filter: { text: \"too complex, too deep\", first: 1 }) { totalCount } }", "BAD_USER_INPUT"),
        ("{ node(id: \"recursion depth\", directives: 1) { id } }", "BAD_USER_INPUT"),
        ("{ search(text: \"mali\", first: -1) { totalCount } }", "BAD_USER_INPUT"),
    ] {
        assert_eq!(rejected(query).0, code, "{query}");
    }
}

#[test]
fn a_cached_document_gives_the_same_response() {
    let deep =
        "{ programmes(first: 1000) { nodes { transactions(first: 1000) { nodes { id } } } } }";
    for query in [
        "{ programmes(first: 2) { nodes { id again: label } } }",
        "{ programmes(first: 0) { nodes { id } } }",
        "{ programmes(first: -1) { nodes { id } } }",
        "{ programmes(after: \"nothing\", first: 1) { nodes { id } } }",
        "{ nothing }",
        "query A { __typename } query B { nothing }",
        "query($n: Int) { programmes(first: $n) { totalCount } }",
        "{ ...f } fragment f on Query { programmes(first: 1) { totalCount } }",
        deep,
    ] {
        let first = respond(query, json!({}));
        assert_eq!(first, respond(query, json!({})), "{query}");
        assert_eq!(first, respond(query, json!({})), "{query}");
    }
    // The value of a variable is checked against its type on each request.
    let query = "query($n: Int) { programmes(first: $n) { nodes { id } } }";
    assert!(respond(query, json!({ "n": 1 })).get("errors").is_none());
    let wrong = respond(query, json!({ "n": "one" }));
    assert_eq!(wrong["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    assert_eq!(wrong["data"], Value::Null);
}

#[test]
fn error_messages_shorten_submitted_values() {
    let long = "é".repeat(10_000);
    for query in [
        format!("{{ programmes(first: \"{long}\") {{ totalCount }} }}"),
        format!("{{ node(id: \"{long}\") {{ id }} }}"),
        format!("query($a: {}) {{ __typename }}", "X".repeat(20_000)),
        format!("{{ {} }}", "x".repeat(20_000)),
    ] {
        for error in respond(&query, json!({}))["errors"].as_array().into_iter().flatten() {
            let message = error["message"].as_str().unwrap();
            assert!(message.len() <= 1_003, "{} bytes", message.len());
        }
    }
    let reported =
        respond(&format!("{{ programmes(first: \"{long}\") {{ totalCount }} }}"), json!({}));
    let errors = reported["errors"].as_array().unwrap();
    assert!(
        errors.iter().any(|error| error["message"].as_str().unwrap().contains('…')),
        "{reported}"
    );
}
