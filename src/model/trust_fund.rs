//! Trust funds and other pooled funds.

use super::beneficiary::Beneficiary;
use super::country::CountryCode;
use super::id::{AgencyId, TrustFundId};
use super::origin::Provenance;
use super::programme::Pillar;
use super::text::Text;

/// Trust fund, basket fund or other pool with several donors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustFund {
    /// Identifier of the fund.
    pub id: TrustFundId,
    /// Name of the fund.
    pub name: Text,
    /// Administering organisation.
    pub administrator: Option<AgencyId>,
    /// Pillar that it serves.
    pub pillar: Pillar,
    /// True for a humanitarian fund; its pillar is then DEVELOPMENT, never DEFENCE.
    pub humanitarian: bool,
    /// Beneficiary countries.
    pub countries: Vec<CountryCode>,
    /// Purpose, as a short phrase.
    pub purpose: Option<Text>,
    /// Agencies that it supports.
    pub beneficiaries: Vec<Beneficiary>,
    /// Provenance of the record.
    pub provenance: Provenance,
}
