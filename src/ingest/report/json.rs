//! JSON report.

use serde::Serialize;

use crate::ingest::Checked;
use crate::model::ledger::{Ledger, Problem};

#[derive(Serialize)]
struct JsonReport<'c> {
    errors: usize,
    warnings: usize,
    records: usize,
    rows: RowCounts,
    files: Vec<File<'c>>,
    problems: Vec<&'c Problem>,
}

/// File of the report. Its problems are in the common list.
#[derive(Serialize)]
struct File<'c> {
    name: &'c str,
    sha256: &'c str,
    bytes: u64,
    rows: RowCounts,
}

/// Row counts by outcome.
#[derive(Default, Serialize)]
struct RowCounts {
    read: u64,
    accepted: u64,
    quarantined: u64,
    duplicate: u64,
}

impl RowCounts {
    fn add(self, ledger: &Ledger) -> Self {
        Self {
            read: self.read + ledger.rows_read,
            accepted: self.accepted + ledger.accepted,
            quarantined: self.quarantined + ledger.quarantined,
            duplicate: self.duplicate + ledger.duplicate,
        }
    }
}

/// Returns the report as one JSON object: `errors`, `warnings`, `records`, `rows`, `files`, `problems`.
///
/// # Errors
/// Serialisation of text and numbers is not known to fail.
pub fn json(checked: &Checked) -> Result<String, serde_json::Error> {
    let ledgers = checked.files.iter().map(|file| &file.ledger);
    serde_json::to_string_pretty(&JsonReport {
        errors: checked.errors(),
        warnings: checked.warnings(),
        records: checked.records.len(),
        rows: ledgers.fold(RowCounts::default(), RowCounts::add),
        files: checked
            .files
            .iter()
            .map(|file| File {
                name: &file.name,
                sha256: &file.sha256,
                bytes: file.bytes,
                rows: RowCounts::default().add(&file.ledger),
            })
            .collect(),
        problems: checked.problems().collect(),
    })
}
