//! Engagement: the diplomacy, development and defence of a donor in a partner country.

use async_graphql::{Context, Object};

use super::agreement::Agreement;
use super::country::Country;
use super::dialogue::Dialogue;
use super::find;
use super::gap::Gap;
use super::humanitarian_contribution::HumanitarianContribution;
use super::mission::Mission;
use super::mission_contribution::MissionContribution;
use super::node::Node;
use super::oda_figure::OdaFigure;
use super::partnership::Partnership;
use super::programme::Programme;
use super::text::label;
use super::total::{Total, sums};
use super::trust_fund::TrustFund;
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::context::reader;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::Serial;
use crate::graphql::input::in_force;
use crate::graphql::list::{
    DatedOrder, GroupedList, List, Listed as _, MoneyList, NamedOrder, Window, Wraps as _,
};
use crate::graphql::scalar::{Date, PartialDate, Tag};
use crate::model;
use crate::model::facet::Facet;
use crate::model::programme::Pillar;
use crate::read::engagement::{Engagement as Between, Moment};
use crate::read::filter::{Filter, InForce};
use crate::read::total::TotalsQuery;

/// Returns the requested page, or by default the whole list (at most 1000 items), since engagements are short.
fn page(
    first: Option<i32>,
    after: Option<String>,
    last: Option<i32>,
    before: Option<String>,
) -> Window {
    let first = if last.is_none() { first.or(Some(1_000)) } else { first };
    Window { first, after, last, before }
}

/// Filters by year, if one is given.
fn of_year(year: Option<i32>) -> Filter {
    year.map_or(Filter::All, |year| Filter::is(Facet::Year, year.to_string()))
}

/// Diplomacy, development and defence between a donor and a partner country.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Engagement(pub(in crate::graphql) Between);

/// Diplomacy, development and defence between a donor and a partner country. There is no total over all three, nor over
/// development and humanitarian aid. Such a sum would mix plans of several years with money given.
#[Object(serial)]
impl Engagement {
    /// Donor country.
    async fn donor(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Country>>> {
        find(ctx, self.0.donor.as_str())
    }

    /// Partner country.
    async fn partner(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Country>>> {
        find(ctx, self.0.partner.as_str())
    }

    /// Partnership of the two countries; null when there is none.
    async fn partnership(&self, ctx: &Context<'_>) -> ApiResult<Option<Partnership>> {
        Ok(self.0.partnership(reader(ctx)?)?.map(Partnership::wrap))
    }

    /// Agreements and dialogues.
    async fn diplomacy(&self) -> Diplomacy {
        Diplomacy(self.0)
    }

    /// Programmes, trust funds and, as a separate part, humanitarian aid.
    async fn development(&self) -> Development {
        Development(self.0)
    }

    /// Missions and other security support.
    async fn defence(&self) -> Defence {
        Defence(self.0)
    }

    /// Known gaps that concern both countries. Gaps of the donor without a country are in its own lists.
    #[graphql(complexity = "20 * child_complexity")]
    async fn gaps(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Maximum number of items from the start, or after `after`. Default: all items, at most 1000."
        )]
        first: Option<i32>,
        #[graphql(desc = "Cursor of this list: only items after it.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items from the end, or before `before`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Cursor of this list: only items before it.")] before: Option<String>,
    ) -> ApiResult<List<Gap>> {
        let window = page(first, after, last, before);
        Gap::list(ctx, self.0.gaps(), DatedOrder::Id.into(), &window)
    }

    /// All dated records, in order of their start.
    #[graphql(complexity = "50 * child_complexity")]
    async fn timeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only records that start on or after this date, or within it.")]
        from: Option<PartialDate>,
        #[graphql(desc = "Only records that start on or before this date, or within it.")]
        until: Option<PartialDate>,
        #[graphql(desc = "Only records of this pillar.")] pillar: Option<CodeEnum<Pillar>>,
    ) -> ApiResult<Vec<TimelineEntry>> {
        let within = |moment: &Moment| {
            from.is_none_or(|from| from.0.first_day() <= moment.on.last_day())
                && until.is_none_or(|until| moment.on.first_day() <= until.0.last_day())
                && pillar.is_none_or(|pillar| moment.pillar == Some(pillar.0))
        };
        let moments = self.0.timeline(reader(ctx)?)?;
        Ok(moments.into_iter().filter(within).map(TimelineEntry).collect())
    }
}

