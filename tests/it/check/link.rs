//! References between rows, and constraints over several rows.

use aidgraph::model::noun::Record;

use super::seed::Seed;

#[test]
fn an_unknown_id_gets_the_nearest_as_suggestion() {
    let seed = Seed::valid().cell("participations", 3, "agency_id", "lu-luxdef");
    let at = "participations:3:agency_id";
    let problem = seed.fails("UNKNOWN_ID", at, "did you mean `lu-luxdev`?");
    assert_eq!(problem.value.as_deref(), Some("lu-luxdef"));
    let seed = Seed::valid().cell("events", 2, "source_id", "PAGE;REPROT");
    seed.fails("UNKNOWN_ID", "events:2:source_id", "did you mean `REPORT`?");
}

#[test]
fn an_id_of_another_noun_is_reported() {
    let seed = Seed::valid().cell("programmes", 3, "parent_id", "EUTM-MALI");
    seed.fails(
        "WRONG_KIND",
        "programmes:3:parent_id",
        "identifies a Mission; a Programme is expected",
    );
}

#[test]
fn a_duplicate_id_names_the_first_line() {
    let seed = Seed::valid().cell("agencies", 4, "id", "lu-mfa");
    seed.fails("DUPLICATE_ID", "agencies:4:id", "line 2 already");
    let seed = Seed::valid().add("countries", "ML,Mali,,CODES,,,,");
    let problem = seed.fails("DUPLICATE_ID", "countries:5:code", "line 3 already");
    assert!(!problem.message.contains("repeat"), "{problem:?}");
    let seed = Seed::valid().add("countries", "ML,Mali,Mali,CODES,,,,");
    let repeat = "line 3 already; the row is an exact repeat of line 3";
    seed.fails("DUPLICATE_ID", "countries:5:code", repeat);
}

#[test]
fn a_country_name_gets_its_code_as_suggestion() {
    let seed = Seed::valid().cell("agencies", 2, "country", "lu");
    seed.fails("UNKNOWN_COUNTRY", "agencies:2:country", "did you mean `LU`?");
    let seed = Seed::valid().cell("agencies", 2, "country", "Luxemburg");
    seed.fails("UNKNOWN_COUNTRY", "agencies:2:country", "did you mean `LU` (Luxembourg)?");
    let seed = Seed::valid().cell("agencies", 2, "country", "ZZ");
    seed.fails("UNKNOWN_COUNTRY", "agencies:2:country", "seed/countries.csv");
}

#[test]
fn an_unknown_sector_gets_the_nearest_as_suggestion() {
    let seed = Seed::valid().cell("programme_sectors", 2, "sector", "11119");
    seed.fails("UNKNOWN_SECTOR", "programme_sectors:2:sector", "did you mean `11110`?");
    let seed = Seed::valid().cell("programme_sectors", 2, "sector", "Education");
    seed.fails("UNKNOWN_SECTOR", "programme_sectors:2:sector", "`111` (Education)");
}

#[test]
fn rows_that_refer_to_a_rejected_row_are_rejected() {
    let seed = Seed::valid().cell("programmes", 2, "start", "soon");
    seed.fails("LEFT_OUT", "programmes:3:parent_id", "line 2 of seed/programmes.csv");
    seed.fails("LEFT_OUT", "agreements:2:governs", "fix that row");
    seed.fails("LEFT_OUT", "participations:4:programme_id", "line 3 of seed/programmes.csv");
    let checked = seed.check();
    let programmes = checked.records.iter().filter(|r| matches!(r, Record::Programme(_)));
    assert_eq!(programmes.count(), 1);
}

#[test]
fn a_row_must_not_refer_to_itself() {
    let seed = Seed::valid().cell("programmes", 2, "parent_id", "ICP-MLI-3");
    seed.fails("SELF_REFERENCE", "programmes:2:parent_id", "`ICP-MLI-3` refers to itself");
    let seed = Seed::valid().cell("humanitarian_contributions", 3, "alternative_to", "HUM-2015-FR");
    seed.fails("SELF_REFERENCE", "humanitarian_contributions:3:alternative_to", "");
}

#[test]
fn cycles_of_references_are_rejected() {
    let seed = Seed::valid().cell("programmes", 2, "parent_id", "MLI/021");
    seed.fails("CYCLE", "programmes:2:parent_id", "ICP-MLI-3 → MLI/021 → ICP-MLI-3");
    seed.fails("CYCLE", "programmes:3:parent_id", "");
    let seed = Seed::valid().cell("locations", 2, "within", "ML-yangasso-commune");
    seed.fails("CYCLE", "locations:3:within", "");
    let seed = Seed::valid().cell("budgets", 3, "part_of", "ICP-MLI-3-TOPUP");
    seed.fails("CYCLE", "budgets:3:part_of", "ICP-MLI-3-REV → ICP-MLI-3-TOPUP");
    let seed = Seed::valid().cell("budgets", 2, "supersedes", "ICP-MLI-3-REV");
    seed.fails("CYCLE", "budgets:2:supersedes", "");
    let seed = Seed::valid().cell("transactions", 2, "part_of", "TX-2");
    seed.fails("CYCLE", "transactions:2:part_of", "");
    let seed = Seed::valid().cell("humanitarian_contributions", 2, "part_of", "HUM-2015-ML-UN");
    seed.fails("CYCLE", "humanitarian_contributions:5:part_of", "");
    let seed = Seed::valid().cell("humanitarian_contributions", 2, "alternative_to", "HUM-2015-FR");
    let circle = "HUM-2015 → HUM-2015-FR → HUM-2015";
    seed.fails("CYCLE", "humanitarian_contributions:2:alternative_to", circle);
    seed.fails("CYCLE", "humanitarian_contributions:3:alternative_to", circle);
}

