//! Labels distinguish records by agency, country and year, in the requested language.

use std::collections::HashMap;

use aidgraph::model::noun::Kind;
use aidgraph::model::text::Language;
use aidgraph::read::filter::Filter;
use aidgraph::read::label::label;
use aidgraph::read::reader::Reader;
use serde_json::json;

use super::{run_query, texts};
use crate::import::{Sandbox, WELLS, file};

/// Returns the labels of all records of a noun, each with its identifiers.
fn labels(reader: &Reader, kind: Kind, languages: &[Language]) -> HashMap<String, Vec<String>> {
    let mut labels: HashMap<String, Vec<String>> = HashMap::new();
    for (kind, key) in reader.keys(&[kind], &Filter::All).unwrap() {
        let record = reader.get_any(kind, &key).unwrap().unwrap();
        labels.entry(label(&record, languages, reader).unwrap()).or_default().push(key);
    }
    labels
}

#[test]
fn no_two_records_of_a_noun_of_the_seed_share_a_label() {
    let reader = super::LIVE.current().unwrap();
    for languages in [&[][..], &[Language::FR]] {
        for kind in Kind::ALL {
            for (label, keys) in labels(&reader, *kind, languages) {
                assert!(!label.trim().is_empty(), "{kind} {keys:?}");
                assert_eq!(keys.len(), 1, "{kind}: `{label}` is the label of {keys:?}");
            }
        }
    }
}

#[test]
fn a_label_has_agency_country_and_year_in_the_requested_language() {
    let data = run_query(
        "{ icrc: humanitarianContribution(identifier: \"HUM-2012-ML-ICRC\") { label fr: label(languages: [\"FR\"]) }
           un: humanitarianContribution(identifier: \"HUM-2015-ML-UN\") { label fr: label(languages: [\"FR\"]) }
           food: humanitarianContribution(identifier: \"HUM-2012-ML-FOOD\") { label }
           icp: programme(identifier: \"ICP-MLI-3\") { label fr: label(languages: [\"FR\"]) }
           project: programme(identifier: \"MLI/021\") { label }
           agreement(identifier: \"AGR-SN-ICP1\") { label fr: label(languages: [\"ES\", \"FR\"]) }
           missionContribution(identifier: \"MC-KFOR-2014-1\") { fr: label(languages: [\"FR\"]) }
           odaFigure(identifier: \"ODA-LU-NE-2022\") { label fr: label(languages: [\"FR\"]) }
           partnership(identifier: \"LU-ML\") { label }
           engagement(donor: \"LU\", partner: \"ML\") { timeline(from: \"2012\", until: \"2012\") { label node { ... on Node { label } } } } }",
    );
    for (at, expected) in [
        ("/icrc/label", "Mali crisis (Mali and neighbours) · ICRC · 2012"),
        ("/icrc/fr", "Crise malienne (Mali et pays voisins) · CICR · 2012"),
        ("/un/label", "Mali · UN · 2015"),
        ("/un/fr", "Mali · ONU · 2015"),
        (
            "/food/label",
            "Mali crisis (Mali and neighbours) · Part for food and nutrition assistance · 2012",
        ),
        ("/icp/label", "Indicative Cooperation Programme III · Mali (2015–2019)"),
        ("/icp/fr", "Programme indicatif de coopération III · Mali (2015–2019)"),
        ("/project/label", "Rural development and food security · LuxDev · Mali (2016–2025)"),
        ("/agreement/label", "First Indicative Cooperation Programme 2002-2006 · Senegal"),
        ("/agreement/fr", "Premier Programme indicatif de coopération 2002-2006 · Sénégal"),
        (
            "/missionContribution/fr",
            "Présence de l'armée rapportée · KFOR · Armée luxembourgeoise · 2014",
        ),
        ("/odaFigure/label", "ODA · Luxembourg · Niger · 2022"),
        ("/odaFigure/fr", "APD · Luxembourg · Niger · 2022"),
        ("/partnership/label", "Luxembourg – Mali (1999–)"),
    ] {
        assert_eq!(data.pointer(at), Some(&json!(expected)), "{at}");
    }
    let timeline = &data["engagement"]["timeline"];
    let mut labels = texts(timeline, "/label");
    assert_eq!(labels, texts(timeline, "/node/label"));
    let all = labels.len();
    assert!(all > 10);
    labels.sort();
    labels.dedup();
    assert_eq!(labels.len(), all, "each entry has a label of its own: {labels:?}");
}

#[test]
fn reported_activities_with_one_title_have_distinct_labels() {
    let sandbox = Sandbox::new();
    let other = file(&[WELLS]).replace("XX-1", "XX-2").replace("code=\"ML\"", "code=\"NE\"");
    sandbox.import(&sandbox.write("a.xml", file(&[WELLS])));
    sandbox.import(&sandbox.write("b.xml", other));
    let data = sandbox.run_query(
        "{ programmes(filter: { reporter: \"XX\" }) { nodes { label transactions(first: 1) { nodes { label fr: label(languages: [\"FR\"]) } } } } }",
    );
    let nodes = &data["programmes"]["nodes"];
    assert_eq!(
        texts(nodes, "/label"),
        ["Wells in Ségou · Reporter · Mali", "Wells in Ségou · Reporter · Niger"]
    );
    let paid = &nodes[0]["transactions"]["nodes"][0];
    assert_eq!(paid["label"], "Disbursement · Wells in Ségou · WFP · 2020-02-03 · 100.50 EUR");
    assert_eq!(paid["fr"], "Décaissement · Wells in Ségou · PAM · 2020-02-03 · 100.50 EUR");
}
