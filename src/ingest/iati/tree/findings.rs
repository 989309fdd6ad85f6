//! Findings about the names and codes of a record, aggregated.

use std::collections::BTreeMap;

use crate::model::codelist::Codelist;

/// Kind of finding about a name or a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::ingest::iati) enum FindingKind {
    /// An element that is read under another name.
    ElementReadAs,
    /// An attribute that is read under another name.
    AttributeReadAs,
    /// A wrapper element whose children are read.
    ReadThrough,
    /// An element that no version allows here; it is not read, and neither is its content.
    ElementNotRead,
    /// An attribute that no version allows here.
    AttributeNotRead,
    /// A code that is not on its list.
    OffList(Codelist),
    /// A code that is withdrawn from its list.
    Withdrawn(Codelist),
    /// More elements of one name than one element may hold.
    Surplus,
}

/// A finding about one name or one code of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest::iati) struct Finding {
    /// Kind of finding.
    pub(in crate::ingest::iati) kind: FindingKind,
    /// Path of the name: `transaction/valeu`, `activity-date/@type`.
    pub(in crate::ingest::iati) field: String,
    /// The code, or the standard name it is read as; `None` if there is no match.
    pub(in crate::ingest::iati) value: Option<String>,
    /// Line of the first occurrence.
    pub(in crate::ingest::iati) line: u32,
    /// Number of occurrences in the record.
    pub(in crate::ingest::iati) count: u64,
}

/// Maximum number of distinct findings per record; further ones are aggregated.
const MOST: usize = 1_000;

/// Findings of a record.
#[derive(Debug, Default)]
pub(super) struct Findings(BTreeMap<(FindingKind, String, Option<String>), (u32, u64)>);

impl Findings {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Adds occurrences of a finding, the first of them at `line`.
    pub(super) fn add(
        &mut self,
        kind: FindingKind,
        line: u32,
        field: String,
        value: Option<String>,
        times: u64,
    ) {
        let mut found = (kind, field, value);
        if self.0.len() >= MOST && !self.0.contains_key(&found) {
            found = (kind, "others".to_owned(), None);
        }
        // Siblings may come in reverse order.
        let (first, count) = self.0.entry(found).or_insert((line, 0));
        *first = line.min(*first);
        *count += times;
    }

    /// Returns the findings sorted by line.
    pub(super) fn in_order(&self) -> Vec<Finding> {
        let finding =
            |((kind, field, value), (line, count)): (&(FindingKind, String, _), &(u32, u64))| {
                let (field, value) = (field.clone(), Option::<String>::clone(value));
                Finding { kind: *kind, field, value, line: *line, count: *count }
            };
        let mut all: Vec<Finding> = self.0.iter().map(finding).collect();
        all.sort_by_key(|finding| finding.line);
        all
    }
}
