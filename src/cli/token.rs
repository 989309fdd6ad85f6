//! `aidgraph token`: creates a token, adds its digest to the token file, and prints it once.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use super::error::CommandError;
use super::output;
use crate::http::access::{AccessRole, make_token};

/// Creates a token with a name and roles.
pub(super) fn run(file: &Path, name: &str, roles: &[AccessRole]) -> Result<ExitCode, CommandError> {
    let (token, line) = make_token(name, roles).map_err(|err| CommandError::because(&err))?;
    add(file, name, &line)
        .map_err(|err| CommandError::Failed(format!("cannot write {}: {err}", file.display())))?;
    output::message(&format!(
        "aidgraph: added {name} to {}; store the token now, it is not shown again:",
        file.display()
    ));
    output::print(&format!("{token}\n"))
}

/// Appends a line to the file; creates it readable by its owner only.
fn add(path: &Path, name: &str, line: &str) -> io::Result<()> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(err) if err.kind() == io::ErrorKind::NotFound => String::new(),
        Err(err) => return Err(err),
    };
    if text.lines().any(|line| line.split_whitespace().next() == Some(name)) {
        return Err(io::Error::other(format!(
            "it already has a line for {name}: remove that first"
        )));
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let begin = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    file.write_all(format!("{begin}{line}").as_bytes())?;
    file.sync_all()
}
