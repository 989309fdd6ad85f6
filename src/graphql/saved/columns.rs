//! Columns of a saved query, derived from its selection and not from its result: an empty result has a header too.

use std::collections::HashSet;

use async_graphql::parser::types::{
    ExecutableDocument, OperationType, Selection, SelectionSet, Type,
};

use super::column::{Column, ColumnType};
use super::defect::Defect;
use crate::graphql::schema::{Schema, innermost, is_list, narrowed};

/// Maximum nesting of fragments and fields; bounds fragments that spread themselves.
const DEPTH: usize = 32;

/// Names of connection fields, which do not appear in column names.
const PACKING: [&str; 3] = ["edges", "node", "nodes"];

/// Positions of rows and cells in a response.
#[derive(Clone, Debug)]
pub(super) struct TableLayout {
    /// Response keys from the root to the rows; each item of a list on the path is one row.
    pub(super) rows: Vec<String>,
    /// The columns in the order of the query.
    pub(super) columns: Vec<CellPath>,
    /// Paging keys of each object on the path to the rows, from the root.
    pub(super) pages: Vec<PageKeys>,
}

/// Response keys, aliases included, of the paging fields of an object.
#[derive(Clone, Debug, Default)]
pub(super) struct PageKeys {
    /// Keys of `nodes` and `edges`.
    pub(super) items: Vec<String>,
    /// Keys of `totalCount`.
    pub(super) totals: Vec<String>,
    /// Keys of `pageInfo`, each with that of `hasNextPage` in it.
    pub(super) nexts: Vec<(String, String)>,
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

/// Response field, merged from all its selections.
#[derive(Debug)]
struct Selected {
    key: String,
    name: String,
    ty: Type,
    children: Vec<Selected>,
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
        let mut fields = Vec::new();
        let root = schema.root(OperationType::Query).unwrap_or_default();
        Collector { schema, document }.collect(root, selection, DEPTH, &mut fields)?;
        let rows = rows.unwrap_or_else(|| first_list(&fields).unwrap_or_default());
        let bare = keys_to_items(&fields, &rows)?;
        let mut planner = Planner { schema, rows: &rows, bare, columns: Vec::new() };
        planner.plan(&fields, &mut Vec::new(), false);
        let columns = planner.columns;
        distinct(&columns)?;
        let pages = pages(&fields, &rows);
        Ok(Self { rows, columns, pages })
    }
}

struct Collector<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
}

impl Collector<'_> {
    fn collect(
        &self,
        on: &str,
        set: &SelectionSet,
        depth: usize,
        into: &mut Vec<Selected>,
    ) -> Result<(), Defect> {
        let depth = depth.checked_sub(1).ok_or(Defect::TooDeep)?;
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let name = field.node.name.node.as_str();
                    let unknown =
                        || Defect::UnknownField { on: on.to_owned(), field: name.to_owned() };
                    let ty = &self.schema.field(on, name).ok_or_else(unknown)?.ty;
                    let key = field.node.response_key().node.as_str();
                    let selected = selected(into, key, name, ty.clone());
                    let children = &field.node.selection_set.node;
                    self.collect(innermost(ty), children, depth, &mut selected.children)?;
                }
                Selection::InlineFragment(fragment) => {
                    let on = narrowed(on, &fragment.node);
                    self.collect(on, &fragment.node.selection_set.node, depth, into)?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let unknown = || Defect::UnknownFragment(name.to_string());
                    let fragment = &self.document.fragments.get(name).ok_or_else(unknown)?.node;
                    let on = fragment.type_condition.node.on.node.as_str();
                    self.collect(on, &fragment.selection_set.node, depth, into)?;
                }
            }
        }
        Ok(())
    }
}

/// Returns the field of a response key; adds it if it is new.
fn selected<'a>(into: &'a mut Vec<Selected>, key: &str, name: &str, ty: Type) -> &'a mut Selected {
    let at = into.iter().position(|field| field.key == key).unwrap_or_else(|| {
        let (key, name) = (key.to_owned(), name.to_owned());
        into.push(Selected { key, name, ty, children: Vec::new() });
        into.len() - 1
    });
    // `at` was found, or pushed, in this very list.
    #[expect(clippy::indexing_slicing, reason = "the position was found in this list")]
    &mut into[at]
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

/// Collects the selected paging fields on the path to the rows, per object.
fn pages(fields: &[Selected], rows: &[String]) -> Vec<PageKeys> {
    let mut pages = vec![PageKeys::of(fields)];
    let mut fields = fields;
    for key in rows {
        fields = fields.iter().find(|field| field.key == *key).map_or(&[], |field| &field.children);
        pages.push(PageKeys::of(fields));
    }
    pages
}

impl PageKeys {
    fn of(fields: &[Selected]) -> Self {
        let mut page = Self::default();
        for field in fields {
            match field.name.as_str() {
                "nodes" | "edges" => page.items.push(field.key.clone()),
                "totalCount" => page.totals.push(field.key.clone()),
                "pageInfo" => {
                    let nexts = field.children.iter().filter(|info| info.name == "hasNextPage");
                    page.nexts.extend(nexts.map(|next| (field.key.clone(), next.key.clone())));
                }
                _ => {}
            }
        }
        page
    }
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
                self.columns.push(
                    self.place(path, if joined { ColumnType::Text } else { ColumnType::of(leaf) }),
                );
            } else {
                self.plan(&field.children, path, joined);
            }
            path.pop();
        }
    }

    fn place(&self, path: &[String], kind: ColumnType) -> CellPath {
        let anchor = path.iter().zip(self.rows).take_while(|(a, b)| a == b).count();
        let named_from = if anchor >= self.bare { self.bare } else { 0 };
        let name: Vec<&str> = path
            .iter()
            .skip(named_from)
            .map(String::as_str)
            .filter(|key| !PACKING.contains(key))
            .collect();
        let keys = path.iter().skip(anchor).cloned().collect();
        CellPath { column: Column { name: name.join("_"), kind }, anchor, keys }
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
