//! File format: errors that are detected before cells are interpreted.

use aidgraph::model::ledger::Severity;

use super::seed::Seed;

#[test]
fn the_valid_seed_has_no_problem() {
    let checked = Seed::valid().check();
    assert_eq!(checked.problems().collect::<Vec<_>>(), Vec::<&_>::new());
    assert_eq!(checked.files.len(), 25);
    assert_eq!(checked.rates.len(), 3);
}

#[test]
fn a_missing_file_and_references_to_its_rows_are_reported() {
    let seed = Seed::valid().without("missions");
    seed.fails("MISSING_FILE", "missions", "id,name_en,name_fr");
    seed.fails("UNKNOWN_ID", "mission_contributions:2:mission_ids", "no row of seed/missions.csv");
}

#[test]
fn unknown_files_are_reported() {
    let mut seed = Seed::valid();
    seed.files.insert("seed/programms.csv".to_owned(), Vec::new());
    let problem = seed.warns("UNKNOWN_FILE", "programms", "did you mean `seed/programmes.csv`?");
    assert_eq!(problem.file, "seed/programms.csv");
}

#[test]
fn an_empty_file_is_reported() {
    Seed::valid().with("events", "").fails("EMPTY_FILE", "events", "id,countries,pillar");
}

#[test]
fn a_file_with_only_a_header_is_reported() {
    let header = "id,countries,pillar,title_en,title_fr,start,end,source_id,as_published,locator,assertion,note\n";
    Seed::valid().with("events", header).warns("HEADER_ONLY", "events", "no row");
}

#[test]
fn a_missing_column_rejects_all_rows() {
    let seed = Seed::valid().line("events", 1, |line| line.replace(",pillar", ""));
    seed.fails("MISSING_COLUMN", "events:1:pillar", "id,countries,pillar");
    let checked = seed.check();
    let events = checked.files.iter().find(|f| f.name == "seed/events.csv").unwrap();
    assert_eq!((events.ledger.rows_read, events.ledger.quarantined), (1, 1));
}

#[test]
fn an_unknown_column_is_reported_and_the_rest_is_read() {
    let seed = Seed::valid()
        .line("exchange_rates", 1, |line| format!("{line},remark"))
        .line("exchange_rates", 2, |line| format!("{line},x"))
        .line("exchange_rates", 3, |line| format!("{line},x"));
    seed.fails("UNKNOWN_COLUMN", "exchange_rates:1:remark", "currency,month,rate,days");
    assert_eq!(seed.check().errors(), 1);
}

#[test]
fn a_misspelt_column_gets_a_suggestion() {
    let seed = Seed::valid().line("exchange_rates", 1, |line| line.replace("month", "monht"));
    seed.fails("UNKNOWN_COLUMN", "exchange_rates:1:monht", "did you mean `month`?");
    seed.fails("MISSING_COLUMN", "exchange_rates:1:month", "");
}

#[test]
fn a_duplicate_column_is_reported() {
    let seed = Seed::valid().line("exchange_rates", 1, |line| format!("{line},rate"));
    seed.fails("DUPLICATE_COLUMN", "exchange_rates:1:rate", "twice");
}

#[test]
fn columns_in_another_order_are_read_and_reported() {
    let rates = "month,currency,rate,days\n2015-01,USD,1.16,21\n";
    let seed = Seed::valid().with("exchange_rates", rates);
    seed.warns("COLUMN_ORDER", "exchange_rates:1", "currency,month,rate,days");
    assert!(seed.check().rates.iter().any(|rates| rates.months.len() == 1));
}

#[test]
fn a_ragged_row_is_reported_and_its_id_stays_known() {
    let seed = Seed::valid().line("missions", 2, |line| format!("{line},more"));
    let problem = seed.fails("RAGGED_ROW", "missions:2", "16 cells, the header 15");
    assert_eq!(problem.id.as_deref(), Some("EUTM-MALI"));
    seed.fails("LEFT_OUT", "mission_contributions:2:mission_ids", "line 2 of seed/missions.csv");
}

#[test]
fn a_byte_order_mark_is_accepted() {
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    bytes.extend(&Seed::valid().files["seed/events.csv"]);
    assert_eq!(Seed::valid().with("events", bytes).check().problems().count(), 0);
}

#[test]
fn windows_line_endings_are_accepted() {
    let text = String::from_utf8(Seed::valid().files["seed/budgets.csv"].clone()).unwrap();
    let seed = Seed::valid().with("budgets", text.replace('\n', "\r\n"));
    assert_eq!(seed.check().problems().count(), 0);
    seed.cell("budgets", 3, "note", "x").passes();
}

#[test]
fn blank_lines_are_skipped_and_counted_as_lines() {
    let text = String::from_utf8(Seed::valid().files["seed/events.csv"].clone()).unwrap();
    let seed = Seed::valid().with("events", text.replacen('\n', "\n\n\n", 1));
    assert_eq!(seed.check().problems().count(), 0);
    let seed = seed.cell("events", 4, "start", "soon");
    seed.fails("BAD_DATE", "events:4:start", "");
}

