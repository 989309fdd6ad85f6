//! The flows page: its sums and audits are those of GraphQL.

use serde_json::Value;

use super::site::{assert_valid, page, run_shown_query};
use super::site_missions::section;
use crate::support::server::Server;

const BOTH: &str = "/flows?country=ml,ne&scope=all&from=2011&to=2022";

/// Digits of an exact amount, with thousands separators.
fn grouped(amount: &Value) -> String {
    let text = amount.as_str().unwrap();
    let (whole, part) = text.split_once('.').map_or((text, None), |(w, p)| (w, Some(p)));
    let digits: Vec<char> = whole.chars().collect();
    let chunks = digits.rchunks(3).rev().map(|chunk| chunk.iter().collect::<String>());
    let whole = chunks.collect::<Vec<_>>().join(",");
    part.map_or(whole.clone(), |part| format!("{whole}.{part}"))
}

#[test]
fn sums_of_flows_match_graphql() {
    let server = Server::shared();
    let html = page(&server, BOTH).body;
    assert_valid(BOTH, &html);
    let flows = run_shown_query(&server, &html)["flows"].clone();
    let sums = section(&html, "sums");
    let incoming = &flows["incoming"][0];
    for key in ["counted", "naive", "lower"] {
        let amount = grouped(&incoming[key]);
        assert!(sums.contains(&format!("{amount}\u{a0}EUR")), "{key} {amount}: {sums}");
    }
    assert!(sums.contains("Development and humanitarian money are added up"), "{sums}");
    let one = page(&server, "/flows?country=ml").body;
    assert!(!one.contains("Development and humanitarian money are added up"));
    // All money for Mali in the seed is humanitarian, and not of the requested scope.
    let sums = section(&one, "sums");
    for part in
        ["None of the money that crosses", "href=\"flows?country=ml&amp;scope=humanitarian\""]
    {
        assert!(sums.contains(part), "{part}: {sums}");
    }
}

#[test]
fn each_step_of_an_audit_links_to_its_amounts() {
    let server = Server::shared();
    let html = page(&server, BOTH).body;
    let flows = run_shown_query(&server, &html)["flows"].clone();
    let audit = section(&html, "audit-in");
    assert!(audit.contains("All added up"), "{audit}");
    let mut steps = 0;
    for sum in flows["incoming"][0]["excludedSums"].as_array().unwrap() {
        let reason = sum["reason"].as_str().unwrap().to_lowercase().replace('_', "-");
        assert!(audit.contains(&format!("href=\"#audit-in-{reason}\"")), "{reason}: {audit}");
        assert!(audit.contains(&format!("id=\"audit-in-{reason}\"")), "{reason}");
        steps += 1;
    }
    assert!(steps > 0, "{flows}");
    for left in flows["incoming"][0]["excluded"].as_array().unwrap() {
        let record = left["record"].as_str().unwrap();
        assert!(audit.contains(&format!("/{record}\"")), "{record}: {audit}");
    }
}

#[test]
fn years_of_flows_are_drawn_each_with_its_own_sums() {
    let server = Server::shared();
    let html = page(&server, "/flows?country=ml&scope=humanitarian&from=2012&to=2016").body;
    let data = run_shown_query(&server, &html);
    let years = section(&html, "years");
    let mut stated = 0;
    for (at, year) in (2012..=2016).enumerate() {
        let sums = &data[format!("y{at}")]["incoming"];
        for sum in sums.as_array().unwrap().iter().filter(|sum| sum["counted"].is_string()) {
            stated += 1;
            let amount = grouped(&sum["counted"]);
            assert!(years.contains(&format!("{amount}\u{a0}EUR")), "{year} {amount}: {years}");
        }
        assert!(years.contains(&format!("from={year}&amp;to={year}")), "{year}");
    }
    assert!(stated > 1, "{data}");
    assert!(data["y5"].is_null(), "a year outside the selection is not queried: {data}");
    assert!(years.contains("2012 to 2016"), "{years}");
}

#[test]
fn flows_are_translated_and_keep_currencies_separate() {
    let server = Server::shared();
    let path = "/flows?country=ml,ne&scope=all&currency=published&lang=fr";
    let html = page(&server, path).body;
    assert_valid(path, &html);
    for part in ["Entrées, circulation et sorties", "Tout additionné", "Audit des entrées"] {
        assert!(html.contains(part), "{part}");
    }
    let currencies = run_shown_query(&server, &html)["flows"]["incoming"].as_array().unwrap().len();
    assert_eq!(section(&html, "sums").matches("<td>entrées</td>").count(), currencies);
}

#[test]
fn flows_report_invalid_parameters_and_missing_data() {
    let server = Server::shared();
    let path = "/flows?country=zzz&scope=much&currency=shells&to=never";
    let html = page(&server, path).body;
    assert_valid(path, &html);
    for part in ["“zzz”", "“much”", "“shells”", "“never”", "value=\"ML\""] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let none = page(&server, "/flows?country=AQ").body;
    assert_valid("/flows?country=AQ", &none);
    assert!(none.contains("No money in the data crosses this boundary"), "{none}");
    // The ten years of a drawing may be empty: they are named, and the ten before are offered.
    let late = page(&server, "/flows?country=ml&scope=humanitarian&to=2035").body;
    let years = section(&late, "years");
    assert!(years.contains("From 2026 to 2035, no amount"), "{years}");
    assert!(years.contains("from=2016&amp;to=2025"), "{years}");
    let unknown = page(&server, "/flows?agency=nobody-1");
    assert_eq!(unknown.status, 400);
    assert!(unknown.body.contains("nobody-1"), "{}", unknown.body);
}
