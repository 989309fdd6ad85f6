//! Errors of the API: maps every failure to a code of a closed list, with a message for the client.

use std::time::Duration;

use async_graphql::{ServerError, Value};

use super::limit::{Exceeded, ExecutionLimits, Limits};
use crate::model::code::Code as _;
use crate::model::id::InvalidId;
use crate::model::page::InvalidPage;
use crate::read;

crate::model::code::codes! {
    /// Code of an error of GraphQL, in `extensions.code`.
    pub enum ErrorCode {
        /// Invalid argument: a malformed cursor, an oversized page, an unknown currency.
        BadUserInput = "BAD_USER_INPUT",
        /// A limit of the service is exceeded.
        LimitExceeded = "LIMIT_EXCEEDED",
        /// The service is at capacity; retry shortly.
        Overloaded = "OVERLOADED",
        /// The execution took too long.
        Timeout = "TIMEOUT",
        /// The data is being built; retry shortly.
        Rebuilding = "REBUILDING",
        /// The service failed; see its log.
        InternalServerError = "INTERNAL_SERVER_ERROR",
    }
}

/// Error as reported to the client. It does not implement `Display`: otherwise `?` would convert it to
/// `async_graphql::Error` silently and without its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    code: ErrorCode,
    message: String,
    exceeded: Option<Exceeded>,
    /// Name of the exceeded limit, when the limit is not one of a single request.
    limit: Option<&'static str>,
}

/// Maximum length of a message in bytes; some messages quote the request.
const LONGEST: usize = 1_000;

/// Result of a resolver.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// Creates a `BAD_USER_INPUT` error; the message states the valid form.
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadUserInput, message)
    }

    /// Creates an error from a code and a message.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: shortened(message.into()), exceeded: None, limit: None }
    }

    /// Creates a `LIMIT_EXCEEDED` error; the message names the limit and the excess.
    pub fn limit(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::LimitExceeded, message)
    }

    /// Creates the error of an execution that exceeds its deadline.
    pub fn timeout(limit: Duration) -> Self {
        let limit = limit.as_secs_f32();
        let message = format!(
            "execution exceeded the limit of {limit} s (request-timeout): select less, or split the request"
        );
        Self::new(ErrorCode::Timeout, message)
    }

    /// Creates the error of an internal failure, whose cause is in the log.
    pub fn failed() -> Self {
        Self::new(ErrorCode::InternalServerError, "internal error: see the log of the service")
    }

    /// Creates the error of an execution that got no permit in time.
    pub fn overloaded() -> Self {
        let name = ExecutionLimits::NAMES.wait;
        let message =
            format!("service overloaded: no permit within the maximum wait{name}; retry shortly");
        Self { limit: Some(name.name()), ..Self::new(ErrorCode::Overloaded, message) }
    }

    /// Creates the error of an execution rejected by a full queue.
    pub fn queue_full() -> Self {
        let name = ExecutionLimits::NAMES.requests;
        let message =
            format!("service overloaded: too many requests in flight{name}; retry shortly");
        Self { limit: Some(name.name()), ..Self::new(ErrorCode::Overloaded, message) }
    }

    /// Creates the error of a response with more than `most` bytes.
    pub fn too_large(most: usize) -> Self {
        let name = Limits::NAMES.answer;
        let message = format!(
            "response exceeds the limit of {most} bytes{name}: request smaller pages with `first`, or split the request"
        );
        Self { limit: Some(name.name()), ..Self::limit(message) }
    }

    /// Creates the error of a service whose data is being built.
    pub fn rebuilding() -> Self {
        Self::new(ErrorCode::Rebuilding, "the data is being built: retry in a few seconds")
    }

    /// Code of the error.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// Message for the client.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Exceeded limit of a request.
    pub fn exceeded(&self) -> Option<Exceeded> {
        self.exceeded
    }

    /// Converts the error for the response to a request that was not executed.
    pub fn into_server_error(self) -> ServerError {
        let error = async_graphql::Error::from(self);
        ServerError { extensions: error.extensions, ..ServerError::new(error.message, None) }
    }
}

impl From<Exceeded> for ApiError {
    fn from(exceeded: Exceeded) -> Self {
        Self { exceeded: Some(exceeded), ..Self::limit(exceeded.to_string()) }
    }
}

impl From<read::error::Error> for ApiError {
    fn from(err: read::error::Error) -> Self {
        let message = match &err {
            read::error::Error::TooMany { .. } | read::error::Error::TooManyMovements { .. } => {
                return Self::limit(err.to_string());
            }
            read::error::Error::TimedOut { limit } => return Self::timeout(*limit),
            read::error::Error::UnknownAgency(_) => return Self::input(err.to_string()),
            read::error::Error::Store(_) | read::error::Error::Dangling { .. } => {
                "the data could not be read: the damage is reported, and the data will be rebuilt"
            }
        };
        tracing::error!(error = &err as &dyn std::error::Error, "read failed");
        Self::new(ErrorCode::InternalServerError, message)
    }
}

impl From<InvalidPage> for ApiError {
    fn from(err: InvalidPage) -> Self {
        Self::input(err.to_string())
    }
}

impl From<InvalidId> for ApiError {
    fn from(err: InvalidId) -> Self {
        Self::input(err.to_string())
    }
}

impl From<ApiError> for async_graphql::Error {
    fn from(err: ApiError) -> Self {
        use async_graphql::ErrorExtensions as _;
        Self::new(err.message).extend_with(|_, extensions| {
            extensions.set("code", err.code.as_str());
            if let Some(limit) = err.limit {
                extensions.set("limit", limit);
            }
            if let Some(Exceeded { limit, allowed, found }) = err.exceeded {
                extensions.set("limit", limit.name().name());
                extensions.set("allowed", allowed);
                extensions.set("found", found);
            }
        })
    }
}

/// Creates an error with a code for the response to a request that was not executed; truncates a long message.
pub fn coded(code: &'static str, message: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(shortened(message.into()), None);
    error.extensions.get_or_insert_default().set("code", code);
    error
}

/// Returns the code of an error; `None` for an error of parsing, validation or coercion before `complete`.
pub fn code_of(error: &ServerError) -> Option<ErrorCode> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => ErrorCode::parse(code).ok(),
        _ => None,
    }
}

/// Returns the name of the exceeded limit that an error states.
pub fn limit_of(error: &ServerError) -> Option<String> {
    match error.extensions.as_ref()?.get("limit")? {
        Value::String(limit) => Some(limit.clone()),
        _ => None,
    }
}

/// Sets the code of errors without one. Resolvers and limits set theirs by type, never by the words of a message. The
/// remaining errors come from parsing, validation and coercion, all caused by the client.
pub(super) fn complete(errors: &mut [ServerError]) {
    for error in errors {
        error.message = shortened(std::mem::take(&mut error.message));
        if code_of(error).is_none() {
            let code = ErrorCode::BadUserInput;
            error.extensions.get_or_insert_default().set("code", code.as_str());
        }
    }
}

/// Truncates a long message, which may quote the request.
fn shortened(mut message: String) -> String {
    if message.len() > LONGEST {
        let ends = message.char_indices().map(|(at, letter)| at + letter.len_utf8());
        let end = ends.take_while(|end| *end <= LONGEST).last().unwrap_or(0);
        message.truncate(end);
        message.push('…');
    }
    message
}
