//! Languages of the pages.

/// Language of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

impl Language {
    /// All languages, in the order of the language switch.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// Returns the code for `lang`: `en`.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// Returns the name of the language in itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Fr => "Français",
        }
    }

    /// Parses a code, in any case and with any region: `fr-LU`.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.code()))
    }

    /// Returns the languages to prefer in texts of the data, the own one first.
    pub fn preference(self) -> [&'static str; 2] {
        match self {
            Self::En => ["EN", "FR"],
            Self::Fr => ["FR", "EN"],
        }
    }
}
