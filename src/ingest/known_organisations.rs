//! Organisations on official lists.
//!
//! The DAC gives one organisation a donor code, several agency codes and a channel code; OCHA FTS gives only its name.
//!
//! `codelists/organisations.csv` joins these codes and names; the DAC's channel list names all others. The identifier is that
//! of the channel, `XM-DAC-` and its code, as in IATI.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::model::codelist::Codelist;
use crate::model::text::{Text, words};

/// Prefix of DAC codes.
pub(super) const DAC: &str = "XM-DAC-";

/// One organisation with several codes and names.
#[derive(Debug, serde::Deserialize)]
struct OrganisationRow {
    identifier: String,
    also: String,
    names: String,
    acronyms: String,
}

/// Identifiers, keyed by alternative identifiers and by names with their words joined.
#[derive(Debug, Default)]
struct Official {
    identifiers: BTreeMap<String, String>,
    names: BTreeMap<String, String>,
    /// Acronyms that are unique on the channel list: their letters and digits, with the identifier.
    acronyms: BTreeMap<String, String>,
    /// Number of letters and digits of the longest acronym.
    longest_acronym: usize,
    /// Channel codes that identify one organisation, even if they are headings of the list.
    codes: BTreeSet<String>,
}

impl Official {
    /// Returns the primary identifier of an organisation, given any of its identifiers.
    fn own(&self, identifier: String) -> String {
        self.identifiers.get(&identifier).cloned().unwrap_or(identifier)
    }
}

fn joined(name: &str) -> String {
    words(name).join(" ")
}

fn parts(list: &str) -> impl Iterator<Item = &str> {
    list.split(';').filter(|part| !part.is_empty())
}

/// Parses `codelists/organisations.csv`.
fn official() -> &'static Official {
    static OFFICIAL: LazyLock<Official> = LazyLock::new(|| {
        let mut official = Official::default();
        let list = include_bytes!("../../codelists/organisations.csv");
        // The list is part of the program: a test reads every row of it.
        for row in csv::Reader::from_reader(&list[..]).deserialize::<OrganisationRow>().flatten() {
            for other in [row.identifier.as_str()].into_iter().chain(parts(&row.also)) {
                let code = other.strip_prefix(DAC).unwrap_or(other);
                official.codes.insert(code.to_owned());
            }
            for other in parts(&row.also) {
                official.identifiers.insert(other.to_owned(), row.identifier.clone());
            }
            for name in parts(&row.names) {
                official.names.insert(joined(name), row.identifier.clone());
            }
            for acronym in parts(&row.acronyms) {
                let letters = letters(acronym);
                official.longest_acronym = official.longest_acronym.max(letters.len());
                official.acronyms.insert(letters, row.identifier.clone());
            }
        }
        official
    });
    &OFFICIAL
}

/// Returns the identifiers, keyed by the names on the channel list.
fn channels() -> &'static BTreeMap<String, String> {
    static CHANNELS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
        let mut channels = BTreeMap::new();
        for code in Codelist::CrsChannel.codes().filter(|code| is_one(code)) {
            let identifier = official().own(format!("{DAC}{code}"));
            let names = Codelist::CrsChannel.name(code).into_iter().flat_map(Text::forms);
            // A name shared by several codes identifies none of them.
            for (_, name) in names.filter(|(_, n)| Codelist::CrsChannel.code(n) == Some(code)) {
                channels.entry(joined(name)).or_insert_with(|| identifier.clone());
            }
        }
        channels
    });
    &CHANNELS
}

/// Codes of offices and societies of many countries, which their position on the list does not distinguish.
const OF_MANY: [&str; 3] = ["22501", "22502", "23501"];

/// Returns true if a channel code stands for a whole category. These are headings of the list, and codes below a country's
/// public institutions or below private firms, which are named by category. Headings that are one organisation are on our
/// own list.
pub(super) fn is_kind(code: &str) -> bool {
    let is_code = code.len() == 5 && code.bytes().all(|b| b.is_ascii_digit());
    if !is_code || official().codes.contains(code) {
        return false;
    }
    let is_listed = Codelist::CrsChannel.has(code);
    let is_heading = code.ends_with("000") || (code.starts_with("41") && code.ends_with("00"));
    (is_heading
        && (is_listed
            || Codelist::CrsChannel.has(&format!("{}0000", code.get(..1).unwrap_or_default()))))
        || (is_listed && (code.starts_with(['1', '6', '9']) || OF_MANY.contains(&code)))
}

