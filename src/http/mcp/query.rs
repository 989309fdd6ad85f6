//! Tools of the schema: full-text search, and GraphQL queries. Both take the path of every other request.

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Variables};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::failure::{ToolError, arguments};
use super::protocol::short;
use super::tables::{LARGEST, encode};
use crate::graphql::error::ApiError;
use crate::http::App;
use crate::http::access::Caller;
use crate::http::error::{Code, HttpCode, HttpError};
use crate::http::graphql::pipeline::Passed;
use crate::http::graphql::request::GraphqlRequest;
use crate::http::graphql::response::EncodedResponse;
use crate::table::catalogue::Catalogue;

/// Query of `search`.
const SEARCH: &str = "query Search($text: String!, $kinds: [NodeKind!], $country: [String!], $first: Int) { \
    search(text: $text, kinds: $kinds, country: $country, first: $first) { totalCount edges { score matched \
    snippet { pieces { text } } node { noun: __typename id: identifier name: label } } } }";

/// Number of results without `first`.
const RESULTS: u32 = 20;

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SearchArguments {
    text: String,
    kinds: Option<Vec<String>>,
    country: Option<Vec<String>>,
    first: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct QueryArguments {
    query: Option<String>,
    saved_query: Option<String>,
    variables: Option<Map<String, Value>>,
    operation_name: Option<String>,
}

/// Handles `search`.
pub(super) async fn search(
    app: &App,
    caller: &Caller,
    given: Value,
) -> Result<Box<RawValue>, ToolError> {
    let mut given: SearchArguments = arguments(given)?;
    given.first.get_or_insert(RESULTS);
    let request = Request::new(SEARCH).variables(Variables::from_json(json!(given)));
    let prepared = app.service.prepare(request).map_err(|rejected| {
        let messages = rejected.errors().iter().map(HttpError::of).map(ToolError::from);
        ToolError(messages.map(|err| err.0).collect::<Vec<_>>().join("; "))
    })?;
    let response = app.answer(caller, Passed::Fresh(Box::new(prepared), None)).await;
    let mut body = data(&response)?;
    let mut found = body.pointer_mut("/data/search").map(Value::take).unwrap_or_default();
    let tables = Catalogue::default();
    for edge in found.get_mut("edges").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(Value::Object(node)) = edge.get_mut("node") else { continue };
        let noun = node.get("noun").cloned().unwrap_or_default();
        let own = tables.tables().iter().filter(|table| noun == table.kind.to_string());
        // Of several tables of one noun, that with one row per record.
        let own = own.min_by_key(|table| table.listed().key.len()).map(|table| table.name);
        node.insert("table".to_owned(), own.into());
    }
    encode(&found)
}

/// Handles `graphql`.
pub(super) async fn graphql(
    app: &App,
    caller: &Caller,
    given: Value,
) -> Result<Box<RawValue>, ToolError> {
    let given: QueryArguments = arguments(given)?;
    let saved = app.service.saved();
    let names = || saved.iter().map(|query| query.name()).collect::<Vec<_>>().join(", ");
    let unknown = |name: &str| format!("unknown saved query `{name}`; saved queries: {}", names());
    let query = match (given.query, given.saved_query) {
        (Some(query), None) => query,
        (None, Some(name)) => {
            let query = saved.get(&name).ok_or_else(|| ToolError::input(unknown(&short(&name))))?;
            query.text().to_owned()
        }
        _ => return Err(ToolError::input("give either `query` or `savedQuery`")),
    };
    let request = json!({
        "query": query,
        "variables": given.variables,
        "operationName": given.operation_name,
    });
    let request: GraphqlRequest = arguments(request)?;
    let passed = app.pass(request.checked()?).map_err(|err| match err.code() {
        Code::Http(HttpCode::NotTrusted) => {
            let message = "NOT_TRUSTED: only saved queries are allowed: give `savedQuery`, one of";
            ToolError(format!("{message} {}", names()))
        }
        _ => err.into(),
    })?;
    if passed.kind() != OperationType::Query {
        return Err(ToolError::input("only queries are allowed"));
    }
    let response = app.answer(caller, passed).await;
    ToolError::check_bytes(response.bytes.len(), LARGEST)?;
    data(&response)?;
    serde_json::from_slice(&response.bytes).map_err(|_| ApiError::failed().into())
}

/// Returns the body of a response with data. Without data, the errors are those of the tool.
fn data(response: &EncodedResponse) -> Result<Value, ToolError> {
    let body: Value = serde_json::from_slice(&response.bytes).unwrap_or_default();
    if body.get("data").is_some_and(|data| !data.is_null()) {
        return Ok(body);
    }
    let errors = body.get("errors").and_then(Value::as_array);
    let message = |error: &Value| {
        let text = |at: &str| error.pointer(at).and_then(Value::as_str).unwrap_or_default();
        format!("{}: {}", text("/extensions/code"), text("/message"))
    };
    Err(ToolError(errors.into_iter().flatten().map(message).collect::<Vec<_>>().join("; ")))
}
