//! `/q`: saved queries as tables.

use serde_json::Value;

use crate::support::http::Answer;
use crate::support::server::{Server, code, json};

/// The saved queries that answer without being told anything.
fn names(server: &Server) -> Vec<String> {
    let index = server.json("/q");
    let queries = index["queries"].as_array().unwrap();
    assert!(queries.len() >= 12, "{index}");
    let required = |query: &&Value| {
        query["variables"].as_array().unwrap().iter().any(|variable| variable["required"] == true)
    };
    queries
        .iter()
        .filter(|query| !required(query))
        .map(|query| query["name"].as_str().unwrap().to_owned())
        .collect()
}

fn records(answer: &Answer) -> Vec<Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_reader(answer.body.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn every_saved_query_gives_the_same_table_as_json_and_as_csv() {
    let server = Server::shared();
    for name in names(&server) {
        let table = server.json(&format!("/q/{name}.json"));
        assert_eq!(table["name"], *name);
        assert!(table["dataVersion"].is_string(), "{table}");
        // What JSON adds beside a decimal or a date has no column of its own in CSV.
        let mut own = table["columns"].as_array().unwrap().clone();
        own.retain(|column| column["beside"].is_null());
        let columns: Vec<&str> =
            own.iter().map(|column| column["name"].as_str().unwrap()).collect();
        let csv = server.get(&format!("/q/{name}.csv"));
        assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
        let disposition = format!("inline; filename=\"{name}.csv\"");
        assert_eq!(csv.header("content-disposition"), Some(disposition.as_str()));
        let csv = records(&csv);
        assert_eq!(csv[0], columns, "{name}");
        let rows = table["rows"].as_array().unwrap();
        assert_eq!(csv.len() - 1, rows.len(), "{name}");
        for (cells, row) in csv[1..].iter().zip(rows) {
            for (cell, column) in cells.iter().zip(&own) {
                same(cell, row, column);
            }
        }
    }
}

/// Whether a cell says what JSON says: an unknown is empty here and null there, and a decimal is exact in both.
fn same(cell: &str, row: &Value, column: &Value) {
    let name = column["name"].as_str().unwrap();
    let value = &row[name];
    if value.is_null() {
        assert_eq!(cell, "", "{name}");
        return;
    }
    match column["type"].as_str().unwrap() {
        "decimal" => {
            assert!(value.is_number(), "{name}: {value}");
            assert_eq!(row[format!("{name}_text")], cell, "{name}");
        }
        "integer" | "number" | "boolean" => assert_eq!(value.to_string(), cell, "{name}"),
        "date" | "dateTime" => {
            assert!(row[format!("{name}_ms")].is_i64(), "{name}: {row}");
            assert_eq!(value, cell, "{name}");
        }
        _ => {
            let text = value.as_str().unwrap();
            let disarmed = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
            assert_eq!(
                cell.strip_prefix('\'').filter(|_| disarmed).unwrap_or(cell),
                text,
                "{name}"
            );
        }
    }
}

#[test]
fn humanitarian_aid_can_be_plotted_by_year() {
    let server = Server::shared();
    let table = server.json("/q/humanitarian-by-year.json");
    let rows = table["rows"].as_array().unwrap();
    assert!(!rows.is_empty());
    assert!(
        rows.iter().any(|row| row["year"].is_i64() && row["money_value"].is_number()),
        "{table}"
    );
    let alone = server.json("/q/humanitarian-by-year.json?shape=rows");
    assert_eq!(alone, table["rows"]);
}

#[test]
fn a_table_says_when_its_page_is_not_the_whole() {
    let server = Server::shared();
    let of = |address: &str| {
        let answer = server.get(address);
        (json(&answer)["hasMore"].clone(), answer.header("aidgraph-has-more").unwrap().to_owned())
    };
    assert_eq!(of("/q/search.json?text=mali&first=1"), (true.into(), "true".to_owned()));
    assert_eq!(of("/q/search.json?text=nothing-at-all"), (false.into(), "false".to_owned()));
}

#[test]
fn a_table_says_which_list_is_cut_and_which_code_is_unknown() {
    let server = Server::shared();
    let answer = server.get("/q/search.json?text=mali&first=1");
    assert_eq!(json(&answer)["cut"], serde_json::json!(["search"]));
    let csv = server.get("/q/search.csv?text=mali&first=1");
    assert_eq!(csv.header("aidgraph-cut"), Some("search"));
    let unknown = server.get("/q/icp-history.json?country=ZZ");
    assert!(json(&unknown)["warnings"][0].as_str().unwrap().contains("`ZZ`"), "{}", unknown.body);
    assert_eq!(server.get("/q/icp-history.csv?country=ZZ").header("aidgraph-warnings"), Some("1"));
    let known = server.get("/q/icp-history.csv?country=ML");
    assert_eq!((known.header("aidgraph-cut"), known.header("aidgraph-warnings")), (None, None));
}

#[test]
fn lists_come_with_commas_or_as_grafana_writes_them() {
    let server = Server::shared();
    let of = |query: &str| server.json(&format!("/q/icp-history.json?{query}"))["rows"].clone();
    let (mali, both) = (of("country=ML"), of("country=ML,NE"));
    assert!(!mali.as_array().unwrap().is_empty());
    assert_eq!(both, of("country=%7BML,NE%7D"));
    assert_eq!(both, of("country=ML&country=NE"));
    assert_eq!(mali, of("country=ML&__interval=1h&_=123"));
    assert!(both.as_array().unwrap().len() > mali.as_array().unwrap().len());
}

#[test]
fn an_empty_answer_has_its_header_and_no_row() {
    let server = Server::shared();
    let csv = records(&server.get("/q/icp-history.csv?country=AQ"));
    assert_eq!(csv.len(), 1, "{csv:?}");
    assert!(csv[0].contains(&"budgets_money_value".to_owned()), "{csv:?}");
}

#[test]
fn what_cannot_be_asked_is_said() {
    let server = Server::shared();
    let cases = [
        ("/q/icp-history.json?contry=ML", 400, "BAD_USER_INPUT", "did you mean `country`?"),
        ("/q/humanitarian-by-year.csv?first=many", 400, "BAD_USER_INPUT", "a whole number"),
        ("/q/humanitarian-by-year.csv?first=1000000000", 400, "", "first"),
        ("/q/icp-history.json?shape=round", 400, "BAD_USER_INPUT", "`shape`"),
        ("/q/icp-histroy.csv", 404, "NOT_FOUND", "did you mean `icp-history`?"),
        ("/q/icp-history", 404, "NOT_FOUND", "NAME.csv"),
        ("/q/icp-history.xml", 404, "NOT_FOUND", "NAME.csv"),
    ];
    for (address, status, expected, words) in cases {
        let answer = server.get(address);
        assert_eq!(answer.status, status, "{address}: {}", answer.body);
        assert!(code(&answer).contains(expected), "{address}: {}", answer.body);
        let said = json(&answer)["errors"][0]["message"].as_str().unwrap().to_owned();
        assert!(said.contains(words) || expected.is_empty(), "{address}: {said}");
    }
}

#[test]
fn a_table_that_has_not_changed_is_not_sent_again() {
    let server = Server::shared();
    let mut client = server.client();
    let first = client.get("/q/icp-history.csv").unwrap();
    let etag = first.header("etag").unwrap();
    let again = client.send("GET", "/q/icp-history.csv", &[("if-none-match", etag)], "").unwrap();
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    let other = client.get("/q/icp-history.csv?country=NE").unwrap();
    assert_ne!(other.header("etag"), Some(etag));
}

#[test]
fn a_table_says_its_version_its_rows_and_who_may_keep_it() {
    let server = Server::shared();
    let table = server.get("/q/icp-history.json");
    let told = json(&table);
    assert_eq!(table.header("aidgraph-data-version"), told["dataVersion"].as_str());
    let rows = told["rows"].as_array().unwrap().len().to_string();
    assert_eq!(table.header("aidgraph-rows"), Some(rows.as_str()));
    let shared = Some("public, max-age=0, s-maxage=60, must-revalidate");
    let headers = [("if-none-match", table.header("etag").unwrap())];
    let unchanged = server.client().send("GET", "/q/icp-history.json", &headers, "").unwrap();
    for answer in [&table, &unchanged] {
        assert_eq!(answer.header("cache-control"), shared);
        assert_eq!(answer.header("aidgraph-data-version"), told["dataVersion"].as_str());
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
    }
    let headers = [("authorization", "Bearer x")];
    let own = server.client().send("GET", "/q/icp-history.json", &headers, "").unwrap();
    assert_eq!(own.header("cache-control"), Some("private, no-cache"));
    let refused = server.get("/q/icp-history.json?contry=ML");
    assert_eq!(refused.header("cache-control"), Some("no-store"));
}

#[test]
fn excel_gets_its_mark_when_asked_for() {
    let server = Server::shared();
    assert!(server.get("/q/icp-history.csv?bom=1").body.starts_with('\u{feff}'));
    assert!(!server.get("/q/icp-history.csv").body.starts_with('\u{feff}'));
}
