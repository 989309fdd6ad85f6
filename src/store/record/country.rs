//! Frozen struct of countries.

use super::frozen::frozen;
use super::part::{ProvenanceV1, TextV1};
use crate::model::country::Country;

frozen! {
    CountryV1 = Country {
        code: String,
        name: TextV1,
        provenance: ProvenanceV1,
    }
}
