//! What a subscriber hears when other data comes into force.

use super::noun::Kind;

/// How one generation of the data differs from the one before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The version in force.
    pub version: String,
    /// The version before; `None` for the first of a process.
    pub previous: Option<String>,
    /// The number of the build in force.
    pub generation: u64,
    /// Nouns of which there are more or fewer records than before.
    pub counts: Vec<CountChange>,
    /// Files that were not there before, by name.
    pub added: Vec<String>,
    /// Files that are no longer there, by name.
    pub removed: Vec<String>,
    /// Files whose bytes are others than before, by name.
    pub changed: Vec<String>,
}

/// How many records of a noun there were, and are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountChange {
    /// The noun.
    pub kind: Kind,
    /// How many there were.
    pub before: u32,
    /// How many there are.
    pub after: u32,
}
