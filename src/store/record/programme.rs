//! Frozen structs of programmes and their parts.

use super::activity::ReportV2;
use super::frozen::frozen;
use super::part::{MoneyV1, PeriodV1, ProvenanceV1, TextV1};
use crate::model::classification::{Recipient, RecipientRegion, SectorShare};
use crate::model::programme::{Budget, Participation, Programme, Site};

frozen! {
    ProgrammeV3 = Programme {
        id: String,
        kind: String,
        pillar: String,
        donor: Option<String>,
        parent: Option<String>,
        ordinal: Option<u32>,
        title: TextV1,
        aliases: Vec<String>,
        period: PeriodV1,
        extended_until: Option<String>,
        status: Option<String>,
        recipients: Vec<RecipientV1>,
        participations: Vec<ParticipationV2>,
        budgets: Vec<BudgetV1>,
        sites: Vec<SiteV1>,
        sectors: Vec<SectorShareV2>,
        regions: Vec<RecipientRegionV2>,
        report: Option<Box<ReportV2>>,
        provenance: ProvenanceV1,
    }

    /// A recipient country.
    RecipientV1 = Recipient {
        country: String,
        percentage: Option<String>,
        provenance: ProvenanceV1,
    }

    RecipientRegionV2 = RecipientRegion {
        vocabulary: Option<String>,
        code: String,
        name: Option<TextV1>,
        percentage: Option<String>,
        provenance: ProvenanceV1,
    }

    /// Participation of an agency.
    ParticipationV2 = Participation {
        agency: String,
        role: String,
        name_as_published: Option<TextV1>,
        role_as_published: Option<String>,
        channel: Option<String>,
        money: Option<MoneyV1>,
        additional: bool,
        activity: Option<String>,
        provenance: ProvenanceV1,
    }

    BudgetV1 = Budget {
        id: String,
        element: String,
        r#type: Option<String>,
        status: Option<String>,
        period: PeriodV1,
        as_of: Option<String>,
        money: MoneyV1,
        supersedes: Option<String>,
        part_of: Option<String>,
        provenance: ProvenanceV1,
    }

    /// A location of the programme.
    SiteV1 = Site {
        location: String,
        name_as_published: Option<String>,
        provenance: ProvenanceV1,
    }

    /// Share of a sector or purpose code.
    SectorShareV2 = SectorShare {
        name_as_published: Option<TextV1>,
        vocabulary: Option<String>,
        code: Option<String>,
        sector: Option<String>,
        percentage: Option<String>,
        provenance: ProvenanceV1,
    }
}
