//! Defects of saved queries.

use crate::graphql::syntax::SyntaxError;

/// Defect of a saved query.
#[derive(Debug, thiserror::Error)]
pub enum Defect {
    /// The header lacks a line.
    #[error("missing header line `# {0}: …`")]
    NoHeader(&'static str),
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
