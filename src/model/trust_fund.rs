//! Pooled money.

use super::country::CountryCode;
use super::id::{AgencyId, TrustFundId};
use super::origin::Provenance;
use super::programme::Pillar;
use super::text::Text;

/// A trust fund, basket or other pool that several donors pay into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustFund {
    /// Its identifier.
    pub id: TrustFundId,
    /// Its name.
    pub name: Text,
    /// Who keeps it.
    pub administrator: Option<AgencyId>,
    /// The pillar that it serves.
    pub pillar: Pillar,
    /// Whether it is for humanitarian ends; then it is a part of DEVELOPMENT, never of DEFENCE.
    pub humanitarian: bool,
    /// The countries that it is for.
    pub countries: Vec<CountryCode>,
    /// What for, in a clause.
    pub purpose: Option<String>,
    /// How we know.
    pub provenance: Provenance,
}
