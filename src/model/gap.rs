//! Known gaps: what was looked for and is missing, incomplete or uncertain in the data.

use super::country::CountryCode;
use super::date::{PartialDate, Period};
use super::id::GapId;
use super::kind::Kind;
use super::origin::Provenance;
use super::text::Text;

super::code::codes! {
    /// Kind of gap.
    pub enum GapKind {
        /// Looked for and not found.
        NotFound = "NOT_FOUND",
        /// Found in part.
        Partial = "PARTIAL",
        /// Sources disagree.
        Conflict = "CONFLICT",
        /// The meaning of a source is uncertain.
        Uncertain = "UNCERTAIN",
    }
}

/// Known gap in the data. Its citations are the publications that were searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Identifier of the gap.
    pub id: GapId,
    /// Kind of gap.
    pub kind: GapKind,
    /// Noun of the missing facts.
    pub noun: Kind,
    /// Donor whose cooperation the facts belong to; `None` if they belong to no single one.
    pub donor: Option<CountryCode>,
    /// Countries concerned; empty for no single ones.
    pub countries: Vec<CountryCode>,
    /// Years concerned; without either end for all years.
    pub period: Period,
    /// Missing facts, in one clause.
    pub missing: Text,
    /// Extent of the search, beyond the cited publications.
    pub searched: Option<Text>,
    /// Date of the last search.
    pub looked_on: Option<PartialDate>,
    /// Provenance of the record.
    pub provenance: Provenance,
}
