//! Tools of tables: their list, the description of one, a page of its rows, and the evidence of a figure.

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use super::failure::{ToolError, arguments, of_table};
use crate::graphql::saved::variables::Variable;
use crate::http::App;
use crate::http::access::Caller;
use crate::table::catalogue::Catalogue;
use crate::table::error::TableError;
use crate::table::evidence::ExplainQuery;
use crate::table::record::RecordTable;
use crate::table::window::{JsonParameters, PAGING, PageQuery};

/// Bytes of one result. A model has no use for more.
pub(super) const LARGEST: usize = 1 << 20;

/// Number of rows of a page: by default, and at most.
const ROWS: u64 = 100;
const MAX_ROWS: u64 = 1_000;

/// Estimated time of a page in microseconds: large, since the figures of a page are those of the whole list.
const ESTIMATE: u64 = 50_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoArguments {}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TableArguments {
    table: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadArguments {
    table: String,
    #[serde(default)]
    parameters: JsonParameters,
    columns: Option<Vec<String>>,
    limit: Option<u64>,
    #[serde(default)]
    offset: u64,
}

/// Handles `list_tables`.
pub(super) fn list(app: &App, given: Value) -> Result<Box<RawValue>, ToolError> {
    let NoArguments {} = arguments(given)?;
    let status = app.service.status();
    let entry = |table: &RecordTable| {
        let noun = table.kind.to_string();
        let records = status.counts.iter().find(|(kind, _)| *kind == noun).map(|(_, count)| count);
        json!({ "name": table.name, "question": table.question, "noun": noun, "records": records })
    };
    let library = app.service.saved();
    let saved = library.iter().map(|query| {
        let variables: Vec<&str> = query.variables().iter().map(Variable::name).collect();
        json!({ "name": query.name(), "question": query.answers(), "variables": variables })
    });
    encode(&json!({
        "dataVersion": status.data_version,
        "tables": Catalogue::default().tables().iter().map(entry).collect::<Vec<_>>(),
        "savedQueries": saved.collect::<Vec<_>>(),
    }))
}

/// Handles `describe_table`.
pub(super) fn describe(given: Value) -> Result<Box<RawValue>, ToolError> {
    let TableArguments { table } = arguments(given)?;
    let mut description = Catalogue::default().find(&table)?.listed();
    description.parameters.retain(|known| !PAGING.contains(&known.name.as_ref()));
    encode(&description)
}

/// Handles `read_table`.
pub(super) async fn read(
    app: &App,
    caller: &Caller,
    given: Value,
) -> Result<Box<RawValue>, ToolError> {
    let ReadArguments { table, parameters, columns, limit, offset } = arguments(given)?;
    let (table, limit) = (Catalogue::default().find(&table)?, limit.unwrap_or(ROWS));
    if !(1..=MAX_ROWS).contains(&limit) {
        return Err(ToolError::input(format!("`limit` is from 1 to {MAX_ROWS}, not {limit}")));
    }
    let query = PageQuery { parameters, columns, offset, limit };
    let (client, service) = (caller.client(), app.service.clone());
    let answer = app.service.read_for(&client, ESTIMATE, move |reader| {
        let damaged = || service.report_damage(reader.generation_number());
        encode(&table.page(&query, reader).map_err(|err| of_table(err, damaged))?)
    });
    answer.await?
}

/// Handles `explain_figure`.
pub(super) async fn explain(
    app: &App,
    caller: &Caller,
    given: Value,
) -> Result<Box<RawValue>, ToolError> {
    let query: ExplainQuery = arguments(given)?;
    let table = Catalogue::default().find(&query.table)?;
    let (client, service) = (caller.client(), app.service.clone());
    let answer = app.service.read_for(&client, ESTIMATE, move |reader| {
        let damaged = || service.report_damage(reader.generation_number());
        encode(&table.explain(&query, reader).map_err(|err| of_table(err, damaged))?)
    });
    answer.await?
}

/// Encodes a result.
pub(super) fn encode(result: &impl Serialize) -> Result<Box<RawValue>, ToolError> {
    let encoded = to_raw_value(result).map_err(|err| TableError::Encode(err.to_string()))?;
    ToolError::check_bytes(encoded.get().len(), LARGEST)?;
    Ok(encoded)
}
