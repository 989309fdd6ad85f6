//! Single cells and rows.

use aidgraph::ingest::seed::changes;
use aidgraph::model::noun::Record;
use aidgraph::model::text::Language;

use super::seed::Seed;

#[test]
fn a_missing_value_is_reported() {
    Seed::valid().cell("agencies", 2, "kind", "").fails("MISSING_VALUE", "agencies:2:kind", "");
    let seed = Seed::valid().cell("events", 2, "title_en", "").cell("events", 2, "title_fr", "");
    seed.fails("MISSING_VALUE", "events:2:title_en", "`title_en` and `title_fr`");
}

#[test]
fn a_row_without_a_source_is_reported() {
    let seed = Seed::valid().cell("events", 2, "source_id", "");
    seed.fails("MISSING_SOURCE", "events:2:source_id", "seed/sources.csv");
}

#[test]
fn an_unknown_word_gets_a_suggestion_and_the_allowed_words() {
    let seed = Seed::valid().cell("agencies", 3, "kind", "BILATRAL");
    seed.fails("UNKNOWN_WORD", "agencies:3:kind", "did you mean `BILATERAL`?");
    seed.fails("UNKNOWN_WORD", "agencies:3:kind", "GOVERNMENT, BILATERAL, MULTILATERAL");
    let seed = Seed::valid().cell("participations", 5, "additional", "nein");
    seed.fails("UNKNOWN_WORD", "participations:5:additional", "yes, no");
}

#[test]
fn words_are_case_sensitive() {
    let seed = Seed::valid().cell("agencies", 3, "kind", "bilateral");
    seed.fails("UNKNOWN_WORD", "agencies:3:kind", "did you mean `BILATERAL`?");
}

#[test]
fn an_unknown_expectation_is_reported() {
    let seed = Seed::valid().cell("participations", 2, "expect", "OUTSIDE_MISSION");
    seed.fails("UNKNOWN_EXPECT", "participations:2:expect", "ABOVE_BUDGET");
}

#[test]
fn invalid_characters_in_an_id_are_reported() {
    let seed = Seed::valid().cell("events", 2, "id", "EVT ML");
    seed.fails("BAD_ID", "events:2:id", "must not contain ` `");
    Seed::valid().cell("events", 2, "id", "EVT-Ségou").fails("BAD_ID", "events:2:id", "`é`");
    let seed = Seed::valid().cell("events", 2, "id", &"E".repeat(241));
    seed.fails("BAD_ID", "events:2:id", "240 bytes");
}

#[test]
fn an_invalid_code_in_a_list_is_reported() {
    Seed::valid().cell("countries", 4, "code", "Ni").fails("BAD_CODE", "countries:4:code", "ML");
    Seed::valid().cell("currencies", 4, "code", "US$").fails(
        "BAD_CODE",
        "currencies:4:code",
        "EUR",
    );
    Seed::valid().cell("sectors", 4, "code", "12").fails(
        "BAD_CODE",
        "sectors:4:code",
        "five digits",
    );
    let seed = Seed::valid().cell("sectors", 3, "category", "122");
    seed.fails("BAD_CODE", "sectors:3:category", "must be `111`");
}

#[test]
fn lists_have_no_empty_or_duplicate_items() {
    let seed = Seed::valid().cell("events", 2, "countries", "ML;;NE");
    seed.fails("EMPTY_ITEM", "events:2:countries", "a single `;`");
    let seed = Seed::valid().cell("events", 2, "countries", "ML;NE;ML");
    seed.fails("DOUBLED_ITEM", "events:2:countries", "`ML` twice");
}

#[test]
fn an_invalid_date_gets_the_expected_format() {
    let seed = Seed::valid().cell("events", 2, "start", "5.3.2015");
    seed.fails("BAD_DATE", "events:2:start", "write 2015-03-05");
    Seed::valid().cell("events", 2, "end", "summer").fails("BAD_DATE", "events:2:end", "YYYY-MM");
}

#[test]
fn an_impossible_date_is_reported() {
    let seed = Seed::valid().cell("events", 2, "start", "2015-02-29");
    seed.fails("IMPOSSIBLE_DATE", "events:2:start", "2015-02-29");
}

