//! Tests of saved queries over a schema of three types.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Value, Variables};
use serde_json::{Value as Json, json};

use super::lists::Requested;
use super::table::{Table, TableCell};
use super::*;
use crate::graphql::bounds::Bounds;
use crate::graphql::error::ErrorCode;
use crate::read::work::Deadline;

const SDL: &str = "
scalar Decimal
scalar PartialDate
enum Role { FUNDING IMPLEMENTING }
input Filter { year: Int }
type Money { value: Decimal currency: String }
type Budget { id: ID! year: Int money: Money! start: PartialDate }
type Agency { name: String! role: Role }
type PageInfo { hasNextPage: Boolean! endCursor: String }
type Programme implements Node { id: ID! title: String! budgets: [Budget!]! agencies: AgencyConnection! tags: [String!]! }
type AgencyEdge { node: Agency! cursor: String! }
type AgencyConnection { edges: [AgencyEdge!]! nodes: [Agency!]! }
type ProgrammeConnection { nodes: [Programme!]! totalCount: Int! pageInfo: PageInfo! }
type Country { code: String! name: String programmes: ProgrammeConnection! }
interface Node { id: ID! }
union Hit = Programme | Agency
type Query {
  programmes(year: Int, roles: [Role!], filter: Filter, share: Float, open: Boolean, on: PartialDate, first: Int, after: String): ProgrammeConnection!
  country(code: String!): Country
  search: [Hit!]!
}
";

fn library(text: &str) -> Result<Library, String> {
    Library::new(SDL, [("q", text)]).map_err(|err| err.to_string())
}

fn with_header(rows: &str, operation: &str) -> String {
    format!("# title: T\n# answers: A?\n# rows: {rows}\n{operation}")
}

fn table(rows: &str, operation: &str, data: Json) -> Table {
    let library = library(&with_header(rows, operation)).unwrap();
    library.get("q").unwrap().table(&Value::from_json(data).unwrap(), &wide()).unwrap()
}

/// Bounds that nothing here exceeds.
fn wide() -> Bounds {
    Bounds::of_bytes(usize::MAX)
}

fn names(table: &Table) -> Vec<&str> {
    table.columns.iter().map(|column| column.name.as_str()).collect()
}

fn text(table: &Table) -> Vec<Vec<String>> {
    table.rows.iter().map(|row| row.iter().cloned().map(TableCell::into_text).collect()).collect()
}

/// Returns the error code of a table, if it exceeds its bounds.
fn exceeded(rows: &str, operation: &str, data: Json, bounds: &Bounds) -> Option<ErrorCode> {
    let library = library(&with_header(rows, operation)).unwrap();
    let data = Value::from_json(data).unwrap();
    library.get("q").unwrap().table(&data, bounds).err().map(|err| err.code())
}

#[test]
fn a_table_has_no_more_bytes_than_a_response_and_ends_with_its_deadline() {
    let items: Vec<Json> = (0..2_000).map(|id| json!({"id": id.to_string()})).collect();
    let beside = "query Q { country(code: \"ML\") { name programmes { nodes { id } } } }";
    let answer = || json!({"country": {"name": "x".repeat(1_000), "programmes": {"nodes": items}}});
    let rows = "country.programmes.nodes";
    let megabyte = Bounds::of_bytes(1 << 20);
    // A value beside the rows is repeated in each of them.
    assert_eq!(exceeded(rows, beside, answer(), &megabyte), Some(ErrorCode::LimitExceeded));
    assert_eq!(exceeded(rows, beside, answer(), &Bounds::of_bytes(4 << 20)), None);
    // So is a list, even if its values are unknown.
    let names: Vec<Json> = (0..2_000).map(|_| json!({"name": null})).collect();
    let lists = "query Q { programmes { nodes { agencies { nodes { name } } budgets { id } } } }";
    let answer =
        || json!({"programmes": {"nodes": [{"agencies": {"nodes": names}, "budgets": items}]}});
    let rows = "programmes.nodes.budgets";
    assert_eq!(exceeded(rows, lists, answer(), &megabyte), Some(ErrorCode::LimitExceeded));
    let over = Arc::new(Deadline::after(Duration::ZERO));
    let over = Bounds::until(usize::MAX, Some(over));
    assert_eq!(exceeded(rows, lists, answer(), &over), Some(ErrorCode::Timeout));
}

