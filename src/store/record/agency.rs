//! Frozen structs of agencies.

use super::activity::DocumentV1;
use super::frozen::frozen;
use super::part::{MoneyV1, OriginV1, PeriodV1, ProvenanceV1, TextV1};
use crate::model::agency::{Agency, AgencyBudget, NameUse};

frozen! {
    /// A budget or expenditure total of a whole organisation.
    AgencyBudgetV2 = AgencyBudget {
        kind: String,
        status: Option<String>,
        period: PeriodV1,
        recipient: Option<String>,
        recipient_name: Option<TextV1>,
        money: MoneyV1,
        origin: OriginV1,
    }

    /// Number of times that an organisation is called by a name.
    NameUseV2 = NameUse {
        language: String,
        name: String,
        source: String,
        times: u32,
    }

    AgencyV3 = Agency {
        id: String,
        name: TextV1,
        name_uses: Vec<NameUseV2>,
        acronym: Option<TextV1>,
        aliases: Vec<String>,
        identifiers: Vec<String>,
        standing: String,
        r#type: Option<String>,
        kind: String,
        country: Option<String>,
        website: Option<String>,
        budgets: Vec<AgencyBudgetV2>,
        documents: Vec<DocumentV1>,
        provenance: ProvenanceV1,
    }
}
