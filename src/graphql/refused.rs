//! What refuses a request: errors with codes, for its client.

use async_graphql::{Response, ServerError, Value};

use super::error::{self, ApiError};

/// Why a request is not executed: errors with codes, for its client.
#[derive(Clone, Debug)]
pub struct Refused(Vec<ServerError>);

impl Refused {
    /// The errors.
    pub fn errors(&self) -> &[ServerError] {
        &self.0
    }
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self(vec![error.into_server_error()])
    }
}

impl From<ServerError> for Refused {
    fn from(error: ServerError) -> Self {
        Self::from(vec![error])
    }
}

impl From<Vec<ServerError>> for Refused {
    fn from(mut errors: Vec<ServerError>) -> Self {
        error::complete(&mut errors);
        Self(errors)
    }
}

impl From<Refused> for Response {
    fn from(refused: Refused) -> Self {
        Self::from_errors(refused.0)
    }
}

/// Whether an answer says that the request was not executed: nothing but errors, and none of them at a field.
pub fn was_refused(response: &Response) -> bool {
    response.is_err()
        && response.data == Value::Null
        && response.errors.iter().all(|error| error.path.is_empty())
}