#[test]
fn a_year_has_four_digits_and_no_month() {
    let seed = Seed::valid().cell("oda_figures", 2, "year", "2015-03");
    seed.fails("BAD_DATE", "oda_figures:2:year", "write a year: YYYY");
    for text in ["12", "201", "20155"] {
        let seed = Seed::valid().cell("oda_figures", 2, "year", text);
        seed.fails("BAD_DATE", "oda_figures:2:year", "write the year with four digits");
    }
    let seed = Seed::valid().cell("humanitarian_contributions", 2, "year", "15");
    seed.fails("BAD_DATE", "humanitarian_contributions:2:year", "four digits");
}

#[test]
fn a_reversed_period_is_reported_at_its_end() {
    let seed = Seed::valid().cell("events", 2, "end", "2011");
    seed.fails("REVERSED_PERIOD", "events:2:end", "ends (2011) before it begins (2012)");
    let seed = Seed::valid().cell("partnerships", 2, "until", "1998");
    seed.fails("REVERSED_PERIOD", "partnerships:2:until", "");
    let seed = Seed::valid().cell("programmes", 2, "extended_until", "2018");
    seed.fails("REVERSED_PERIOD", "programmes:2:extended_until", "");
}

#[test]
fn a_date_and_an_absence_exclude_each_other() {
    let seed = Seed::valid().cell("sources", 3, "published", "2016");
    seed.fails("DATE_AND_ABSENCE", "sources:3:published_absence", "");
}

#[test]
fn a_headcount_is_a_whole_number() {
    let seed = Seed::valid().cell("mission_contributions", 2, "headcount", "2.5");
    seed.fails("BAD_NUMBER", "mission_contributions:2:headcount", "digits only");
}

#[test]
fn a_headcount_needs_a_number_or_a_reason() {
    let seed = Seed::valid().cell("mission_contributions", 2, "headcount", "").cell(
        "mission_contributions",
        2,
        "headcount_qualifier",
        "",
    );
    seed.fails("MISSING_HEADCOUNT", "mission_contributions:2:headcount", "NOT_STATED");
    let seed = Seed::valid().cell("mission_contributions", 2, "headcount_absence", "WITHHELD");
    seed.fails("HEADCOUNT_AND_ABSENCE", "mission_contributions:2:headcount_absence", "");
}

#[test]
fn only_personnel_has_a_headcount() {
    let seed = Seed::valid().cell("mission_contributions", 3, "headcount", "3");
    seed.fails("NOT_PERSONNEL", "mission_contributions:3:headcount", "of kind PERSONNEL");
    let seed = Seed::valid().cell("mission_contributions", 3, "deployment", "DEPLOYED");
    seed.fails("NOT_PERSONNEL", "mission_contributions:3:deployment", "");
}

#[test]
fn humanitarian_money_is_rejected_under_defence() {
    let seed = Seed::valid().cell("trust_funds", 3, "pillar", "DEFENCE");
    seed.fails("HUMANITARIAN_WALL", "trust_funds:3:pillar", "a part of DEVELOPMENT");
}

#[test]
fn coordinates_are_bounded_and_come_in_pairs() {
    let seed = Seed::valid().cell("locations", 2, "latitude", "113.43");
    seed.fails("OUT_OF_RANGE", "locations:2:latitude", "between -90 and 90");
    let seed = Seed::valid().cell("locations", 2, "longitude", "-181");
    seed.fails("OUT_OF_RANGE", "locations:2:longitude", "");
    let seed = Seed::valid().cell("locations", 2, "longitude", "");
    seed.fails("HALF_POINT", "locations:2:longitude", "no `longitude`");
}

#[test]
fn percentages_are_bounded() {
    let seed = Seed::valid().cell("recipients", 2, "percentage", "101");
    seed.fails("OUT_OF_RANGE", "recipients:2:percentage", "between 0 and 100");
}

#[test]
fn urls_must_be_https() {
    for bad in ["www.example.org", "ftp://example.org", "https://", "https://example.org/a b"] {
        let seed = Seed::valid().cell("sources", 2, "url", bad);
        seed.fails("BAD_URL", "sources:2:url", "https://");
    }
    let seed = Seed::valid().cell("agencies", 2, "website", "example");
    seed.fails("BAD_URL", "agencies:2:website", "");
}

