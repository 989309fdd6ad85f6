//! The three Ds between a donor and a country.

use async_graphql::{Context, Object};

use super::agreement::Agreement;
use super::country::Country;
use super::dialogue::Dialogue;
use super::find;
use super::humanitarian_contribution::HumanitarianContribution;
use super::mission::Mission;
use super::mission_contribution::MissionContribution;
use super::node::Node;
use super::oda_figure::OdaFigure;
use super::partnership::Partnership;
use super::programme::Programme;
use super::total::{Total, sums};
use super::trust_fund::TrustFund;
use crate::graphql::error::Answer;
use crate::graphql::input::in_force;
use crate::graphql::list::{
    DatedOrder, GroupedList, List, Listed as _, MoneyList, NamedOrder, Window, Wraps as _,
};
use crate::graphql::plain::Plain;
use crate::graphql::request::reader;
use crate::graphql::scalar::{Date, PartialDate};
use crate::graphql::word::Word;
use crate::model;
use crate::model::facet::Facet;
use crate::model::programme::Pillar;
use crate::read::engagement::{Engagement as Between, Moment};
use crate::read::filter::{Filter, InForce};
use crate::read::total::Asked;

/// The page that is asked for; the whole list when none is, since engagements are short.
fn page(
    first: Option<i32>,
    after: Option<String>,
    last: Option<i32>,
    before: Option<String>,
) -> Window {
    let first = if last.is_none() { first.or(Some(1_000)) } else { first };
    Window { first, after, last, before }
}

/// The records of a year, when one is asked for.
fn of_year(year: Option<i32>) -> Filter {
    year.map_or(Filter::All, |year| Filter::is(Facet::Year, year.to_string()))
}

/// The three Ds between a donor and a country: diplomacy, development, defence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Engagement(pub(in crate::graphql) Between);

/// The three Ds between a donor and a country: diplomacy, development, defence. There is no total over all
/// three, and none over development and humanitarian aid: such a sum would mix plans of years with what was given.
#[Object(serial)]
impl Engagement {
    /// Who gives.
    async fn donor(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Country>>> {
        find(ctx, self.0.donor.as_str())
    }

    /// With whom.
    async fn partner(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Country>>> {
        find(ctx, self.0.partner.as_str())
    }

    /// How the two stand; null when there is no partnership.
    async fn partnership(&self, ctx: &Context<'_>) -> Answer<Option<Partnership>> {
        Ok(self.0.partnership(reader(ctx)?)?.map(Partnership::wrap))
    }

    /// Agreements and dialogues.
    async fn diplomacy(&self) -> Diplomacy {
        Diplomacy(self.0)
    }

    /// Programmes, trust funds and, by itself, humanitarian aid.
    async fn development(&self) -> Development {
        Development(self.0)
    }

    /// Missions and other support to security.
    async fn defence(&self) -> Defence {
        Defence(self.0)
    }

    /// Everything with a date, the earliest first.
    #[graphql(complexity = "50 * child_complexity")]
    async fn timeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only what begins in or after this.")] from: Option<PartialDate>,
        #[graphql(desc = "Only what begins in or before this.")] until: Option<PartialDate>,
        #[graphql(desc = "Only what belongs to this pillar.")] pillar: Option<Word<Pillar>>,
    ) -> Answer<Vec<TimelineEntry>> {
        let within = |moment: &Moment| {
            from.is_none_or(|from| from.0.first_day() <= moment.on.last_day())
                && until.is_none_or(|until| moment.on.first_day() <= until.0.last_day())
                && pillar.is_none_or(|pillar| moment.pillar == Some(pillar.0))
        };
        let moments = self.0.timeline(reader(ctx)?)?;
        Ok(moments.into_iter().filter(within).map(TimelineEntry).collect())
    }
}

/// One dated thing between a donor and a country.
#[derive(Clone, Debug)]
pub(crate) struct TimelineEntry(Moment);

/// One dated thing between a donor and a country.
#[Object(serial)]
impl TimelineEntry {
    /// When it began or was signed, as precise as the source.
    async fn on(&self) -> PartialDate {
        PartialDate(self.0.on)
    }

    /// When it ended, where it lasted.
    async fn until(&self) -> Option<PartialDate> {
        self.0.until.map(PartialDate)
    }

    /// The pillar that it belongs to; null for an event of no one pillar.
    async fn pillar(&self) -> Option<Word<Pillar>> {
        self.0.pillar.map(Word)
    }

    /// What it is called.
    async fn label(&self) -> &str {
        self.0.record.label()
    }

