//! Statements: printed words of a publication in the order of its text, and the facts that rest on each.

use std::collections::BTreeMap;

use aidgraph::ingest::{check, seed::SeedFiles};
use aidgraph::model::evidence::{self, Evidence};
use aidgraph::model::noun::Record;
use aidgraph::model::origin::Citation;
use serde_json::{Value, json};

use super::{LIVE, run_query, run_query_with, texts};

const PAGE: &str = "GOV-MALI-EN";

const STATEMENT: &str = "asPublished reading locator field part partIdentifier assertion note
    record { __typename ... on Node { identifier label } } origin { file line }";

/// Records of the embedded seed.
fn records() -> Vec<Record> {
    check(&SeedFiles::embedded()).records
}

/// Calls a closure with each evidence of the seed and each of its citations.
fn each(mut pass: impl FnMut(&Record, &Evidence<'_>, &Citation)) {
    for record in records() {
        for evidence in evidence::of(&record) {
            for citation in evidence.citations {
                pass(&record, &evidence, citation);
            }
        }
    }
}

/// Statements of the Mali page.
fn statements(arguments: &str) -> Value {
    let query = format!(
        "{{ source(identifier: \"{PAGE}\") {{ statements({arguments} first: 1000) {{
            totalCount printedCount unprintedCount nodes {{ {STATEMENT} }} }} }} }}"
    );
    run_query(&query)["source"]["statements"].clone()
}

fn nodes(list: &Value) -> &[Value] {
    list["nodes"].as_array().unwrap()
}

#[test]
fn every_amount_of_the_mali_page_has_printed_words() {
    let mut amounts = 0;
    each(|record, evidence, citation| {
        let is_amount = evidence.money.is_some_and(|money| money.value().is_some());
        // The first source of a row is the source of its own amount.
        let is_own = evidence.citations.first().is_some_and(|own| own.source.as_str() == PAGE);
        if is_amount && is_own && citation.field.is_none() && citation.source.as_str() == PAGE {
            assert!(citation.as_published.is_some(), "{}", record.key());
            amounts += 1;
        }
    });
    assert!(amounts >= 3, "{amounts}");
    let list = statements("");
    for (words, reading, kind) in [
        ("55 million euros", "55000000 EUR", json!("BUDGET")),
        ("55 million euros", "55000000 EUR", json!("PARTICIPATION")),
        ("more than 2.6 million euros", "more than 2600000 EUR", Value::Null),
    ] {
        let is = |s: &&Value| s["asPublished"] == words && s["part"] == kind;
        let found = nodes(&list).iter().find(is).unwrap_or_else(|| panic!("no {words}"));
        assert_eq!(found["reading"], reading);
    }
}

#[test]
fn printed_words_are_figures_and_names_never_sentences() {
    each(|record, _, citation| {
        let Some(words) = &citation.as_published else { return };
        let at = format!("{} of {}: {words}", citation.source, record.key());
        assert!(words.chars().count() <= 100, "long: {at}");
        assert!(words.split_whitespace().count() <= 15, "many words: {at}");
        let ends = [". ", "! ", "? "];
        assert!(
            !ends.iter().any(|end| format!("{words} ").contains(end)),
            "contains a sentence: {at}"
        );
        assert_eq!(words.trim(), words, "{at}");
    });
}

#[test]
fn each_locator_of_the_mali_page_spans_its_words() {
    let mut located = 0;
    for statement in nodes(&statements("printed: true,")) {
        let locator = statement["locator"].as_str().unwrap();
        let (_, bytes) = locator.split_once("; bytes ").unwrap();
        let (from, to) = bytes.split_once('-').unwrap();
        let length = to.parse::<usize>().unwrap() - from.parse::<usize>().unwrap();
        assert_eq!(length, statement["asPublished"].as_str().unwrap().len(), "{statement:#}");
        located += 1;
    }
    assert!(located > 90, "{located}");
}

