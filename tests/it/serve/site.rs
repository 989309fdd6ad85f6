//! Pages of the service: every record has a page, every link resolves, and pages show the result of their query.

mod explore;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::http::{Client, Response};
use crate::support::server::{Server, json as as_json};

const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

fn open(client: &mut Client, path: &str, headers: &[(&str, &str)]) -> Response {
    client.send("GET", path, &[&[BROWSER], headers].concat(), "").unwrap()
}

pub(super) fn page(server: &Server, path: &str) -> Response {
    open(&mut server.client(), path, &[])
}

/// Tags of a page: name, attributes, and true for a closing tag.
fn tags(html: &str) -> Vec<(String, BTreeMap<String, String>, bool)> {
    let mut tags = Vec::new();
    for part in html.split('<').skip(1) {
        let Some((tag, _)) = split_tag(part) else { panic!("a tag is open: {part}") };
        let is_end = tag.starts_with('/');
        let is_alone = tag.ends_with('/');
        let tag = tag.trim_matches('/');
        let name: String = tag.chars().take_while(|c| !c.is_whitespace()).collect();
        tags.push((name.clone(), attributes(&tag[name.len()..]), is_end));
        if is_alone {
            tags.push((name, BTreeMap::new(), true));
        }
    }
    tags
}

/// Splits at the end of a tag, outside of quotes.
fn split_tag(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        quoted ^= c == '"';
        if c == '>' && !quoted {
            return Some((&text[..at], &text[at + 1..]));
        }
    }
    None
}

fn attributes(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let value = match rest.strip_prefix("=\"") {
            Some(quoted) => {
                let end = quoted.find('"').unwrap();
                rest = &quoted[end + 1..];
                unescape(&quoted[..end])
            }
            None => String::new(),
        };
        assert!(found.insert(name.clone(), value).is_none(), "{name} twice: {text}");
        rest = rest.trim_start();
    }
    found
}

pub(super) fn unescape(text: &str) -> String {
    let text = text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
    text.replace("&amp;", "&")
}

/// Asserts that tags are balanced, IDs are unique, and accessibility attributes refer to existing elements.
pub(super) fn assert_valid(path: &str, html: &str) {
    const VOID: [&str; 6] = ["meta", "link", "input", "br", "img", "hr"];
    assert!(html.starts_with("<!DOCTYPE html>"), "{path}");
    let (mut opened, mut ids, mut refers) = (Vec::new(), BTreeSet::new(), Vec::new());
    for (name, attributes, is_end) in tags(html).into_iter().skip(1) {
        if is_end {
            assert_eq!(opened.pop().as_deref(), Some(name.as_str()), "{path}: </{name}>");
            continue;
        }
        assert!(!attributes.contains_key("style"), "{path}: {attributes:?}");
        assert!(!attributes.keys().any(|name| name.starts_with("on")), "{path}: {attributes:?}");
        if let Some(id) = attributes.get("id") {
            assert!(!id.is_empty() && !id.contains(' '), "{path}: {id}");
            assert!(ids.insert(id.clone()), "{path}: id {id} twice");
        }
        for name in ["aria-labelledby", "aria-describedby", "for"] {
            let ids = attributes.get(name).map(String::as_str).unwrap_or_default();
            refers.extend(ids.split_whitespace().map(str::to_owned));
        }
        refers.extend(
            attributes.get("href").and_then(|href| href.strip_prefix('#')).map(str::to_owned),
        );
        if !VOID.contains(&name.as_str()) {
            opened.push(name);
        }
    }
    assert!(opened.is_empty(), "{path}: {opened:?} stay open");
    for id in refers {
        assert!(ids.contains(&id), "{path}: nothing has the id {id}");
    }
}

/// Links of a page to its own origin, resolved against its path, without fragments.
pub(super) fn links(path: &str, html: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (name, attributes, _) in tags(html) {
        for key in ["href", "src", "action", "formaction"] {
            let Some(link) = attributes.get(key) else { continue };
            if link.starts_with("http") {
                let is_source = attributes.get("rel").is_some_and(|rel| rel.contains("external"));
                assert!(name == "a" && is_source, "{path}: {link}");
                continue;
            }
            assert!(!link.contains("//") || link.contains('#'), "{path}: {link}");
            let link = link.split('#').next().unwrap();
            if !link.is_empty() {
                found.insert(resolved(path, link));
            }
        }
    }
    found
}

