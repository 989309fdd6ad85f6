//! Description of a query table: parameters from the variables, columns from the selection.

use async_graphql::Value;

use crate::graphql::saved::column::{Column as QueryColumn, ColumnType as QueryType};
use crate::graphql::saved::query::SavedQuery;
use crate::graphql::saved::variables::Variable;
use crate::table::column::{Column, ColumnType};
use crate::table::description::{Description, Parameter};

/// Returns the description of a query. `has_twins` adds the columns that JSON has beside decimals and dates: `value_text`,
/// `date_ms`.
pub fn description(query: &SavedQuery, has_twins: bool) -> Description {
    let title = if query.title().is_empty() { query.name() } else { query.title() };
    Description {
        name: query.name().to_owned().into(),
        title: title.to_owned().into(),
        question: query.answers().to_owned().into(),
        parameters: query.variables().iter().map(|variable| parameter(query, variable)).collect(),
        columns: query.columns().flat_map(|column| columns(column, has_twins)).collect(),
        key: Vec::new(),
        chart: query.chart().cloned(),
    }
}

fn parameter(query: &SavedQuery, variable: &Variable) -> Parameter {
    let is_cursor = query.paging().is_some_and(|paging| paging.after() == variable.name());
    let about = if is_cursor {
        "Cursor: only rows after it. Without a part requested, the table has all rows."
    } else {
        "Variable of the query."
    };
    Parameter {
        name: variable.name().to_owned().into(),
        r#type: variable.item_type().into(),
        description: about.into(),
        values: variable.words().iter().map(|word| word.clone().into()).collect(),
        is_list: variable.is_list(),
        is_required: variable.is_required(),
        default: variable.default_value().map(|value| text(value).into()),
    }
}

/// Returns a default value as in a URL.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Enum(word) => word.to_string(),
        Value::List(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        value => value.to_string(),
    }
}

fn columns(column: &QueryColumn, has_twins: bool) -> Vec<Column> {
    let about = match (column.is_joined, column.description.is_empty()) {
        (true, _) => format!("{} Items of a list, joined by ` | `.", column.description),
        (false, true) => format!("Field `{}` of the query.", column.name),
        (false, false) => column.description.clone(),
    };
    let mut columns =
        vec![Column::new(column.name.clone(), of(column.kind), about.trim().to_owned())];
    if has_twins {
        let exact = format!("`{}` as exact text.", column.name);
        let text = column.text_name();
        columns.extend(text.map(|name| Column::new(name, ColumnType::Text, exact)));
        let since = format!("`{}` in milliseconds since 1970, UTC.", column.name);
        let moment = column.moment_name();
        columns.extend(moment.map(|name| Column::new(name, ColumnType::Integer, since)));
    }
    columns
}

/// Returns the type of the cells of a column.
fn of(kind: QueryType) -> ColumnType {
    match kind {
        QueryType::Text | QueryType::Date | QueryType::DateTime => ColumnType::Text,
        QueryType::Integer => ColumnType::Integer,
        QueryType::Number | QueryType::Decimal => ColumnType::Decimal,
        QueryType::Boolean => ColumnType::Boolean,
        QueryType::Day => ColumnType::Date,
    }
}
