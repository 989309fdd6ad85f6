//! Where a record comes from: the publication that says it, and the line of the file that it was read from.

use super::id::SourceId;

super::code::codes! {
    /// How far a source carries what a record says.
    pub enum Assertion {
        /// The source says it.
        Stated = "STATED",
        /// Computed from what sources say.
        Derived = "DERIVED",
        /// Our reading; the source suggests it but does not say it.
        Inferred = "INFERRED",
    }
}

/// The place in a file of ours that a record was read from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// Name of the file, with `/` between folders and never absolute: `seed/budgets.csv`.
    pub file: String,
    /// Line of the file, the first is 1; a row of several lines has the line where it begins.
    pub line: u32,
}

/// What one publication says for a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The publication.
    pub source: SourceId,
    /// The field that it supports; `None` means the record as a whole.
    pub field: Option<String>,
    /// The short figure, date or name as printed.
    pub as_published: Option<String>,
    /// What we read it as, where that differs from what is printed.
    pub normalised: Option<String>,
    /// Where in the publication: `line 7; bytes 1579-1595`.
    pub locator: Option<String>,
    /// A remark of ours.
    pub note: Option<String>,
    /// How far the publication carries it.
    pub assertion: Assertion,
    /// The line of our file that says so.
    pub origin: Origin,
}

/// Everything that answers *how do we know?* for one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The line that the record itself was read from.
    pub origin: Origin,
    /// How far its sources carry it: the assertion of its own line.
    pub assertion: Assertion,
    /// The publications that support it; those of its own line come first.
    pub citations: Vec<Citation>,
}

impl Provenance {
    /// The publications, in order and each once.
    pub fn sources(&self) -> Vec<&SourceId> {
        let mut sources = Vec::new();
        for citation in &self.citations {
            if !sources.contains(&&citation.source) {
                sources.push(&citation.source);
            }
        }
        sources
    }
}
