//! Known gaps: facts that were looked for and are missing, with the publications that were searched.

use serde_json::{Value, json};

use super::{run_query, texts};

const CHAIN: &str = "origin { file line } citations { source { identifier } } assertion";

#[test]
fn a_gap_has_the_missing_fact_the_searched_publications_and_the_date() {
    let data = run_query(&format!(
        "{{ gap(identifier: \"GAP-ML-HUM-2015-CHANNELS\") {{ kind noun donor {{ code }} countries {{ code }} period {{ start end }} lookedOn
             missing {{ en fr translated(languages: [\"FR\"]) }} searched {{ value }} label {CHAIN} }} }}"
    ));
    let gap = &data["gap"];
    assert_eq!(
        (&gap["kind"], &gap["noun"]),
        (&json!("NOT_FOUND"), &json!("HUMANITARIAN_CONTRIBUTION"))
    );
    assert_eq!((&gap["donor"]["code"], &gap["countries"][0]["code"]), (&json!("LU"), &json!("ML")));
    assert_eq!(gap["period"], json!({ "start": "2015", "end": "2015" }));
    assert!(gap["missing"]["fr"].as_str().unwrap().starts_with("Répartition"));
    assert_eq!((&gap["missing"]["translated"], &gap["searched"]), (&json!(true), &Value::Null));
    assert!(gap["lookedOn"].as_str().unwrap().starts_with("2026"));
    assert_eq!(gap["origin"]["file"], "seed/gaps.csv");
    assert_eq!(gap["citations"][0]["source"]["identifier"], "GOV-MALI-EN");
}

#[test]
fn gaps_are_filtered_by_kind_noun_country_and_year_and_listed_on_their_records() {
    let data = run_query(
        "{ all: gaps { totalCount nodes { identifier kind } }
           oda: gaps(filter: { noun: ODA_FIGURE }) { nodes { identifier } }
           mali: gaps(filter: { country: \"ML\", kind: NOT_FOUND }) { nodes { identifier } }
           year: gaps(filter: { year: 2015, donor: \"LU\" }) { nodes { identifier } }
           country(code: \"ML\") { gaps { nodes { identifier } } }
           engagement(donor: \"LU\", partner: \"ML\") { gaps { totalCount nodes { identifier countries { code } } } }
           none: engagement(donor: \"BE\", partner: \"ML\") { gaps { totalCount } }
           search(text: \"aide publique au développement mali année\", kinds: [GAP]) { nodes { identifier } } }",
    );
    let holds = |list: &Value, id: &str| texts(list, "/identifier").iter().any(|found| found == id);
    assert!(data["all"]["totalCount"].as_u64().unwrap() > 15);
    for kind in ["NOT_FOUND", "PARTIAL", "CONFLICT", "UNCERTAIN"] {
        assert!(texts(&data["all"]["nodes"], "/kind").iter().any(|found| found == kind), "{kind}");
    }
    assert!(holds(&data["oda"]["nodes"], "GAP-ML-ODA"));
    assert!(holds(&data["mali"]["nodes"], "GAP-ML-ICP3-UN"));
    assert!(!holds(&data["mali"]["nodes"], "GAP-ML-2013-FUND-TWICE"), "it is UNCERTAIN");
    assert!(holds(&data["year"]["nodes"], "GAP-HUM-2015-TOTAL"));
    assert!(holds(&data["country"]["gaps"]["nodes"], "GAP-ML-MINUSMA-TF"));
    let engagement = &data["engagement"]["gaps"];
    assert!(holds(&engagement["nodes"], "GAP-ML-ODA"));
    assert!(!holds(&engagement["nodes"], "GAP-HUM-2015-TOTAL"), "it names no country");
    for gap in engagement["nodes"].as_array().unwrap() {
        assert!(texts(&gap["countries"], "/code").iter().any(|code| code == "ML"), "{gap}");
    }
    assert_eq!(data["none"]["gaps"]["totalCount"], 0);
    assert!(holds(&data["search"]["nodes"], "GAP-ML-ODA"));
}
