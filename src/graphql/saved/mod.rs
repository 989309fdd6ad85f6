//! Saved queries: questions with a name, answered as flat tables for spreadsheets and dashboards.
//!
//! Each is a file of `queries/`, embedded in the binary:
//!
//! ```graphql
//! # title: Humanitarian aid by year
//! # answers: How much humanitarian aid has been given, year by year, and through which channel?
//! # rows: humanitarianContributions.nodes
//! query HumanitarianAidByYear($donor: String = "LU") { … }
//! ```
//!
//! `rows` is the path to the list whose items are the rows; lists inside the path explode, and what stands beside the
//! path is repeated in each row. Columns come from the selection, so that an empty answer has its header.

pub mod column;
mod columns;
pub mod csv;
pub mod defect;
pub mod json;
pub mod query;
pub mod table;
mod types;
pub mod variables;

use std::collections::BTreeMap;

use rust_embed::RustEmbed;

use query::{InvalidQuery, Query};
use types::Types;

/// The files of `queries/`.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/queries"]
struct Files;

/// The queries that the service knows by name.
#[derive(Debug)]
pub struct Library {
    types: Types,
    queries: BTreeMap<String, Query>,
}

impl Library {
    /// The queries that the binary carries, held against its schema. One that cannot be served is left out and
    /// loudly logged; a test keeps that from happening.
    pub fn embedded() -> Self {
        let types = Types::parse(&super::sdl()).unwrap_or_else(|defect| {
            tracing::error!("the saved queries cannot be read: {defect}");
            Types::default()
        });
        let mut queries = BTreeMap::new();
        for path in Files::iter() {
            let (Some(name), Some(file)) = (path.strip_suffix(".graphql"), Files::get(&path))
            else {
                continue;
            };
            match Query::parse(&types, name, &String::from_utf8_lossy(&file.data)) {
                Ok(query) => {
                    queries.insert(name.to_owned(), query);
                }
                Err(invalid) => tracing::error!("{invalid}; it is left out"),
            }
        }
        Self { types, queries }
    }

    /// Queries from their names and texts, held against a schema.
    ///
    /// # Errors
    /// [`InvalidQuery`] when one of them cannot be served.
    pub fn new<'a>(
        sdl: &str,
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, InvalidQuery> {
        let types =
            Types::parse(sdl).map_err(|defect| InvalidQuery { name: String::new(), defect })?;
        let queries = files
            .into_iter()
            .map(|(name, text)| Ok((name.to_owned(), Query::parse(&types, name, text)?)))
            .collect::<Result<_, _>>()?;
        Ok(Self { types, queries })
    }

    /// A query by its name.
    pub fn get(&self, name: &str) -> Option<&Query> {
        self.queries.get(name)
    }

    /// The queries in their places, and those without one by name after them.
    pub fn iter(&self) -> impl Iterator<Item = &Query> {
        let mut queries: Vec<&Query> = self.queries.values().collect();
        queries.sort_by_key(|query| query.place());
        queries.into_iter()
    }

    /// A query that is not saved: its header may be missing, and `operation` chooses among several.
    ///
    /// # Errors
    /// [`InvalidQuery`] when no operation can be chosen, or the schema cannot answer it.
    pub fn read(&self, text: &str, operation: Option<&str>) -> Result<Query, InvalidQuery> {
        Query::parse_loose(&self.types, text, operation)
    }
}

#[cfg(test)]
mod tests;
