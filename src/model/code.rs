//! Closed code lists: a macro that declares each list as an enum whose text form is the published word.

use std::fmt;

/// Error for a word that a closed list lacks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not one of {}", allowed.join(", "))]
pub struct UnknownCode {
    /// Word as found.
    pub value: String,
    /// Words of the list, in declaration order.
    pub allowed: &'static [&'static str],
}

/// Closed list of values, each with one word.
pub trait Code: Copy + Eq + fmt::Debug + Send + Sync + 'static {
    /// Name of the list: `BudgetType`.
    const NAME: &'static str;
    /// Description of the list, for the schema.
    const DOC: &'static [&'static str];
    /// Words of the list, in declaration order.
    const WORDS: &'static [&'static str];
    /// Description of each word, in the order of [`Self::WORDS`]; one or more lines each.
    const MEANINGS: &'static [&'static [&'static str]];
    /// Values of the list, in declaration order.
    const VALUES: &'static [Self];

    /// Returns the word of this value.
    fn as_str(self) -> &'static str;

    /// Returns the value of a word.
    ///
    /// # Errors
    /// [`UnknownCode`] when the list lacks the word; the comparison is case-sensitive.
    fn parse(word: &str) -> Result<Self, UnknownCode>;
}

/// Declares a closed list as an enum that implements [`Code`], `Display` and `FromStr`.
macro_rules! codes {
    ($(#[doc = $about:literal])* $vis:vis enum $name:ident {
        $($(#[doc = $meaning:literal])* $variant:ident = $word:literal,)+
    }) => {
        $(#[doc = $about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $($(#[doc = $meaning])* $variant,)+ }

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
