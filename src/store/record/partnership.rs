//! Frozen struct of partnerships.

use super::frozen::frozen;
use super::part::ProvenanceV1;
use crate::model::partnership::Partnership;

frozen! {
    /// Status of a donor's partnership with a country.
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
