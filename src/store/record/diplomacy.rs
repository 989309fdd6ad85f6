//! Agreements, dialogues and events as bytes.

use super::frozen::frozen;
use super::part::{PeriodV1, ProvenanceV1, TextV1};
use crate::model::agreement::Agreement;
use crate::model::dialogue::Dialogue;
use crate::model::event::Event;

frozen! {
    /// An agreement.
    AgreementV1 = Agreement {
        id: String,
        kind: String,
        donor: String,
        countries: Vec<String>,
        title: TextV1,
        signed: Option<String>,
        place: Option<String>,
        governs: Vec<String>,
        concluded_at: Option<String>,
        parties: Vec<String>,
        context: Option<String>,
        provenance: ProvenanceV1,
    }

    /// A dialogue, or one session of it.
    DialogueV1 = Dialogue {
        id: String,
        kind: String,
        level: Option<String>,
        forum: String,
        ordinal: Option<u32>,
        donor: String,
        countries: Vec<String>,
        title: TextV1,
        period: PeriodV1,
        place: Option<String>,
        provenance: ProvenanceV1,
    }

    /// Something that happened.
    EventV1 = Event {
        id: String,
        countries: Vec<String>,
        pillar: Option<String>,
        title: TextV1,
        period: PeriodV1,
        provenance: ProvenanceV1,
    }
}
