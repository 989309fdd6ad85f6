//! Formatting of row problems for the command line and the log.

use std::fmt::Write as _;
use std::path::Path;

use crate::model::ledger::Problem;
use crate::model::printable;

/// Formats a problem in one line: position, row, message.
pub(crate) fn line(problem: &Problem) -> String {
    line_at(problem, None)
}

/// Formats a problem with the path of its file, if known, so that a terminal can link to it.
pub(crate) fn line_at(problem: &Problem, path: Option<&Path>) -> String {
    let mut line = path.map_or_else(|| problem.file.clone(), |path| path.display().to_string());
    if let Some(number) = problem.line {
        let _ = write!(line, ":{number}");
    }
    for part in [&problem.column, &problem.id].into_iter().flatten() {
        let _ = write!(line, " {part}");
    }
    let _ = write!(line, ": {}", problem.message);
    if let Some(value) = &problem.value {
        let _ = write!(line, " (`{value}`)");
    }
    if let Some(help) = &problem.help {
        let _ = write!(line, "; {help}");
    }
    printable::line(&line).into_owned()
}