/// Dated record of a donor and a partner country.
#[derive(Clone, Debug)]
pub(crate) struct TimelineEntry(Moment);

/// Dated record of a donor and a partner country.
#[Object(serial)]
impl TimelineEntry {
    /// Date of the start or of the signature, as precise as the source.
    async fn on(&self) -> PartialDate {
        PartialDate(self.0.on)
    }

    /// Date of the end; null when not known, or for a single date.
    async fn until(&self) -> Option<PartialDate> {
        self.0.until.map(PartialDate)
    }

    /// Pillar of the record; null for an event without a single pillar.
    async fn pillar(&self) -> Option<CodeEnum<Pillar>> {
        self.0.pillar.map(CodeEnum)
    }

    /// Name of the record in lists, as its own `label`.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Languages, in order of preference.")] languages: Option<Vec<Tag>>,
    ) -> ApiResult<String> {
        label(ctx, &self.0.record, languages)
    }

    /// The record.
    async fn node(&self) -> Node {
        self.0.record.clone().into()
    }
}

/// Agreements and dialogues between a donor and a partner country.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Diplomacy(Between);

/// Agreements and dialogues between a donor and a partner country.
#[Object(serial)]
impl Diplomacy {
    /// Agreements between the two, in order of their date.
    #[graphql(complexity = "50 * child_complexity")]
    async fn agreements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only records of this year.")] year: Option<i32>,
        #[graphql(
            desc = "Maximum number of items from the start, or after `after`. Default: all items, at most 1000."
        )]
        first: Option<i32>,
        #[graphql(desc = "Cursor of this list: only items after it.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items from the end, or before `before`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Cursor of this list: only items before it.")] before: Option<String>,
    ) -> ApiResult<List<Agreement>> {
        Agreement::list(
            ctx,
            self.0.agreements().and(of_year(year)),
            DatedOrder::Date.into(),
            &page(first, after, last, before),
        )
    }

    /// Dialogues between the two, in order of their start.
    #[graphql(complexity = "50 * child_complexity")]
    async fn dialogues(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only records of this year.")] year: Option<i32>,
        #[graphql(
            desc = "Maximum number of items from the start, or after `after`. Default: all items, at most 1000."
        )]
        first: Option<i32>,
        #[graphql(desc = "Cursor of this list: only items after it.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items from the end, or before `before`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Cursor of this list: only items before it.")] before: Option<String>,
    ) -> ApiResult<List<Dialogue>> {
        Dialogue::list(
            ctx,
            self.0.dialogues().and(of_year(year)),
            DatedOrder::Date.into(),
            &page(first, after, last, before),
        )
    }
}

/// Development cooperation of a donor in a partner country. Programmes and humanitarian aid have separate totals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Development(Between);

