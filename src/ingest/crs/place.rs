//! Donors and recipients of the DAC, as ISO 3166-1 countries or regions of the DAC's list.
//!
//! Letters (`MLI`) take precedence over the DAC number (`255`), and that over the name, which has many spellings.
//! `codelists/dac-recipients.csv` lists the numbers, with the regions' names over the years.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::layout::{CrsColumn, PackedRow};
use crate::model::codelist::Codelist;
use crate::model::country::{self, CountryCode};
use crate::model::text::{Text, words};

/// Recipient of a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CrsRecipient {
    /// An ISO 3166-1 country.
    Country(CountryCode),
    /// A region, by list and code.
    Region(&'static str, String),
}

/// Defect of a row's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Oddity {
    /// Letters, number and name disagree; the first known one counts.
    Differs,
    /// All of them are unknown; the code or the name is kept as published.
    Unknown,
}

/// An entry of the DAC's list.
#[derive(Debug, serde::Deserialize)]
struct DacEntry {
    code: String,
    letters: String,
    country: String,
    region: String,
    names: String,
}

/// The DAC's list of donor and recipient countries and of regions.
#[derive(Debug, Default)]
struct DacPlaces {
    by_code: BTreeMap<String, CrsRecipient>,
    by_letters: BTreeMap<String, CrsRecipient>,
    by_name: BTreeMap<String, CrsRecipient>,
    codes: BTreeMap<CountryCode, String>,
}

impl DacPlaces {
    fn read() -> Self {
        let mut places = Self::default();
        let list = include_bytes!("../../../codelists/dac-recipients.csv");
        // The list is part of the program: a test reads every line of it.
        for line in csv::Reader::from_reader(&list[..]).deserialize::<DacEntry>().flatten() {
            let region = || CrsRecipient::Region("1", line.region.clone());
            let place = line.country.parse().map_or_else(|_| region(), CrsRecipient::Country);
            if let CrsRecipient::Country(country) = &place {
                places.codes.insert(*country, line.code.clone());
            }
            if !line.letters.is_empty() {
                places.by_letters.insert(line.letters.clone(), place.clone());
            }
            let official = Codelist::Region.name(&line.region).into_iter();
            let official = official.flat_map(Text::forms).map(|(_, name)| name);
            for name in official.chain(line.names.split(';')).filter(|name| !name.is_empty()) {
                places.by_name.insert(name_key(name), place.clone());
            }
            places.by_code.insert(line.code, place);
        }
        places
    }
}

fn places() -> &'static DacPlaces {
    static PLACES: LazyLock<DacPlaces> = LazyLock::new(DacPlaces::read);
    &PLACES
}

/// Returns the words of a region's name, without those for "region" itself.
fn name_key(name: &str) -> String {
    let mut words = words(name);
    let is_said = |word: &str| {
        matches!(word, "regional" | "unallocated" | "unspecified" | "and" | "non" | "specifie")
    };
    if words.len() > 1 {
        words.retain(|word| !is_said(word));
    }
    words.join(" ")
}

fn by_letters(letters: &str) -> Option<CrsRecipient> {
    let country = country::from_alpha3(letters).map(CrsRecipient::Country);
    country.or_else(|| places().by_letters.get(letters).cloned())
}

/// Finds a place by its name: a region such as `Africa, regional`, a country such as `Swaziland` or `T?rkiye`.
fn by_name(name: &str) -> Option<CrsRecipient> {
    let regions = &places().by_name;
    let says_region = words(name).iter().any(|word| word.starts_with("regional"));
    let region = || regions.get(&name_key(name)).cloned();
    let country = || country::by_name(name).map(CrsRecipient::Country);
    if says_region { region().or_else(country) } else { country().or_else(region) }
}

/// Finds a place by the letters, number and name in a row.
fn place(letters: Option<&str>, code: Option<&str>, name: Option<&str>) -> Option<CrsRecipient> {
    let of_code = |code: &str| {
        let number = code.trim_start_matches('0').trim_end_matches(".0");
        places().by_code.get(number).cloned().or_else(|| by_letters(code))
    };
    letters.and_then(by_letters).or_else(|| code.and_then(of_code)).or_else(|| by_name(name?))
}

/// Returns the country of the donor; `None` for an organisation.
pub(super) fn donor(row: &PackedRow) -> Option<CountryCode> {
    let name = row.get(CrsColumn::DonorName);
    match place(row.get(CrsColumn::DonorLetters), row.get(CrsColumn::DonorCode), name)? {
        CrsRecipient::Country(country) => Some(country),
        CrsRecipient::Region(..) => None,
    }
}

