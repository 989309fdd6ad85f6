//! Civilian, military and peacekeeping missions.

use async_graphql::Context;

use super::agency::Agency;
use super::country::Country;
use super::part::Beneficiary;
use super::period::Period;
use super::relation::MissionRelations;
use super::text::{Text, preferred};
use super::{find_all, noun};
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::SerialList;
use crate::graphql::scalar::Tag;
use crate::model::mission::{self, MissionKind};

noun! {
    /// Civilian, military or peacekeeping mission. Its pillar is DEFENCE.
    Mission(mission::Mission), MissionFilter, DatedOrder, list;

    /// Name.
    async fn name(&self) -> Text {
        (&self.0.name).into()
    }

    /// Acronym: `EUTM Mali`.
    async fn acronym(
        &self,
        #[graphql(desc = "Languages, in order of preference.")] languages: Option<Vec<Tag>>,
    ) -> Option<&str> {
        self.0.acronym.as_ref().map(|acronym| acronym.prefer(&preferred(languages)).1)
    }

    /// Kind of mission.
    async fn kind(&self) -> CodeEnum<MissionKind> {
        CodeEnum(self.0.kind)
    }

    /// Organisations that lead it.
    async fn leads(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Agency>> {
        find_all(ctx, &self.0.leads)
    }

    /// Host countries.
    async fn countries(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Country>> {
        find_all(ctx, &self.0.countries)
    }

    /// Start and end of the mission.
    async fn period(&self) -> Option<Period> {
        Period::known(self.0.period)
    }

    /// Mandate, in one clause.
    async fn mandate(&self) -> Option<Text> {
        self.0.mandate.as_ref().map(Text::from)
    }

    /// Agencies that the mission supports, each with its sources.
    async fn beneficiaries(&self) -> SerialList<Beneficiary<'_>> {
        self.0.beneficiaries.iter().map(Beneficiary).collect()
    }

    #[graphql(flatten)]
    async fn relations(&self) -> MissionRelations {
        MissionRelations(self.0.clone())
    }
}
