//! A problem of a row as the command line and the log say it.

use std::fmt::Write as _;
use std::path::Path;

use crate::model::ledger::Problem;
use crate::model::printable;

/// A problem in one line: where, which, what.
pub(super) fn line(problem: &Problem) -> String {
    line_at(problem, None)
}

/// The same, with the path by which the file is reached from here, where that is known: a terminal can follow it.
pub(super) fn line_at(problem: &Problem, path: Option<&Path>) -> String {
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
