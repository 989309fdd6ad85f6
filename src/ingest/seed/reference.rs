//! Cells that name another row. Whether there is such a row is found out when all files are read: `link.rs`.

use std::str::FromStr;

use super::row::{Link, Row};
use super::sheet::Target;

impl Row<'_> {
    /// A reference that must be there.
    pub(super) fn reference<T: FromStr>(
        &mut self,
        column: &'static str,
        target: Target,
    ) -> Option<T> {
        self.required(column)?;
        self.optional_reference(column, target)
    }

    /// A reference.
    ///
    /// What has not the form of an identifier links to nothing, and is told with the links.
    pub(super) fn optional_reference<T: FromStr>(
        &mut self,
        column: &'static str,
        target: Target,
    ) -> Option<T> {
        let id = self.cell(column);
        if id.is_empty() {
            return None;
        }
        self.links.push(Link { target, id: id.to_owned(), column });
        id.parse().ok()
    }

    /// A list of references.
    pub(super) fn references<T: FromStr>(
        &mut self,
        column: &'static str,
        target: Target,
    ) -> Vec<T> {
        let ids = self.list(column);
        let links = ids.iter().map(|id| Link { target, id: (*id).to_owned(), column });
        self.links.extend(links);
        ids.into_iter().filter_map(|id| id.parse().ok()).collect()
    }

    /// A list of references with at least one item.
    pub(super) fn some_references<T: FromStr>(
        &mut self,
        column: &'static str,
        target: Target,
    ) -> Option<Vec<T>> {
        self.required(column)?;
        Some(self.references(column, target))
    }
}
