//! `aidgraph check`: validates seed files and reports problems in the style of a compiler.

use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::process::ExitCode;

use super::error::CommandError;
use super::output;
use crate::ingest::{self, Checked, report, seed};

/// Checks a folder of seed files; fails if a row has an error.
pub(super) fn run(dir: &Path, json: bool) -> Result<ExitCode, CommandError> {
    let files = seed::SeedFiles::from_dir(dir).map_err(|err| CommandError::because(&err))?;
    let checked = ingest::check(&files).located(dir);
    if json {
        output::print_json(&as_json(&checked)?)?;
    } else {
        output::print_coloured(&as_text(&checked)?)?;
    }
    Ok(if checked.errors() > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn as_json(checked: &Checked) -> Result<String, CommandError> {
    let json = report::json(checked).map_err(|err| CommandError::because(&err))?;
    Ok(format!("{}\n", json.trim_end()))
}

fn as_text(checked: &Checked) -> Result<String, CommandError> {
    // Colours need a terminal and no `NO_COLOR`: https://no-color.org
    let colours = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut text = String::new();
    report::terminal(checked, colours, &mut text).map_err(|err| CommandError::because(&err))?;
    Ok(text)
}
