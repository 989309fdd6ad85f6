//! Origin check for requests that CORS does not cover, or must not reach: WebSockets, and tools of assistants.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue};

use crate::http::Cors;
use crate::http::error::{HttpCode, HttpError};

/// Rejects a request of a page whose origin may not read responses. Clients other than browsers send no `Origin` and are
/// allowed.
///
/// # Errors
/// `FORBIDDEN`.
pub(in crate::http) fn check(cors: &Cors, headers: &HeaderMap) -> Result<(), HttpError> {
    let message = "origin not allowed: add it to `--cors-origin`";
    let refused = || HttpError::new(HttpCode::Forbidden, message);
    may_read(cors, headers).then_some(()).ok_or_else(refused)
}

fn may_read(cors: &Cors, headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    match cors {
        Cors::Any => true,
        Cors::Origins(origins) if origins.contains(origin) => true,
        Cors::Own | Cors::Origins(_) => {
            let host = |value: &HeaderValue| value.to_str().ok().map(str::to_ascii_lowercase);
            let own = headers.get(HOST).and_then(host);
            let from = host(origin).and_then(|origin| Some(origin.split_once("://")?.1.to_owned()));
            own.is_some() && own == from
        }
    }
}
