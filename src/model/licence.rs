//! Licences of data: the name that a source states, and the list of open ones.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::printable;

/// Maximum length of a licence in characters.
pub const MAX_LICENCE_CHARS: usize = 200;

/// Open licences by name, in lower case: SPDX identifiers, and identifiers of the IATI Registry (CKAN).
///
/// Source: Open Definition, "Conformant Licenses" for data and content (opendefinition.org/licenses). A name without a
/// version is listed if all its versions conform.
const OPEN: [&str; 28] = [
    "cc-by",
    "cc-by-1.0",
    "cc-by-2.0",
    "cc-by-2.1",
    "cc-by-2.5",
    "cc-by-3.0",
    "cc-by-4.0",
    "cc-by-sa",
    "cc-by-sa-1.0",
    "cc-by-sa-2.0",
    "cc-by-sa-2.1",
    "cc-by-sa-2.5",
    "cc-by-sa-3.0",
    "cc-by-sa-4.0",
    "cc-zero",
    "cc0-1.0",
    "dl-de-by-2.0",
    "dl-de-zero-2.0",
    "odbl-1.0",
    "odc-by",
    "odc-by-1.0",
    "odc-odbl",
    "odc-pddl",
    "odc-pddl-1.0",
    "ogl-canada-2.0",
    "ogl-uk-2.0",
    "ogl-uk-3.0",
    "pddl-1.0",
];

/// Open licences by web address, without scheme, `www.` and final `/`. Source: as for [`OPEN`].
const OPEN_ADDRESSES: [&str; 12] = [
    "creativecommons.org/licenses/by/3.0",
    "creativecommons.org/licenses/by/4.0",
    "creativecommons.org/licenses/by-sa/3.0",
    "creativecommons.org/licenses/by-sa/4.0",
    "creativecommons.org/publicdomain/zero/1.0",
    "govdata.de/dl-de/by-2-0",
    "govdata.de/dl-de/zero-2-0",
    "nationalarchives.gov.uk/doc/open-government-licence/version/2",
    "nationalarchives.gov.uk/doc/open-government-licence/version/3",
    "opendatacommons.org/licenses/by",
    "opendatacommons.org/licenses/odbl",
    "opendatacommons.org/licenses/pddl",
];

/// Reason why a text is not a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLicence {
    /// Empty, or only white space.
    #[error("a licence must not be empty")]
    Empty,
    /// Longer than [`MAX_LICENCE_CHARS`].
    #[error("a licence must not exceed {MAX_LICENCE_CHARS} characters, this one has {0}")]
    TooLong(usize),
    /// Contains a control character, such as a line break.
    #[error("a licence must not contain control characters")]
    ControlCharacter,
}

/// Licence of a publication or file as stated: an SPDX identifier, a published short name or a web address.
///
/// Never empty, at most [`MAX_LICENCE_CHARS`] long, without control characters or outer white space. Where the licence is
/// unknown, its holder has `None`. Clones share the text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Licence(Arc<str>);

impl Licence {
    /// Returns the text as stated.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns true if the licence is known to conform to the Open Definition; see [`is_open`].
    pub fn is_open(&self) -> bool {
        is_open(&self.0)
    }
}

impl fmt::Display for Licence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Licence {
    type Err = InvalidLicence;

    fn from_str(text: &str) -> Result<Self, InvalidLicence> {
        let text = text.trim();
        let length = text.chars().count();
        if text.is_empty() {
            Err(InvalidLicence::Empty)
        } else if length > MAX_LICENCE_CHARS {
            Err(InvalidLicence::TooLong(length))
        } else if printable::line(text) != text {
            Err(InvalidLicence::ControlCharacter)
        } else {
            Ok(Self(text.into()))
        }
    }
}

impl TryFrom<String> for Licence {
    type Error = InvalidLicence;

    fn try_from(text: String) -> Result<Self, InvalidLicence> {
        text.parse()
    }
}

impl From<Licence> for String {
    fn from(licence: Licence) -> Self {
        licence.0.as_ref().to_owned()
    }
}

/// Returns true if a text names a licence that is known to conform to the Open Definition.
///
/// Case is ignored, and spaces count as hyphens: `CC BY 4.0` is `CC-BY-4.0`. An unlisted licence is not known to be open.
pub fn is_open(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    match lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")) {
        Some(address) => is_open_address(address),
        None => is_open_name(&lower.replace([' ', '_'], "-")),
    }
}

fn is_open_name(name: &str) -> bool {
    OPEN.contains(&name) || unported(name).is_some_and(|name| OPEN.contains(&name))
}

/// Returns a Creative Commons licence without its jurisdiction: `cc-by-3.0` for `cc-by-3.0-igo`.
fn unported(name: &str) -> Option<&str> {
    let (unported, port) = name.rsplit_once('-')?;
    let is_port = matches!(port.len(), 2 | 3) && port.bytes().all(|b| b.is_ascii_alphabetic());
    let has_version = unported.ends_with(|c: char| c.is_ascii_digit());
    (name.starts_with("cc-by-") && is_port && has_version).then_some(unported)
}

/// Returns true for the address of an open licence and for addresses below it, such as `…/by/4.0/deed.en`.
fn is_open_address(address: &str) -> bool {
    let address = address.strip_prefix("www.").unwrap_or(address);
    OPEN_ADDRESSES.iter().any(|open| {
        address.strip_prefix(open).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_licences_are_recognised_by_name_and_url() {
        for open in [
            "CC-BY-4.0",
            "cc-by-4.0",
            "CC BY 4.0",
            "CC-BY-3.0-IGO",
            "CC-BY-SA-2.5-AU",
            "CC0-1.0",
            "ODC-PDDL-1.0",
            "PDDL-1.0",
            "odc-by",
            "OGL-UK-3.0",
            "https://creativecommons.org/licenses/by/4.0/",
            "http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
            "https://creativecommons.org/licenses/by/4.0/deed.en",
        ] {
            assert!(open.parse::<Licence>().unwrap().is_open(), "{open}");
        }
    }

    #[test]
    fn other_licences_are_not_open() {
        for other in [
            "CC-BY-NC-4.0",
            "CC-BY-ND-4.0",
            "CC-BY-NC-SA-3.0-IGO",
            "CC-BY-NC",
            "OGL-UK-1.0",
            "uk-ogl",
            "notspecified",
            "free for all uses",
            "https://creativecommons.org/licenses/by-nc/4.0/",
            "https://creativecommons.org/licenses/by/4.01",
            "https://example.org/creativecommons.org/licenses/by/4.0",
        ] {
            assert!(!other.parse::<Licence>().unwrap().is_open(), "{other}");
        }
    }

    #[test]
    fn a_licence_is_one_short_line() {
        let licence = |text: &str| text.parse::<Licence>().map(String::from);
        assert_eq!(licence(" CC-BY-4.0 "), Ok("CC-BY-4.0".to_owned()));
        assert_eq!(licence(" "), Err(InvalidLicence::Empty));
        for invalid in ["a\nb", "a\u{1b}[31m", "a\u{202e}b"] {
            assert_eq!(licence(invalid), Err(InvalidLicence::ControlCharacter));
        }
        assert!(licence(&"é".repeat(MAX_LICENCE_CHARS)).is_ok());
        let long = "é".repeat(MAX_LICENCE_CHARS + 1);
        assert_eq!(licence(&long), Err(InvalidLicence::TooLong(MAX_LICENCE_CHARS + 1)));
    }
}