/// Resolves a relative link as defined in RFC 3986.
fn resolved(base: &str, link: &str) -> String {
    let base = base.split('?').next().unwrap();
    let (path, query) =
        link.split_once('?').map_or((link, None), |(path, query)| (path, Some(query)));
    let mut segments: Vec<&str> = base.split('/').collect();
    segments.pop();
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." => assert!(segments.pop().is_some() && !segments.is_empty(), "{base}: {link}"),
            segment => segments.push(segment),
        }
    }
    let mut text = segments.join("/");
    if path.ends_with('.') || text.is_empty() {
        text.push('/');
    }
    query.map_or(text.clone(), |query| format!("{text}?{query}"))
}

/// Paths of the pages of all records of the data.
fn records(server: &Server) -> Vec<String> {
    let nouns = [
        ("agencies", "agency"),
        ("agreements", "agreement"),
        ("countries", "country"),
        ("dialogues", "dialogue"),
        ("events", "event"),
        ("gaps", "gap"),
        ("humanitarian-contributions", "contribution"),
        ("locations", "location"),
        ("mission-contributions", "mission-contribution"),
        ("missions", "mission"),
        ("oda-figures", "oda-figure"),
        ("partnerships", "partnership"),
        ("programmes", "programme"),
        ("sectors", "sector"),
        ("sources", "source"),
        ("transactions", "transaction"),
        ("trust-funds", "trust-fund"),
    ];
    let mut paths = Vec::new();
    for (table, noun) in nouns {
        let rows = server.json(&format!("/q/{table}.json"));
        let rows = rows["rows"].as_array().unwrap();
        assert!(!rows.is_empty(), "{table}");
        for row in rows {
            let key =
                ["id", "country_code", "sector_code"].iter().find_map(|key| row[*key].as_str());
            let key = key.unwrap_or_else(|| panic!("{table}: {row}"));
            paths.push(format!("/{noun}/{}", key.replace(' ', "%20")));
        }
    }
    paths
}

#[test]
fn every_record_has_a_page_and_every_link_resolves() {
    let server = Server::shared();
    let mut client = server.client();
    let mut queue: VecDeque<String> = records(&server).into();
    let of_records = queue.len();
    assert!(of_records > 1_400, "{of_records}");
    queue.push_front("/".to_owned());
    queue.push_front("/search?q=mali".to_owned());
    let mut seen: BTreeSet<String> = queue.iter().cloned().collect();
    let mut files = BTreeSet::new();
    let mut views = BTreeMap::new();
    while let Some(path) = queue.pop_front() {
        let response = open(&mut client, &path, &[]);
        assert_eq!(response.status, 200, "{path}: {}", response.body);
        assert_valid(&path, &response.body);
        assert!(response.bytes.len() < 1_500_000, "{path}: {} bytes", response.bytes.len());
        for link in links(&path, &response.body) {
            let is_page =
                ["/q", "/assets", "/playground", "/schema", "/health", "/favicon", "/llms"]
                    .iter()
                    .all(|start| !link.starts_with(start));
            // One variant of a page represents the others.
            let is_variant = ["lang=", "embed", "kind="].iter().any(|part| link.contains(part));
            let is_choice = ["/missions?", "/flows?"].iter().any(|path| link.starts_with(path));
            let is_variant = is_variant || (is_choice && link.contains('&'));
            if link.starts_with("/explore/") && link.contains('?') {
                // One view of each noun by each field represents the others.
                let field = link.split('=').next().unwrap().to_owned();
                views.entry(field).or_insert(link);
            } else if !is_page {
                files.insert(link.split('?').next().unwrap().to_owned());
            } else if !is_variant && seen.insert(link.clone()) {
                queue.push_back(link);
            }
        }
    }
    for path in files.iter().chain(views.values()) {
        assert_eq!(open(&mut client, path, &[]).status, 200, "{path}");
    }
}

