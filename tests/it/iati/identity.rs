//! Identity of organisations: none are merged without an identifying reference.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::read;
use aidgraph::model::noun::Record;

/// A mention of an organisation in an activity of its own.
#[derive(Clone, Debug)]
struct Mention {
    publisher: &'static str,
    country: &'static str,
    reference: &'static str,
    name: &'static str,
}

/// References that identify no organisation, or only within one publisher.
const AMBIGUOUS: [&str; 18] = [
    "",
    "N/A",
    "n.a.",
    "nan",
    "0",
    "000",
    "-",
    "?",
    "xxx",
    "Inconnu",
    "22000",
    "XM-DAC-22000",
    "12001",
    "XM-DAC-61009",
    "123",
    "SNV",
    "NGO",
    "Excluded",
];

/// References that identify an organisation.
const IDENTIFYING: [&str; 4] = ["XX-REG-1", "GB-CHC-1068839", "41140", "XM-DAC-41140"];

/// Names, and true if each country has an organisation of that name.
const NAMES: [(&str, bool); 7] = [
    ("", false),
    ("nan", false),
    ("Ministry of Health", true),
    ("Ministerio de Salud", true),
    ("Local NGO", true),
    ("Diakonia", false),
    ("Trocaire", false),
];

fn mention() -> impl Strategy<Value = Mention> {
    let reference = prop_oneof![
        3 => proptest::sample::select(&AMBIGUOUS[..]),
        1 => proptest::sample::select(&IDENTIFYING[..]),
    ];
    let name = proptest::sample::select(&NAMES[..]);
    let publisher = proptest::sample::select(&["XX-1", "XX-2"][..]);
    let country = proptest::sample::select(&["ML", "NP"][..]);
    (publisher, country, reference, name).prop_map(|(publisher, country, reference, (name, _))| {
        Mention { publisher, country, reference, name }
    })
}

fn activity(number: usize, mention: &Mention) -> String {
    let Mention { publisher, country, reference, name } = mention;
    let narrative =
        if name.is_empty() { String::new() } else { format!("<narrative>{name}</narrative>") };
    let reference =
        if reference.is_empty() { String::new() } else { format!(" ref=\"{reference}\"") };
    format!(
        "<iati-activity><iati-identifier>{publisher}-{number}</iati-identifier><reporting-org ref=\"{publisher}\" type=\"10\"/>\
         <title><narrative>A</narrative></title><participating-org role=\"4\"{reference}>{narrative}</participating-org>\
         <recipient-country code=\"{country}\"/></iati-activity>"
    )
}

/// Returns the organisation of each mention. Mentions without reference and name have none.
fn identified(mentions: &[Mention]) -> BTreeMap<usize, String> {
    let body: String =
        mentions.iter().enumerate().map(|(number, mention)| activity(number, mention)).collect();
    let text = format!("<iati-activities version=\"2.03\">{body}</iati-activities>");
    let (entries, _) = read("a.xml", text.as_bytes());
    let mut found = BTreeMap::new();
    for entry in entries {
        let Record::Programme(programme) = entry.record else { continue };
        let number = programme.id.as_str().rsplit('-').next().unwrap().parse().unwrap();
        if let Some(part) = programme.participations.first() {
            found.insert(number, part.agency.to_string());
        }
    }
    found
}

