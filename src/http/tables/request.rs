//! Requests for tables: preconditions, the response from the spool, and headers for caches. Source: RFC 9110, section 13.

use axum::extract::FromRequestParts;
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH,
    IF_RANGE, RANGE, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use super::WARNINGS;
use crate::graphql::DATA_VERSION;
use crate::http::App;
use crate::http::access::Caller;
use crate::http::content::compression::ACCEPT_ENCODING;
use crate::http::content::etag;
use crate::http::content::spool_writer::Spooling;
use crate::http::error::{HttpCode, HttpError};
use crate::table::format::Format;

/// Request for a table, beside its name, format and parameters.
#[derive(Debug)]
pub(in crate::http) struct TableRequest {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) caller: Caller,
}

impl<S: Send + Sync> FromRequestParts<S> for TableRequest {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpError> {
        let unknown = || HttpError::new(HttpCode::Unauthenticated, "caller not identified");
        let caller = parts.extensions.get::<Caller>().cloned().ok_or_else(unknown)?;
        let (method, uri, headers) = (&parts.method, &parts.uri, &parts.headers);
        Ok(Self { method: method.clone(), uri: uri.clone(), headers: headers.clone(), caller })
    }
}

/// Everything beside the version of the data that determines the bytes of a table.
#[derive(Clone, Debug)]
pub(super) struct TableIdentity(Vec<u8>);

impl TableIdentity {
    /// Returns the entity tag of the table in a version of the data.
    pub(super) fn tag(&self, version: &str) -> HeaderValue {
        etag::of(&etag::digest([version.as_bytes(), &self.0]))
    }
}

impl TableRequest {
    /// Returns the identity of the table: the program, the URL, the text of a query, and the body of the request.
    pub(super) fn identity(&self, query: &str, body: &[u8]) -> TableIdentity {
        let address = self.uri.path_and_query().map_or("", |address| address.as_str());
        let [program, query, address] =
            [env!("CARGO_PKG_VERSION"), query, address].map(str::as_bytes);
        TableIdentity(etag::digest([program, query, address, body]).to_vec())
    }

    /// Responds without making the table: if the client has it, or the spool.
    ///
    /// # Errors
    /// `PRECONDITION_FAILED`.
    pub(super) fn kept(
        &self,
        app: &App,
        identity: &TableIdentity,
    ) -> Result<Option<Response>, HttpError> {
        let Some((generation, version)) = app.service.in_force() else { return Ok(None) };
        let etag = identity.tag(&version);
        if let Some(response) = self.unchanged(app, &version, &etag)? {
            return Ok(Some(response));
        }
        let kept = app.edge.spool.get(generation, &etag);
        Ok(kept.map(|kept| self.respond(app, Spooling::Spooled(kept))))
    }

    /// Evaluates the preconditions of the request. Returns `304 Not Modified` if the client has the response.
    ///
    /// # Errors
    /// `PRECONDITION_FAILED`.
    fn unchanged(
        &self,
        app: &App,
        version: &str,
        etag: &HeaderValue,
    ) -> Result<Option<Response>, HttpError> {
        if !etag::is_expected(&self.headers, etag) {
            let message = "the data has changed: request the table without `If-Match`";
            return Err(HttpError::new(HttpCode::PreconditionFailed, message));
        }
        let Some(held) = etag::held(&self.headers, etag) else { return Ok(None) };
        let mut response = (StatusCode::NOT_MODIFIED, [(ETAG, held)]).into_response();
        response.headers_mut().extend(version_header(version));
        Ok(Some(self.cached(app, response)))
    }

    /// Returns the headers without preconditions and ranges, for a request that is not a GET.
    pub(super) fn unconditional(&self) -> HeaderMap {
        let mut headers = self.headers.clone();
        for name in [IF_MATCH, IF_NONE_MATCH, IF_RANGE, RANGE] {
            headers.remove(name);
        }
        headers
    }

    /// Responds with a table, or with the part of it that the request selects.
    pub(super) fn respond(&self, app: &App, table: Spooling) -> Response {
        let response = match table {
            Spooling::Spooled(spooled) => {
                let (client, unsent) = (self.caller.client(), &app.edge.unsent);
                spooled.response(&self.method, &self.headers, unsent, client)
            }
            Spooling::Unspooled(headers, body) => (headers, body).into_response(),
        };
        let is_error = response.status().is_client_error() || response.status().is_server_error();
        if is_error { response } else { self.cached(app, response) }
    }

    /// Sets the headers for caches.
    pub(super) fn cached(&self, app: &App, mut response: Response) -> Response {
        let is_private = self.headers.contains_key(AUTHORIZATION);
        let headers = response.headers_mut();
        let control = match self.method {
            Method::POST => HeaderValue::from_static("no-store"),
            _ => app.edge.cache_control(is_private),
        };
        headers.insert(CACHE_CONTROL, control);
        headers.insert(VARY, ACCEPT_ENCODING);
        response
    }
}

/// Returns the headers of a table, without the number of its rows.
pub(super) fn headers(name: &str, format: Format, version: &str, warnings: usize) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    let file = format!("inline; filename=\"{name}.{}\"", format.extension());
    headers.extend(HeaderValue::from_str(&file).ok().map(|file| (CONTENT_DISPOSITION, file)));
    headers.extend(version_header(version));
    if warnings > 0 {
        headers.insert(WARNINGS, HeaderValue::from(warnings));
    }
    headers
}

/// Returns the error of a table that the spool cannot hold.
pub(super) fn no_room() -> HttpError {
    let message =
        "the table is larger than half of the spool: narrow the filter, or raise `max-spool`";
    HttpError::new(HttpCode::PayloadTooLarge, message).at("max-spool")
}

/// Returns the header with the version of the data.
fn version_header(version: &str) -> Option<(HeaderName, HeaderValue)> {
    HeaderValue::from_str(version).ok().map(|version| (DATA_VERSION, version))
}