#[test]
fn statements_follow_the_text_and_those_without_words_are_last() {
    let list = statements("");
    let place = |statement: &Value| -> Option<(usize, usize)> {
        let bytes = statement["locator"].as_str()?.split_once("; bytes ")?.1;
        let (from, to) = bytes.split_once('-')?;
        Some((from.parse().ok()?, to.parse().ok()?))
    };
    let places: Vec<_> = nodes(&list).iter().map(place).collect();
    let with_place = places.iter().take_while(|place| place.is_some()).count();
    assert!(places.iter().skip(with_place).all(Option::is_none), "no locator comes last");
    assert!(places.iter().take(with_place).is_sorted(), "{places:?}");
    assert_eq!(nodes(&list)[0]["asPublished"], "Luxembourg's development cooperation in Mali");
    let ending = &nodes(&list)[with_place - 1];
    assert_eq!(
        (&ending["asPublished"], &ending["reading"]),
        (&json!("Last update"), &json!("NOT_STATED"))
    );
}

#[test]
fn facts_without_printed_words_are_listed_and_counted() {
    let (all, with, without) =
        (statements(""), statements("printed: true,"), statements("printed: false,"));
    let count = |list: &Value, name: &str| usize::try_from(list[name].as_u64().unwrap()).unwrap();
    for list in [&all, &with, &without] {
        assert_eq!(count(list, "totalCount"), nodes(list).len());
        assert_eq!(count(list, "printedCount"), nodes(&with).len());
        assert_eq!(count(list, "unprintedCount"), nodes(&without).len());
    }
    assert_eq!(nodes(&all).len(), nodes(&with).len() + nodes(&without).len());
    assert!(nodes(&with).iter().all(|s| s["asPublished"].is_string()));
    assert!(nodes(&without).iter().all(|s| s["asPublished"].is_null()));
    let bare = |identifier: &str, part: Value| {
        nodes(&without)
            .iter()
            .any(|s| s["record"]["identifier"] == identifier && s["partIdentifier"] == part)
    };
    assert!(bare("lu-mfa", Value::Null), "the page does not name the ministry");
    assert!(bare("ICP-MLI-3", json!("ml-government")), "nor the Government of Mali");
    assert!(!bare("EVT-ML-PARTNER", Value::Null));
}

#[test]
fn citations_of_a_source_are_joined_into_statements() {
    let mut cited: BTreeMap<String, usize> = BTreeMap::new();
    each(|_, _, citation| *cited.entry(citation.source.to_string()).or_default() += 1);
    for source in [PAGE, "AR2016-MALI", "LD-MLI-021", "AR2017-HUM", "EUTM-FS-2015"] {
        let data = run_query_with(
            "query($id: String!) { source(identifier: $id) { statements { totalCount nodes { asPublished } } } }",
            json!({ "id": source }),
        );
        let total = data["source"]["statements"]["totalCount"].as_u64().unwrap();
        let total = usize::try_from(total).unwrap();
        assert!(total > 0 && total <= cited[source], "{source}: {total} of {}", cited[source]);
    }
}

#[test]
fn statements_are_paged() {
    let query = "query($after: String) { source(identifier: \"GOV-MALI-EN\") { statements(first: 7, after: $after) {
        pageInfo { hasNextPage endCursor } nodes { locator asPublished field record { ... on Node { identifier } } } } } }";
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let data = run_query_with(query, json!({ "after": after }));
        let page = &data["source"]["statements"];
        found.extend(page["nodes"].as_array().unwrap().clone());
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    let whole = statements("");
    assert_eq!(found.len(), nodes(&whole).len());
    for (one, other) in found.iter().zip(nodes(&whole)) {
        assert_eq!(one["asPublished"], other["asPublished"]);
        assert_eq!(one["record"]["identifier"], other["record"]["identifier"]);
    }
}

