//! `/q`: saved queries as tables.

use serde_json::Value;

use crate::support::address::encoded;
use crate::support::http::Response;
use crate::support::server::{Server, code, json};

/// Names of the saved queries without required variables.
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

fn records(response: &Response) -> Vec<Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_reader(response.body.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn every_saved_query_has_the_same_table_in_every_format() {
    let server = Server::shared();
    for name in names(&server) {
        let table = server.json(&format!("/q/{name}.json"));
        assert_eq!(table["name"], *name);
        assert!(table["dataVersion"].is_string(), "{table}");
        // JSON has additional columns for decimals and dates.
        let csv = server.get(&format!("/q/{name}.csv"));
        assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
        let disposition = format!("inline; filename=\"{name}.csv\"");
        assert_eq!(csv.header("content-disposition"), Some(disposition.as_str()));
        let csv = records(&csv);
        let columns = table["columns"].as_array().unwrap();
        let own: Vec<&Value> = columns
            .iter()
            .filter(|column| csv[0].iter().any(|name| *name == column["name"]))
            .collect();
        let names: Vec<&str> = own.iter().map(|column| column["name"].as_str().unwrap()).collect();
        assert_eq!(csv[0], names, "{name}");
        let rows = table["rows"].as_array().unwrap();
        assert_eq!((csv.len() - 1, &table["rowCount"]), (rows.len(), &rows.len().into()), "{name}");
        for (cells, row) in csv[1..].iter().zip(rows) {
            for (cell, column) in cells.iter().zip(&own) {
                same(cell, row, column);
            }
        }
        let lines = server.get(&format!("/q/{name}.ndjson"));
        assert_eq!(lines.header("content-type"), Some("application/x-ndjson"));
        let lines: Vec<Value> =
            lines.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), rows.len(), "{name}");
        for (line, row) in lines.iter().zip(rows) {
            for (key, value) in line.as_object().unwrap() {
                assert_eq!(row[key], *value, "{name}");
            }
        }
        let listed = server.json("/q")["queries"].as_array().unwrap().clone();
        let urls = &listed.iter().find(|query| query["name"] == *name).unwrap()["urls"];
        for format in ["csv", "json", "ndjson"] {
            assert_eq!(urls[format], format!("/q/{name}.{format}"));
        }
    }
}

