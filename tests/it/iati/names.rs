//! Spelling variants of names and codes, and names outside the standard.

use aidgraph::ingest::Entry;
use aidgraph::model::ledger::{Ledger, Problem};
use aidgraph::model::programme::{BudgetStatus, BudgetType, ProgrammeStatus, Role};
use aidgraph::model::transaction::TransactionType;

use super::parsing::{activity, file, one, programmes};
use super::read;

const PAID: &str = "<transaction-type code=\"3\"/><transaction-date iso-date=\"2020-01-02\"/>";

/// Returns the problems of one code as column, value and help.
fn problems_of<'l>(
    ledger: &'l Ledger,
    code: &str,
) -> Vec<(&'l str, Option<&'l str>, Option<&'l str>)> {
    let of_code = ledger.problems.iter().filter(|problem| problem.code == code);
    let parts = |p: &'l Problem| {
        (p.column.as_deref().unwrap_or_default(), p.value.as_deref(), p.help.as_deref())
    };
    of_code.map(parts).collect()
}

/// Returns the amounts of the transactions of the only activity of a file.
fn amounts(inside: &str) -> (Vec<String>, Ledger) {
    let (_, details, ledger) = one(inside);
    (details.transactions.iter().map(|t| t.money.to_string()).collect(), ledger)
}

fn accepted(entries: &[Entry]) -> usize {
    programmes(entries).len()
}

#[test]
fn names_are_matched_in_any_case_and_with_any_word_separator() {
    let inside = format!(
        "<Transaction>{PAID}<Value Currency=\"USD\" Value_Date=\"2020-02-03\">1</Value></Transaction>\
         <TRANSACTION>{PAID}<VALUE>2</VALUE></TRANSACTION>\
         <recipient_country code=\"ML\"/><activityStatus code=\"2\"/><ParticipatingOrg Ref=\"X-2\" ROLE=\"1\"/>"
    );
    let (programme, details, ledger) = one(&inside);
    let amounts: Vec<_> = details.transactions.iter().map(|t| t.money.to_string()).collect();
    assert_eq!(amounts, ["1 USD", "2 EUR"]);
    let day = details.transactions[0].money.value_date.unwrap();
    assert_eq!(day.to_string(), "2020-02-03");
    assert_eq!(programme.recipients[0].country.as_str(), "ML");
    assert_eq!(programme.status, Some(ProgrammeStatus::Active));
    assert_eq!(programme.participations[0].role, Role::Funding);
    let names = problems_of(&ledger, "ODD_NAME");
    assert!(names.contains(&("iati-activity/Transaction", Some("transaction"), None)), "{names:?}");
    assert!(names.contains(&("value/@Currency", Some("currency"), None)), "{names:?}");
    assert_eq!(names.len(), ledger.problems.len(), "{ledger:?}");
}

#[test]
fn root_elements_are_matched_in_any_case() {
    for (list, record) in [
        ("IATI-Activities", "Iati-Activity"),
        ("iati_activities", "iati_activity"),
        ("iatiActivities", "IATIActivity"),
    ] {
        let text = file(&activity("X-1", "<Contact-Info><email>a@x.org</email></Contact-Info>"));
        let text = text.replace("iati-activities", list).replace("iati-activity", record);
        let (entries, ledger) = read("a.xml", text.as_bytes());
        assert_eq!(accepted(&entries), 1, "{list}: {ledger:?}");
        assert_eq!(problems_of(&ledger, "ODD_NAME"), [(record, Some("iati-activity"), None)]);
        assert_eq!(ledger.problems.len(), 1, "{ledger:?}");
        assert!(iati_is_recognised(&text), "{list}");
    }
}

fn iati_is_recognised(text: &str) -> bool {
    aidgraph::ingest::iati::recognises(text)
}

