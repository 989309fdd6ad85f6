//! Columns of a saved query, derived from its selection and not from its result: an empty result has a header too.

use std::collections::HashSet;

use async_graphql::parser::types::{ExecutableDocument, SelectionSet};

use super::column::{Column, ColumnType};
use super::defect::Defect;
use super::lists::{Lists, Paging};
use super::selected::{Selected, selected};
use crate::graphql::schema::{Schema, innermost, is_list};

/// Names of connection fields, which do not appear in column names.
const PACKING: [&str; 3] = ["edges", "node", "nodes"];

/// Positions of rows and cells in a response.
#[derive(Clone, Debug)]
pub(super) struct TableLayout {
    /// Response keys from the root to the rows; each item of a list on the path is one row.
    pub(super) rows: Vec<String>,
    /// The columns in the order of the query.
    pub(super) columns: Vec<CellPath>,
    /// The lists of the query.
    pub(super) lists: Lists,
    /// The connection that can be read page by page, if there is one.
    pub(super) paging: Option<Paging>,
}

/// Position of the cells of one column.
#[derive(Clone, Debug)]
pub(super) struct CellPath {
    pub(super) column: Column,
    /// Number of keys of the row path that lead to the object of the cell.
    pub(super) anchor: usize,
    /// Keys from that object to the cell.
    pub(super) keys: Vec<String>,
}

impl TableLayout {
    /// Derives the layout of a response. Without a row path, the first selected list gives the rows; without a list, the
    /// response is one row.
    ///
    /// # Errors
    /// A [`Defect`] if a field is unknown, the row path does not exist, or two columns have one name.
    pub(super) fn new(
        schema: &Schema,
        document: &ExecutableDocument,
        selection: &SelectionSet,
        rows: Option<Vec<String>>,
    ) -> Result<Self, Defect> {
        let fields = selected(schema, document, selection)?;
        let rows = rows.unwrap_or_else(|| first_list(&fields).unwrap_or_default());
        let bare = keys_to_items(&fields, &rows)?;
        let mut planner = Planner { schema, rows: &rows, bare, columns: Vec::new() };
        planner.plan(&fields, &mut Vec::new(), false);
        let columns = planner.columns;
        distinct(&columns)?;
        let (lists, paging) = (Lists::of(&fields), Paging::of(&fields, &rows));
        Ok(Self { rows, columns, lists, paging })
    }
}

/// Returns the path to the first list of objects, in query order.
fn first_list(fields: &[Selected]) -> Option<Vec<String>> {
    fields.iter().filter(|field| !field.children.is_empty()).find_map(|field| {
        let below = if is_list(&field.ty) { Some(Vec::new()) } else { first_list(&field.children) };
        below.map(|mut path| {
            path.insert(0, field.key.clone());
            path
        })
    })
}

/// Number of path keys that lead to the items of the first list; column names omit them.
fn keys_to_items(fields: &[Selected], rows: &[String]) -> Result<usize, Defect> {
    let mut fields = fields;
    let mut items = None;
    for (depth, key) in rows.iter().enumerate() {
        let lost = || Defect::NoSuchRows { path: rows.join("."), key: key.clone() };
        let field = fields.iter().find(|field| field.key == *key).ok_or_else(lost)?;
        if field.children.is_empty() {
            return Err(lost());
        }
        if is_list(&field.ty) && items.is_none() {
            items = Some(depth + 1);
        }
        fields = &field.children;
    }
    Ok(items.unwrap_or(rows.len()))
}

struct Planner<'a> {
    schema: &'a Schema,
    rows: &'a [String],
    bare: usize,
    columns: Vec<CellPath>,
}

impl Planner<'_> {
    /// Adds the columns of fields at a path; `joined` is true below a list beside the rows.
    fn plan(&mut self, fields: &[Selected], path: &mut Vec<String>, joined: bool) {
        for field in fields {
            let leaf = innermost(&field.ty);
            // Cursors and paging are not data of the rows.
            if leaf == "PageInfo" {
                continue;
            }
            path.push(field.key.clone());
            let on_the_way = self.rows.starts_with(path);
            let joined = joined || (is_list(&field.ty) && !on_the_way);
            if self.schema.is_leaf(leaf) {
                self.columns.push(self.place(path, field, joined));
            } else {
                self.plan(&field.children, path, joined);
            }
            path.pop();
        }
    }

    fn place(&self, path: &[String], field: &Selected, is_joined: bool) -> CellPath {
        let kind = if is_joined { ColumnType::Text } else { ColumnType::of(innermost(&field.ty)) };
        let anchor = path.iter().zip(self.rows).take_while(|(a, b)| a == b).count();
        let named_from = if anchor >= self.bare { self.bare } else { 0 };
        let name: Vec<&str> = path
            .iter()
            .skip(named_from)
            .map(String::as_str)
            .filter(|key| !PACKING.contains(key))
            .collect();
        let keys = path.iter().skip(anchor).cloned().collect();
        let (name, description) = (name.join("_"), field.description.clone());
        CellPath { column: Column { name, kind, description, is_joined }, anchor, keys }
    }
}

/// Rejects duplicate column names, including those that JSON adds.
fn distinct(columns: &[CellPath]) -> Result<(), Defect> {
    let mut names = HashSet::new();
    for place in columns {
        for name in place.column.names() {
            if !names.insert(name.clone()) {
                return Err(Defect::SameColumn(name));
            }
        }
    }
    Ok(())
}
