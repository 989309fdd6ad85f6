//! Codes that the data does not contain are reported as warnings, not errors.

use serde_json::{Value, json};

use super::respond;

fn warnings(query: &str, variables: Value) -> Vec<Value> {
    let response = respond(query, variables);
    assert!(response.get("errors").is_none(), "{query}: {response}");
    response["extensions"]["warnings"].as_array().cloned().unwrap_or_default()
}

#[test]
fn unknown_codes_are_warned_about_with_their_path() {
    for (query, argument, value) in [
        (
            "{ programmes(filter: { country: \"ZZ\" }) { totalCount } }",
            "programmes.filter.country",
            "ZZ",
        ),
        (
            "{ p: programmes(filter: { not: { sector: [\"99999\"] } }) { totalCount } }",
            "p.filter.not.sector",
            "99999",
        ),
        (
            "{ programmes(filter: { agency: \"XX-NONE\" }) { totalCount } }",
            "programmes.filter.agency",
            "XX-NONE",
        ),
        (
            "{ transactions(filter: { currency: \"XTS\" }) { totalCount } }",
            "transactions.filter.currency",
            "XTS",
        ),
        ("{ country(code: \"ZZ\") { code } }", "country.code", "ZZ"),
        ("{ agency(identifier: \"XX-NONE\") { label } }", "agency.identifier", "XX-NONE"),
        ("{ sector(code: \"99999\") { code } }", "sector.code", "99999"),
        ("{ search(text: \"mali\", country: \"ZZ\") { totalCount } }", "search.country", "ZZ"),
        (
            "{ engagement(donor: \"LU\", partner: \"ZZ\") { __typename } }",
            "engagement.partner",
            "ZZ",
        ),
        (
            "{ country(code: \"ML\") { ...F } } fragment F on Country { programmes(filter: { donor: \"ZZ\" }) { totalCount } }",
            "programmes.filter.donor",
            "ZZ",
        ),
        (
            "{ transactions(filter: { file: \"nothing.xml\" }) { totalCount } }",
            "transactions.filter.file",
            "nothing.xml",
        ),
    ] {
        let found = warnings(query, Value::Null);
        assert_eq!(found.len(), 1, "{query}: {found:?}");
        assert_eq!(
            (&found[0]["argument"], &found[0]["value"]),
            (&json!(argument), &json!(value)),
            "{query}"
        );
        let message = found[0]["message"].as_str().unwrap();
        assert!(message.contains(value) && message.contains(argument), "{message}");
    }
}

#[test]
fn known_codes_give_no_warning() {
    for query in [
        "{ programmes(filter: { country: [\"ml\", \"ML\"], donor: \"LU\", sector: \"430\" }) { totalCount } country(code: \"ML\") { code } }",
        "{ programmes(filter: { agency: \"lu-luxdev\", currency: \"EUR\", text: \"ZZ\" }) { totalCount } }",
        "{ programmes(filter: { country: \"ZZ\" }) @skip(if: true) { totalCount } dataset { version } }",
    ] {
        assert_eq!(warnings(query, Value::Null), Vec::<Value>::new(), "{query}");
    }
    let query = "query ($f: ProgrammeFilter) { programmes(filter: $f) { totalCount } }";
    assert_eq!(warnings(query, json!({ "f": { "country": "ML" } })).len(), 0);
    assert_eq!(
        warnings(query, json!({ "f": { "or": [{ "country": ["ML", "ZZ", "ZZ"] }] } })).len(),
        1
    );
    let many: Vec<String> = (10..60).map(|at| format!("999{at}")).collect();
    assert_eq!(warnings(query, json!({ "f": { "sector": many } })).len(), 20);
}
