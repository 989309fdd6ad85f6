//! Money for humanitarian ends.

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

/// Money for humanitarian ends. FTS: flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HumanitarianContribution {
    /// Its identifier.
    pub id: HumanitarianContributionId,
    /// Who gives.
    pub donor: CountryCode,
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
    /// How we know.
    pub provenance: Provenance,
}
