//! Search matches text as users type it.

use serde_json::json;

use super::{run_query, run_query_with, texts};

fn found(text: &str) -> Vec<(String, String)> {
    let data = run_query_with(
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
fn names_acronyms_and_aliases_rank_first() {
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
fn accents_case_and_endings_are_ignored() {
    for text in ["segou", "SÉGOU", "Segou region", "ségou reg"] {
        let found = found(text);
        assert!(found.iter().any(|(kind, _)| kind == "Location"), "{text}: {found:?}");
    }
    assert!(found("cooperation luxembourgeoise").iter().any(|(kind, _)| kind == "Source"));
}

#[test]
fn a_search_is_filtered_by_noun_and_paged() {
    let data = run_query(
        "{ all: search(text: \"mali\", first: 1000) { totalCount nodes { id } }
           agencies: search(text: \"mali\", kinds: [AGENCY]) { nodes { __typename } }
           nothing: search(text: \"zzzzzz\") { totalCount }
           blank: search(text: \"  ,;\") { totalCount }
           page: search(text: \"mali\", first: 3) { pageInfo { endCursor hasNextPage } edges { score matched node { id } } } }",
    );
    let twice = run_query("{ search(text: \"mali\", kinds: [COUNTRY, COUNTRY]) { totalCount } }");
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
    let next = run_query_with(
        "query($after: String) { search(text: \"mali\", first: 3, after: $after) { nodes { id } } }",
        json!({ "after": data["page"]["pageInfo"]["endCursor"] }),
    );
    assert_eq!(texts(&next["search"]["nodes"], "/id"), texts(&data["all"]["nodes"], "/id")[3..6]);
}

#[test]
fn typing_errors_are_corrected_if_no_exact_match_exists() {
    for (text, kind, identifier) in [
        ("luxembuorg", "Country", "LU"),
        ("minusna", "Mission", "MINUSMA"),
        ("World Fod Programme", "Agency", "XM-DAC-41140"),
    ] {
        assert_eq!(first(text), (kind.to_owned(), identifier.to_owned()), "{text}");
    }
    // Short words are not corrected.
    assert!(found("zzz").is_empty());
}

#[test]
fn endings_are_ignored_in_english_french_and_spanish() {
    let total = |text: &str| {
        let query = "query($text: String!) { search(text: $text, first: 1) { totalCount } }";
        run_query_with(query, json!({ "text": text }))["search"]["totalCount"].as_u64().unwrap()
    };
    let same = |a: &str, b: &str| {
        let totals = [a, b].map(|text| total(&format!("{text} ")));
        assert!(totals[0] > 0 && totals[0] == totals[1], "{a}, {b}: {totals:?}");
    };
    same("agreement", "agreements");
    same("training missions", "trained mission");
    let french = found("programmes indicatifs de coopération ");
    assert!(french.iter().any(|(kind, _)| kind == "Programme"), "{french:?}");
}

#[test]
fn quoted_words_match_as_a_phrase() {
    let apart = found("food programme world");
    assert!(apart.iter().any(|(_, id)| id == "XM-DAC-41140"));
    assert!(found("\"world food\"").iter().any(|(_, id)| id == "XM-DAC-41140"));
    assert!(found("\"food world\"").is_empty());
}

#[test]
fn a_search_is_filtered_by_country_donor_and_year() {
    let data = run_query(
        "{ all: search(text: \"programme\", kinds: [PROGRAMME]) { totalCount }
           mali: search(text: \"programme\", kinds: [PROGRAMME], country: [\"ML\"], donor: [\"LU\"]) {
             totalCount nodes { ... on Programme { country { code } donor { code } } } }
           none: search(text: \"programme\", kinds: [PROGRAMME], country: [\"ML\"], year: [1950]) { totalCount } }",
    );
    let count = |name: &str| data[name]["totalCount"].as_u64().unwrap();
    assert!(count("mali") > 0 && count("mali") < count("all"), "{data}");
    assert_eq!(count("none"), 0);
    for node in data["mali"]["nodes"].as_array().unwrap() {
        assert_eq!(node["donor"]["code"], "LU");
    }
}

#[test]
fn a_hit_has_a_snippet_with_the_matched_words() {
    let data = run_query(
        "{ search(text: \"trainng mission mali\", kinds: [MISSION], first: 1) {
             edges { score matched snippet { language pieces { text isMatch } } node { label } } } }",
    );
    let edge = &data["search"]["edges"][0];
    let pieces = edge["snippet"]["pieces"].as_array().unwrap();
    let text: String = pieces.iter().map(|p| p["text"].as_str().unwrap()).collect();
    let matches: Vec<&str> = pieces
        .iter()
        .filter(|p| p["isMatch"] == true)
        .map(|p| p["text"].as_str().unwrap())
        .collect();
    assert!(text.contains("Training Mission"), "{edge}");
    assert!(matches.contains(&"Training") && matches.contains(&"Mali"), "{matches:?}");
}
