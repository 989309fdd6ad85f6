//! Irregular files: deviations from code lists, formats and wrappers of the standard.

use aidgraph::ingest::Entry;
use aidgraph::model::ledger::Ledger;
use aidgraph::model::noun::Record;
use aidgraph::model::programme::ProgrammeStatus;
use aidgraph::model::text::Language;
use aidgraph::model::transaction::TransactionType;

use super::parsing::{activity, codes, file, one, programmes};
use super::read;

/// Returns the problem codes, sorted.
fn words(ledger: &Ledger) -> Vec<&str> {
    let mut words: Vec<&str> = codes(ledger).into_iter().map(|(code, _)| code).collect();
    words.sort_unstable();
    words
}

/// Returns the values of the problems of one code.
fn values<'l>(ledger: &'l Ledger, code: &str) -> Vec<&'l str> {
    let of_code = ledger.problems.iter().filter(|problem| problem.code == code);
    of_code.filter_map(|problem| problem.value.as_deref()).collect()
}

#[test]
fn unknown_country_codes_are_kept_as_published() {
    let (programme, _, ledger) = one(
        "<recipient-country code=\"UK\" percentage=\"40\"/><recipient-country code=\"EU\" percentage=\"30\"/>\
             <recipient-country code=\"XK\" percentage=\"30\"/>",
    );
    assert_eq!(programme.recipients.len(), 1);
    assert_eq!(programme.recipients[0].country.as_str(), "XK");
    let regions: Vec<_> =
        programme.regions.iter().map(|r| (r.vocabulary.as_deref(), r.code.as_str())).collect();
    assert_eq!(regions, [(None, "UK"), (None, "EU")]);
    assert_eq!(values(&ledger, "ODD_COUNTRY"), ["UK", "EU"]);
    assert_eq!(ledger.problems.len(), 2, "the shares add up: {ledger:?}");
}

#[test]
fn a_recipient_without_a_code_is_identified_by_name() {
    let (programme, _, ledger) = one(
        "<recipient-country percentage=\"50\">Mali</recipient-country>\
         <recipient-country code=\"\" percentage=\"50\"><narrative>Atlantis</narrative></recipient-country>",
    );
    assert_eq!(programme.recipients[0].country.as_str(), "ML");
    assert_eq!(programme.regions[0].code, "Atlantis");
    assert_eq!(words(&ledger), ["ODD_COUNTRY"]);
}

#[test]
fn regions_keep_their_names_in_every_language_and_their_shares() {
    let (programme, _, ledger) = one(
        "<recipient-region vocabulary=\"99\" percentage=\"60\"><narrative>Sahel</narrative><narrative xml:lang=\"fr\">Le Sahel</narrative></recipient-region>\
         <recipient-region vocabulary=\"99\" code=\"W1\" percentage=\"40\"><narrative>West</narrative></recipient-region>\
         <recipient-region code=\"298\" percentage=\"100\"/>\
         <recipient-region vocabulary=\"99\" percentage=\"0\"/>\
         <sector vocabulary=\"99\" code=\"A\"><narrative>Own</narrative><narrative xml:lang=\"fr\">Propre</narrative></sector>",
    );
    let regions: Vec<_> = programme
        .regions
        .iter()
        .map(|r| {
            (r.vocabulary.as_deref().unwrap(), r.code.as_str(), r.percentage.unwrap().to_string())
        })
        .collect();
    assert_eq!(
        regions,
        [
            ("99", "Sahel", "60".to_owned()),
            ("99", "W1", "40".to_owned()),
            ("1", "298", "100".to_owned())
        ]
    );
    let name = programme.regions[0].name.as_ref().unwrap();
    assert_eq!(name.in_language(Language::FR), Some("Le Sahel"));
    assert_eq!(programme.regions[1].name.as_ref().unwrap().main(), "West");
    let name = programme.sectors[0].name_as_published.as_ref().unwrap();
    assert_eq!((name.main(), name.in_language(Language::FR)), ("Own", Some("Propre")));
    // A second list states the same in other words: both make up the whole.
    assert_eq!(words(&ledger), ["NO_CODE"], "{ledger:?}");
}