    /// The record.
    async fn node(&self) -> Node {
        self.0.record.clone().into()
    }
}

/// Agreements and dialogues of a donor and a country.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Diplomacy(Between);

/// Agreements and dialogues of a donor and a country.
#[Object(serial)]
impl Diplomacy {
    /// What the two signed, the earliest first.
    #[graphql(complexity = "50 * child_complexity")]
    async fn agreements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of this year.")] year: Option<i32>,
        #[graphql(
            desc = "The most items from the beginning, or after `after`: all when neither end is asked for."
        )]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes after it.")] after: Option<String>,
        #[graphql(desc = "The most items from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes before it.")] before: Option<
            String,
        >,
    ) -> Answer<List<Agreement>> {
        Agreement::list(
            ctx,
            self.0.agreements().and(of_year(year)),
            DatedOrder::Date.into(),
            &page(first, after, last, before),
        )
    }

    /// Where the two met, the earliest first.
    #[graphql(complexity = "50 * child_complexity")]
    async fn dialogues(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of this year.")] year: Option<i32>,
        #[graphql(
            desc = "The most items from the beginning, or after `after`: all when neither end is asked for."
        )]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes after it.")] after: Option<String>,
        #[graphql(desc = "The most items from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes before it.")] before: Option<
            String,
        >,
    ) -> Answer<List<Dialogue>> {
        Dialogue::list(
            ctx,
            self.0.dialogues().and(of_year(year)),
            DatedOrder::Date.into(),
            &page(first, after, last, before),
        )
    }
}

/// Development cooperation of a donor in a country. Programmes and humanitarian aid have totals of their own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Development(Between);

/// Development cooperation of a donor in a country. Programmes and humanitarian aid have totals of their own.
#[Object(serial)]
impl Development {
    /// Programmes, the earliest first; those that are humanitarian too, of which `humanitarian` has that part alone.
    #[graphql(complexity = "50 * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "the four of Relay, a day and a year")]
    async fn programmes(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only those known to be in force on this day; those that are so possibly come with `inForce: POSSIBLY`."
        )]
        in_force_on: Option<Date>,
        #[graphql(desc = "Only those in force in this year, by the same rule.")] year: Option<i32>,
        #[graphql(
            name = "inForce",
            desc = "How certain `inForceOn` and `year` must be: `KNOWN` when this is left out."
        )]
        in_force_as: Option<Word<InForce>>,
        #[graphql(
            desc = "The most items from the beginning, or after `after`: all when neither end is asked for."
        )]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes after it.")] after: Option<String>,
        #[graphql(desc = "The most items from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes before it.")] before: Option<
            String,
        >,
    ) -> Answer<GroupedList<Programme>> {
        let time = in_force(in_force_on, year.map(|year| vec![year]), in_force_as);
        let filter = self.0.programmes().and(time);
        Programme::list(ctx, filter, DatedOrder::Date.into(), &page(first, after, last, before))
    }

    /// Trust funds for development, humanitarian ones apart.
    #[graphql(complexity = "20 * child_complexity")]
    async fn trust_funds(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The most items from the beginning, or after `after`: all when neither end is asked for."
        )]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes after it.")] after: Option<String>,
        #[graphql(desc = "The most items from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes before it.")] before: Option<
            String,
        >,
    ) -> Answer<List<TrustFund>> {
        let filter = self.0.trust_funds(Pillar::Development, false);
        TrustFund::list(ctx, filter, NamedOrder::Id.into(), &page(first, after, last, before))
    }

    /// Official development assistance by year: a statistic, never added to anything here.
    #[graphql(complexity = "20 * child_complexity")]
    async fn oda_figures(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The most items from the beginning, or after `after`: all when neither end is asked for."
        )]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes after it.")] after: Option<String>,
        #[graphql(desc = "The most items from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes before it.")] before: Option<
            String,
        >,
    ) -> Answer<MoneyList<OdaFigure>> {
        OdaFigure::list(
            ctx,
            self.0.oda(),
            DatedOrder::Date.into(),
            &page(first, after, last, before),
        )
    }

    /// Humanitarian aid: a part of development with totals of its own.
    async fn humanitarian(&self) -> Humanitarian {
        Humanitarian(self.0)
    }
}

/// Humanitarian aid of a donor for a country.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Humanitarian(Between);

/// Humanitarian aid of a donor for a country.
#[Object(serial)]
impl Humanitarian {
    /// Contributions, the earliest first.
    #[graphql(complexity = "50 * child_complexity")]
    async fn contributions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those for this year.")] year: Option<i32>,
        #[graphql(
            desc = "The most items from the beginning, or after `after`: all when neither end is asked for."
        )]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes after it.")] after: Option<String>,
        #[graphql(desc = "The most items from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes before it.")] before: Option<
            String,
        >,
    ) -> Answer<MoneyList<HumanitarianContribution>> {
        let filter = self.0.humanitarian().and(of_year(year));
        HumanitarianContribution::list(
            ctx,
            filter,
            DatedOrder::Date.into(),
            &page(first, after, last, before),
        )
    }

    /// Programmes that are humanitarian by a flag, a scope or their purpose, the earliest first; their totals hold that part of
    /// their money alone. Plans of years, never added to what was given.
    #[graphql(complexity = "50 * child_complexity")]
    async fn programmes(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The most items from the beginning, or after `after`: all when neither end is asked for."
        )]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes after it.")] after: Option<String>,
        #[graphql(desc = "The most items from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes before it.")] before: Option<
            String,
        >,
    ) -> Answer<GroupedList<Programme>> {
        let filter = self.0.humanitarian_programmes();
        Programme::list(ctx, filter, DatedOrder::Date.into(), &page(first, after, last, before))
    }

    /// Trust funds for humanitarian ends.
    #[graphql(complexity = "20 * child_complexity")]
    async fn trust_funds(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The most items from the beginning, or after `after`: all when neither end is asked for."
        )]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes after it.")] after: Option<String>,
        #[graphql(desc = "The most items from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes before it.")] before: Option<
            String,
        >,
    ) -> Answer<List<TrustFund>> {
        let filter = self.0.trust_funds(Pillar::Development, true);
        TrustFund::list(ctx, filter, NamedOrder::Id.into(), &page(first, after, last, before))
    }
}

