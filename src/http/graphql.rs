//! `/graphql`: requests by GET and POST. Source: GraphQL over HTTP, working draft.

use async_graphql::parser::types::{DocumentOperations, OperationType};
use async_graphql::{Request, Response as Answer, Value, Variables};
use async_graphql_axum::GraphQLResponse;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::refusal::{RETRY, Refusal, only_queries};
use super::{App, gate};
use crate::graphql::error::{ErrorCode, code_of};

/// The media type that tells request errors by their status.
const GRAPHQL_JSON: &str = "application/graphql-response+json";

/// A request as it travels in an address.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Parameters {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

/// A request as it travels in a body.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<Map<String, Json>>,
    extensions: Option<Map<String, Json>>,
}

pub(super) async fn get(
    State(app): State<App>,
    headers: HeaderMap,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Result<Response, Refusal> {
    let twice = |_| Refusal::input("the address gives a parameter more than once, or not as text");
    let Query(given) = parameters.map_err(twice)?;
    let body = Body {
        query: given.query,
        operation_name: given.operation_name.filter(|name| !name.is_empty()),
        variables: object("variables", given.variables.as_deref())?,
        extensions: object("extensions", given.extensions.as_deref())?,
    };
    let mut request = body.into_request()?;
    if !is_query(&mut request)? {
        return Ok(only_queries());
    }
    Ok(respond(&headers, app.service.execute(request).await))
}

pub(super) async fn post(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    if !is_json(&headers) {
        let message = "send the request as `content-type: application/json`";
        return Err(Refusal::new(ErrorCode::UnsupportedMediaType, message));
    }
    let bytes = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Refusal::new(ErrorCode::PayloadTooLarge, "the body is larger than 256 kB")
        }
        _ => Refusal::input("the body could not be read"),
    })?;
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Refusal::input("batches are not taken; send each request by itself"));
    }
    let body: Body = serde_json::from_slice(&bytes)
        .map_err(|err| Refusal::input(format!("the body is no GraphQL request: {err}")))?;
    let mut request = body.into_request()?;
    // Parses once and keeps the document for the execution.
    is_query(&mut request)?;
    Ok(respond(&headers, app.service.execute(request).await))
}

impl Body {
    fn into_request(self) -> Result<Request, Refusal> {
        let query = self.query.filter(|query| !query.trim().is_empty());
        let query = query.ok_or_else(|| Refusal::input("the request has no `query`"))?;
        gate::before_parsing(&query)?;
        let variables = Variables::from_json(Json::Object(self.variables.unwrap_or_default()));
        let mut request = Request::new(query).variables(variables);
        request.operation_name = self.operation_name;
        for (name, value) in self.extensions.unwrap_or_default() {
            if let Ok(value) = Value::from_json(value) {
                request.extensions.insert(name, value);
            }
        }
        Ok(request)
    }
}

/// A JSON object that travels as text in an address.
fn object(name: &str, text: Option<&str>) -> Result<Option<Map<String, Json>>, Refusal> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    serde_json::from_str(text)
        .map_err(|err| Refusal::input(format!("`{name}` is no JSON object: {err}")))
}

/// Whether the operation that is meant is a query. What cannot be parsed, or not be chosen, passes for one: the
/// execution says what is wrong with it.
fn is_query(request: &mut Request) -> Result<bool, Refusal> {
    let wanted = request.operation_name.clone();
    let Ok(document) = request.parsed_query() else { return Ok(true) };
    gate::after_parsing(document)?;
    let operation = match (&document.operations, wanted) {
        (DocumentOperations::Single(only), _) => Some(only),
        (DocumentOperations::Multiple(several), Some(name)) => several.get(name.as_str()),
        (DocumentOperations::Multiple(several), None) => several.values().next(),
    };
    Ok(operation.is_none_or(|operation| operation.node.ty == OperationType::Query))
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(given) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let media = given.split(';').next().unwrap_or_default().trim();
    media.eq_ignore_ascii_case("application/json")
}

/// The answer in the media type that the client asks for.
fn respond(headers: &HeaderMap, answer: Answer) -> Response {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let strict = accepted.into_iter().any(|value| value.contains(GRAPHQL_JSON));
    let never_executed = answer.is_err()
        && answer.data == Value::Null
        && answer.errors.iter().all(|error| error.path.is_empty());
    let rebuilding =
        answer.errors.iter().any(|error| code_of(error) == Some(ErrorCode::Rebuilding));
    let status = match (rebuilding, never_executed, strict) {
        (true, _, _) => StatusCode::SERVICE_UNAVAILABLE,
        (_, true, true) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    let mut response = if never_executed {
        // The specification wants no `data` at all where nothing ran.
        axum::Json(json!({ "errors": answer.errors })).into_response()
    } else {
        GraphQLResponse::from(answer).into_response()
    };
    *response.status_mut() = status;
    let media = if strict { GRAPHQL_JSON } else { "application/json" };
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    if rebuilding {
        response.headers_mut().insert(RETRY_AFTER, RETRY);
    }
    response
}
