//! Variables as the specification coerces them.

use serde_json::{Value, json};

use super::{ask_with, respond};

/// What is said of variables that are refused; nothing of the request is executed.
fn said(query: &str, variables: Value) -> String {
    let response = respond(query, variables);
    assert_eq!(response["data"], Value::Null, "{query}: {response}");
    let error = &response["errors"][0];
    assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{response}");
    assert!(error.get("path").is_none(), "{response}");
    error["message"].as_str().unwrap().to_owned()
}

#[test]
fn null_or_nothing_for_what_must_be_given_is_refused_by_name_and_type() {
    for (query, variables, says) in [
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
        let message = said(query, variables);
        assert!(message.contains(says), "{query}: {message}");
    }
}

#[test]
fn what_is_absent_has_the_default_of_its_place() {
    let data = ask_with(
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
fn an_absent_field_of_a_filter_narrows_nothing_and_a_single_item_is_a_list() {
    let count = |variables: Value| {
        let query = "query ($c: [String!], $r: [Role!]) { programmes(filter: { country: $c, role: $r, or: [{ country: $c }] }) { totalCount } }";
        ask_with(query, variables)["programmes"]["totalCount"].clone()
    };
    assert_eq!(count(json!({ "c": "ML" })), count(json!({ "c": ["ML"] })));
    assert_ne!(count(json!({ "c": "ML" })), count(json!({})));
    let all = ask_with("{ programmes { totalCount } }", json!({}));
    assert_eq!(count(json!({})), all["programmes"]["totalCount"]);
}

#[test]
fn of_several_operations_only_the_chosen_one_counts() {
    let request = async_graphql::Request::new(
        "query A { a: __typename } query B($n: Int!) { missions(first: $n) { totalCount } }",
    );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let response = runtime.block_on(super::SERVICE.execute(request.operation_name("A")));
    assert!(response.errors.is_empty(), "{:?}", response.errors);
}

#[test]
fn null_in_the_place_of_a_default_is_an_error_and_never_a_choice() {
    let query = "query ($b: Boolean = true) { x: __typename @include(if: $b) ...F } fragment F on Query { y: __typename @skip(if: $b) }";
    assert!(said(query, json!({ "b": null })).contains("`$b` must not be null"));
    assert_eq!(ask_with(query, json!({})), json!({ "x": "Query" }));
    assert_eq!(ask_with(query, json!({ "b": false })), json!({ "y": "Query" }));
    let query = "query ($o: DatedOrder) { a: __typename missions(orderBy: $o) { totalCount } }";
    let response = respond(query, json!({ "o": null }));
    assert_eq!(response["data"], Value::Null, "{response}");
    assert_eq!(response["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    assert!(ask_with(query, json!({})).is_object());
    // Null for what may be null is nothing given, not a default.
    let query = "query ($n: Int = 1) { programmes(first: $n) { nodes { id } } }";
    let nodes =
        |variables| ask_with(query, variables)["programmes"]["nodes"].as_array().map(Vec::len);
    assert_eq!((nodes(json!({})), nodes(json!({ "n": null }))), (Some(1), Some(100)));
}

#[test]
fn numbers_and_names_of_json_become_what_the_schema_wants() {
    let query = "query ($id: ID!, $ids: [ID!]!, $value: Decimal!) { node(id: $id) { id } nodes(ids: $ids) { id }
        convert(value: $value, from: \"EUR\", to: \"EUR\") { value } }";
    for id in [json!(7), json!(7.0), json!("7")] {
        let data = ask_with(query, json!({ "id": id, "ids": id, "value": "1.50" }));
        assert_eq!((&data["node"], &data["nodes"]), (&Value::Null, &json!([null])), "{id}");
    }
    for (variables, says) in [
        (json!({ "id": 7.5, "ids": [], "value": "1" }), "`$id` of type `ID!`"),
        (json!({ "id": true, "ids": [], "value": "1" }), "is not a valid `ID`"),
        (json!({ "id": "x", "ids": null, "value": "1" }), "`$ids` must not be null"),
        (json!({ "id": "x", "ids": [[]], "value": "1" }), "is not a valid `ID`"),
    ] {
        assert!(said(query, variables.clone()).contains(says), "{variables}");
    }
}

#[test]
fn nested_filters_are_coerced_all_the_way_down() {
    let query = "query ($f: ProgrammeFilter) { programmes(filter: $f) { totalCount } }";
    let count =
        |filter: Value| ask_with(query, json!({ "f": filter }))["programmes"]["totalCount"].clone();
    let one = count(json!({ "or": { "country": "ML", "not": { "role": "FUNDING" } } }));
    let listed = count(json!({ "or": [{ "country": ["ML"], "not": { "role": ["FUNDING"] } }] }));
    assert_eq!(one, listed);
    for (filter, says) in [
        (json!({ "or": [{ "not": { "role": "funding" } }] }), "`$f.or[0].not.role"),
        (json!({ "or": [null] }), "`$f.or[0]` must not be null"),
        (json!({ "or": [{ "and": [{ "rolle": "FUNDING" }] }] }), "did you mean `role`"),
        (json!("ML"), "expected an object"),
        (json!([{}]), "expected an object"),
    ] {
        let told = said(query, json!({ "f": filter.clone() }));
        assert!(told.contains(says), "{filter}: {told}");
    }
}
