//! What each state gives to missions.

use super::country::CountryCode;
use super::date::Period;
use super::id::{AgencyId, MissionContributionId, MissionId};
use super::money::{Absence, Money, Qualifier};
use super::origin::Provenance;

super::code::codes! {
    /// What is given to a mission.
    pub enum MissionContributionKind {
        /// People.
        Personnel = "PERSONNEL",
        /// Money.
        Financial = "FINANCIAL",
        /// Things, or their use.
        Equipment = "EQUIPMENT",
    }
}

super::code::codes! {
    /// Whether people are there, or only meant to be.
    pub enum Deployment {
        /// They serve or served.
        Deployed = "DEPLOYED",
        /// A plan that was made public.
        Announced = "ANNOUNCED",
        /// The most that a decision allows.
        Ceiling = "CEILING",
    }
}

/// How many people, or why there is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headcount {
    /// The source gives a number.
    Stated {
        /// People.
        people: u32,
        /// How the number is to be read.
        qualifier: Qualifier,
    },
    /// It does not.
    Absent(Absence),
}

/// What a state gives to one mission, or to several taken together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissionContribution {
    /// Its identifier.
    pub id: MissionContributionId,
    /// The missions; an amount for several of them is for all together.
    pub missions: Vec<MissionId>,
    /// The state that gives.
    pub contributor: CountryCode,
    /// The body of that state which sends or pays.
    pub sending_body: Option<AgencyId>,
    /// What is given.
    pub kind: MissionContributionKind,
    /// When.
    pub period: Period,
    /// How many people.
    pub headcount: Headcount,
    /// Whether they are there; `None` when it is not about people, or not said.
    pub deployment: Option<Deployment>,
    /// What it costs or brings.
    pub money: Money,
    /// What for, in a clause.
    pub purpose: Option<String>,
    /// How we know.
    pub provenance: Provenance,
}
