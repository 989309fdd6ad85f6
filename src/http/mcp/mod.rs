//! `/mcp`: the Model Context Protocol over streamable HTTP, for assistants. Read only and without state.
//!
//! Tools answer from the tables and the schema, with the role, limits, quotas and deadlines of all other requests.

mod failure;
pub(super) mod protocol;
mod query;
mod tables;
mod tools;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::App;
use super::access::{Caller, origin};
use super::content::negotiation::{self, Accepted};
use super::error::{HttpCode, HttpError};
use super::graphql::body;
use protocol::{Call, Era, Outcome, ProtocolError};

/// Handles `POST /mcp`: one message.
pub(super) async fn post(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Response, HttpError> {
    let headers = request.headers().clone();
    origin::check(&app.edge.cors, &headers)?;
    negotiation::require_json(&headers)?;
    if Accepted::of(&headers)?.media.is_none() {
        let message = "no acceptable media type: accept `application/json`";
        return Err(HttpError::new(HttpCode::NotAcceptable, message));
    }
    let body = body::read(&app, &caller, request).await?;
    Ok(match Call::parse(&headers, &body) {
        Ok(Some(call)) => call.respond(Box::pin(answer(&app, &caller, &call)).await),
        Ok(None) => StatusCode::ACCEPTED.into_response(),
        Err(refusal) => refusal.into_response(),
    })
}

async fn answer(app: &App, caller: &Caller, call: &Call) -> Result<Outcome, ProtocolError> {
    match (call.era, call.method.as_str()) {
        (Era::Handshake, "initialize") => Ok(call.initialize()),
        (Era::Handshake, "ping") => Ok(Outcome::of(json!({}))),
        (Era::Stateless, "server/discover") => Ok(Outcome::discovery()),
        (_, "tools/list") => match call.params.get("cursor") {
            None | Some(Value::Null) => Ok(Outcome::tools(&tools::TOOLS)),
            Some(_) => Err(ProtocolError::params("unknown `cursor`: the list has one page")),
        },
        (_, "tools/call") => call_tool(app, caller, &call.params).await,
        (_, method) => Err(ProtocolError::method(method)),
    }
}

async fn call_tool(
    app: &App,
    caller: &Caller,
    params: &Map<String, Value>,
) -> Result<Outcome, ProtocolError> {
    let given = params.get("arguments").filter(|given| !given.is_null()).cloned();
    let given = given.unwrap_or_else(|| json!({}));
    if !given.is_object() {
        return Err(ProtocolError::params("`arguments` must be an object"));
    }
    let result = match params.get("name").and_then(Value::as_str).unwrap_or_default() {
        "list_tables" => tables::list(app, given),
        "describe_table" => tables::describe(given),
        "read_table" => tables::read(app, caller, given).await,
        "explain_figure" => tables::explain(app, caller, given).await,
        "search" => query::search(app, caller, given).await,
        "graphql" => query::graphql(app, caller, given).await,
        name => {
            let message = format!("unknown tool `{}`", protocol::short(name));
            return Err(ProtocolError::params(message));
        }
    };
    Ok(result.map_or_else(|err| Outcome::failure(&err.0), Outcome::content))
}
