//! Ad hoc queries as tables: `GET /q.csv?query=…` and `POST /q.csv`.

use std::sync::Arc;

use async_graphql::Variables;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{OriginalUri, Query, Request, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::form::{format, options};
use super::query::{joins, respond, variables};
use super::request::TableRequest;
use crate::http::App;
use crate::http::content::negotiation;
use crate::http::error::{HttpCode, HttpError};
use crate::http::graphql::body;
use crate::table::query::QueryTable;

/// An ad hoc query.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct AdHocQuery {
    query: String,
    /// Path to the rows; `None` for that of the header, or the first list.
    rows: Option<String>,
    variables: Option<Map<String, Value>>,
    operation_name: Option<String>,
}

/// Handles `GET /q.{format}`: the query and its variables are parameters.
pub(in crate::http) async fn get(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    parameters: Result<Query<Vec<(String, String)>>, QueryRejection>,
    request: TableRequest,
) -> Result<Response, HttpError> {
    let unreadable = |_| HttpError::input("invalid query parameters");
    let Query(mut parameters) = parameters.map_err(unreadable)?;
    let asked = AdHocQuery::take(&mut parameters)?;
    table(&app, uri.path(), asked, parameters, &request, &[]).await
}

/// Handles `POST /q.{format}`: a JSON body with `query`, `rows`, `variables` and `operationName`.
pub(in crate::http) async fn post(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    parameters: Result<Query<Vec<(String, String)>>, QueryRejection>,
    request: TableRequest,
    posted: Request,
) -> Result<Response, HttpError> {
    let unreadable = |_| HttpError::input("invalid query parameters");
    let Query(parameters) = parameters.map_err(unreadable)?;
    negotiation::require_json(posted.headers())?;
    let bytes: Bytes = body::read(&app, &request.caller, posted).await?;
    let malformed = |err| HttpError::input(format!("body is not a query of a table: {err}"));
    let asked = serde_json::from_slice(&bytes).map_err(malformed)?;
    // The conditions of a request are those of a stored representation.
    let request = TableRequest { headers: request.unconditional(), ..request };
    table(&app, uri.path(), asked, parameters, &request, &bytes).await
}

async fn table(
    app: &App,
    path: &str,
    asked: AdHocQuery,
    mut parameters: Vec<(String, String)>,
    request: &TableRequest,
    body: &[u8],
) -> Result<Response, HttpError> {
    if app.edge.persisted.is_trusted_only() {
        let message = "ad hoc queries are off: use a table that `/q` lists";
        return Err(HttpError::new(HttpCode::NotTrusted, message));
    }
    if asked.query.trim().is_empty() {
        return Err(HttpError::input(
            "missing `query`: a GraphQL query, or use a table that `/q` lists",
        ));
    }
    let format = format("q", path.trim_start_matches('/'))?;
    let joins = joins(&mut parameters)?;
    let options = options(format, &mut parameters)?;
    // The limits of a document come first: the columns are read from a valid one.
    let rejected = |rejected: crate::graphql::rejected::Rejected| {
        rejected.errors().first().map_or_else(|| HttpError::input("invalid query"), HttpError::of)
    };
    app.service.validate(&asked.query).map_err(rejected)?;
    let library = app.service.saved();
    let operation = asked.operation_name.as_deref();
    let query = library.read(&asked.query, operation, asked.rows.as_deref());
    let query = query.map_err(|err| HttpError::input(err.defect.to_string()))?;
    let given = asked.variables.unwrap_or_default();
    if let Some(name) = given.keys().find(|name| !query.declares(name)) {
        return Err(HttpError::input(query.undeclared(name).to_string()));
    }
    let given = Variables::from_json(Value::Object(given));
    let variables = variables(&query, &parameters, given)?;
    let page_limit = Some(app.service.limits().page as u64);
    let query = Arc::new(query);
    let table = QueryTable { query, variables, format, options, joins, page_limit };
    respond(app, table, request, body).await
}

impl AdHocQuery {
    /// Removes the query from the parameters; the others are variables and options.
    fn take(parameters: &mut Vec<(String, String)>) -> Result<Self, HttpError> {
        let names = ["query", "rows", "variables", "operationName"];
        let mut asked = Self::default();
        let mut seen = Vec::new();
        let is_own = |(name, _): &mut (String, String)| names.contains(&name.as_str());
        for (name, text) in parameters.extract_if(.., is_own) {
            if seen.contains(&name) {
                return Err(HttpError::input(format!("parameter `{name}` given more than once")));
            }
            let filled = Some(text).filter(|text| !text.trim().is_empty());
            match name.as_str() {
                "query" => asked.query = filled.unwrap_or_default(),
                "rows" => asked.rows = filled,
                "operationName" => asked.operation_name = filled,
                _ => asked.variables = filled.map(|text| object(&text)).transpose()?,
            }
            seen.push(name);
        }
        Ok(asked)
    }
}

fn object(text: &str) -> Result<Map<String, Value>, HttpError> {
    let malformed = |_| HttpError::input("`variables` is not a JSON object");
    serde_json::from_str(text).map_err(malformed)
}
