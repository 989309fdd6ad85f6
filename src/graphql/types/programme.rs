//! Programmes, with their budgets, participations, recipients, places and sectors.

use std::sync::{Arc, OnceLock};

use async_graphql::{Context, Object};

use super::activity::{
    ActivityDate, Description, OtherIdentifier, RecipientRegion, RelatedActivity, Report,
};
use super::country::Country;
use super::detail::{BudgetItem, Conditions, Document, Outcome, Place, PlannedDisbursement};
use super::part::{Budget, Participation, Recipient, SectorShare, Site};
use super::period::Period;
use super::relation::ProgrammeRelations;
use super::text::Text;
use super::total::{Total, sums};
use super::{find, noun};
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::context::reader;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::{Serial, SerialList};
use crate::graphql::scalar::{Decimal, PartialDate};
use crate::model::activity::Details;
use crate::model::humanitarian::{Humanitarian, HumanitarianBasis};
use crate::model::programme::{self, Channel, Pillar, ProgrammeKind, ProgrammeStatus, Role};
use crate::model::share::WHOLE;
use crate::read::filter::Filter;
use crate::read::money::{budget_items, left_out_of_programme};

noun! {
    /// Planned work, from an Indicative Cooperation Programme down to a single project. IATI: iati-activity.
    Programme(programme::Programme), ProgrammeFilter, DatedOrder, grouped_list;

    /// Kind of work.
    async fn kind(&self) -> CodeEnum<ProgrammeKind> {
        CodeEnum(self.0.kind)
    }

    /// Pillar of the programme.
    async fn pillar(&self) -> CodeEnum<Pillar> {
        CodeEnum(self.0.pillar)
    }

    /// Ordinal within its kind and country: 3 for the third Indicative Cooperation Programme.
    async fn ordinal(&self) -> Option<u32> {
        self.0.ordinal
    }

    /// Title.
    async fn title(&self) -> Text {
        (&self.0.title).into()
    }

    /// Other names under which search finds it: `ICP III`.
    async fn aliases(&self) -> &[String] {
        &self.0.aliases
    }

    /// Country whose cooperation it is part of. `participations` states who pays.
    async fn donor(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Country>>> {
        self.0.donor.map_or(Ok(None), |donor| find(ctx, donor.as_str()))
    }

    /// Recipient country; null when there are several or none. See `recipients`.
    async fn country(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Country>>> {
        match self.0.recipients.as_slice() {
            [only] => find(ctx, only.country.as_str()),
            _ => Ok(None),
        }
    }

    /// Period as first agreed.
    async fn period(&self) -> Option<Period> {
        Period::known(self.0.period)
    }

    /// End after extensions; null when not extended.
    async fn extended_until(&self) -> Option<PartialDate> {
        self.0.extended_until.map(PartialDate)
    }

    /// Status as far as sources state it; never inferred from dates alone.
    async fn status(&self) -> Option<CodeEnum<ProgrammeStatus>> {
        self.0.status.map(CodeEnum)
    }

    /// Programme that contains it: the parent that it names, otherwise the first programme that names it as a child.
    async fn parent(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Programme>>> {
        let parent = reader(ctx)?.parent(self.0.id.as_str());
        parent.map_or(Ok(None), |parent| find(ctx, &parent))
    }

    #[graphql(flatten)]
    async fn parts(&self) -> ProgrammeParts {
        ProgrammeParts(self.0.clone())
    }

    #[graphql(flatten)]
    async fn reported(&self) -> ProgrammeReport {
        ProgrammeReport { programme: self.0.clone(), details: Arc::default() }
    }

    #[graphql(flatten)]
    async fn relations(&self) -> ProgrammeRelations {
        ProgrammeRelations(self.0.clone())
    }
}

/// Parts of a programme.
#[derive(Clone, Debug)]
pub(crate) struct ProgrammeParts(Arc<programme::Programme>);

/// Parts of a programme.
#[Object(serial)]
impl ProgrammeParts {
    /// Recipient countries, with shares where a source divides them. IATI: recipient-country.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn recipients(&self) -> SerialList<Recipient<'_>> {
        self.0.recipients.iter().map(Recipient).collect()
    }

    /// Participating agencies and their roles. IATI: participating-org.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn participations(
        &self,
        #[graphql(desc = "Only these roles.")] role: Option<Vec<CodeEnum<Role>>>,
        #[graphql(desc = "Only agencies that represent these channels.")] channel: Option<
            Vec<CodeEnum<Channel>>,
        >,
    ) -> SerialList<Participation<'_>> {
        let fits = |p: &&programme::Participation| {
            role.as_ref().is_none_or(|roles| roles.contains(&CodeEnum(p.role)))
                && channel
                    .as_ref()
                    .is_none_or(|ways| p.channel.is_some_and(|way| ways.contains(&CodeEnum(way))))
        };
        self.0.participations.iter().filter(fits).map(Participation).collect()
    }

    /// Budgets, original and revised. IATI: budget.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn budgets(&self) -> SerialList<Budget<'_>> {
        let budgets = &self.0.budgets;
        let left_out = left_out_of_programme(budgets, |money| Some(*money));
        budgets.iter().zip(left_out).map(|(budget, why)| Budget::new(budget, why)).collect()
    }

    /// Evidence that it is humanitarian; null when there is none, or when its flag denies it. Single transactions may
    /// differ.
    async fn humanitarian_basis(&self) -> Option<CodeEnum<HumanitarianBasis>> {
        Humanitarian::of_programme(&self.0).basis().map(CodeEnum)
    }

    /// Humanitarian share in per cent, by the programme's own data, otherwise by all of its transactions. Null when it is
    /// humanitarian in part and no source states the share.
    async fn humanitarian_share(&self, ctx: &Context<'_>) -> ApiResult<Option<Decimal>> {
        let share = reader(ctx)?.humanitarian_share(self.0.id.as_str());
        Ok(share.and_then(percent))
    }

    /// Totals of the budgets that count: those neither superseded nor part of another.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn budget_totals(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Currency of the totals, ISO 4217: converts each amount at the rate of its own date. Default: one total per currency."
        )]
        currency: Option<String>,
    ) -> ApiResult<Vec<Total>> {
        sums(ctx, &Filter::All, currency.as_deref(), |query| Ok(budget_items(&self.0, query)))
    }

    /// Places of the programme. IATI: location.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn sites(&self) -> SerialList<Site<'_>> {
        self.0.sites.iter().map(Site).collect()
    }

    /// Sectors, in the words of the source and by DAC code. IATI: sector.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn sectors(&self) -> SerialList<SectorShare<'_>> {
        self.0.sectors.iter().map(SectorShare).collect()
    }
}

