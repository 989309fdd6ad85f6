//! Money for humanitarian ends.

use rust_decimal::Decimal;

use super::country::CountryCode;
use super::date::PartialDate;
use super::id::{AgencyId, HumanitarianContributionId};
use super::money::Money;
use super::origin::Provenance;

super::code::codes! {
    /// The way that humanitarian money goes.
    pub enum HumanitarianChannel {
        /// From the donor itself.
        Direct = "DIRECT",
        /// Through a body of the United Nations.
        Un = "UN",
        /// Through the Red Cross and Red Crescent Movement.
        RedCross = "RED_CROSS",
        /// Through a non-governmental organisation.
        Ngo = "NGO",
        /// Through an organisation of many states, the United Nations perhaps.
        Multilateral = "MULTILATERAL",
        /// Through a pooled fund.
        PooledFund = "POOLED_FUND",
        /// Through several of these.
        Mixed = "MIXED",
        /// The source does not say.
        NotStated = "NOT_STATED",
        /// Through another body, a government or a bank for instance.
        Other = "OTHER",
    }
}

super::code::codes! {
    /// How far a contribution has come. Source: OCHA FTS flow status.
    pub enum FlowStatus {
        /// A promise that does not bind.
        Pledge = "PLEDGE",
        /// A binding promise.
        Commitment = "COMMITMENT",
        /// Paid.
        Paid = "PAID",
    }
}

super::code::codes! {
    /// How much of the whole a contribution stands for.
    pub enum HumanitarianScope {
        /// All crises of a year.
        AllCrises = "ALL_CRISES",
        /// One line of the state budget.
        BudgetLine = "BUDGET_LINE",
        /// One crisis, country or partner.
        Crisis = "CRISIS",
        /// A share of another contribution.
        Share = "SHARE",
    }
}

super::code::codes! {
    /// How a flow crosses the boundary of the search that it was found by. Source: OCHA FTS.
    pub enum Boundary {
        /// From outside to inside.
        Incoming = "INCOMING",
        /// From inside to inside: money that had come in already.
        Internal = "INTERNAL",
        /// From inside to outside.
        Outgoing = "OUTGOING",
    }
}

/// What OCHA FTS reports of a flow besides. Words of lists that FTS has no codes for are kept as published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// The organisations that give. FTS: source organization.
    pub providers: Vec<AgencyId>,
    /// The countries that it comes out of. FTS: source location.
    pub source_countries: Vec<CountryCode>,
    /// The years out of whose money it is given. FTS: source usage year.
    pub source_years: Vec<u16>,
    /// The years that it is for. FTS: destination usage year.
    pub years: Vec<u16>,
    /// The year of the donor's budget.
    pub budget_year: Option<PartialDate>,
    /// How it crosses the boundaries of the searches and exports that it was published in, in the order of the list: in
    /// one it may come in, and go out in another.
    pub boundaries: Vec<Boundary>,
    /// Whether it is shared with what lies outside of that boundary.
    pub shared: Option<bool>,
    /// The response plans that it counts for. FTS: destination plan.
    pub plans: Vec<Plan>,
    /// Names of clusters, global ones.
    pub clusters: Vec<String>,
    /// Names of emergencies.
    pub emergencies: Vec<String>,
    /// Names of projects, each with its code where there is one.
    pub projects: Vec<Plan>,
    /// `Standard`, `Parked`, `Pass through` or `Carryover`.
    pub flow_type: Option<String>,
    /// `financial` or `in kind`.
    pub contribution_type: Option<String>,
    /// `Traditional aid` or `Cash transfer programming (CTP)`.
    pub method: Option<String>,
    /// How far the donor ties it, as the Grand Bargain names it.
    pub earmarking: Vec<String>,
    /// Keywords.
    pub keywords: Vec<String>,
    /// Whether it brings money that was not in the humanitarian system before.
    pub new_money: Option<bool>,
    /// The money in the currency that it was given in.
    pub original: Option<Money>,
    /// Units of that currency for one dollar.
    pub exchange_rate: Option<Decimal>,
    /// The day of the decision.
    pub decided: Option<PartialDate>,
    /// The day of the first report.
    pub first_reported: Option<PartialDate>,
    /// The reporter's own reference.
    pub reference: Option<String>,
    /// The flows that it is drawn from beside the one that contains it.
    pub parents: Vec<HumanitarianContributionId>,
    /// The flows that are drawn from it.
    pub children: Vec<HumanitarianContributionId>,
}

/// A response plan or a project, as FTS names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Its name.
    pub name: String,
    /// Its code: `HMLI24`.
    pub code: Option<String>,
    /// Its number in FTS.
    pub number: Option<String>,
}

impl Flow {
    /// Whether what is drawn from it has left its amount already: FTS keeps in a parked flow what is left of it.
    pub fn is_parked(&self) -> bool {
        self.flow_type.as_deref().is_some_and(|word| word.eq_ignore_ascii_case("parked"))
    }
}

/// Money for humanitarian ends. FTS: flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HumanitarianContribution {
    /// Its identifier.
    pub id: HumanitarianContributionId,
    /// Who gives; `None` where an organisation gives that is no country's government, or no source says.
    pub donor: Option<CountryCode>,
    /// The year that it is for; `None` when the source does not say.
    pub year: Option<PartialDate>,
    /// The day or month of the contribution, where it is known.
    pub date: Option<PartialDate>,
    /// The crisis or place, as the source names it.
    pub crisis: String,
    /// The countries that receive it; empty when it is for more than any list.
    pub countries: Vec<CountryCode>,
    /// The way that it goes.
    pub channel: HumanitarianChannel,
    /// The agencies that it goes through.
    pub channel_agencies: Vec<AgencyId>,
    /// How far it has come; `None` when the source does not say.
    pub status: Option<FlowStatus>,
    /// How much of the whole it stands for.
    pub scope: HumanitarianScope,
    /// The money.
    pub money: Money,
    /// The contribution that contains it.
    pub part_of: Option<HumanitarianContributionId>,
    /// Another record that publishes the same total differently.
    pub alternative_to: Option<HumanitarianContributionId>,
    /// What for, in a clause.
    pub purpose: Option<String>,
    /// What OCHA FTS reports besides; `None` for what is from elsewhere.
    pub flow: Option<Box<Flow>>,
    /// How we know.
    pub provenance: Provenance,
}

impl HumanitarianContribution {
    /// Adds the boundaries that another version of it was found across; gives whether there was one to add.
    pub fn join_boundaries(&mut self, other: &Self) -> bool {
        let (Some(flow), Some(other)) = (&mut self.flow, &other.flow) else { return false };
        let before = flow.boundaries.len();
        flow.boundaries.extend(&other.boundaries);
        flow.boundaries.sort_unstable();
        flow.boundaries.dedup();
        flow.boundaries.len() > before
    }
}
