//! HTTP errors: status, headers and JSON body of a rejected request.

use std::any::Any;
use std::time::Duration;

use async_graphql::ServerError;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::graphql::error::{ApiError, ErrorCode, code_of, limit_of};
use crate::server::quota::QuotaExceeded;

/// Default `Retry-After` in seconds, during a rebuild or overload.
pub(super) const RETRY: HeaderValue = HeaderValue::from_static("2");

/// `Retry-After` for a client that exceeds its quota.
const BREAK: Duration = Duration::from_secs(1);

/// An error that rejects a request.
#[derive(Clone, Debug)]
pub(super) struct HttpError {
    error: ApiError,
    /// Time after which the client may retry.
    wait: Option<Duration>,
    /// Flag of the limit that was exceeded, if the error itself does not name it.
    limit: Option<&'static str>,
}

/// Response extension of a rejected request, for metrics.
#[derive(Clone, Copy, Debug)]
pub(super) struct ErrorMark {
    pub(super) code: ErrorCode,
    pub(super) limit: Option<&'static str>,
}

/// Returns the HTTP status of an error code.
pub(super) fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::BadUserInput
        | ErrorCode::LimitExceeded
        | ErrorCode::PersistedQueryNotFound
        | ErrorCode::PersistedQueryNotSupported => StatusCode::BAD_REQUEST,
        ErrorCode::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::NotTrusted | ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        ErrorCode::Conflict => StatusCode::CONFLICT,
        ErrorCode::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        ErrorCode::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::MisdirectedRequest => StatusCode::MISDIRECTED_REQUEST,
        ErrorCode::Timeout => StatusCode::GATEWAY_TIMEOUT,
        ErrorCode::Rebuilding | ErrorCode::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::InsufficientStorage => StatusCode::INSUFFICIENT_STORAGE,
        ErrorCode::InternalServerError => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Returns true if the same request may succeed on retry.
pub(super) fn may_be_repeated(code: ErrorCode) -> bool {
    status(code) == StatusCode::SERVICE_UNAVAILABLE
}

impl HttpError {
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        ApiError::new(code, message).into()
    }

    pub(super) fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadUserInput, message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotFound, message)
    }

    /// Timeout of a request.
    pub(super) fn timed_out(limit: Duration) -> Self {
        Self::from(ApiError::timeout(limit)).at("request-timeout")
    }

    /// Response, or batch of responses, larger than `limit` bytes.
    pub(super) fn too_large(limit: usize) -> Self {
        Self::from(ApiError::too_large(limit)).at("max-answer")
    }

    /// Converts an error of a GraphQL response to an error of the request.
    pub(super) fn of(error: &ServerError) -> Self {
        let code = code_of(error).unwrap_or(ErrorCode::InternalServerError);
        let limit = match code {
            ErrorCode::Timeout => Some("request-timeout"),
            ErrorCode::Overloaded => match limit_of(error).as_deref() {
                Some("max-requests") => Some("max-requests"),
                _ => Some("max-wait"),
            },
            _ => None,
        };
        Self { limit, ..Self::new(code, error.message.clone()) }
    }

    /// Converts the error of a response that was executed, but not encoded within its bounds.
    pub(super) fn unwritten(error: ApiError) -> Self {
        let limit = match error.code() {
            ErrorCode::Timeout => Some("request-timeout"),
            ErrorCode::LimitExceeded => Some("max-answer"),
            _ => None,
        };
        Self { limit, ..Self::from(error) }
    }

    /// Sets the time after which the client may retry.
    pub(super) fn wait(self, wait: Duration) -> Self {
        Self { wait: Some(wait), ..self }
    }

    /// Sets the flag of the exceeded limit.
    pub(super) fn at(self, limit: &'static str) -> Self {
        Self { limit: Some(limit), ..self }
    }

    pub(super) fn code(&self) -> ErrorCode {
        self.error.code()
    }

    /// Returns the flag of the exceeded limit, if it is configurable.
    pub(super) fn limit(&self) -> Option<&'static str> {
        self.limit.or_else(|| self.error.exceeded().map(|exceeded| exceeded.limit.name()))
    }

    /// Returns the response extension for metrics.
    pub(super) fn refused(&self) -> ErrorMark {
        ErrorMark { code: self.code(), limit: self.limit() }
    }

    /// Returns the list of GraphQL errors.
    pub(super) fn errors(&self) -> Value {
        json!([self.error.clone().into_server_error()])
    }

    /// Returns the response body.
    pub(super) fn body(&self) -> Value {
        json!({ "errors": self.errors() })
    }
}

impl From<QuotaExceeded> for HttpError {
    fn from(exceeded: QuotaExceeded) -> Self {
        let message = exceeded.to_string();
        match exceeded {
            QuotaExceeded::Global { flag, .. } => {
                Self::new(ErrorCode::Overloaded, message).at(flag)
            }
            QuotaExceeded::Client { .. } => {
                Self::new(ErrorCode::RateLimited, message).wait(BREAK).at("max-client-share")
            }
        }
    }
}

impl From<ApiError> for HttpError {
    fn from(error: ApiError) -> Self {
        Self { error, wait: None, limit: None }
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let code = self.code();
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        let keep = HeaderValue::from_static("no-store");
        let headers = [(CONTENT_TYPE, json), (CACHE_CONTROL, keep)];
        let mut response = (status(code), headers, self.body().to_string()).into_response();
        response.extensions_mut().insert(self.refused());
        let headers = response.headers_mut();
        if let Some(wait) = self.wait {
            // Whole seconds, rounded up.
            headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
        } else if may_be_repeated(code) {
            headers.insert(RETRY_AFTER, RETRY);
        }
        if code == ErrorCode::Unauthenticated {
            let scheme = HeaderValue::from_static("Bearer realm=\"aidgraph\"");
            headers.insert(WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

/// Returns the response to a mutation or subscription by GET.
pub(super) fn only_queries() -> Response {
    let message = "GET allows only queries: send this operation by POST";
    let mut response = HttpError::new(ErrorCode::MethodNotAllowed, message).into_response();
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    response
}

/// Returns the response after a panic in a handler. The log has the panic.
pub(super) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    HttpError::new(ErrorCode::InternalServerError, "internal error: see the log of the service")
        .into_response()
}
