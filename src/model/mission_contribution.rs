//! Mission contributions: personnel, money and equipment that states provide to missions.

use super::beneficiary::Beneficiary;
use super::country::CountryCode;
use super::date::Period;
use super::id::{AgencyId, MissionContributionId, MissionId};
use super::money::{Absence, Money, Qualifier};
use super::origin::Provenance;
use super::text::Text;

super::code::codes! {
    /// Kind of contribution to a mission.
    pub enum MissionContributionKind {
        /// People.
        Personnel = "PERSONNEL",
        /// Money.
        Financial = "FINANCIAL",
        /// Equipment, or its use.
        Equipment = "EQUIPMENT",
    }
}

super::code::codes! {
    /// Deployment stage of personnel.
    pub enum Deployment {
        /// Deployed now or in the past.
        Deployed = "DEPLOYED",
        /// Announced plan.
        Announced = "ANNOUNCED",
        /// Maximum that a decision allows.
        Ceiling = "CEILING",
    }
}

/// Number of people, or the reason for its absence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headcount {
    /// Number stated by the source.
    Stated {
        /// Number of people.
        people: u32,
        /// Interpretation of the number.
        qualifier: Qualifier,
    },
    /// Reason why there is no number.
    Absent(Absence),
}

/// Contribution of a state to one mission, or to several taken together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissionContribution {
    /// Identifier of the contribution.
    pub id: MissionContributionId,
    /// Missions that benefit; an amount for several missions covers all of them together.
    pub missions: Vec<MissionId>,
    /// State that contributes.
    pub contributor: CountryCode,
    /// Body of that state which deploys or pays.
    pub sending_body: Option<AgencyId>,
    /// Kind of contribution.
    pub kind: MissionContributionKind,
    /// Period of the contribution.
    pub period: Period,
    /// Number of people.
    pub headcount: Headcount,
    /// Deployment stage; `None` for other contributions than personnel, or when not stated.
    pub deployment: Option<Deployment>,
    /// Cost or amount of the contribution.
    pub money: Money,
    /// Purpose, as a short phrase.
    pub purpose: Option<Text>,
    /// Agencies that it supports.
    pub beneficiaries: Vec<Beneficiary>,
    /// Provenance of the record.
    pub provenance: Provenance,
}
