//! Flat tables, converted from GraphQL responses.

use async_graphql::Value;
use serde_json::Number;

use super::column::{Column, ColumnType};
use super::columns::{CellPath, TableLayout};
use crate::graphql::bounds::{Bounds, Meter};
use crate::graphql::error::ApiError;

/// Separator of list items in one cell.
const SEPARATOR: &str = " | ";

/// Table with its columns. Unknown values are empty cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Columns in query order.
    pub columns: Vec<Column>,
    /// Rows in response order, each with one cell per column.
    pub rows: Vec<Vec<TableCell>>,
}

/// Cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum TableCell {
    /// Unknown or not applicable.
    Empty,
    /// Boolean.
    Boolean(bool),
    /// Number.
    Number(Number),
    /// Text of any other value.
    Text(String),
}

impl Table {
    /// Converts a response to a table. Values beside the rows are repeated in each row, so a small response can be a large
    /// table.
    ///
    /// # Errors
    /// The error of the exceeded bound.
    pub(super) fn new(
        layout: &TableLayout,
        data: &Value,
        bounds: &Bounds,
    ) -> Result<Self, ApiError> {
        let columns = layout.columns.iter().map(|place| place.column.clone()).collect();
        let mut table = Self { columns, rows: Vec::new() };
        Explosion { layout, meter: bounds.meter() }.explode(data, &mut Vec::new(), &mut table)?;
        Ok(table)
    }
}

/// Least number of bytes that a cell counts, since an empty one takes memory too.
const CELL: usize = 8;

/// Conversion of a response to rows, within bounds.
struct Explosion<'l> {
    layout: &'l TableLayout,
    meter: Meter,
}

impl Explosion<'_> {
    /// Follows the row path; each list item on it gives a row. `anchors` holds the objects passed so far.
    fn explode<'a>(
        &mut self,
        value: &'a Value,
        anchors: &mut Vec<&'a Value>,
        table: &mut Table,
    ) -> Result<(), ApiError> {
        match value {
            Value::List(items) => {
                items.iter().try_for_each(|item| self.explode(item, anchors, table))?;
            }
            Value::Object(fields) => {
                let depth = anchors.len();
                anchors.push(value);
                match self.layout.rows.get(depth) {
                    None => table.rows.push(self.row(anchors)?),
                    Some(key) => {
                        if let Some(next) = fields.get(key.as_str()) {
                            self.explode(next, anchors, table)?;
                        }
                    }
                }
                anchors.pop();
            }
            _ => {}
        }
        Ok(())
    }

    fn row(&mut self, anchors: &[&Value]) -> Result<Vec<TableCell>, ApiError> {
        let columns = self.layout.columns.iter();
        columns.map(|place| self.cell(place, anchors)).collect()
    }

    /// Returns the cell of a column, and counts its bytes.
    fn cell(&mut self, place: &CellPath, anchors: &[&Value]) -> Result<TableCell, ApiError> {
        let mut leaves = Vec::new();
        if let Some(anchor) = anchors.get(place.anchor) {
            self.gather(anchor, &place.keys, &mut leaves)?;
        }
        let cell = joined(place, &leaves);
        let bytes = if let TableCell::Text(text) = &cell { text.len() } else { 0 };
        self.meter.add(bytes.max(CELL))?;
        Ok(cell)
    }

    /// Collects the leaves of a path; several if it contains lists. Each counts a byte, since a list beside the rows is
    /// collected for each row.
    fn gather<'a>(
        &mut self,
        value: &'a Value,
        keys: &[String],
        leaves: &mut Vec<&'a Value>,
    ) -> Result<(), ApiError> {
        match (value, keys.split_first()) {
            (Value::List(items), _) => {
                items.iter().try_for_each(|item| self.gather(item, keys, leaves))?;
            }
            (Value::Object(fields), Some((key, rest))) => match fields.get(key.as_str()) {
                Some(next) => self.gather(next, rest, leaves)?,
                // A fragment on another type: no cell.
                None => self.gather(&Value::Null, rest, leaves)?,
            },
            _ => {
                self.meter.add(1)?;
                leaves.push(value);
            }
        }
        Ok(())
    }
}

/// Joins the leaves of a cell.
fn joined(place: &CellPath, leaves: &[&Value]) -> TableCell {
    match leaves {
        [] => TableCell::Empty,
        [leaf] => match (place.column.kind, TableCell::from(*leaf)) {
            // A single list item is text, as several joined items are.
            (ColumnType::Text, TableCell::Number(number)) => TableCell::Text(number.to_string()),
            (ColumnType::Text, TableCell::Boolean(yes)) => TableCell::Text(yes.to_string()),
            (_, cell) => cell,
        },
        several if several.iter().all(|leaf| matches!(leaf, Value::Null)) => TableCell::Empty,
        // An unknown item keeps its position, so that columns of one list stay aligned.
        several => {
            let items: Vec<String> =
                several.iter().map(|leaf| TableCell::from(*leaf).into_text()).collect();
            TableCell::Text(items.join(SEPARATOR))
        }
    }
}

impl From<&Value> for TableCell {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Empty,
            Value::Boolean(yes) => Self::Boolean(*yes),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(text) => Self::Text(text.clone()),
            Value::Enum(word) => Self::Text(word.to_string()),
            Value::Binary(_) | Value::List(_) | Value::Object(_) => Self::Text(value.to_string()),
        }
    }
}

impl TableCell {
    /// Returns the text of the cell; empty if unknown.
    pub fn into_text(self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Boolean(yes) => yes.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}
