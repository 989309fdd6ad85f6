//! Command errors: a one-line message and an exit code.

use std::error::Error;
use std::process::ExitCode;

use crate::config;
use crate::model::printable;

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

/// Formats an error and its sources in one line; a source already contained in the message is not repeated.
pub(super) fn sentence(err: &dyn Error) -> String {
    let mut message = err.to_string();
    let mut cause = err.source();
    while let Some(err) = cause {
        let text = err.to_string();
        if !message.contains(&text) {
            message = format!("{message}: {text}");
        }
        cause = err.source();
    }
    printable::line(&message.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}
