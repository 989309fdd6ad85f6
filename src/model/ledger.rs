//! Import ledger of a file: rows read, accepted, quarantined and duplicate, with the problems found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::licence::Licence;

/// Severity of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row is quarantined.
    Error,
    /// The row is accepted and deserves a review.
    Warning,
}

/// One problem of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Severity of the problem.
    pub severity: Severity,
    /// Stable code of the kind of problem: `UNKNOWN_ID`.
    pub code: String,
    /// Name of the file.
    pub file: String,
    /// Line, counted from 1; `None` when the problem concerns the whole file.
    pub line: Option<u32>,
    /// Name of the column; `None` when the problem concerns a whole row or file.
    pub column: Option<String>,
    /// Identifier of the row, if it has one.
    pub id: Option<String>,
    /// Value as found, truncated to a short length.
    pub value: Option<String>,
    /// Description of the problem, one sentence.
    pub message: String,
    /// Suggested correction.
    pub help: Option<String>,
}

/// Row counts of one file. `rows_read = accepted + quarantined + duplicate`, always.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Rows in the file, without its header.
    pub rows_read: u64,
    /// Rows in the dataset.
    pub accepted: u64,
    /// Rows rejected, each with a problem.
    pub quarantined: u64,
    /// Rows skipped because the dataset has an equal one.
    pub duplicate: u64,
    /// Problems, in file order; of many similar problems only the first ones.
    pub problems: Vec<Problem>,
    /// Number of problems per code, including unlisted ones; empty when every problem is listed.
    #[serde(default)]
    pub counts: BTreeMap<String, u64>,
}

impl Ledger {
    /// Returns true if every row is accounted for.
    pub fn adds_up(&self) -> bool {
        self.accepted.checked_add(self.quarantined).and_then(|n| n.checked_add(self.duplicate))
            == Some(self.rows_read)
    }
}

/// File that a dataset was built from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// File name: `seed/programmes.csv`.
    pub name: String,
    /// SHA-256 digest of the file, in lower-case hexadecimal.
    pub sha256: String,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Name of the reader: `seed-csv`.
    pub format: String,
    /// True if the import merges the file's activities with other versions of them, on request.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unite: bool,
    /// Licence of the file, as stated at its import; `None` if unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<Licence>,
    /// Row counts and problems of the file.
    pub ledger: Ledger,
}
