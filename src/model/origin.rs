//! Provenance of records: supporting publications, and the file and line of each record.

use super::id::SourceId;

super::code::codes! {
    /// Degree to which a source supports a record.
    pub enum Assertion {
        /// Stated by the source.
        Stated = "STATED",
        /// Computed from statements of sources.
        Derived = "DERIVED",
        /// Inferred by the editors of the dataset; the source suggests it without stating it.
        Inferred = "INFERRED",
    }
}

/// File and line of a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// File name, relative, with `/` between folders: `seed/budgets.csv`.
    pub file: String,
    /// Line of the file, counted from 1; a row of several lines has its first line.
    pub line: u32,
}

/// Support of a record by a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// Supporting publication.
    pub source: SourceId,
    /// Supported field; `None` means the record as a whole.
    pub field: Option<String>,
    /// Short figure, date or name as printed.
    pub as_published: Option<String>,
    /// Interpretation by the editors of the dataset, where it differs from the printed text.
    pub normalised: Option<String>,
    /// Position in the publication: `line 7; bytes 1579-1595`.
    pub locator: Option<String>,
    /// Remark by the editors of the dataset.
    pub note: Option<String>,
    /// Degree to which the publication supports the record.
    pub assertion: Assertion,
    /// File and line of the citation.
    pub origin: Origin,
}

/// Complete provenance of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// File and line of the record itself.
    pub origin: Origin,
    /// Degree to which its sources support it: the assertion of its own line.
    pub assertion: Assertion,
    /// Supporting publications; those of its own line come first.
    pub citations: Vec<Citation>,
}

impl Provenance {
    /// Returns the supporting publications in order, without duplicates.
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
