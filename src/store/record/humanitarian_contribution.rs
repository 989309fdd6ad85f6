//! Frozen structs of humanitarian contributions.

use super::frozen::frozen;
use super::part::{MoneyV1, ProvenanceV1, TextV1};
use crate::model::humanitarian_contribution::{Flow, HumanitarianContribution, Plan};

frozen! {
    HumanitarianContributionV3 = HumanitarianContribution {
        id: String,
        donor: Option<String>,
        year: Option<String>,
        date: Option<String>,
        crisis: TextV1,
        countries: Vec<String>,
        channel: String,
        channel_agencies: Vec<String>,
        status: Option<String>,
        scope: String,
        money: MoneyV1,
        part_of: Option<String>,
        alternative_to: Option<String>,
        purpose: Option<TextV1>,
        flow: Option<Box<FlowV2>>,
        provenance: ProvenanceV1,
    }

    /// The flow that OCHA FTS reports.
    FlowV2 = Flow {
        providers: Vec<String>,
        source_countries: Vec<String>,
        source_years: Vec<u16>,
        years: Vec<u16>,
        budget_year: Option<String>,
        boundaries: Vec<String>,
        shared: Option<bool>,
        plans: Vec<PlanV1>,
        clusters: Vec<String>,
        emergencies: Vec<String>,
        projects: Vec<PlanV1>,
        flow_type: Option<String>,
        contribution_type: Option<String>,
        method: Option<String>,
        earmarking: Vec<String>,
        keywords: Vec<String>,
        new_money: Option<bool>,
        original: Option<MoneyV1>,
        exchange_rate: Option<String>,
        decided: Option<String>,
        first_reported: Option<String>,
        reference: Option<String>,
        parents: Vec<String>,
        children: Vec<String>,
    }

    /// A response plan or a project.
    PlanV1 = Plan {
        name: String,
        code: Option<String>,
        number: Option<String>,
    }
}
