//! What can be wrong with a saved query.

use crate::graphql::syntax::SyntaxError;

/// What can be wrong with a saved query.
#[derive(Debug, thiserror::Error)]
pub enum Defect {
    /// The header has not all of its lines.
    #[error("its header has no line `# {0}: …`")]
    NoHeader(&'static str),
    /// The schema that it is held against is none.
    #[error("the schema cannot be read: {0}")]
    Schema(#[source] async_graphql::parser::Error),
    /// It is no GraphQL.
    #[error("{0}")]
    Syntax(#[source] SyntaxError),
    /// It is not one named query.
    #[error("it must hold one operation, a query with a name")]
    NotOneQuery,
    /// A field that the schema has not.
    #[error("`{on}` has no field `{field}`")]
    UnknownField {
        /// The type.
        on: String,
        /// The field.
        field: String,
    },
    /// A fragment that it does not hold.
    #[error("there is no fragment `{0}`")]
    UnknownFragment(String),
    /// Its fields nest too deep, or a fragment spreads itself.
    #[error("its fields nest too deep, or a fragment holds itself")]
    TooDeep,
    /// The path to its rows leads nowhere.
    #[error("`rows: {path}` leads nowhere; no object or list is selected as `{key}`")]
    NoSuchRows {
        /// The path.
        path: String,
        /// The key that is not there.
        key: String,
    },
    /// Two columns of one name.
    #[error("two columns are called `{0}`; give one of them an alias")]
    SameColumn(String),
    /// A variable that an address cannot carry.
    #[error("its variable `{0}` cannot be given in an address; call it something else")]
    ReservedVariable(String),
    /// A variable of a type that the schema has not.
    #[error("its variable `{variable}` has the type `{ty}`, which the schema has not")]
    UnknownType {
        /// The variable.
        variable: String,
        /// The type.
        ty: String,
    },
}
