//! What is not answered, as HTTP.

use std::any::Any;
use std::time::Duration;

use async_graphql::ServerError;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::graphql::error::{ApiError, ErrorCode, code_of, limit_of};

/// Seconds after which a client may try again while the data is being built, or there is too much to do.
pub(super) const RETRY: HeaderValue = HeaderValue::from_static("2");

/// How long a client is told to wait who holds too much.
pub(super) const BREAK: Duration = Duration::from_secs(1);

/// A request that is not answered.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    error: ApiError,
    /// How long to wait before the same may be asked again.
    wait: Option<Duration>,
    /// The flag of the limit that was reached, where the error does not name it.
    limit: Option<&'static str>,
}

/// Goes with an answer that is a refusal, for whoever counts them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refused {
    pub(super) code: ErrorCode,
    pub(super) limit: Option<&'static str>,
}

/// The status that goes with a code.
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

/// Whether the same request may well be answered a little later.
pub(super) fn may_be_repeated(code: ErrorCode) -> bool {
    status(code) == StatusCode::SERVICE_UNAVAILABLE
}

impl Refusal {
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        ApiError::new(code, message).into()
    }

    pub(super) fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadUserInput, message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotFound, message)
    }

    /// An answer that takes longer than it may.
    pub(super) fn too_slow(limit: Duration) -> Self {
        Self::from(ApiError::timeout(limit)).at("request-timeout")
    }

    /// An answer that has more bytes than it may, or several to one body that have.
    pub(super) fn too_large(most: usize) -> Self {
        Self::from(ApiError::too_large(most)).at("max-answer")
    }

    /// What an error of an answer says of the whole request.
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

    /// The same, to be asked again after a while.
    pub(super) fn wait(self, wait: Duration) -> Self {
        Self { wait: Some(wait), ..self }
    }

    /// The same, because of a limit: the name of its flag.
    pub(super) fn at(self, limit: &'static str) -> Self {
        Self { limit: Some(limit), ..self }
    }

    pub(super) fn code(&self) -> ErrorCode {
        self.error.code()
    }

    /// The limit that is exceeded, where it is one that can be set.
    pub(super) fn limit(&self) -> Option<&'static str> {
        self.limit.or_else(|| self.error.exceeded().map(|exceeded| exceeded.limit.name()))
    }

    /// What is counted of it.
    pub(super) fn refused(&self) -> Refused {
        Refused { code: self.code(), limit: self.limit() }
    }

    /// The errors of it, as GraphQL has them.
    pub(super) fn errors(&self) -> Value {
        json!([self.error.clone().into_server_error()])
    }

    /// The answer that says it.
    pub(super) fn body(&self) -> Value {
        json!({ "errors": self.errors() })
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self { error, wait: None, limit: None }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let code = self.code();
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        let keep = HeaderValue::from_static("no-store");
        let headers = [(CONTENT_TYPE, json), (CACHE_CONTROL, keep)];
        let mut response = (status(code), headers, self.body().to_string()).into_response();
        response.extensions_mut().insert(self.refused());
        let headers = response.headers_mut();
        if let Some(wait) = self.wait {
            // Seconds, and never too few.
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
