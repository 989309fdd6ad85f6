//! Answer to the query of a briefing.

use serde::Deserialize;

use crate::model::partnership::PartnershipStatus;
use crate::site::parts::data::{
    Coded, Day, Edition, Grouped, Groups, List, Named, Nodes, Point, Publication, Text,
};
use crate::site::parts::rows::{
    AgreementRow, ContributionRow, DialogueRow, EventRow, LocationRow, MissionContributionRow,
    MissionRow, ProgrammeRow,
};

/// Answer to the query.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct Answer {
    pub(super) engagement: Option<Engagement>,
    pub(super) events: Nodes<Cited<EventRow>>,
    pub(super) places: Nodes<Located>,
    pub(super) relief: Grouped,
    pub(super) budgets: Budgets,
    pub(super) other: Option<Engagement>,
    pub(super) other_events: Option<Nodes<Cited<EventRow>>>,
    pub(super) other_places: Option<Nodes<Located>>,
    pub(super) other_relief: Option<Grouped>,
    pub(super) other_budgets: Option<Budgets>,
    pub(super) partners: Nodes<OfDonor>,
    pub(super) dataset: Edition,
}

/// Partner country of the donor.
#[derive(Debug, Deserialize)]
pub(super) struct OfDonor {
    pub(super) country: Option<Partner>,
}

/// Row of a list with its publications.
#[derive(Debug, Deserialize)]
pub(super) struct Cited<R> {
    #[serde(flatten)]
    pub(super) row: R,
    pub(super) citations: Vec<Cites>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Cites {
    pub(super) source: Option<Publication>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Engagement {
    pub(super) donor: Option<Named>,
    pub(super) partner: Option<Partner>,
    pub(super) partnership: Option<Cited<Partnership>>,
    pub(super) diplomacy: Diplomacy,
    pub(super) development: Development,
    pub(super) defence: Defence,
}

#[derive(Debug, Deserialize)]
pub(super) struct Partner {
    #[serde(flatten)]
    pub(super) named: Named,
    pub(super) name: Text,
}

#[derive(Debug, Deserialize)]
pub(super) struct Partnership {
    pub(super) status: Coded<PartnershipStatus>,
    pub(super) since: Option<Day>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Diplomacy {
    pub(super) agreements: List<Cited<AgreementRow>>,
    pub(super) dialogues: List<Cited<DialogueRow>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Development {
    pub(super) programmes: List<Cited<Programme>>,
    pub(super) humanitarian: Humanitarian,
}

#[derive(Debug, Deserialize)]
pub(super) struct Programme {
    #[serde(flatten)]
    pub(super) row: ProgrammeRow,
    pub(super) parent: Option<Named>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Humanitarian {
    pub(super) contributions: List<Cited<ContributionRow>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Defence {
    pub(super) missions: List<Cited<MissionRow>>,
    pub(super) contributions: List<Cited<MissionContributionRow>>,
    pub(super) support: List<Cited<Programme>>,
}

/// Place with the number of the donor's programmes there.
#[derive(Debug, Deserialize)]
pub(super) struct Located {
    #[serde(flatten)]
    pub(super) row: LocationRow,
    pub(super) point: Option<Point>,
    pub(super) programmes: Length,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Length {
    pub(super) total_count: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Budgets {
    pub(super) by_year: Groups,
    pub(super) chain: Groups,
}
