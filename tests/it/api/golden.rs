//! Golden facts of Luxembourg's cooperation with Mali: each response has the value, qualifier or absence, and the
//! evidence from the figure to the line of the seed, the publication and its printed words.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{run_query, run_query_with, texts};

/// Asserts that an origin names a line of the seed that contains a text.
fn assert_origin(origin: &Value, file: &str, holds: &str) {
    assert_eq!(origin["file"], file);
    let line = usize::try_from(origin["line"].as_u64().unwrap()).unwrap();
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let row = text.lines().nth(line - 1).unwrap();
    assert!(row.contains(holds), "{file}:{line} does not hold {holds}: {row}");
}

/// Returns the citation of the ministry's page on Mali with the given printed words. Panics if there is none.
fn printed<'a>(citations: &'a Value, as_published: &str) -> &'a Value {
    let citation =
        citations.as_array().unwrap().iter().find(|c| {
            c["source"]["identifier"] == "GOV-MALI-EN" && c["asPublished"] == as_published
        });
    citation.unwrap_or_else(|| panic!("`{as_published}` is not cited: {citations:#}"))
}

const CHAIN: &str = "origin { file line } citations { source { identifier } asPublished normalised locator note assertion origin { file line } }";

#[test]
fn fact_1_the_general_cooperation_agreement_was_signed_in_1998() {
    let data = run_query(&format!(
        "{{ agreement(identifier: \"AGR-ML-GCA\") {{ kind signed {CHAIN} }} }}"
    ));
    let agreement = &data["agreement"];
    assert_eq!(agreement["kind"], "GENERAL_COOPERATION_AGREEMENT");
    assert_eq!(agreement["signed"], "1998", "no more precise than the source");
    assert_origin(&agreement["origin"], "seed/agreements.csv", "AGR-ML-GCA");
    printed(&agreement["citations"], "1998");
}

#[test]
fn fact_2_mali_is_a_partner_country_since_1999() {
    let data = run_query(&format!(
        "{{ country(code: \"ML\") {{ partnerSince(donor: \"LU\") partnerships {{ nodes {{ since {CHAIN} }} }} }} }}"
    ));
    assert_eq!(data["country"]["partnerSince"], "1999");
    let partnership = &data["country"]["partnerships"]["nodes"][0];
    assert_origin(&partnership["origin"], "seed/partnerships.csv", "LU-ML");
    printed(&partnership["citations"], "1999");
}

#[test]
fn facts_3_to_5_three_icps_with_their_periods_and_the_gap_between_them() {
    let data = run_query(&format!(
        "{{ programmes(filter: {{ country: \"ML\", kind: INDICATIVE_COOPERATION_PROGRAMME, status: CLOSED }}, orderBy: DATE) {{
            nodes {{ identifier ordinal period {{ start end }} {CHAIN} }} }} }}"
    ));
    let nodes = &data["programmes"]["nodes"];
    let periods: Vec<_> = nodes
        .as_array()
        .unwrap()
        .iter()
        .map(|n| {
            (
                n["ordinal"].as_u64().unwrap(),
                n["period"]["start"].clone(),
                n["period"]["end"].clone(),
            )
        })
        .collect();
    assert_eq!(
        periods,
        [
            (1, json!("2003"), json!("2006")),
            (2, json!("2007"), json!("2011")),
            (3, json!("2015"), json!("2019"))
        ]
    );
    assert_origin(&nodes[0]["origin"], "seed/programmes.csv", "ICP-MLI-1");
    printed(&nodes[0]["citations"], "ICP I 2003-2006");
    let slip = printed(&nodes[1]["citations"], "ICP II 2007- 2011");
    assert_eq!(slip["normalised"], "ICP II, 2007-2011", "the slip is kept and read");
    printed(&nodes[2]["citations"], "ICP III 2015-2019");

    let in_force = |day: &str| {
        let data = run_query_with(
            "query($day: Date!) { programmes(filter: { country: \"ML\", kind: INDICATIVE_COOPERATION_PROGRAMME, inForceOn: $day }) { nodes { identifier } } }",
            json!({ "day": day }),
        );
        texts(&data["programmes"]["nodes"], "/identifier")
    };
    assert_eq!(in_force("2009-06-01"), ["ICP-MLI-2"]);
    assert_eq!(in_force("2011-12-31"), ["ICP-MLI-2"]);
    assert!(in_force("2014-06-01").is_empty(), "nothing bridges 2012 to 2014");
    assert_eq!(in_force("2019-12-31"), ["ICP-MLI-3"]);
    assert!(
        !in_force("2026-01-01").contains(&"ICP-MLI-3".to_owned()),
        "\"current\" was written before 2019"
    );
}