#[test]
fn document_titles_have_printed_words() {
    let data = run_query(
        "{ humanitarianContribution(identifier: \"HUM-2023-NE-FOOD\") { citations { asPublished locator } }
           odaFigure(identifier: \"ODA-LU-2024\") { citations { asPublished } }
           programme(identifier: \"MLI/021\") { citations { asPublished } } }",
    );
    let first = |list: &str| data[list]["citations"][0].clone();
    assert_eq!(
        first("humanitarianContribution"),
        json!({ "asPublished": "500.000 Euro", "locator": "title" })
    );
    assert_eq!(first("odaFigure")["asPublished"], "550 Milliounen Euro");
    assert_eq!(first("programme")["asPublished"], "MLI/021");
}

#[test]
fn local_authorities_are_partners_of_icp_iii() {
    let data = run_query(
        "{ programme(identifier: \"ICP-MLI-3\") { participations(role: PARTNER) {
            agency { identifier } assertion citations { asPublished } } } }",
    );
    let partners = &data["programme"]["participations"];
    assert_eq!(texts(partners, "/agency/identifier"), ["ml-government", "ml-local-authorities"]);
    assert_eq!(partners[1]["citations"][0]["asPublished"], "local authorities");
    assert_eq!(partners[1]["assertion"], "INFERRED");
}

#[test]
fn the_letter_of_agreement_has_parties_and_purpose() {
    let data = run_query(
        "{ agreement(identifier: \"AGR-ML-LOA-2016\") { parties { identifier }
            citations { field asPublished assertion } }
           agency(identifier: \"lu-proman\") { agreements { nodes { identifier } } } }",
    );
    let letter = &data["agreement"];
    assert_eq!(letter["parties"].as_array().unwrap().len(), 9);
    let cited = |field: &str| {
        let all = letter["citations"].as_array().unwrap();
        all.iter().find(|c| c["field"] == field).unwrap_or_else(|| panic!("no {field}")).clone()
    };
    let parties = cited("parties");
    assert_eq!(parties["asPublished"], "all actors of the ICP III");
    assert_eq!(parties["assertion"], "INFERRED", "the page names no signatory");
    assert!(
        letter["citations"]
            .as_array()
            .unwrap()
            .iter()
            .any(|c| c["asPublished"] == "synergies and complementarities")
    );
    assert_eq!(texts(&data["agency"]["agreements"]["nodes"], "/identifier"), ["AGR-ML-LOA-2016"]);
}

