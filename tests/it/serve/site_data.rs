//! The data page: saved queries as forms, coverage, gaps, and the ledger of imports.

use super::site::{assert_valid, page, run_shown_query};
use super::site_missions::section;
use crate::support::server::Server;

#[test]
fn the_data_page_has_a_form_for_every_query_and_every_table() {
    let server = Server::shared();
    let html = page(&server, "/data").body;
    assert_valid("/data", &html);
    let index = server.json("/q");
    let questions = section(&html, "questions");
    for query in index["queries"].as_array().unwrap() {
        let name = query["name"].as_str().unwrap();
        assert!(questions.contains(&format!("formaction=\"q/{name}.csv\"")), "{name}");
    }
    assert!(questions.contains("name=\"donor\""), "{questions}");
    let dictionary = section(&html, "dictionary");
    for table in index["tables"].as_array().unwrap() {
        let name = table["name"].as_str().unwrap();
        assert!(dictionary.contains(&format!("href=\"q#{name}\"")), "{name}");
    }
}

#[test]
fn blank_fields_of_a_form_take_their_default() {
    let server = Server::shared();
    let index = server.json("/q");
    let tables = index["tables"].as_array().unwrap();
    for query in index["queries"].as_array().unwrap() {
        let name = query["name"].as_str().unwrap();
        // The name of a table links to the table.
        if tables.iter().any(|table| table["name"] == name) {
            continue;
        }
        let blank = query["variables"].as_array().unwrap().iter();
        let blank = blank.filter(|variable| variable["required"] == false);
        let blank: Vec<String> =
            blank.map(|variable| format!("{}=", variable["name"].as_str().unwrap())).collect();
        let blank = server.get(&format!("/q/{name}.csv?{}", blank.join("&")));
        assert_eq!(blank.status, 200, "{name}: {}", blank.body);
        assert_eq!(blank.body, server.get(&format!("/q/{name}.csv")).body, "{name}");
    }
}

#[test]
fn coverage_distinguishes_totals_items_gaps_and_missing_data() {
    let server = Server::shared();
    let html = page(&server, "/data").body;
    let coverage = section(&html, "coverage");
    for part in [
        "humanitarian contributions 2015: ",
        "with a published total",
        "looked for, not found: ",
        "not looked for",
        "programmes 2023: ",
        "gap/GAP-ML-ODA\"",
    ] {
        assert!(coverage.contains(part), "{part}: {coverage}");
    }
    let gaps = section(&html, "gaps");
    for gap in run_shown_query(&server, &html)["gaps"]["nodes"].as_array().unwrap() {
        let id = gap["identifier"].as_str().unwrap();
        assert!(gaps.contains(&format!("gap/{id}\"")), "{id}");
    }
}

#[test]
fn the_ledger_lists_each_file_with_its_rows() {
    let server = Server::shared();
    let html = page(&server, "/data?lang=fr").body;
    assert_valid("/data?lang=fr", &html);
    let ledger = section(&html, "ledger");
    let data = run_shown_query(&server, &html);
    for file in data["dataset"]["sources"].as_array().unwrap() {
        let name = file["name"].as_str().unwrap();
        assert!(ledger.contains(name), "{name}");
    }
    assert!(ledger.contains("Lignes lues") && ledger.contains("Rejetées"), "{ledger}");
    let version = data["dataset"]["version"].as_str().unwrap();
    assert!(section(&html, "version").contains(version), "{html}");
}