#[test]
fn figures_have_footnotes_with_printed_words() {
    let server = Server::shared();
    let html = page(&server, "/contribution/HUM-2015-ML").body;
    for part in
        ["at least 2,600,000", "more than 2.6 million euros", "href=\"../source/GOV-MALI-EN\""]
    {
        assert!(html.contains(part), "{part}: {html}");
    }
    let icp = page(&server, "/programme/ICP-MLI-3").body;
    for part in ["<s><span class=\"money\">55,000,000", "replaced by a later budget", "76,000,000"]
    {
        assert!(icp.contains(part), "{part}");
    }
    assert!(page(&server, "/programme/MLI/022").body.contains("MLI/022"));
    let source = page(&server, "/source/GOV-MALI-EN").body;
    let (first, second) =
        (source.find("ICP I 2003-2006").unwrap(), source.find("more than 2.6").unwrap());
    assert!(first < second, "printed words follow the order of the text");
}

#[test]
fn a_year_without_a_published_total_is_hatched_and_rival_figures_are_a_whisker() {
    let server = Server::shared();
    let digits = |text: String| text.replace([',', '\u{202f}', '\u{a0}'], "");
    let home = digits(page(&server, "/").body);
    for part in [
        "id=\"relief-figure\"",
        "sources differ: 40295000EUR to 42514905.62EUR",
        "items only no published total",
    ] {
        assert!(home.contains(part), "{part}");
    }
    let french = page(&server, "/?lang=fr").body;
    assert!(french.contains("les sources divergent"), "{french}");
    let image = page(&server, "/q/humanitarian-contributions.svg?by=year&donor=LU").body;
    let (items, rivals) = (">items only, no published total<", ">rival figures<");
    assert!(image.contains(items) && image.contains(rivals), "{image}");
    let budgets = page(&server, "/q/budgets.svg?by=year&donor=LU").body;
    assert!(!budgets.contains(items), "no source publishes totals of budgets");
}

#[test]
fn pages_are_in_the_requested_language() {
    let server = Server::shared();
    let mut client = server.client();
    let path = "/programme/ICP-MLI-3";
    let lang =
        |response: &Response| response.body.split("<html lang=\"").nth(1).unwrap()[..2].to_owned();
    for (path, accepted, expected) in [
        (path.to_owned(), "", "en"),
        (path.to_owned(), "fr-LU,fr;q=0.9,en;q=0.8", "fr"),
        (format!("{path}?lang=fr"), "en", "fr"),
        (format!("{path}?lang=en"), "fr", "en"),
        (format!("{path}?lang=de"), "fr", "fr"),
    ] {
        let response = open(&mut client, &path, &[("accept-language", accepted)]);
        assert_eq!(lang(&response), expected, "{path} {accepted}");
        let vary = response.headers.iter().filter(|(name, _)| name == "vary");
        let vary: Vec<&str> = vary.map(|(_, value)| value.as_str()).collect();
        assert!(vary.join(",").contains("accept-language"), "{vary:?}");
        assert_valid(&path, &response.body);
    }
    let french = open(&mut client, &format!("{path}?lang=fr"), &[]).body;
    assert!(french.contains("Programme indicatif de coopération III"), "{french}");
    assert!(french.contains("remplacé par un budget ultérieur"));
    assert!(french.contains("../country/ML?lang=fr"), "links keep the language");
}

#[test]
fn a_page_is_identical_for_one_version_of_the_data() {
    let server = Server::shared();
    let mut client = server.client();
    for path in ["/", "/programme/ICP-MLI-3", "/source/GOV-MALI-EN?lang=fr", "/search?q=segou"] {
        let first = open(&mut client, path, &[]);
        let etag = first.header("etag").unwrap().to_owned();
        assert!(first.header("aidgraph-data-version").is_some(), "{path}");
        assert!(first.header("cache-control").unwrap().contains("must-revalidate"), "{path}");
        assert_eq!(open(&mut client, path, &[]).bytes, first.bytes, "{path}");
        let again = open(&mut client, path, &[("if-none-match", &etag)]);
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
        let head = client.send("HEAD", path, &[BROWSER], "").unwrap();
        assert_eq!((head.status, head.body.as_str()), (200, ""), "{path}");
        assert_eq!(head.header("etag"), Some(etag.as_str()), "{path}");
        let other = open(&mut client, path, &[("accept-language", "fr"), ("if-none-match", &etag)]);
        assert_eq!(other.status, if path.contains("lang") { 304 } else { 200 }, "{path}");
    }
}

