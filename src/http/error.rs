//! HTTP errors: status, headers and JSON body of a rejected request.

use std::any::Any;
use std::time::Duration;

use async_graphql::ServerError;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::graphql::error::{ApiError, ErrorCode, code_of, coded, limit_of};
use crate::graphql::limit::{ExecutionLimits, Limits};
use crate::model::code::Code as _;
use crate::server::quota::QuotaExceeded;

/// Default `Retry-After` in seconds, during a rebuild or overload.
pub(super) const RETRY: HeaderValue = HeaderValue::from_static("2");

/// `Retry-After` for a client that exceeds its quota.
const BREAK: Duration = Duration::from_secs(1);

crate::model::code::codes! {
    /// Code of an error of HTTP, access control or persisted queries, in `extensions.code`.
    pub(super) enum HttpCode {
        /// Nothing exists at this path.
        NotFound = "NOT_FOUND",
        /// The path does not support this method, or does not support this operation by this method.
        MethodNotAllowed = "METHOD_NOT_ALLOWED",
        /// Authentication required: send a valid token.
        Unauthenticated = "UNAUTHENTICATED",
        /// The client is not authorized.
        Forbidden = "FORBIDDEN",
        /// The service cannot produce a media type that the client accepts.
        NotAcceptable = "NOT_ACCEPTABLE",
        /// The request took too long to arrive.
        RequestTimeout = "REQUEST_TIMEOUT",
        /// A conflicting operation is in progress; retry when it has finished.
        Conflict = "CONFLICT",
        /// The response is no longer the one that `If-Match` names.
        PreconditionFailed = "PRECONDITION_FAILED",
        /// The byte range begins beyond the end.
        RangeNotSatisfiable = "RANGE_NOT_SATISFIABLE",
        /// The body is too large.
        PayloadTooLarge = "PAYLOAD_TOO_LARGE",
        /// The media type of the body is not supported.
        UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE",
        /// The request names a host that this service does not serve.
        MisdirectedRequest = "MISDIRECTED_REQUEST",
        /// The client exceeds its rate or its quota; retry after `Retry-After`.
        RateLimited = "RATE_LIMITED",
        /// No query with this digest is cached; send the full query once.
        PersistedQueryNotFound = "PERSISTED_QUERY_NOT_FOUND",
        /// Persisted queries are not supported, or not in this version.
        PersistedQueryNotSupported = "PERSISTED_QUERY_NOT_SUPPORTED",
        /// Only trusted queries are allowed, and this is not one of them.
        NotTrusted = "NOT_TRUSTED",
        /// The disk of the service is full; nothing was changed.
        InsufficientStorage = "INSUFFICIENT_STORAGE",
    }
}

/// Code of an error response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Code {
    Graphql(ErrorCode),
    Http(HttpCode),
}

impl From<ErrorCode> for Code {
    fn from(code: ErrorCode) -> Self {
        Self::Graphql(code)
    }
}

impl From<HttpCode> for Code {
    fn from(code: HttpCode) -> Self {
        Self::Http(code)
    }
}

impl Code {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Graphql(code) => code.as_str(),
            Self::Http(code) => code.as_str(),
        }
    }

    /// Returns the HTTP status.
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::Graphql(code) => match code {
                ErrorCode::BadUserInput | ErrorCode::LimitExceeded => StatusCode::BAD_REQUEST,
                ErrorCode::Timeout => StatusCode::GATEWAY_TIMEOUT,
                ErrorCode::Rebuilding | ErrorCode::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
                ErrorCode::InternalServerError => StatusCode::INTERNAL_SERVER_ERROR,
            },
            Self::Http(code) => match code {
                HttpCode::PersistedQueryNotFound | HttpCode::PersistedQueryNotSupported => {
                    StatusCode::BAD_REQUEST
                }
                HttpCode::Unauthenticated => StatusCode::UNAUTHORIZED,
                HttpCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
                HttpCode::NotTrusted | HttpCode::Forbidden => StatusCode::FORBIDDEN,
                HttpCode::NotFound => StatusCode::NOT_FOUND,
                HttpCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
                HttpCode::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
                HttpCode::Conflict => StatusCode::CONFLICT,
                HttpCode::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
                HttpCode::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
                HttpCode::RangeNotSatisfiable => StatusCode::RANGE_NOT_SATISFIABLE,
                HttpCode::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
                HttpCode::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
                HttpCode::MisdirectedRequest => StatusCode::MISDIRECTED_REQUEST,
                HttpCode::InsufficientStorage => StatusCode::INSUFFICIENT_STORAGE,
            },
        }
    }

    /// Returns true if the same request may succeed on retry.
    pub(super) fn may_be_repeated(self) -> bool {
        self.status() == StatusCode::SERVICE_UNAVAILABLE
    }
}

