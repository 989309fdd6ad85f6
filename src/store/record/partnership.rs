//! Partnerships as bytes.

use super::frozen::frozen;
use super::part::ProvenanceV1;
use crate::model::partnership::Partnership;

frozen! {
    /// A donor's standing with a country.
    PartnershipV1 = Partnership {
        id: String,
        donor: String,
        country: String,
        status: String,
        since: Option<String>,
        until: Option<String>,
        provenance: ProvenanceV1,
    }
}
