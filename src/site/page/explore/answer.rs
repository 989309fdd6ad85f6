//! Answer to the query of a noun.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::read::groups::KeyAbsence;
use crate::site::parts::data::{Coded, Edition, ExcludedSum, Group, Text};

/// Answer to the query.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    pub(super) all: Length,
    pub(super) list: List,
    pub(super) money: Option<Money>,
    pub(super) dataset: Edition,
    /// Facets by field.
    #[serde(flatten)]
    pub(super) facets: HashMap<String, Holder>,
}

/// Length of a list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Length {
    pub(super) total_count: u64,
}

/// Page of records.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List {
    pub(super) total_count: u64,
    pub(super) page_info: PageInfo,
    pub(super) nodes: Vec<Map<String, Value>>,
}

/// Position of a page in its list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageInfo {
    pub(super) has_previous_page: bool,
    pub(super) has_next_page: bool,
    pub(super) start_cursor: Option<String>,
    pub(super) end_cursor: Option<String>,
}

/// List of which only a facet is read.
#[derive(Debug, Deserialize)]
pub(super) struct Holder {
    pub(super) facet: Counts,
}

/// Values of a facet. Fragment `Values`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Counts {
    pub(super) total_count: u64,
    pub(super) without: u64,
    pub(super) values: Vec<Counted>,
}

/// Value of a facet.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Counted {
    pub(super) code: String,
    pub(super) items: u64,
    pub(super) name: Option<Text>,
}

/// Money of the list.
#[derive(Debug, Deserialize)]
pub(super) struct Money {
    pub(super) groups: Groups,
    /// Groups of the meters, by their names.
    #[serde(flatten)]
    pub(super) meters: HashMap<String, Metered>,
}

/// Groups. Fragment `KeyedSums`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Groups {
    pub(super) total_count: u64,
    #[serde(rename = "groups")]
    pub(super) list: Vec<Group>,
    pub(super) excluded: Vec<ExcludedSum>,
}

/// Groups of a meter. Fragment `BrokenDown`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metered {
    pub(super) total_count: u64,
    pub(super) groups: Vec<MeteredGroup>,
}

/// Group of a meter.
#[derive(Debug, Deserialize)]
pub(super) struct MeteredGroup {
    pub(super) keys: Vec<Absent>,
    pub(super) counted: Option<Decimal>,
}

/// Absence of a key.
#[derive(Debug, Deserialize)]
pub(super) struct Absent {
    pub(super) absence: Option<Coded<KeyAbsence>>,
}
