//! Coercion of variables as the specification defines it.

use serde_json::{Value, json};

use super::{respond, run_query_with};

/// Returns the error message of rejected variables; nothing of the request is executed.
fn rejection(query: &str, variables: Value) -> String {
    let response = respond(query, variables);
    assert_eq!(response["data"], Value::Null, "{query}: {response}");
    let error = &response["errors"][0];
    assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{response}");
    assert!(error.get("path").is_none(), "{response}");
    error["message"].as_str().unwrap().to_owned()
}

#[test]
fn null_and_missing_values_of_required_types_are_rejected_by_name_and_type() {
    for (query, variables, expected) in [
        (
            "query ($c: [String!]!) { programmes(filter: { country: $c }) { totalCount } }",
            json!({ "c": null }),
            "`$c` must not be null: its type is `[String!]!`",
        ),
        (
            "query ($c: [String!]!) { programmes(filter: { country: $c }) { totalCount } }",
            json!({}),
            "`$c` of type `[String!]!` is required",
        ),
        (
            "query ($f: ProgrammeFilter!) { programmes(filter: $f) { totalCount } }",
            json!({ "f": null }),
            "`ProgrammeFilter!`",
        ),
        ("query ($n: Int!) { programmes(first: $n) { totalCount } }", json!({}), "`Int!`"),
        (
            "query ($c: [String!]) { programmes(filter: { country: $c }) { totalCount } }",
            json!({ "c": ["ML", null] }),
            "`$c[1]` must not be null",
        ),
        (
            "query ($f: ProgrammeFilter) { programmes(filter: $f) { totalCount } }",
            json!({ "f": { "or": [{ "contry": "ML" }] } }),
            "did you mean `country`",
        ),
        (
            "query ($o: DatedOrder!) { missions(orderBy: $o) { totalCount } }",
            json!({ "o": "NAM" }),
            "its values are NAME",
        ),
        (
            "query ($n: Int) { missions(first: $n) { totalCount } }",
            json!({ "n": 3_000_000_000_u64 }),
            "is not a valid `Int`",
        ),
    ] {
        let message = rejection(query, variables);
        assert!(message.contains(expected), "{query}: {message}");
    }
}

#[test]
fn absent_variables_take_the_default_of_their_argument() {
    let data = run_query_with(
        "query ($order: DatedOrder, $scope: FlowScope, $donor: String, $most: Int, $from: Int) {
           missions(orderBy: $order) { totalCount }
           country(code: \"ML\") { partnerSince(donor: $donor) }
           flows(boundary: { countries: [\"ML\"], years: [2020] }, scope: $scope) { scope }
           dataset { sources(first: $most) { name } }
           transactions { groups(by: [YEAR], first: $most, offset: $from) { totalCount } }
         }",
        json!({}),
    );
    assert!(data["missions"]["totalCount"].as_u64().unwrap() > 0);
    assert_eq!(data["country"]["partnerSince"], "1999");
    assert_eq!(data["flows"]["scope"], "DEVELOPMENT");
}

#[test]
fn absent_filter_fields_match_everything_and_single_items_become_lists() {
    let count = |variables: Value| {
        let query = "query ($c: [String!], $r: [Role!]) { programmes(filter: { country: $c, role: $r, or: [{ country: $c }] }) { totalCount } }";
        run_query_with(query, variables)["programmes"]["totalCount"].clone()
    };
    assert_eq!(count(json!({ "c": "ML" })), count(json!({ "c": ["ML"] })));
    assert_ne!(count(json!({ "c": "ML" })), count(json!({})));
    let all = run_query_with("{ programmes { totalCount } }", json!({}));
    assert_eq!(count(json!({})), all["programmes"]["totalCount"]);
}

#[test]
fn variables_are_coerced_for_the_selected_operation_only() {
    let request = async_graphql::Request::new(
        "query A { a: __typename } query B($n: Int!) { missions(first: $n) { totalCount } }",
    );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let response = runtime.block_on(super::SERVICE.execute(request.operation_name("A")));
    assert!(response.errors.is_empty(), "{:?}", response.errors);
}

#[test]
fn null_for_an_argument_with_a_default_is_rejected() {
    let query = "query ($b: Boolean = true) { x: __typename @include(if: $b) ...F } fragment F on Query { y: __typename @skip(if: $b) }";
    assert!(rejection(query, json!({ "b": null })).contains("`$b` must not be null"));
    assert_eq!(run_query_with(query, json!({})), json!({ "x": "Query" }));
    assert_eq!(run_query_with(query, json!({ "b": false })), json!({ "y": "Query" }));
    let query = "query ($o: DatedOrder) { a: __typename missions(orderBy: $o) { totalCount } }";
    let response = respond(query, json!({ "o": null }));
    assert_eq!(response["data"], Value::Null, "{response}");
    assert_eq!(response["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    assert!(run_query_with(query, json!({})).is_object());
    // A null for a nullable argument means no value, not the default.
    let query = "query ($n: Int = 1) { programmes(first: $n) { nodes { id } } }";
    let nodes = |variables| {
        run_query_with(query, variables)["programmes"]["nodes"].as_array().map(Vec::len)
    };
    assert_eq!((nodes(json!({})), nodes(json!({ "n": null }))), (Some(1), Some(100)));
}

#[test]
fn json_numbers_and_strings_are_coerced_to_schema_types() {
    let query = "query ($id: ID!, $ids: [ID!]!, $value: Decimal!) { node(id: $id) { id } nodes(ids: $ids) { id }
        convert(value: $value, from: \"EUR\", to: \"EUR\") { value } }";
    for id in [json!(7), json!(7.0), json!("7")] {
        let data = run_query_with(query, json!({ "id": id, "ids": id, "value": "1.50" }));
        assert_eq!((&data["node"], &data["nodes"]), (&Value::Null, &json!([null])), "{id}");
    }
    for (variables, expected) in [
        (json!({ "id": 7.5, "ids": [], "value": "1" }), "`$id` of type `ID!`"),
        (json!({ "id": true, "ids": [], "value": "1" }), "is not a valid `ID`"),
        (json!({ "id": "x", "ids": null, "value": "1" }), "`$ids` must not be null"),
        (json!({ "id": "x", "ids": [[]], "value": "1" }), "is not a valid `ID`"),
    ] {
        assert!(rejection(query, variables.clone()).contains(expected), "{variables}");
    }
}

#[test]
fn nested_filters_are_coerced_at_every_level() {
    let query = "query ($f: ProgrammeFilter) { programmes(filter: $f) { totalCount } }";
    let count = |filter: Value| {
        run_query_with(query, json!({ "f": filter }))["programmes"]["totalCount"].clone()
    };
    let one = count(json!({ "or": { "country": "ML", "not": { "role": "FUNDING" } } }));
    let listed = count(json!({ "or": [{ "country": ["ML"], "not": { "role": ["FUNDING"] } }] }));
    assert_eq!(one, listed);
    for (filter, expected) in [
        (json!({ "or": [{ "not": { "role": "funding" } }] }), "`$f.or[0].not.role"),
        (json!({ "or": [null] }), "`$f.or[0]` must not be null"),
        (json!({ "or": [{ "and": [{ "rolle": "FUNDING" }] }] }), "did you mean `role`"),
        (json!("ML"), "expected an object"),
        (json!([{}]), "expected an object"),
    ] {
        let reported = rejection(query, json!({ "f": filter.clone() }));
        assert!(reported.contains(expected), "{filter}: {reported}");
    }
}
