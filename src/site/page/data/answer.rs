//! Answer to the query of the page of the data.

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::model::gap::GapKind;
use crate::site::parts::data::{Coded, Count, Day, Edition, List, Named, Nodes, Period, Text};

/// Answer to the query.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct Answer {
    pub(super) dataset: Dataset,
    pub(super) programmes: Grouped,
    pub(super) transactions: Grouped,
    pub(super) humanitarian_contributions: Grouped,
    pub(super) mission_contributions: Grouped,
    pub(super) missions: Nodes<Lasting>,
    pub(super) agreements: Nodes<Signed>,
    pub(super) dialogues: Nodes<Lasting>,
    pub(super) events: Nodes<Lasting>,
    pub(super) oda_figures: Nodes<OfYear>,
    pub(super) gaps: List<Gap>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Dataset {
    #[serde(flatten)]
    pub(super) edition: Edition,
    pub(super) counts: Vec<Count>,
    pub(super) source_count: u64,
    pub(super) sources: Vec<File>,
}

/// File that the data was built from.
#[derive(Debug, Deserialize)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) sha256: String,
    pub(super) bytes: Decimal,
    pub(super) format: String,
    pub(super) licence: Option<String>,
    pub(super) ledger: Ledger,
}

/// Outcome of the rows of a file.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ledger {
    pub(super) rows_read: Decimal,
    pub(super) accepted: Decimal,
    pub(super) quarantined: Decimal,
    pub(super) duplicate: Decimal,
    pub(super) counts: Vec<ProblemCount>,
    pub(super) problems: Vec<Problem>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ProblemCount {
    pub(super) code: String,
    pub(super) problems: Decimal,
}

#[derive(Debug, Deserialize)]
pub(super) struct Problem {
    pub(super) severity: String,
    pub(super) code: String,
    pub(super) line: Option<u64>,
    pub(super) column: Option<String>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Grouped {
    pub(super) groups: Groups,
}

#[derive(Debug, Deserialize)]
pub(super) struct Groups {
    pub(super) groups: Vec<Group>,
}

/// Group of amounts: its year, and for humanitarian contributions their scope.
#[derive(Debug, Deserialize)]
pub(super) struct Group {
    pub(super) keys: Vec<Key>,
    pub(super) items: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Key {
    pub(super) code: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Lasting {
    pub(super) period: Option<Period>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Signed {
    pub(super) signed: Option<Day>,
}

#[derive(Debug, Deserialize)]
pub(super) struct OfYear {
    pub(super) year: u16,
}

/// Known gap.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Gap {
    #[serde(flatten)]
    pub(super) named: Named,
    pub(super) missing: Text,
    #[serde(rename = "kind")]
    pub(super) sort: Coded<GapKind>,
    pub(super) noun: String,
    pub(super) donor: Option<Named>,
    pub(super) countries: Vec<Named>,
    pub(super) period: Option<Period>,
    pub(super) looked_on: Option<Day>,
}
