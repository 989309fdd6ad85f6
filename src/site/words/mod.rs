//! Words of the pages: English and French side by side, so that a missing translation does not compile.
//!
//! | module | contents |
//! | --- | --- |
//! | `briefing` | words of the briefing |
//! | `explore` | words of the pages that explore a noun |
//! | `frame` | words around every page |
//! | `home` | words of the start page |
//! | `data` | words of the page of the data itself |
//! | `flows` | words of the page of flows |
//! | `missions` | words of the page of missions |
//! | `fact` | names of facts, sections and columns |
//! | `codes` | names of the codes of the schema |
//! | `sentence` | sentences with numbers or names in them |
//! | `tables` | words of the list of tables |

pub(super) mod briefing;
pub(super) mod codes;
pub(super) mod data;
pub(super) mod explore;
pub(super) mod fact;
pub(super) mod flows;
pub(super) mod frame;
pub(super) mod home;
pub(super) mod missions;
pub(super) mod sentence;
pub(super) mod tables;

use maud::{Markup, Render};

use super::language::Language;

/// A phrase in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) en: &'static str,
    pub(super) fr: &'static str,
}

impl Words {
    /// Returns the phrase in a language.
    pub(super) const fn to(self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Fr => self.fr,
        }
    }

    /// Returns the phrase in a language, as markup.
    pub(super) fn markup(self, language: Language) -> Markup {
        self.to(language).render()
    }
}

/// Declares phrases: `NAME = "English", "French";`.
macro_rules! words {
    ($($name:ident = $en:literal, $fr:literal;)+) => {
        $(pub(in crate::site) const $name: $crate::site::words::Words =
            $crate::site::words::Words { en: $en, fr: $fr };)+
    };
}
use words;