/// Returns the DAC number of the donor, also if the row has only country letters.
pub(super) fn donor_code(row: &PackedRow) -> Option<&str> {
    row.get(CrsColumn::DonorCode).or_else(|| {
        let country = country::from_alpha3(row.get(CrsColumn::DonorLetters)?)?;
        places().codes.get(&country).map(String::as_str)
    })
}

/// Returns the recipient; `None` if the row has none.
pub(super) fn recipient(row: &PackedRow) -> Option<CrsRecipient> {
    let name = row.get(CrsColumn::RecipientName);
    let (letters, code) = (row.get(CrsColumn::RecipientLetters), row.get(CrsColumn::RecipientCode));
    if let Some(place) = place(letters, code, name) {
        return Some(place);
    }
    match (code.or(letters), name) {
        (Some(code), _) => Some(CrsRecipient::Region("1", code.to_owned())),
        (None, Some(name)) => Some(CrsRecipient::Region("99", name.to_owned())),
        (None, None) => None,
    }
}

/// Returns the defect of the recipient, with the published value.
pub(super) fn oddity(row: &PackedRow) -> Option<(Oddity, String)> {
    let name = row.get(CrsColumn::RecipientName);
    let (letters, code) = (row.get(CrsColumn::RecipientLetters), row.get(CrsColumn::RecipientCode));
    let said = || [letters, code, name].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let found = [place(letters, None, None), place(None, code, None), place(None, None, name)];
    let mut known = found.into_iter().flatten();
    let Some(first) = known.next() else {
        return (letters.or(code).or(name).is_some()).then(|| (Oddity::Unknown, said()));
    };
    known.any(|other| other != first).then(|| (Oddity::Differs, said()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(letters: &str, code: &str, name: &str) -> String {
        let some = |text| Some(text).filter(|text: &&str| !text.is_empty());
        match place(some(letters), some(code), some(name)) {
            Some(CrsRecipient::Country(country)) => country.to_string(),
            Some(CrsRecipient::Region(_, code)) => code,
            None => String::new(),
        }
    }

    #[test]
    fn the_list_is_complete() {
        let list = include_str!("../../../codelists/dac-recipients.csv");
        assert_eq!(places().by_code.len(), list.lines().count() - 1);
        for (code, place) in &places().by_code {
            match place {
                CrsRecipient::Country(country) => assert!(country::is_listed(*country), "{code}"),
                CrsRecipient::Region(_, region) => assert!(Codelist::Region.has(region), "{code}"),
            }
        }
        for region in Codelist::Region.codes() {
            let name = Codelist::Region.name(region).unwrap().main();
            assert_eq!(found("", region, ""), region);
            assert_eq!(found("", "", name), region, "{name}");
        }
    }

    #[test]
    fn places_are_found_by_letters_number_and_name() {
        assert_eq!(found("TUR", "55", "T?rkiye"), "TR");
        assert_eq!(found("", "55", "T?rkiye"), "TR");
        assert_eq!(found("", "", "T?rkiye"), "TR");
        assert_eq!(found("", "235", ""), "CD");
        assert_eq!(found("", "235.0", ""), "CD");
        assert_eq!(found("", "MLI", ""), "ML");
        assert_eq!(found("F_X", "298", "Africa, regional"), "298");
        assert_eq!(found("F6_X", "", ""), "289");
        assert_eq!(found("XKV", "", ""), "XK");
        assert_eq!(found("", "9998", ""), "998");
        assert_eq!(found("", "361", ""), "AN");
    }

    #[test]
    fn every_dac_name_is_recognised() {
        for (name, expected) in [
            ("Bilateral, unspecified", "998"),
            ("Developing countries, unspecified", "998"),
            ("South of Sahara", "289"),
            ("South of Sahara, regional", "289"),
            ("North & Central America, regional", "389"),
            ("South & Central Asia, regional", "689"),
            ("States Ex-Yugoslavia", "88"),
            ("Micronesia, regional", "1034"),
            ("Micronesia", "FM"),
            ("Africa, regional", "298"),
            ("South Africa", "ZA"),
            ("Southern Africa, regional", "1029"),
            ("Central African Rep.", "CF"),
            ("Korea", "KR"),
            ("Korea, Dem. Rep.", "KP"),
            ("Congo, Rep.", "CG"),
            ("Congo, Dem. Rep.", "CD"),
            ("Macedonia, FYR", "MK"),
            ("PapuaNewGuinea", "PG"),
            ("Chinese Taipei", "TW"),
            ("Palestinian Adm. Areas", "PS"),
            ("Netherlands Antilles", "AN"),
            ("Atlantis", ""),
        ] {
            assert_eq!(found("", "", name), expected, "{name}");
        }
    }
}
