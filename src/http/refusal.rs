//! What a client gets instead of an answer: a status, a code and a sentence, in the shape of a GraphQL error.

use std::any::Any;

use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::graphql::error::ErrorCode;

/// Seconds after which a client may try again while the data is being built.
pub(super) const RETRY: HeaderValue = HeaderValue::from_static("2");

/// A request that is not answered.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    code: ErrorCode,
    message: String,
}

/// The status that goes with a code.
fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::BadUserInput | ErrorCode::LimitExceeded => StatusCode::BAD_REQUEST,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::Timeout => StatusCode::GATEWAY_TIMEOUT,
        ErrorCode::Rebuilding => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::InternalServerError => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl Refusal {
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(super) fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadUserInput, message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotFound, message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let code = self.code.to_string();
        let body =
            json!({ "errors": [{ "message": self.message, "extensions": { "code": code } }] });
        let json = HeaderValue::from_static("application/json");
        let mut response =
            (status(self.code), [(CONTENT_TYPE, json)], body.to_string()).into_response();
        if self.code == ErrorCode::Rebuilding {
            response.headers_mut().insert(RETRY_AFTER, RETRY);
        }
        response
    }
}

/// The answer to a mutation or subscription that came by GET.
pub(super) fn only_queries() -> Response {
    let message = "only queries may come by GET; send this operation by POST";
    let mut response = Refusal::new(ErrorCode::MethodNotAllowed, message).into_response();
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    response
}

/// The answer when a handler panics. The panic itself is in the log.
pub(super) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    Refusal::new(ErrorCode::InternalServerError, "the service failed; its log says why")
        .into_response()
}