/// Development cooperation of a donor in a partner country. Programmes and humanitarian aid have separate totals.
#[Object(serial)]
impl Development {
    /// Programmes, in order of their start, including humanitarian ones; `humanitarian` has the humanitarian part alone.
    #[graphql(complexity = "50 * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "the four paging arguments, a day and a year")]
    async fn programmes(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only programmes known to be in force on this day; `inForce: POSSIBLY` adds uncertain ones."
        )]
        in_force_on: Option<Date>,
        #[graphql(desc = "Only programmes in force in this year, by the same rule.")] year: Option<
            i32,
        >,
        #[graphql(
            name = "inForce",
            desc = "Certainty required by `inForceOn` and `year`. Default `KNOWN`."
        )]
        in_force_as: Option<CodeEnum<InForce>>,
        #[graphql(
            desc = "Maximum number of items from the start, or after `after`. Default: all items, at most 1000."
        )]
        first: Option<i32>,
        #[graphql(desc = "Cursor of this list: only items after it.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items from the end, or before `before`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Cursor of this list: only items before it.")] before: Option<String>,
    ) -> ApiResult<GroupedList<Programme>> {
        let time = in_force(in_force_on, year.map(|year| vec![year]), in_force_as);
        let filter = self.0.programmes().and(time);
        Programme::list(ctx, filter, DatedOrder::Date.into(), &page(first, after, last, before))
    }

    /// Trust funds for development, without humanitarian ones.
    #[graphql(complexity = "20 * child_complexity")]
    async fn trust_funds(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Maximum number of items from the start, or after `after`. Default: all items, at most 1000."
        )]
        first: Option<i32>,
        #[graphql(desc = "Cursor of this list: only items after it.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items from the end, or before `before`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Cursor of this list: only items before it.")] before: Option<String>,
    ) -> ApiResult<List<TrustFund>> {
        let filter = self.0.trust_funds(Pillar::Development, false);
        TrustFund::list(ctx, filter, NamedOrder::Id.into(), &page(first, after, last, before))
    }

    /// Official development assistance by year: a statistic that is never added to other amounts.
    #[graphql(complexity = "20 * child_complexity")]
    async fn oda_figures(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Maximum number of items from the start, or after `after`. Default: all items, at most 1000."
        )]
        first: Option<i32>,
        #[graphql(desc = "Cursor of this list: only items after it.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items from the end, or before `before`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Cursor of this list: only items before it.")] before: Option<String>,
    ) -> ApiResult<MoneyList<OdaFigure>> {
        OdaFigure::list(
            ctx,
            self.0.oda(),
            DatedOrder::Date.into(),
            &page(first, after, last, before),
        )
    }

    /// Humanitarian aid: a part of development, with separate totals.
    async fn humanitarian(&self) -> Humanitarian {
        Humanitarian(self.0)
    }
}

/// Humanitarian aid of a donor for a partner country.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Humanitarian(Between);

/// Humanitarian aid of a donor for a partner country.
#[Object(serial)]
impl Humanitarian {
    /// Humanitarian contributions, in order of their date.
    #[graphql(complexity = "50 * child_complexity")]
    async fn contributions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only contributions for this year.")] year: Option<i32>,
        #[graphql(
            desc = "Maximum number of items from the start, or after `after`. Default: all items, at most 1000."
        )]
        first: Option<i32>,
        #[graphql(desc = "Cursor of this list: only items after it.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items from the end, or before `before`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Cursor of this list: only items before it.")] before: Option<String>,
    ) -> ApiResult<GroupedList<HumanitarianContribution>> {
        let filter = self.0.humanitarian().and(of_year(year));
        HumanitarianContribution::list(
            ctx,
            filter,
            DatedOrder::Date.into(),
            &page(first, after, last, before),
        )
    }

    /// Programmes that are humanitarian by a flag, a scope or their purpose, in order of their start. Their totals contain
    /// only the humanitarian part. Plans of several years, never added to money given.
    #[graphql(complexity = "50 * child_complexity")]
    async fn programmes(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Maximum number of items from the start, or after `after`. Default: all items, at most 1000."
        )]
        first: Option<i32>,
        #[graphql(desc = "Cursor of this list: only items after it.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items from the end, or before `before`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Cursor of this list: only items before it.")] before: Option<String>,
    ) -> ApiResult<GroupedList<Programme>> {
        let filter = self.0.humanitarian_programmes();
        Programme::list(ctx, filter, DatedOrder::Date.into(), &page(first, after, last, before))
    }

    /// Trust funds for humanitarian aid.
    #[graphql(complexity = "20 * child_complexity")]
    async fn trust_funds(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Maximum number of items from the start, or after `after`. Default: all items, at most 1000."
        )]
        first: Option<i32>,
        #[graphql(desc = "Cursor of this list: only items after it.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items from the end, or before `before`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Cursor of this list: only items before it.")] before: Option<String>,
    ) -> ApiResult<List<TrustFund>> {
        let filter = self.0.trust_funds(Pillar::Development, true);
        TrustFund::list(ctx, filter, NamedOrder::Id.into(), &page(first, after, last, before))
    }
}