/// An error that rejects a request.
#[derive(Clone, Debug)]
pub(super) struct HttpError {
    code: Code,
    error: Box<ServerError>,
    /// Time after which the client may retry.
    wait: Option<Duration>,
    /// Name of the limit that was exceeded, if the error itself does not state it.
    limit: Option<&'static str>,
}

/// Response extension of a rejected request, for metrics.
#[derive(Clone, Copy, Debug)]
pub(super) struct ErrorMark {
    pub(super) code: Code,
    pub(super) limit: Option<&'static str>,
}

impl HttpError {
    pub(super) fn new(code: impl Into<Code>, message: impl Into<String>) -> Self {
        let code = code.into();
        Self { code, error: Box::new(coded(code.as_str(), message)), wait: None, limit: None }
    }

    pub(super) fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadUserInput, message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(HttpCode::NotFound, message)
    }

    /// Timeout of a request.
    pub(super) fn timed_out(limit: Duration) -> Self {
        Self::from(ApiError::timeout(limit)).at("request-timeout")
    }

    /// Response, or batch of responses, larger than `limit` bytes.
    pub(super) fn too_large(limit: usize) -> Self {
        Self::from(ApiError::too_large(limit)).at(Limits::NAMES.answer.name())
    }

    /// Converts an error of a GraphQL response to an error of the request.
    pub(super) fn of(error: &ServerError) -> Self {
        let code = code_of(error).unwrap_or(ErrorCode::InternalServerError);
        let limit = match code {
            ErrorCode::Timeout => Some("request-timeout"),
            ErrorCode::Overloaded => {
                let names = ExecutionLimits::NAMES;
                let is_full = limit_of(error).is_some_and(|limit| limit == names.requests.name());
                Some(if is_full { names.requests.name() } else { names.wait.name() })
            }
            _ => None,
        };
        Self { limit, ..Self::new(code, error.message.clone()) }
    }

    /// Converts the error of a response that was executed, but not encoded within its bounds.
    pub(super) fn unwritten(error: ApiError) -> Self {
        let limit = match error.code() {
            ErrorCode::Timeout => Some("request-timeout"),
            ErrorCode::LimitExceeded => Some(Limits::NAMES.answer.name()),
            _ => None,
        };
        Self { limit, ..Self::from(error) }
    }

    /// Sets the time after which the client may retry.
    pub(super) fn wait(self, wait: Duration) -> Self {
        Self { wait: Some(wait), ..self }
    }

    /// Sets the name of the exceeded limit.
    pub(super) fn at(self, limit: &'static str) -> Self {
        Self { limit: Some(limit), ..self }
    }

    pub(super) fn code(&self) -> Code {
        self.code
    }

    /// Returns the message.
    pub(super) fn message(&self) -> &str {
        &self.error.message
    }

    /// Returns the name of the exceeded limit.
    pub(super) fn limit(&self) -> Option<&'static str> {
        self.limit
    }

    /// Returns the response extension for metrics.
    pub(super) fn refused(&self) -> ErrorMark {
        ErrorMark { code: self.code(), limit: self.limit() }
    }

    /// Returns the list of GraphQL errors.
    pub(super) fn errors(&self) -> Value {
        json!([self.error])
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
            QuotaExceeded::Global { name, .. } => {
                Self::new(ErrorCode::Overloaded, message).at(name.name())
            }
            QuotaExceeded::Client { .. } => {
                Self::new(HttpCode::RateLimited, message).wait(BREAK).at("max-client-share")
            }
        }
    }
}

impl From<ApiError> for HttpError {
    fn from(error: ApiError) -> Self {
        let limit = error.exceeded().map(|exceeded| exceeded.limit.name().name());
        Self {
            code: error.code().into(),
            error: Box::new(error.into_server_error()),
            wait: None,
            limit,
        }
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let code = self.code();
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        let keep = HeaderValue::from_static("no-store");
        let headers = [(CONTENT_TYPE, json), (CACHE_CONTROL, keep)];
        let mut response = (code.status(), headers, self.body().to_string()).into_response();
        response.extensions_mut().insert(self.refused());
        let headers = response.headers_mut();
        if let Some(wait) = self.wait {
            // Whole seconds, rounded up.
            headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
        } else if code.may_be_repeated() {
            headers.insert(RETRY_AFTER, RETRY);
        }
        if code == Code::Http(HttpCode::Unauthenticated) {
            let scheme = HeaderValue::from_static("Bearer realm=\"aidgraph\"");
            headers.insert(WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

/// Returns the response to a mutation or subscription by GET.
pub(super) fn only_queries() -> Response {
    let message = "GET allows only queries: send this operation by POST";
    let mut response = HttpError::new(HttpCode::MethodNotAllowed, message).into_response();
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    response
}

/// Returns the response after a panic in a handler. The log has the panic.
pub(super) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    HttpError::new(ErrorCode::InternalServerError, "internal error: see the log of the service")
        .into_response()
}