#[test]
fn beneficiary_relations_lead_both_ways() {
    let data = run_query("{
        missions(filter: { beneficiary: \"ml-armed-forces\" }) { nodes { identifier
            beneficiaries { agency { identifier } assertion citations { source { identifier } asPublished locator } origin { file line } } } }
        trustFunds(filter: { beneficiary: [\"ml-armed-forces\", \"ml-internal-security\"] }) { nodes { identifier beneficiaries { agency { identifier } } } }
        missionContributions(filter: { beneficiary: \"ml-internal-security\" }) { nodes { identifier } }
        agency(identifier: \"ml-armed-forces\") { benefitsFrom {
            missions { totalCount nodes { identifier } }
            missionContributions(filter: { kind: FINANCIAL }) { nodes { identifier } }
            trustFunds { nodes { identifier } } } }
    }");
    let missions = &data["missions"]["nodes"];
    assert_eq!(texts(missions, "/identifier"), ["EUTM-MALI"]);
    let link = &missions[0]["beneficiaries"][0];
    assert_eq!(link["agency"]["identifier"], "ml-armed-forces");
    assert_eq!(link["citations"][0]["asPublished"], "Mali's Armed Forces");
    assert_eq!(link["citations"][0]["source"]["identifier"], PAGE);
    assert_eq!(link["origin"]["file"], "seed/beneficiaries.csv");
    assert_eq!(texts(&data["trustFunds"]["nodes"], "/identifier"), ["TF-UN-ML-FAMA"]);
    assert_eq!(
        texts(&data["missionContributions"]["nodes"], "/identifier"),
        ["MC-EUCAP-SAHEL-MALI-undated-1", "MC-EUCAP-SAHEL-MALI-undated-2"]
    );
    let from = &data["agency"]["benefitsFrom"];
    assert_eq!(from["missions"]["totalCount"], 1);
    assert_eq!(texts(&from["missions"]["nodes"], "/identifier"), ["EUTM-MALI"]);
    assert_eq!(
        texts(&from["missionContributions"]["nodes"], "/identifier"),
        ["MC-EUTM-MALI-2015-1", "MC-EUTM-MALI-undated-2"]
    );
    assert_eq!(texts(&from["trustFunds"]["nodes"], "/identifier"), ["TF-UN-ML-FAMA"]);
}

#[test]
fn a_source_that_supports_a_beneficiary_finds_the_record() {
    let data = run_query(
        "{ missionContributions(filter: { source: \"ANIAMEY-AMB\" }) { nodes { identifier beneficiaries { agency { label } } } }
           source(identifier: \"ANIAMEY-AMB\") { statements { nodes { asPublished part partIdentifier } } } }",
    );
    assert_eq!(
        texts(&data["missionContributions"]["nodes"], "/identifier"),
        ["MC-EUCAP-SAHEL-NIGER-undated-1"]
    );
    let printed = data["source"]["statements"]["nodes"].as_array().unwrap();
    assert!(printed.iter().any(|s| s["part"] == "BENEFICIARY"
        && s["partIdentifier"] == "ne-security-forces"
        && s["asPublished"] == "FDS nigériennes"));
}

/// Reads a table of the embedded seed.
fn table(name: &str, parameters: &str) -> crate::table::laws::Rows {
    crate::table::laws::table(&LIVE.current().unwrap(), name, parameters).unwrap()
}

#[test]
fn the_citations_table_has_the_statements_in_the_same_order() {
    let rows = table("citations", "identifier=GOV-MALI-EN");
    let list = statements("");
    let expected = |name: &str| -> Vec<String> {
        let text = |statement: &Value| statement[name].as_str().unwrap_or_default().to_owned();
        nodes(&list).iter().map(text).collect()
    };
    let column = |name: &str| -> Vec<String> { rows.column(name).map(str::to_owned).collect() };
    for (column_name, name) in [
        ("as_published", "asPublished"),
        ("reading", "reading"),
        ("locator", "locator"),
        ("part", "part"),
        ("part_id", "partIdentifier"),
        ("field", "field"),
        ("assertion", "assertion"),
    ] {
        assert_eq!(column(column_name), expected(name), "{name}");
    }
    assert!(rows.column("source").all(|source| source == PAGE));
    assert!(rows.column("file").all(|file| file.starts_with("seed/")));
    let positions: Vec<usize> = rows.column("position").map(|at| at.parse().unwrap()).collect();
    assert_eq!(positions, (1..=nodes(&list).len()).collect::<Vec<_>>());
}

#[test]
fn the_beneficiaries_table_has_each_link_of_an_agency() {
    let rows = table("beneficiaries", "country=ML");
    let links: Vec<(&str, &str)> = rows.column("agency").zip(rows.column("record")).collect();
    assert_eq!(
        links,
        [
            ("ml-armed-forces", "EUTM-MALI"),
            ("ml-armed-forces", "MC-EUTM-MALI-2015-1"),
            ("ml-armed-forces", "MC-EUTM-MALI-undated-1"),
            ("ml-armed-forces", "MC-EUTM-MALI-undated-2"),
            ("ml-armed-forces", "TF-UN-ML-FAMA"),
            ("ml-internal-security", "EUCAP-SAHEL-MALI"),
            ("ml-internal-security", "MC-EUCAP-SAHEL-MALI-undated-1"),
            ("ml-internal-security", "MC-EUCAP-SAHEL-MALI-undated-2"),
        ]
    );
    assert!(rows.column("file").all(|file| file == "seed/beneficiaries.csv"));
    let missions = table("missions", "identifier=EUTM-MALI");
    assert_eq!(missions.column("beneficiary").collect::<Vec<_>>(), ["ml-armed-forces"]);
    assert_eq!(missions.column("beneficiaries").collect::<Vec<_>>(), ["1"]);
}
