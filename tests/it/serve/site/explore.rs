//! Pages that explore a noun: facets, filters, order, columns, sums, pages of the list, and errors.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{assert_valid, links, open, page, tags, unescape};
use crate::support::server::Server;

/// Nouns of the pages, with the list of the schema.
const NOUNS: [(&str, &str); 17] = [
    ("agencies", "agencies"),
    ("agreements", "agreements"),
    ("countries", "countries"),
    ("dialogues", "dialogues"),
    ("events", "events"),
    ("gaps", "gaps"),
    ("humanitarian-contributions", "humanitarianContributions"),
    ("locations", "locations"),
    ("mission-contributions", "missionContributions"),
    ("missions", "missions"),
    ("oda-figures", "odaFigures"),
    ("partnerships", "partnerships"),
    ("programmes", "programmes"),
    ("sectors", "sectors"),
    ("sources", "sources"),
    ("transactions", "transactions"),
    ("trust-funds", "trustFunds"),
];

fn html(server: &Server, path: &str) -> String {
    let response = page(server, path);
    assert_eq!(response.status, 200, "{path}: {}", response.body);
    assert_valid(path, &response.body);
    response.body
}

fn data(server: &Server, query: &str) -> Value {
    let response = server.post(&json!({ "query": query }), &[]);
    let response: Value = serde_json::from_str(&response.body).unwrap();
    assert_eq!(response["errors"], Value::Null, "{query}: {response}");
    response["data"].clone()
}

/// Rows of the table of records: the texts of their first cells.
fn rows(html: &str) -> Vec<String> {
    let table = html.split("<table class=\"sorted\">").nth(1).unwrap_or_default();
    let body = table.split("</table>").next().unwrap().split("<tbody>").nth(1).unwrap_or_default();
    let cells = body.split("<tr>").skip(1).map(|row| row.split("</td>").next().unwrap());
    cells.map(|cell| unescape(cell.rsplit_once("\">").map_or(cell, |(_, text)| text))).collect()
}

/// Links of a class, with their target and text.
fn named_links(html: &str, class: &str) -> Vec<(String, String)> {
    let start = format!("<a class=\"{class}\" href=\"");
    let parts = html.split(&start).skip(1);
    let link = |part: &str| {
        let (href, rest) = part.split_once('"').unwrap();
        let text = rest.split("</a>").next().unwrap();
        let text: String = text
            .split('<')
            .map(|piece| piece.split_once('>').map_or("", |(_, text)| text))
            .collect();
        (unescape(href), unescape(&text))
    };
    parts.map(link).collect()
}

/// Query and variables that a page shows.
fn shown_query(html: &str) -> (String, Value) {
    let code = |class: &str| {
        let text = html.split(&format!("<code class=\"{class}\">")).nth(1).unwrap();
        unescape(text.split("</code>").next().unwrap())
    };
    (code("query"), serde_json::from_str(&code("variables")).unwrap())
}

#[test]
fn every_noun_can_be_explored_in_both_languages() {
    let server = Server::shared();
    let index = html(&server, "/explore");
    for (noun, list) in NOUNS {
        let path = format!("/explore/{noun}");
        assert!(index.contains(&format!("href=\"{}\"", &path[1..])), "{noun}");
        let english = html(&server, &path);
        let total = &data(&server, &format!("{{ {list}(first: 0) {{ totalCount }} }}"))[list];
        let total = total["totalCount"].as_u64().unwrap();
        assert_eq!(rows(&english).len() as u64, total.min(50), "{noun}");
        let french = html(&server, &format!("{path}?lang=fr"));
        assert!(french.contains("Enregistrements") && french.contains("Filtres"), "{noun}");
        for word in [">Filters<", ">Records<", ">Columns<", " records match", "not stated</"] {
            assert!(!french.contains(word), "{noun} has {word}");
        }
        // The query of the page returns its data.
        let (query, variables) = shown_query(&english);
        let response = server.post(&json!({ "query": query, "variables": variables }), &[]);
        let response: Value = serde_json::from_str(&response.body).unwrap();
        assert_eq!(response["errors"], Value::Null, "{noun}");
        assert_eq!(response["data"]["list"]["totalCount"], total, "{noun}");
    }
}

#[test]
fn facet_counts_match_the_linked_list() {
    let server = Server::shared();
    let mut client = server.client();
    for (noun, _) in NOUNS {
        let path = format!("/explore/{noun}");
        let own = html(&server, &path);
        let values = named_links(&own, "value");
        assert!(!values.is_empty(), "{noun}");
        for (href, text) in values.iter().step_by(5) {
            let count: u64 = text.rsplit(' ').next().unwrap().replace(',', "").parse().unwrap();
            let target = super::resolved(&path, href);
            let shown = open(&mut client, &target, &[]).body;
            let (_, variables) = shown_query(&shown);
            assert_ne!(variables["filter"], json!({}), "{target}");
            let found = format!("<span class=\"count\">{count}</span></h2>");
            assert!(shown.contains(&found), "{target}: {text}");
            assert!(shown.contains("class=\"chips\""), "{target}");
        }
    }
}

