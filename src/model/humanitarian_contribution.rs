//! Humanitarian contributions: flows of humanitarian money.

use rust_decimal::Decimal;

use super::country::CountryCode;
use super::date::PartialDate;
use super::id::{AgencyId, HumanitarianContributionId};
use super::money::Money;
use super::origin::Provenance;
use super::text::Text;

super::code::codes! {
    /// Channel of humanitarian money.
    pub enum HumanitarianChannel {
        /// Directly from the donor.
        Direct = "DIRECT",
        /// Through a body of the United Nations.
        Un = "UN",
        /// Through the Red Cross and Red Crescent Movement.
        RedCross = "RED_CROSS",
        /// Through a non-governmental organisation.
        Ngo = "NGO",
        /// Through a multilateral organisation, possibly of the United Nations.
        Multilateral = "MULTILATERAL",
        /// Through a pooled fund.
        PooledFund = "POOLED_FUND",
        /// Through several of these channels.
        Mixed = "MIXED",
        /// The source states no channel.
        NotStated = "NOT_STATED",
        /// Through another body, such as a government or a bank.
        Other = "OTHER",
    }
}

super::code::codes! {
    /// Status of a contribution. Source: OCHA FTS flow status.
    pub enum FlowStatus {
        /// A non-binding announcement.
        Pledge = "PLEDGE",
        /// A binding commitment.
        Commitment = "COMMITMENT",
        /// Paid.
        Paid = "PAID",
    }
}

super::code::codes! {
    /// Coverage of a contribution.
    pub enum HumanitarianScope {
        /// All crises of a year.
        AllCrises = "ALL_CRISES",
        /// One line of the national budget.
        BudgetLine = "BUDGET_LINE",
        /// One crisis, country or partner.
        Crisis = "CRISIS",
        /// A share of another contribution.
        Share = "SHARE",
    }
}

super::code::codes! {
    /// Direction of a flow across the boundary of the search that found it. Source: OCHA FTS.
    pub enum Boundary {
        /// From outside to inside.
        Incoming = "INCOMING",
        /// From inside to inside: money that had already come in.
        Internal = "INTERNAL",
        /// From inside to outside.
        Outgoing = "OUTGOING",
    }
}

/// Further facts that OCHA FTS reports of a flow. Values without FTS codes are kept as published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Organisations that provide the money. FTS: source organization.
    pub providers: Vec<AgencyId>,
    /// Countries that the money comes from. FTS: source location.
    pub source_countries: Vec<CountryCode>,
    /// Years of the money's source. FTS: source usage year.
    pub source_years: Vec<u16>,
    /// Years of use. FTS: destination usage year.
    pub years: Vec<u16>,
    /// Budget year of the donor.
    pub budget_year: Option<PartialDate>,
    /// Directions across the boundaries of the searches and exports that contain it, in enum order. It may enter one and
    /// leave another.
    pub boundaries: Vec<Boundary>,
    /// True if the flow is shared with objects outside of that boundary.
    pub shared: Option<bool>,
    /// Response plans that it counts for. FTS: destination plan.
    pub plans: Vec<Plan>,
    /// Names of global clusters.
    pub clusters: Vec<String>,
    /// Names of emergencies.
    pub emergencies: Vec<String>,
    /// Names of projects, with codes if there are any.
    pub projects: Vec<Plan>,
    /// FTS flow type: `Standard`, `Parked`, `Pass through` or `Carryover`.
    pub flow_type: Option<String>,
    /// FTS contribution type: `financial` or `in kind`.
    pub contribution_type: Option<String>,
    /// FTS method: `Traditional aid` or `Cash transfer programming (CTP)`.
    pub method: Option<String>,
    /// Degree of earmarking, in the terms of the Grand Bargain.
    pub earmarking: Vec<String>,
    /// FTS keywords.
    pub keywords: Vec<String>,
    /// True if the money is new to the humanitarian system.
    pub new_money: Option<bool>,
    /// Amount in its original currency.
    pub original: Option<Money>,
    /// Units of the original currency for one US dollar.
    pub exchange_rate: Option<Decimal>,
    /// Date of the decision.
    pub decided: Option<PartialDate>,
    /// Date of the first report.
    pub first_reported: Option<PartialDate>,
    /// Reporter's own reference.
    pub reference: Option<String>,
    /// Further flows that it draws from, besides the one that contains it.
    pub parents: Vec<HumanitarianContributionId>,
    /// Flows drawn from it.
    pub children: Vec<HumanitarianContributionId>,
}

/// Response plan or project as named by FTS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Name of the plan or project.
    pub name: String,
    /// Code: `HMLI24`.
    pub code: Option<String>,
    /// FTS number.
    pub number: Option<String>,
}

impl Flow {
    /// Returns true for a parked flow. Its amount excludes the flows drawn from it: FTS publishes the remainder.
    pub fn is_parked(&self) -> bool {
        self.flow_type.as_deref().is_some_and(|word| word.eq_ignore_ascii_case("parked"))
    }
}

/// Humanitarian contribution. FTS: flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HumanitarianContribution {
    /// Identifier of the contribution.
    pub id: HumanitarianContributionId,
    /// Donor country; `None` if the provider is not a government, or when no source states it.
    pub donor: Option<CountryCode>,
    /// Year that it is for; `None` when the source does not state it.
    pub year: Option<PartialDate>,
    /// Day or month of the contribution, if known.
    pub date: Option<PartialDate>,
    /// Crisis or place as named by the source. Filters and groups use its main form.
    pub crisis: Text,
    /// Recipient countries; empty when it covers more than any list.
    pub countries: Vec<CountryCode>,
    /// Channel of delivery.
    pub channel: HumanitarianChannel,
    /// Agencies that channel the money.
    pub channel_agencies: Vec<AgencyId>,
    /// Status; `None` when the source does not state it.
    pub status: Option<FlowStatus>,
    /// Coverage of the contribution.
    pub scope: HumanitarianScope,
    /// Amount, or the reason for its absence.
    pub money: Money,
    /// Contribution that contains this one.
    pub part_of: Option<HumanitarianContributionId>,
    /// Contribution of which this one is an alternative figure: another publication of the same total.
    pub alternative_to: Option<HumanitarianContributionId>,
    /// Purpose, as a short phrase.
    pub purpose: Option<Text>,
    /// Further facts reported by OCHA FTS; `None` for contributions from other sources.
    pub flow: Option<Box<Flow>>,
    /// Provenance of the record.
    pub provenance: Provenance,
}

impl HumanitarianContribution {
    /// Adds the boundaries of another version of the contribution. Returns true if one was new.
    pub fn join_boundaries(&mut self, other: &Self) -> bool {
        let (Some(flow), Some(other)) = (&mut self.flow, &other.flow) else { return false };
        let before = flow.boundaries.len();
        flow.boundaries.extend(&other.boundaries);
        flow.boundaries.sort_unstable();
        flow.boundaries.dedup();
        flow.boundaries.len() > before
    }
}
