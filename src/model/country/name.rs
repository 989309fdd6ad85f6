//! Country lookup by name: short, official, French, former and abbreviated names, also with damaged encoding.
//!
//! `codelists/Country.csv` has the names of ISO 3166-1, `codelists/country-names.csv` all others. Only whole names
//! match, so that Niger never matches Nigeria and `Guinea` never matches `Equatorial Guinea`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::CountryCode;
use crate::model::codelist::{Codelist, cells};
use crate::model::text::fold;

/// Placeholder for letters that a wrong encoding has damaged.
const BROKEN: char = '\u{fffd}';

/// Words that do not distinguish countries.
const STOP_WORDS: [&str; 12] =
    ["the", "and", "of", "la", "le", "les", "l", "de", "du", "des", "d", "et"];

/// Abbreviations and variants of words, with the form used in comparisons.
const FORMS: [(&str, &str); 10] = [
    ("dem", "democratic"),
    ("fed", "federated"),
    ("is", "island"),
    ("isl", "island"),
    ("islands", "island"),
    ("peoples", "people"),
    ("rep", "republic"),
    ("st", "saint"),
    ("sts", "states"),
    ("terr", "territory"),
];

/// Index of countries by the keys of their names.
#[derive(Debug, Default)]
struct CountryNames {
    whole: BTreeMap<String, CountryCode>,
    /// By keys in which letters beyond ASCII are damaged.
    broken: BTreeMap<String, CountryCode>,
}

/// Returns the country of an English or French name, such as `Iran, Islamic Republic of`, `Swaziland` or `Saint-Siège`.
///
/// Word order, case, accents, articles and punctuation are ignored. `Rep.`, `Dem.` and `St.` match the words that they
/// abbreviate. Letters damaged by an encoding (`T?rkiye`, `CÃ´te d'Ivoire`) match the letters beyond ASCII of a name.
/// `None` for unknown names and for dissolved countries with several successors.
pub fn by_name(name: &str) -> Option<CountryCode> {
    static NAMES: LazyLock<CountryNames> = LazyLock::new(CountryNames::read);
    let broken = || is_broken(name).then(|| NAMES.broken.get(&broken_key(name)))?;
    NAMES.whole.get(&key(name)).or_else(broken).copied()
}

impl CountryNames {
    fn read() -> Self {
        let mut names = Self::default();
        for (code, name) in listed() {
            names.whole.insert(key(&name), code);
            if is_broken(&name) {
                for form in [name.replace('\'', "\u{2019}"), name] {
                    names.broken.insert(broken_key(&form), code);
                }
            }
        }
        names
    }
}

/// Iterates over every name of every country.
fn listed() -> impl Iterator<Item = (CountryCode, String)> {
    let official = Codelist::Country.codes().filter_map(|code| {
        Some((code.to_owned(), Codelist::Country.name(code)?.main().to_owned()))
    });
    let others = include_str!("../../../codelists/country-names.csv").lines().skip(1);
    let others = others.flat_map(|line| {
        let mut cells = cells(line).into_iter();
        let (code, names) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
        let names: Vec<String> = names.split(';').map(str::to_owned).collect();
        names.into_iter().map(move |name| (code.clone(), name))
    });
    official.chain(others).filter_map(|(code, name)| Some((code.parse().ok()?, name)))
}

/// Comparison key of a name: its distinguishing words in alphabetical order.
fn key(name: &str) -> String {
    joined(&fold(name).replace('\u{2019}', "'"))
}

/// Comparison key with each run of letters beyond ASCII replaced by one placeholder.
fn broken_key(name: &str) -> String {
    let mut broken = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii() && c != '?' {
            broken.push(c.to_ascii_lowercase());
        } else if !broken.ends_with(BROKEN) {
            broken.push(BROKEN);
        }
    }
    joined(&broken)
}

/// Returns true if some letters may be damaged, or may be damaged by an encoding.
fn is_broken(name: &str) -> bool {
    !name.is_ascii() || name.contains('?')
}

fn joined(folded: &str) -> String {
    let plain = folded.replace("'s", "");
    let words = plain.split(|c: char| !(c.is_alphanumeric() || c == BROKEN));
    let distinct = words.filter(|word| !word.is_empty() && !STOP_WORDS.contains(word));
    let mut words: Vec<&str> = distinct.map(form).collect();
    words.sort_unstable();
    words.join(" ")
}

