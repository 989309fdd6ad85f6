//! Relations can be followed in both directions.

use serde_json::Value;

use super::{run_query, run_query_with, texts};

#[test]
fn a_sector_category_does_not_list_itself() {
    let data = run_query(
        "{ sector(code: \"740\") { sectors { nodes { code category { code } } } }
           all: sectors(filter: { category: \"740\" }) { nodes { code } } }",
    );
    let codes = texts(&data["sector"]["sectors"]["nodes"], "/code");
    assert!(!codes.is_empty() && codes.iter().all(|code| code.len() == 5), "{codes:?}");
    assert_eq!(codes, texts(&data["all"]["nodes"], "/code"));
}

fn holds(list: &Value, identifier: &str) -> bool {
    texts(&list["nodes"], "/identifier").contains(&identifier.to_owned())
}

#[test]
fn programme_relations_lead_both_ways() {
    let data = run_query(
        "{ programme(identifier: \"MLI/021\") { parent { identifier } country { code } donor { code } sectors { sector { code category { code } } }
             sites { location { identifier } } participations { agency { identifier } role money { value } } agreements { totalCount } }
           parent: programme(identifier: \"ICP-MLI-3\") { children { nodes { identifier } } agreements { nodes { identifier } } }
           luxdev: agency(identifier: \"lu-luxdev\") { programmes(first: 1000, filter: { agency: \"lu-luxdev\", role: IMPLEMENTING }) { nodes { identifier } }
             funded: programmes(filter: { agency: \"lu-luxdev\", role: FUNDING }) { totalCount } }
           mali: country(code: \"ML\") { programmes(first: 1000) { nodes { identifier } } }
           sector(code: \"311\") { programmes { nodes { identifier } } }
           category: programmes(filter: { sectorCategory: \"311\" }) { nodes { identifier } } }",
    );
    assert_eq!(data["programme"]["parent"]["identifier"], "ICP-MLI-3");
    assert_eq!(data["programme"]["country"]["code"], "ML");
    assert!(holds(&data["parent"]["children"], "MLI/021"));
    assert!(holds(&data["parent"]["agreements"], "AGR-ML-ICP3"));
    assert!(holds(&data["luxdev"]["programmes"], "MLI/021"));
    assert_eq!(data["luxdev"]["funded"]["totalCount"], 0, "LuxDev carries out, it does not fund");
    assert!(holds(&data["mali"]["programmes"], "MLI/021"));
    assert!(holds(&data["sector"]["programmes"], "MLI/021"));
    assert!(holds(&data["category"], "MLI/021"));
    let location = data["programme"]["sites"][0]["location"]["identifier"].as_str().unwrap();
    let back = run_query_with(
        "query($id: String!) { location(identifier: $id) { programmes(first: 1000) { nodes { identifier } } } }",
        serde_json::json!({ "id": location }),
    );
    assert!(holds(&back["location"]["programmes"], "MLI/021"));
}

#[test]
fn an_agency_lists_its_contributions_missions_and_agreements() {
    let data = run_query(
        "{ wfp: agency(identifier: \"XM-DAC-41140\") { name { value en fr } acronym sigle: acronym(languages: [\"FR\"]) humanitarianContributions { nodes { identifier } } agreements { nodes { identifier } } }
           army: agency(identifier: \"lu-army\") { country { code } missionContributions(filter: { mission: \"EUTM-MALI\", kind: PERSONNEL }) { totalCount nodes { missions { identifier } } } }
           government: agency(identifier: \"lu-government\") { transactions { nodes { trustFund { identifier contributions { nodes { identifier } } } } } }
           eu: agency(identifier: \"eu\") { missions(first: 1000) { nodes { identifier leads { identifier } } } } }",
    );
    assert_eq!((&data["wfp"]["acronym"], &data["wfp"]["sigle"]), (&"WFP".into(), &"PAM".into()));
    assert!(holds(&data["wfp"]["humanitarianContributions"], "HUM-2017-WFP"));
    assert!(holds(&data["wfp"]["agreements"], "AGR-WFP-2017"));
    assert!(data["army"]["missionContributions"]["totalCount"].as_u64().unwrap() > 5);
    assert!(holds(&data["eu"]["missions"], "EUTM-MALI"));
    assert!(!data["government"]["transactions"]["nodes"].as_array().unwrap().is_empty());
}

#[test]
fn a_country_lists_all_records_about_it() {
    let data = run_query(
        "{ country(code: \"ML\") { name { en fr } programmes { totalCount } humanitarianContributions { totalCount } missions { totalCount }
             trustFunds { totalCount } agreements { totalCount } dialogues { totalCount } events { totalCount } locations { totalCount }
             agencies { totalCount } partnerships { totalCount } }
           lu: country(code: \"LU\") { missionContributions(first: 1000) { totalCount } }
           ne: country(code: \"NE\") { odaFigures { nodes { year money { value } } } } }",
    );
    for field in [
        "programmes",
        "humanitarianContributions",
        "missions",
        "trustFunds",
        "agreements",
        "dialogues",
        "events",
        "locations",
        "agencies",
        "partnerships",
    ] {
        assert!(data["country"][field]["totalCount"].as_u64().unwrap() > 0, "{field}");
    }
    assert_eq!(data["lu"]["missionContributions"]["totalCount"], 37);
    assert_eq!(data["ne"]["odaFigures"]["nodes"].as_array().unwrap().len(), 2);
}

#[test]
fn the_engagement_of_two_countries_is_complete_and_dated() {
    let data = run_query(
        "{ engagement(donor: \"LU\", partner: \"ML\") { partnership { status since }
             diplomacy { agreements { nodes { identifier signed } } dialogues(year: 2016) { nodes { identifier } } }
             development { programmes(inForceOn: \"2017-06-01\") { nodes { identifier } } humanitarian { contributions(year: 2015) { nodes { identifier } } } }
             defence { missions { nodes { identifier } } contributions(year: 2013) { totalCount } trustFunds { nodes { identifier } } }
             timeline { on pillar label node { __typename identifier } }
             y2015: timeline(from: \"2015\", until: \"2015\", pillar: DIPLOMACY) { on node { identifier } } } }",
    );
    let engagement = &data["engagement"];
    assert_eq!(engagement["partnership"]["since"], "1999");
    assert!(holds(&engagement["diplomacy"]["dialogues"], "DLG-ML-PC9"));
    assert!(holds(&engagement["development"]["programmes"], "MLI/021"));
    assert!(!holds(&engagement["development"]["programmes"], "ICP-MLI-2"));
    assert!(holds(&engagement["development"]["humanitarian"]["contributions"], "HUM-2015-ML"));
    assert!(holds(&engagement["defence"]["missions"], "EUTM-MALI"));
    assert!(holds(&engagement["defence"]["trustFunds"], "TF-UN-ML-IED"));
    let timeline = engagement["timeline"].as_array().unwrap();
    assert!(timeline.len() > 100, "{}", timeline.len());
    let years: Vec<u16> =
        timeline.iter().map(|e| e["on"].as_str().unwrap()[..4].parse().unwrap()).collect();
    assert!(years.is_sorted(), "the earliest come first");
    assert!(timeline.iter().any(|e| e["node"]["__typename"] == "Event"));
    assert!(
        engagement["y2015"]
            .as_array()
            .unwrap()
            .iter()
            .all(|e| e["on"].as_str().unwrap().starts_with("2015"))
    );
    assert!(
        engagement["y2015"]
            .as_array()
            .unwrap()
            .iter()
            .any(|e| e["node"]["identifier"] == "AGR-ML-ICP3")
    );
}

#[test]
fn global_ids_resolve_to_their_records() {
    let data = run_query(
        "{ programmes(first: 3) { nodes { id identifier } } missions(first: 3) { nodes { id identifier } } countries(first: 3) { nodes { id identifier } } sources(first: 3) { nodes { id identifier } } }",
    );
    for list in ["programmes", "missions", "countries", "sources"] {
        for node in data[list]["nodes"].as_array().unwrap() {
            let again = run_query_with(
                "query($id: ID!, $ids: [ID!]!) { node(id: $id) { id identifier __typename } nodes(ids: $ids) { identifier } }",
                serde_json::json!({ "id": node["id"], "ids": [node["id"], "nonsense"] }),
            );
            assert_eq!(again["node"]["identifier"], node["identifier"]);
            assert_eq!(again["nodes"][0]["identifier"], node["identifier"]);
            assert_eq!(again["nodes"][1], Value::Null);
        }
    }
}

#[test]
fn filters_combine() {
    let count = |filter: &str| {
        let data = run_query(&format!("{{ programmes(filter: {filter}) {{ totalCount }} }}"));
        data["programmes"]["totalCount"].as_u64().unwrap()
    };
    let (mali, niger) = (count("{ country: \"ML\" }"), count("{ country: \"NE\" }"));
    let all = count("{}");
    let both = count("{ and: [{ country: \"ML\" }, { country: \"NE\" }] }");
    assert!(mali > 10 && niger > 10 && both > 0);
    assert_eq!(count("{ country: [\"ML\", \"NE\"] }"), mali + niger - both);
    assert_eq!(count("{ or: [{ country: \"ML\" }, { country: \"NE\" }] }"), mali + niger - both);
    assert_eq!(count("{ not: { country: \"ML\" } }"), all - mali);
    assert_eq!(count("{ country: [] }"), 0, "an empty list means none");
    assert_eq!(count("{ identifier: [\"MLI/021\", \"nothing\"] }"), 1);
    assert_eq!(count("{ qualifier: ABOUT, country: \"ML\" }"), 2);
    assert!(count("{ role: FUNDING }") > 0);
    assert_eq!(count("{ text: \"PIC III\", country: \"ML\" }"), 1, "an alias finds it");
}

#[test]
fn names_are_in_the_requested_language_and_state_it() {
    let data = run_query(
        "{ country(code: \"BF\") { name { fr: value(languages: [FR]) language(languages: [FR]) } }
           programme(identifier: \"MLI/021\") { title { value(languages: [ES, EN]) language(languages: [ES, EN]) } } }",
    );
    assert_eq!(data["country"]["name"]["language"], "FR");
    assert_eq!(data["programme"]["title"]["language"], "EN", "no Spanish title is known");
}

#[test]
fn every_record_has_its_origin() {
    let data = run_query(
        "{ sources(first: 1000) { nodes { identifier citedBy(first: 1) { totalCount } origin { file line } } } }",
    );
    let nodes = data["sources"]["nodes"].as_array().unwrap();
    assert!(nodes.len() > 220);
    for node in nodes {
        assert!(node["origin"]["line"].as_u64().unwrap() > 1, "{node}");
    }
    for list in [
        "programmes",
        "agencies",
        "missions",
        "missionContributions",
        "humanitarianContributions",
        "agreements",
        "dialogues",
        "trustFunds",
        "transactions",
        "events",
        "locations",
        "partnerships",
        "odaFigures",
    ] {
        let data = run_query(&format!(
            "{{ list: {list}(first: 1000) {{ nodes {{ identifier origin {{ file line }} citations {{ source {{ identifier }} }} }} }} }}"
        ));
        for node in data["list"]["nodes"].as_array().unwrap() {
            assert!(node["origin"]["file"].as_str().unwrap().starts_with("seed/"), "{node}");
            assert!(!node["citations"].as_array().unwrap().is_empty(), "{node}");
            assert!(
                node["citations"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|c| c["source"]["identifier"].is_string()),
                "{node}"
            );
        }
    }
}

#[test]
fn the_dataset_has_version_counts_and_ledgers() {
    let data = run_query(
        "{ dataset { version builtAt generation counts { kind records } sources { name sha256 bytes format ledger { rowsRead accepted quarantined duplicate problems { code } } } } }",
    );
    let dataset = &data["dataset"];
    assert_eq!(dataset["version"].as_str().unwrap().len(), 64);
    assert!(dataset["builtAt"].is_string());
    assert_eq!(dataset["counts"].as_array().unwrap().len(), 17);
    for source in dataset["sources"].as_array().unwrap() {
        let number =
            |field: &str| source["ledger"][field].as_str().unwrap().parse::<u64>().unwrap();
        assert_eq!(
            number("rowsRead"),
            number("accepted") + number("quarantined") + number("duplicate"),
            "{source}"
        );
        assert_eq!(number("quarantined"), 0, "{source}");
    }
}

#[test]
fn year_and_day_filters_follow_the_same_rule() {
    let data = run_query(
        "{ year: missions(filter: { year: 2016 }) { nodes { identifier } } day: missions(filter: { inForceOn: \"2016-06-01\" }) { nodes { identifier } }
           planned: programmes(filter: { country: \"ML\", inForceOn: \"2021-06-01\" }) { nodes { identifier } }
           ended: programmes(filter: { inForceOn: \"2026-01-01\", status: CLOSED }) { totalCount }
           never: programmes(filter: { year: 99 }) { totalCount } }",
    );
    for identifier in texts(&data["day"]["nodes"], "/identifier") {
        assert!(holds(&data["year"], &identifier), "{identifier}");
    }
    assert!(holds(&data["day"], "EUCAP-SAHEL-MALI"));
    assert!(!holds(&data["planned"], "ICP-MLI-4"), "planned, and never seen signed");
    assert_eq!(
        data["ended"]["totalCount"], 0,
        "a closed programme without an end date is not in force"
    );
    assert_eq!(data["never"]["totalCount"], 0);
}
