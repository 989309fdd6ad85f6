//! Closed lists of codes: one macro, so that each list is an enum whose text form is the published word.

use std::fmt;

/// A word that is not on a closed list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not one of {}", allowed.join(", "))]
pub struct UnknownCode {
    /// The word as found.
    pub value: String,
    /// The words of the list, in its order.
    pub allowed: &'static [&'static str],
}

/// A closed list: every value has one word, and the word finds the value.
pub trait Code: Copy + Eq + fmt::Debug + Send + Sync + 'static {
    /// The name of the list: `BudgetType`.
    const NAME: &'static str;
    /// What the list is, for readers of a schema.
    const DOC: &'static [&'static str];
    /// The words of the list, in its order.
    const WORDS: &'static [&'static str];
    /// What each word means, in the order of the words; a meaning is one or more lines.
    const MEANINGS: &'static [&'static [&'static str]];
    /// The values of the list, in its order.
    const VALUES: &'static [Self];

    /// The word of this value.
    fn as_str(self) -> &'static str;

    /// The value of a word.
    ///
    /// # Errors
    /// [`UnknownCode`] when the word is not on the list; case counts.
    fn parse(word: &str) -> Result<Self, UnknownCode>;
}

/// Declares a closed list as an enum that implements [`Code`], `Display` and `FromStr`.
macro_rules! codes {
    ($(#[doc = $about:literal])* pub enum $name:ident {
        $($(#[doc = $meaning:literal])* $variant:ident = $word:literal,)+
    }) => {
        $(#[doc = $about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[doc = $meaning])* $variant,)+ }

        impl $crate::model::code::Code for $name {
            const NAME: &'static str = stringify!($name);
            const DOC: &'static [&'static str] = &[$($about,)*];
            const WORDS: &'static [&'static str] = &[$($word,)+];
            const MEANINGS: &'static [&'static [&'static str]] = &[$(&[$($meaning,)*],)+];
            const VALUES: &'static [Self] = &[$(Self::$variant,)+];

            fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            fn parse(word: &str) -> Result<Self, $crate::model::code::UnknownCode> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::model::code::UnknownCode { value: word.to_owned(), allowed: Self::WORDS }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::model::code::Code::as_str(*self))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::model::code::UnknownCode;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                $crate::model::code::Code::parse(word)
            }
        }
    };
}
pub(crate) use codes;
