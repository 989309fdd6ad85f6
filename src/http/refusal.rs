//! What a client gets instead of an answer: a status, a code and a sentence, in the shape of a GraphQL error.

use std::any::Any;

use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Seconds after which a client may try again while the data is being built.
pub(super) const RETRY: HeaderValue = HeaderValue::from_static("2");

/// Why a request is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// The request cannot be right.
    BadInput,
    /// There is nothing at this address.
    NotFound,
    /// The address does not take this method.
    Method,
    /// The body is too large.
    TooLarge,
    /// The body is of a type that is not taken.
    MediaType,
    /// The request exceeds a limit.
    Limit,
    /// The answer took too long.
    Timeout,
    /// The data is being built.
    Rebuilding,
    /// The service failed.
    Internal,
}

/// A request that is not answered.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    why: Why,
    message: String,
}

impl Why {
    fn parts(self) -> (StatusCode, &'static str) {
        match self {
            Self::BadInput => (StatusCode::BAD_REQUEST, "BAD_USER_INPUT"),
            Self::NotFound => (StatusCode::NOT_FOUND, "NOT_FOUND"),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE"),
            Self::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE"),
            Self::Limit => (StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED"),
            Self::Timeout => (StatusCode::GATEWAY_TIMEOUT, "TIMEOUT"),
            Self::Rebuilding => (StatusCode::SERVICE_UNAVAILABLE, "REBUILDING"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_SERVER_ERROR"),
        }
    }

    /// Its `extensions.code`.
    pub(super) fn code(self) -> &'static str {
        self.parts().1
    }

    /// The status of an error that GraphQL gave this code.
    pub(super) fn of_code(code: &str) -> Self {
        [Self::Limit, Self::Timeout, Self::Rebuilding, Self::Internal]
            .into_iter()
            .find(|why| why.code() == code)
            .unwrap_or(Self::BadInput)
    }
}

impl Refusal {
    pub(super) fn new(why: Why, message: impl Into<String>) -> Self {
        Self { why, message: message.into() }
    }

    pub(super) fn input(message: impl Into<String>) -> Self {
        Self::new(Why::BadInput, message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(Why::NotFound, message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code) = self.why.parts();
        let body =
            json!({ "errors": [{ "message": self.message, "extensions": { "code": code } }] });
        let json = HeaderValue::from_static("application/json");
        let mut response = (status, [(CONTENT_TYPE, json)], body.to_string()).into_response();
        if self.why == Why::Rebuilding {
            response.headers_mut().insert(RETRY_AFTER, RETRY);
        }
        response
    }
}

/// The answer to a mutation or subscription that came by GET.
pub(super) fn only_queries() -> Response {
    let message = "only queries may come by GET; send this operation by POST";
    let mut response = Refusal::new(Why::Method, message).into_response();
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    response
}

/// The answer when a handler panics. The panic itself is in the log.
pub(super) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    Refusal::new(Why::Internal, "the service failed; its log says why").into_response()
}
