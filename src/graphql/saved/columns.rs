//! The columns of a saved query, made from what it selects and not from what it finds: an empty answer has its
//! header too.

use std::collections::HashSet;

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet, Type};

use super::column::{Column, Kind};
use super::defect::Defect;
use super::types::{Types, is_list, named};

/// How deep fragments and fields may nest; a fragment that spreads itself would never end.
const DEPTH: usize = 32;

/// Names that say how a list is packed and nothing about what is in it.
const PACKING: [&str; 3] = ["edges", "node", "nodes"];

/// Where rows and cells are in an answer.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Response keys from the root to the rows; every list on the way gives one row an item.
    pub(super) rows: Vec<String>,
    /// The columns in the order of the query.
    pub(super) columns: Vec<Place>,
    /// What each object on the way to the rows says of its page, from the root on.
    pub(super) pages: Vec<Page>,
}

/// The response keys under which an object says how much of a list it has; aliases are keys too.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    /// Of `nodes` and `edges`.
    pub(super) items: Vec<String>,
    /// Of `totalCount`.
    pub(super) totals: Vec<String>,
    /// Of `pageInfo`, and in it of `hasNextPage`.
    pub(super) nexts: Vec<(String, String)>,
}

/// Where the cells of one column are.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) column: Column,
    /// How many keys of the path to the rows lead to the object that holds the cell.
    pub(super) anchor: usize,
    /// The keys from that object to the cell.
    pub(super) keys: Vec<String>,
}

/// A field of the answer, merged from all places that select it.
#[derive(Debug)]
struct Selected {
    key: String,
    name: String,
    ty: Type,
    children: Vec<Selected>,
}

impl Layout {
    /// The layout of an operation's answer. Without a path to its rows, the first list that the operation selects
    /// gives them, and without any list the answer is one row.
    ///
    /// # Errors
    /// A [`Defect`] when the operation asks for what the schema has not, the path leads nowhere, or two columns
    /// have one name.
    pub(super) fn new(
        types: &Types,
        document: &ExecutableDocument,
        selection: &SelectionSet,
        rows: Option<Vec<String>>,
    ) -> Result<Self, Defect> {
        let mut fields = Vec::new();
        Collector { types, document }.collect(types.root(), selection, DEPTH, &mut fields)?;
        let rows = rows.unwrap_or_else(|| first_list(&fields).unwrap_or_default());
        let bare = keys_to_items(&fields, &rows)?;
        let mut planner = Planner { types, rows: &rows, bare, columns: Vec::new() };
        planner.plan(&fields, &mut Vec::new(), false);
        let columns = planner.columns;
        distinct(&columns)?;
        let pages = pages(&fields, &rows);
        Ok(Self { rows, columns, pages })
    }
}

struct Collector<'a> {
    types: &'a Types,
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
                    let ty = self.types.field(on, name).ok_or_else(unknown)?;
                    let heart = named(&ty).to_string();
                    let key = field.node.response_key().node.as_str();
                    let selected = selected(into, key, name, ty);
                    let children = &field.node.selection_set.node;
                    self.collect(&heart, children, depth, &mut selected.children)?;
                }
                Selection::InlineFragment(fragment) => {
                    let narrowed = fragment.node.type_condition.as_ref();
                    let on = narrowed.map_or(on, |condition| condition.node.on.node.as_str());
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

/// The field of a key, new or already selected elsewhere.
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

/// The path to the first list of objects, in the order of the query.
fn first_list(fields: &[Selected]) -> Option<Vec<String>> {
    fields.iter().filter(|field| !field.children.is_empty()).find_map(|field| {
        let below = if is_list(&field.ty) { Some(Vec::new()) } else { first_list(&field.children) };
        below.map(|mut path| {
            path.insert(0, field.key.clone());
            path
        })
    })
}

/// What is selected of pages on the way to the rows, object by object.
fn pages(fields: &[Selected], rows: &[String]) -> Vec<Page> {
    let mut pages = vec![Page::of(fields)];
    let mut fields = fields;
    for key in rows {
        fields = fields.iter().find(|field| field.key == *key).map_or(&[], |field| &field.children);
        pages.push(Page::of(fields));
    }
    pages
}

impl Page {
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

/// How many keys of the path lead to the items of its first list; they stay out of the names of columns.
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
    types: &'a Types,
    rows: &'a [String],
    bare: usize,
    columns: Vec<Place>,
}

impl Planner<'_> {
    /// Adds the columns of fields at a path; `joined` when a list beside the rows is on the way.
    fn plan(&mut self, fields: &[Selected], path: &mut Vec<String>, joined: bool) {
        for field in fields {
            let heart = named(&field.ty).as_str();
            // Where a page begins and ends is no fact about its rows.
            if heart == "PageInfo" {
                continue;
            }
            path.push(field.key.clone());
            let on_the_way = self.rows.starts_with(path);
            let joined = joined || (is_list(&field.ty) && !on_the_way);
            if self.types.is_leaf(heart) {
                self.columns
                    .push(self.place(path, if joined { Kind::Text } else { Kind::of(heart) }));
            } else {
                self.plan(&field.children, path, joined);
            }
            path.pop();
        }
    }

    fn place(&self, path: &[String], kind: Kind) -> Place {
        let anchor = path.iter().zip(self.rows).take_while(|(a, b)| a == b).count();
        let named_from = if anchor >= self.bare { self.bare } else { 0 };
        let name: Vec<&str> = path
            .iter()
            .skip(named_from)
            .map(String::as_str)
            .filter(|key| !PACKING.contains(key))
            .collect();
        let keys = path.iter().skip(anchor).cloned().collect();
        Place { column: Column { name: name.join("_"), kind }, anchor, keys }
    }
}

/// Refuses two columns, or what JSON adds beside them, of one name.
fn distinct(columns: &[Place]) -> Result<(), Defect> {
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