/// Asserts that a cell equals the JSON value: unknown is empty here and null there, and decimals are exact in both.
fn same(cell: &str, row: &Value, column: &Value) {
    let name = column["name"].as_str().unwrap();
    let value = &row[name];
    if value.is_null() {
        assert_eq!(cell, "", "{name}");
        return;
    }
    match column["type"].as_str().unwrap() {
        "number" if row.get(format!("{name}_text")).is_some() => {
            assert!(value.is_number(), "{name}: {value}");
            assert_eq!(row[format!("{name}_text")], cell, "{name}");
        }
        "integer" | "number" | "boolean" => assert_eq!(value.to_string(), cell, "{name}"),
        _ => {
            if let Some(moment) = row.get(format!("{name}_ms")) {
                assert!(moment.is_i64(), "{name}: {row}");
            }
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
fn a_table_has_all_rows_or_the_requested_page() {
    let server = Server::shared();
    let all = server.json("/q/humanitarian-by-year.json?shape=rows");
    let all = all.as_array().unwrap();
    assert!(all.len() > 3);
    // A page is requested by parameter, and continues after its end cursor.
    let some = server.json("/q/humanitarian-by-year.json?first=2&shape=rows");
    assert_eq!(some.as_array().unwrap()[..], all[..2]);
    let graph = server.json("/graphql?query=%7BhumanitarianContributions(orderBy:DATE,first:2)%7BpageInfo%7BendCursor%7D%7D%7D");
    let cursor =
        graph["data"]["humanitarianContributions"]["pageInfo"]["endCursor"].as_str().unwrap();
    let rest =
        server.json(&format!("/q/humanitarian-by-year.json?after={}&shape=rows", encoded(cursor)));
    assert_eq!(rest.as_array().unwrap()[..], all[2..]);
    // The query itself requests the best hits.
    assert_eq!(server.get("/q/search.csv?text=mali&first=1").header("aidgraph-rows"), Some("1"));
    assert_eq!(server.get("/q/search.csv?text=mali").status, 200);
    let table = server.json("/q/search.json?text=mali&first=1");
    assert!(table.get("hasMore").is_none() && table.get("cut").is_none(), "{table}");
}

#[test]
fn a_query_is_read_to_its_end_or_rejected_with_help() {
    let server = Server::shared();
    let get =
        |query: &str, more: &str| server.get(&format!("/q.csv?query={}{more}", encoded(query)));
    let paged = "query Q($n: Int = 7, $to: String) { programmes(first: $n, after: $to) { pageInfo { hasNextPage endCursor } nodes { identifier } } }";
    let whole = get(paged, "");
    assert_eq!(whole.status, 200, "{}", whole.body);
    let rows = records(&whole);
    let once = records(&get("{ programmes(first: 1000) { nodes { identifier } } }", ""));
    assert!(rows.len() > 100 && rows == once, "{} and {}", rows.len(), once.len());
    assert_eq!(whole.header("aidgraph-rows"), Some((rows.len() - 1).to_string().as_str()));
    assert_eq!(records(&get(paged, "&n=5")).len(), 6);
    assert_eq!(records(&get("{ programmes(first: 5) { nodes { identifier } } }", "")).len(), 6);
    for (query, words) in [
        ("{ programmes { nodes { identifier } } }", "/q/programmes.csv"),
        ("query Q($n: Int = 3) { programmes(first: $n) { nodes { identifier } } }", "`n`"),
    ] {
        let rejected = get(query, "");
        assert_eq!((rejected.status, code(&rejected).as_str()), (413, "PAYLOAD_TOO_LARGE"));
        let message = json(&rejected)["errors"][0]["message"].as_str().unwrap().to_owned();
        let found = (rows.len() - 1).to_string();
        assert!(message.contains(words) && message.contains(&found), "{message}");
    }
}

#[test]
fn a_second_list_is_rejected_unless_it_is_joined() {
    let server = Server::shared();
    let query =
        encoded("{ programmes(first: 5) { nodes { identifier sectors { sector { code } } } } }");
    let rejected = server.get(&format!("/q.csv?query={query}"));
    assert_eq!((rejected.status, code(&rejected).as_str()), (400, "BAD_USER_INPUT"));
    assert!(
        rejected.body.contains("`sectors_sector_code`") && rejected.body.contains("join=list"),
        "{}",
        rejected.body
    );
    assert_eq!(server.get(&format!("/q.csv?query={query}&join=list")).status, 200);
    assert_eq!(server.get(&format!("/q.csv?query={query}&join=rows")).status, 400);
    // A query may declare it itself.
    assert_eq!(server.get("/q/humanitarian-by-year.csv?join=list").status, 200);
}

#[test]
fn ad_hoc_queries_are_tables_over_get_and_post() {
    let server = Server::shared();
    let query = "query Q($c: [String!]) { programmes(filter: { country: $c }, first: 1000) { nodes { identifier budgets { identifier } } } }";
    let expected = records(&server.get("/q/icp-history.csv?country=ML"));
    let address =
        |more: &str| format!("/q.csv?query={}&rows=programmes.nodes.budgets{more}", encoded(query));
    let plain = server.get(&address("&c=ML"));
    assert_eq!(plain.status, 200, "{}", plain.body);
    assert_eq!(records(&plain)[0], ["identifier", "budgets_identifier"]);
    assert!(plain.header("etag").is_some() && plain.header("aidgraph-data-version").is_some());
    assert!(records(&plain).len() >= expected.len());
    let object = server.get(&address(&format!("&variables={}", encoded("{\"c\":[\"ML\"]}"))));
    assert_eq!(object.body, plain.body);
    let body = serde_json::json!({
        "query": query, "rows": "programmes.nodes.budgets", "variables": { "c": ["ML"] }, "operationName": "Q",
    });
    let mut client = server.client();
    let kind = [("content-type", "application/json")];
    let posted = client.send("POST", "/q.csv", &kind, &body.to_string()).unwrap();
    assert_eq!((posted.status, &posted.body), (200, &plain.body));
    assert_eq!(posted.header("cache-control"), Some("no-store"));
    let other = serde_json::json!({ "query": "{ countries(first: 3) { nodes { code } } }" });
    let other = client.send("POST", "/q.csv", &kind, &other.to_string()).unwrap();
    assert_eq!(records(&other).len(), 4);
    assert_eq!(server.get(&address("&c=ML").replace("/q.csv", "/q.ndjson")).status, 200);
    for (address, status, words) in [
        (address("&d=ML"), 400, "unknown parameter `d`"),
        (address(&format!("&c=ML&variables={}", encoded("{\"c\":[\"NE\"]}"))), 400, "`c`"),
        (address(&format!("&variables={}", encoded("{\"d\":1}"))), 400, "`d`"),
        (address("&variables=1"), 400, "`variables` is not a JSON object"),
        ("/q.csv".to_owned(), 400, "missing `query`"),
        ("/q.csv?query=%7Bprogrammes%7Bnodes%7Bnothing%7D%7D%7D".to_owned(), 400, "nothing"),
        (
            address("").replace("budgets&", "bugdets&").replace("nodes.budgets", "nodes.bugdets"),
            400,
            "bugdets",
        ),
        ("/q.csv?query=subscription%7BdatasetChanged%7Bversion%7D%7D".to_owned(), 400, "query"),
        ("/q.xml?query=%7B__typename%7D".to_owned(), 404, "route"),
    ] {
        let rejected = server.get(&address);
        assert_eq!(rejected.status, status, "{address}: {}", rejected.body);
        assert!(rejected.body.contains(words), "{address}: {}", rejected.body);
    }
    let unknown = client
        .send("POST", "/q.csv", &kind, "{\"query\": \"{ __typename }\", \"row\": 1}")
        .unwrap();
    assert!(unknown.status == 400 && unknown.body.contains("`row`"), "{}", unknown.body);
    let form = client.send("POST", "/q.csv", &[("content-type", "text/plain")], "{}").unwrap();
    assert_eq!(form.status, 415);
}

#[test]
fn ad_hoc_queries_are_rejected_with_trusted_only() {
    let server = Server::start(&["--trusted-only"]);
    let rejected = server.get("/q.csv?query=%7B__typename%7D");
    assert_eq!((rejected.status, code(&rejected).as_str()), (403, "NOT_TRUSTED"));
    let kind = [("content-type", "application/json")];
    let posted =
        server.client().send("POST", "/q.json", &kind, "{\"query\": \"{ __typename }\"}").unwrap();
    assert_eq!((posted.status, code(&posted).as_str()), (403, "NOT_TRUSTED"));
    assert_eq!(server.get("/q/icp-history.csv").status, 200);
}

#[test]
fn unknown_codes_give_a_warning() {
    let server = Server::shared();
    let unknown = server.get("/q/icp-history.json?country=ZZ");
    assert!(json(&unknown)["warnings"][0].as_str().unwrap().contains("`ZZ`"), "{}", unknown.body);
    assert_eq!(server.get("/q/icp-history.csv?country=ZZ").header("aidgraph-warnings"), Some("1"));
    assert_eq!(server.get("/q/icp-history.csv?country=ML").header("aidgraph-warnings"), None);
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
fn lists_are_comma_separated_or_in_the_format_of_grafana() {
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
fn an_empty_table_has_its_header_and_no_row() {
    let server = Server::shared();
    let csv = records(&server.get("/q/icp-history.csv?country=AQ"));
    assert_eq!(csv.len(), 1, "{csv:?}");
    assert!(csv[0].contains(&"budgets_money_value".to_owned()), "{csv:?}");
}

#[test]
fn invalid_requests_are_rejected_with_help() {
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
        let response = server.get(address);
        assert_eq!(response.status, status, "{address}: {}", response.body);
        assert!(code(&response).contains(expected), "{address}: {}", response.body);
        let message = json(&response)["errors"][0]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(words) || expected.is_empty(), "{address}: {message}");
    }
}

#[test]
fn an_unchanged_table_is_not_sent_again() {
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
fn a_table_has_headers_for_version_rows_and_caching() {
    let server = Server::shared();
    let table = server.get("/q/icp-history.json");
    let count_header = json(&table);
    assert_eq!(table.header("aidgraph-data-version"), count_header["dataVersion"].as_str());
    let rows = count_header["rows"].as_array().unwrap().len().to_string();
    assert_eq!(table.header("aidgraph-rows"), Some(rows.as_str()));
    let shared = Some("public, max-age=0, s-maxage=60, must-revalidate");
    let headers = [("if-none-match", table.header("etag").unwrap())];
    let unchanged = server.client().send("GET", "/q/icp-history.json", &headers, "").unwrap();
    for response in [&table, &unchanged] {
        assert_eq!(response.header("cache-control"), shared);
        assert_eq!(response.header("aidgraph-data-version"), count_header["dataVersion"].as_str());
        assert_eq!(response.header("vary"), Some("accept-encoding"));
    }
    let headers = [("authorization", "Bearer x")];
    let own = server.client().send("GET", "/q/icp-history.json", &headers, "").unwrap();
    assert_eq!(own.header("cache-control"), Some("private, no-cache"));
    let rejected = server.get("/q/icp-history.json?contry=ML");
    assert_eq!(rejected.header("cache-control"), Some("no-store"));
}

#[test]
fn a_byte_order_mark_is_sent_on_request() {
    let server = Server::shared();
    assert!(server.get("/q/icp-history.csv?bom=1").body.starts_with('\u{feff}'));
    assert!(!server.get("/q/icp-history.csv").body.starts_with('\u{feff}'));
}

#[test]
fn required_variables_of_ad_hoc_queries_are_accepted_as_json() {
    let server = Server::shared();
    let query = "query Q($c: [String!]!) { programmes(filter: { country: $c }, first: 1000) { nodes { identifier } } }";
    let path = format!("/q.csv?query={}&rows=programmes.nodes", encoded(query));
    let by_name = server.get(&format!("{path}&c=ML"));
    assert_eq!(by_name.status, 200, "{}", by_name.body);
    let in_json = server.get(&format!("{path}&variables={}", encoded("{\"c\":[\"ML\"]}")));
    assert_eq!((in_json.status, in_json.body), (200, by_name.body));
    for missing in ["", "&variables=%7B%7D"] {
        let rejected = server.get(&format!("{path}{missing}"));
        assert!(rejected.status == 400 && rejected.body.contains("`c`"), "{}", rejected.body);
    }
}

#[cfg(feature = "columnar")]
#[test]
fn typed_formats_of_a_query_have_its_rows_and_licences() {
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    let server = Server::shared();
    for name in names(&server) {
        let rows = server.json(&format!("/q/{name}.json"))["rows"].as_array().unwrap().len();
        let parquet = server.get(&format!("/q/{name}.parquet"));
        assert_eq!(parquet.status, 200, "{name}: {}", parquet.body);
        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, &parquet.bytes).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
        let facts = reader.metadata().file_metadata();
        assert_eq!(usize::try_from(facts.num_rows()).unwrap(), rows, "{name}");
        let arrow = server.get(&format!("/q/{name}.arrow"));
        assert_eq!(arrow.header("aidgraph-rows"), Some(rows.to_string().as_str()), "{name}");
        let bytes = std::io::Cursor::new(server.get(&format!("/q/{name}.xlsx")).bytes);
        let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(bytes).unwrap();
        let sheet = calamine::Reader::worksheet_range_at(&mut book, 0).unwrap().unwrap();
        assert_eq!(sheet.rows().count(), rows + 1, "{name}");
    }
}