#[test]
fn budgets_refer_only_within_their_programme() {
    let seed = Seed::valid().cell("budgets", 4, "part_of", "MLI-021-BUDGET");
    seed.fails("OTHER_PROGRAMME", "budgets:4:part_of", "of MLI/021, this one is of ICP-MLI-3");
    let seed = Seed::valid().cell("budgets", 5, "supersedes", "ICP-MLI-3-BUDGET");
    seed.fails("OTHER_PROGRAMME", "budgets:5:supersedes", "");
}

#[test]
fn a_location_lies_within_its_country() {
    let seed = Seed::valid().cell("locations", 4, "within", "ML-segou-region");
    seed.fails("OTHER_COUNTRY", "locations:4:within", "lies in ML, this one in NE");
}

#[test]
fn shares_add_up_to_at_most_one_hundred_per_cent() {
    let seed = Seed::valid().cell("recipients", 3, "percentage", "40.01");
    seed.fails("SHARES_ABOVE_100", "recipients:3:percentage", "SAHEL-1 add up to 100.01 per cent");
    let seed = Seed::valid().cell("programme_sectors", 3, "percentage", "31");
    seed.fails("SHARES_ABOVE_100", "programme_sectors:3:percentage", "101 per cent");
}

#[test]
fn a_programme_has_either_one_country_or_recipients() {
    let seed = Seed::valid().add("recipients", "MLI/021,NE,,REPORT,,,,");
    seed.fails("SECOND_RECIPIENT", "recipients:4:programme_id", "its only country (ML)");
    let seed = Seed::valid().add("recipients", "SAHEL-1,NE,,REPORT,,,,again");
    seed.fails("DUPLICATE_RECIPIENT", "recipients:4:country", "NE is a recipient");
}

#[test]
fn a_contribution_lies_within_the_dates_of_its_mission() {
    let seed = Seed::valid().cell("mission_contributions", 4, "expect", "");
    let at = "mission_contributions:4:start";
    seed.fails("OUTSIDE_MISSION", at, "from 2014-11, the period of EUCAP-MALI is from 2015-01-15");
    seed.fails("OUTSIDE_MISSION", at, "write OUTSIDE_MISSION under `expect`");
    let seed = Seed::valid().cell("mission_contributions", 2, "end", "2025");
    seed.fails("OUTSIDE_MISSION", "mission_contributions:2:start", "2020 to 2025");
}

#[test]
fn a_joint_contribution_may_span_the_dates_of_both_missions() {
    // EUCAP Sahel Mali has no known end, so a joint contribution can be late.
    let seed = Seed::valid().cell("mission_contributions", 3, "end", "2025");
    seed.passes();
    let seed = Seed::valid().cell("mission_contributions", 3, "start", "2012");
    seed.fails("OUTSIDE_MISSION", "mission_contributions:3:start", "EUTM-MALI and EUCAP-MALI");
}

#[test]
fn an_unneeded_expectation_of_a_date_is_reported() {
    let seed = Seed::valid().cell("mission_contributions", 2, "expect", "OUTSIDE_MISSION");
    seed.warns("UNNEEDED_EXPECT", "mission_contributions:2:expect", "clear the cell");
}

#[test]
fn a_programme_without_overlap_with_its_parent_is_reported() {
    let seed =
        Seed::valid().cell("programmes", 3, "start", "2021").cell("programmes", 3, "end", "2022");
    seed.warns("OUTSIDE_PARENT", "programmes:3:parent_id", "2021 to 2022, and that of ICP-MLI-3");
    // Projects may outlive their parent programme.
    Seed::valid().cell("programmes", 3, "end", "2022").passes();
}

#[test]
fn citations_name_a_record_and_a_field() {
    let seed = Seed::valid().cell("citations", 2, "record", "Program:ICP-MLI-3");
    seed.fails("UNKNOWN_WORD", "citations:2:record", "did you mean `Programme`?");
    let seed = Seed::valid().cell("citations", 2, "record", "ICP-MLI-3");
    seed.fails("UNKNOWN_WORD", "citations:2:record", "write Noun:ID");
    let seed = Seed::valid().cell("citations", 2, "record", "Programme:ICP-MLI-33");
    seed.fails("UNKNOWN_ID", "citations:2:record", "did you mean `ICP-MLI-3`?");
    let seed = Seed::valid().cell("citations", 2, "field", "extended");
    seed.fails("UNKNOWN_FIELD", "citations:2:field", "extended_until");
    let seed = Seed::valid().cell("citations", 3, "field", "amuont");
    seed.fails("UNKNOWN_FIELD", "citations:3:field", "did you mean `amount`?");
}
