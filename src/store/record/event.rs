//! Frozen struct of events.

use super::frozen::frozen;
use super::part::{PeriodV1, ProvenanceV1, TextV1};
use crate::model::event::Event;

frozen! {
    EventV1 = Event {
        id: String,
        countries: Vec<String>,
        pillar: Option<String>,
        title: TextV1,
        period: PeriodV1,
        provenance: ProvenanceV1,
    }
}
