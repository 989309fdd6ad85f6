//! Missions.

use super::country::CountryCode;
use super::date::Period;
use super::id::{AgencyId, MissionId};
use super::origin::Provenance;
use super::text::Text;

super::code::codes! {
    /// What kind of mission it is. Compare SIPRI's multilateral peace operations.
    pub enum MissionKind {
        /// A military mission of the EU's Common Security and Defence Policy.
        CsdpMilitary = "CSDP_MILITARY",
        /// A civilian one.
        CsdpCivilian = "CSDP_CIVILIAN",
        /// A United Nations peacekeeping operation.
        UnPeacekeeping = "UN_PEACEKEEPING",
        /// A mission of NATO.
        Nato = "NATO",
        /// A mission led by African states or organisations.
        AfricanLed = "AFRICAN_LED",
        /// None of these, or not said.
        Other = "OTHER",
    }
}

/// A civilian, military or peacekeeping mission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mission {
    /// Its identifier.
    pub id: MissionId,
    /// Its name.
    pub name: Text,
    /// Its acronym: `EUTM Mali`.
    pub acronym: Option<String>,
    /// What kind it is.
    pub kind: MissionKind,
    /// The organisations that lead it.
    pub leads: Vec<AgencyId>,
    /// The countries that host it.
    pub countries: Vec<CountryCode>,
    /// Its time.
    pub period: Period,
    /// What it is there to do, in a clause.
    pub mandate: Option<String>,
    /// How we know.
    pub provenance: Provenance,
}
