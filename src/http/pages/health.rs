//! `/health/live` and `/health/ready`: probes for supervisors and load balancers.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::http::App;
use crate::http::error::RETRY;

/// Handles `/health/live`: the process responds.
pub(in crate::http) async fn live() -> Response {
    Json(json!({ "status": "live", "version": env!("CARGO_PKG_VERSION") })).into_response()
}

/// Handles `/health/ready`. The service is ready if it has data, is not rebuilding a damaged generation and is not
/// shutting down. It stays ready while a new generation is built beside a sound one.
pub(in crate::http) async fn ready(State(app): State<App>) -> Response {
    let status = app.service.status();
    let word = match (app.stop.has_begun(), status.ready) {
        (true, _) => "stopping",
        (false, true) => "ready",
        (false, false) => "rebuilding",
    };
    let body = Json(json!({
        "status": word,
        "dataVersion": status.data_version,
        "generation": status.generation,
    }));
    if word == "ready" {
        body.into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, RETRY)], body).into_response()
    }
}
