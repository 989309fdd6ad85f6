//! Problems of records that a version in another file supersedes.

use rust_decimal::Decimal;

use super::unite::{CurrencySums, Difference};
use crate::model::ledger::{Ledger, Problem, Severity};
use crate::model::noun::Record;

/// Maximum number of duplicates that the ledger of a file lists; all are counted.
const LISTED_LIMIT: u64 = 1_000;

/// Problem code of a record that repeats an identifier, with a later version in another file that says the same.
const DUPLICATE: &str = "DUPLICATE_IDENTIFIER";

/// Code of the problem that reports different policy markers in the files of one activity.
const SEVERAL_VALUES: &str = "SEVERAL_VALUES";

/// Problem code of a record that differs from its later version, so that something is left out.
pub(crate) const DIFFERS: &str = "DUPLICATE_DIFFERS";

/// Records in the ledger of a file that `rows` rows of it are superseded by a later version.
pub(super) fn report(
    ledger: &mut Ledger,
    record: &Record,
    rows: u64,
    taken: &Record,
    difference: &Difference,
) {
    let kept = match difference {
        Difference::United { rows, .. } => u64::try_from(*rows).unwrap_or(u64::MAX),
        _ => 0,
    };
    let rows = rows.saturating_sub(kept).min(ledger.accepted);
    ledger.accepted -= rows;
    ledger.duplicate += rows;
    if let Difference::United { markers: true, .. } = difference {
        note(ledger, record, Severity::Warning, SEVERAL_VALUES, message_of_markers(taken));
    }
    if kept > 0 && rows == 0 {
        return;
    }
    let (severity, code) = match difference {
        Difference::LeftOut { .. } => (Severity::Error, DIFFERS),
        _ => (Severity::Warning, DUPLICATE),
    };
    if let Some(problem) = note(ledger, record, severity, code, message(taken, rows, difference)) {
        problem.help = help(difference);
    }
}

/// Counts a problem of a record, and lists it if few of its code are listed. Returns the listed problem.
fn note<'l>(
    ledger: &'l mut Ledger,
    record: &Record,
    severity: Severity,
    code: &str,
    message: String,
) -> Option<&'l mut Problem> {
    let count = ledger.counts.entry(code.to_owned()).or_default();
    *count += 1;
    if *count > LISTED_LIMIT {
        return None;
    }
    let origin = record.origin();
    ledger.problems.push(Problem {
        severity,
        code: code.to_owned(),
        file: origin.file.clone(),
        line: Some(origin.line),
        column: None,
        id: Some(record.key().to_owned()),
        value: None,
        message,
        help: None,
    });
    ledger.problems.last_mut()
}

/// Message of the problem that reports different policy markers.
fn message_of_markers(taken: &Record) -> String {
    let other = taken.origin();
    format!(
        "this file gives policy markers that {}:{} lacks; the activity has each that a file gives",
        other.file, other.line
    )
}

/// Message of the problem that reports a superseded record.
fn message(taken: &Record, rows: u64, difference: &Difference) -> String {
    let other = taken.origin();
    let place = format!("{}:{}", other.file, other.line);
    let also = if rows > 1 {
        format!("; all {rows} rows of this one are left out")
    } else {
        String::new()
    };
    match difference {
        Difference::United { rows: kept, .. } => format!(
            "{place} has the same identifier; {kept} rows of this one that it lacks are added, and equal rows count once"
        ),
        Difference::LeftOut { money, movements } => {
            let held = left_out(money, *movements);
            format!(
                "{place} has the same identifier and is a later version that differs; this version is left out, with {held}{also}"
            )
        }
        Difference::None => format!(
            "{place} has the same identifier and is the later version; without update times the file whose name sorts last counts{also}"
        ),
    }
}

/// Describes the movements that only a superseded version has.
fn left_out(money: &CurrencySums, movements: usize) -> String {
    let counted = match movements {
        0 => return "no movement of money that the later version lacks".to_owned(),
        1 => "1 movement".to_owned(),
        count => format!("{count} movements"),
    };
    if money.sums.is_empty() {
        return format!("{counted} without an amount that the later version lacks");
    }
    let sum = |(currency, sum): (&String, &Decimal)| format!("{} {currency}", sum.normalize());
    let sums: Vec<String> = money.sums.iter().map(sum).collect();
    let excess = match money.excess {
        0 => String::new(),
        count => format!(" (without {count} of the amounts, too large to be added)"),
    };
    format!("{counted} that the later version lacks: {}{excess}", sums.join(", "))
}

/// Suggests a remedy for a version whose money is left out.
fn help(difference: &Difference) -> Option<String> {
    let Difference::LeftOut { movements, .. } = difference else { return None };
    (*movements > 0).then(|| {
        "remove the older file if it is out of date, or import either file with --duplicates unite".to_owned()
    })
}
