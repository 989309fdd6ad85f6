//! Defects of saved queries.

use crate::draw::chart::InvalidSpec;
use crate::graphql::syntax::SyntaxError;

/// Defect of a saved query.
#[derive(Debug, thiserror::Error)]
pub enum Defect {
    /// The header lacks a line.
    #[error("missing header line `# {0}: …`")]
    NoHeader(&'static str),
    /// The header line `page` names a variable that the query does not declare.
    #[error("the header line `# page:` names `${0}`, which the query does not declare")]
    NoVariable(String),
    /// The header line `join` has an unknown word.
    #[error("invalid header line `# join: {0}`: write `# join: list`")]
    UnknownJoin(String),
    /// The header line `chart` is malformed.
    #[error("invalid header line `# chart:`: {0}")]
    Chart(#[source] InvalidSpec),
    /// The header line `chart` names a column that the query does not have.
    #[error("the header line `# chart:` names the column `{0}`, which the query does not have")]
    NoColumn(String),
    /// The schema is invalid.
    #[error("cannot parse the schema: {0}")]
    Schema(#[source] async_graphql::parser::Error),
    /// The document does not parse.
    #[error("{0}")]
    Syntax(#[source] SyntaxError),
    /// The document is not a single named query.
    #[error("the document must contain exactly one named query")]
    NotOneQuery,
    /// The schema has no such field.
    #[error("`{on}` has no field `{field}`")]
    UnknownField {
        /// Name of the parent type.
        on: String,
        /// Name of the field.
        field: String,
    },
    /// The document does not define the fragment.
    #[error("unknown fragment `{0}`")]
    UnknownFragment(String),
    /// Fields nest too deeply, or a fragment spreads itself.
    #[error("fields nest too deeply, or a fragment spreads itself")]
    TooDeep,
    /// The row path does not exist in the selection.
    #[error("invalid `rows: {path}`: no object or list is selected as `{key}`")]
    NoSuchRows {
        /// Row path of the header.
        path: String,
        /// Missing response key.
        key: String,
    },
    /// Two columns have the same name.
    #[error("two columns are called `{0}`: alias one of them")]
    SameColumn(String),
    /// The name of a variable is reserved in URLs.
    #[error("the variable name `{0}` is reserved in URLs: rename it")]
    ReservedVariable(String),
    /// The schema has no such variable type.
    #[error("the variable `{variable}` has the unknown type `{ty}`")]
    UnknownType {
        /// Name of the variable.
        variable: String,
        /// Declared type.
        ty: String,
    },
}

impl Defect {
    /// Returns the line of a text that the defect is in, from 1.
    pub fn line(&self, text: &str) -> usize {
        let of = |part: &str| text.lines().position(|line| line.contains(part)).unwrap_or(0) + 1;
        match self {
            Self::Syntax(err) => err.pos.line,
            Self::NoHeader(_) | Self::Schema(_) => 1,
            Self::NoVariable(_) => of("page:"),
            Self::UnknownJoin(_) => of("join:"),
            Self::Chart(_) | Self::NoColumn(_) => of("chart:"),
            Self::NoSuchRows { .. } => of("rows:"),
            Self::UnknownField { field, .. } => of(field),
            Self::UnknownFragment(name) => of(name),
            Self::ReservedVariable(name) => of(&format!("${name}")),
            Self::UnknownType { variable, .. } => of(&format!("${variable}")),
            Self::SameColumn(name) => of(name.rsplit('_').next().unwrap_or(name)),
            Self::NotOneQuery | Self::TooDeep => {
                let is_code = |line: &str| !line.trim().is_empty() && !line.starts_with('#');
                text.lines().position(is_code).unwrap_or(0) + 1
            }
        }
    }
}