#[test]
fn facts_6_and_7_the_envelope_of_icp_iii_in_euros_and_francs() {
    let data = run_query(&format!(
        "{{ programme(identifier: \"ICP-MLI-3\") {{ budgets {{ identifier element type status period {{ start end }}
            money {{ value currency qualifier lower upper convert(to: \"XOF\") {{ value currency rate rateSource }} }} {CHAIN} }} }} }}"
    ));
    let budgets = data["programme"]["budgets"].as_array().unwrap();
    let budget = budgets.iter().find(|b| b["identifier"] == "ICP-MLI-3-BUDGET").unwrap();
    assert_eq!(budget["money"]["value"], "55000000");
    assert_eq!(budget["money"]["currency"], "EUR");
    assert_eq!(budget["money"]["qualifier"], "EXACT");
    assert_eq!(budget["type"], "ORIGINAL");
    assert_eq!(budget["status"], "INDICATIVE");
    assert_eq!(budget["period"], json!({ "start": "2015", "end": "2019" }));
    assert_eq!(budget["money"]["convert"]["value"], "36077635000");
    assert_eq!(budget["money"]["convert"]["rate"], "655.957");
    assert_eq!(budget["money"]["convert"]["rateSource"], "FIXED_PARITY");
    assert_origin(&budget["origin"], "seed/budgets.csv", "55000000,EUR");
    assert_eq!(
        printed(&budget["citations"], "55 million euros")["locator"],
        "line 7; bytes 1579-1595"
    );
    let slip = printed(&budget["citations"], "Between 2015 in 2019");
    assert_eq!(slip["normalised"], "2015-2019");
    assert!(slip["note"].is_string());
    let francs = budget["citations"].as_array().unwrap();
    let francs = francs.iter().find(|c| c["source"]["identifier"] == "GOV-MALI-FR").unwrap();
    assert_eq!(
        francs["asPublished"], "36 077 635 000 CFA francs",
        "the French page prints what we convert to"
    );
}

#[test]
fn facts_8_to_10_nine_agencies_carry_out_icp_iii() {
    let data = run_query(&format!(
        "{{ programme(identifier: \"ICP-MLI-3\") {{ participations(role: IMPLEMENTING) {{ channel roleAsPublished agency {{ identifier }} {CHAIN} }} }} }}"
    ));
    let participations = &data["programme"]["participations"];
    let by_channel = |channel: &str| -> Vec<String> {
        let of: Vec<Value> = participations
            .as_array()
            .unwrap()
            .iter()
            .filter(|p| p["channel"] == channel)
            .cloned()
            .collect();
        texts(&Value::Array(of), "/agency/identifier")
    };
    assert_eq!(by_channel("BILATERAL"), ["lu-luxdev", "lu-proman"]);
    assert_eq!(
        by_channel("MULTILATERAL"),
        ["XM-DAC-41140", "XM-DAC-41302", "XM-DAC-41301", "XM-DAC-41114"]
    );
    assert_eq!(by_channel("NGO"), ["lu-sosfaim"]);
    assert_eq!(by_channel("ACADEMIC"), ["lu-uni", "ml-uni-bamako"]);
    assert_eq!(participations.as_array().unwrap().len(), 9);
    for participation in participations.as_array().unwrap() {
        assert_eq!(participation["roleAsPublished"], "executing agencies");
        let agency = participation["agency"]["identifier"].as_str().unwrap();
        assert_origin(&participation["origin"], "seed/participations.csv", agency);
        assert_eq!(participation["citations"][0]["source"]["identifier"], "GOV-MALI-EN");
    }
}

#[test]
fn fact_11_four_places_and_the_south_and_the_north() {
    let data = run_query(&format!(
        "{{ programme(identifier: \"ICP-MLI-3\") {{ sites {{ nameAsPublished location {{ kind name {{ value }} country {{ code }} within {{ name {{ value }} citations {{ assertion }} }} }} {CHAIN} }} }} }}"
    ));
    let sites: Vec<Value> = data["programme"]["sites"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|s| s["citations"][0]["source"]["identifier"] == "GOV-MALI-EN")
        .cloned()
        .collect();
    let mut names = texts(&Value::Array(sites.clone()), "/location/name/value");
    names.sort();
    assert_eq!(
        names,
        [
            "Gao Region",
            "Kidal Region",
            "North of Mali",
            "South of Mali",
            "Ségou Region",
            "Yorosso Circle"
        ]
    );
    for site in &sites {
        assert_origin(&site["origin"], "seed/programme_locations.csv", "ICP-MLI-3");
    }
    let locations = run_query(
        "{ locations(filter: { text: \"yorosso\" }) { nodes { within { identifier } citations { field assertion source { identifier } } } } }",
    );
    let within = &locations["locations"]["nodes"][0]["citations"];
    assert!(
        within
            .as_array()
            .unwrap()
            .iter()
            .any(|c| c["field"] == "within" && c["assertion"] == "INFERRED"),
        "that Yorosso lies in Sikasso is our reading: {within:#}"
    );
}

#[test]
fn fact_12_the_ninth_partnership_committee_concluded_the_letter_of_agreement() {
    let data = run_query(&format!(
        "{{ dialogue(identifier: \"DLG-ML-PC9\") {{ ordinal kind place {{ value }} period {{ start }} outcomes {{ nodes {{ identifier kind signed governs {{ identifier }} }} }} {CHAIN} }} }}"
    ));
    let session = &data["dialogue"];
    assert_eq!(session["ordinal"], 9);
    assert_eq!(session["kind"], "PARTNERSHIP_COMMITTEE");
    assert_eq!(session["place"]["value"], "Bamako");
    assert!(session["period"]["start"].as_str().unwrap().starts_with("2016-05"));
    let letter = &session["outcomes"]["nodes"][0];
    assert_eq!(letter["identifier"], "AGR-ML-LOA-2016");
    assert_eq!(letter["kind"], "LETTER_OF_AGREEMENT");
    assert_eq!(letter["governs"][0]["identifier"], "ICP-MLI-3");
    assert_origin(&session["origin"], "seed/dialogues.csv", "DLG-ML-PC9");
    printed(&session["citations"], "9th partnership committee");
}

#[test]
fn fact_13_more_than_two_point_six_million_stays_a_lower_bound() {
    let data = run_query(&format!(
        "{{ humanitarianContribution(identifier: \"HUM-2015-ML\") {{ year channel money {{ value currency qualifier lower upper display }} parts {{ nodes {{ channel money {{ value absence }} }} }} {CHAIN} }} }}"
    ));
    let contribution = &data["humanitarianContribution"];
    assert_eq!(contribution["year"], 2015);
    assert_eq!(contribution["channel"], "MIXED", "directly or via the United Nations and NGOs");
    let money = &contribution["money"];
    assert_eq!(
        (&money["value"], &money["qualifier"], &money["lower"], &money["upper"]),
        (&json!("2600000"), &json!("AT_LEAST"), &json!("2600000"), &Value::Null)
    );
    assert_eq!(money["display"], "more than 2600000 EUR");
    for part in contribution["parts"]["nodes"].as_array().unwrap() {
        assert_eq!(
            part["money"],
            json!({ "value": null, "absence": "NOT_STATED" }),
            "the split is not published"
        );
    }
    assert_origin(&contribution["origin"], "seed/humanitarian_contributions.csv", "AT_LEAST");
    printed(&contribution["citations"], "more than 2.6 million euros");
}

#[test]
fn fact_14_two_missions_and_what_the_page_does_not_say_of_them() {
    let data = run_query(&format!(
        "{{ missionContributions(filter: {{ source: \"GOV-MALI-EN\" }}) {{ nodes {{
            missions {{ identifier kind }} kind sendingBody {{ identifier }} headcount headcountAbsence money {{ value absence }} assertion {CHAIN} }} }} }}"
    ));
    let contributions = data["missionContributions"]["nodes"].as_array().unwrap();
    let of = |mission: &str, kind: &str| {
        let found = contributions
            .iter()
            .find(|c| c["missions"][0]["identifier"] == mission && c["kind"] == kind);
        found.unwrap_or_else(|| panic!("no {kind} for {mission}"))
    };
    for (mission, kind, body) in [
        ("EUTM-MALI", "CSDP_MILITARY", "lu-army"),
        ("EUCAP-SAHEL-MALI", "CSDP_CIVILIAN", "lu-police"),
    ] {
        let personnel = of(mission, "PERSONNEL");
        assert_eq!(personnel["missions"][0]["kind"], kind);
        assert_eq!(personnel["headcount"], Value::Null);
        assert_eq!(personnel["headcountAbsence"], "NOT_STATED");
        assert_eq!(personnel["sendingBody"]["identifier"], body);
        assert_eq!(
            personnel["assertion"], "INFERRED",
            "the page does not say which body serves in which mission"
        );
        assert_origin(&personnel["origin"], "seed/mission_contributions.csv", mission);
        let money = of(mission, "FINANCIAL");
        assert_eq!(money["money"], json!({ "value": null, "absence": "NOT_STATED" }));
        assert_eq!(money["headcountAbsence"], "NOT_APPLICABLE");
    }
}