#[test]
fn invalid_utf8_is_reported_with_its_line() {
    let mut bytes = Seed::valid().files["seed/events.csv"].clone();
    let at = bytes.windows(5).position(|w| w == b"Crise").unwrap();
    bytes[at] = 0xff;
    let seed = Seed::valid().with("events", bytes);
    seed.fails("BAD_UTF8", "events:2:title_fr", "save the file as UTF-8");
}

#[test]
fn an_unclosed_quote_loses_one_row() {
    let seed = Seed::valid().cell("agencies", 3, "name_en", "\"LuxDev");
    seed.fails("UNCLOSED_QUOTE", "agencies:3", "close the cell");
    let checked = seed.check();
    let agencies = checked.files.iter().find(|f| f.name == "seed/agencies.csv").unwrap();
    assert_eq!((agencies.ledger.rows_read, agencies.ledger.accepted), (5, 4));
}

#[test]
fn a_line_break_in_a_cell_is_reported_at_the_start_of_the_row() {
    let seed = Seed::valid().cell("agencies", 3, "name_en", "\"Lux\nDev\"");
    seed.fails("CONTROL_CHARACTER", "agencies:3:name_en", "on one line");
    let seed = seed.cell("agencies", 5, "kind", "ARMY");
    seed.fails("UNKNOWN_WORD", "agencies:5:kind", "");
}

#[test]
fn surrounding_white_space_is_trimmed_and_reported() {
    let seed = Seed::valid().cell("agencies", 2, "id", " lu-mfa ");
    seed.warns("OUTER_SPACE", "agencies:2:id", "white space");
}

#[test]
fn a_cell_that_is_too_long_is_reported() {
    let seed = Seed::valid().cell("agencies", 2, "note", &"x".repeat(1001));
    let problem = seed.fails("CELL_TOO_LONG", "agencies:2:note", "1000 characters");
    assert_eq!(problem.value.unwrap().chars().count(), 121);
}

#[test]
fn identical_rows_without_identifier_count_once() {
    let seed = Seed::valid().add("programme_locations", "ICP-MLI-3,ML-segou-region,Ségou,PAGE,,,,");
    seed.warns("DUPLICATE_ROW", "programme_locations:3", "line 2");
    let checked = seed.check();
    let file = checked.files.iter().find(|f| f.name == "seed/programme_locations.csv").unwrap();
    assert_eq!((file.ledger.rows_read, file.ledger.accepted, file.ledger.duplicate), (2, 1, 1));
}

#[test]
fn a_duplicate_of_a_rejected_row_is_rejected() {
    let row = "ICP-MLI-3,ML-sego-region,Ségou,PAGE,,,,";
    let seed = Seed::valid().add("programme_locations", row).add("programme_locations", row);
    seed.fails("UNKNOWN_ID", "programme_locations:3:location_id", "ML-segou-region");
    seed.fails("LEFT_OUT", "programme_locations:4", "line 3");
}

#[test]
fn an_email_address_is_rejected_and_not_repeated() {
    let seed = Seed::valid().cell("agencies", 2, "note", "ask someone@example.org");
    assert_personal_data_is_rejected(&seed, "agencies:2:note", "someone@example.org");
}

#[test]
fn a_telephone_number_is_rejected_and_not_repeated() {
    let seed = Seed::valid().cell("events", 2, "title_en", "call +352 247 82478");
    assert_personal_data_is_rejected(&seed, "events:2:title_en", "82478");
}

#[test]
fn addresses_in_lists_and_ids_are_not_repeated() {
    let seed = Seed::valid().cell("agencies", 2, "id", "someone@example.org");
    assert_personal_data_is_rejected(&seed, "agencies:2:id", "someone@");
    let seed = Seed::valid().cell("events", 2, "source_id", "PAGE;someone@example.org");
    assert_personal_data_is_rejected(&seed, "events:2:source_id", "someone@");
    let seed = Seed::valid().line("events", 1, |line| format!("{line},someone@example.org"));
    assert!(!format!("{:?}", seed.check()).contains("someone@"));
}

fn assert_personal_data_is_rejected(seed: &Seed, at: &str, secret: &str) {
    let problem = seed.fails("PERSONAL_DATA", at, "not repeated");
    assert_eq!(problem.value, None);
    let checked = seed.check();
    assert!(!format!("{checked:?}").contains(secret), "{checked:?}");
}

#[test]
fn a_malformed_cell_neither_hides_nor_causes_other_problems() {
    let seed = Seed::valid()
        .cell("budgets", 2, "id", "ICP\t1")
        .cell("budgets", 2, "amount", "55\u{7}")
        .cell("budgets", 2, "element", "ENVELOP")
        .cell("budgets", 2, "source_id", "a@example.org");
    let checked = seed.check();
    let found = checked.problems().filter(|p| p.file == "seed/budgets.csv" && p.line == Some(2));
    let found: Vec<_> = found.map(|p| (p.column.as_deref().unwrap(), p.code.as_str())).collect();
    assert_eq!(
        found,
        [
            ("id", "CONTROL_CHARACTER"),
            ("element", "UNKNOWN_WORD"),
            ("amount", "CONTROL_CHARACTER"),
            ("source_id", "PERSONAL_DATA")
        ]
    );
}

