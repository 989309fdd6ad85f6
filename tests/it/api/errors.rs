//! Every error carries one of the closed list of codes, and a look-up that finds nothing is null.

use serde_json::Value;

use super::{ask, refused, respond};

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
