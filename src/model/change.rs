//! Difference between two generations of the data, as subscribers receive it.

use super::noun::Kind;

/// Difference between the current generation of the data and the previous one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Version of the current generation.
    pub version: String,
    /// Version of the previous generation; `None` for the first generation of a process.
    pub previous: Option<String>,
    /// Number of the current generation.
    pub generation: u64,
    /// Nouns whose number of records changed.
    pub counts: Vec<CountChange>,
    /// Names of files that are new in the current generation.
    pub added: Vec<String>,
    /// Names of files that the current generation no longer has.
    pub removed: Vec<String>,
    /// Names of files whose bytes changed.
    pub changed: Vec<String>,
}

/// Number of records of a noun, before and after the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountChange {
    /// Noun that is counted.
    pub kind: Kind,
    /// Number of records in the previous generation.
    pub before: u32,
    /// Number of records in the current generation.
    pub after: u32,
}
