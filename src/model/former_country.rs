//! Countries whose codes ISO 3166-1 has withdrawn, and what came after them.
//!
//! Old figures name them, and no country of today stands for them: `AN` is not one of the three that the Netherlands
//! Antilles became. They lie in `codelists/former-countries.csv`. Source: ISO 3166-3.

use std::sync::LazyLock;

use super::country::CountryCode;
use super::date::PartialDate;

/// A country whose code is withdrawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerCountry {
    /// Its two letters of ISO 3166-1 alpha-2.
    pub code: CountryCode,
    /// Its three letters of ISO 3166-1 alpha-3.
    pub alpha3: &'static str,
    /// Its name in English.
    pub name: &'static str,
    /// The year in which the code was withdrawn.
    pub withdrawn: PartialDate,
    /// The countries of today on its ground, by their codes.
    pub successors: Vec<CountryCode>,
}

static ALL: LazyLock<Vec<FormerCountry>> = LazyLock::new(|| {
    let text = include_str!("../../codelists/former-countries.csv");
    text.lines().skip(1).filter_map(read).collect()
});

/// Reads a line: code, three letters, English name, French name, year, successors.
fn read(line: &'static str) -> Option<FormerCountry> {
    let (code, rest) = line.split_once(',')?;
    let (alpha3, rest) = rest.split_once(',')?;
    let (rest, successors) = rest.rsplit_once(',')?;
    let (names, year) = rest.rsplit_once(',')?;
    let (name, _) = names.rsplit_once(',')?;
    Some(FormerCountry {
        code: code.parse().ok()?,
        alpha3,
        name: name.trim_matches('"'),
        withdrawn: year.parse().ok()?,
        successors: successors.split_whitespace().filter_map(|code| code.parse().ok()).collect(),
    })
}

/// All of them, in the order of their codes.
pub fn all() -> &'static [FormerCountry] {
    &ALL
}

/// The country that a withdrawn code stands for; `None` for a code of today.
pub fn former(code: CountryCode) -> Option<&'static FormerCountry> {
    ALL.iter().find(|former| former.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::country;

    #[test]
    fn every_line_is_read_and_leads_to_countries_of_today() {
        let lines = include_str!("../../codelists/former-countries.csv").lines().count();
        assert_eq!(all().len() + 1, lines);
        for former in all() {
            assert!(!former.successors.is_empty(), "{former:?}");
            for successor in &former.successors {
                assert!(country::is_listed(*successor), "{successor}");
                assert!(self::former(*successor).is_none(), "{successor}");
            }
        }
    }
}
