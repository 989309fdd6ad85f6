//! Small files of every irregular kind, and their records.

use aidgraph::ingest::Entry;
use aidgraph::model::activity::Details;
use aidgraph::model::ledger::Ledger;
use aidgraph::model::money::Absence;
use aidgraph::model::noun::Record;
use aidgraph::model::programme::{Programme, ProgrammeStatus, Role};
use aidgraph::model::text::Language;
use aidgraph::model::transaction::TransactionType;
use proptest::prelude::*;

use super::read;

/// Builds an activity with an identifier, a title and further elements.
pub(super) fn activity(id: &str, inside: &str) -> String {
    format!(
        "<iati-activity default-currency=\"EUR\" xml:lang=\"en\">\n<iati-identifier>{id}</iati-identifier>\n\
         <title><narrative>Water</narrative></title>\n{inside}</iati-activity>\n"
    )
}

pub(super) fn file(inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<iati-activities version=\"2.03\">\n{inside}</iati-activities>\n"
    )
}

/// Returns the programmes of a file with their details.
pub(super) fn programmes(entries: &[Entry]) -> Vec<(&Programme, &Details)> {
    entries
        .iter()
        .filter(|entry| matches!(entry.record, Record::Programme(_)))
        .map(|entry| match &entry.record {
            Record::Programme(p) => (p, &**entry.details.as_ref().unwrap()),
            _ => unreachable!(),
        })
        .collect()
}

/// Reads an activity with further elements.
pub(super) fn one(inside: &str) -> (Programme, Details, Ledger) {
    let (entries, ledger) = read("a.xml", file(&activity("X-1", inside)).as_bytes());
    let all = programmes(&entries);
    assert_eq!(all.len(), 1, "{ledger:?}");
    (all[0].0.clone(), all[0].1.clone(), ledger)
}

/// Returns the problem codes of a ledger with their lines.
pub(super) fn codes(ledger: &Ledger) -> Vec<(&str, Option<u32>)> {
    ledger.problems.iter().map(|problem| (problem.code.as_str(), problem.line)).collect()
}

fn transaction(value: &str) -> String {
    format!(
        "<transaction><transaction-type code=\"3\"/><transaction-date iso-date=\"2020-01-02\"/>{value}</transaction>"
    )
}

/// Returns the printed value of the only transaction, and the problems.
fn money(value: &str) -> (String, Vec<String>) {
    let (_, details, ledger) = one(&transaction(value));
    let codes = codes(&ledger).into_iter().map(|(code, _)| code.to_owned()).collect();
    (details.transactions[0].money.to_string(), codes)
}

#[test]
fn amounts_are_read_if_their_digits_are_unambiguous() {
    let reported = |text: &str, code: &str| (text.to_owned(), vec![code.to_owned()]);
    assert_eq!(money("<value>3,802</value>"), reported("3802 EUR", "AMOUNT_WITH_COMMA"));
    assert_eq!(money("<value>46678,00</value>"), reported("46678.00 EUR", "AMOUNT_WITH_COMMA"));
    assert_eq!(money("<value> 1 000.5\n</value>"), ("1000.5 EUR".into(), vec![]));
    assert_eq!(money("<value><![CDATA[7]]><!-- no --></value>"), ("7 EUR".into(), vec![]));
    assert_eq!(money("<value>-5</value>"), ("-5 EUR".into(), vec![]));
    assert_eq!(money("<value>ten</value>"), reported("not stated", "UNREADABLE_AMOUNT"));
    assert_eq!(money("<value/>"), reported("not stated", "UNREADABLE_AMOUNT"));
    assert_eq!(money(""), reported("not stated", "UNREADABLE_AMOUNT"));
    assert_eq!(money("<value>1</value><value>2</value>"), reported("1 EUR", "SEVERAL_VALUES"));
}

#[test]
fn the_currency_defaults_to_that_of_the_activity() {
    assert_eq!(money("<value currency=\"usd\">1</value>").0, "1 USD");
    assert_eq!(money("<value currency=\" \">1</value>").0, "1 EUR");
    let bare = file(
        &activity("X-1", &transaction("<value>1</value>")).replace(" default-currency=\"EUR\"", ""),
    );
    let (entries, ledger) = read("a.xml", bare.as_bytes());
    assert_eq!(programmes(&entries)[0].1.transactions[0].money.to_string(), "1 XXX");
    assert_eq!(codes(&ledger)[0].0, "NO_CURRENCY");
    let odd = file(&activity("X-1", "").replace("\"EUR\"", "\"Euros\""));
    assert_eq!(codes(&read("a.xml", odd.as_bytes()).1), [("NO_CURRENCY", Some(3))]);
}

