//! Output of commands: results on standard output, messages on standard error.
//!
//! Names and contents of files are untrusted. Text passes [`printable`], so that it cannot control the terminal.

use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

use super::error::CommandError;
use crate::model::printable;

/// Prints text with control characters escaped. A closed pipe, as with `head`, is not an error.
pub(super) fn print(text: &str) -> Result<ExitCode, CommandError> {
    write(printable::lines(text).as_bytes())
}

/// Prints text whose control characters are already escaped, and that may contain colours.
pub(super) fn print_coloured(text: &str) -> Result<ExitCode, CommandError> {
    write(text.as_bytes())
}

/// Prints JSON.
pub(super) fn print_json(text: &str) -> Result<ExitCode, CommandError> {
    write(printable::json(text).as_bytes())
}

/// Writes bytes unchanged.
pub(super) fn write(bytes: &[u8]) -> Result<ExitCode, CommandError> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(err) if err.kind() != ErrorKind::BrokenPipe => {
            Err(CommandError::Failed(format!("cannot write to standard output: {err}")))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Prints a line to standard error.
pub(super) fn message(line: &str) {
    // A closed standard error leaves no way to report.
    let _ = writeln!(io::stderr().lock(), "{}", printable::lines(line));
}