/// Publisher's report of a programme.
#[derive(Clone, Debug)]
pub(crate) struct ProgrammeReport {
    programme: Arc<programme::Programme>,
    /// Details, read from the store once, when first selected.
    details: Arc<OnceLock<Arc<Details>>>,
}

impl ProgrammeReport {
    fn details(&self, ctx: &Context<'_>) -> ApiResult<Arc<Details>> {
        if let Some(details) = self.details.get() {
            return Ok(details.clone());
        }
        let details = reader(ctx)?.details(self.programme.id.as_str())?;
        Ok(self.details.get_or_init(|| Arc::new(details.unwrap_or_default())).clone())
    }
}

/// Publisher's report of a programme.
#[Object(serial)]
impl ProgrammeReport {
    /// Report of its publisher in an IATI file; null for programmes from other sources.
    #[graphql(complexity = "child_complexity + 1")]
    async fn report(&self) -> Option<Report> {
        self.programme.report.as_deref().cloned().map(Report)
    }

    /// Recipient regions, with shares. IATI: recipient-region.
    #[graphql(complexity = "2 * child_complexity + 1")]
    async fn regions(&self) -> SerialList<RecipientRegion> {
        self.programme.regions.iter().map(RecipientRegion::from).collect()
    }

    /// Descriptions. IATI: description.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn descriptions(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Description>> {
        Ok(self.details(ctx)?.descriptions.iter().map(Description::from).collect())
    }

    /// Further identifiers. IATI: other-identifier.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn other_identifiers(&self, ctx: &Context<'_>) -> ApiResult<SerialList<OtherIdentifier>> {
        Ok(self.details(ctx)?.other_identifiers.iter().map(OtherIdentifier::from).collect())
    }

    /// Planned and actual dates. IATI: activity-date.
    #[graphql(complexity = "4 * child_complexity + 1")]
    async fn dates(&self, ctx: &Context<'_>) -> ApiResult<SerialList<ActivityDate>> {
        Ok(self.details(ctx)?.dates.iter().map(ActivityDate::from).collect())
    }

    /// Related activities. IATI: related-activity.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn related_activities(
        &self,
        ctx: &Context<'_>,
    ) -> ApiResult<SerialList<RelatedActivity>> {
        Ok(self.details(ctx)?.related.iter().cloned().map(RelatedActivity).collect())
    }

    /// Places as described by its publisher. IATI: location.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn places(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Place>> {
        Ok(self.details(ctx)?.places.iter().map(Place::from).collect())
    }

    /// Planned disbursements. IATI: planned-disbursement.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn planned_disbursements(
        &self,
        ctx: &Context<'_>,
    ) -> ApiResult<SerialList<PlannedDisbursement>> {
        Ok(self
            .details(ctx)?
            .planned_disbursements
            .iter()
            .cloned()
            .map(PlannedDisbursement)
            .collect())
    }

    /// Documents. IATI: document-link.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn documents(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Document>> {
        Ok(self.details(ctx)?.documents.iter().map(Document::from).collect())
    }

    /// Results. IATI: result.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn results(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Outcome>> {
        Ok(self.details(ctx)?.results.iter().map(Outcome::from).collect())
    }

    /// Conditions; null when the source states nothing about conditions. IATI: conditions.
    async fn conditions(&self, ctx: &Context<'_>) -> ApiResult<Option<Conditions>> {
        Ok(self.details(ctx)?.conditions.as_ref().map(Conditions::from))
    }

    /// Items of the recipient country's budget that it belongs to. IATI: country-budget-items.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn budget_items(&self, ctx: &Context<'_>) -> ApiResult<SerialList<BudgetItem>> {
        Ok(self.details(ctx)?.budget_items.iter().map(BudgetItem::from).collect())
    }
}

/// Converts a share to per cent.
pub(super) fn percent(share: u32) -> Option<Decimal> {
    let share = rust_decimal::Decimal::from(share);
    let per_cent = rust_decimal::Decimal::from(WHOLE / 100);
    share.checked_div(per_cent).map(|share| Decimal(share.normalize()))
}
