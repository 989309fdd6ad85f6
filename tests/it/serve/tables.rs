//! Tables over HTTP: every table in every format, its parameters, and the documents that describe it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::http::Response;
use crate::support::server::{Server, code, json};

fn tables(server: &Server) -> Vec<Value> {
    server.json("/q")["tables"].as_array().unwrap().clone()
}

fn names(values: &Value, key: &str) -> Vec<String> {
    let values = values.as_array().unwrap().iter();
    values.map(|value| value[key].as_str().unwrap().to_owned()).collect()
}

fn lines(response: &Response) -> Vec<Vec<String>> {
    let mut csv =
        csv::ReaderBuilder::new().has_headers(false).from_reader(response.body.as_bytes());
    csv.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn every_table_has_the_same_rows_in_csv_json_and_ndjson() {
    let server = Server::shared();
    for table in tables(&server) {
        let name = table["name"].as_str().unwrap();
        let csv = server.get(&format!("/q/{name}.csv"));
        assert_eq!(csv.status, 200, "{name}");
        let lines = lines(&csv);
        assert_eq!(lines[0], names(&table["columns"], "name"), "{name}");
        let rows: usize = csv.header("aidgraph-rows").unwrap().parse().unwrap();
        assert_eq!(lines.len() - 1, rows, "{name}");
        let json = server.json(&format!("/q/{name}.json"));
        let all = json["rows"].as_array().unwrap();
        assert_eq!(all.len(), rows, "{name}");
        let ndjson = server.get(&format!("/q/{name}.ndjson"));
        let parsed: Vec<Value> =
            ndjson.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(&parsed, all, "{name}");
        let keys = names(&json["columns"], "name");
        for (row, cells) in all.iter().zip(&lines[1..]) {
            for (key, cell) in keys.iter().zip(cells) {
                assert_eq!(row[key].is_null(), cell.is_empty(), "{name} {key}");
            }
        }
        let key: Vec<usize> = table["key"]
            .as_array()
            .unwrap()
            .iter()
            .map(|column| keys.iter().position(|key| column == key.as_str()).unwrap())
            .collect();
        if !key.is_empty() {
            let keys: BTreeSet<Vec<&String>> =
                lines[1..].iter().map(|row| key.iter().map(|at| &row[*at]).collect()).collect();
            assert_eq!(keys.len(), rows, "the key of {name} identifies its rows");
        }
    }
}

#[test]
fn a_large_table_is_sent_while_it_is_written_and_is_the_same_from_the_spool() {
    let server = Server::start(&[]);
    let path = "/q/programmes.json";
    let first = server.get(path);
    assert!(first.bytes.len() > 65_536, "the table must exceed the memory buffer");
    assert_eq!(first.header("content-length"), None, "the length must be unknown");
    assert_eq!(first.header("aidgraph-rows"), Some(json(&first)["rowCount"].to_string().as_str()));
    let again = server.get(path);
    assert_eq!(again.header("content-length"), Some(first.bytes.len().to_string().as_str()));
    assert!(again.bytes == first.bytes);
    assert_eq!(again.header("etag"), first.header("etag"));
    let range = server.client().send("GET", path, &[("range", "bytes=0-3")], "").unwrap();
    assert_eq!((range.status, range.bytes.as_slice()), (206, &first.bytes[..4]));
}

#[test]
fn rows_are_paged_only_on_request() {
    let server = Server::shared();
    let ids = |query: &str| -> Vec<String> {
        let table = server.json(&format!("/q/programmes.json{query}"));
        names(&table["rows"], "id")
    };
    let all = ids("");
    assert!(all.len() > 100);
    assert_eq!(ids("?limit=3"), all[..3]);
    assert_eq!(ids("?limit=3&offset=2"), all[2..5]);
    assert_eq!(ids("?limit=3&page=2"), all[3..6]);
    assert_eq!(ids(&format!("?limit=3&after={}", all[4])), all[5..8]);
    assert_eq!(ids("?offset=100000"), Vec::<String>::new());
    let pages: Vec<String> = (0..)
        .map(|at| ids(&format!("?limit=50&offset={}", at * 50)))
        .take_while(|page| !page.is_empty())
        .flatten()
        .collect();
    assert_eq!(pages, all);
}

#[test]
fn list_parameters_match_any_of_their_values() {
    let server = Server::shared();
    let rows = |query: &str| {
        server
            .get(&format!("/q/programmes.csv?{query}"))
            .header("aidgraph-rows")
            .unwrap()
            .parse::<usize>()
            .unwrap()
    };
    let both = rows("country=ML,NE");
    assert!(both > rows("country=ML"));
    for same in [
        "country=ML&country=NE",
        "country=%7BML,NE%7D",
        "country=ml,ne",
        "country=ML,NE&_=1700000000",
    ] {
        assert_eq!(rows(same), both, "{same}");
    }
    let all = rows("");
    for same in ["country=", "country=$__all", "kind=&donor=$__all"] {
        assert_eq!(rows(same), all, "{same}");
    }
}

#[test]
fn names_and_texts_are_in_the_requested_language() {
    let server = Server::shared();
    let first = |path: &str| server.json(path)["rows"][0].clone();
    let english = first("/q/agreements.json?country=TG&limit=1");
    assert_eq!(
        (&english["title_language"], &english["title_translated"]),
        (&"EN".into(), &false.into())
    );
    let french = first("/q/agreements.json?country=TG&limit=1&language=fr");
    assert_eq!(french["title"], "Lettre d'entente sur les futurs domaines de coopération");
    assert_eq!(
        (&french["title_language"], &french["title_translated"]),
        (&"FR".into(), &true.into())
    );
    assert_eq!(french["donor_name"], "Luxembourg");
    // A language without texts falls back, and the response states it.
    assert_eq!(first("/q/agreements.json?country=TG&limit=1&language=es"), english);
    assert_eq!(first("/q/agreements.json?country=TG&limit=1&language=es,fr"), french);
    let mission = first("/q/missions.json?country=LB&language=fr");
    assert_eq!((&mission["acronym"], &mission["country_name"]), (&"FINUL".into(), &"Liban".into()));
    let group =
        first("/q/humanitarian-contributions.json?country=BF&by=country&language=fr&limit=1");
    assert_eq!(group["country_name"], "Burkina Faso");
    let receiver = first("/q/humanitarian-contributions.json?country=AF&by=receiver&language=fr");
    assert_eq!(receiver["receiver_name"], "Programme alimentaire mondial");
}

#[test]
fn invalid_parameters_are_named() {
    let server = Server::shared();
    for (path, status, word, text) in [
        ("/q/programmes.csv?contry=ML", 400, "BAD_USER_INPUT", "did you mean `country`?"),
        ("/q/programmes.csv?status=OPEN", 400, "BAD_USER_INPUT", "one of PLANNED, ACTIVE"),
        ("/q/programmes.csv?limit=-1", 400, "BAD_USER_INPUT", "`limit`"),
        ("/q/programmes.csv?page=2", 400, "BAD_USER_INPUT", "`limit`"),
        ("/q/programmes.csv?after=nothing", 400, "BAD_USER_INPUT", "`after`"),
        ("/q/programmes.csv?currency=EURO", 400, "BAD_USER_INPUT", "`currency`"),
        ("/q/programmes.csv?language=french", 400, "BAD_USER_INPUT", "such as en or fr"),
        ("/q/programmes.csv?shape=rows", 400, "BAD_USER_INPUT", "`shape=rows`"),
        ("/q/programmes.csv?licence=any", 400, "BAD_USER_INPUT", "`licence`"),
        ("/q/budgets.csv?by=provider", 400, "BAD_USER_INPUT", "provider"),
        ("/q/transactions.csv?by=planet", 400, "BAD_USER_INPUT", "`by`"),
        ("/q/transactions.csv?by=country&fill=year", 400, "BAD_USER_INPUT", "`fill`"),
        ("/q/events.csv?donor=LU", 400, "BAD_USER_INPUT", "`partner`"),
        ("/q/programmes.doc", 404, "NOT_FOUND", "`/q/programmes.csv`"),
        ("/q/program.csv", 404, "NOT_FOUND", "`/q`"),
    ] {
        let response = server.get(path);
        assert_eq!((response.status, code(&response)), (status, word.to_owned()), "{path}");
        let message = json(&response)["errors"][0]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(text), "{path}: {message}");
    }
    let unknown = server.get("/q/programmes.csv?country=ZZ");
    assert_eq!((unknown.status, unknown.header("aidgraph-warnings")), (200, Some("1")));
}