/// Returns the form of a word that is used in comparisons.
fn form(word: &str) -> &str {
    FORMS.iter().find(|(short, _)| *short == word).map_or(word, |(_, form)| form)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str) -> String {
        by_name(name).map(|code| code.to_string()).unwrap_or_default()
    }

    #[test]
    fn names_of_countries_are_unique() {
        let mut owners: BTreeMap<String, CountryCode> = BTreeMap::new();
        for (country, name) in listed() {
            assert!(!key(&name).is_empty(), "{name}");
            let owner = *owners.entry(key(&name)).or_insert(country);
            assert_eq!(owner, country, "{name}");
            assert_eq!(by_name(&name), Some(country), "{name}");
        }
        assert!(owners.len() > 900);
    }

    #[test]
    fn names_with_broken_encoding_are_recognised() {
        for (name, expected) in [
            ("T?rkiye", "TR"),
            ("T\u{fffd}rkiye", "TR"),
            ("TÃ¼rkiye", "TR"),
            ("C?te d'Ivoire", "CI"),
            ("CÃ´te d'Ivoire", "CI"),
            ("C?te d?Ivoire", "CI"),
            ("Côte d\u{2019}Ivoire", "CI"),
            ("Cura?ao", "CW"),
            ("R?union", "RE"),
            ("S?o Tom? and Pr?ncipe", "ST"),
            ("?????", ""),
            ("Mal?", ""),
        ] {
            assert_eq!(code(name), expected, "{name}");
        }
    }

    #[test]
    fn countries_with_similar_names_are_distinguished() {
        for (name, expected) in [
            ("Congo", "CG"),
            ("Congo, Republic of the", "CG"),
            ("Congo, The Democratic Republic of the", "CD"),
            ("Congo, Dem. Rep.", "CD"),
            ("Guinea", "GN"),
            ("Republic of Guinea", "GN"),
            ("Guinea Bissau", "GW"),
            ("Equatorial Guinea", "GQ"),
            ("Papua New Guinea", "PG"),
            ("Niger", "NE"),
            ("Republic of the Niger", "NE"),
            ("Nigeria", "NG"),
            ("Korea, Republic of", "KR"),
            ("Korea, Dem. People's Rep.", "KP"),
            ("Korea, Democratic People's Republic of", "KP"),
            ("Dominica", "DM"),
            ("Dominican Republic", "DO"),
            ("Samoa", "WS"),
            ("American Samoa", "AS"),
            ("Sudan", "SD"),
            ("South Sudan", "SS"),
            ("S. Sudan", "SS"),
            ("Virgin Islands", ""),
            ("Korea", ""),
            ("Serbia and Montenegro", ""),
            ("Serbia and Montenegro (until 2006-2009)", ""),
            ("China", "CN"),
            ("Taiwan, Province of China", "TW"),
            ("Hong Kong, China", "HK"),
            ("Mali Humanitarian Fund", ""),
            ("", ""),
        ] {
            assert_eq!(code(name), expected, "{name}");
        }
    }

    #[test]
    fn every_form_of_a_name_is_recognised() {
        for (name, expected) in [
            ("Holy See (Vatican City State)", "VA"),
            ("THE HOLY SEE", "VA"),
            ("Vatican", "VA"),
            ("Saint-Siège", "VA"),
            ("Kosovo (S/RES/1244 (1999))", "XK"),
            ("Bolivia (Plurinational State of)", "BO"),
            ("Iran, Islamic Republic of", "IR"),
            ("occupied Palestinian territory", "PS"),
            ("West Bank & Gaza Strip", "PS"),
            ("Macedonia, FYR", "MK"),
            ("PapuaNewGuinea", "PG"),
            ("St.Vincent & Grenadines", "VC"),
            ("St. Kitts-Nevis", "KN"),
            ("Micronesia, Fed. States", "FM"),
            ("Lao (People's Democratic Republic)", "LA"),
            ("LAO PEOPLE\u{2019}S DEMOCRATIC REPUBLIC", "LA"),
            ("Central African Rep.", "CF"),
            ("République centrafricaine", "CF"),
            ("Burma", "MM"),
            ("Bosnia & Herzegovina", "BA"),
            ("Saudi Arabia (Kingdom of)", "SA"),
            ("Cote d'Ivoire", "CI"),
        ] {
            assert_eq!(code(name), expected, "{name}");
        }
    }
}
