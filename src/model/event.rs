//! What happened.

use super::country::CountryCode;
use super::date::Period;
use super::id::EventId;
use super::origin::Provenance;
use super::programme::Pillar;
use super::text::Text;

/// Something that happened and bears on cooperation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its identifier.
    pub id: EventId,
    /// Where.
    pub countries: Vec<CountryCode>,
    /// The pillar that it bears on, where it is one.
    pub pillar: Option<Pillar>,
    /// What.
    pub title: Text,
    /// When.
    pub period: Period,
    /// How we know.
    pub provenance: Provenance,
}
