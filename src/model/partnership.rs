//! Partnerships: how a donor stands to a country.

use super::country::CountryCode;
use super::date::PartialDate;
use super::id::PartnershipId;
use super::origin::Provenance;

super::code::codes! {
    /// How a donor stands to a country.
    pub enum PartnershipStatus {
        /// A partner country.
        Partner = "PARTNER",
        /// A partner country whose programmes are left to expire.
        PartnerWindingDown = "PARTNER_WINDING_DOWN",
        /// A partner country with which cooperation is suspended.
        PartnerSuspended = "PARTNER_SUSPENDED",
        /// No longer a partner country.
        FormerPartner = "FORMER_PARTNER",
        /// A country with single projects.
        ProjectCountry = "PROJECT_COUNTRY",
        /// A country with which cooperation has begun.
        NewCooperation = "NEW_COOPERATION",
    }
}

/// The standing cooperation between a donor and a country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partnership {
    /// `LU-ML`.
    pub id: PartnershipId,
    /// Who gives.
    pub donor: CountryCode,
    /// With whom.
    pub country: CountryCode,
    /// How it stands.
    pub status: PartnershipStatus,
    /// Since when the country is a partner.
    pub since: Option<PartialDate>,
    /// Until when it was.
    pub until: Option<PartialDate>,
    /// How we know.
    pub provenance: Provenance,
}