#[test]
fn graphql_facets_count_the_lists_that_their_values_select() {
    let server = Server::shared();
    let facet = data(
        &server,
        "{ programmes(filter: { country: \"ML\" }) { totalCount
             status: facet(by: STATUS, first: 2, including: [\"CANCELLED\"]) {
               field totalCount without values { code name { en } items } }
             country: facet(by: COUNTRY) { values { code name { en } items } } } }",
    );
    let list = &facet["programmes"];
    assert_eq!(list["country"]["values"][0]["name"]["en"], "Mali");
    assert_eq!(list["country"]["values"][0]["items"], list["totalCount"]);
    let values = list["status"]["values"].as_array().unwrap();
    assert!(values.len() >= 2 && list["status"]["totalCount"].as_u64().unwrap() >= 2);
    let mut sum = list["status"]["without"].as_u64().unwrap();
    for value in values {
        let code = value["code"].as_str().unwrap();
        let query = format!(
            "{{ programmes(filter: {{ country: \"ML\", status: {code} }}) {{ totalCount }} }}"
        );
        assert_eq!(value["items"], data(&server, &query)["programmes"]["totalCount"], "{code}");
        sum += value["items"].as_u64().unwrap();
    }
    assert!(sum <= list["totalCount"].as_u64().unwrap());
    let wrong =
        server.post(&json!({ "query": "{ events { facet(by: SECTOR) { without } } }" }), &[]);
    assert!(wrong.body.contains("Event has no facet SECTOR; it has"), "{}", wrong.body);
}

#[test]
fn filters_order_columns_and_pages_change_the_table() {
    let server = Server::shared();
    let path = "/explore/programmes";
    let all = html(&server, path);
    let mali = html(&server, &format!("{path}?country=ML"));
    assert!(mali.contains("<span class=\"name\">Country</span> Mali"), "{mali}");
    assert!(rows(&mali).len() < rows(&all).len() || rows(&all).len() == 50);
    let both = shown_query(&html(&server, &format!("{path}?country=ML,NE"))).1;
    assert_eq!(both["filter"]["country"], json!(["ML", "NE"]));
    assert_eq!(both["besideCountry"], json!({}));

    let ascending = rows(&html(&server, &format!("{path}?country=ML&sort=id")));
    let mut descending = rows(&html(&server, &format!("{path}?country=ML&sort=id-desc")));
    if ascending.len() < 50 {
        descending.reverse();
        assert_eq!(ascending, descending);
    }
    // A programme of several countries states them.
    let several = html(&server, &format!("{path}?identifier=AGRI-PLUS&columns=country"));
    assert!(several.contains(">Mali</a>, <a "), "{several}");
    let columns = html(&server, &format!("{path}?columns=identifier,status"));
    let heads = columns.split("<thead>").last().unwrap().split("</thead>").next().unwrap();
    assert_eq!(heads.matches("<th ").count(), 3, "{heads}");
    assert!(heads.contains("Identifier") && !heads.contains("Budgets"), "{heads}");

    // Consecutive pages have no gaps or duplicates.
    let mut seen = Vec::new();
    let mut next = format!("{path}?sort=id&by");
    loop {
        let shown = html(&server, &next);
        seen.extend(named(&shown));
        let link = tags(&shown).into_iter().find_map(|(_, attributes, _)| {
            (attributes.get("rel").map(String::as_str) == Some("next"))
                .then(|| attributes["href"].clone())
        });
        let Some(link) = link else { break };
        next = super::resolved(path, &link);
    }
    let distinct: BTreeSet<&String> = seen.iter().collect();
    let total = data(&server, "{ programmes(first: 0) { totalCount } }");
    assert_eq!(seen.len() as u64, total["programmes"]["totalCount"].as_u64().unwrap());
    assert_eq!(distinct.len(), seen.len());
}

