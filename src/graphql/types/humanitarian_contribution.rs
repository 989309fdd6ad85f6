//! Money for humanitarian ends.

use async_graphql::Context;

use super::agency::Agency;
use super::country::Country;
use super::flow::Flow;
use super::money::Money;
use super::relation::HumanitarianContributionRelations;
use super::{find, find_all, noun};
use crate::graphql::error::Answer;
use crate::graphql::plain::{Plain, PlainList};
use crate::graphql::scalar::PartialDate;
use crate::graphql::word::Word;
use crate::model::date;
use crate::model::humanitarian::HumanitarianBasis;
use crate::model::humanitarian_contribution::{
    self, FlowStatus, HumanitarianChannel, HumanitarianScope,
};

noun! {
    /// Money for humanitarian ends: a named part of DEVELOPMENT, never of DEFENCE. FTS: flow.
    HumanitarianContribution(humanitarian_contribution::HumanitarianContribution), HumanitarianContributionFilter, DatedOrder, money_list;

    /// The country that gives; null where an organisation gives that is no country's government: see
    /// `flow { providers }`.
    async fn donor(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Country>>> {
        self.0.donor.map_or(Ok(None), |donor| find(ctx, donor.as_str()))
    }

    /// The year that it is for; null when the source does not say.
    async fn year(&self) -> Option<u16> {
        self.0.year.map(date::PartialDate::year)
    }

    /// The day or month of the contribution, where it is known.
    async fn date(&self) -> Option<PartialDate> {
        self.0.date.map(PartialDate)
    }

    /// The crisis or place, as the source names it.
    async fn crisis(&self) -> &str {
        &self.0.crisis
    }

    /// The countries that receive it; empty when it is for more than any list.
    async fn countries(&self, ctx: &Context<'_>) -> Answer<PlainList<Country>> {
        find_all(ctx, &self.0.countries)
    }

    /// The way that it goes.
    async fn channel(&self) -> Word<HumanitarianChannel> {
        Word(self.0.channel)
    }

    /// The agencies that it goes through.
    async fn channel_agencies(&self, ctx: &Context<'_>) -> Answer<PlainList<Agency>> {
        find_all(ctx, &self.0.channel_agencies)
    }

    /// How far it has come; null when the source does not say.
    async fn status(&self) -> Option<Word<FlowStatus>> {
        self.0.status.map(Word)
    }

    /// How much of the whole it stands for.
    async fn scope(&self) -> Word<HumanitarianScope> {
        Word(self.0.scope)
    }

    /// What says that it is humanitarian: a flow of OCHA FTS or another publication on humanitarian aid.
    async fn humanitarian_basis(&self) -> Word<HumanitarianBasis> {
        Word(HumanitarianBasis::Flow)
    }

    /// The money.
    async fn money(&self) -> Plain<Money> {
        Plain(Money(self.0.money))
    }

    /// The contribution that contains it.
    async fn part_of(&self, ctx: &Context<'_>) -> Answer<Option<Plain<HumanitarianContribution>>> {
        self.0.part_of.as_ref().map_or(Ok(None), |whole| find(ctx, whole.as_str()))
    }

    /// Another record that publishes the same total differently.
    async fn alternative_to(&self, ctx: &Context<'_>) -> Answer<Option<Plain<HumanitarianContribution>>> {
        self.0.alternative_to.as_ref().map_or(Ok(None), |other| find(ctx, other.as_str()))
    }

    /// What for, in a clause.
    async fn purpose(&self) -> Option<&str> {
        self.0.purpose.as_deref()
    }

    /// What OCHA FTS reports besides; null for what is from elsewhere.
    async fn flow(&self) -> Option<Flow> {
        self.0.flow.clone().map(Flow)
    }

    #[graphql(flatten)]
    async fn relations(&self) -> HumanitarianContributionRelations {
        HumanitarianContributionRelations(self.0.clone())
    }
}
