//! Search finds what people type.

use serde_json::json;

use super::{ask, ask_with, texts};

fn found(text: &str) -> Vec<(String, String)> {
    let data = ask_with(
        "query($text: String!) { search(text: $text, first: 20) { nodes { __typename identifier } } }",
        json!({ "text": text }),
    );
    let nodes = &data["search"]["nodes"];
    texts(nodes, "/__typename").into_iter().zip(texts(nodes, "/identifier")).collect()
}

fn first(text: &str) -> (String, String) {
    found(text).into_iter().next().unwrap_or_else(|| panic!("`{text}` finds nothing"))
}

#[test]
fn names_acronyms_and_aliases_come_first() {
    for (text, kind, identifier) in [
        ("Mali", "Country", "ML"),
        ("wfp", "Agency", "XM-DAC-41140"),
        ("World Food Programme", "Agency", "XM-DAC-41140"),
        ("LuxDev", "Agency", "lu-luxdev"),
        ("minusma", "Mission", "MINUSMA"),
        ("MLI/021", "Programme", "MLI/021"),
        ("EUTM Mali", "Mission", "EUTM-MALI"),
        ("burkina faso", "Country", "BF"),
    ] {
        assert_eq!(first(text), (kind.to_owned(), identifier.to_owned()), "{text}");
    }
}

#[test]
fn accents_case_and_endings_do_not_count() {
    for text in ["segou", "SÉGOU", "Segou region", "ségou reg"] {
        let found = found(text);
        assert!(found.iter().any(|(kind, _)| kind == "Location"), "{text}: {found:?}");
    }
    assert!(found("cooperation luxembourgeoise").iter().any(|(kind, _)| kind == "Source"));
}

#[test]
fn a_search_can_be_narrowed_and_paged() {
    let data = ask(
        "{ all: search(text: \"mali\", first: 1000) { totalCount nodes { id } }
           agencies: search(text: \"mali\", kinds: [AGENCY]) { nodes { __typename } }
           nothing: search(text: \"zzzzzz\") { totalCount }
           blank: search(text: \"  ,;\") { totalCount }
           page: search(text: \"mali\", first: 3) { pageInfo { endCursor hasNextPage } edges { score matched node { id } } } }",
    );
    let twice = ask("{ search(text: \"mali\", kinds: [COUNTRY, COUNTRY]) { totalCount } }");
    assert_eq!(twice["search"]["totalCount"], 1, "a noun that is named twice is searched once");
    assert!(texts(&data["agencies"]["nodes"], "/__typename").iter().all(|kind| kind == "Agency"));
    assert_eq!(data["nothing"]["totalCount"], 0);
    assert_eq!(data["blank"]["totalCount"], 0);
    let scores: Vec<u64> = data["page"]["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["score"].as_u64().unwrap())
        .collect();
    assert!(scores.windows(2).all(|pair| pair[0] >= pair[1]), "{scores:?}");
    let next = ask_with(
        "query($after: String) { search(text: \"mali\", first: 3, after: $after) { nodes { id } } }",
        json!({ "after": data["page"]["pageInfo"]["endCursor"] }),
    );
    assert_eq!(texts(&next["search"]["nodes"], "/id"), texts(&data["all"]["nodes"], "/id")[3..6]);
}
