//! The missions page: its figures are those of GraphQL, and its filters those of its tables.

use serde_json::Value;

use super::site::{assert_valid, links, page, run_shown_query};
use crate::support::server::Server;

/// Rows of the table that a page offers, as JSON.
pub(super) fn downloaded(server: &Server, path: &str, html: &str) -> Vec<Value> {
    let all = links(path, html);
    let table = all.iter().find(|link| link.contains(".json")).unwrap();
    server.json(table)["rows"].as_array().unwrap().clone()
}

/// Contents of a section of a page.
pub(super) fn section<'a>(html: &'a str, id: &str) -> &'a str {
    let begin = html.find(&format!("<section id=\"{id}\"")).unwrap_or_else(|| panic!("no {id}"));
    let rest = &html[begin..];
    &rest[..rest.find("</section>").unwrap()]
}

#[test]
fn missions_list_each_contribution_with_its_footnote() {
    let server = Server::shared();
    let path = "/missions";
    let html = page(&server, path).body;
    assert_valid(path, &html);
    let data = run_shown_query(&server, &html);
    let all = data["contributions"]["nodes"].as_array().unwrap();
    assert!(all.len() > 30);
    let list = section(&html, "contributions");
    for one in all {
        let id = one["identifier"].as_str().unwrap();
        assert!(list.contains(&format!("mission-contribution/{id}\"")), "{id}");
    }
    for part in ["at most 27", "about 20", "18,900,000", "159,000,000", "aria-label=\"Note 1\""] {
        assert!(list.contains(part), "{part}: {list}");
    }
    let missions = section(&html, "missions");
    for one in data["missions"]["nodes"].as_array().unwrap() {
        let id = one["identifier"].as_str().unwrap();
        assert!(missions.contains(&format!("mission/{id}\"")), "{id}");
    }
    assert_eq!(downloaded(&server, path, &html).len(), all.len());
}

#[test]
fn deployed_announced_and_authorised_personnel_are_never_added() {
    let server = Server::shared();
    let html = page(&server, "/missions?country=ml&from=2020&to=2020").body;
    let people = section(&html, "people");
    for part in ["ceiling: at most 27 · EUTM Mali", "announced: about 20 · EUTM Mali"] {
        assert!(people.contains(part), "{part}: {people}");
    }
    assert!(people.contains("ceiling: at most 10 · MINUSMA"), "{people}");
    assert!(people.contains("stage not stated: 2 · MINUSMA"), "{people}");
    for sum in ["37 ", "39 ", "47 "] {
        assert!(!people.contains(&format!(">{sum}")), "{sum}");
    }
    // Five contributions of 2014 have no number: one ring, which links to the list of that year.
    let year = page(&server, "/missions?from=2014&to=2014").body;
    assert!(section(&year, "people").contains("served: not stated · "), "{year}");
}

#[test]
fn filters_of_missions_match_those_of_its_table() {
    let server = Server::shared();
    for (query, expected) in [
        ("country=ne", 3),
        ("country=ml&from=2021&to=2021", 5),
        ("kind=nato", 3),
        ("body=lu-police", 2),
        ("from=2014", 29),
    ] {
        let path = format!("/missions?{query}");
        let html = page(&server, &path).body;
        assert_valid(&path, &html);
        let rows = downloaded(&server, &path, &html);
        assert_eq!(rows.len(), expected, "{path}");
        let list = section(&html, "contributions");
        for row in rows {
            let id = row["id"].as_str().unwrap();
            assert!(list.contains(&format!("mission-contribution/{id}\"")), "{path}: {id}");
        }
    }
}

#[test]
fn missions_are_translated_into_french() {
    let html = page(&Server::shared(), "/missions?lang=fr&country=ml").body;
    assert_valid("/missions?lang=fr", &html);
    for part in ["Effectifs par année", "Corps d'envoi", "au plus 27", "18\u{202f}900\u{202f}000"]
    {
        assert!(html.contains(part), "{part}");
    }
}

#[test]
fn missions_report_invalid_parameters_and_missing_data() {
    let server = Server::shared();
    let html = page(&server, "/missions?country=zzz&kind=picnic&from=soon").body;
    assert_valid("/missions?country=zzz", &html);
    for part in ["“zzz” is no value", "“picnic” is no value", "“soon” is no value"] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let none = page(&server, "/missions?country=FR&from=1999&to=1990").body;
    assert_valid("/missions?country=FR", &none);
    for part in ["No mission in the data", "No contribution in the data", "value=\"1990\""] {
        assert!(none.contains(part), "{part}: {none}");
    }
    let script = page(&server, "/missions?body=%3Cscript%3Ealert(1)%3C%2Fscript%3E").body;
    assert!(!script.contains("<script>alert"), "{script}");
}
