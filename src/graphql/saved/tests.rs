//! Tests of saved queries over a schema of three types.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::Value;
use serde_json::{Value as Json, json};

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
type PageInfo { hasNextPage: Boolean! }
type Programme implements Node { id: ID! title: String! budgets: [Budget!]! agencies: AgencyConnection! tags: [String!]! }
type AgencyEdge { node: Agency! cursor: String! }
type AgencyConnection { edges: [AgencyEdge!]! nodes: [Agency!]! }
type ProgrammeConnection { nodes: [Programme!]! totalCount: Int! pageInfo: PageInfo! }
type Country { code: String! name: String programmes: ProgrammeConnection! }
interface Node { id: ID! }
union Hit = Programme | Agency
type Query {
  programmes(year: Int, roles: [Role!], filter: Filter, share: Float, open: Boolean, on: PartialDate): ProgrammeConnection!
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
    let table = table(rows, lists, answer());
    assert_eq!(csv::render(&table, &over).unwrap_err().code(), ErrorCode::Timeout);
    let large = csv::render(&table, &Bounds::of_bytes(1_000));
    assert_eq!(large.unwrap_err().code(), ErrorCode::LimitExceeded);
}

#[test]
fn lists_on_the_way_explode_and_what_encloses_them_is_repeated() {
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
fn lists_beside_the_way_are_joined_in_step() {
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
fn an_empty_answer_has_its_header() {
    let query = "query Q { country(code: \"XX\") { name programmes { nodes { id } } } }";
    let table = table("country.programmes.nodes", query, json!({"country": null}));
    assert_eq!(names(&table), ["country_name", "id"]);
    assert!(table.rows.is_empty());
    assert_eq!(csv::render(&table, &wide()).unwrap(), b"country_name,id\r\n");
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
fn json_gives_a_decimal_twice_and_a_date_its_moment() {
    let table = table(
        "programmes.nodes.budgets",
        "query Q { programmes { nodes { budgets { start money { value } } } } }",
        json!({"programmes": {"nodes": [{"budgets": [
            {"start": "1970-01", "money": {"value": "42514905.62"}},
            {"start": null, "money": {"value": null}},
        ]}]}}),
    );
    assert_eq!(
        serde_json::to_value(json::JsonRows(&table)).unwrap(),
        json!([
            {"budgets_start": "1970-01", "budgets_start_ms": 0,
             "budgets_money_value": 42_514_905.62, "budgets_money_value_text": "42514905.62"},
            {"budgets_start": null, "budgets_start_ms": null,
             "budgets_money_value": null, "budgets_money_value_text": null},
        ])
    );
}

#[test]
fn csv_quotes_and_disarms_text_but_leaves_numbers() {
    let table = table(
        "programmes.nodes.budgets",
        "query Q { programmes { nodes { title budgets { year money { value currency } } } } }",
        json!({"programmes": {"nodes": [
            {"title": "=HYPERLINK(\"x\")", "budgets": [{"year": -1, "money": {"value": "-2.50", "currency": "@x"}}]},
            {"title": "a,b\n\"c\"", "budgets": [{"year": 1, "money": {"value": "2", "currency": "\tx"}}]},
        ]}}),
    );
    let csv = String::from_utf8(csv::render(&table, &wide()).unwrap()).unwrap();
    assert_eq!(
        csv,
        "title,budgets_year,budgets_money_value,budgets_money_currency\r\n\
         \"'=HYPERLINK(\"\"x\"\")\",-1,-2.50,'@x\r\n\
         \"a,b\n\"\"c\"\"\",1,2,'\tx\r\n"
    );
}

#[test]
fn what_cannot_be_served_is_refused() {
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
    let request = library.get("q").unwrap().request(parameters.iter().copied());
    request
        .map(|request| serde_json::to_value(request.variables).unwrap())
        .map_err(|err| err.to_string())
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
fn parameters_that_do_not_fit_are_refused_with_what_would() {
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
    let query =
        library.read("{ country(code: \"ML\") { programmes { nodes { id } } } }", None).unwrap();
    let data = json!({"country": {"programmes": {"nodes": [{"id": "p1"}, {"id": "p2"}]}}});
    assert_eq!(
        text(&query.table(&Value::from_json(data).unwrap(), &wide()).unwrap()),
        [["p1"], ["p2"]]
    );
}

#[test]
fn a_table_says_when_its_page_is_not_the_whole() {
    let of = |page: Json| {
        let query = "query Q { programmes { totalCount pageInfo { hasNextPage } nodes { id } } }";
        table("programmes.nodes", query, json!({ "programmes": page })).has_more
    };
    let nodes = json!([{ "id": "p1" }]);
    assert!(!of(json!({ "totalCount": 1, "pageInfo": { "hasNextPage": false }, "nodes": nodes })));
    assert!(of(json!({ "totalCount": 2, "pageInfo": { "hasNextPage": true }, "nodes": nodes })));
    assert!(of(json!({ "totalCount": 2, "nodes": nodes })));
    assert!(of(json!({ "pageInfo": { "hasNextPage": true }, "nodes": nodes })));
}

#[test]
fn a_page_is_known_by_its_aliases_too() {
    let of = |total: u64, next: bool| {
        let query = "query Q { programmes { all: totalCount info: pageInfo { more: hasNextPage } items: nodes { id } } }";
        let page = json!({ "all": total, "info": { "more": next }, "items": [{ "id": "p1" }] });
        table("programmes.items", query, json!({ "programmes": page })).has_more
    };
    assert!(!of(1, false));
    assert!(of(2, false));
    assert!(of(1, true));
}

#[test]
fn what_stands_beside_a_cell_is_listed_as_a_column() {
    let library = library(&with_header(
        "programmes.nodes.budgets",
        "query Q { programmes { nodes { budgets { start end: start money { value } } } } }",
    ))
    .unwrap();
    let query = library.get("q").unwrap();
    let budget = json!({ "start": "2015", "end": "2015", "money": { "value": "1.50" } });
    let data = json!({ "programmes": { "nodes": [{ "budgets": [budget] }] } });
    let table = query.table(&Value::from_json(data).unwrap(), &wide()).unwrap();
    let answer = super::json::JsonTable { query, data_version: None, table: &table };
    let answer = serde_json::to_value(answer).unwrap();
    let row = answer["rows"][0].as_object().unwrap();
    let columns = answer["columns"].as_array().unwrap();
    let listed: Vec<&str> = columns.iter().map(|column| column["name"].as_str().unwrap()).collect();
    assert!(listed.iter().all(|name| row.contains_key(*name)) && listed.len() == row.len());
    assert_eq!(row["budgets_start_ms"], 1_420_070_400_000_i64);
    assert_eq!(row["budgets_end_ms"], 1_451_606_399_999_i64);
}
