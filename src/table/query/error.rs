//! Errors of query tables.

use async_graphql::ServerError;

use crate::graphql::error::ApiError;
use crate::table::error::TableError;

/// Error of a query table.
#[derive(Debug, thiserror::Error)]
pub enum QueryTableError {
    /// The query failed; the first of its errors.
    #[error("{}", .0.message)]
    Execution(Box<ServerError>),
    /// The rows exceed a bound of the response.
    #[error("{}", .0.message())]
    Unwritten(ApiError),
    /// Lists beside the rows.
    #[error(
        "the columns `{}` are lists beside the rows: give `join=list` to join their items in one cell, or choose other rows",
        .0.join("`, `")
    )]
    Joined(Vec<String>),
    /// Only a part of a list was read.
    #[error("`{list}` has {found} items, and the query reads at most {shown} of them: {advice}")]
    Cut {
        /// Response path of the list.
        list: String,
        /// Number of items.
        found: u64,
        /// Number of items that were read.
        shown: u64,
        /// Parameter or table that helps.
        advice: String,
    },
    /// The data changed between pages, several times.
    #[error("the data changed while the table was read: retry later")]
    Changing,
    /// The rows could not be written.
    #[error(transparent)]
    Table(#[from] TableError),
}
