//! Errors and arguments of tools.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::protocol::short;
use crate::graphql::error::{ApiError, ErrorCode};
use crate::http::error::HttpError;
use crate::table::error::TableError;

/// Error of a tool, for the model: a code and a message.
#[derive(Debug)]
pub(super) struct ToolError(pub(super) String);

impl ToolError {
    pub(super) fn input(message: impl AsRef<str>) -> Self {
        Self(format!("BAD_USER_INPUT: {}", message.as_ref()))
    }

    /// Rejects a result of too many bytes.
    pub(super) fn check_bytes(bytes: usize, limit: usize) -> Result<(), Self> {
        let message = format!(
            "LIMIT_EXCEEDED: {bytes} bytes, the limit is {limit}: request fewer rows, columns or fields"
        );
        if bytes > limit { Err(Self(message)) } else { Ok(()) }
    }
}

impl From<ApiError> for ToolError {
    fn from(err: ApiError) -> Self {
        Self(format!("{}: {}", err.code(), err.message()))
    }
}

impl From<HttpError> for ToolError {
    fn from(err: HttpError) -> Self {
        Self(format!("{}: {}", err.code().as_str(), err.message()))
    }
}

impl From<TableError> for ToolError {
    fn from(err: TableError) -> Self {
        match err {
            TableError::Read(err) => ApiError::from(err).into(),
            TableError::TimedOut => Self(format!("TIMEOUT: {err}")),
            TableError::TooLarge { .. } => Self(format!("LIMIT_EXCEEDED: {err}")),
            TableError::Write(_) | TableError::Encode(_) => ApiError::failed().into(),
            TableError::Unknown { .. } | TableError::Parameter(_) => {
                Self::input(short(&err.to_string()))
            }
        }
    }
}

/// Converts the error of a table. `report` reports that the data could not be read.
pub(super) fn of_table(err: TableError, report: impl FnOnce()) -> ToolError {
    let TableError::Read(err) = err else { return err.into() };
    let err = ApiError::from(err);
    if err.code() == ErrorCode::InternalServerError {
        report();
    }
    err.into()
}

/// Reads the arguments of a tool. An unknown, missing or malformed one is reported by its name.
pub(super) fn arguments<T: DeserializeOwned>(given: Value) -> Result<T, ToolError> {
    serde_json::from_value(given).map_err(|err| {
        let message = short(&err.to_string()).replace("field `", "argument `");
        ToolError::input(format!("invalid arguments: {message}"))
    })
}
