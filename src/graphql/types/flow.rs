//! What OCHA FTS reports of a humanitarian contribution besides.

use async_graphql::{Context, Object, SimpleObject};

use super::agency::Agency;
use super::country::Country;
use super::find_all;
use super::humanitarian_contribution::HumanitarianContribution;
use super::money::Money;
use crate::graphql::error::Answer;
use crate::graphql::plain::{Plain, PlainList};
use crate::graphql::scalar::{Decimal, PartialDate};
use crate::graphql::word::Word;
use crate::model::date;
use crate::model::humanitarian_contribution::{self, Boundary};

/// What OCHA FTS reports of a flow besides. Words that FTS has no codes for are as published.
#[derive(Clone, Debug)]
pub(crate) struct Flow(pub(super) Box<humanitarian_contribution::Flow>);

/// What OCHA FTS reports of a flow besides. Words that FTS has no codes for are as published.
#[Object(serial)]
impl Flow {
    /// The organisations that give. FTS: source organization.
    async fn providers(&self, ctx: &Context<'_>) -> Answer<PlainList<Agency>> {
        find_all(ctx, &self.0.providers)
    }

    /// The countries that it comes out of. FTS: source location.
    async fn source_countries(&self, ctx: &Context<'_>) -> Answer<PlainList<Country>> {
        find_all(ctx, &self.0.source_countries)
    }

    /// The years out of whose money it is given. FTS: source usage year.
    async fn source_years(&self) -> &[u16] {
        &self.0.source_years
    }

    /// The years that it is for. FTS: destination usage year.
    async fn years(&self) -> &[u16] {
        &self.0.years
    }

    /// The year of the donor's budget.
    async fn budget_year(&self) -> Option<u16> {
        self.0.budget_year.map(date::PartialDate::year)
    }

    /// How it crosses the boundaries of the searches and exports that it was imported from: in one it may come in, and go out
    /// in another.
    async fn boundaries(&self) -> Vec<Word<Boundary>> {
        self.0.boundaries.iter().copied().map(Word).collect()
    }

    /// Whether it is shared with what lies outside of the boundary, in the version that counts.
    async fn shared(&self) -> Option<bool> {
        self.0.shared
    }

    /// The response plans that it counts for.
    async fn plans(&self) -> PlainList<ResponsePlan> {
        self.0.plans.iter().map(ResponsePlan::from).collect()
    }

    /// Names of global clusters.
    async fn clusters(&self) -> &[String] {
        &self.0.clusters
    }

    /// Names of emergencies.
    async fn emergencies(&self) -> &[String] {
        &self.0.emergencies
    }

    /// The projects that it is for.
    async fn projects(&self) -> PlainList<ResponsePlan> {
        self.0.projects.iter().map(ResponsePlan::from).collect()
    }

    /// `Standard`, `Parked`, `Pass through` or `Carryover`.
    async fn flow_type(&self) -> Option<&str> {
        self.0.flow_type.as_deref()
    }

    /// `financial` or `in kind`.
    async fn contribution_type(&self) -> Option<&str> {
        self.0.contribution_type.as_deref()
    }

    /// `Traditional aid` or `Cash transfer programming (CTP)`.
    async fn method(&self) -> Option<&str> {
        self.0.method.as_deref()
    }

    /// How far the donor ties it, as the Grand Bargain names it.
    async fn earmarking(&self) -> &[String] {
        &self.0.earmarking
    }

    /// Keywords.
    async fn keywords(&self) -> &[String] {
        &self.0.keywords
    }

    /// Whether it brings money that was not in the humanitarian system before.
    async fn new_money(&self) -> Option<bool> {
        self.0.new_money
    }

    /// The money in the currency that it was given in; `money` is what FTS makes of it in dollars.
    async fn original(&self) -> Option<Plain<Money>> {
        self.0.original.map(Money).map(Plain)
    }

    /// Units of that currency for one dollar.
    async fn exchange_rate(&self) -> Option<Decimal> {
        self.0.exchange_rate.map(Decimal)
    }

    /// The day of the decision.
    async fn decided(&self) -> Option<PartialDate> {
        self.0.decided.map(PartialDate)
    }

    /// The day of the first report.
    async fn first_reported(&self) -> Option<PartialDate> {
        self.0.first_reported.map(PartialDate)
    }

    /// The reporter's own reference.
    async fn reference(&self) -> Option<&str> {
        self.0.reference.as_deref()
    }

    /// The flows that it is drawn from beside `partOf`, as far as they are in the dataset.
    async fn parents(&self, ctx: &Context<'_>) -> Answer<PlainList<HumanitarianContribution>> {
        find_all(ctx, &self.0.parents)
    }

    /// Identifiers of the flows that are drawn from it, whether they are in the dataset or not.
    async fn child_identifiers(&self) -> Vec<String> {
        self.0.children.iter().map(ToString::to_string).collect()
    }
}

/// A response plan or a project, as FTS names it.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct ResponsePlan {
    /// Its name.
    name: String,
    /// Its code: `HMLI24`.
    code: Option<String>,
    /// Its number in FTS.
    number: Option<String>,
}

impl From<&humanitarian_contribution::Plan> for ResponsePlan {
    fn from(plan: &humanitarian_contribution::Plan) -> Self {
        let humanitarian_contribution::Plan { name, code, number } = plan.clone();
        Self { name, code, number }
    }
}
