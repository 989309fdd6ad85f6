//! Missions: civilian, military and peacekeeping operations.

use super::beneficiary::Beneficiary;
use super::country::CountryCode;
use super::date::Period;
use super::id::{AgencyId, MissionId};
use super::origin::Provenance;
use super::text::Text;

super::code::codes! {
    /// Kind of mission. Compare SIPRI's multilateral peace operations.
    pub enum MissionKind {
        /// A military mission of the EU's Common Security and Defence Policy.
        CsdpMilitary = "CSDP_MILITARY",
        /// A civilian mission of the EU's Common Security and Defence Policy.
        CsdpCivilian = "CSDP_CIVILIAN",
        /// A United Nations peacekeeping operation.
        UnPeacekeeping = "UN_PEACEKEEPING",
        /// A mission of NATO.
        Nato = "NATO",
        /// A mission led by African states or organisations.
        AfricanLed = "AFRICAN_LED",
        /// None of these, or not stated.
        Other = "OTHER",
    }
}

/// Civilian, military or peacekeeping mission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mission {
    /// Identifier of the mission.
    pub id: MissionId,
    /// Name of the mission.
    pub name: Text,
    /// Acronym: `EUTM Mali`.
    pub acronym: Option<Text>,
    /// Kind of mission.
    pub kind: MissionKind,
    /// Organisations that lead it.
    pub leads: Vec<AgencyId>,
    /// Host countries.
    pub countries: Vec<CountryCode>,
    /// Period of the mission.
    pub period: Period,
    /// Mandate, as a short phrase.
    pub mandate: Option<Text>,
    /// Agencies that it supports.
    pub beneficiaries: Vec<Beneficiary>,
    /// Provenance of the record.
    pub provenance: Provenance,
}
