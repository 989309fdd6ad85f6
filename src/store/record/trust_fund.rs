//! Frozen struct of trust funds.

use super::frozen::frozen;
use super::part::{ProvenanceV1, TextV1};
use crate::model::trust_fund::TrustFund;

frozen! {
    TrustFundV1 = TrustFund {
        id: String,
        name: TextV1,
        administrator: Option<String>,
        pillar: String,
        humanitarian: bool,
        countries: Vec<String>,
        purpose: Option<String>,
        provenance: ProvenanceV1,
    }
}
