//! Humanitarian contributions.

use async_graphql::Context;

use super::agency::Agency;
use super::country::Country;
use super::flow::Flow;
use super::money::Money;
use super::relation::HumanitarianContributionRelations;
use super::text::{Text, preferred};
use super::{find, find_all, noun};
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::{Serial, SerialList};
use crate::graphql::scalar::{PartialDate, Tag};
use crate::model::date;
use crate::model::humanitarian::HumanitarianBasis;
use crate::model::humanitarian_contribution::{
    self, FlowStatus, HumanitarianChannel, HumanitarianScope,
};

noun! {
    /// Humanitarian contribution: a named part of DEVELOPMENT, never of DEFENCE. FTS: flow.
    HumanitarianContribution(humanitarian_contribution::HumanitarianContribution), HumanitarianContributionFilter, DatedOrder, grouped_list;

    /// Donor country; null when the provider is not a government: see `flow { providers }`.
    async fn donor(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Country>>> {
        self.0.donor.map_or(Ok(None), |donor| find(ctx, donor.as_str()))
    }

    /// Year that it is for; null when not stated.
    async fn year(&self) -> Option<u16> {
        self.0.year.map(date::PartialDate::year)
    }

    /// Day or month of the contribution; null when not known.
    async fn date(&self) -> Option<PartialDate> {
        self.0.date.map(PartialDate)
    }

    /// Crisis or place as named by the source. Groups use it without `languages`.
    async fn crisis(
        &self,
        #[graphql(desc = "Languages, in order of preference.")] languages: Option<Vec<Tag>>,
    ) -> &str {
        self.0.crisis.prefer(&preferred(languages)).1
    }

    /// Recipient countries; empty when it covers more than any list.
    async fn countries(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Country>> {
        find_all(ctx, &self.0.countries)
    }

    /// Channel of delivery.
    async fn channel(&self) -> CodeEnum<HumanitarianChannel> {
        CodeEnum(self.0.channel)
    }

    /// Agencies that channel the money.
    async fn channel_agencies(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Agency>> {
        find_all(ctx, &self.0.channel_agencies)
    }

    /// Pledge, commitment or payment; null when not stated.
    async fn status(&self) -> Option<CodeEnum<FlowStatus>> {
        self.0.status.map(CodeEnum)
    }

    /// Coverage of the contribution: all crises of a year, a budget line, one crisis, or a share.
    async fn scope(&self) -> CodeEnum<HumanitarianScope> {
        CodeEnum(self.0.scope)
    }

    /// Evidence that it is humanitarian: a flow of OCHA FTS, or another publication on humanitarian aid.
    async fn humanitarian_basis(&self) -> CodeEnum<HumanitarianBasis> {
        CodeEnum(HumanitarianBasis::Flow)
    }

    /// Amount, or the reason for its absence.
    async fn money(&self) -> Serial<Money> {
        Serial(Money(self.0.money))
    }

    /// Contribution that contains it.
    async fn part_of(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<HumanitarianContribution>>> {
        self.0.part_of.as_ref().map_or(Ok(None), |whole| find(ctx, whole.as_str()))
    }

    /// Record of which this one is an alternative figure: another publication of the same total.
    async fn alternative_to(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<HumanitarianContribution>>> {
        self.0.alternative_to.as_ref().map_or(Ok(None), |other| find(ctx, other.as_str()))
    }

    /// Purpose, in one clause.
    async fn purpose(&self) -> Option<Text> {
        self.0.purpose.as_ref().map(Text::from)
    }

    /// Further facts reported by OCHA FTS; null for records from other sources.
    async fn flow(&self) -> Option<Flow> {
        self.0.flow.clone().map(Flow)
    }

    #[graphql(flatten)]
    async fn relations(&self) -> HumanitarianContributionRelations {
        HumanitarianContributionRelations(self.0.clone())
    }
}
