//! The boundary: every error becomes one of a closed list of codes here.

use crate::model::code::Code as _;
use crate::model::id::InvalidId;
use crate::model::page::InvalidPage;
use crate::read;

crate::model::code::codes! {
    /// What `extensions.code` of an error can be.
    pub enum ErrorCode {
        /// An argument cannot be right: a mangled cursor, a page too large, a currency that does not exist.
        BadUserInput = "BAD_USER_INPUT",
        /// A limit of the service is exceeded.
        LimitExceeded = "LIMIT_EXCEEDED",
        /// The answer took too long.
        Timeout = "TIMEOUT",
        /// The data is being built; ask again shortly.
        Rebuilding = "REBUILDING",
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
}

/// What a resolver answers.
pub type Answer<T> = Result<T, ApiError>;

impl ApiError {
    /// An argument that cannot be right; the message says what would be.
    pub fn input(message: impl Into<String>) -> Self {
        Self { code: ErrorCode::BadUserInput, message: message.into() }
    }

    /// The data is being built.
    pub fn rebuilding() -> Self {
        let message = "the data is being built; ask again in a few seconds".to_owned();
        Self { code: ErrorCode::Rebuilding, message }
    }

    /// Its code.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// Its sentence for the client.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl From<read::error::Error> for ApiError {
    fn from(err: read::error::Error) -> Self {
        let message = match &err {
            read::error::Error::Store(_) | read::error::Error::Dangling { .. } => {
                "the service could not read its data; it has been told and will rebuild it"
            }
        };
        tracing::error!(error = &err as &dyn std::error::Error, "a read failed");
        Self { code: ErrorCode::InternalServerError, message: message.to_owned() }
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
        Self::new(err.message)
            .extend_with(|_, extensions| extensions.set("code", err.code.as_str()))
    }
}
