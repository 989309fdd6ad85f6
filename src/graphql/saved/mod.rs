//! Saved queries: named queries whose results are flat tables for spreadsheets and dashboards.
//!
//! Each is a file of `queries/`, embedded in the binary, or of the operator's own folder:
//!
//! ```graphql
//! # title: Humanitarian aid by year
//! # answers: How much humanitarian aid has been given, year by year, and through which channel?
//! # rows: humanitarianContributions.nodes
//! query HumanitarianAidByYear($donor: String = "LU") { … }
//! ```
//!
//! `rows` is the path to the list whose items are the rows. Lists on the path are flattened, and values beside the path
//! are repeated in each row. Columns come from the selection, so that an empty result has a header.

pub mod column;
mod columns;
pub mod defect;
pub mod folder;
pub mod lists;
pub mod query;
mod selected;
pub mod table;
pub mod variables;

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_embed::RustEmbed;

use super::schema::Schema;
use defect::Defect;
use query::{InvalidQuery, SavedQuery};

/// The files of `queries/`.
#[derive(RustEmbed)]
#[folder = "queries"]
struct QueryFiles;

/// Library of saved queries, by name.
#[derive(Clone, Debug)]
pub struct Library {
    schema: Arc<Schema>,
    queries: BTreeMap<String, Arc<SavedQuery>>,
}

impl Library {
    /// Loads the embedded queries and validates them against the schema. An invalid query is left out and logged as an
    /// error; a test checks that all are valid.
    pub fn embedded() -> Self {
        let schema = Schema::parse(&super::sdl(), false).unwrap_or_else(|err| {
            tracing::error!(error = %err, "cannot parse the schema of the saved queries");
            Schema::default()
        });
        let mut queries = BTreeMap::new();
        for path in QueryFiles::iter() {
            let (Some(name), Some(file)) = (path.strip_suffix(".graphql"), QueryFiles::get(&path))
            else {
                continue;
            };
            match SavedQuery::parse(&schema, name, &String::from_utf8_lossy(&file.data)) {
                Ok(query) => {
                    queries.insert(name.to_owned(), Arc::new(query));
                }
                Err(invalid) => tracing::error!("{invalid}; query left out"),
            }
        }
        Self { schema: Arc::new(schema), queries }
    }

    /// Creates a library from names and texts, validated against a schema.
    ///
    /// # Errors
    /// [`InvalidQuery`] if a query is invalid.
    pub fn new<'a>(
        sdl: &str,
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, InvalidQuery> {
        let schema = Schema::parse(sdl, false)
            .map_err(|err| InvalidQuery { name: String::new(), defect: Defect::Schema(err) })?;
        let mut library = Self { schema: Arc::new(schema), queries: BTreeMap::new() };
        for (name, text) in files {
            library.put(name, text)?;
        }
        Ok(library)
    }

    /// Adds a query; it replaces one with the same name.
    ///
    /// # Errors
    /// [`InvalidQuery`].
    pub(super) fn put(&mut self, name: &str, text: &str) -> Result<(), InvalidQuery> {
        let query = SavedQuery::parse(&self.schema, name, text)?;
        self.queries.insert(name.to_owned(), Arc::new(query));
        Ok(())
    }

    /// Looks up a query by name.
    pub fn get(&self, name: &str) -> Option<&Arc<SavedQuery>> {
        self.queries.get(name)
    }

    /// Returns the name of a query that is at most three edits from a misspelt one.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        variables::similar(name, self.queries.keys().map(String::as_str), 3)
    }

    /// Lists the queries by `place`, then those without one by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<SavedQuery>> {
        let mut queries: Vec<&Arc<SavedQuery>> = self.queries.values().collect();
        queries.sort_by_key(|query| query.place());
        queries.into_iter()
    }

    /// Reads an ad hoc query: the header is optional, and `operation` selects among several operations. `rows` is the path to
    /// the rows; without it that of the header, or the first list.
    ///
    /// # Errors
    /// [`InvalidQuery`] if no operation can be selected, or the schema does not support it.
    pub fn read(
        &self,
        text: &str,
        operation: Option<&str>,
        rows: Option<&str>,
    ) -> Result<SavedQuery, InvalidQuery> {
        SavedQuery::parse_loose(&self.schema, text, operation, rows)
    }
}

#[cfg(test)]
mod tests;
