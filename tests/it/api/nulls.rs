//! Null propagation: a failed field is null if the schema allows it, otherwise its nearest nullable parent is.

use serde_json::{Value, json};

use super::{respond, run_query};

/// Returns the data of a response with one error, and the path of the error.
fn failed(query: &str) -> (Value, Value) {
    let response = respond(query, Value::Null);
    let errors = response["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{response:#}");
    assert!(response.as_object().unwrap().contains_key("data"), "{response:#}");
    (response["data"].clone(), errors[0]["path"].clone())
}

#[test]
fn a_failed_nullable_field_is_null_and_its_siblings_stay() {
    let (data, path) = failed(
        "{ a: __typename engagement(donor: \"Luxembourg\", partner: \"ML\") { donor { code } } z: __typename }",
    );
    assert_eq!(data, json!({ "a": "Query", "engagement": null, "z": "Query" }));
    assert_eq!(path, json!(["engagement"]));
    let (data, path) = failed(
        "{ country(code: \"ML\") { code ...F label } } fragment F on Country { x: partnerSince(donor: \"??\") }",
    );
    assert_eq!(data, json!({ "country": { "code": "ML", "x": null, "label": "Mali" } }));
    assert_eq!(path, json!(["country", "x"]));
}

#[test]
fn a_failed_non_null_field_nulls_its_nearest_nullable_parent() {
    let wrong = "programmes(first: 1) { totalCount totals(currency: \"XXQ\") { lower } }";
    let (data, path) =
        failed(&format!("{{ a: __typename country(code: \"ML\") {{ label {wrong} }} }}"));
    assert_eq!(data, json!({ "a": "Query", "country": null }));
    assert_eq!(path, json!(["country", "programmes", "totals"]));
    let (data, path) = failed(&format!("{{ a: __typename {wrong} }}"));
    assert_eq!((data, path), (Value::Null, json!(["programmes", "totals"])));
    let (data, _) =
        failed("{ a: __typename convert(value: \"1\", from: \"EUR\", to: \"ZZZ\") { value } }");
    assert_eq!(data, Value::Null);
}

#[test]
fn a_failed_item_of_a_nullable_list_is_null() {
    let ids = run_query("{ a: country(code: \"ML\") { id } b: country(code: \"NE\") { id } }");
    let (a, b) = (&ids["a"]["id"], &ids["b"]["id"]);
    let (data, path) = failed(&format!(
        "{{ nodes(ids: [{a}, \"nothing\"]) {{ ... on Country {{ code programmes {{ totals(currency: \"XXQ\") {{ lower }} }} }} }}
            other: nodes(ids: [{b}]) {{ ... on Country {{ code }} }} }}"
    ));
    assert_eq!(data, json!({ "nodes": [null, null], "other": [{ "code": "NE" }] }));
    assert_eq!(path, json!(["nodes", 0, "programmes", "totals"]));
}

#[test]
fn several_failures_leave_unaffected_fields() {
    let query = "{ a: country(code: \"ML\") { label x: partnerSince(donor: \"??\") y: partnerSince(donor: \"!!\") }
        b: country(code: \"NE\") { programmes { totals(currency: \"XXQ\") { lower } } x: partnerSince(donor: \"??\") } }";
    let response = respond(query, Value::Null);
    assert_eq!(response["errors"].as_array().unwrap().len(), 4, "{response:#}");
    let a = json!({ "label": "Mali", "x": null, "y": null });
    assert_eq!(response["data"], json!({ "a": a, "b": null }));
}
