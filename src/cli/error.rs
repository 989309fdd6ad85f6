//! Command errors: a one-line message and an exit code.

use std::error::Error;
use std::process::ExitCode;

use crate::model::printable::sentence;
use crate::{config, service};

/// Exit code of a usage error.
pub(super) const USAGE: u8 = 2;

/// Exit code of a command that completed but left rows out.
pub(super) const LEFT_OUT: u8 = 3;

/// Error of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CommandError {
    /// Invalid arguments or settings.
    Usage(String),
    /// Failure during execution.
    Failed(String),
}

impl CommandError {
    /// Creates an execution failure from an error and its sources.
    pub(super) fn because(err: &dyn Error) -> Self {
        Self::Failed(sentence(err))
    }

    /// Returns the message, in one line.
    pub(super) fn message(&self) -> &str {
        match self {
            Self::Usage(message) | Self::Failed(message) => message,
        }
    }

    pub(super) fn code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(USAGE),
            Self::Failed(_) => ExitCode::FAILURE,
        }
    }
}

impl From<config::error::Error> for CommandError {
    fn from(err: config::error::Error) -> Self {
        Self::Usage(sentence(&err))
    }
}

impl From<service::error::Error> for CommandError {
    fn from(err: service::error::Error) -> Self {
        Self::because(&err)
    }
}
