//! Former countries: codes that ISO 3166-1 has withdrawn, with their successors.
//!
//! Old figures use these codes, and none is mapped to a present country: `AN` is not one of the three successors of the
//! Netherlands Antilles. The list is `codelists/former-countries.csv`. Source: ISO 3166-3.

use std::sync::LazyLock;

use super::country::CountryCode;
use super::date::PartialDate;

/// Country with a withdrawn code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerCountry {
    /// Withdrawn ISO 3166-1 alpha-2 code.
    pub code: CountryCode,
    /// Withdrawn ISO 3166-1 alpha-3 code.
    pub alpha3: &'static str,
    /// English name.
    pub name: &'static str,
    /// Year of withdrawal.
    pub withdrawn: PartialDate,
    /// Codes of the present countries on its territory.
    pub successors: Vec<CountryCode>,
}

static ALL: LazyLock<Vec<FormerCountry>> = LazyLock::new(|| {
    let text = include_str!("../../codelists/former-countries.csv");
    text.lines().skip(1).filter_map(read).collect()
});

/// Parses a line: code, alpha-3 code, English name, French name, year, successors.
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

/// Returns all former countries, sorted by code.
pub fn all() -> &'static [FormerCountry] {
    &ALL
}

/// Returns the former country of a withdrawn code; `None` for a current code.
pub fn former(code: CountryCode) -> Option<&'static FormerCountry> {
    ALL.iter().find(|former| former.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::country;

    #[test]
    fn every_former_country_has_current_successors() {
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
