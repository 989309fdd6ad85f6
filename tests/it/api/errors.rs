//! Every error carries one of the closed list of codes, and a look-up that finds nothing is null.

use std::time::Duration;

use aidgraph::graphql::Options;
use serde_json::{Value, json};

use super::{ask, refused, respond, respond_within};

#[test]
fn a_look_up_that_finds_nothing_is_null() {
    let data = ask(
        "{ programme(identifier: \"nothing\") { id } country(code: \"ZZ\") { name { value } } node(id: \"nonsense\") { id }
           engagement(donor: \"LU\", partner: \"ZZ\") { donor { code } } sector(code: \"99999\") { code } }",
    );
    for (field, value) in data.as_object().unwrap() {
        assert_eq!(value, &Value::Null, "{field}");
    }
}

#[test]
fn what_an_argument_cannot_be_is_refused_with_a_sentence() {
    for (query, says) in [
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
        let (code, message) = refused(query);
        assert_eq!(code, "BAD_USER_INPUT", "{query}: {message}");
        assert!(message.contains(says), "{query}: {message}");
    }
}

#[test]
fn what_the_schema_forbids_never_runs() {
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
fn too_many_ids_are_refused() {
    let ids = vec!["\"QQ\""; 101].join(",");
    let (code, message) = refused(&format!("{{ nodes(ids: [{ids}]) {{ id }} }}"));
    assert_eq!(code, "BAD_USER_INPUT");
    assert!(message.contains("at most 100"), "{message}");
}

#[test]
fn a_code_that_can_be_none_is_refused_and_small_letters_pass() {
    for (filter, says) in [
        ("country: \"Mali\"", "is not a country code"),
        ("not: { donor: \"Luxembourg\" }", "is not a country code"),
        ("or: [{ currency: \"euro\" }]", "is not a currency"),
    ] {
        let (code, message) =
            refused(&format!("{{ programmes(filter: {{ {filter} }}) {{ totalCount }} }}"));
        assert_eq!(code, "BAD_USER_INPUT", "{filter}");
        assert!(message.contains(says), "{filter}: {message}");
    }
    let data = ask(
        "{ a: programmes(filter: { country: \"ml\" }) { totalCount } b: programmes(filter: { country: \"ML\" }) { totalCount } }",
    );
    assert_eq!(data["a"], data["b"]);
}

#[test]
fn a_filter_of_thousands_of_questions_is_refused() {
    let filter = json!({ "or": vec![json!({ "not": {} }); 2_000] });
    let query = "query($filter: ProgrammeFilter) { programmes(filter: $filter) { totalCount } }";
    let response = respond(query, json!({ "filter": filter }));
    assert_eq!(response["errors"][0]["extensions"]["code"], "LIMIT_EXCEEDED", "{response}");
    assert!(response["errors"][0]["message"].as_str().unwrap().contains("at most 500 conditions"));
}

#[test]
fn an_execution_that_has_had_its_time_ends_with_a_code() {
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
        // The field that the deadline meets is not at fault.
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
        assert_eq!(refused(query).0, code, "{query}");
    }
}

#[test]
fn what_is_known_to_be_valid_is_answered_as_before() {
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
    // What a variable says is held against its type each time.
    let query = "query($n: Int) { programmes(first: $n) { nodes { id } } }";
    assert!(respond(query, json!({ "n": 1 })).get("errors").is_none());
    let wrong = respond(query, json!({ "n": "one" }));
    assert_eq!(wrong["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    assert_eq!(wrong["data"], Value::Null);
}

#[test]
fn a_message_does_not_repeat_all_that_was_sent() {
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
    let told = respond(&format!("{{ programmes(first: \"{long}\") {{ totalCount }} }}"), json!({}));
    let errors = told["errors"].as_array().unwrap();
    assert!(errors.iter().any(|error| error["message"].as_str().unwrap().contains('…')), "{told}");
}
