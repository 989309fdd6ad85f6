//! What a command says: answers on standard output, complaints on standard error.

use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

use super::failure::Failure;

/// Writes an answer. A reader that has had enough, such as `head`, is no failure.
pub(super) fn print(text: &str) -> Result<ExitCode, Failure> {
    write(text.as_bytes())
}

/// Writes an answer that may be no text.
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
    let _ = writeln!(io::stderr().lock(), "{line}");
}