/// Security cooperation of a donor in a country. No humanitarian amount is in it or in its totals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Defence(Between);

/// Security cooperation of a donor in a country. No humanitarian amount is in it or in its totals.
#[Object(serial)]
impl Defence {
    /// Missions in the country that the donor gives something to, the earliest first.
    #[graphql(complexity = "20 * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "the four of Relay, a day and a year")]
    async fn missions(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only those known to have run on this day; those without a known end come with `inForce: POSSIBLY`."
        )]
        in_force_on: Option<Date>,
        #[graphql(desc = "Only those that ran in this year, by the same rule.")] year: Option<i32>,
        #[graphql(
            name = "inForce",
            desc = "How certain `inForceOn` and `year` must be: `KNOWN` when this is left out."
        )]
        in_force_as: Option<Word<InForce>>,
        #[graphql(
            desc = "The most items from the beginning, or after `after`: all when neither end is asked for."
        )]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes after it.")] after: Option<String>,
        #[graphql(desc = "The most items from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes before it.")] before: Option<
            String,
        >,
    ) -> Answer<List<Mission>> {
        let time = in_force(in_force_on, year.map(|year| vec![year]), in_force_as);
        let filter = self.0.missions(reader(ctx)?)?.and(time);
        Mission::list(ctx, filter, DatedOrder::Date.into(), &page(first, after, last, before))
    }

    /// What the donor gives to missions in the country, the earliest first.
    #[graphql(complexity = "50 * child_complexity")]
    async fn contributions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of this year.")] year: Option<i32>,
        #[graphql(
            desc = "The most items from the beginning, or after `after`: all when neither end is asked for."
        )]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes after it.")] after: Option<String>,
        #[graphql(desc = "The most items from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes before it.")] before: Option<
            String,
        >,
    ) -> Answer<MoneyList<MissionContribution>> {
        let filter = self.0.mission_contributions(reader(ctx)?)?.and(of_year(year));
        MissionContribution::list(
            ctx,
            filter,
            DatedOrder::Date.into(),
            &page(first, after, last, before),
        )
    }

    /// Trust funds for security.
    #[graphql(complexity = "20 * child_complexity")]
    async fn trust_funds(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The most items from the beginning, or after `after`: all when neither end is asked for."
        )]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes after it.")] after: Option<String>,
        #[graphql(desc = "The most items from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes before it.")] before: Option<
            String,
        >,
    ) -> Answer<List<TrustFund>> {
        let filter = self.0.trust_funds(Pillar::Defence, false);
        TrustFund::list(ctx, filter, NamedOrder::Id.into(), &page(first, after, last, before))
    }

    /// Support that is planned as a programme of defence.
    #[graphql(complexity = "20 * child_complexity")]
    async fn support(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The most items from the beginning, or after `after`: all when neither end is asked for."
        )]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes after it.")] after: Option<String>,
        #[graphql(desc = "The most items from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes before it.")] before: Option<
            String,
        >,
    ) -> Answer<GroupedList<Programme>> {
        Programme::list(
            ctx,
            self.0.support(),
            DatedOrder::Date.into(),
            &page(first, after, last, before),
        )
    }

    /// The sums of what the donor gives to missions and pays into trust funds for security.
    #[graphql(complexity = "50 + child_complexity")]
    async fn totals(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Convert everything into this currency (ISO 4217) at the rate of each amount's own date."
        )]
        currency: Option<String>,
    ) -> Answer<Vec<Total>> {
        let reader = reader(ctx)?;
        let given = self.0.mission_contributions(reader)?;
        let paid = self.0.trust_fund_payments(reader, Pillar::Defence, false)?;
        sums(ctx, &given, currency.as_deref(), |asked| {
            let mut items =
                reader.items::<model::mission_contribution::MissionContribution>(asked)?;
            let asked = Asked { filter: &paid, ..*asked };
            items.extend(reader.items::<model::transaction::Transaction>(&asked)?);
            Ok(items)
        })
    }
}