#[test]
fn lists_on_the_path_explode_and_enclosing_values_repeat() {
    let table = table(
        "programmes.nodes.budgets",
        "query Q { programmes { totalCount pageInfo { hasNextPage } nodes { id title budgets { id year money { value currency } } } } }",
        json!({"programmes": {"totalCount": 2, "pageInfo": {"hasNextPage": false}, "nodes": [
            {"id": "p1", "title": "One", "budgets": [
                {"id": "b1", "year": 2015, "money": {"value": "1.50", "currency": "EUR"}},
                {"id": "b2", "year": null, "money": {"value": null, "currency": null}},
            ]},
            {"id": "p2", "title": "Two", "budgets": []},
        ]}}),
    );
    assert_eq!(
        names(&table),
        [
            "programmes_totalCount",
            "id",
            "title",
            "budgets_id",
            "budgets_year",
            "budgets_money_value",
            "budgets_money_currency"
        ]
    );
    assert_eq!(
        text(&table),
        [["2", "p1", "One", "b1", "2015", "1.50", "EUR"], ["2", "p1", "One", "b2", "", "", ""]]
    );
}

#[test]
fn lists_beside_the_path_are_joined_in_parallel() {
    let table = table(
        "programmes.nodes",
        "query Q { programmes { nodes { id tags agencies { edges { node { name role } } } } } }",
        json!({"programmes": {"nodes": [
            {"id": "p1", "tags": ["x", "y"], "agencies": {"edges": [
                {"node": {"name": "A", "role": null}}, {"node": {"name": "B", "role": "FUNDING"}},
            ]}},
            {"id": "p2", "tags": [], "agencies": {"edges": [{"node": {"name": "C", "role": null}}]}},
        ]}}),
    );
    assert_eq!(names(&table), ["id", "tags", "agencies_name", "agencies_role"]);
    assert_eq!(text(&table), [["p1", "x | y", "A | B", " | FUNDING"], ["p2", "", "C", ""]]);
    assert_eq!(table.rows[1][3], TableCell::Empty);
}

#[test]
fn an_empty_response_has_its_header() {
    let query = "query Q { country(code: \"XX\") { name programmes { nodes { id } } } }";
    let table = table("country.programmes.nodes", query, json!({"country": null}));
    assert_eq!(names(&table), ["country_name", "id"]);
    assert!(table.rows.is_empty());
}

#[test]
fn aliases_fragments_and_typename_are_columns() {
    let table = table(
        "search",
        "query Q { search { __typename ... on Programme { ...P } ... on Agency { label: name } } }
         fragment P on Programme { label: title id }",
        json!({"search": [
            {"__typename": "Programme", "label": "One", "id": "p1"},
            {"__typename": "Agency", "label": "A"},
        ]}),
    );
    assert_eq!(names(&table), ["__typename", "label", "id"]);
    assert_eq!(text(&table), [["Programme", "One", "p1"], ["Agency", "A", ""]]);
}

#[test]
fn fields_selected_twice_are_one() {
    let table = table(
        "programmes.nodes",
        "query Q { programmes { nodes { id } } programmes { nodes { ...P } } } fragment P on Node { id }",
        json!({"programmes": {"nodes": [{"id": "p1"}]}}),
    );
    assert_eq!(names(&table), ["id"]);
}

#[test]
fn an_object_at_the_end_of_the_path_is_one_row() {
    let query = "query Q { country(code: \"ML\") { code name } }";
    let table = table("country", query, json!({"country": {"code": "ML", "name": "Mali"}}));
    assert_eq!(
        (names(&table), text(&table)),
        (vec!["code", "name"], vec![vec!["ML".into(), "Mali".into()]])
    );
}