#[test]
fn an_unknown_record_has_a_page_with_similar_names() {
    let server = Server::shared();
    let response = page(&server, "/programme/ICP-MLI-33");
    assert_eq!(response.status, 404);
    for part in ["NOT_FOUND", "ICP-MLI-33", "href=\"../programme/ICP-MLI-3\""] {
        assert!(response.body.contains(part), "{part}: {}", response.body);
    }
    assert_valid("404", &response.body);
    let nowhere = page(&server, "/nothing/at/all");
    assert_eq!(nowhere.status, 404);
    assert!(nowhere.body.contains("href=\"../../assets/site.css\""), "{}", nowhere.body);
    let script = page(&server, "/programme/%3Cscript%3Ealert(1)%3C%2Fscript%3E");
    assert_eq!(script.status, 404);
    assert!(!script.body.contains("<script>alert"), "{}", script.body);
    // Other clients get the same code in JSON.
    let json = server.get("/programme/ICP-MLI-33");
    let json: Value = serde_json::from_str(&json.body).unwrap();
    assert_eq!(json["errors"][0]["extensions"]["code"], "NOT_FOUND");
}

/// Runs the query that a page shows.
pub(super) fn run_shown_query(server: &Server, html: &str) -> Value {
    let code = |class: &str| {
        let text = html.split(&format!("<code class=\"{class}\">")).nth(1).unwrap();
        unescape(text.split("</code>").next().unwrap())
    };
    let variables: Value = serde_json::from_str(&code("variables")).unwrap();
    let response = server.post(&json!({ "query": code("query"), "variables": variables }), &[]);
    let response: Value = serde_json::from_str(&response.body).unwrap();
    assert_eq!(response["errors"], Value::Null);
    response["data"].clone()
}

#[test]
fn a_page_shows_the_result_of_its_query() {
    let server = Server::shared();
    let html = page(&server, "/mission/EUTM-MALI").body;
    assert_eq!(run_shown_query(&server, &html)["record"]["identifier"], "EUTM-MALI");
}

#[test]
fn only_allowed_origins_can_embed_a_page() {
    let server = Server::start(&["--embed-origins", "https://a.example,https://b.example"]);
    let policy = |path: &str| {
        let response = page(&server, path);
        response.header("content-security-policy").unwrap().to_owned()
    };
    let path = "/programme/ICP-MLI-3";
    assert!(policy(path).ends_with("frame-ancestors 'none'"));
    let embedded = policy(&format!("{path}?embed"));
    assert!(
        embedded.ends_with("frame-ancestors https://a.example https://b.example"),
        "{embedded}"
    );
    let html = page(&server, &format!("{path}?embed")).body;
    assert!(!html.contains("<header class=\"site\">") && html.contains("class=\"embedded-by\""));
    let none = Server::shared();
    let response = page(&none, &format!("{path}?embed"));
    assert!(response.header("content-security-policy").unwrap().ends_with("'none'"));
}

#[test]
fn pages_need_the_same_token_as_the_data() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens").to_str().unwrap().to_owned();
    let made =
        crate::support::server::run(&["token", "visitor", "--role", "read", "--auth-file", &file]);
    let token = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    let server = Server::start(&["--auth-file", &file]);
    let mut client = server.client();
    for path in ["/", "/programme/ICP-MLI-3", "/search?q=mali"] {
        let rejected = open(&mut client, path, &[]);
        assert_eq!(rejected.status, 401, "{path}");
        assert!(rejected.body.contains("UNAUTHENTICATED"), "{path}: {}", rejected.body);
        let offered =
            rejected.headers.iter().filter(|(name, _)| name == "www-authenticate").count();
        assert_eq!(offered, 2, "{path}");
        let bearer = format!("Bearer {token}");
        let response = open(&mut client, path, &[("authorization", &bearer)]);
        assert_eq!(response.status, 200, "{path}");
        assert!(response.header("cache-control").unwrap().contains("private"), "{path}");
    }
}

