//! `beneficiaries.csv`: agencies that missions, contributions and funds support.

use aidgraph::graphql::current_generation::CurrentGeneration;
use aidgraph::ingest::prepare;
use aidgraph::model::noun::Record;
use aidgraph::read::reader::Reader;
use aidgraph::store::Store;

use super::seed::Seed;
use crate::table::laws::table;

const HEADER: &str = "record,agency_id,source_id,as_published,locator,assertion,note";

/// The valid seed with beneficiaries.
fn seed(rows: &[&str]) -> Seed {
    let mut seed = Seed::valid();
    let text = [&[HEADER], rows].concat().join("\n") + "\n";
    seed.files.insert("seed/beneficiaries.csv".to_owned(), text.into_bytes());
    seed
}

#[test]
fn an_older_seed_without_the_file_is_accepted() {
    assert!(!Seed::valid().files.contains_key("seed/beneficiaries.csv"));
    Seed::valid().passes();
}

#[test]
fn beneficiaries_are_attached_to_records_with_source_and_printed_words() {
    let seed = seed(&[
        "Mission:EUTM-MALI,lu-army,PAGE,the army,line 2,,",
        "Mission:EUTM-MALI,eu,PAGE;REPORT,,,INFERRED,Our reading.",
        "MissionContribution:MC-2,lu-army,REPORT,,,,",
        "TrustFund:TF-1,lu-army,PAGE,armed forces,line 3,,",
    ]);
    seed.passes();
    let mut found = Vec::new();
    for record in seed.check().records {
        let own = match &record {
            Record::Mission(mission) => &mission.beneficiaries,
            Record::MissionContribution(contribution) => &contribution.beneficiaries,
            Record::TrustFund(pool) => &pool.beneficiaries,
            _ => continue,
        };
        for one in own {
            let words = one.provenance.citations[0].as_published.clone().unwrap_or_default();
            let line = one.provenance.origin.line;
            found.push(format!("{} {} {words} {line}", record.key(), one.agency));
        }
    }
    found.sort();
    assert_eq!(
        found,
        [
            "EUTM-MALI eu  3",
            "EUTM-MALI lu-army the army 2",
            "MC-2 lu-army  4",
            "TF-1 lu-army armed forces 5"
        ]
    );
}

#[test]
fn invalid_references_are_reported_with_help() {
    let row = |row: &str| seed(&[row]);
    let allowed = "allowed nouns: Mission, MissionContribution, TrustFund";
    let at = "beneficiaries:2:record";
    row("Programme:ICP-MLI-3,lu-army,PAGE,,,,").fails("UNKNOWN_WORD", at, allowed);
    row("Mision:EUTM-MALI,lu-army,PAGE,,,,").fails("UNKNOWN_WORD", at, "did you mean `Mission`?");
    row("EUTM-MALI,lu-army,PAGE,,,,").fails("UNKNOWN_WORD", at, allowed);
    row(",lu-army,PAGE,,,,").fails("MISSING_VALUE", at, "");
    row("Mission:EUTM-MALY,lu-army,PAGE,,,,").fails("UNKNOWN_ID", at, "did you mean `EUTM-MALI`?");
    row("Mission:TF-1,lu-army,PAGE,,,,").fails("WRONG_KIND", at, "a Mission is expected");
    let agency = "beneficiaries:2:agency_id";
    row("Mission:EUTM-MALI,lu-armee,PAGE,,,,").fails(
        "UNKNOWN_ID",
        agency,
        "did you mean `lu-army`?",
    );
    row("Mission:EUTM-MALI,,PAGE,,,,").fails("MISSING_VALUE", agency, "");
    let source = "beneficiaries:2:source_id";
    row("Mission:EUTM-MALI,lu-army,,,,,").fails("MISSING_SOURCE", source, "seed/sources.csv");
    row("Mission:EUTM-MALI,lu-army,PAGE,,,,").cell("missions", 2, "start", "soon").fails(
        "LEFT_OUT",
        at,
        "line 2 of seed/missions.csv",
    );
}

#[test]
fn money_for_several_beneficiaries_counts_for_none_of_them() {
    let seed = seed(&[
        "MissionContribution:MC-2,lu-army,PAGE,,,,",
        "MissionContribution:MC-2,eu,PAGE,,,,",
    ]);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let (generation, _) = prepare(&store, Some(&seed.files()), &mut |_| {}).unwrap();
    let live = CurrentGeneration::empty();
    live.swap(Reader::new(generation));
    let reader = live.current().unwrap();
    let rows = |parameters: &str| table(&reader, "mission-contributions", parameters).unwrap();
    let one = rows("beneficiary=lu-army");
    assert_eq!(one.column("id").collect::<Vec<_>>(), ["MC-2"]);
    assert_eq!(one.column("left_out").collect::<Vec<_>>(), ["SHARED_WITH_OTHERS"]);
    assert_eq!(one.column("beneficiary").collect::<Vec<_>>(), [""], "no joined cells");
    assert_eq!(one.column("beneficiaries").collect::<Vec<_>>(), ["2"]);
    let both = rows("beneficiary=lu-army,eu");
    assert_eq!(both.sum("counted"), 18_900_000.into());
}
