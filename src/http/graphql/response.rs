//! Encoded response: bytes, status and headers of a GraphQL response over HTTP.
//!
//! `GraphQLResponse` of `async-graphql-axum` cannot carry it: its status is always 200 and its media type always
//! `application/graphql-response+json`, and it encodes values once more, where this holds the bytes of the execution or of the cache.

use std::sync::Arc;

use async_graphql::Response as Answer;
use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, VARY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::json;

use crate::graphql::bounds::Bounds;
use crate::graphql::error::{ErrorCode, code_of, limit_of};
use crate::graphql::rejected::was_refused;
use crate::graphql::{self, DATA_VERSION};
use crate::http::content::compression::{Forms, SMALLEST};
use crate::http::content::negotiation::Media;
use crate::http::error::{Code, HttpCode, HttpError, RETRY};
use crate::model::client::Client;
use crate::server::paced;
use crate::server::quota::{Permit, Quota};

/// Number of headers of a response, including those of the middleware.
const HEADERS: usize = 10;

/// Value of `Vary`: the request headers that select a representation.
pub(in crate::http) const VARIES: HeaderValue = HeaderValue::from_static("accept, aidgraph-cost");

/// An encoded GraphQL response.
#[derive(Clone, Debug)]
pub(in crate::http) struct EncodedResponse {
    pub(in crate::http) bytes: Bytes,
    /// Query text, for the log.
    pub(in crate::http) text: Option<Arc<str>>,
    /// Error code, if the request was rejected before execution.
    pub(in crate::http) refused: Option<Code>,
    /// Name of the exceeded limit.
    pub(in crate::http) limit: Option<String>,
    /// True if the response contains an error.
    pub(in crate::http) is_err: bool,
    /// Data version of the response.
    pub(in crate::http) version: Option<HeaderValue>,
    /// Generation of the data.
    pub(in crate::http) generation: Option<u64>,
    /// Cached encodings.
    forms: Arc<Forms>,
    /// Charge to the quota of unsent bytes, held until the response is sent; `None` for a cached response or an error.
    pub(in crate::http) held: Option<Arc<Permit>>,
}

impl EncodedResponse {
    /// Creates a response without errors.
    pub(in crate::http) fn new(mut bytes: Vec<u8>) -> Self {
        // The cache accounts for the length, not for the capacity.
        bytes.shrink_to_fit();
        let forms = Forms::of_answer(bytes.len());
        Self {
            bytes: bytes.into(),
            text: None,
            refused: None,
            limit: None,
            is_err: false,
            version: None,
            generation: None,
            forms,
            held: None,
        }
    }

    /// Sets the query text.
    pub(in crate::http) fn to(self, text: &Arc<str>) -> Self {
        Self { text: Some(Arc::clone(text)), ..self }
    }

    /// Encodes a response within bounds. As specified, a response without execution has no `data`.
    pub(in crate::http) fn of(answer: &Answer, bounds: &Bounds) -> Self {
        let refused = was_refused(answer)
            .then(|| answer.errors.first().and_then(code_of).unwrap_or(ErrorCode::BadUserInput))
            .map(Code::from);
        let mut buffer = bounds.buffer();
        let bytes = if refused.is_some() {
            let bytes = serde_json::to_vec(&json!({ "errors": answer.errors }));
            bytes.or_else(|err| buffer.finish(Err(err)))
        } else {
            let written = graphql::execution::json::write(&mut buffer, answer);
            buffer.finish(written)
        };
        let limit = refused.and_then(|_| limit_of(answer.errors.first()?));
        let version = answer.http_headers.get(DATA_VERSION).cloned();
        match bytes {
            Ok(bytes) => {
                Self { refused, limit, is_err: answer.is_err(), version, ..Self::new(bytes) }
            }
            Err(ended) => Self::refusal(&HttpError::unwritten(ended)),
        }
    }

    /// Charges the response to the quota of unsent bytes. If it is exhausted, returns an uncharged error instead.
    pub(super) fn charge(self, unsent: &Quota, client: Client) -> Self {
        match paced::charge(unsent, client, self.bytes.len()) {
            Ok(held) => Self { held: Some(held), ..self },
            Err(exceeded) => Self::refusal(&exceeded.into()),
        }
    }

    /// Encodes an error that rejects a request or replaces its response.
    pub(in crate::http) fn refusal(refusal: &HttpError) -> Self {
        let bytes = refusal.body().to_string().into();
        Self {
            refused: Some(refusal.code()),
            limit: refusal.limit().map(str::to_owned),
            is_err: true,
            ..Self::new(bytes)
        }
    }

    /// Converts it to an HTTP response, which carries the charge.
    pub(in crate::http) fn respond(&self, media: Media) -> Response {
        let mut response = Response::new(Body::from(self.bytes.clone()));
        *response.status_mut() = self.status(media);
        let headers = response.headers_mut();
        headers.reserve(HEADERS);
        headers.insert(CONTENT_TYPE, media.content_type());
        headers.insert(VARY, VARIES);
        if let Some(version) = &self.version {
            headers.insert(DATA_VERSION, version.clone());
        }
        if self.refused.is_some_and(Code::may_be_repeated) {
            headers.insert(RETRY_AFTER, RETRY);
        }
        if self.is_err {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        if self.bytes.len() >= SMALLEST {
            response.extensions_mut().insert(Arc::clone(&self.forms));
        }
        if let Some(held) = &self.held {
            response.extensions_mut().insert(Arc::clone(held));
        }
        response
    }

    /// Returns the status. Errors of the request itself have status 200 in `application/json`, and an error status in
    /// `application/graphql-response+json`. All other errors, such as overload and exceeded
    /// limits, have an error status in both, so that proxies see it.
    fn status(&self, media: Media) -> StatusCode {
        use HttpCode::{PersistedQueryNotFound, PersistedQueryNotSupported};
        match (self.refused, media) {
            (None, _)
            | (
                Some(
                    Code::Graphql(ErrorCode::BadUserInput)
                    | Code::Http(PersistedQueryNotFound | PersistedQueryNotSupported),
                ),
                Media::Json,
            ) => StatusCode::OK,
            (Some(code), _) => code.status(),
        }
    }
}
