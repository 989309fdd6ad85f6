//! Rejected requests: errors with codes for the client.

use async_graphql::{Response, ServerError, Value};

use super::error::{self, ApiError};

/// Errors of a rejected request, each with a code.
#[derive(Clone, Debug)]
pub struct Rejected(Vec<ServerError>);

impl Rejected {
    /// Returns the errors; at least one.
    pub fn errors(&self) -> &[ServerError] {
        &self.0
    }
}

impl From<ApiError> for Rejected {
    fn from(error: ApiError) -> Self {
        Self(vec![error.into_server_error()])
    }
}

impl From<ServerError> for Rejected {
    fn from(error: ServerError) -> Self {
        Self::from(vec![error])
    }
}

impl From<Vec<ServerError>> for Rejected {
    fn from(mut errors: Vec<ServerError>) -> Self {
        error::complete(&mut errors);
        Self(errors)
    }
}

impl From<Rejected> for Response {
    fn from(rejected: Rejected) -> Self {
        Self::from_errors(rejected.0)
    }
}

/// Returns true if the response is that of a rejected request: no data, and no error with a path.
pub fn was_refused(response: &Response) -> bool {
    response.is_err()
        && response.data == Value::Null
        && response.errors.iter().all(|error| error.path.is_empty())
}