#[test]
fn invalid_queries_are_rejected() {
    let cases = [
        ("query Q { search { __typename } }", "missing header line `# title"),
        (&with_header("search", "{ search { __typename } }"), "exactly one named query"),
        (
            &with_header(
                "search",
                "query A { search { __typename } } query B { search { __typename } }",
            ),
            "exactly one named query",
        ),
        (
            &with_header("programmes.nodes", "query Q { programmes { nodes { names } } }"),
            "`Programme` has no field `names`",
        ),
        (
            &with_header("programmes.edges", "query Q { programmes { nodes { id } } }"),
            "selected as `edges`",
        ),
        (
            &with_header("search", "query Q { search { ...F } } fragment F on Programme { ...F }"),
            "spreads itself",
        ),
        (&with_header("search", "query Q { search { ...F } }"), "unknown fragment `F`"),
        (
            &with_header(
                "programmes.nodes",
                "query Q { programmes { nodes { agencies { nodes { name } edges { node { name } } } } } }",
            ),
            "two columns are called `agencies_name`",
        ),
        (
            &with_header(
                "programmes.nodes",
                "query Q($bom: Int) { programmes(year: $bom) { nodes { id } } }",
            ),
            "`bom` is reserved",
        ),
        (
            &with_header(
                "programmes.nodes",
                "query Q($y: Integer) { programmes(year: $y) { nodes { id } } }",
            ),
            "type `Integer`",
        ),
        (&with_header("x", "query Q {"), "expected"),
    ];
    for (query, expected) in cases {
        let message = library(query).unwrap_err();
        assert!(message.contains(expected), "{message}");
    }
}

fn request(parameters: &[(&str, &str)]) -> Result<Json, String> {
    let text = with_header(
        "programmes.nodes",
        "query Q($year: Int!, $roles: [Role!], $share: Float = 0.5, $open: Boolean, $on: PartialDate, $filter: Filter) {
           programmes(year: $year, roles: $roles, share: $share, open: $open, on: $on, filter: $filter) { nodes { id } }
         }",
    );
    let library = library(&text).unwrap();
    let query = library.get("q").unwrap();
    let variables = query.variables_of(parameters.iter().copied(), Variables::default());
    variables.map(|given| serde_json::to_value(given).unwrap()).map_err(|err| err.to_string())
}

#[test]
fn parameters_get_the_type_of_their_variable() {
    let given = [
        ("year", "2015"),
        ("roles", "{FUNDING,implementing}"),
        ("share", "0.25"),
        ("open", "true"),
        ("on", "2015-03"),
        ("filter", "{\"year\": 1}"),
        ("__from", "0"),
        ("_", "x"),
    ];
    assert_eq!(
        request(&given).unwrap(),
        json!({"year": 2015, "roles": ["FUNDING", "IMPLEMENTING"], "share": 0.25, "open": true,
               "on": "2015-03", "filter": {"year": 1}})
    );
    let repeated = [("year", "1"), ("roles", "FUNDING"), ("roles", "IMPLEMENTING"), ("open", "")];
    assert_eq!(
        request(&repeated).unwrap(),
        json!({"year": 1, "roles": ["FUNDING", "IMPLEMENTING"]})
    );
}