/// Returns true if two mentions may be the same organisation.
fn may_be_one(one: &Mention, other: &Mention) -> bool {
    let bare = |reference: &'static str| reference.trim_start_matches("XM-DAC-");
    if IDENTIFYING.contains(&one.reference) || IDENTIFYING.contains(&other.reference) {
        return bare(one.reference) == bare(other.reference);
    }
    let is_own = |reference: &str| ["123", "SNV"].contains(&reference);
    if is_own(one.reference) || is_own(other.reference) {
        return one.reference == other.reference && one.publisher == other.publisher;
    }
    let of_country =
        |name: &str| NAMES.iter().any(|(other, of_country)| *other == name && *of_country);
    let is_kind = |mention: &Mention| {
        ["", "nan"].contains(&mention.name)
            && bare(mention.reference).parse::<u32>().is_ok_and(|code| code > 9_999)
    };
    if is_kind(one) && is_kind(other) {
        return bare(one.reference) == bare(other.reference)
            && (one.publisher, one.country) == (other.publisher, other.country);
    }
    let is_named = !["", "nan"].contains(&one.name) && one.name == other.name;
    is_named
        && one.publisher == other.publisher
        && (!of_country(one.name) || one.country == other.country)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn organisations_merge_only_by_an_identifying_reference(
        mentions in proptest::collection::vec(mention(), 2..20)
    ) {
        let found = identified(&mentions);
        for (one, first) in &found {
            for (other, second) in found.iter().filter(|(other, _)| *other > one) {
                let (a, b) = (&mentions[*one], &mentions[*other]);
                prop_assert!(first != second || may_be_one(a, b), "{a:?} and {b:?} are {first}");
                let is_by_reference = IDENTIFYING.contains(&a.reference) && a.reference == b.reference;
                prop_assert!(!is_by_reference || first == second, "{a:?} and {b:?}");
            }
        }
    }
}

#[test]
fn a_ministry_is_one_agency_per_country_also_in_transactions() {
    let movement = |country: &str| {
        format!(
            "<transaction><transaction-type code=\"3\"/><transaction-date iso-date=\"2020-01-01\"/><value value-date=\"2020-01-01\">1</value>\
             <recipient-country code=\"{country}\"/><receiver-org><narrative>Ministry of Health</narrative></receiver-org></transaction>"
        )
    };
    let text = format!(
        "<iati-activities version=\"2.03\"><iati-activity default-currency=\"EUR\"><iati-identifier>XX-1-1</iati-identifier>\
         <reporting-org ref=\"XX-1\" type=\"10\"/><title><narrative>A</narrative></title>{}{}{}</iati-activity></iati-activities>",
        movement("ML"),
        movement("NP"),
        movement("ML")
    );
    let (entries, _) = read("a.xml", text.as_bytes());
    let details = entries.into_iter().find_map(|entry| entry.details).unwrap();
    let receivers: Vec<_> =
        details.transactions.iter().map(|t| t.receiver.as_ref().unwrap().to_string()).collect();
    assert_eq!(receivers[0], "name:XX-1:ml:ministry-of-health");
    assert_eq!(receivers[1], "name:XX-1:np:ministry-of-health");
    assert_eq!(receivers[0], receivers[2]);
}

#[test]
fn an_earlier_identifier_belongs_to_the_reporter_not_to_an_activity() {
    let activity = |number: u32, before: &str| {
        format!(
            "<iati-activity><iati-identifier>XX-13-Mali-{number}</iati-identifier><reporting-org ref=\"XX-13\" type=\"40\"/>\
             <title><narrative>A</narrative></title><other-identifier ref=\"{before}\" type=\"B1\"/></iati-activity>"
        )
    };
    let identifiers = |befores: &[&str]| {
        let body: String = (1..).zip(befores).map(|(n, before)| activity(n, before)).collect();
        let text = format!("<iati-activities version=\"2.03\">{body}</iati-activities>");
        let (entries, _) = read("a.xml", text.as_bytes());
        let agency = entries.into_iter().find_map(|entry| match entry.record {
            Record::Agency(agency) if agency.id.as_str() == "XX-13" => Some(agency),
            _ => None,
        });
        agency.unwrap().identifiers
    };
    assert_eq!(identifiers(&["XX-OLD-7", "XX-OLD-7"]), ["XX-OLD-7"]);
    assert_eq!(identifiers(&["XX-OLD-7"]), ["XX-OLD-7"]);
    for none in [
        ["13-Mali-1", "13-Mali-2"],
        ["XX-13-Mali-1", "XX-13-Mali-2"],
        ["OLD-2009-1", "OLD-2009-2"],
        ["N/A", "N/A"],
        ["22000", "22000"],
        ["5", "5"],
    ] {
        assert_eq!(identifiers(&none), [""; 0], "{none:?}");
    }
}
