//! Classification of organisation references.
//!
//! A reference identifies an organisation if it has the prefix of a register (`GB-CHC-1068839`), or is on an official list
//! (`41140`). Placeholders and category codes (`22000`, donor country-based NGO) identify none. Bare numbers are entries of the
//! publisher's own list.

use super::known_organisations;
use super::placeholder::{is_placeholder, lacks_number};
use crate::model::codelist::Codelist;
use crate::model::text::words;

/// Classification of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// A missing reference.
    None,
    /// A placeholder for a missing value.
    Placeholder,
    /// A category code on the DAC's channel list; `None` for IATI's list of types.
    Kind(Option<String>),
    /// An entry of the publisher's own list.
    Local(String),
    /// Words: a name in place of a reference.
    Words(String),
    /// The identifier of one organisation.
    Identifier(String),
}

impl Reference {
    /// Returns an identifier that is a single word: publishers use the same words for different organisations.
    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Self::Identifier(text) => Some(text.as_str()).filter(|text| is_word(text)),
            _ => None,
        }
    }
}

/// Returns true if a reference is a single word without a register or a number: `NGO`, `WHO`.
pub(super) fn is_word(reference: &str) -> bool {
    reference.chars().all(char::is_alphabetic)
}

/// Collapses inner white space to one space, and trims the text.
pub(super) fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Classifies a reference. `organisation_type` is the published type: a reference that repeats it adds nothing.
pub(super) fn classify(reference: Option<&str>, organisation_type: Option<&str>) -> Reference {
    let Some(text) = reference.map(collapsed).filter(|text| !text.is_empty()) else {
        return Reference::None;
    };
    if is_placeholder(&text) || lacks_number(&text) {
        return Reference::Placeholder;
    }
    if let Some(code) = known_organisations::kind(&text) {
        return Reference::Kind(Some(code));
    }
    if let Some(identifier) = known_organisations::identifier(&text) {
        return Reference::Identifier(identifier);
    }
    if organisation_type == Some(&*text) && Codelist::OrganisationType.has(&text) {
        return Reference::Kind(None);
    }
    let has = |is: fn(char) -> bool| text.chars().any(is);
    match (has(char::is_alphabetic), has(char::is_numeric)) {
        (true, false) if words(&text).len() > 1 && text.contains(' ') => Reference::Words(text),
        (true, _) => Reference::Identifier(text),
        (false, _) => Reference::Local(text),
    }
}

/// Returns the identifier of the one organisation that a reference identifies, if any.
pub(super) fn identifier(reference: &str) -> Option<String> {
    match classify(Some(reference), None) {
        Reference::Identifier(identifier) => Some(identifier),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_identify_an_organisation_or_give_the_reason() {
        let of = |text: &str| classify(Some(text), None);
        for text in ["N/A", "000", "GB-COH-N/A", "?"] {
            assert_eq!(of(text), Reference::Placeholder, "{text}");
        }
        for text in [
            "22000",
            "XM-DAC-22000",
            "XM-DAC 22000",
            "xm-dac-22000",
            "CRS-22000",
            "DAC:22000",
            "XM-OCHA-22000",
            "22000.",
        ] {
            assert_eq!(of(text), Reference::Kind(Some("22000".to_owned())), "{text}");
        }
        for text in ["12001", "61009", "22502", "XM-DAC-12001", "41100", "XM-DAC-2-22000"] {
            assert!(matches!(of(text), Reference::Kind(Some(_))), "{text}");
        }
        for text in
            ["GB-1", "XM-DAC-41140", "41AAA", "CN-GOV", "XM-DAC-22", "GB-COH-22000", "NO-BRC-12001"]
        {
            assert_eq!(of(text), Reference::Identifier(text.to_owned()), "{text}");
        }
        assert_eq!(of(" 41140 "), Reference::Identifier("XM-DAC-41140".to_owned()));
        for text in ["2", "123456", "12-345", "'00012", "41999"] {
            assert_eq!(of(text), Reference::Local(text.to_owned()), "{text}");
        }
        assert_eq!(of("Ministry of  Health"), Reference::Words("Ministry of Health".to_owned()));
        assert_eq!(of(" "), Reference::None);
        assert_eq!(classify(Some("21"), Some("21")), Reference::Kind(None));
        assert_eq!(classify(Some("21"), Some("10")), Reference::Local("21".to_owned()));
    }
}
