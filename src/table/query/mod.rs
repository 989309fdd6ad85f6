//! Query tables: saved and ad hoc queries in every format.
//!
//! A query table has all its rows or is refused. A connection that the query lets page is read to its end, page by page, from
//! one version of the data. A list of which only a part was read refuses the table, unless the client requested that part.

mod cells;
mod description;
pub mod error;
mod maker;

use std::sync::Arc;

use async_graphql::{Name, Request, Value, Variables};

pub use description::description;
use error::QueryTableError;
pub use maker::{Made, make};

use super::format::{Format, Options};
use crate::graphql::saved::lists::{Paging, Requested};
use crate::graphql::saved::query::SavedQuery;

/// Request for a query table.
#[derive(Clone, Debug)]
pub struct QueryTable {
    /// The query.
    pub query: Arc<SavedQuery>,
    /// Its variables, as the client gave them.
    pub variables: Variables,
    /// Format.
    pub format: Format,
    /// Options of the format.
    pub options: Options,
    /// True if lists beside the rows are joined into cells: `join=list`.
    pub joins: bool,
    /// Largest page of a list, for a text of the client; `None` for a saved query.
    pub page_limit: Option<u64>,
}

impl QueryTable {
    /// Rejects a list beside the rows, unless it is to be joined.
    ///
    /// # Errors
    /// [`QueryTableError::Joined`].
    pub fn check(&self) -> Result<(), QueryTableError> {
        if self.joins || self.query.joins() {
            return Ok(());
        }
        let joined = self.query.columns().filter(|column| column.is_joined);
        let joined: Vec<String> = joined.map(|column| column.name.clone()).collect();
        if joined.is_empty() { Ok(()) } else { Err(QueryTableError::Joined(joined)) }
    }

    /// Returns true if the format has further columns beside decimals and dates.
    fn has_twins(&self) -> bool {
        self.format == Format::Json
    }

    /// Returns the parts of lists that the client requested.
    fn requested(&self) -> Requested {
        let given = self.variables.iter().filter(|(_, value)| **value != Value::Null);
        let given = given.map(|(name, _)| name.to_string());
        let variables = given.chain(self.query.page_variables().iter().cloned()).collect();
        Requested { variables, page_limit: self.page_limit }
    }

    /// Returns the connection to read page by page; `None` if the client requested a part of it.
    fn paging(&self) -> Option<&Paging> {
        let requested = self.requested();
        let paging = self.query.paging()?;
        (!self.query.lists().is_requested(&paging.list(), &requested)).then_some(paging)
    }

    /// Returns the request of the page after a cursor.
    fn request(&self, after: Option<(&str, String)>) -> Request {
        let mut variables = self.variables.clone();
        if let Some((name, cursor)) = after {
            variables.insert(Name::new(name), Value::String(cursor));
        }
        self.query.request_with(variables)
    }
}
