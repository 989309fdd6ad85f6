//! Terminal report, in the style of a compiler.
//!
//! ```text
//! error[IMPOSSIBLE_DATE]: `2015-02-30` is a date that the calendar lacks
//!   --> seed/programmes.csv:14:11 (start)
//!    |
//! 14 | ICP-MLI-3: start = 2015-02-30
//!    |                    ^^^^^^^^^^
//!    = help: …
//! ```

use std::collections::BTreeSet;
use std::fmt::{self, Write};

use crate::ingest::Checked;
use crate::ingest::problem::ProblemCode;
use crate::ingest::seed::column_number;
use crate::model::code::Code;
use crate::model::ledger::{Problem, Severity};
use crate::model::printable;

/// Terminal escapes of the coloured parts of a line.
const RESET: &str = "\u{1b}[0m";
const BOLD: &str = "\u{1b}[1m";
const RED: &str = "\u{1b}[1;31m";
const YELLOW: &str = "\u{1b}[1;33m";
const BLUE: &str = "\u{1b}[1;34m";

/// Writes all problems and a summary line. Rows left out only because of other rows are reported together, after
/// their causes.
///
/// The place of a problem is the file, the line, and the number of the cell in its row. Terminal escapes for colours
/// are written only if `colours` is set.
///
/// # Errors
/// Any error of `out`.
pub fn terminal(checked: &Checked, colours: bool, out: &mut dyn Write) -> fmt::Result {
    let paint = Paint { colours };
    let (causes, effects): (Vec<_>, Vec<_>) = checked.problems().partition(|p| !is_effect(p));
    for problem in &causes {
        one(problem, paint, out)?;
        out.write_char('\n')?;
    }
    if !effects.is_empty() {
        left_out(&effects, paint, out)?;
        out.write_char('\n')?;
    }
    summary(checked, paint, out)
}

/// Painter of texts; colours are optional.
#[derive(Clone, Copy)]
struct Paint {
    colours: bool,
}

impl Paint {
    fn with(self, colour: &str, text: &str) -> String {
        if self.colours { format!("{colour}{text}{RESET}") } else { text.to_owned() }
    }

    fn severity(self, severity: Severity, text: &str) -> String {
        self.with(if severity == Severity::Error { RED } else { YELLOW }, text)
    }
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn one(problem: &Problem, paint: Paint, out: &mut dyn Write) -> fmt::Result {
    let head = format!("{}[{}]", word(problem.severity), problem.code);
    let head = paint.severity(problem.severity, &head);
    let message = format!(": {}", printable::line(&problem.message));
    writeln!(out, "{head}{}", paint.with(BOLD, &message))?;
    let line = problem.line.map(|line| line.to_string()).unwrap_or_default();
    let width = line.len().max(2);
    let margin = " ".repeat(width);
    writeln!(out, "{margin}{} {}", paint.with(BLUE, "-->"), place(problem))?;
    let bar = paint.with(BLUE, "|");
    if let Some(value) = &problem.value {
        let name = problem.id.iter().filter(|id| *id != value).map(|id| format!("{id}: "));
        let column = problem.column.iter().map(|column| format!("{column} = "));
        let before: String = name.chain(column).collect();
        let (before, value) = (printable::line(&before), printable::line(value));
        let carets = "^".repeat(value.chars().count());
        let carets = paint.severity(problem.severity, &carets);
        let number = paint.with(BLUE, &format!("{line:>width$}"));
        writeln!(out, "{margin} {bar}")?;
        writeln!(out, "{number} {bar} {before}{value}")?;
        writeln!(out, "{margin} {bar} {}{carets}", " ".repeat(before.chars().count()))?;
    }
    if let Some(help) = &problem.help {
        let help = printable::line(help);
        writeln!(out, "{margin} {} {}: {help}", paint.with(BLUE, "="), paint.with(BOLD, "help"))?;
    }
    Ok(())
}

/// Maximum number of left-out rows that are listed.
const NAMED: usize = 8;

/// Returns true if a problem follows from another one: the row refers to, or repeats, a row that is left out.
fn is_effect(problem: &Problem) -> bool {
    problem.code == ProblemCode::LeftOut.as_str()
}

/// Reports all rows that are left out because of others.
fn left_out(effects: &[&Problem], paint: Paint, out: &mut dyn Write) -> fmt::Result {
    let rows: BTreeSet<(&str, Option<u32>)> =
        effects.iter().map(|problem| (problem.file.as_str(), problem.line)).collect();
    let message = match rows.len() {
        1 => "1 row is left out because it names one of these".to_owned(),
        count => format!("{count} rows are left out because they name one of these"),
    };
    let place = |(file, line): &(&str, Option<u32>)| match line {
        Some(line) => format!("{}:{line}", printable::line(file)),
        None => printable::line(file).into_owned(),
    };
    let mut places: Vec<String> = rows.iter().take(NAMED).map(place).collect();
    if rows.len() > NAMED {
        places.push(format!("and {} more", rows.len() - NAMED));
    }
    let head =
        paint.severity(Severity::Error, &format!("error[{}]", ProblemCode::LeftOut.as_str()));
    writeln!(out, "{head}{}", paint.with(BOLD, &format!(": {message}")))?;
    writeln!(out, "  {} {}", paint.with(BLUE, "-->"), places.join(", "))?;
    let help = "fix the problems above, and these rows will be accepted";
    writeln!(out, "   {} {}: {help}", paint.with(BLUE, "="), paint.with(BOLD, "help"))
}

/// `seed/programmes.csv:14:11 (start)`
fn place(problem: &Problem) -> String {
    let mut place = printable::line(&problem.file).into_owned();
    if let Some(line) = problem.line {
        let _ = write!(place, ":{line}");
        if let Some(column) = &problem.column {
            if let Some(number) = column_number(&problem.file, column) {
                let _ = write!(place, ":{number}");
            }
            let _ = write!(place, " ({})", printable::line(column));
        }
    }
    place
}

/// `check: 12 files, 2309 rows: 2308 accepted, 1 left out, 0 duplicate; 1 error, no warnings`
fn summary(checked: &Checked, paint: Paint, out: &mut dyn Write) -> fmt::Result {
    let ledgers = || checked.files.iter().map(|file| &file.ledger);
    let rows: u64 = ledgers().map(|ledger| ledger.rows_read).sum();
    let accepted: u64 = ledgers().map(|ledger| ledger.accepted).sum();
    let left_out: u64 = ledgers().map(|ledger| ledger.quarantined).sum();
    let duplicate: u64 = ledgers().map(|ledger| ledger.duplicate).sum();
    let (errors, warnings) = (checked.errors(), checked.warnings());
    let found = format!("{}, {}", count(errors, "error"), count(warnings, "warning"));
    let found = match (errors, warnings) {
        (0, 0) => paint.with(BOLD, &found),
        (0, _) => paint.severity(Severity::Warning, &found),
        _ => paint.severity(Severity::Error, &found),
    };
    writeln!(
        out,
        "{}, {rows} rows: {accepted} accepted, {left_out} left out, {duplicate} duplicate; {found}",
        count(checked.files.len(), "file")
    )
}

fn count(number: usize, noun: &str) -> String {
    match number {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
