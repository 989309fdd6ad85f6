//! A flat table: what is left of a graph when a spreadsheet asks for it.

use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Value};
use serde_json::Number;

use super::column::{Column, Kind};
use super::columns::{Layout, Page, Place};

/// What stands between the items of a list in one cell.
pub(super) const SEPARATOR: &str = " | ";

/// A table with its columns. No cell is ever made up: what is unknown is empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The columns in the order of the query.
    pub columns: Vec<Column>,
    /// The rows in the order of the answer; each has one cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// Whether a list in it is longer than what was asked for of it.
    pub has_more: bool,
    /// The lists of which only a part is in it, by the way to them in the answer: `programmes.nodes.transactions`. Lists
    /// beside the rows and inside of them count, and those that are no pages.
    pub cut: Vec<String>,
    /// What the answer warns of.
    pub warnings: Vec<String>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing is known, or nothing applies.
    Empty,
    /// Yes or no.
    Boolean(bool),
    /// A number.
    Number(Number),
    /// Anything else.
    Text(String),
}

impl Table {
    /// The table of an answer.
    pub(super) fn new(layout: &Layout, data: &Value) -> Self {
        let columns = layout.columns.iter().map(|place| place.column.clone()).collect();
        let (rows, cut, warnings) = (Vec::new(), Vec::new(), Vec::new());
        let mut table = Self { columns, rows, has_more: false, cut, warnings };
        explode(layout, data, &mut Vec::new(), &mut table);
        table
    }
}

/// Follows the path to the rows; each list on it gives one row an item. `anchors` are the objects passed so far.
fn explode<'a>(layout: &Layout, value: &'a Value, anchors: &mut Vec<&'a Value>, table: &mut Table) {
    match value {
        Value::List(items) => items.iter().for_each(|item| explode(layout, item, anchors, table)),
        Value::Object(fields) => {
            let depth = anchors.len();
            anchors.push(value);
            table.has_more |= layout.pages.get(depth).is_some_and(|page| has_more(page, fields));
            match layout.rows.get(depth) {
                None => {
                    table
                        .rows
                        .push(layout.columns.iter().map(|place| cell(place, anchors)).collect());
                }
                Some(key) => {
                    if let Some(next) = fields.get(key.as_str()) {
                        explode(layout, next, anchors, table);
                    }
                }
            }
            anchors.pop();
        }
        _ => {}
    }
}

/// Whether a connection says that it has more than this page.
fn has_more(page: &Page, fields: &IndexMap<Name, Value>) -> bool {
    let said = page.nexts.iter().any(|(info, next)| match fields.get(info.as_str()) {
        Some(Value::Object(info)) => info.get(next.as_str()) == Some(&Value::Boolean(true)),
        _ => false,
    });
    let total = page.totals.iter().find_map(|key| match fields.get(key.as_str()) {
        Some(Value::Number(total)) => total.as_u64(),
        _ => None,
    });
    let here = page.items.iter().find_map(|key| match fields.get(key.as_str()) {
        Some(Value::List(items)) => u64::try_from(items.len()).ok(),
        _ => None,
    });
    said || total.zip(here).is_some_and(|(total, here)| total > here)
}

fn cell(place: &Place, anchors: &[&Value]) -> Cell {
    let mut leaves = Vec::new();
    if let Some(anchor) = anchors.get(place.anchor) {
        gather(anchor, &place.keys, &mut leaves);
    }
    match leaves.as_slice() {
        [] => Cell::Empty,
        [leaf] => match (place.column.kind, Cell::from(*leaf)) {
            // The only item of a list is text, as two of them would be.
            (Kind::Text, Cell::Number(number)) => Cell::Text(number.to_string()),
            (Kind::Text, Cell::Boolean(yes)) => Cell::Text(yes.to_string()),
            (_, cell) => cell,
        },
        several if several.iter().all(|leaf| matches!(leaf, Value::Null)) => Cell::Empty,
        // An unknown item keeps its place, so that the columns of one list stay in step.
        several => {
            let items: Vec<String> =
                several.iter().map(|leaf| Cell::from(*leaf).into_text()).collect();
            Cell::Text(items.join(SEPARATOR))
        }
    }
}

/// The leaves that a path leads to; more than one when lists are on it.
fn gather<'a>(value: &'a Value, keys: &[String], leaves: &mut Vec<&'a Value>) {
    match (value, keys.split_first()) {
        (Value::List(items), _) => items.iter().for_each(|item| gather(item, keys, leaves)),
        (Value::Object(fields), Some((key, rest))) => match fields.get(key.as_str()) {
            Some(next) => gather(next, rest, leaves),
            // A fragment on another type: the cell is not there.
            None => leaves.push(&Value::Null),
        },
        _ => leaves.push(value),
    }
}

impl From<&Value> for Cell {
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

impl Cell {
    /// Its text; empty when nothing is known.
    pub fn into_text(self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Boolean(yes) => yes.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}
