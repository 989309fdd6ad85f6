//! Parses cells that refer to another row. `link.rs` resolves the references once all files are read.

use std::str::FromStr;

use super::row::{Row, RowLink};
use super::table::Target;

impl Row<'_> {
    /// Parses a required reference.
    pub(super) fn reference<T: FromStr>(
        &mut self,
        column: &'static str,
        target: Target,
    ) -> Option<T> {
        self.required(column)?;
        self.optional_reference(column, target)
    }

    /// Parses an optional reference.
    ///
    /// A malformed identifier stays unresolved and is reported with the links.
    pub(super) fn optional_reference<T: FromStr>(
        &mut self,
        column: &'static str,
        target: Target,
    ) -> Option<T> {
        let id = self.cell(column);
        if id.is_empty() {
            return None;
        }
        self.links.push(RowLink { target, id: id.to_owned(), column });
        id.parse().ok()
    }

    /// Parses a list of references.
    pub(super) fn references<T: FromStr>(
        &mut self,
        column: &'static str,
        target: Target,
    ) -> Vec<T> {
        let ids = self.list(column);
        let links = ids.iter().map(|id| RowLink { target, id: (*id).to_owned(), column });
        self.links.extend(links);
        ids.into_iter().filter_map(|id| id.parse().ok()).collect()
    }

    /// Parses a required list of references.
    pub(super) fn some_references<T: FromStr>(
        &mut self,
        column: &'static str,
        target: Target,
    ) -> Option<Vec<T>> {
        self.required(column)?;
        Some(self.references(column, target))
    }
}
