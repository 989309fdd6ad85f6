//! Partnerships: the standing cooperation between a donor and a country.

use super::country::CountryCode;
use super::date::PartialDate;
use super::id::PartnershipId;
use super::origin::Provenance;

super::code::codes! {
    /// Standing of a country in a donor's cooperation.
    pub enum PartnershipStatus {
        /// A partner country.
        Partner = "PARTNER",
        /// A partner country whose programmes run out without renewal.
        PartnerWindingDown = "PARTNER_WINDING_DOWN",
        /// A partner country with which cooperation is suspended.
        PartnerSuspended = "PARTNER_SUSPENDED",
        /// A former partner country.
        FormerPartner = "FORMER_PARTNER",
        /// A country with individual projects and no partnership.
        ProjectCountry = "PROJECT_COUNTRY",
        /// A country with which cooperation has recently begun.
        NewCooperation = "NEW_COOPERATION",
    }
}

/// The standing cooperation between a donor and a country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partnership {
    /// Identifier, such as `LU-ML`.
    pub id: PartnershipId,
    /// Country that gives.
    pub donor: CountryCode,
    /// Country that receives.
    pub country: CountryCode,
    /// Current standing.
    pub status: PartnershipStatus,
    /// Date on which the partnership began.
    pub since: Option<PartialDate>,
    /// Date on which the partnership ended; `None` while it lasts or when unknown.
    pub until: Option<PartialDate>,
    /// Provenance of the record.
    pub provenance: Provenance,
}
