//! Why a command is not done, in one line, and the exit code that says so to scripts.

use std::error::Error;
use std::process::ExitCode;

use crate::config;
use crate::model::printable;

/// The exit code of a command that was used wrongly.
pub(super) const USAGE: u8 = 2;

/// The exit code of a command that is done but had to leave something out.
pub(super) const LEFT_OUT: u8 = 3;

/// Why a command is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It was asked for in a way that cannot be right.
    Usage(String),
    /// It was tried, and failed.
    Failed(String),
}

impl Failure {
    /// A command that failed because of an error.
    pub(super) fn because(err: &dyn Error) -> Self {
        Self::Failed(sentence(err))
    }

    /// One line that says why.
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

impl From<config::error::Error> for Failure {
    fn from(err: config::error::Error) -> Self {
        Self::Usage(sentence(&err))
    }
}

/// An error and what led to it in one line; a cause that the error tells itself is not told twice.
pub(super) fn sentence(err: &dyn Error) -> String {
    let mut sentence = err.to_string();
    let mut cause = err.source();
    while let Some(err) = cause {
        let said = err.to_string();
        if !sentence.contains(&said) {
            sentence = format!("{sentence}: {said}");
        }
        cause = err.source();
    }
    printable::line(&sentence.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}