/// Security cooperation of a donor in a partner country. It contains no humanitarian amount, nor do its totals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Defence(Between);

/// Security cooperation of a donor in a partner country. It contains no humanitarian amount, nor do its totals.
#[Object(serial)]
impl Defence {
    /// Missions in the country to which the donor contributes, in order of their start.
    #[graphql(complexity = "20 * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "the four paging arguments, a day and a year")]
    async fn missions(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only missions known to run on this day; `inForce: POSSIBLY` adds those without a known end."
        )]
        in_force_on: Option<Date>,
        #[graphql(desc = "Only missions that run in this year, by the same rule.")] year: Option<
            i32,
        >,
        #[graphql(
            name = "inForce",
            desc = "Certainty required by `inForceOn` and `year`. Default `KNOWN`."
        )]
        in_force_as: Option<CodeEnum<InForce>>,
        #[graphql(
            desc = "Maximum number of items from the start, or after `after`. Default: all items, at most 1000."
        )]
        first: Option<i32>,
        #[graphql(desc = "Cursor of this list: only items after it.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items from the end, or before `before`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Cursor of this list: only items before it.")] before: Option<String>,
    ) -> ApiResult<List<Mission>> {
        let time = in_force(in_force_on, year.map(|year| vec![year]), in_force_as);
        let filter = self.0.missions(reader(ctx)?)?.and(time);
        Mission::list(ctx, filter, DatedOrder::Date.into(), &page(first, after, last, before))
    }

    /// Contributions of the donor to missions in the country, in order of their date.
    #[graphql(complexity = "50 * child_complexity")]
    async fn contributions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only records of this year.")] year: Option<i32>,
        #[graphql(
            desc = "Maximum number of items from the start, or after `after`. Default: all items, at most 1000."
        )]
        first: Option<i32>,
        #[graphql(desc = "Cursor of this list: only items after it.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items from the end, or before `before`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Cursor of this list: only items before it.")] before: Option<String>,
    ) -> ApiResult<GroupedList<MissionContribution>> {
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
            desc = "Maximum number of items from the start, or after `after`. Default: all items, at most 1000."
        )]
        first: Option<i32>,
        #[graphql(desc = "Cursor of this list: only items after it.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items from the end, or before `before`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Cursor of this list: only items before it.")] before: Option<String>,
    ) -> ApiResult<List<TrustFund>> {
        let filter = self.0.trust_funds(Pillar::Defence, false);
        TrustFund::list(ctx, filter, NamedOrder::Id.into(), &page(first, after, last, before))
    }

    /// Programmes of the defence pillar.
    #[graphql(complexity = "20 * child_complexity")]
    async fn support(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Maximum number of items from the start, or after `after`. Default: all items, at most 1000."
        )]
        first: Option<i32>,
        #[graphql(desc = "Cursor of this list: only items after it.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items from the end, or before `before`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Cursor of this list: only items before it.")] before: Option<String>,
    ) -> ApiResult<GroupedList<Programme>> {
        Programme::list(
            ctx,
            self.0.support(),
            DatedOrder::Date.into(),
            &page(first, after, last, before),
        )
    }

    /// Totals of the donor's contributions to missions and payments into trust funds for security.
    #[graphql(complexity = "50 + child_complexity")]
    async fn totals(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Currency of the totals, ISO 4217: converts each amount at the rate of its own date. Default: one total per currency."
        )]
        currency: Option<String>,
    ) -> ApiResult<Vec<Total>> {
        let reader = reader(ctx)?;
        let given = self.0.mission_contributions(reader)?;
        let paid = self.0.trust_fund_payments(reader, Pillar::Defence, false)?;
        sums(ctx, &given, currency.as_deref(), |query| {
            let mut items =
                reader.items::<model::mission_contribution::MissionContribution>(query)?;
            let query = TotalsQuery { filter: &paid, ..*query };
            items.extend(reader.items::<model::transaction::Transaction>(&query)?);
            Ok(items)
        })
    }
}