/// Words that precede a DAC code in references.
const VOCABULARIES: [&str; 12] = [
    "xm",
    "dac",
    "oecd",
    "crs",
    "ocha",
    "xi",
    "iati",
    "channel",
    "code",
    "channelcode",
    "org",
    "cr",
];

/// Extracts the category code from a reference, in any spelling: `22000`, `XM-DAC-22000`, `DAC:22000`.
pub(super) fn kind(reference: &str) -> Option<String> {
    // Spreadsheets turn a code into a number with decimals; some publishers append the name of the category.
    let mut parts = words(reference.strip_suffix(".0").unwrap_or(reference));
    if parts.len() > 1 && parts.iter().skip(1).all(|part| part.chars().all(char::is_alphabetic)) {
        parts.truncate(1);
    }
    let code = parts.pop()?;
    // `XM-DAC-2-22000` names the donor before the channel.
    let is_vocabulary = |part: &String| {
        VOCABULARIES.contains(&part.as_str())
            || (part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let is_listed = parts.first().is_none_or(|first| VOCABULARIES.contains(&first.as_str()));
    (is_listed && parts.iter().all(is_vocabulary) && is_kind(&code)).then_some(code)
}

/// Returns the name of a channel category.
pub(super) fn kind_name(code: &str) -> Option<&'static Text> {
    Codelist::CrsChannel.name(code)
}

/// Returns true if a name is that of a whole channel category, in English or French: it identifies no organisation.
pub(super) fn is_name_of_kind(name: &str) -> bool {
    static NAMES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let kinds = Codelist::CrsChannel.codes().filter(|code| is_kind(code));
        let names = kinds.filter_map(kind_name).flat_map(Text::forms);
        names.map(|(_, name)| joined(name)).collect()
    });
    NAMES.contains(&joined(name))
}

/// Returns true if a channel code is that of one organisation.
fn is_one(code: &str) -> bool {
    code.len() == 5 && !is_kind(code)
}

/// Resolves a reference through the official lists. An organisation with several identifiers resolves to its primary
/// one, and a bare channel code, `41140`, to its IATI form, `XM-DAC-41140`. `None` for a reference on no list.
pub(super) fn identifier(reference: &str) -> Option<String> {
    if let Some(own) = official().identifiers.get(reference) {
        return Some(own.clone());
    }
    let code = reference.strip_suffix(".0").unwrap_or(reference);
    let is_channel = is_one(code) && Codelist::CrsChannel.has(code);
    is_channel.then(|| official().own(format!("{DAC}{code}")))
}

/// Resolves a full name, in English or French, through the official lists. Case, accents, punctuation and the
/// organisation's own acronym before or behind the name are ignored.
pub(super) fn named(name: &str) -> Option<String> {
    let all = words(name);
    let listed = |name: &str| official().names.get(name).or_else(|| channels().get(name));
    if let Some(found) = listed(&all.join(" ")) {
        return Some(found.clone());
    }
    let behind = all.split_last();
    let before = all.split_first();
    [behind, before].into_iter().flatten().find_map(|(acronym, rest)| {
        let own = official().acronyms.get(acronym)?;
        listed(&rest.join(" ")).filter(|found| *found == own).cloned()
    })
}

/// IATI `OrganisationType`: multilateral.
const MULTILATERAL: &str = "40";

/// Minimum length of an acronym in any case: shorter ones may be words.
const ANY_CASE: usize = 4;

/// Resolves an acronym alone to a multilateral organisation: `UNDP`, `UN-Habitat`. An organisation of another stated type
/// yields `None`.
pub(super) fn acronym(text: &str, organisation_type: Option<&str>) -> Option<String> {
    if organisation_type.is_some_and(|code| code != MULTILATERAL) {
        return None;
    }
    // Most references are longer, and need no folding.
    if text.bytes().filter(u8::is_ascii_alphanumeric).count() > official().longest_acronym {
        return None;
    }
    let letters = letters(text);
    let is_written_so = letters.len() >= ANY_CASE || !text.chars().any(char::is_lowercase);
    official().acronyms.get(&letters).filter(|_| is_written_so).cloned()
}

