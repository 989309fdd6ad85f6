//! Programmes, with their budgets, participations, recipients, sites and sectors.

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
use crate::graphql::error::Answer;
use crate::graphql::plain::{Plain, PlainList};
use crate::graphql::request::reader;
use crate::graphql::scalar::{Decimal, PartialDate};
use crate::graphql::word::Word;
use crate::model::activity::Details;
use crate::model::humanitarian::{Humanitarian, HumanitarianBasis};
use crate::model::programme::{self, Channel, Pillar, ProgrammeKind, ProgrammeStatus, Role};
use crate::model::share::WHOLE;
use crate::read::filter::Filter;
use crate::read::money::{budget_items, left_out_of_programme};

noun! {
    /// Planned work, from an Indicative Cooperation Programme down to a single project. IATI: iati-activity.
    Programme(programme::Programme), ProgrammeFilter, DatedOrder, grouped_list;

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
    async fn donor(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Country>>> {
        self.0.donor.map_or(Ok(None), |donor| find(ctx, donor.as_str()))
    }

    /// The country that receives it; null when there are several or none. See `recipients`.
    async fn country(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Country>>> {
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

    /// The programme that contains it: the one that it names itself, else the first that calls it a child.
    async fn parent(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Programme>>> {
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

/// What a programme is made of.
#[derive(Clone, Debug)]
pub(crate) struct ProgrammeParts(Arc<programme::Programme>);

/// What a programme is made of.
#[Object(serial)]
impl ProgrammeParts {
    /// The countries that receive it, with shares where a source divides it. IATI: recipient-country.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn recipients(&self) -> PlainList<Recipient<'_>> {
        self.0.recipients.iter().map(Recipient).collect()
    }

    /// The agencies and their parts. IATI: participating-org.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn participations(
        &self,
        #[graphql(desc = "Only these parts.")] role: Option<Vec<Word<Role>>>,
        #[graphql(desc = "Only agencies that stand for these ways.")] channel: Option<
            Vec<Word<Channel>>,
        >,
    ) -> PlainList<Participation<'_>> {
        let fits = |p: &&programme::Participation| {
            role.as_ref().is_none_or(|roles| roles.contains(&Word(p.role)))
                && channel
                    .as_ref()
                    .is_none_or(|ways| p.channel.is_some_and(|way| ways.contains(&Word(way))))
        };
        self.0.participations.iter().filter(fits).map(Participation).collect()
    }

    /// Its money over time, first and later envelopes. IATI: budget.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn budgets(&self) -> PlainList<Budget<'_>> {
        let budgets = &self.0.budgets;
        let left_out = left_out_of_programme(budgets, |money| Some(*money));
        budgets.iter().zip(left_out).map(|(budget, why)| Budget::new(budget, why)).collect()
    }

    /// What says that it is humanitarian; null when nothing does, or when its flag says no. Transactions may say otherwise.
    async fn humanitarian_basis(&self) -> Option<Word<HumanitarianBasis>> {
        Humanitarian::of_programme(&self.0).basis().map(Word)
    }

    /// How much of it is humanitarian, in per cent: by itself, else by what all of its transactions are. Null when no source says
    /// how much: some of its purposes are, or some of its transactions.
    async fn humanitarian_share(&self, ctx: &Context<'_>) -> Answer<Option<Decimal>> {
        let share = reader(ctx)?.humanitarian_share(self.0.id.as_str());
        Ok(share.and_then(percent))
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
    async fn sites(&self) -> PlainList<Site<'_>> {
        self.0.sites.iter().map(Site).collect()
    }

    /// What it is for, in the source's words and by DAC code. IATI: sector.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn sectors(&self) -> PlainList<SectorShare<'_>> {
        self.0.sectors.iter().map(SectorShare).collect()
    }
}

/// What a publisher reports of a programme.
#[derive(Clone, Debug)]
pub(crate) struct ProgrammeReport {
    programme: Arc<programme::Programme>,
    /// Read once, when the first field asks for them.
    details: Arc<OnceLock<Arc<Details>>>,
}

impl ProgrammeReport {
    fn details(&self, ctx: &Context<'_>) -> Answer<Arc<Details>> {
        if let Some(details) = self.details.get() {
            return Ok(details.clone());
        }
        let details = reader(ctx)?.details(self.programme.id.as_str())?;
        Ok(self.details.get_or_init(|| Arc::new(details.unwrap_or_default())).clone())
    }
}

/// What a publisher reports of a programme.
#[Object(serial)]
impl ProgrammeReport {
    /// What its publisher reports of it in a file of the IATI Standard; null for what stands in no such file.
    #[graphql(complexity = "child_complexity + 1")]
    async fn report(&self) -> Option<Report> {
        self.programme.report.as_deref().cloned().map(Report)
    }

    /// The regions that receive it, with shares. IATI: recipient-region.
    #[graphql(complexity = "2 * child_complexity + 1")]
    async fn regions(&self) -> PlainList<RecipientRegion> {
        self.programme.regions.iter().map(RecipientRegion::from).collect()
    }

    /// Descriptions. IATI: description.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn descriptions(&self, ctx: &Context<'_>) -> Answer<PlainList<Description>> {
        Ok(self.details(ctx)?.descriptions.iter().map(Description::from).collect())
    }

    /// Other identifiers. IATI: other-identifier.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn other_identifiers(&self, ctx: &Context<'_>) -> Answer<PlainList<OtherIdentifier>> {
        Ok(self.details(ctx)?.other_identifiers.iter().map(OtherIdentifier::from).collect())
    }

    /// Dates, planned and actual. IATI: activity-date.
    #[graphql(complexity = "4 * child_complexity + 1")]
    async fn dates(&self, ctx: &Context<'_>) -> Answer<PlainList<ActivityDate>> {
        Ok(self.details(ctx)?.dates.iter().map(ActivityDate::from).collect())
    }

    /// Activities that it is related to. IATI: related-activity.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn related_activities(&self, ctx: &Context<'_>) -> Answer<PlainList<RelatedActivity>> {
        Ok(self.details(ctx)?.related.iter().cloned().map(RelatedActivity).collect())
    }

    /// Places, as its publisher describes them. IATI: location.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn places(&self, ctx: &Context<'_>) -> Answer<PlainList<Place>> {
        Ok(self.details(ctx)?.places.iter().map(Place::from).collect())
    }

    /// Disbursements that are planned. IATI: planned-disbursement.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn planned_disbursements(
        &self,
        ctx: &Context<'_>,
    ) -> Answer<PlainList<PlannedDisbursement>> {
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
    async fn documents(&self, ctx: &Context<'_>) -> Answer<PlainList<Document>> {
        Ok(self.details(ctx)?.documents.iter().map(Document::from).collect())
    }

    /// What it brings about. IATI: result.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn results(&self, ctx: &Context<'_>) -> Answer<PlainList<Outcome>> {
        Ok(self.details(ctx)?.results.iter().map(Outcome::from).collect())
    }

    /// Its conditions; null when the source does not speak of any. IATI: conditions.
    async fn conditions(&self, ctx: &Context<'_>) -> Answer<Option<Conditions>> {
        Ok(self.details(ctx)?.conditions.as_ref().map(Conditions::from))
    }

    /// The items of the recipient's budget that it belongs to. IATI: country-budget-items.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn budget_items(&self, ctx: &Context<'_>) -> Answer<PlainList<BudgetItem>> {
        Ok(self.details(ctx)?.budget_items.iter().map(BudgetItem::from).collect())
    }
}

/// A part of the whole in per cent.
pub(super) fn percent(share: u32) -> Option<Decimal> {
    let share = rust_decimal::Decimal::from(share);
    let per_cent = rust_decimal::Decimal::from(WHOLE / 100);
    share.checked_div(per_cent).map(|share| Decimal(share.normalize()))
}