#[test]
fn fact_15_the_amounts_of_the_un_trust_funds_are_not_stated() {
    let data = run_query(&format!(
        "{{ trustFunds(filter: {{ country: \"ML\", source: \"GOV-MALI-EN\" }}) {{ nodes {{ identifier pillar contributions {{ nodes {{ money {{ value absence }} }} }} {CHAIN} }} }} }}"
    ));
    let funds = data["trustFunds"]["nodes"].as_array().unwrap();
    assert_eq!(
        texts(&data["trustFunds"]["nodes"], "/identifier"),
        ["TF-UN-ML-FAMA", "TF-UN-ML-IED"]
    );
    for fund in funds {
        assert_eq!(fund["pillar"], "DEFENCE");
        assert_eq!(
            fund["contributions"]["nodes"][0]["money"],
            json!({ "value": null, "absence": "NOT_STATED" })
        );
        assert_origin(&fund["origin"], "seed/trust_funds.csv", "TF-UN-ML");
        printed(&fund["citations"], "trust funds");
    }
}

#[test]
fn fact_16_the_page_prints_last_update_without_a_date() {
    let data = run_query(&format!(
        "{{ source(identifier: \"GOV-MALI-EN\") {{ published publishedAbsence sha256 bytes {CHAIN} }} }}"
    ));
    let source = &data["source"];
    assert_eq!(source["published"], Value::Null);
    assert_eq!(source["publishedAbsence"], "NOT_STATED");
    assert_eq!(
        source["sha256"],
        "1e2aa6e888e8ec7abd613d826dd5b9789017988412c6d34ba8c20c2ab803af2e"
    );
    assert_origin(&source["origin"], "seed/sources.csv", "GOV-MALI-EN");
    printed(&source["citations"], "Last update");
}