#[test]
fn the_timeline_of_a_pair_has_all_three_pillars() {
    let server = Server::shared();
    let table = server.json("/q/events.json?donor=LU&partner=ML");
    let rows = table["rows"].as_array().unwrap();
    let pillars: BTreeSet<&str> = rows.iter().filter_map(|row| row["pillar"].as_str()).collect();
    assert_eq!(pillars.into_iter().collect::<Vec<_>>(), ["DEFENCE", "DEVELOPMENT", "DIPLOMACY"]);
    let dates: Vec<&str> = rows.iter().map(|row| row["date"].as_str().unwrap()).collect();
    assert!(dates.is_sorted());
    assert!(rows.iter().all(|row| row["file"].is_string() && row["line"].is_u64()));
}

#[test]
fn groups_have_a_code_and_a_name_for_each_key_and_gaps_are_empty() {
    let server = Server::shared();
    let table = server.json("/q/budgets.json?by=country,year&fill=year&donor=LU");
    assert_eq!(
        names(&table["columns"], "name")[..6],
        ["country_code", "country_code3", "country_name", "year", "year_start", "counted"]
    );
    let rows = table["rows"].as_array().unwrap();
    let years: BTreeSet<u64> = rows.iter().filter_map(|row| row["year"].as_u64()).collect();
    let (first, last) = (*years.first().unwrap(), *years.last().unwrap());
    assert_eq!(years.len() as u64, last - first + 1, "no year is missing");
    let mali = rows.iter().filter(|row| row["country_code"] == "ML" && row["year"].is_u64());
    assert_eq!(mali.count() as u64, last - first + 1, "no year of Mali is missing");
    assert!(rows.iter().any(|row| row["items"].is_null() && row["counted"].is_null()));
}