#[test]
fn unknown_elements_are_counted_by_name() {
    let inside = format!(
        "<recipient-countrys code=\"ML\"/>\n<transaction>{PAID}<value>1</value><valeu>2</valeu></transaction>\n\
         <transaction>{PAID}<value curency=\"USD\">3</value><valeu>4</valeu></transaction>\n<xx:foo>5</xx:foo>"
    );
    let (amounts, ledger) = amounts(&inside);
    assert_eq!(amounts, ["1 EUR", "3 EUR"]);
    assert_eq!(
        problems_of(&ledger, "UNKNOWN_ELEMENT"),
        [
            ("iati-activity/recipient-countrys", None, Some("did you mean `recipient-country`?")),
            ("transaction/valeu", None, Some("did you mean `value`?")),
        ]
    );
    assert_eq!(
        problems_of(&ledger, "UNKNOWN_ATTRIBUTE"),
        [("value/@curency", None, Some("did you mean `currency`?"))]
    );
    let valeu = ledger.problems.iter().find(|p| p.column.as_deref() == Some("transaction/valeu"));
    assert_eq!(valeu.unwrap().line, Some(7));
    assert!(valeu.unwrap().message.contains("2 times"), "{valeu:?}");
    assert_eq!(ledger.counts["UNKNOWN_ELEMENT"], 3);
}

#[test]
fn unknown_names_are_counted_in_bounded_memory() {
    let inside: Vec<_> = (0..5_000).map(|n| format!("<e{n}/>")).collect();
    let (_, _, ledger) = one(&inside.concat());
    assert_eq!(ledger.counts["UNKNOWN_ELEMENT"], 5_000);
    assert!(ledger.problems.len() <= 1_001, "{}", ledger.problems.len());
}

#[test]
fn wrapper_elements_are_transparent() {
    let paid = |amount: u32| format!("<transaction>{PAID}<value>{amount}</value></transaction>");
    let item = |amount: u32| format!("<item>{PAID}<value>{amount}</value></item>");
    for (inside, expected) in [
        (format!("<transactions>{}{}</transactions>", paid(1), paid(2)), vec!["1 EUR", "2 EUR"]),
        (format!("<item>{}</item><item>{}</item>", paid(1), paid(2)), vec!["1 EUR", "2 EUR"]),
        (format!("<transactions>{}{}</transactions>", item(1), item(2)), vec!["1 EUR", "2 EUR"]),
        (format!("<transaction>{}{}</transaction>", item(1), item(2)), vec!["1 EUR", "2 EUR"]),
        // The meaning of a wrapper with another name is uncertain.
        (format!("<deleted>{}</deleted>", paid(1)), vec![]),
    ] {
        let (amounts, ledger) = amounts(&inside);
        assert_eq!(amounts, expected, "{inside}");
        let word = if expected.is_empty() { "UNKNOWN_ELEMENT" } else { "ODD_NAME" };
        let codes: Vec<_> = ledger.problems.iter().map(|problem| problem.code.as_str()).collect();
        assert!(codes.iter().all(|code| *code == word) && !codes.is_empty(), "{inside}: {codes:?}");
    }
    let whole = "<iati-activities><iati-activity><item><iati-identifier>X-9</iati-identifier>\
        <title><narrative>T</narrative></title></item></iati-activity></iati-activities>";
    let (entries, _) = read("a.xml", whole.as_bytes());
    assert_eq!(programmes(&entries)[0].0.id.as_str(), "X-9");
}

#[test]
fn a_file_without_a_known_element_is_not_accepted() {
    let nothing = "<iati-activities><iati-activity><foo><bar>1</bar></foo></iati-activity>\
        <iati-activity><foo/></iati-activity></iati-activities>";
    let (entries, ledger) = read("a.xml", nothing.as_bytes());
    assert!(entries.is_empty());
    assert_eq!((ledger.rows_read, ledger.accepted, ledger.quarantined), (2, 0, 2));
    for code in ["NOT_UNDERSTOOD", "UNKNOWN_ELEMENT", "NOTHING_IN_FILE"] {
        assert!(ledger.counts.contains_key(code), "{code}: {ledger:?}");
    }
    let strays =
        "<iati-activities>\n<activity><title>T</title></activity>\n<activity/></iati-activities>";
    let (_, ledger) = read("a.xml", strays.as_bytes());
    assert_eq!(
        problems_of(&ledger, "UNKNOWN_ELEMENT"),
        [("iati-activities/activity", None, None)],
        "{ledger:?}"
    );
    assert!(ledger.counts.contains_key("NOTHING_IN_FILE"), "{ledger:?}");
    let (_, ledger) = read("a.xml", b"<iati-activities></iati-activities>");
    assert!(ledger.problems.is_empty(), "{ledger:?}");
}

