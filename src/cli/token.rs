//! `aidgraph token`: makes a token, adds its digest to the file of tokens, and shows it this once.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use super::failure::Failure;
use super::output;
use crate::http::access::{Role, make_token};

/// Makes a token for somebody.
pub(super) fn run(file: &Path, name: &str, roles: &[Role]) -> Result<ExitCode, Failure> {
    let (token, line) = make_token(name, roles).map_err(|err| Failure::because(&err))?;
    add(file, name, &line).map_err(|err| {
        Failure::Failed(format!("{} cannot be written to: {err}", file.display()))
    })?;
    output::complain(&format!(
        "aidgraph: {} has a line for {name} now; whoever has this token is {name}, and it is not shown again:",
        file.display()
    ));
    output::print(&format!("{token}\n"))
}

/// Adds a line to the file, which is made for its owner alone where there is none.
fn add(path: &Path, name: &str, line: &str) -> io::Result<()> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(err) if err.kind() == io::ErrorKind::NotFound => String::new(),
        Err(err) => return Err(err),
    };
    if text.lines().any(|line| line.split_whitespace().next() == Some(name)) {
        return Err(io::Error::other(format!("it has a line for {name}; take that out first")));
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let begin = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    file.write_all(format!("{begin}{line}").as_bytes())?;
    file.sync_all()
}