#[test]
fn documents_name_every_table() {
    let server = Server::shared();
    let listed = server.json("/q");
    let queries = names(&listed["queries"], "name");
    let names = names(&listed["tables"], "name");
    let open_api = server.json("/q/openapi.json");
    let paths: Vec<String> = open_api["paths"].as_object().unwrap().keys().cloned().collect();
    let catalog = server.json("/q/catalog.jsonld");
    let datasets = catalog["dataset"].as_array().unwrap();
    let (llms, page) = (
        server.get("/llms.txt").body,
        server.client().send("GET", "/q", &[("accept", "text/html,*/*;q=0.8")], "").unwrap(),
    );
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert!(page.header("content-security-policy").unwrap().contains("form-action 'self'"));
    for name in &names {
        assert!(paths.contains(&format!("/q/{name}.{{format}}")), "{name}");
        assert!(datasets.iter().any(|set| set["@id"] == format!("/q/{name}")), "{name}");
        assert!(llms.contains(&format!("/q/{name}.csv")), "{name}");
        assert!(page.body.contains(&format!("action=\"q/{name}.csv\"")), "{name}");
    }
    assert!(names.contains(&"transaction-shares".to_owned()));
    let search = open_api["paths"]["/q/search.{format}"]["get"]["parameters"].as_array().unwrap();
    let first = search.iter().find(|parameter| parameter["name"] == "first").unwrap();
    assert!(
        first["schema"]["default"].is_u64(),
        "a default has the type of its parameter: {first}"
    );
    for name in &queries {
        assert!(paths.contains(&format!("/q/{name}.{{format}}")), "{name}");
        assert!(datasets.iter().any(|set| set["@id"] == format!("/q/{name}")), "{name}");
        assert!(llms.contains(&format!("/q/{name}.csv")), "{name}");
    }
}

