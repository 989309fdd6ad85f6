//! List of tables, as a page for people and as JSON, and the documents derived from it.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_TYPE, VARY};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::query;
use super::record::refused;
use super::request::TableRequest;
use crate::http::App;
use crate::http::error::HttpError;
use crate::http::site::{self, PageRequest};
use crate::read::reader::Reader;
use crate::site::tables;
use crate::table::description::Description;
use crate::table::document;
use crate::table::query::description;
use crate::table::record::RecordTable;

/// Estimated time of reading the licences, in microseconds.
const ESTIMATE: u64 = 1_000;

fn descriptions(app: &App) -> Vec<Description> {
    app.tables.tables().iter().map(RecordTable::listed).collect()
}

/// Returns the descriptions of all tables, those of saved queries with the columns that JSON has.
fn all(app: &App) -> Vec<Description> {
    let mut all = descriptions(app);
    all.extend(app.service.saved().iter().map(|query| description(query, true)));
    all
}

/// Handles `GET /q`: the list of tables, in HTML for browsers and otherwise in JSON.
pub(in crate::http) async fn index(State(app): State<App>, request: PageRequest) -> Response {
    let mut response = if request.wants_page() {
        let version = app.service.in_force().map(|(_, version)| version).unwrap_or_default();
        let (tables, queries) = (descriptions(&app), app.service.saved());
        let text = tables::page(&request.address, &tables, &queries, version);
        site::plain(&app, &request, text)
    } else {
        Json(listed(&app)).into_response()
    };
    response.headers_mut().append(VARY, HeaderValue::from_static("accept"));
    response
}

fn listed(app: &App) -> Value {
    let tables: Vec<Value> = descriptions(app).iter().map(document::entry).collect();
    let queries: Vec<Value> = app.service.saved().iter().map(|query| query::entry(query)).collect();
    json!({ "tables": tables, "queries": queries })
}

/// Handles `GET /q/openapi.json`.
pub(in crate::http) async fn open_api(State(app): State<App>) -> Response {
    Json(document::open_api::open_api(&all(&app))).into_response()
}

/// Handles `GET /q/catalog.jsonld`: the tables in the terms of schema.org and DCAT-AP.
///
/// # Errors
/// Those of an execution that reads the licences.
pub(in crate::http) async fn catalog(
    State(app): State<App>,
    request: TableRequest,
) -> Result<Response, HttpError> {
    let descriptions = all(&app);
    let read = move |reader: &Reader| {
        let licences = reader.all_licences().map_err(|err| refused(err.into()))?;
        let licences: Vec<String> = licences.iter().cloned().collect();
        Ok(document::catalog::catalog(&descriptions, Some(reader.version()), &licences))
    };
    let catalog: Result<Value, HttpError> =
        app.service.read_for(&request.caller.client(), ESTIMATE, read).await?;
    Ok(([(CONTENT_TYPE, "application/ld+json")], catalog?.to_string()).into_response())
}

/// Handles `GET /llms.txt`.
pub(in crate::http) async fn llms(State(app): State<App>) -> Response {
    let text = document::text::llms(&all(&app));
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
