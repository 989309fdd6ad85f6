//! Parses cells that hold several items, separated by `;`.

use super::row::Row;
use crate::ingest::problem::ProblemCode;

impl<'t> Row<'t> {
    /// Returns the items of a cell, in order; an empty cell has none.
    pub(super) fn list(&mut self, column: &str) -> Vec<&'t str> {
        let cell = self.cell(column);
        let mut items: Vec<&str> = Vec::new();
        if cell.is_empty() {
            return items;
        }
        for item in cell.split(';').map(str::trim) {
            if item.is_empty() {
                let help = "separate items by a single `;`, with none at the ends".to_owned();
                let message = "an item of the list is empty";
                self.error(ProblemCode::EmptyItem, column, message, Some(help));
            } else if items.contains(&item) {
                let message = format!("the list contains `{item}` twice");
                self.error(ProblemCode::DoubledItem, column, message, None);
            } else {
                items.push(item);
            }
        }
        items
    }

    /// Returns the items of a cell as owned texts.
    pub(super) fn texts(&mut self, column: &str) -> Vec<String> {
        self.list(column).into_iter().map(str::to_owned).collect()
    }
}
