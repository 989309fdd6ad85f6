//! Tables of limits: declares each limit once, with its default, its name and its help.
//!
//! `limits!` generates a struct of limits, its defaults and its rows. The configuration derives flags, environment
//! variables and file keys from the rows. A limit that no operator tunes is a constant; its name is still reported by
//! `extensions.limit` and by metrics.

use std::fmt;
use std::time::Duration;

/// Name of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitName {
    /// Name of the flag that sets the limit.
    Flag(&'static str),
    /// Name of a limit that no flag sets.
    Constant(&'static str),
}

impl LimitName {
    /// Name, as reported by `extensions.limit` and by metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Flag(name) | Self::Constant(name) => name,
        }
    }

    /// Flag that sets the limit; `None` for a constant.
    pub const fn flag(self) -> Option<&'static str> {
        match self {
            Self::Flag(name) => Some(name),
            Self::Constant(_) => None,
        }
    }
}

/// Formats a flag as ` (FLAG)`, to follow the words of a limit; a constant is not named.
impl fmt::Display for LimitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.flag().map_or(Ok(()), |flag| write!(f, " ({flag})"))
    }
}

/// Field of a struct of limits.
#[derive(Debug)]
pub enum LimitField<'a> {
    /// A number or a size in bytes.
    Number(&'a mut usize),
    /// A timeout or an interval.
    Time(&'a mut Duration),
}

impl<'a> From<&'a mut usize> for LimitField<'a> {
    fn from(number: &'a mut usize) -> Self {
        Self::Number(number)
    }
}

impl<'a> From<&'a mut Duration> for LimitField<'a> {
    fn from(time: &'a mut Duration) -> Self {
        Self::Time(time)
    }
}

/// Row of a table of limits.
#[derive(Debug)]
pub struct LimitRow<T> {
    /// Name of the limit.
    pub name: LimitName,
    /// Documentation, line by line.
    pub help: &'static [&'static str],
    /// Returns the field of the limit.
    pub field: fn(&mut T) -> LimitField<'_>,
}

/// Struct of limits, declared by `limits!`.
pub trait LimitTable: Default + 'static {
    /// Heading of the group in `--help`.
    const HEADING: &'static str;

    /// All limits, in the order of declaration.
    const ROWS: &'static [LimitRow<Self>];
}

/// Declares a struct of limits, and one of their names: `/// HELP` and `FIELD: TYPE = DEFAULT, Flag("NAME")`, or
/// `Constant("NAME")` for a limit that no flag sets.
macro_rules! limits {
    (
        $(#[$of:meta])*
        pub struct $table:ident, $names:ident, $heading:literal {
            $($(#[doc = $help:literal])+ $field:ident: $type:ty = $default:expr, $kind:ident($name:literal);)+
        }
    ) => {
        $(#[$of])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $table {
            $($(#[doc = $help])+ pub $field: $type,)+
        }

        /// Names of the limits.
        #[derive(Clone, Copy, Debug)]
        pub struct $names {
            $($(#[doc = $help])+ pub $field: $crate::model::limit_table::LimitName,)+
        }

        impl $table {
            /// Names of the limits.
            pub const NAMES: $names = $names {
                $($field: $crate::model::limit_table::LimitName::$kind($name),)+
            };
        }

        impl Default for $table {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }

        impl $crate::model::limit_table::LimitTable for $table {
            const HEADING: &'static str = $heading;

            const ROWS: &'static [$crate::model::limit_table::LimitRow<Self>] = &[
                $($crate::model::limit_table::LimitRow {
                    name: Self::NAMES.$field,
                    help: &[$($help),+],
                    field: |table| (&mut table.$field).into(),
                },)+
            ];
        }
    };
}

pub(crate) use limits;
