//! Description of a table: everything that is known of it before its rows.

use std::borrow::Cow;

use serde::Serialize;

use super::column::Column;
use crate::draw::chart::Spec;

/// Parameter of a table: a filter, or an option of its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    /// Name in a URL.
    pub name: Cow<'static, str>,
    /// Type of a value, in terms of the GraphQL schema: `String`, `Int`, `TransactionType`.
    pub r#type: Cow<'static, str>,
    /// Meaning, in one or two sentences.
    pub description: Cow<'static, str>,
    /// Allowed values; empty if any value of the type is allowed.
    pub values: Vec<Cow<'static, str>>,
    /// True if several values may be given; a row then matches any of them.
    pub is_list: bool,
    /// True if it must be given.
    pub is_required: bool,
    /// Value that applies without one, as in a URL; `None` without a default.
    pub default: Option<Cow<'static, str>>,
}

/// Description of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// Name in URLs and file names: `transaction-shares`.
    pub name: Cow<'static, str>,
    /// Title, in a few words.
    pub title: Cow<'static, str>,
    /// Question that the table answers, in one sentence.
    pub question: Cow<'static, str>,
    /// Parameters, in the order in which they are listed.
    pub parameters: Vec<Parameter>,
    /// Columns, in the order of the cells.
    pub columns: Vec<Column>,
    /// Names of the columns that identify a row together; empty without a key.
    pub key: Vec<Cow<'static, str>>,
    /// Chart of the rows, written as one line: `bar x=year y=counted`. `None` for a table without a drawing.
    pub chart: Option<Spec>,
}