#[test]
fn a_missing_amount_is_not_zero() {
    let (_, details, _) = one(&transaction(""));
    assert_eq!(details.transactions[0].money.absence(), Some(Absence::NotStated));
}

#[test]
fn words_and_letters_of_version_1_are_understood() {
    let (programme, details, ledger) = one(
        "<participating-org role=\"Implementing\" ref=\"X-2\">Them</participating-org>\
         <activity-date type=\"start-actual\" iso-date=\"2010-04-01Z\"/><activity-date type=\"end-planned\">2012-03</activity-date>\
         <sector vocabulary=\"DAC\" code=\"14030\"/><transaction><transaction-type code=\"QP\"/><transaction-date iso-date=\"2011-02-03\"/><value>1</value></transaction>\
         <description xml:lang=\"en\">One</description><description xml:lang=\"fr\">Un</description>",
    );
    assert!(ledger.problems.is_empty(), "{ledger:?}");
    assert_eq!(programme.participations[0].role, Role::Implementing);
    assert_eq!(programme.period.start.unwrap().to_string(), "2010-04-01");
    assert_eq!(programme.period.end.unwrap().to_string(), "2012-03");
    assert_eq!(programme.sectors[0].sector.as_ref().unwrap().as_str(), "14030");
    assert_eq!(details.transactions[0].r#type, Some(TransactionType::PurchaseOfEquity));
    assert_eq!(details.descriptions.len(), 1);
    assert_eq!(details.descriptions[0].text.in_language(Language::FR), Some("Un"));
}

#[test]
fn unlisted_codes_are_kept_as_published() {
    let (programme, details, ledger) = one(
        "<activity-status code=\"9\"/><participating-org role=\"7\" ref=\"X-2\"/>\
         <transaction><transaction-type code=\"99\"/><transaction-date iso-date=\"2011-02-03\"/><value>1</value></transaction>\
         <transaction><transaction-date iso-date=\"2011-02-03\"/><value>1</value></transaction><sector code=\"WATER\"/><sector/>",
    );
    assert_eq!(programme.status, None);
    assert_eq!(programme.report.unwrap().status_as_published.as_deref(), Some("9"));
    assert_eq!(programme.participations[0].role, Role::Partner);
    assert_eq!(details.transactions[0].report.type_as_published.as_deref(), Some("99"));
    assert_eq!(programme.sectors[0].code.as_deref(), Some("WATER"));
    let mut found: Vec<&str> = codes(&ledger).into_iter().map(|(code, _)| code).collect();
    found.sort_unstable();
    assert_eq!(found, ["NO_CODE", "NO_CODE", "ODD_CODE", "ODD_CODE", "ODD_CODE", "ODD_SECTOR"]);
}

#[test]
fn status_codes_are_mapped() {
    let (programme, ..) = one("<activity-status code=\"5\"/>");
    assert_eq!(programme.status, Some(ProgrammeStatus::Cancelled));
}

#[test]
fn invalid_countries_keep_the_activity_and_its_money() {
    let (programme, _, ledger) =
        one("<recipient-country code=\"MWI\" percentage=\"50\"/><recipient-country code=\"\"/>\
         <recipient-country code=\"998\" percentage=\"50\"/>");
    assert_eq!(programme.recipients[0].country.as_str(), "MW");
    assert_eq!(programme.regions[0].code, "998");
    let mut found: Vec<&str> = codes(&ledger).into_iter().map(|(code, _)| code).collect();
    found.sort_unstable();
    assert_eq!(found, ["NO_CODE", "ODD_COUNTRY", "ODD_COUNTRY"]);
}

#[test]
fn shares_that_do_not_add_up_are_kept_and_reported() {
    let (programme, _, ledger) = one(
        "<recipient-country code=\"ML\" percentage=\"60\"/><recipient-region code=\"298\" percentage=\"60%\"/>\
         <sector code=\"14030\" percentage=\"many\"/><sector code=\"14020\"/>",
    );
    assert_eq!(programme.recipients[0].percentage.unwrap().to_string(), "60");
    let mut found: Vec<&str> = codes(&ledger).into_iter().map(|(code, _)| code).collect();
    found.sort_unstable();
    assert_eq!(found, ["SHARES_DO_NOT_ADD_UP", "SHARES_MISSING", "UNREADABLE_NUMBER"]);
}

#[test]
fn points_with_commas_are_read_and_invalid_points_are_reported() {
    let point = |pos: &str| one(&format!("<location><point><pos>{pos}</pos></point></location>"));
    let (_, details, _) = point("12,6392 -8,0029");
    assert_eq!(details.places[0].point.unwrap().latitude.to_string(), "12.6392");
    let (_, details, ledger) = point("Bamako");
    assert_eq!(details.places[0].point, None);
    assert_eq!(codes(&ledger), [("UNREADABLE_POINT", Some(6))]);
}

#[test]
fn unreadable_dates_and_flags_are_reported_with_their_line() {
    let (_, _, ledger) = one(
        "<activity-date type=\"1\"\n iso-date=\"01/04/2010\"/><conditions attached=\"maybe\"/>",
    );
    assert_eq!(codes(&ledger), [("UNREADABLE_DATE", Some(6)), ("UNREADABLE_FLAG", Some(7))]);
}

#[test]
fn activities_without_identifier_or_title_are_kept_and_reported() {
    let bare = file(
        "<iati-activity><title>Only a title</title></iati-activity>\
                     <iati-activity><iati-identifier> X\n 1 </iati-identifier></iati-activity>",
    );
    let (entries, ledger) = read("a.xml", bare.as_bytes());
    let ids: Vec<&str> = programmes(&entries).iter().map(|(p, _)| p.id.as_str()).collect();
    assert_eq!(ids, ["no-identifier:a.xml:1", "X 1"]);
    assert_eq!(programmes(&entries)[1].0.title.main(), "X 1");
    let found: Vec<&str> = codes(&ledger).into_iter().map(|(code, _)| code).collect();
    assert_eq!(found, ["NO_IDENTIFIER", "ODD_IDENTIFIER", "NO_TITLE"]);
}

#[test]
fn an_identifier_that_is_too_long_is_rejected_and_reported() {
    let long = "x".repeat(300);
    let (entries, ledger) =
        read("a.xml", file(&(activity(&long, "") + &activity("X-2", ""))).as_bytes());
    assert_eq!(programmes(&entries).len(), 1);
    assert_eq!((ledger.rows_read, ledger.accepted, ledger.quarantined), (2, 1, 1));
    assert_eq!(codes(&ledger), [("BAD_ID", Some(3))]);
}

#[test]
fn identical_activities_count_once_and_other_content_is_another_activity() {
    let (one, other) = (activity("X-1", ""), activity("X-1", "<description>Other</description>"));
    let text = file(&(one.clone() + &one + &other + &activity("X-1~2", "")));
    let (entries, ledger) = read("a.xml", text.as_bytes());
    let ids: Vec<&str> = programmes(&entries).iter().map(|(p, _)| p.id.as_str()).collect();
    assert_eq!(ids, ["X-1", "X-1~2", "X-1~2~2"]);
    assert_eq!((ledger.rows_read, ledger.accepted, ledger.duplicate), (4, 3, 1));
    let reported: Vec<&str> = ledger.problems.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(reported, ["DUPLICATE_IDENTIFIER", "REPEATED_IDENTIFIER", "REPEATED_IDENTIFIER"]);
    assert!(ledger.problems.iter().all(|problem| problem.line.is_some()));
}

#[test]
fn activities_under_a_placeholder_are_all_kept() {
    let words = ["N/A", "n.a.", "0", "-", "unknown", "desconocido"];
    let text: String = words.iter().map(|word| activity(word, "")).collect();
    let (entries, ledger) = read("a.xml", file(&text).as_bytes());
    let ids: Vec<&str> = programmes(&entries).iter().map(|(p, _)| p.id.as_str()).collect();
    assert_eq!(ids.len(), words.len());
    let expected = |word: &&str| !word.starts_with("X-");
    let numbered = ids.iter().filter(|id| id.starts_with("no-identifier:a.xml:")).count();
    assert_eq!(numbered, words.iter().filter(|word| expected(word)).count());
    assert_eq!(ledger.counts["NO_IDENTIFIER"], numbered as u64);
}

#[test]
fn an_organisation_without_reference_and_name_is_reported() {
    let (programme, _, ledger) = one("<participating-org role=\"1\"/>");
    assert_eq!(programme.participations[0].agency.as_str(), "unnamed:X-1");
    assert_eq!(codes(&ledger), [("NAMELESS_ORGANISATION", Some(6))]);
}

#[test]
fn contact_persons_and_addresses_are_never_kept() {
    let (programme, details, ledger) = one(
        "<contact-info><person-name>A Person</person-name><email>person@example.org</email></contact-info>\
         <description><narrative>Write to person@example.org now.</narrative></description>",
    );
    let all = format!("{programme:?} {details:?} {ledger:?}");
    assert!(!all.contains("person@") && !all.contains("A Person"), "{all}");
    assert_eq!(codes(&ledger), [("ADDRESS_LEFT_OUT", Some(6))]);
}

#[test]
fn foreign_namespaces_are_skipped() {
    let (programme, details, ledger) =
        one("<x:title xmlns:x=\"urn:x\">no</x:title><more xmlns=\"urn:y\"><transaction/></more>\
         <other-identifier ref=\"Y-1\" x:type=\"no\" xmlns:x=\"urn:x\" type=\"A1\"/>");
    assert_eq!(programme.title.main(), "Water");
    assert!(details.transactions.is_empty() && ledger.problems.is_empty());
    assert_eq!(details.other_identifiers[0].r#type.as_deref(), Some("A1"));
}

#[test]
fn the_root_may_be_an_activity_or_any_wrapper() {
    for text in [
        activity("X-1", ""),
        format!(
            "<result><many><iati-activities>{}</iati-activities></many></result>",
            activity("X-1", "")
        ),
        format!("\u{feff}\n  <?xml version=\"1.0\"?>{}", activity("X-1", "")),
        file(&activity("X-1", "")).replace('\n', "\r\n"),
    ] {
        let (entries, ledger) = read("a.xml", text.as_bytes());
        assert_eq!((programmes(&entries).len(), ledger.accepted), (1, 1), "{text} {ledger:?}");
    }
}

#[test]
fn every_encoding_is_read() {
    let text = file(&activity("X-1", "<description>Ségou</description>"));
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let latin: Vec<u8> = text
        .replace("<?xml version=\"1.0\"?>", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    for bytes in [wide(&text), wide(&format!("\u{feff}{text}")), latin] {
        let (entries, ledger) = read("a.xml", &bytes);
        assert!(ledger.problems.is_empty(), "{ledger:?}");
        assert_eq!(programmes(&entries)[0].1.descriptions[0].text.main(), "Ségou");
    }
}

#[test]
fn stray_bytes_and_control_characters_are_repaired_and_reported() {
    let mut bytes = file(&activity("X-1", "<description>S\u{2}gou</description>")).into_bytes();
    let at = bytes.iter().position(|b| *b == 2).unwrap();
    bytes.insert(at, 0xe9);
    let (entries, ledger) = read("a.xml", &bytes);
    assert_eq!(programmes(&entries)[0].1.descriptions[0].text.main(), "Ségou");
    assert_eq!(codes(&ledger), [("CONTROL_CHARACTER", Some(6)), ("BAD_UTF8", Some(6))]);
}

#[test]
fn activities_before_a_break_are_kept() {
    let whole = file(&(activity("X-1", "") + &activity("X-2", "")));
    let cut = &whole[..whole.rfind("<title>").unwrap()];
    let (entries, ledger) = read("a.xml", cut.as_bytes());
    assert_eq!(programmes(&entries).len(), 1);
    assert_eq!(codes(&ledger), [("TRUNCATED", Some(9))]);
    let (entries, ledger) =
        read("a.xml", whole.replacen("</title>\n</iati", "</titel>\n</iati", 1).as_bytes());
    assert_eq!((programmes(&entries).len(), codes(&ledger)[0].0), (0, "NOT_WELL_FORMED"));
}

#[test]
fn files_without_activities_are_reported() {
    for text in ["", "{\"json\": true}", "<html><body/></html>", "just words"] {
        let (entries, ledger) = read("a.xml", text.as_bytes());
        assert!(entries.is_empty());
        assert!(
            codes(&ledger).iter().any(|(code, _)| *code == "NOTHING_IN_FILE"),
            "{text}: {ledger:?}"
        );
    }
}

#[test]
fn entity_declarations_are_rejected() {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>".to_owned()
        + &activity("X-1", "&b;");
    let (entries, ledger) = read("a.xml", bomb.as_bytes());
    assert!(entries.is_empty());
    assert!(codes(&ledger).iter().any(|(code, _)| *code == "ENTITY_DECLARATION"));
    let secret = "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>".to_owned()
        + &activity("X-1", "&a;");
    assert!(read("a.xml", secret.as_bytes()).0.is_empty());
    let (_, details, ledger) = one("<description>A&nbsp;B &amp; C &#233;&#2;</description>");
    assert_eq!(details.descriptions[0].text.main(), "A&nbsp;B & C é");
    assert_eq!(codes(&ledger), [("UNKNOWN_ENTITY", Some(6)), ("CONTROL_CHARACTER", Some(6))]);
}

#[test]
fn excessive_depth_and_length_are_rejected_in_bounded_memory() {
    let deep = file(&activity("X-1", &"<a>".repeat(1_000)));
    assert_eq!(codes(&read("a.xml", deep.as_bytes()).1)[0].0, "TOO_LARGE");
    let many = file(&activity("X-1", &"<transaction/>".repeat(200_001)));
    let (entries, ledger) = read("a.xml", many.as_bytes());
    assert!(entries.is_empty());
    assert_eq!(codes(&ledger)[0].0, "TOO_LARGE");
    let mut entries: Vec<Entry> = Vec::new();
    let ledger = aidgraph::ingest::iati::read("a.xml", &mut Endless(0), &mut entries).unwrap();
    assert_eq!(codes(&ledger)[0].0, "TOO_LARGE");
}

#[test]
fn an_activity_above_one_megabyte_is_read_completely() {
    let many = transaction("<value>1</value>").repeat(16_000);
    assert!(many.len() > 1_400_000);
    let (_, details, ledger) = one(&many);
    assert_eq!(details.transactions.len(), 16_000);
    assert_eq!(details.transactions[15_999].id.as_str(), "X-1#16000");
    assert!(ledger.problems.is_empty());
}

#[test]
fn organisation_files_give_agencies_with_budgets_and_documents() {
    let text = "<iati-organisations version=\"2.03\"><iati-organisation default-currency=\"EUR\" last-updated-datetime=\"2020-01-01\">\
        <organisation-identifier>LU-1</organisation-identifier><name><narrative xml:lang=\"fr\">Agence</narrative></name>\
        <reporting-org ref=\"LU-1\" type=\"10\"/><total-budget status=\"2\"><period-start iso-date=\"2020-01-01\"/>\
        <period-end iso-date=\"2020-12-31\"/><value>7</value></total-budget>\
        <recipient-country-budget><recipient-country code=\"ML\"/><value>3</value></recipient-country-budget>\
        <document-link url=\"https://example.org/a\"><title><narrative>A</narrative></title></document-link><document-link/>\
        </iati-organisation><iati-organisation/></iati-organisations>";
    let (entries, ledger) = read("o.xml", text.as_bytes());
    assert_eq!((ledger.rows_read, ledger.accepted, ledger.quarantined), (2, 1, 1));
    let Record::Agency(agency) = &entries[0].record else { panic!("{entries:?}") };
    assert_eq!((agency.id.as_str(), agency.name.main()), ("LU-1", "Agence"));
    assert_eq!(agency.budgets[1].recipient.as_deref(), Some("ML"));
    assert_eq!((agency.budgets.len(), agency.documents.len()), (2, 1));
}

/// Endless text. Reading fails after a limit.
struct Endless(u64);

impl std::io::Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        assert!(self.0 < 64 << 20, "the reader does not stop");
        let head = b"<iati-activities><iati-activity><title>";
        let n = if self.0 == 0 { head.len() } else { buffer.len() };
        if self.0 == 0 {
            buffer[..n].copy_from_slice(head);
        } else {
            buffer.fill(b'x');
        }
        self.0 += n as u64;
        Ok(n)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_ledger_of_arbitrary_bytes_adds_up(
        changes in prop::collection::vec((0_usize..4_000, any::<u8>()), 0..40),
        cut in 0_usize..4_000,
    ) {
        let mut bytes = file(&(activity("X-1", &transaction("<value>5</value>")).repeat(6))).into_bytes();
        let length = bytes.len();
        for (at, byte) in changes {
            bytes[at % length] = byte;
        }
        bytes.truncate(length - cut % length);
        let (entries, ledger) = read("a.xml", &bytes);
        prop_assert!(ledger.adds_up());
        prop_assert_eq!(programmes(&entries).len() as u64, ledger.accepted);
    }
}
