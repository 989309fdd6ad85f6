//! Frozen struct of missions.

use super::frozen::frozen;
use super::part::{PeriodV1, ProvenanceV1, TextV1};
use crate::model::mission::Mission;

frozen! {
    MissionV1 = Mission {
        id: String,
        name: TextV1,
        acronym: Option<String>,
        kind: String,
        leads: Vec<String>,
        countries: Vec<String>,
        period: PeriodV1,
        mandate: Option<String>,
        provenance: ProvenanceV1,
    }
}
