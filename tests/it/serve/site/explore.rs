//! Pages that explore a noun: facets, filters, order, columns, sums, pages of the list, and errors.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{assert_valid, links, open, page, plain, tags};
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
    let answer = page(server, path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    assert_valid(path, &answer.body);
    answer.body
}

fn data(server: &Server, query: &str) -> Value {
    let answer = server.post(&json!({ "query": query }), &[]);
    let answer: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(answer["errors"], Value::Null, "{query}: {answer}");
    answer["data"].clone()
}

/// Rows of the table of records: the texts of their first cells.
fn rows(html: &str) -> Vec<String> {
    let table = html.split("<table class=\"sorted\">").nth(1).unwrap_or_default();
    let body = table.split("</table>").next().unwrap().split("<tbody>").nth(1).unwrap_or_default();
    let cells = body.split("<tr>").skip(1).map(|row| row.split("</td>").next().unwrap());
    cells.map(|cell| plain(cell.rsplit_once("\">").map_or(cell, |(_, text)| text))).collect()
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
        (plain(href), plain(&text))
    };
    parts.map(link).collect()
}

/// Query and variables that a page shows.
fn asked(html: &str) -> (String, Value) {
    let code = |class: &str| {
        let text = html.split(&format!("<code class=\"{class}\">")).nth(1).unwrap();
        plain(text.split("</code>").next().unwrap())
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
        // The question of the page gives its answer.
        let (query, variables) = asked(&english);
        let answer = server.post(&json!({ "query": query, "variables": variables }), &[]);
        let answer: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(answer["errors"], Value::Null, "{noun}");
        assert_eq!(answer["data"]["list"]["totalCount"], total, "{noun}");
    }
}

#[test]
fn a_facet_counts_what_its_link_shows() {
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
            let (_, variables) = asked(&shown);
            assert_ne!(variables["filter"], json!({}), "{target}");
            let found = format!("<span class=\"count\">{count}</span></h2>");
            assert!(shown.contains(&found), "{target}: {text}");
            assert!(shown.contains("class=\"chips\""), "{target}");
        }
    }
}

#[test]
fn facets_of_graphql_count_the_lists_that_their_values_select() {
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
    let both = asked(&html(&server, &format!("{path}?country=ML,NE"))).1;
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

    // Pages follow one another without a gap or a repetition.
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
        let (query, variables) = asked(&shown);
        let answer = server.post(&json!({ "query": query, "variables": variables }), &[]);
        let answer: Value = serde_json::from_str(&answer.body).unwrap();
        let groups = answer["data"]["money"]["groups"]["groups"].as_array().unwrap();
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
            let answer = server.get(link);
            assert!([200, 406].contains(&answer.status), "{link}: {}", answer.body);
        }
    }
    let plain = html(&server, "/explore/programmes?by");
    assert!(!plain.contains("id=\"money\""));
}

#[test]
fn a_meter_states_the_share_that_no_source_breaks_down() {
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
fn a_wrong_address_says_what_is_known() {
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
        let answer = page(&server, path);
        assert_eq!(answer.status, 400, "{path}: {}", answer.body);
        assert!(plain(&answer.body).contains(part), "{path}: {}", answer.body);
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
    // What the form sends is an address of the page.
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
fn other_pages_lead_to_the_views_of_their_lists() {
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
