//! The form for machines.

use serde::Serialize;

use crate::ingest::Checked;
use crate::model::ledger::{Ledger, Problem};

/// The whole report.
#[derive(Serialize)]
struct Report<'c> {
    errors: usize,
    warnings: usize,
    records: usize,
    rows: Rows,
    files: Vec<File<'c>>,
    problems: Vec<&'c Problem>,
}

/// A file and its ledger; its problems stand with all others.
#[derive(Serialize)]
struct File<'c> {
    name: &'c str,
    sha256: &'c str,
    bytes: u64,
    rows: Rows,
}

/// What became of rows.
#[derive(Default, Serialize)]
struct Rows {
    read: u64,
    accepted: u64,
    quarantined: u64,
    duplicate: u64,
}

impl Rows {
    fn add(self, ledger: &Ledger) -> Self {
        Self {
            read: self.read + ledger.rows_read,
            accepted: self.accepted + ledger.accepted,
            quarantined: self.quarantined + ledger.quarantined,
            duplicate: self.duplicate + ledger.duplicate,
        }
    }
}

/// Everything that was found as one JSON object: `errors`, `warnings`, `records`, `rows`, `files`, `problems`.
///
/// # Errors
/// None that is known: all of it is text and numbers.
pub fn json(checked: &Checked) -> Result<String, serde_json::Error> {
    let ledgers = checked.files.iter().map(|file| &file.ledger);
    serde_json::to_string_pretty(&Report {
        errors: checked.errors(),
        warnings: checked.warnings(),
        records: checked.records.len(),
        rows: ledgers.fold(Rows::default(), Rows::add),
        files: checked
            .files
            .iter()
            .map(|file| File {
                name: &file.name,
                sha256: &file.sha256,
                bytes: file.bytes,
                rows: Rows::default().add(&file.ledger),
            })
            .collect(),
        problems: checked.problems().collect(),
    })
}
