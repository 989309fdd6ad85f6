//! Frozen struct of agreements.

use super::frozen::frozen;
use super::part::{ProvenanceV1, TextV1};
use crate::model::agreement::Agreement;

frozen! {
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
}
