//! Programmes, with their budgets, participations, recipients, sites and sectors.

use std::sync::Arc;

use async_graphql::{Context, Object};

use super::country::Country;
use super::part::{Budget, Participation, Recipient, SectorShare, Site};
use super::period::Period;
use super::relation::ProgrammeRelations;
use super::text::Text;
use super::total::{Total, sums};
use super::{find, noun};
use crate::graphql::error::Answer;
use crate::graphql::scalar::PartialDate;
use crate::graphql::word::Word;
use crate::model::money::Money;
use crate::model::programme::{self, Channel, Pillar, ProgrammeKind, ProgrammeStatus, Role};
use crate::read::filter::Filter;
use crate::read::money::{budget_items, left_out_of_programme};

noun! {
    /// Planned work, from an Indicative Cooperation Programme down to a single project. IATI: iati-activity.
    Programme(programme::Programme), ProgrammeFilter, DatedOrder, money_list;

    /// What kind of work it is.
    async fn kind(&self) -> Word<ProgrammeKind> {
        Word(self.0.kind)
    }

    /// The pillar that it belongs to.
    async fn pillar(&self) -> Word<Pillar> {
        Word(self.0.pillar)
    }

    /// The third Indicative Cooperation Programme of its country: 3.
    async fn ordinal(&self) -> Option<u32> {
        self.0.ordinal
    }

    /// Its title.
    async fn title(&self) -> Text {
        (&self.0.title).into()
    }

    /// Other names that it is found by: `ICP III`.
    async fn aliases(&self) -> &[String] {
        &self.0.aliases
    }

    /// The country whose cooperation it is part of. Who pays stands in the participations.
    async fn donor(&self, ctx: &Context<'_>) -> Answer<Option<Country>> {
        self.0.donor.map_or(Ok(None), |donor| find(ctx, donor.as_str()))
    }

    /// The country that receives it; null when there are several or none. See `recipients`.
    async fn country(&self, ctx: &Context<'_>) -> Answer<Option<Country>> {
        match self.0.recipients.as_slice() {
            [only] => find(ctx, only.country.as_str()),
            _ => Ok(None),
        }
    }

    /// Its time as first agreed.
    async fn period(&self) -> Option<Period> {
        Period::known(self.0.period)
    }

    /// Its end after extensions; null when it was not extended.
    async fn extended_until(&self) -> Option<PartialDate> {
        self.0.extended_until.map(PartialDate)
    }

    /// Where it stands, as far as sources say; never read from dates alone.
    async fn status(&self) -> Option<Word<ProgrammeStatus>> {
        self.0.status.map(Word)
    }

    /// The programme that contains it.
    async fn parent(&self, ctx: &Context<'_>) -> Answer<Option<Programme>> {
        self.0.parent.as_ref().map_or(Ok(None), |parent| find(ctx, parent.as_str()))
    }

    #[graphql(flatten)]
    async fn parts(&self) -> ProgrammeParts {
        ProgrammeParts(self.0.clone())
    }

    #[graphql(flatten)]
    async fn relations(&self) -> ProgrammeRelations {
        ProgrammeRelations(self.0.clone())
    }
}

/// What a programme is made of.
#[derive(Clone, Debug)]
pub(crate) struct ProgrammeParts(Arc<programme::Programme>);

/// What a programme is made of.
#[Object]
impl ProgrammeParts {
    /// The countries that receive it, with shares where a source divides it. IATI: recipient-country.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn recipients(&self) -> Vec<Recipient> {
        self.0.recipients.iter().cloned().map(Recipient).collect()
    }

    /// The agencies and their parts. IATI: participating-org.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn participations(
        &self,
        #[graphql(desc = "Only these parts.")] role: Option<Vec<Word<Role>>>,
        #[graphql(desc = "Only agencies that stand for these ways.")] channel: Option<
            Vec<Word<Channel>>,
        >,
    ) -> Vec<Participation> {
        let fits = |p: &&programme::Participation| {
            role.as_ref().is_none_or(|roles| roles.contains(&Word(p.role)))
                && channel
                    .as_ref()
                    .is_none_or(|ways| p.channel.is_some_and(|way| ways.contains(&Word(way))))
        };
        self.0.participations.iter().filter(fits).cloned().map(Participation).collect()
    }

    /// Its money over time, first and later envelopes. IATI: budget.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn budgets(&self) -> Vec<Budget> {
        let budgets = &self.0.budgets;
        let is_stated = |money: &Money| money.value().is_some();
        budgets
            .iter()
            .map(|budget| Budget::new(budget, left_out_of_programme(budget, budgets, is_stated)))
            .collect()
    }

    /// The sums of the budgets that count: those that nothing takes the place of, and that are no part of another.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn budget_totals(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Convert everything into this currency (ISO 4217) at the rate of each amount's own date."
        )]
        currency: Option<String>,
    ) -> Answer<Vec<Total>> {
        sums(ctx, &Filter::All, currency.as_deref(), |asked| Ok(budget_items(&self.0, asked)))
    }

    /// The places that it works in. IATI: location.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn sites(&self) -> Vec<Site> {
        self.0.sites.iter().cloned().map(Site).collect()
    }

    /// What it is for, in the source's words and by DAC code. IATI: sector.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn sectors(&self) -> Vec<SectorShare> {
        self.0.sectors.iter().cloned().map(SectorShare).collect()
    }
}