#[test]
fn malformed_digests_and_languages_are_rejected() {
    let seed = Seed::valid().cell("sources", 2, "sha256", "abc");
    seed.fails("BAD_TOKEN", "sources:2:sha256", "64 hexadecimal digits");
    let seed = Seed::valid().cell("sources", 2, "language", "eng");
    seed.fails("BAD_TOKEN", "sources:2:language", "ISO 639-1");
}

#[test]
fn long_quotes_are_reported() {
    let seed = Seed::valid().cell("events", 2, "as_published", &"so ".repeat(70));
    let seed = seed.cell("events", 2, "locator", "line 3");
    seed.warns("LONG_QUOTE", "events:2:as_published", "not copied");
}

#[test]
fn all_problems_of_a_row_are_reported_at_once() {
    let seed = Seed::valid()
        .cell("programmes", 3, "kind", "PROJEKT")
        .cell("programmes", 3, "start", "2016-13")
        .cell("programmes", 3, "ordinal", "-1")
        .cell("programmes", 3, "status", "DONE");
    let checked = seed.check();
    let codes = checked.problems().filter(|p| p.file == "seed/programmes.csv");
    let codes: Vec<_> = codes.map(|p| (p.column.as_deref().unwrap(), p.code.as_str())).collect();
    assert_eq!(
        codes,
        [
            ("kind", "UNKNOWN_WORD"),
            ("ordinal", "BAD_NUMBER"),
            ("start", "IMPOSSIBLE_DATE"),
            ("status", "UNKNOWN_WORD")
        ]
    );
}

#[test]
fn exchange_rates_are_positive_and_monthly() {
    let rates = |line: &str| Seed::valid().add("exchange_rates", line);
    rates("USD,2015,1.1,20").fails("BAD_DATE", "exchange_rates:4:month", "write a month: YYYY-MM");
    rates("USD,2015-13,1.1,20").fails("IMPOSSIBLE_DATE", "exchange_rates:4:month", "");
    rates("USD,2015-03,0,20").fails("OUT_OF_RANGE", "exchange_rates:4:rate", "above zero");
    rates("USD,2015-03,-1.1,20").fails("OUT_OF_RANGE", "exchange_rates:4:rate", "above zero");
    rates("USD,2015-03,1.1,0").fails("OUT_OF_RANGE", "exchange_rates:4:days", "");
    let seed = Seed::valid().cell("currencies", 2, "minor_units", "9");
    seed.fails("OUT_OF_RANGE", "currencies:2:minor_units", "");
}

#[test]
fn all_funders_and_other_channels_have_codes() {
    let seed = Seed::valid().cell("budgets", 5, "element", "ALL_FUNDERS");
    seed.cell("humanitarian_contributions", 5, "channel", "OTHER").passes();
}

#[test]
fn one_run_finds_every_problem_of_a_row() {
    let seed = Seed::valid()
        .cell("humanitarian_contributions", 4, "qualifier", "NEARLY")
        .cell("humanitarian_contributions", 4, "channel_agencies", "lu-luxdef")
        .cell("humanitarian_contributions", 4, "currency", "EURO")
        .cell("humanitarian_contributions", 4, "source_id", "NOWHERE")
        .cell("humanitarian_contributions", 4, "amount", "\"400,000\"");
    let at = |column: &str| format!("humanitarian_contributions:4:{column}");
    seed.fails("BAD_NUMBER", &at("amount"), "400000");
    seed.fails("UNKNOWN_WORD", &at("qualifier"), "AT_LEAST");
    seed.fails("UNKNOWN_ID", &at("channel_agencies"), "lu-luxdev");
    seed.fails("UNKNOWN_CURRENCY", &at("currency"), "did you mean `EUR`?");
    seed.fails("UNKNOWN_ID", &at("source_id"), "NOWHERE");
    // A reversed period does not hide a dangling parent.
    let seed = Seed::valid().cell("programmes", 3, "end", "1999").cell(
        "programmes",
        3,
        "parent_id",
        "ICP-MLI-9",
    );
    seed.fails("REVERSED_PERIOD", "programmes:3:end", "");
    seed.fails("UNKNOWN_ID", "programmes:3:parent_id", "");
    // A malformed cell does not hide an unknown word in another cell.
    let seed = Seed::valid()
        .cell("budgets", 2, "amount", &"9".repeat(1001))
        .cell("budgets", 2, "currency", "EURO")
        .cell("budgets", 2, "qualifier", "NEARLY")
        .cell("budgets", 2, "programme_id", "ICP-MLI-9");
    seed.fails("CELL_TOO_LONG", "budgets:2:amount", "");
    seed.fails("UNKNOWN_CURRENCY", "budgets:2:currency", "");
    seed.fails("UNKNOWN_WORD", "budgets:2:qualifier", "");
    seed.fails("UNKNOWN_ID", "budgets:2:programme_id", "");
}