#[test]
fn commas_in_shares_are_decimal_and_excess_shares_are_reported() {
    let (programme, _, ledger) = one(
        "<recipient-country code=\"ML\" percentage=\"33,333\"/>\n<recipient-country code=\"SN\" percentage=\"66.667\"/>\n\
         <capital-spend percentage=\"888\"/>",
    );
    assert_eq!(programme.recipients[0].percentage.unwrap().to_string(), "33.333");
    let reported = codes(&ledger);
    assert!(reported.contains(&("AMOUNT_WITH_COMMA", Some(6))), "{reported:?}");
    assert!(
        reported.contains(&("SHARES_ABOVE_100", Some(8))) && reported.len() == 2,
        "{reported:?}"
    );
}

#[test]
fn words_instead_of_codes_are_understood() {
    let (programme, details, ledger) = one(
        "<activity-status>Implementation</activity-status><collaboration-type>Bilateral</collaboration-type>\
         <default-flow-type ref=\"10\">ODA</default-flow-type><default-aid-type>Project-type interventions</default-aid-type>\
         <default-tied-status ref=\"05\">Untied</default-tied-status><default-finance-type><narrative>Dons ordinaires</narrative></default-finance-type>\
         <transaction><transaction-type>Disbursement</transaction-type><transaction-date iso-date=\"2011-02-03\"/><value>1</value></transaction>\
         <transaction><transaction-type>C</transaction-type><transaction-date iso-date=\"2011-02-03\"/><value>1</value></transaction>",
    );
    assert_eq!(programme.status, Some(ProgrammeStatus::Active));
    let report = programme.report.unwrap();
    assert_eq!(report.collaboration_type.as_deref(), Some("1"));
    assert_eq!(report.flow_type.as_deref(), Some("10"));
    assert_eq!(report.finance_type.as_deref(), Some("110"));
    assert_eq!(report.tied_status.as_deref(), Some("5"));
    assert_eq!(report.aid_types[0].code, "C01");
    let types: Vec<_> = details.transactions.iter().map(|t| t.r#type.unwrap()).collect();
    assert_eq!(types, [TransactionType::Disbursement, TransactionType::OutgoingCommitment]);
    assert!(ledger.problems.is_empty(), "{ledger:?}");
    let status = |word: &str| one(&format!("<activity-status>{word}</activity-status>")).0.status;
    assert_eq!(status("Completion"), Some(ProgrammeStatus::Ended));
    assert_eq!(status("ANNULÉ"), Some(ProgrammeStatus::Cancelled));
}

#[test]
fn unknown_words_are_kept_and_reported() {
    let (programme, details, ledger) = one(
        "<activity-status ref=\"ongoing\"/><default-finance-type>Some loan</default-finance-type>\
         <transaction><transaction-type>Gift</transaction-type><value>1</value></transaction>",
    );
    let report = programme.report.unwrap();
    assert_eq!((programme.status, report.status_as_published.as_deref()), (None, Some("ongoing")));
    assert_eq!(report.finance_type.as_deref(), Some("Some loan"));
    assert_eq!(details.transactions[0].report.type_as_published.as_deref(), Some("Gift"));
    let mut reported = values(&ledger, "ODD_CODE");
    reported.sort_unstable();
    assert_eq!(reported, ["Gift", "Some loan", "ongoing"]);
}

#[test]
fn unlisted_codes_are_reported_for_every_list() {
    let (programme, details, ledger) = one(
        "<collaboration-type code=\"77\"/><default-flow-type code=\"77\"/><default-finance-type code=\"77\"/>\
         <default-aid-type code=\"ZZ\"/><default-aid-type vocabulary=\"2\" code=\"Q\"/><default-tied-status code=\"77\"/>\
         <activity-scope code=\"77\"/><policy-marker code=\"99\" significance=\"9\"/><budget type=\"7\" status=\"9\"><value>1</value></budget>\
         <transaction><transaction-type code=\"3\"/><value>1</value><disbursement-channel code=\"9\"/><flow-type code=\"9\"/></transaction>\
         <sector code=\"99999\" percentage=\"50\"/><sector code=\"111\" percentage=\"50\"/>",
    );
    assert_eq!(values(&ledger, "ODD_CODE").len(), 13, "{ledger:?}");
    assert_eq!(values(&ledger, "ODD_SECTOR"), ["99999"]);
    let report = programme.report.unwrap();
    assert_eq!(report.aid_types.len(), 2);
    assert_eq!(report.policy_markers[0].significance.as_deref(), Some("9"));
    assert_eq!(details.transactions[0].report.disbursement_channel.as_deref(), Some("9"));
    assert_eq!((programme.budgets[0].r#type, programme.budgets[0].status), (None, None));
}

#[test]
fn texts_in_one_language_are_joined_as_paragraphs() {
    let (programme, details, ledger) = one(
        "<description><narrative>One</narrative><narrative>Two</narrative><narrative>Two</narrative></description>\
         <description type=\"2\"><narrative xml:lang=\"pt\">Um</narrative><narrative xml:lang=\"pt-BR\">Dois</narrative></description>\
         <participating-org role=\"1\" ref=\"X-2\"><narrative>Them</narrative><narrative>They</narrative></participating-org>",
    );
    assert_eq!(details.descriptions[0].text.main(), "One\n\nTwo\n\nTwo");
    assert_eq!(details.descriptions[1].text.main(), "Um\n\nDois");
    assert!(ledger.problems.is_empty() && programme.participations.len() == 1, "{ledger:?}");
    let bare =
        file(&activity("X-1", "<description>One</description><description>Two</description>"));
    let (entries, _) = read("a.xml", bare.as_bytes());
    assert_eq!(programmes(&entries)[0].1.descriptions[0].text.main(), "One\n\nTwo");
    let (entries, _) = read(
        "a.xml",
        file(&activity(
            "X-1",
            "<participating-org role=\"1\" ref=\"X-2\"><narrative>Them</narrative><narrative>They</narrative></participating-org>",
        ))
        .as_bytes(),
    );
    let agency = |entry: &Entry| match &entry.record {
        Record::Agency(agency) => Some((agency.name.main().to_owned(), agency.aliases.clone())),
        _ => None,
    };
    let agencies: Vec<_> = entries.iter().filter_map(agency).collect();
    assert_eq!(agencies, [("Them".to_owned(), vec!["They".to_owned()])]);
}

#[test]
fn addresses_are_redacted_in_attributes_values_and_problems() {
    let inside = "<participating-org ref=\"person@x.org\" role=\"1\"><narrative>An office</narrative></participating-org>\
         <participating-org ref=\"other@x.org\" role=\"1\"/>\
         <other-identifier ref=\"person@x.org\" type=\"B1\"/><activity-date iso-date=\"call person@x.org\" type=\"1\"/>\
         <document-link url=\"mailto:person@x.org\"/><recipient-country code=\"person@x.org\"/>\
         <transaction ref=\"mail person@x.org\"><transaction-type code=\"person@x.org\"/><value>ask person@x.org or +352 247 82478</value></transaction>\
         <result><indicator><baseline><dimension name=\"who\" value=\"person@x.org\"/></baseline></indicator></result>\
         <description>联系我们person@x.org获取, a &#112;erson&#64;x.org</description>";
    let (entries, ledger) = read("a.xml", file(&activity("X-1", inside)).as_bytes());
    let all = format!("{entries:?} {ledger:?}");
    assert!(!all.contains("@x.org") && !all.contains("247 82478"), "{all}");
    let (programme, details) = programmes(&entries)[0];
    // A reference that contained an address is dropped: the name identifies, and without a name nothing does.
    let agencies: Vec<_> = programme.participations.iter().map(|p| p.agency.as_str()).collect();
    assert_eq!(agencies, ["name:a.xml:an-office", "unnamed:X-1"]);
    assert!(
        details.descriptions[0]
            .text
            .main()
            .starts_with("联系我们[e-mail address left out]获取, a [")
    );
    assert_eq!(
        details.transactions[0].report.reference.as_deref(),
        Some("mail [e-mail address left out]")
    );
    assert_eq!(ledger.counts["ADDRESS_LEFT_OUT"], 11, "{ledger:?}");
}

#[test]
fn activities_with_redacted_identifiers_stay_distinct() {
    let text = file(&(activity("a@x.org", "") + &activity("b@x.org", "")));
    let (entries, ledger) = read("a.xml", text.as_bytes());
    let ids: Vec<&str> = programmes(&entries).iter().map(|(p, _)| p.id.as_str()).collect();
    assert_eq!(ids, ["no-identifier:a.xml:1", "no-identifier:a.xml:2"]);
    assert_eq!(
        words(&ledger),
        ["ADDRESS_LEFT_OUT", "ADDRESS_LEFT_OUT", "NO_IDENTIFIER", "NO_IDENTIFIER"]
    );
}

#[test]
fn a_truncated_activity_is_one_quarantined_row() {
    let whole = file(&(activity("X-1", "") + &activity("X-2", "")));
    let cut = &whole[..whole.rfind("<title>").unwrap()];
    let (_, ledger) = read("a.xml", cut.as_bytes());
    assert_eq!((ledger.rows_read, ledger.accepted, ledger.quarantined), (2, 1, 1));
    let cut = &whole[..whole.rfind("</iati-activities>").unwrap()];
    let (_, ledger) = read("a.xml", cut.as_bytes());
    assert_eq!((ledger.rows_read, ledger.accepted, words(&ledger)), (2, 2, vec!["TRUNCATED"]));
}

#[test]
fn irregular_attributes_of_an_activity_are_reported() {
    let odd = file(&activity("X-1", ""))
        .replace("xml:lang=\"en\"", "xml:lang=\"french\" hierarchy=\"high\" version=\"1.02\"");
    let (entries, ledger) = read("a.xml", odd.as_bytes());
    let (programme, _) = programmes(&entries)[0];
    let report = programme.report.as_ref().unwrap();
    assert_eq!((report.language, report.hierarchy), (None, None));
    assert_eq!(report.standard.as_deref(), Some("1.02"));
    assert_eq!(words(&ledger), ["ODD_CODE", "UNREADABLE_NUMBER"]);
    let even = file(&activity("X-1", "")).replace("xml:lang", "hierarchy=\"1.0\" xml:lang");
    let (entries, ledger) = read("a.xml", even.as_bytes());
    assert_eq!(programmes(&entries)[0].0.report.as_ref().unwrap().hierarchy, Some(1));
    assert!(ledger.problems.is_empty());
}

#[test]
fn parts_without_a_code_and_second_lists_are_reported() {
    let (_, details, ledger) = one(
        "<tag vocabulary=\"99\"><narrative>codeless</narrative></tag><policy-marker><narrative>m</narrative></policy-marker>\
         <humanitarian-scope type=\"1\"/><conditions attached=\"1\"><condition type=\"1\"><narrative>A</narrative></condition></conditions>\
         <conditions><condition type=\"2\"><narrative>B</narrative></condition></conditions>\
         <result><indicator><baseline iso-date=\"long ago\"/></indicator></result>",
    );
    assert_eq!(values(&ledger, "NO_CODE"), ["m", "codeless"]);
    assert_eq!(
        words(&ledger),
        ["NO_CODE", "NO_CODE", "NO_CODE", "SEVERAL_VALUES", "UNREADABLE_DATE"]
    );
    let conditions = details.conditions.unwrap();
    assert_eq!((conditions.attached, conditions.list.len()), (Some(true), 2));
}

#[test]
fn a_nested_activity_is_reported_as_rejected() {
    let text = file(&activity("X-1", &activity("X-2", "")));
    let (entries, ledger) = read("a.xml", text.as_bytes());
    assert_eq!(programmes(&entries).len(), 1);
    assert_eq!((ledger.rows_read, ledger.accepted, ledger.quarantined), (2, 1, 1));
    assert_eq!(codes(&ledger), [("NESTED_ACTIVITY", Some(6))]);
}

#[test]
fn an_unreadable_amount_does_not_report_a_missing_currency() {
    let bare = activity(
        "X-1",
        "<transaction><transaction-type code=\"3\"/><transaction-date iso-date=\"2011-02-03\"/><value>ten</value></transaction>",
    )
    .replace(" default-currency=\"EUR\"", "");
    assert_eq!(words(&read("a.xml", file(&bare).as_bytes()).1), ["UNREADABLE_AMOUNT"]);
}

#[test]
fn lines_are_counted_with_any_line_ending() {
    let odd = "<activity-date type=\"1\" iso-date=\"soon\"/>";
    let (_, _, ledger) = one(&format!("<title\n>x</title\n\n>{odd}"));
    assert_eq!(codes(&ledger), [("UNREADABLE_DATE", Some(9))]);
    let mac = file(&activity("X-1", odd)).replace('\n', "\r");
    assert_eq!(codes(&read("a.xml", mac.as_bytes()).1), [("UNREADABLE_DATE", Some(6))]);
    let windows = file(&activity("X-1", odd)).replace('\n', "\r\n");
    assert_eq!(codes(&read("a.xml", windows.as_bytes()).1), [("UNREADABLE_DATE", Some(6))]);
}

#[test]
fn utf8_that_declares_latin1_is_read_as_utf8() {
    let text = file(&activity("X-1", "<description>Ségou</description>"))
        .replace("<?xml version=\"1.0\"?>", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>");
    let (entries, ledger) = read("a.xml", text.as_bytes());
    assert_eq!(programmes(&entries)[0].1.descriptions[0].text.main(), "Ségou");
    assert_eq!(codes(&ledger), [("OTHER_ENCODING", Some(1))]);
}

#[test]
fn a_default_namespace_on_the_root_is_accepted() {
    let inside =
        activity("X-1", "<more xmlns=\"urn:y\"><transaction/></more><x:title xmlns:x=\"urn:z\"/>");
    let text = file(&inside).replace("<iati-activities ", "<iati-activities xmlns=\"urn:iati\" ");
    let (entries, ledger) = read("a.xml", text.as_bytes());
    assert!(ledger.problems.is_empty(), "{ledger:?}");
    assert_eq!(
        programmes(&entries)[0].0.report.as_ref().unwrap().standard.as_deref(),
        Some("2.03")
    );
    assert!(programmes(&entries)[0].1.transactions.is_empty());
    let wrapped = format!("<all xmlns=\"urn:iati\">{}</all>", activity("X-1", ""));
    let (entries, ledger) = read("a.xml", wrapped.as_bytes());
    assert_eq!((programmes(&entries).len(), words(&ledger)), (1, vec!["ODD_NAME"]));
}

#[test]
fn an_empty_list_is_valid() {
    for text in
        ["<iati-activities version=\"2.03\"/>", "<iati-organisations>\n</iati-organisations>"]
    {
        let (entries, ledger) = read("a.xml", text.as_bytes());
        assert!(entries.is_empty() && ledger.problems.is_empty(), "{ledger:?}");
    }
    let (_, ledger) = read("a.xml", b"<iati-activities>");
    assert_eq!(words(&ledger), ["NOTHING_IN_FILE", "TRUNCATED"]);
}

#[test]
fn irregular_organisations_are_reported() {
    let text = "<iati-organisations><iati-organisation default-currency=\"EURO\"><organisation-identifier>LU-1</organisation-identifier>\
        <name><narrative xml:lang=\"en\">One</narrative><narrative xml:lang=\"en\">Uno</narrative></name><total-budget status=\"9\"><value currency=\"EUR\">7</value></total-budget>\
        <recipient-country-budget><recipient-country code=\"SEN\"/><value currency=\"EUR\">3</value></recipient-country-budget>\
        <recipient-region-budget><recipient-region vocabulary=\"99\"><narrative>Sahel</narrative></recipient-region><value currency=\"EUR\">3</value></recipient-region-budget>\
        </iati-organisation></iati-organisations>";
    let (entries, ledger) = read("o.xml", text.as_bytes());
    let Record::Agency(agency) = &entries[0].record else { panic!("{entries:?}") };
    let recipients: Vec<_> = agency.budgets.iter().map(|b| b.recipient.as_deref()).collect();
    assert_eq!(recipients, [None, Some("SN"), Some("Sahel")]);
    assert_eq!((agency.name.main(), agency.aliases.as_slice()), ("One", &["Uno".to_owned()][..]));
    assert_eq!(words(&ledger), ["ODD_CODE", "ODD_COUNTRY"]);
}

#[test]
fn lone_surrogates_are_reported_with_their_line() {
    let text = file(&activity("X-1", "<description>a#b</description>"));
    let mut units: Vec<u16> = format!("\u{feff}{text}").encode_utf16().collect();
    let at = units.iter().position(|unit| *unit == u16::from(b'#')).unwrap();
    units[at] = 0xd800;
    let bytes: Vec<u8> = units.into_iter().flat_map(u16::to_be_bytes).collect();
    let (entries, ledger) = read("a.xml", &bytes);
    assert_eq!(programmes(&entries)[0].1.descriptions[0].text.main(), "a\u{fffd}b");
    assert_eq!(codes(&ledger), [("UNKNOWN_CHARACTER", Some(6))]);
}
