//! Frozen struct of sectors and categories.

use super::frozen::frozen;
use super::part::{ProvenanceV1, TextV1};
use crate::model::sector::Sector;

frozen! {
    /// A sector or category.
    SectorV1 = Sector {
        code: String,
        name: TextV1,
        category: Option<String>,
        provenance: ProvenanceV1,
    }
}