#[test]
fn a_rejected_reference_adds_no_problem_to_an_invalid_row() {
    let seed =
        Seed::valid().cell("programmes", 2, "start", "soon").cell("budgets", 2, "status", "NO");
    let checked = seed.check();
    let own = checked.problems().filter(|p| p.file == "seed/budgets.csv" && p.line == Some(2));
    assert_eq!(own.map(|p| p.code.as_str()).collect::<Vec<_>>(), ["UNKNOWN_WORD"]);
}

#[test]
fn zero_must_be_written_as_an_absence() {
    for zero in ["0", "0.00", "-0"] {
        let seed = Seed::valid().cell("budgets", 2, "amount", zero);
        seed.fails("ZERO_AMOUNT", "budgets:2:amount", "write ZERO under `absence`");
    }
    let seed = Seed::valid().cell("mission_contributions", 4, "headcount", "0");
    let help = "write ZERO under `headcount_absence`";
    seed.fails("ZERO_AMOUNT", "mission_contributions:4:headcount", help);
    let seed = Seed::valid()
        .cell("budgets", 6, "absence", "ZERO")
        .cell("budgets", 6, "amount", "")
        .cell("budgets", 6, "currency", "");
    seed.passes();
}

/// The valid seed, with a column of licences.
fn licensed(licence: &str) -> Seed {
    let seed = Seed::valid().line("sources", 1, |line| format!("{line},licence"));
    let lines = 2..=seed.files["seed/sources.csv"].split(|b| *b == b'\n').count() - 1;
    lines.fold(seed, |seed, at| {
        seed.line("sources", at, |line| format!("{line},{}", if at == 2 { licence } else { "" }))
    })
}

#[test]
fn the_licence_of_a_source_is_optional() {
    let licences = |seed: &Seed| -> Vec<Option<String>> {
        let of = |record: &Record| match record {
            Record::Source(source) => Some(source.licence.clone().map(String::from)),
            _ => None,
        };
        seed.check().records.iter().filter_map(of).collect()
    };
    let seed = licensed("OGL-UK-3.0");
    seed.passes();
    let stated = Some("OGL-UK-3.0".to_owned());
    assert_eq!(licences(&seed).iter().filter(|licence| **licence == stated).count(), 1);
    // Older seeds without the column are accepted, and adding it is no change.
    let old = Seed::valid();
    old.passes();
    assert!(licences(&old).iter().all(Option::is_none));
    let change = &changes(&old.files(), &licensed("").files())[0];
    assert_eq!((change.added, change.changed, change.removed), (0, 0, 0));
}

/// The valid seed, with columns of French contexts and of translations in the agreements.
fn translated(french: &str, list: &str) -> Seed {
    let seed = Seed::valid().line("agreements", 1, |line| format!("{line},context_fr,translated"));
    let lines = 2..=seed.files["seed/agreements.csv"].split(|b| *b == b'\n').count() - 1;
    lines.fold(seed, |seed, at| {
        let cells = if at == 2 { format!(",{french},{list}") } else { ",,".to_owned() };
        seed.line("agreements", at, |line| format!("{line}{cells}"))
    })
}