/// Targets of the records of a table.
fn named(html: &str) -> Vec<String> {
    let table = html.split("<table class=\"sorted\">").nth(1).unwrap();
    let rows = table.split("<tr><td><a href=\"").skip(1);
    rows.map(|row| row.split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn sums_add_up_to_the_total_of_the_list() {
    let server = Server::shared();
    for (noun, list, by) in [
        ("programmes", "programmes", "status"),
        ("programmes", "programmes", "year,sector_category"),
        ("transactions", "transactions", "transaction_type"),
        ("humanitarian-contributions", "humanitarianContributions", "year,channel"),
        ("mission-contributions", "missionContributions", "kind,mission"),
    ] {
        let shown = html(&server, &format!("/explore/{noun}?by={by}&currency=USD"));
        let (query, variables) = shown_query(&shown);
        let response = server.post(&json!({ "query": query, "variables": variables }), &[]);
        let response: Value = serde_json::from_str(&response.body).unwrap();
        let groups = response["data"]["money"]["groups"]["groups"].as_array().unwrap();
        let amounts = groups.iter().filter_map(|group| group["counted"].as_str());
        let sum: rust_decimal::Decimal =
            amounts.map(|text| text.parse::<rust_decimal::Decimal>().unwrap()).sum();
        if by != "transaction_type" {
            let total = format!("{{ {list} {{ totals(currency: \"USD\") {{ counted }} }} }}");
            let total = &data(&server, &total)[list]["totals"][0]["counted"];
            let total = total.as_str().map(|text| text.parse().unwrap()).unwrap_or_default();
            assert_eq!(sum, total, "{noun} by {by}");
        }
        assert!(shown.contains("<title id=\"sums-drawing-title\""), "{noun}");
        assert!(shown.contains("each amount once") || shown.contains("No stated amount"), "{noun}");
        for link in links("/explore/x", &shown).iter().filter(|link| link.starts_with("/q/")) {
            let response = server.get(link);
            assert!([200, 406].contains(&response.status), "{link}: {}", response.body);
        }
    }
    let unescape = html(&server, "/explore/programmes?by");
    assert!(!unescape.contains("id=\"money\""));
}

#[test]
fn a_meter_states_the_undivided_share() {
    let server = Server::shared();
    let shown = html(&server, "/explore/programmes?by=year");
    let groups = data(
        &server,
        "{ programmes { groups(by: [SECTOR_CATEGORY], currency: \"EUR\", first: 1000) {
             groups { counted keys { absence } } } } }",
    );
    let groups = groups["programmes"]["groups"]["groups"].as_array().unwrap();
    let sum = |is_absent: bool| -> f64 {
        let own =
            groups.iter().filter(|group| !is_absent || group["keys"][0]["absence"].is_string());
        own.filter_map(|group| group["counted"].as_str())
            .map(|text| text.parse::<f64>().unwrap())
            .sum()
    };
    let share = format!(
        "{:.0}% of this money is not broken down by sector",
        100.0 * sum(true) / sum(false)
    );
    assert!(shown.contains(&share), "{share}");
}

#[test]
fn invalid_addresses_get_the_known_values() {
    let server = Server::shared();
    assert_eq!(page(&server, "/explore/nothing").status, 404);
    for (path, part) in [
        ("/explore/programmes?contry=ML", "did you mean `country`"),
        ("/explore/events?by=year", "unknown parameter `by`"),
        ("/explore/events?colour=red", "sort, columns"),
        ("/explore/programmes?status=open", "PLANNED"),
        ("/explore/programmes?sort=size", "name-desc"),
        ("/explore/programmes?columns=price", "budgetTotals"),
        ("/explore/programmes?by=colour", "sector_category"),
        ("/explore/programmes?by=year,country,status", "one or two"),
        ("/explore/programmes?currency=QQQ", "QQQ"),
        ("/explore/programmes?after=x", "cursor"),
    ] {
        let response = page(&server, path);
        assert_eq!(response.status, 400, "{path}: {}", response.body);
        assert!(unescape(&response.body).contains(part), "{path}: {}", response.body);
        let json: Value = serde_json::from_str(&server.get(path).body).unwrap();
        assert_eq!(json["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{path}");
    }
    assert_eq!(page(&server, "/explore/programmes?_=1&lang=en").status, 200);
}

#[test]
fn the_form_and_the_facets_work_without_scripts() {
    let server = Server::shared();
    let shown = html(&server, "/explore/transactions?type=DISBURSEMENT&lang=fr");
    let tags = tags(&shown);
    let form = tags.iter().find(|(name, attributes, _)| {
        name == "form" && attributes.get("class").is_some_and(|class| class == "choice")
    });
    let (_, form, _) = form.unwrap();
    assert_eq!(
        (form["method"].as_str(), form["action"].as_str()),
        ("get", "../explore/transactions")
    );
    let hidden: Vec<(&str, &str)> = tags
        .iter()
        .filter(|(_, attributes, _)| attributes.get("type").is_some_and(|kind| kind == "hidden"))
        .map(|(_, attributes, _)| (attributes["name"].as_str(), attributes["value"].as_str()))
        .collect();
    assert!(hidden.contains(&("type", "DISBURSEMENT")) && hidden.contains(&("lang", "fr")));
    // The form submits an address of the page.
    html(
        &server,
        "/explore/transactions?text=&sort=date&by=year&by=country&chart=panels&currency=USD\
         &columns=type&columns=date&type=DISBURSEMENT&lang=fr",
    );
    for (href, _) in named_links(&shown, "value") {
        assert!(href.contains("lang=fr"), "{href}");
    }
}

#[test]
fn other_pages_link_to_the_views_of_their_lists() {
    let server = Server::shared();
    for (path, link) in [
        ("/", "/explore/programmes"),
        ("/", "/explore"),
        ("/country/ML", "/explore/programmes?country=ML"),
        ("/agency/lu-luxdev", "/explore/programmes?agency=lu-luxdev"),
    ] {
        let shown = page(&server, path).body;
        assert!(links(path, &shown).contains(link), "{path}: {link}");
        html(&server, link);
    }
}
