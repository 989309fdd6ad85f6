//! Errors of tables.

use std::borrow::Cow;
use std::io;

use crate::graphql::saved::variables::InvalidParameter;

/// Error of a table.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// No table has the name.
    #[error("unknown table `{name}`{}", hint.as_ref().map(|near| format!(": did you mean `{near}`?")).unwrap_or_default())]
    Unknown {
        /// Requested name.
        name: String,
        /// Name of a table that is spelt alike.
        hint: Option<String>,
    },
    /// A parameter is unknown, missing or malformed. The message names it and what is accepted.
    #[error("{0}")]
    Parameter(String),
    /// The table has more rows, cells or bytes than the format or the service allows. A table is never cut.
    #[error("the table has {found} {unit}, the limit is {limit}: {advice}")]
    TooLarge {
        /// Number found.
        found: u64,
        /// Largest number allowed.
        limit: u64,
        /// Unit of both, such as `rows`.
        unit: &'static str,
        /// Parameter or format that helps.
        advice: Cow<'static, str>,
    },
    /// The deadline passed.
    #[error("the deadline has passed: narrow the filter, or raise `request-timeout`")]
    TimedOut,
    /// The data cannot be read.
    #[error(transparent)]
    Read(#[from] crate::read::error::Error),
    /// The rows cannot be written: the client is gone, or the disk is full.
    #[error("cannot write the table: {0}")]
    Write(#[from] io::Error),
    /// A format cannot represent the table.
    #[error("cannot encode the table: {0}")]
    Encode(String),
}

impl From<InvalidParameter> for TableError {
    fn from(invalid: InvalidParameter) -> Self {
        Self::Parameter(invalid.to_string())
    }
}
