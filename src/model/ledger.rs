//! The ledger of a file: what was read, what was taken, what was left and why.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How grave a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row is left out.
    Error,
    /// The row is taken; somebody should look.
    Warning,
}

/// One thing that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// How grave it is.
    pub severity: Severity,
    /// A stable word for the kind of problem: `UNKNOWN_ID`.
    pub code: String,
    /// Name of the file.
    pub file: String,
    /// Line, the first is 1; `None` when the file as a whole is meant.
    pub line: Option<u32>,
    /// Name of the column.
    pub column: Option<String>,
    /// Identifier of the row, where it has one.
    pub id: Option<String>,
    /// The value as found, cut to a short length.
    pub value: Option<String>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
}

/// What became of the rows of one file. `rows_read = accepted + quarantined + duplicate`, always.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Rows that the file holds, its header apart.
    pub rows_read: u64,
    /// Rows that are in the dataset.
    pub accepted: u64,
    /// Rows left out, each with a problem.
    pub quarantined: u64,
    /// Rows left out because an equal one is in the dataset.
    pub duplicate: u64,
    /// The problems, in the order of the file; of those that are many alike, the first.
    pub problems: Vec<Problem>,
    /// How many problems there are of each code, also of those that are not listed; empty when all are.
    #[serde(default)]
    pub counts: BTreeMap<String, u64>,
}

impl Ledger {
    /// Whether every row is accounted for.
    pub fn adds_up(&self) -> bool {
        self.accepted.checked_add(self.quarantined).and_then(|n| n.checked_add(self.duplicate))
            == Some(self.rows_read)
    }
}

/// A file that a dataset was built from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Its name: `seed/programmes.csv`.
    pub name: String,
    /// Digest of its bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// How it was read: `seed-csv`.
    pub format: String,
    /// Whether its activities are united with other versions of them, where that was asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unite: bool,
    /// What became of its rows.
    pub ledger: Ledger,
}