#[test]
fn publishers_texts_are_escaped() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let file = folder.path().join("hostile.xml");
    let hostile =
        "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=y&gt;&quot;'&amp;amp;";
    let text = format!(
        "<iati-activities version=\"2.03\"><iati-activity default-currency=\"EUR\">\
         <iati-identifier>XM-1/a &quot;&lt;b&gt;//c?d#e%41</iati-identifier>\
         <reporting-org ref=\"XM-1\" type=\"10\"><narrative>{hostile}</narrative></reporting-org>\
         <title><narrative>{hostile}</narrative></title>\
         <description><narrative>{hostile}</narrative></description>\
         <activity-status code=\"2\"/><recipient-country code=\"ML\"/>\
         <transaction ref=\"{hostile}\"><transaction-type code=\"3\"/><transaction-date iso-date=\"2020-01-01\"/>\
         <value value-date=\"2020-01-01\">5</value><description><narrative>{hostile}</narrative></description>\
         </transaction></iati-activity></iati-activities>"
    );
    std::fs::write(&file, text).unwrap();
    let data = Arc::new(tempfile::tempdir().unwrap());
    let imported = crate::support::server::run(&[
        "import",
        "--data",
        data.path().to_str().unwrap(),
        file.to_str().unwrap(),
    ]);
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let server = Server::start_on(&data, &[]);
    let mut client = server.client();
    let mut queue = vec!["/search?q=alert".to_owned()];
    let mut seen = BTreeSet::new();
    while let Some(path) = queue.pop() {
        let response = open(&mut client, &path, &[]);
        assert_eq!(response.status, 200, "{path}");
        assert!(!response.body.contains("<script>") && !response.body.contains("<img"), "{path}");
        assert_valid(&path, &response.body);
        for link in links(&path, &response.body) {
            let is_own = ["/programme/XM", "/transaction/XM", "/agency/XM"]
                .iter()
                .any(|start| link.starts_with(start));
            if is_own && !link.contains('?') && seen.insert(link.clone()) {
                queue.push(link);
            }
        }
    }
    assert!(seen.iter().any(|path| path.starts_with("/programme/")), "{seen:?}");
    assert!(seen.iter().any(|path| path.starts_with("/transaction/")), "{seen:?}");
}

#[test]
fn a_briefing_shows_budgets_of_projects_and_a_second_country_by_its_form() {
    let server = Server::shared();
    let run_shown_query = "{ programmes(filter: { donor: \"LU\", country: \"ML\", level: PROJECT }) { totals(currency: \"EUR\") { counted } } }";
    let response = as_json(&server.post(&json!({ "query": run_shown_query }), &[]));
    let counted =
        response["data"]["programmes"]["totals"][0]["counted"].as_str().unwrap().to_owned();
    let (whole, cents) = counted.split_once('.').unwrap_or((&counted, ""));
    let page = |path: &str| {
        let response = server.client().send("GET", path, &[("accept", "text/html")], "").unwrap();
        assert_eq!(response.status, 200, "{path}");
        response.body
    };
    let projects = page("/engagement/lu/ml?level=project");
    let digits = |text: &str| text.replace([',', '\u{202f}', '\u{a0}'], "");
    assert!(projects.contains("Budgets of projects"), "{projects}");
    let figure = if cents.is_empty() { whole.to_owned() } else { format!("{whole}.{cents}") };
    assert!(digits(&projects).contains(&format!("{figure}EUR of budgets count")), "{figure}");
    let programmes = page("/engagement/lu/ml");
    assert!(!digits(&programmes).contains(&format!("{figure}EUR of budgets count")));
    assert!(programmes.contains("<option value=\"ne\">and Niger</option>"), "{programmes}");
    assert!(!programmes.contains("<option value=\"ml\">"));
    let beside = page("/engagement/lu/ml?other=ne");
    assert!(beside.contains("<option value=\"ne\" selected>and Niger</option>"), "{beside}");
    assert!(programmes.contains(
        "q/humanitarian-contributions.svg?by=year&amp;donor=LU&amp;country=ML&amp;currency=EUR"
    ));
}
