//! Beneficiaries: agencies that a mission, a contribution to it or a trust fund supports.

use super::id::AgencyId;
use super::origin::Provenance;

/// Agency that a mission, a contribution to a mission or a trust fund supports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beneficiary {
    /// Agency that benefits.
    pub agency: AgencyId,
    /// Provenance of the link.
    pub provenance: Provenance,
}
