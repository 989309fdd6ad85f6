//! Humanitarian contributions as bytes.

use super::frozen::frozen;
use super::part::{MoneyV1, ProvenanceV1};
use crate::model::humanitarian_contribution::HumanitarianContribution;

frozen! {
    /// Money for humanitarian ends.
    HumanitarianContributionV1 = HumanitarianContribution {
        id: String,
        donor: String,
        year: Option<String>,
        date: Option<String>,
        crisis: String,
        countries: Vec<String>,
        channel: String,
        channel_agencies: Vec<String>,
        status: Option<String>,
        scope: String,
        money: MoneyV1,
        part_of: Option<String>,
        alternative_to: Option<String>,
        purpose: Option<String>,
        provenance: ProvenanceV1,
    }
}
