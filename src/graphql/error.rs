//! The boundary: every error becomes one of a closed list of codes here.

use std::time::Duration;

use async_graphql::{ServerError, Value};

use super::limit::Exceeded;
use crate::model::code::Code as _;
use crate::model::id::InvalidId;
use crate::model::page::InvalidPage;
use crate::read;

crate::model::code::codes! {
    /// What `extensions.code` of an error can be.
    pub enum ErrorCode {
        /// An argument cannot be right: a mangled cursor, a page too large, a currency that does not exist.
        BadUserInput = "BAD_USER_INPUT",
        /// There is nothing at this address.
        NotFound = "NOT_FOUND",
        /// The address does not take this method, or not this operation by it.
        MethodNotAllowed = "METHOD_NOT_ALLOWED",
        /// Who asks has to say who he is, by a token that is good.
        Unauthenticated = "UNAUTHENTICATED",
        /// Who asks may not have this.
        Forbidden = "FORBIDDEN",
        /// No form of the answer is one that the client takes.
        NotAcceptable = "NOT_ACCEPTABLE",
        /// The request took too long to arrive.
        RequestTimeout = "REQUEST_TIMEOUT",
        /// Something else is under way that excludes it; try again when that is done.
        Conflict = "CONFLICT",
        /// The body is too large.
        PayloadTooLarge = "PAYLOAD_TOO_LARGE",
        /// The body is of a type that is not taken.
        UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE",
        /// The request is for another service, by its name.
        MisdirectedRequest = "MISDIRECTED_REQUEST",
        /// A limit of the service is exceeded.
        LimitExceeded = "LIMIT_EXCEEDED",
        /// Who asks has asked too often, or holds too much; `Retry-After` says when he may again.
        RateLimited = "RATE_LIMITED",
        /// The service has as much to do as it can; ask again shortly.
        Overloaded = "OVERLOADED",
        /// The service does not know the query of this digest; send it once in full.
        PersistedQueryNotFound = "PERSISTED_QUERY_NOT_FOUND",
        /// Persisted queries are not taken, or not in this version.
        PersistedQueryNotSupported = "PERSISTED_QUERY_NOT_SUPPORTED",
        /// The service answers only the queries that it knows by name, and this is none of them.
        NotTrusted = "NOT_TRUSTED",
        /// The answer took too long.
        Timeout = "TIMEOUT",
        /// The data is being built; ask again shortly.
        Rebuilding = "REBUILDING",
        /// The disk of the service is full; nothing was changed.
        InsufficientStorage = "INSUFFICIENT_STORAGE",
        /// The service failed; its log says why.
        InternalServerError = "INTERNAL_SERVER_ERROR",
    }
}

/// What a client sees. It has no `Display` on purpose: `async_graphql::Error` takes whatever has one through
/// `?`, silently and without a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    code: ErrorCode,
    message: String,
    exceeded: Option<Exceeded>,
    /// The flag of the limit that is reached, where it is none of a request alone.
    flag: Option<&'static str>,
}

/// Bytes of a message, at most; some quote what a client sent.
const LONGEST: usize = 1_000;

/// What a resolver answers.
pub type Answer<T> = Result<T, ApiError>;

impl ApiError {
    /// An argument that cannot be right; the message says what would be.
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadUserInput, message)
    }

    /// A code and a sentence for the client.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: shortened(message.into()), exceeded: None, flag: None }
    }

    /// A limit that is exceeded; the message says which, and by how much.
    pub fn limit(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::LimitExceeded, message)
    }

    /// The request has had its time.
    pub fn timeout(limit: Duration) -> Self {
        let limit = limit.as_secs_f32();
        let message = format!(
            "the answer takes longer than {limit} s, which is the limit (request-timeout): ask for less, or in several requests"
        );
        Self::new(ErrorCode::Timeout, message)
    }

    /// The service failed; its log says why.
    pub fn failed() -> Self {
        Self::new(ErrorCode::InternalServerError, "the service failed; its log says why")
    }

    /// No place for its execution was free in time.
    pub fn overloaded() -> Self {
        let message = "the service has more to do than it can, and a request waits only so long (max-wait); ask again shortly";
        Self { flag: Some("max-wait"), ..Self::new(ErrorCode::Overloaded, message) }
    }

    /// There are as many executions, waiting and running, as there may be.
    pub fn queue_full() -> Self {
        let message =
            "as many requests are under way as there may be (max-requests); ask again shortly";
        Self { flag: Some("max-requests"), ..Self::new(ErrorCode::Overloaded, message) }
    }

    /// The answer has more bytes than it may.
    pub fn too_large(most: usize) -> Self {
        let message = format!(
            "the answer has more than {most} bytes, which is the limit (max-answer): ask for smaller pages with `first`, or in several requests"
        );
        Self { flag: Some("max-answer"), ..Self::limit(message) }
    }

    /// The data is being built.
    pub fn rebuilding() -> Self {
        Self::new(ErrorCode::Rebuilding, "the data is being built; ask again in a few seconds")
    }

    /// Its code.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// Its sentence for the client.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The flag of the limit that is reached, where it is none of a request alone.
    pub fn flag(&self) -> Option<&'static str> {
        self.flag
    }

    /// The limit that is exceeded, where it is one that can be set.
    pub fn exceeded(&self) -> Option<Exceeded> {
        self.exceeded
    }

    /// The error as it stands in an answer to a request that was not executed.
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
                "the service could not read its data; it has been told and will rebuild it"
            }
        };
        tracing::error!(error = &err as &dyn std::error::Error, "a read failed");
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
            if let Some(flag) = err.flag {
                extensions.set("limit", flag);
            }
            if let Some(Exceeded { limit, allowed, found }) = err.exceeded {
                extensions.set("limit", limit.name());
                extensions.set("allowed", allowed);
                extensions.set("found", found);
            }
        })
    }
}

/// The code of an error; `None` for one that comes from parsing, validation or coercion and was not completed yet.
pub fn code_of(error: &ServerError) -> Option<ErrorCode> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => ErrorCode::parse(code).ok(),
        _ => None,
    }
}

/// The limit that an error says is exceeded.
pub fn limit_of(error: &ServerError) -> Option<String> {
    match error.extensions.as_ref()?.get("limit")? {
        Value::String(limit) => Some(limit.clone()),
        _ => None,
    }
}

/// Gives a code to the errors that have none. Resolvers and limits give theirs, by type and never by words of a message; what is
/// left comes from parsing, validation and coercion, all of them the client's to put right.
pub(super) fn complete(errors: &mut [ServerError]) {
    for error in errors {
        error.message = shortened(std::mem::take(&mut error.message));
        if code_of(error).is_none() {
            let code = ErrorCode::BadUserInput;
            error.extensions.get_or_insert_default().set("code", code.as_str());
        }
    }
}

/// A message without more of what was sent than anybody reads.
fn shortened(mut message: String) -> String {
    if message.len() > LONGEST {
        let ends = message.char_indices().map(|(at, letter)| at + letter.len_utf8());
        let end = ends.take_while(|end| *end <= LONGEST).last().unwrap_or(0);
        message.truncate(end);
        message.push('…');
    }
    message
}
