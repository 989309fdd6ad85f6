//! Lists of a query: their paging arguments, and the connection that can be read page by page.

use std::collections::{BTreeMap, HashSet};

use async_graphql::Value;
use async_graphql_value::Value as Argument;

use super::selected::Selected;
use crate::graphql::schema::{innermost, is_list};

/// Arguments that select a part of a list.
const PAGING: [&str; 6] = ["first", "last", "after", "before", "limit", "offset"];

/// Lists of a query, by response path: `programmes.nodes.budgets`.
#[derive(Clone, Debug, Default)]
pub struct Lists(BTreeMap<String, ListShape>);

/// Object field of a query; any of them may be a truncated list.
#[derive(Clone, Debug)]
struct ListShape {
    /// Type of the field: `ProgrammeConnection`.
    type_name: String,
    /// Paging arguments.
    arguments: Vec<(&'static str, Source)>,
}

/// Source of an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    /// Variable of this name.
    Variable(String),
    /// Value in the text of the query; the number, if it is one.
    Text(Option<u64>),
}

/// Variables that a client gave, and what counts as a request for a part of a list.
#[derive(Clone, Debug, Default)]
pub struct Requested {
    /// Names of the variables with a value of the client.
    pub variables: HashSet<String>,
    /// Page size from which a number in the text requests no part, but as much as possible; `None` if the text is not the
    /// client's, and its numbers request nothing.
    pub page_limit: Option<u64>,
}

impl Requested {
    fn covers(&self, (argument, source): &(&'static str, Source)) -> bool {
        match source {
            Source::Variable(name) => self.variables.contains(name),
            Source::Text(number) => self.page_limit.is_some_and(|limit| {
                let is_size = ["first", "last", "limit"].contains(argument);
                !is_size || number.is_some_and(|number| number < limit)
            }),
        }
    }
}

impl Lists {
    /// Collects the lists of a selection.
    pub(super) fn of(fields: &[Selected]) -> Self {
        let mut lists = Self::default();
        lists.add(fields, "");
        lists
    }

    fn add(&mut self, fields: &[Selected], parent: &str) {
        for field in fields.iter().filter(|field| !field.children.is_empty()) {
            let path = match parent {
                "" => field.key.clone(),
                parent => format!("{parent}.{}", field.key),
            };
            self.add(&field.children, &path);
            let type_name = innermost(&field.ty).to_owned();
            self.0.insert(path, ListShape { type_name, arguments: arguments(field) });
        }
    }

    /// Returns true if the client requested a part of a list.
    pub fn is_requested(&self, list: &str, requested: &Requested) -> bool {
        let shape = self.0.get(list);
        shape.is_some_and(|shape| shape.arguments.iter().any(|of| requested.covers(of)))
    }

    /// Returns the type of a list: `ProgrammeConnection`.
    pub fn type_name(&self, list: &str) -> Option<&str> {
        self.0.get(list).map(|shape| shape.type_name.as_str())
    }

    /// Returns the variables that page a list.
    pub fn variables(&self, list: &str) -> Vec<&str> {
        let arguments = self.0.get(list).map_or(&[][..], |shape| &shape.arguments).iter();
        let names = arguments.filter_map(|(_, source)| match source {
            Source::Variable(name) => Some(name.as_str()),
            Source::Text(_) => None,
        });
        names.collect()
    }
}

fn arguments(field: &Selected) -> Vec<(&'static str, Source)> {
    let paging = |(name, value): &(String, Argument)| {
        let name = PAGING.into_iter().find(|known| known == name)?;
        let source = match value {
            Argument::Variable(name) => Source::Variable(name.to_string()),
            Argument::Null => return None,
            Argument::Number(number) => Source::Text(number.as_u64()),
            _ => Source::Text(None),
        };
        Some((name, source))
    };
    field.arguments.iter().filter_map(paging).collect()
}

/// Connection on the path to the rows that can be read page by page: it selects `pageInfo { hasNextPage endCursor }`, its
/// `after` is a variable, and it is not inside a list.
#[derive(Clone, Debug)]
pub struct Paging {
    /// Response keys from the root to the connection.
    path: Vec<String>,
    /// Response keys of `pageInfo`, `hasNextPage` and `endCursor`.
    info: (String, String, String),
    /// Response key of `totalCount`, if it is selected.
    total: Option<String>,
    /// Name of the variable of `after`.
    after: String,
    /// True if each item of the connection is one row.
    is_rows: bool,
}

impl Paging {
    /// Finds the outermost connection on the path to the rows that can be paged.
    pub(super) fn of(fields: &[Selected], rows: &[String]) -> Option<Self> {
        let mut fields = fields;
        for (depth, key) in rows.iter().enumerate() {
            let field = fields.iter().find(|field| field.key == *key)?;
            if is_list(&field.ty) {
                return None;
            }
            let (path, rest) = rows.split_at_checked(depth + 1)?;
            if let Some(paging) = Self::at(field, path, rest) {
                return Some(paging);
            }
            fields = &field.children;
        }
        None
    }

    fn at(field: &Selected, path: &[String], rest: &[String]) -> Option<Self> {
        let child = |of: &Selected, name: &str| {
            of.children.iter().find(|child| child.name == name).map(|child| child.key.clone())
        };
        let after = arguments(field).into_iter().find_map(|(name, source)| match source {
            Source::Variable(variable) if name == "after" => Some(variable),
            _ => None,
        })?;
        let info = field.children.iter().find(|child| child.name == "pageInfo")?;
        let keys = (child(info, "hasNextPage")?, child(info, "endCursor")?);
        let items = rest.first().and_then(|key| field.children.iter().find(|of| of.key == *key))?;
        let is_rows = match items.name.as_str() {
            "nodes" => rest.len() == 1,
            _ => rest.len() <= 2,
        };
        Some(Self {
            path: path.to_vec(),
            info: (info.key.clone(), keys.0, keys.1),
            total: child(field, "totalCount"),
            after,
            is_rows,
        })
    }

    /// Response path of the connection.
    pub fn list(&self) -> String {
        self.path.join(".")
    }

    /// Name of the variable of `after`.
    pub fn after(&self) -> &str {
        &self.after
    }

    /// Returns the cursor of the next page; `None` after the last page.
    pub fn next(&self, data: &Value) -> Option<String> {
        let (info, has_next, end) = &self.info;
        let info = get(self.connection(data)?, info)?;
        match (get(info, has_next)?, get(info, end)?) {
            (Value::Boolean(true), Value::String(cursor)) => Some(cursor.clone()),
            _ => None,
        }
    }

    /// Returns the number of rows of all pages, if the response states it.
    pub fn rows(&self, data: &Value) -> Option<u64> {
        let total = self.total.as_ref().filter(|_| self.is_rows)?;
        match get(self.connection(data)?, total)? {
            Value::Number(total) => total.as_u64(),
            _ => None,
        }
    }

    fn connection<'v>(&self, data: &'v Value) -> Option<&'v Value> {
        self.path.iter().try_fold(data, |value, key| get(value, key))
    }
}

fn get<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    match value {
        Value::Object(fields) => fields.get(key),
        _ => None,
    }
}
