//! Donors and recipients of the DAC as countries of ISO 3166-1, or as regions of the DAC's list.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::layout::{Column, Kept};
use crate::model::codelist::Codelist;
use crate::model::country::{self, CountryCode};
use crate::model::text::words;

/// Names of donors and recipients in the CRS that no other list has.
const OTHER_NAMES: [(&str, &str); 6] = [
    ("Chinese Taipei", "TW"),
    ("Democratic People's Republic of Korea", "KP"),
    ("Korea", "KR"),
    ("Micronesia", "FM"),
    ("Saint Helena", "SH"),
    ("Slovak Republic", "SK"),
];

/// Who receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Recipient {
    /// A country.
    Country(CountryCode),
    /// A region, by list and code.
    Region(&'static str, String),
}

/// A country by its three letters, else by its name.
fn country(letters: Option<&str>, name: Option<&str>) -> Option<CountryCode> {
    let by_letters = letters.and_then(country::from_alpha3);
    by_letters.or_else(|| {
        let name = name?;
        let other = OTHER_NAMES.iter().find(|(other, _)| *other == name);
        other.and_then(|(_, code)| code.parse().ok()).or_else(|| country::by_name(name))
    })
}

/// The country of the donor; `None` for an organisation.
pub(super) fn donor(row: &Kept) -> Option<CountryCode> {
    country(row.get(Column::DonorLetters), row.get(Column::DonorName))
}

/// Who receives; `None` when the row does not say.
pub(super) fn recipient(row: &Kept) -> Option<Recipient> {
    let name = row.get(Column::RecipientName);
    if let Some(country) = country(row.get(Column::RecipientLetters), name) {
        return Some(Recipient::Country(country));
    }
    if let Some(code) = row.get(Column::RecipientCode) {
        return Some(Recipient::Region("1", code.to_owned()));
    }
    let name = name?;
    Some(match region(name) {
        Some(code) => Recipient::Region("1", code.to_owned()),
        None => Recipient::Region("99", name.to_owned()),
    })
}

/// A region of the DAC by its name.
fn region(name: &str) -> Option<&'static str> {
    static REGIONS: LazyLock<BTreeMap<String, &'static str>> = LazyLock::new(|| {
        let named = |code| Some((words(Codelist::Region.name(code)?.main()).join(" "), code));
        Codelist::Region.codes().filter_map(named).collect()
    });
    // `Bilateral, unspecified` is the older name of `Developing countries, unspecified`.
    let name = name.replace("Bilateral, unspecified", "Developing countries, unspecified");
    REGIONS.get(&words(&name).join(" ")).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_found_by_name() {
        assert_eq!(region("South of Sahara, regional"), Some("289"));
        assert_eq!(region("Bilateral, unspecified"), Some("998"));
        assert_eq!(region("Atlantis"), None);
    }

    #[test]
    fn countries_are_found_by_letters_and_by_name() {
        let found = |letters, name| country(letters, name).map(|c| c.to_string());
        assert_eq!(found(Some("MLI"), None).as_deref(), Some("ML"));
        assert_eq!(found(Some("F_X"), Some("Africa, regional")), None);
        assert_eq!(found(None, Some("Korea")).as_deref(), Some("KR"));
        assert_eq!(found(None, Some("China (People's Republic of)")).as_deref(), Some("CN"));
    }
}
