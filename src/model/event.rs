//! Events that affect cooperation.

use super::country::CountryCode;
use super::date::Period;
use super::id::EventId;
use super::origin::Provenance;
use super::programme::Pillar;
use super::text::Text;

/// Event that affects cooperation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Identifier of the event.
    pub id: EventId,
    /// Countries concerned.
    pub countries: Vec<CountryCode>,
    /// Pillar concerned, if it is a single one.
    pub pillar: Option<Pillar>,
    /// Title of the event.
    pub title: Text,
    /// Dates of the event.
    pub period: Period,
    /// Provenance of the record.
    pub provenance: Provenance,
}
