//! Organisations that official lists name: the DAC gives one organisation a code as a donor, others for its accounts as an
//! agency, and one as a channel; OCHA FTS gives only its name.
//!
//! `codelists/organisations.csv` says which of them are one, and the DAC's list of channels names the rest. The identifier
//! is that of the channel, `XM-DAC-` and its code, as IATI has it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::model::codelist::Codelist;
use crate::model::text::{Text, words};

/// What stands before a code of the DAC.
pub(super) const DAC: &str = "XM-DAC-";

/// One organisation of several codes and names.
#[derive(Debug, serde::Deserialize)]
struct Row {
    identifier: String,
    also: String,
    names: String,
}

/// The identifiers by other identifiers, and by names, also those on the list of channels, whose words are joined.
#[derive(Debug, Default)]
struct Official {
    by_identifier: BTreeMap<String, String>,
    by_name: BTreeMap<String, String>,
}

impl Official {
    /// The identifier that is an organisation's own, of one of several.
    fn own(&self, identifier: String) -> String {
        self.by_identifier.get(&identifier).cloned().unwrap_or(identifier)
    }
}

fn joined(name: &str) -> String {
    words(name).join(" ")
}

fn parts(list: &str) -> impl Iterator<Item = &str> {
    list.split(';').filter(|part| !part.is_empty())
}

fn official() -> &'static Official {
    static OFFICIAL: LazyLock<Official> = LazyLock::new(|| {
        let mut official = Official::default();
        let list = include_bytes!("../../codelists/organisations.csv");
        // It is part of the program: a test reads every row of it.
        for row in csv::Reader::from_reader(&list[..]).deserialize::<Row>().flatten() {
            for other in parts(&row.also) {
                official.by_identifier.insert(other.to_owned(), row.identifier.clone());
            }
            for name in parts(&row.names) {
                official.by_name.insert(joined(name), row.identifier.clone());
            }
        }
        for code in Codelist::CrsChannel.codes().filter(|code| is_one(code)) {
            let identifier = official.own(format!("{DAC}{code}"));
            let names = Codelist::CrsChannel.name(code).into_iter().flat_map(Text::forms);
            // A name that several codes have is nobody's.
            for (_, name) in names.filter(|(_, n)| Codelist::CrsChannel.code(n) == Some(code)) {
                official.by_name.entry(joined(name)).or_insert_with(|| identifier.clone());
            }
        }
        official
    });
    &OFFICIAL
}

/// Whether a code of a channel is that of one organisation. Codes that end so are whole kinds of them, and the first digit of
/// the others says what they are: public institutions of a country and private firms are named by their kind.
fn is_one(code: &str) -> bool {
    code.len() == 5 && !code.ends_with("00") && code.starts_with(['2', '3', '4'])
}

/// The identifier that a reference stands for: of an organisation of several, the one that is its own; of the bare code of a
/// channel, `41140`, the one that IATI gives it, `XM-DAC-41140`.
pub(super) fn identifier(reference: String) -> String {
    let is_channel = reference.len() == 5
        && !reference.ends_with("000")
        && Codelist::CrsChannel.name(&reference).is_some();
    official().own(if is_channel { format!("{DAC}{reference}") } else { reference })
}

/// The identifier of the one organisation that has a name on an official list, whole, in English or French; case, accents and signs
/// do not count.
pub(super) fn named(name: &str) -> Option<String> {
    official().by_name.get(&joined(name)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::AgencyId;

    #[test]
    fn every_row_of_the_list_is_read_and_points_to_a_channel_or_a_donor() {
        let list = include_bytes!("../../codelists/organisations.csv");
        let rows: Vec<Row> =
            csv::Reader::from_reader(&list[..]).deserialize().collect::<Result<_, _>>().unwrap();
        assert!(rows.len() > 30);
        let mut seen = std::collections::BTreeSet::new();
        for row in &rows {
            assert!(row.identifier.parse::<AgencyId>().is_ok());
            let code = row.identifier.strip_prefix(DAC).unwrap();
            assert!(Codelist::CrsChannel.has(code) || code == "918", "{row:?}");
            // Nothing stands for two, and nothing that stands for another has others.
            assert!(parts(&row.also).all(|other| seen.insert(other)), "{row:?}");
            assert_eq!(identifier(row.identifier.clone()), row.identifier);
            assert!(parts(&row.names).all(|name| named(name).as_ref() == Some(&row.identifier)));
        }
    }

    #[test]
    fn an_organisation_is_one_by_code_of_donor_agency_and_channel_and_by_its_name() {
        let of = |reference: &str| identifier(reference.to_owned());
        for reference in ["41140", "XM-DAC-41140", "XM-DAC-966", "XM-DAC-966-1"] {
            assert_eq!(of(reference), "XM-DAC-41140");
        }
        assert_eq!(of("44000"), "XM-DAC-44000");
        assert_eq!(of("XM-DAC-928"), "XM-DAC-41307");
        // A kind of channels, a country as a donor, and what is on no list are left as they are.
        for reference in ["41000", "XM-DAC-22", "41999", "GB-1"] {
            assert_eq!(of(reference), reference);
        }
        assert_eq!(named("Programme alimentaire mondial").as_deref(), Some("XM-DAC-41140"));
        assert_eq!(named("WORLD FOOD PROGRAMME").as_deref(), Some("XM-DAC-41140"));
        assert_eq!(named("International Rescue Committee").as_deref(), Some("XM-DAC-21506"));
        for nobody in ["Central Government", "Recipient Government", "Qatar Charity", "Networks"] {
            assert_eq!(named(nobody), None, "{nobody}");
        }
    }
}