#[test]
fn a_contribution_to_a_mission_is_in_the_host_country_of_the_mission() {
    let server = Server::shared();
    let select = |filter: &str| {
        let query = format!(
            "{{ missionContributions(filter: {filter}, first: 1000) {{ nodes {{ identifier missions {{ countries {{ code }} }} }} }} }}"
        );
        let response = json(&server.post(&serde_json::json!({ "query": query }), &[]));
        response["data"]["missionContributions"]["nodes"].as_array().unwrap().clone()
    };
    let all = select("{}");
    let hosted = |node: &&Value| {
        let mut missions = node["missions"].as_array().unwrap().iter();
        missions.any(|m| m["countries"].as_array().unwrap().iter().any(|c| c["code"] == "ML"))
    };
    let hosted: Vec<Value> = all.iter().filter(hosted).cloned().collect();
    assert!(!hosted.is_empty() && hosted.len() < all.len());
    assert_eq!(select("{ country: \"ML\" }"), hosted);
    assert_eq!(select("{ not: { country: \"ML\" } }").len(), all.len() - hosted.len());
    let table = server.json("/q/mission-contributions.json?country=ML");
    let rows = table["rows"].as_array().unwrap();
    assert_eq!(rows.len(), hosted.len());
    for row in rows {
        assert_eq!(row["mission_name"].is_null(), row["missions"] != 1, "{row}");
        if row["countries"] == 1 {
            let country = [&row["country_code"], &row["country_code3"], &row["country_name"]];
            assert_eq!(country, ["ML", "MLI", "Mali"], "{row}");
        }
    }
}

fn with_commas(digits: &str) -> String {
    match digits.split_at_checked(digits.len().saturating_sub(3)) {
        Some((thousands, rest)) if !thousands.is_empty() => {
            format!("{},{rest}", with_commas(thousands))
        }
        _ => digits.to_owned(),
    }
}

#[test]
fn tables_with_a_chart_are_drawn_from_their_rows() {
    let server = Server::shared();
    let rows = server.json("/q/humanitarian-contributions.json?by=year&country=ML");
    let svg =
        server.get("/q/humanitarian-contributions.svg?by=year&country=ML&heading=Aid%20%26%20Mali");
    assert_eq!(svg.status, 200, "{}", svg.body);
    assert_eq!(svg.header("content-type"), Some("image/svg+xml"));
    assert!(svg.body.starts_with("<svg ") && svg.body.contains("Aid &amp; Mali"), "{}", svg.body);
    let rows = rows["rows"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["counted"].is_null()));
    for row in rows {
        let whole = row["counted"].as_f64().map(|counted| format!("{:.0}", counted.trunc()));
        let figure = whole.map_or("not stated".to_owned(), |whole| with_commas(&whole));
        assert!(svg.body.contains(&figure), "{figure}: {}", svg.body);
    }
    let tag = svg.header("etag").unwrap();
    let path = "/q/humanitarian-contributions.svg?by=year&country=ML&heading=Aid%20%26%20Mali";
    let again = server.client().send("GET", path, &[("if-none-match", tag)], "").unwrap();
    assert_eq!(again.status, 304);

    // Exactly the tables whose description has a chart are drawn.
    for table in tables(&server) {
        let name = table["name"].as_str().unwrap();
        let response = server.get(&format!("/q/{name}.svg"));
        let has_chart = table["chart"].is_string();
        assert_eq!(has_chart, table["urls"]["svg"].is_string(), "{name}");
        assert_eq!(response.status, if has_chart { 200 } else { 400 }, "{name}: {}", response.body);
    }
    let keys = server.get("/q/budgets.svg?by=country,sector,year,donor");
    assert!(keys.body.contains("one to three keys in `by`"), "{}", keys.body);
    let long = server.get(&format!("/q/budgets.svg?heading={}", "x".repeat(201)));
    assert!(long.status == 400 && long.body.contains("`heading`"), "{}", long.body);
}
