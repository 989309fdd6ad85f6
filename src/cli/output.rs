//! What a command says: answers on standard output, complaints on standard error.
//!
//! Names and contents of files come from others. Whatever is written for people here passes [`printable`] on its way,
//! so that nothing of it directs the terminal.

use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

use super::failure::Failure;
use crate::model::printable;

/// Writes an answer for people, with control characters made visible. A reader that has had enough, such as `head`, is no
/// failure.
pub(super) fn print(text: &str) -> Result<ExitCode, Failure> {
    write(printable::lines(text).as_bytes())
}

/// Writes an answer for people whose author has made control characters visible, and added colours.
pub(super) fn print_coloured(text: &str) -> Result<ExitCode, Failure> {
    write(text.as_bytes())
}

/// Writes JSON.
pub(super) fn print_json(text: &str) -> Result<ExitCode, Failure> {
    write(printable::json(text).as_bytes())
}

/// Writes an answer for machines, byte for byte.
pub(super) fn write(bytes: &[u8]) -> Result<ExitCode, Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(err) if err.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::Failed(format!("the answer could not be written: {err}")))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Writes a line of complaint.
pub(super) fn complain(line: &str) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{}", printable::lines(line));
}