#[test]
fn unambiguous_words_are_read_as_codes() {
    let inside = "<activity-date type=\"START-PLANNED\" iso-date=\"2011-01-11\"/>\
        <activity-date type=\"Planned End\" iso-date=\"2015-01-01\"/>\
        <related-activity type=\"Parent\" ref=\"X-0\"/><participating-org role=\"FUNDING\" type=\"Government\" ref=\"X-2\"/>\
        <activity-status code=\"Implementation\"/><sector vocabulary=\"dac\" code=\"11110\"/>\
        <sector vocabulary=\"DAC-5\" code=\"11110.0\"/><sector vocabulary=\"DAC_3\" code=\"111\"/>\
        <policy-marker vocabulary=\"dac\" code=\"2\" significance=\"Principal objective\"/>\
        <budget type=\"Revised\" status=\"COMMITTED\"><period-start iso-date=\"2011-01-01\"/><value currency=\"euro\">1</value></budget>\
        <transaction><transaction-type code=\"Disbursement\"/><transaction-date iso-date=\"2012-01-01\"/><value>1</value></transaction>";
    let (programme, details, ledger) = one(inside);
    let period = programme.period;
    assert_eq!(period.start.unwrap().to_string(), "2011-01-11");
    assert_eq!(period.end.unwrap().to_string(), "2015-01-01");
    assert_eq!(programme.parent.unwrap().as_str(), "X-0");
    assert_eq!(programme.participations[0].role, Role::Funding);
    assert_eq!(programme.status, Some(ProgrammeStatus::Active));
    let sectors: Vec<_> = programme
        .sectors
        .iter()
        .map(|s| (s.vocabulary.as_deref().unwrap(), s.sector.as_ref().unwrap().to_string()))
        .collect();
    assert_eq!(
        sectors,
        [("1", "11110".to_owned()), ("1", "11110".to_owned()), ("2", "111".to_owned())]
    );
    let marker = &programme.report.as_ref().unwrap().policy_markers[0];
    assert_eq!(
        (marker.vocabulary.as_deref(), marker.significance.as_deref()),
        (Some("1"), Some("2"))
    );
    let budget = &programme.budgets[0];
    assert_eq!(
        (budget.r#type, budget.status),
        (Some(BudgetType::Revised), Some(BudgetStatus::Committed))
    );
    assert_eq!(budget.money.to_string(), "1 EUR");
    assert_eq!(details.transactions[0].r#type, Some(TransactionType::Disbursement));
    let codes: Vec<_> = ledger.problems.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(codes, ["SHARES_MISSING"], "{ledger:?}");
}

#[test]
fn ambiguous_words_are_kept_and_reported_once() {
    let date = "<activity-date type=\"start\" iso-date=\"2011-01-11\"/>";
    let (programme, details, ledger) = one(&format!("{date}\n{date}"));
    assert!(programme.period.is_unknown());
    assert_eq!(details.dates[0].r#type, "start");
    assert_eq!(problems_of(&ledger, "ODD_CODE"), [("activity-date/@type", Some("start"), None)]);
    assert_eq!(ledger.counts["ODD_CODE"], 2);
}

#[test]
fn draft_vocabularies_are_not_read_as_dac_sectors() {
    let (programme, _, ledger) = one(
        "<sector type=\"IASC\" ref=\"15\">Health</sector><sector type=\"cluster\" ref=\"1647\"/><sector type=\"DAC\" ref=\"11110\"/>",
    );
    let sectors: Vec<_> = programme
        .sectors
        .iter()
        .map(|s| (s.vocabulary.as_deref().unwrap(), s.code.as_deref().unwrap(), s.sector.is_some()))
        .collect();
    assert_eq!(sectors, [("IASC", "15", false), ("cluster", "1647", false), ("1", "11110", true)]);
    assert!(problems_of(&ledger, "ODD_SECTOR").is_empty(), "{ledger:?}");
}

#[test]
fn amounts_that_cannot_be_dated_or_converted_are_reported() {
    let inside = "<transaction><transaction-type code=\"3\"/><transaction-date iso-date=\"2020-05-05\"/><value currency=\"CFA\">655957</value></transaction>\
        <transaction><transaction-type code=\"3\"/><value currency=\"DEM\">5</value></transaction>\
        <transaction><transaction-type code=\"3\"/><transaction-date iso-date=\"2020-02-30\"/><value>5</value></transaction>\
        <budget><period-start iso-date=\"2020-12-31\"/><period-end iso-date=\"2020-01-01\"/><value>7</value></budget>\
        <planned-disbursement><value>7</value></planned-disbursement>\
        <activity-date type=\"1\" iso-date=\"2020-01-01\"/><activity-date type=\"3\" iso-date=\"2019-01-01\"/>";
    let (amounts, ledger) = amounts(inside);
    assert_eq!(amounts, ["655957 CFA", "5 DEM", "5 EUR"]);
    assert_eq!(problems_of(&ledger, "ODD_CURRENCY"), [("value/@currency", Some("CFA"), None)]);
    let days: Vec<_> =
        problems_of(&ledger, "NO_DATE").into_iter().map(|(field, ..)| field).collect();
    assert_eq!(days, ["planned-disbursement/period-start", "transaction/transaction-date"]);
    assert_eq!(ledger.counts["UNREADABLE_DATE"], 1);
    let periods: Vec<_> =
        problems_of(&ledger, "REVERSED_PERIOD").into_iter().map(|(f, v, _)| (f, v)).collect();
    assert!(periods.contains(&("budget", Some("2020-12-31 to 2020-01-01"))), "{periods:?}");
    assert!(periods.contains(&("activity-date", Some("2020-01-01 to 2019-01-01"))), "{periods:?}");
}

#[test]
fn withdrawn_codes_are_kept_and_reported_with_their_date() {
    let (programme, _, ledger) = one("<sector code=\"15120\"/><default-flow-type code=\"20\"/>");
    assert_eq!(programme.sectors[0].sector.as_ref().unwrap().to_string(), "15120");
    assert_eq!(
        problems_of(&ledger, "WITHDRAWN_CODE"),
        [("default-flow-type/@code", Some("20"), None), ("sector/@code", Some("15120"), None)]
    );
    assert!(ledger.problems.iter().any(|problem| problem.message.contains("2020-02-28")));
}

#[test]
fn invalid_currencies_are_marked_and_former_ones_are_valid() {
    let paid =
        |currency: &str| format!("<transaction>{PAID}<value{currency}>5</value></transaction>");
    let named = ["CFA", "XYZ", "EURO", "$", "ITL", "DEM", "XEU", "eur", "XXX", "US$ (2019)"];
    let inside: String = named.iter().map(|name| paid(&format!(" currency=\"{name}\""))).collect();
    let (_, details, ledger) = one(&inside);
    let found: Vec<_> = details
        .transactions
        .iter()
        .map(|one| {
            let words = one.money.currency_words.map(|words| words.as_str().to_owned());
            (one.money.currency().unwrap().to_string(), one.money.is_currency_known(), words)
        })
        .collect();
    let row = |code: &str, is_known, words: Option<&str>| {
        (code.to_owned(), is_known, words.map(str::to_owned))
    };
    assert_eq!(
        found,
        [
            row("CFA", Some(false), None),
            row("XYZ", Some(false), None),
            row("EUR", Some(true), None),
            row("XXX", Some(false), Some("$")),
            row("ITL", Some(true), None),
            row("DEM", Some(true), None),
            row("XEU", Some(true), None),
            row("EUR", Some(true), None),
            row("XXX", None, None),
            row("XXX", Some(false), Some("US$ (2019)")),
        ]
    );
    assert_eq!(problems_of(&ledger, "ODD_CURRENCY").len(), 2, "{ledger:?}");
    assert_eq!(problems_of(&ledger, "NO_CURRENCY").len(), 2, "{ledger:?}");
}

#[test]
fn printed_words_of_a_default_currency_are_on_each_amount() {
    let text = file(&activity("X-1", "<budget><value>5</value></budget>"));
    let text = text.replace("default-currency=\"EUR\"", "default-currency=\"FCFA\"");
    let (entries, _) = read("a.xml", text.as_bytes());
    let money = super::parsing::programmes(&entries)[0].0.budgets[0].money;
    assert_eq!(money.currency_words.unwrap().as_str(), "FCFA");
}
