//! Agencies as bytes.

use super::frozen::frozen;
use super::part::{ProvenanceV1, TextV1};
use crate::model::agency::Agency;

frozen! {
    /// An organisation.
    AgencyV1 = Agency {
        id: String,
        name: TextV1,
        acronym: Option<String>,
        aliases: Vec<String>,
        kind: String,
        country: Option<String>,
        website: Option<String>,
        provenance: ProvenanceV1,
    }
}
