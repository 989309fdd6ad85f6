//! Fields of a humanitarian contribution that only OCHA FTS reports.

use async_graphql::{Context, Object, SimpleObject};

use super::agency::Agency;
use super::country::Country;
use super::find_all;
use super::humanitarian_contribution::HumanitarianContribution;
use super::money::Money;
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::{Serial, SerialList};
use crate::graphql::scalar::{Decimal, PartialDate};
use crate::model::date;
use crate::model::humanitarian_contribution::{self, Boundary};

/// Further facts that OCHA FTS reports of a flow. Values without FTS codes are as published.
#[derive(Clone, Debug)]
pub(crate) struct Flow(pub(super) Box<humanitarian_contribution::Flow>);

/// Further facts that OCHA FTS reports of a flow. Values without FTS codes are as published.
#[Object(serial)]
impl Flow {
    /// Organisations that provide the money. FTS: source organization.
    async fn providers(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Agency>> {
        find_all(ctx, &self.0.providers)
    }

    /// Countries that the money comes from. FTS: source location.
    async fn source_countries(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Country>> {
        find_all(ctx, &self.0.source_countries)
    }

    /// Usage years of the source money. FTS: source usage year.
    async fn source_years(&self) -> &[u16] {
        &self.0.source_years
    }

    /// Usage years of the contribution. FTS: destination usage year.
    async fn years(&self) -> &[u16] {
        &self.0.years
    }

    /// Budget year of the donor.
    async fn budget_year(&self) -> Option<u16> {
        self.0.budget_year.map(date::PartialDate::year)
    }

    /// Directions across the boundaries of the searches and exports that contain the flow. It may enter one boundary and
    /// leave another.
    async fn boundaries(&self) -> Vec<CodeEnum<Boundary>> {
        self.0.boundaries.iter().copied().map(CodeEnum).collect()
    }

    /// True if the flow is shared with objects outside the boundary, in the version that counts.
    async fn shared(&self) -> Option<bool> {
        self.0.shared
    }

    /// Response plans that it counts for.
    async fn plans(&self) -> SerialList<ResponsePlan> {
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

    /// Projects that it funds.
    async fn projects(&self) -> SerialList<ResponsePlan> {
        self.0.projects.iter().map(ResponsePlan::from).collect()
    }

    /// FTS flow type: `Standard`, `Parked`, `Pass through` or `Carryover`.
    async fn flow_type(&self) -> Option<&str> {
        self.0.flow_type.as_deref()
    }

    /// FTS contribution type: `financial` or `in kind`.
    async fn contribution_type(&self) -> Option<&str> {
        self.0.contribution_type.as_deref()
    }

    /// FTS method: `Traditional aid` or `Cash transfer programming (CTP)`.
    async fn method(&self) -> Option<&str> {
        self.0.method.as_deref()
    }

    /// Degree of earmarking, in the terms of the Grand Bargain.
    async fn earmarking(&self) -> &[String] {
        &self.0.earmarking
    }

    /// FTS keywords.
    async fn keywords(&self) -> &[String] {
        &self.0.keywords
    }

    /// True if the money is new to the humanitarian system.
    async fn new_money(&self) -> Option<bool> {
        self.0.new_money
    }

    /// Amount in its original currency; `money` is the amount that FTS states in US dollars.
    async fn original(&self) -> Option<Serial<Money>> {
        self.0.original.map(Money).map(Serial)
    }

    /// Units of the original currency for one US dollar.
    async fn exchange_rate(&self) -> Option<Decimal> {
        self.0.exchange_rate.map(Decimal)
    }

    /// Date of the decision.
    async fn decided(&self) -> Option<PartialDate> {
        self.0.decided.map(PartialDate)
    }

    /// Date of the first report.
    async fn first_reported(&self) -> Option<PartialDate> {
        self.0.first_reported.map(PartialDate)
    }

    /// Reference number of the reporter.
    async fn reference(&self) -> Option<&str> {
        self.0.reference.as_deref()
    }

    /// Further flows that it draws from, besides `partOf`; only those in the dataset.
    async fn parents(&self, ctx: &Context<'_>) -> ApiResult<SerialList<HumanitarianContribution>> {
        find_all(ctx, &self.0.parents)
    }

    /// Identifiers of flows drawn from it, including flows that are not in the dataset.
    async fn child_identifiers(&self) -> Vec<String> {
        self.0.children.iter().map(ToString::to_string).collect()
    }
}

/// Response plan or project as named by FTS.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct ResponsePlan {
    /// Name.
    name: String,
    /// Code: `HMLI24`.
    code: Option<String>,
    /// FTS number.
    number: Option<String>,
}

impl From<&humanitarian_contribution::Plan> for ResponsePlan {
    fn from(plan: &humanitarian_contribution::Plan) -> Self {
        let humanitarian_contribution::Plan { name, code, number } = plan.clone();
        Self { name, code, number }
    }
}