fn text(file: &str) -> String {
    String::from_utf8(Seed::valid().files[&format!("seed/{file}.csv")].clone()).unwrap()
}

/// Asserts that a file has one error without a line, and that rows that refer to the file are rejected with it.
#[track_caller]
fn fails_as_a_whole(seed: &Seed, file: &str, code: &str, help: &str) {
    seed.fails(code, file, help);
    let checked = seed.check();
    let others = checked.problems().filter(|p| p.code != "LEFT_OUT").count();
    assert_eq!(others, 1, "{:?}", checked.problems().collect::<Vec<_>>());
    let name = format!("seed/{file}.csv");
    let ledger = &checked.files.iter().find(|f| f.name == name).unwrap().ledger;
    assert_eq!((ledger.rows_read, ledger.problems.len()), (0, 1));
}

#[test]
fn carriage_return_line_endings_are_one_error() {
    let seed = Seed::valid().with("events", text("events").replace('\n', "\r"));
    fails_as_a_whole(&seed, "events", "WRONG_LINE_ENDS", "not as `CSV (Macintosh)`");
}

#[test]
fn other_separators_give_one_error() {
    let seed = Seed::valid().with("missions", text("missions").replace(',', ";"));
    fails_as_a_whole(&seed, "missions", "WRONG_SEPARATOR", "separated by semicolons");
    seed.fails("LEFT_OUT", "mission_contributions:2:mission_ids", "no row of seed/missions.csv");
    let seed = Seed::valid().with("events", text("events").replace(',', "\t"));
    fails_as_a_whole(&seed, "events", "WRONG_SEPARATOR", "save it again as `CSV UTF-8`");
    for first in ["sep=,\n", "\u{feff}\"sep=;\"\r\n", "SEP=,,,,\n"] {
        let seed = Seed::valid().with("events", format!("{first}{}", text("events")));
        fails_as_a_whole(&seed, "events", "WRONG_SEPARATOR", "remove that line");
    }
}

#[test]
fn semicolons_within_cells_are_not_separators() {
    Seed::valid().cell("events", 2, "note", "a;b").passes();
}

#[test]
fn utf16_gives_one_error() {
    let text = text("events");
    let little = text.encode_utf16().flat_map(u16::to_le_bytes);
    let seed =
        Seed::valid().with("events", [0xff, 0xfe].into_iter().chain(little).collect::<Vec<_>>());
    fails_as_a_whole(&seed, "events", "WRONG_ENCODING", "UTF-16");
    let big = text.encode_utf16().flat_map(u16::to_be_bytes);
    let seed =
        Seed::valid().with("events", [0xfe, 0xff].into_iter().chain(big).collect::<Vec<_>>());
    fails_as_a_whole(&seed, "events", "WRONG_ENCODING", "not as `Unicode text`");
}

#[test]
fn references_to_a_file_with_an_invalid_header_are_rejected_with_it() {
    let seed = Seed::valid().line("missions", 1, |line| line.replace(",acronym", ""));
    seed.fails("LEFT_OUT", "mission_contributions:2:mission_ids", "fix that file");
}

#[test]
fn rows_of_empty_cells_are_skipped_and_reported_once() {
    let seed =
        Seed::valid().add("events", ",,,,,,,,,,,").add("events", "").add("events", " ,\"\",,");
    let problem = seed.warns("EMPTY_ROW", "events:3", "all cells of 2 rows are empty");
    assert_eq!(problem.file, "seed/events.csv");
    let checked = seed.check();
    assert_eq!(checked.problems().count(), 1);
    let events = checked.files.iter().find(|f| f.name == "seed/events.csv").unwrap();
    assert_eq!((events.ledger.rows_read, events.ledger.accepted), (1, 1));
}

#[test]
fn empty_trailing_columns_are_ignored_and_reported_once() {
    let wide = text("agencies").replace('\n', ",,,\n");
    let seed = Seed::valid().with("agencies", wide.as_str());
    seed.warns("EMPTY_COLUMN", "agencies:1", "the last 3 columns");
    assert_eq!(seed.check().problems().count(), 1);
    // A cell with content makes its column an unnamed one, and every row must have all cells of the header.
    let seed = Seed::valid().with("agencies", wide.replacen("PAGE,,,,,,,", "PAGE,,,,,x,,", 1));
    seed.finds(Severity::Warning, "EMPTY_COLUMN", "agencies:1", "the last 2 columns");
    seed.fails("UNKNOWN_COLUMN", "agencies:1", "no name");
    let seed = Seed::valid().with("agencies", wide.replacen("Affairs", "Affairs, Europe", 1));
    seed.fails("RAGGED_ROW", "agencies:2", "18 cells, the header 17");
}
