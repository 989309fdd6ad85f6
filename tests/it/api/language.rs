//! Texts in English and French: every text of the seed has both, and responses state the language and its author.

use aidgraph::ingest::check;
use aidgraph::ingest::seed::SeedFiles;
use aidgraph::model::noun::Record;
use aidgraph::model::text::{Language, Text};
use serde_json::json;

use super::{run_query, texts};

/// Returns the texts of a record that readers see.
fn own(record: &Record) -> Vec<&Text> {
    fn all<'t>(main: &'t Text, others: [&'t Option<Text>; 2]) -> Vec<&'t Text> {
        std::iter::once(main).chain(others.into_iter().flatten()).collect()
    }
    match record {
        Record::Agreement(r) => all(&r.title, [&r.place, &r.context]),
        Record::Dialogue(r) => all(&r.title, [&r.place, &None]),
        Record::Mission(r) => all(&r.name, [&r.acronym, &r.mandate]),
        Record::TrustFund(r) => all(&r.name, [&r.purpose, &None]),
        Record::HumanitarianContribution(r) => all(&r.crisis, [&r.purpose, &None]),
        Record::MissionContribution(r) => r.purpose.iter().collect(),
        Record::Event(r) => vec![&r.title],
        Record::Location(r) => vec![&r.name],
        Record::Programme(r) => vec![&r.title],
        Record::Agency(r) => vec![&r.name],
        Record::Country(r) => vec![&r.name],
        Record::Sector(r) => vec![&r.name],
        _ => Vec::new(),
    }
}

#[test]
fn every_text_of_the_seed_is_in_english_and_french() {
    let checked = check(&SeedFiles::embedded());
    let mut translated = 0;
    for record in &checked.records {
        for text in own(record) {
            for language in [Language::EN, Language::FR] {
                let place = (record.kind(), record.key());
                assert!(text.in_language(language).is_some(), "{place:?}: {language} of {text:?}");
                translated += usize::from(text.is_translated(language));
            }
        }
    }
    assert!(translated > 300, "{translated}");
}

#[test]
fn a_text_states_its_language_and_if_the_editors_translated_it() {
    let data = run_query(
        "{ agreement(identifier: \"AGR-ML-MSS-2009\") {
             title { value(languages: [\"FR\"]) language(languages: [\"FR\"]) translated(languages: [\"FR\"]) ours: translated forms { language translated } }
             place { value(languages: [\"FR\"]) translated(languages: [\"FR\"]) }
             spanish: title { language(languages: [\"ES\"]) } }
           mission(identifier: \"AFISMA\") { name { fr translated(languages: [\"FR\"]) } acronym acronyme: acronym(languages: [\"FR\"]) mandate { fr } } }",
    );
    let title = &data["agreement"]["title"];
    assert_eq!(title["value"], "Protocole relatif au projet des manuscrits de Tombouctou");
    assert_eq!((&title["language"], &title["translated"]), (&json!("FR"), &json!(true)));
    assert_eq!(title["ours"], false, "the English title is no translation");
    assert_eq!(title["forms"][1], json!({ "language": "FR", "translated": true }));
    assert_eq!(data["agreement"]["place"], json!({ "value": "Luxembourg", "translated": false }));
    assert_eq!(data["agreement"]["spanish"]["language"], "EN");
    let mission = &data["mission"];
    assert_eq!((&mission["acronym"], &mission["acronyme"]), (&json!("AFISMA"), &json!("MISMA")));
    assert_eq!(mission["name"]["translated"], false, "an established name is no translation");
}

#[test]
fn french_words_find_records_with_and_without_accents() {
    for (text, expected) in [
        (
            "tombouctou",
            vec!["ML-timbuktu-city", "ML-timbuktu-region", "MLI-MSS", "AGR-ML-MSS-2009"],
        ),
        ("ségou", vec!["ML-segou-region"]),
        ("SEGOU", vec!["ML-segou-region"]),
        ("lettre d'entente", vec!["AGR-ML-LOA-2016"]),
        ("prolongation stratégie de transition", vec!["AGR-ML-TRANS-EXT", "MLI-TRANS-2023"]),
        ("coup d'Etat", vec!["EVT-ML-COUP-2012"]),
        ("addis-abeba", vec!["DLG-ML-ADDIS-2013"]),
        ("engins explosifs improvises", vec!["TF-UN-ML-IED"]),
        ("MISMA", vec!["AFISMA"]),
        ("CICR", vec!["XM-DAC-21016"]),
        ("crise malienne", vec!["HUM-2012-ML"]),
        ("drones Raven", vec!["MC-EUTM-MALI-2020-3"]),
    ] {
        let query =
            format!("{{ search(text: {}, first: 50) {{ nodes {{ identifier }} }} }}", json!(text));
        let found = texts(&run_query(&query)["search"]["nodes"], "/identifier");
        for identifier in expected {
            assert!(found.iter().any(|id| id == identifier), "{text}: {identifier} in {found:?}");
        }
    }
}