/// Returns the letters and digits of an acronym, in lower case.
fn letters(text: &str) -> String {
    words(text).concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::AgencyId;

    #[test]
    fn every_row_of_the_list_is_read_and_points_to_a_channel_or_a_donor() {
        let list = include_bytes!("../../codelists/organisations.csv");
        let rows: Vec<OrganisationRow> =
            csv::Reader::from_reader(&list[..]).deserialize().collect::<Result<_, _>>().unwrap();
        assert!(rows.len() > 30);
        let mut seen = std::collections::BTreeSet::new();
        let mut acronyms = std::collections::BTreeSet::new();
        for row in &rows {
            assert!(row.identifier.parse::<AgencyId>().is_ok());
            let code = row.identifier.strip_prefix(DAC).unwrap();
            assert!(Codelist::CrsChannel.has(code) || code == "918", "{row:?}");
            // No code stands for two organisations, and no alias has aliases of its own.
            assert!(parts(&row.also).all(|other| seen.insert(other)), "{row:?}");
            assert_eq!(
                crate::ingest::reference::identifier(&row.identifier).as_ref(),
                Some(&row.identifier)
            );
            assert!(parts(&row.names).all(|name| named(name).as_ref() == Some(&row.identifier)));
            for short in parts(&row.acronyms) {
                assert!(acronyms.insert(letters(short)), "{short} is that of two");
                assert_eq!(acronym(short, None).as_ref(), Some(&row.identifier));
            }
        }
    }

    #[test]
    fn codes_and_names_of_one_organisation_resolve_to_one_identifier() {
        let of = |reference: &str| identifier(reference).unwrap_or_else(|| reference.to_owned());
        for reference in ["41140", "XM-DAC-41140", "XM-DAC-966", "XM-DAC-966-1"] {
            assert_eq!(of(reference), "XM-DAC-41140");
        }
        assert_eq!(of("44000"), "XM-DAC-44000");
        assert_eq!(of("XM-DAC-928"), "XM-DAC-41307");
        // Channel categories, donor countries and unlisted codes stay unchanged.
        for reference in ["41000", "XM-DAC-22", "41999", "GB-1"] {
            assert_eq!(of(reference), reference);
        }
        assert_eq!(named("Programme alimentaire mondial").as_deref(), Some("XM-DAC-41140"));
        assert_eq!(named("WORLD FOOD PROGRAMME").as_deref(), Some("XM-DAC-41140"));
        assert_eq!(named("International Rescue Committee").as_deref(), Some("XM-DAC-21506"));
        for unlisted in ["Central Government", "Recipient Government", "Qatar Charity", "Networks"]
        {
            assert_eq!(named(unlisted), None, "{unlisted}");
        }
    }
    #[test]
    fn an_acronym_alone_is_a_multilateral_organisation() {
        assert_eq!(acronym("UNDP", Some("40")).as_deref(), Some("XM-DAC-41114"));
        assert_eq!(acronym("Unicef", None).as_deref(), Some("XM-DAC-41122"));
        assert_eq!(acronym("UN-Habitat", None).as_deref(), Some("XM-DAC-41120"));
        assert_eq!(acronym("Afr.DB", None).as_deref(), Some("XM-DAC-46002"));
        for (text, r#type) in [
            ("UNDP", Some("22")),
            ("who", None),
            ("Who", None),
            ("UNDP Mali", None),
            ("ADB", None),
            ("AfDB", None),
        ] {
            assert_eq!(acronym(text, r#type), None, "{text}");
        }
        assert_eq!(
            named("United Nations Development Programme (UNDP)").as_deref(),
            Some("XM-DAC-41114")
        );
        assert_eq!(named("WFP - World Food Programme").as_deref(), Some("XM-DAC-41140"));
        assert_eq!(named("World Food Programme (UNDP)"), None);
    }
}
