//! Frozen structs of contributions that states make to missions.

use serde::{Deserialize, Serialize};

use super::frozen::{Frozen, Invalid, frozen};
use super::part::{BeneficiaryV1, MoneyV1, PeriodV1, ProvenanceV1, TextV1};
use crate::model::mission_contribution::{Headcount, MissionContribution};

frozen! {
    MissionContributionV2 = MissionContribution {
        id: String,
        missions: Vec<String>,
        contributor: String,
        sending_body: Option<String>,
        kind: String,
        period: PeriodV1,
        headcount: HeadcountV1,
        deployment: Option<String>,
        money: MoneyV1,
        purpose: Option<TextV1>,
        beneficiaries: Vec<BeneficiaryV1>,
        provenance: ProvenanceV1,
    }
}

/// Number of people with its qualifier, or an absence.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::store) struct HeadcountV1 {
    people: Option<u32>,
    qualifier: Option<String>,
    absence: Option<String>,
}

impl Frozen<Headcount> for HeadcountV1 {
    fn freeze(model: &Headcount) -> Self {
        match model {
            Headcount::Stated { people, qualifier } => Self {
                people: Some(*people),
                qualifier: Some(Frozen::freeze(qualifier)),
                absence: None,
            },
            Headcount::Absent(absence) => {
                Self { people: None, qualifier: None, absence: Some(Frozen::freeze(absence)) }
            }
        }
    }

    fn thaw(self) -> Result<Headcount, Invalid> {
        match (self.people, self.qualifier, self.absence) {
            (Some(people), Some(qualifier), None) => {
                Ok(Headcount::Stated { people, qualifier: qualifier.thaw()? })
            }
            (None, None, Some(absence)) => Ok(Headcount::Absent(absence.thaw()?)),
            _ => Err(Invalid::new("headcount is neither a number nor an absence")),
        }
    }
}
