//! Frozen struct of dialogues.

use super::frozen::frozen;
use super::part::{PeriodV1, ProvenanceV1, TextV1};
use crate::model::dialogue::Dialogue;

frozen! {
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
}
