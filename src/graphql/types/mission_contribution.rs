//! Contributions of states to missions.

use async_graphql::Context;

use super::agency::Agency;
use super::country::Country;
use super::mission::Mission;
use super::money::Money;
use super::part::Beneficiary;
use super::period::Period;
use super::text::Text;
use super::{find, find_all, noun};
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::{Serial, SerialList};
use crate::model::mission_contribution::{self, Deployment, Headcount, MissionContributionKind};
use crate::model::money::{Absence, Qualifier};

noun! {
    /// Contribution of a state to one mission, or to several together.
    MissionContribution(mission_contribution::MissionContribution), MissionContributionFilter, DatedOrder, grouped_list;

    /// Missions that benefit. A contribution to several missions covers all of them together.
    async fn missions(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Mission>> {
        find_all(ctx, &self.0.missions)
    }

    /// Contributing state.
    async fn contributor(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Country>>> {
        find(ctx, self.0.contributor.as_str())
    }

    /// Body of the state that deploys or pays. `assertion` shows if a source states it.
    async fn sending_body(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Agency>>> {
        self.0.sending_body.as_ref().map_or(Ok(None), |body| find(ctx, body.as_str()))
    }

    /// Kind of contribution: people, money or equipment.
    async fn kind(&self) -> CodeEnum<MissionContributionKind> {
        CodeEnum(self.0.kind)
    }

    /// Period of the contribution.
    async fn period(&self) -> Option<Period> {
        Period::known(self.0.period)
    }

    /// Number of people; null when there is a `headcountAbsence`.
    async fn headcount(&self) -> Option<u32> {
        match self.0.headcount {
            Headcount::Stated { people, .. } => Some(people),
            Headcount::Absent(_) => None,
        }
    }

    /// Qualifier of the number of people: exact, a bound or approximate.
    async fn headcount_qualifier(&self) -> Option<CodeEnum<Qualifier>> {
        match self.0.headcount {
            Headcount::Stated { qualifier, .. } => Some(CodeEnum(qualifier)),
            Headcount::Absent(_) => None,
        }
    }

    /// Reason for the missing number of people.
    async fn headcount_absence(&self) -> Option<CodeEnum<Absence>> {
        match self.0.headcount {
            Headcount::Stated { .. } => None,
            Headcount::Absent(absence) => Some(CodeEnum(absence)),
        }
    }

    /// Deployment stage; null when the contribution is not personnel, or when not stated.
    async fn deployment(&self) -> Option<CodeEnum<Deployment>> {
        self.0.deployment.map(CodeEnum)
    }

    /// Cost or amount of the contribution.
    async fn money(&self) -> Serial<Money> {
        Serial(Money(self.0.money))
    }

    /// Purpose, in one clause.
    async fn purpose(&self) -> Option<Text> {
        self.0.purpose.as_ref().map(Text::from)
    }

    /// Agencies that the contribution supports, each with its sources.
    async fn beneficiaries(&self) -> SerialList<Beneficiary<'_>> {
        self.0.beneficiaries.iter().map(Beneficiary).collect()
    }
}
