//! `/q`: tables for spreadsheets, dashboards and data frames.
//!
//! | module | contents |
//! | --- | --- |
//! | `form` | format of a table and its options |
//! | `index` | list of tables, and the documents derived from it |
//! | `record` | tables of records and groups |
//! | `query` | tables of saved queries |
//! | `ad_hoc` | tables of ad hoc queries |
//! | `request` | preconditions and cache headers of a request |

pub(super) mod ad_hoc;
mod form;
mod index;
mod query;
mod record;
mod request;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderName;
use axum::response::Response;

use super::App;
use super::error::HttpError;
use super::pages::wildcard::Rest;
pub(super) use index::{catalog, index, llms, open_api};
use request::TableRequest;

/// Header with the number of rows.
pub(super) const ROWS: HeaderName = HeaderName::from_static("aidgraph-rows");

/// Header with the number of warnings; JSON has them in `warnings`.
pub(super) const WARNINGS: HeaderName = HeaderName::from_static("aidgraph-warnings");

/// Handles `GET /q/{file}` and `HEAD /q/{file}`: the rows of a table.
pub(super) async fn rows(
    State(app): State<App>,
    Rest(file): Rest,
    parameters: Result<Query<Vec<(String, String)>>, QueryRejection>,
    request: TableRequest,
) -> Result<Response, HttpError> {
    let unreadable = |_| HttpError::input("invalid query parameters");
    let Query(parameters) = parameters.map_err(unreadable)?;
    let name = file.rsplit_once('.').map_or(file.as_str(), |(name, _)| name);
    match app.tables.get(name).copied() {
        Some(table) => record::rows(&app, table, &file, parameters, request).await,
        None => query::rows(&app, &file, parameters, request).await,
    }
}