#[test]
fn invalid_parameters_are_rejected_with_the_expected_type() {
    let cases: [(&[(&str, &str)], &str); 7] = [
        (
            &[("yaer", "1")],
            "(did you mean `year`?); parameters: year, roles, share, open, on, filter",
        ),
        (&[], "missing parameter `year` of type `Int!`"),
        (&[("year", "")], "missing parameter `year`"),
        (
            &[("year", "many")],
            "invalid parameter `year`: expected a whole number (Int), got `many`",
        ),
        (&[("year", "1"), ("year", "2")], "parameter `year` given more than once"),
        (&[("year", "1"), ("roles", "BOSS")], "one of FUNDING, IMPLEMENTING"),
        (&[("year", "1"), ("open", "maybe")], "true or false"),
    ];
    for (given, expected) in cases {
        let message = request(given).unwrap_err();
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn a_query_without_a_header_takes_its_first_list() {
    let library = Library::new(SDL, []).unwrap();
    let query = library
        .read("{ country(code: \"ML\") { programmes { nodes { id } } } }", None, None)
        .unwrap();
    let data = json!({"country": {"programmes": {"nodes": [{"id": "p1"}, {"id": "p2"}]}}});
    assert_eq!(
        text(&query.table(&Value::from_json(data).unwrap(), &wide()).unwrap()),
        [["p1"], ["p2"]]
    );
}

#[test]
fn a_connection_is_paged_if_the_query_permits() {
    let paged = |query: &str| {
        let library = library(&with_header("p.items", query)).unwrap();
        let query = library.get("q").unwrap();
        let data = json!({ "p": {
            "all": 7, "info": { "more": true, "end": "c" }, "items": [{ "id": "p1" }],
        } });
        let data = Value::from_json(data).unwrap();
        let paging = query.paging().cloned();
        paging.map(|paging| (paging.after().to_owned(), paging.next(&data), paging.rows(&data)))
    };
    let info =
        "info: pageInfo { more: hasNextPage end: endCursor } items: nodes { id } all: totalCount";
    let query = format!("query Q($to: String) {{ p: programmes(after: $to) {{ {info} }} }}");
    assert_eq!(paged(&query), Some(("to".to_owned(), Some("c".to_owned()), Some(7))));
    let without = [
        format!("query Q {{ p: programmes {{ {info} }} }}"),
        "query Q($to: String) { p: programmes(after: $to) { items: nodes { id } } }".to_owned(),
    ];
    for query in without {
        assert_eq!(paged(&query), None, "{query}");
    }
}

#[test]
fn pages_are_requested_by_variables_or_literals() {
    let is_requested = |arguments: &str, requested: &Requested| {
        let query = format!(
            "query Q($n: Int, $to: String) {{ programmes({arguments}) {{ nodes {{ id }} }} country(code: \"ML\") {{ name }} }}"
        );
        let library = library(&with_header("programmes.nodes", &query)).unwrap();
        library.get("q").unwrap().lists().is_requested("programmes", requested)
    };
    let given = Requested { variables: ["n".to_owned()].into(), page_limit: None };
    let own = Requested { page_limit: Some(1_000), ..Requested::default() };
    let saved = Requested::default();
    for (arguments, requested, expected) in [
        ("first: $n", &given, true),
        ("first: $n", &own, false),
        ("year: $n", &given, false),
        ("first: 5", &saved, false),
        ("first: 5", &own, true),
        ("first: 1000", &own, false),
        ("first: 1000, after: \"c\"", &own, true),
        ("after: $to", &given, false),
        ("year: 5", &own, false),
    ] {
        assert_eq!(is_requested(arguments, requested), expected, "{arguments}");
    }
}

#[test]
fn a_header_declares_joins_and_page_defaults() {
    let of = |lines: &str| {
        let query = "query Q($n: Int = 5) { programmes(first: $n) { nodes { id tags } } }";
        library(&format!("{lines}\n{}", with_header("programmes.nodes", query)))
    };
    let both = of("# page: $n\n# join: list").unwrap();
    let query = both.get("q").unwrap();
    assert_eq!((query.joins(), query.page_variables()), (true, &["n".to_owned()][..]));
    assert!(query.columns().any(|column| column.name == "tags" && column.is_joined));
    assert!(!of("").unwrap().get("q").unwrap().joins());
    assert!(of("# page: m").unwrap_err().contains("`$m`"));
    assert!(of("# join: lists").unwrap_err().contains("`# join: list`"));
}