#[test]
fn translations_of_the_editors_are_listed_by_column() {
    let of = |seed: &Seed| {
        let records = seed.check().records;
        let agreement = |record| match record {
            Record::Agreement(agreement) => agreement.context,
            _ => None,
        };
        records.into_iter().find_map(agreement).unwrap()
    };
    let context = of(&translated("Signé en commission", "context_fr"));
    assert_eq!(context.in_language(Language::FR), Some("Signé en commission"));
    assert!(context.is_translated(Language::FR) && !context.is_translated(Language::EN));
    assert!(!of(&translated("Signé en commission", "")).is_translated(Language::FR));
    // Older seeds without the columns are accepted.
    assert_eq!(of(&Seed::valid()).in_language(Language::FR), None);
    let faulty = translated("", "context_fr");
    faulty.fails("MISSING_VALUE", "agreements:2:translated", "remove it from the list");
    let faulty = translated("Signé", "contxt_fr");
    faulty.fails("UNKNOWN_FIELD", "agreements:2:translated", "did you mean `context_fr`?");
    let faulty = translated("Signé", "signed");
    faulty.fails("UNKNOWN_FIELD", "agreements:2:translated", "title_en, title_fr, place, place_fr");
}

/// The valid seed, with one known gap.
fn with_gap(row: &str) -> Seed {
    let header = "id,kind,noun,donor,countries,start,end,missing_en,missing_fr,searched_en,searched_fr,looked_on,\
                  translated,source_id,as_published,locator,assertion,note";
    let mut seed = Seed::valid();
    seed.files.insert("seed/gaps.csv".to_owned(), format!("{header}\n{row}\n").into_bytes());
    seed
}

#[test]
fn gaps_are_checked_like_other_rows_and_are_optional() {
    Seed::valid().passes();
    let gap = "GAP-1,NOT_FOUND,OdaFigure,LU,ML,2015,,ODA by year,APD par année,,,2026-11,missing_fr,PAGE,,,,";
    with_gap(gap).passes();
    let changed = |from: &str, to: &str| with_gap(&gap.replace(from, to));
    changed("NOT_FOUND", "MISSING").fails("UNKNOWN_WORD", "gaps:2:kind", "NOT_FOUND, PARTIAL");
    changed("OdaFigure", "OdaFigures").fails(
        "UNKNOWN_WORD",
        "gaps:2:noun",
        "did you mean `OdaFigure`?",
    );
    changed(",ML,", ",XX,").fails("UNKNOWN_COUNTRY", "gaps:2:countries", "");
    changed("2026-11", "2026-13").fails("IMPOSSIBLE_DATE", "gaps:2:looked_on", "");
    changed("PAGE", "").fails("MISSING_SOURCE", "gaps:2:source_id", "seed/sources.csv");
    changed("ODA by year,APD par année", ",").fails("MISSING_VALUE", "gaps:2:missing_en", "");
    changed("2015,,", "2015,2014,").fails("REVERSED_PERIOD", "gaps:2:end", "");
}

#[test]
fn a_licence_is_one_short_line_of_text() {
    licensed(&"x".repeat(201)).fails("BAD_TOKEN", "sources:2:licence", "200 characters");
    licensed("a\u{202e}b").fails("BAD_TOKEN", "sources:2:licence", "SPDX identifier");
    licensed("a\tb").fails("CONTROL_CHARACTER", "sources:2:licence", "");
}

#[test]
fn files_are_printed_with_their_relative_path() {
    use std::path::Path;
    let seed = Seed::valid().cell("programmes", 2, "start", "soon").without("events").cell(
        "sources",
        3,
        "published",
        "2016",
    );
    let checked = seed.check().located(Path::new("../my seed/"));
    let mut text = String::new();
    aidgraph::ingest::report::terminal(&checked, false, &mut text).unwrap();
    assert!(text.contains("--> ../my seed/programmes.csv:2:"), "{text}");
    assert!(text.contains("--> ../my seed/events.csv\n"), "{text}");
    assert!(!text.replace("my seed/", "").contains("seed/"), "{text}");
    let columns = text.lines().filter(|line| line.contains("programmes.csv:2:"));
    assert!(columns.clone().count() > 0);
    for line in columns {
        assert!(line.contains("(start)") || line.contains(", "), "{line}");
    }
}
