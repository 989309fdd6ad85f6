//! Answer to the query of the page of missions.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::site::parts::data::{Edition, Evidence, Named, Nodes, Sum, Text};
use crate::site::parts::rows::{MissionContributionRow, MissionRow};

/// Answer to the query.
#[derive(Debug, Deserialize)]
pub(in crate::site) struct Answer {
    pub(super) missions: Missions,
    pub(super) contributions: Contributions,
    hosts: Nodes<Hosted>,
    bodies: Nodes<Sent>,
    pub(super) dataset: Edition,
}

#[derive(Debug, Deserialize)]
struct Hosted {
    countries: Vec<Named>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    sending_body: Option<Named>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Missions {
    pub(super) total_count: u64,
    pub(super) nodes: Vec<Mission>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Mission {
    #[serde(flatten)]
    pub(super) row: MissionRow,
    #[serde(flatten)]
    pub(super) evidence: Evidence,
    pub(super) acronym: Option<String>,
    pub(super) leads: Vec<Named>,
    pub(super) countries: Vec<Named>,
    pub(super) contributions: OfMission,
}

/// Contributions of a mission, as sums.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OfMission {
    pub(super) total_count: u64,
    pub(super) totals: Vec<Sum>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Contributions {
    pub(super) total_count: u64,
    pub(super) nodes: Vec<Contribution>,
    pub(super) totals: Vec<Sum>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Contribution {
    #[serde(flatten)]
    pub(super) row: MissionContributionRow,
    #[serde(flatten)]
    pub(super) evidence: Evidence,
    pub(super) sending_body: Option<Named>,
    pub(super) purpose: Option<Text>,
}

impl Mission {
    /// Returns the acronym, otherwise the name.
    pub(super) fn short(&self) -> &str {
        self.acronym.as_deref().unwrap_or(&self.row.name.value)
    }
}

impl Contribution {
    /// Returns the first and the last year; one that is open has its first year only, as in a filter.
    pub(super) fn years(&self) -> Option<(u16, u16)> {
        let period = self.row.period?;
        let (start, end) = (period.start.map(|d| d.0.year()), period.end.map(|d| d.0.year()));
        let first = start.or(end)?;
        let last = if start.is_some() { end.unwrap_or(first) } else { first };
        Some((first, last.max(first)))
    }
}

impl Answer {
    /// Lists the countries that host any mission, by name.
    pub(super) fn all_hosts(&self) -> Vec<Named> {
        by_name(self.hosts.nodes.iter().flat_map(|mission| &mission.countries))
    }

    /// Lists the bodies that send to any mission, by name.
    pub(super) fn all_bodies(&self) -> Vec<Named> {
        by_name(self.bodies.nodes.iter().filter_map(|sent| sent.sending_body.as_ref()))
    }
}

/// Returns the short name of a mission, otherwise its label.
pub(super) fn short<'a>(missions: &'a [Mission], named: &'a Named) -> &'a str {
    let known = missions.iter().find(|one| one.row.named.identifier == named.identifier);
    known.map_or(&named.label, |mission| mission.short())
}

/// Returns each record once, by label.
pub(super) fn by_name<'a>(records: impl Iterator<Item = &'a Named>) -> Vec<Named> {
    let all: BTreeMap<(&str, &str), &Named> =
        records.map(|one| ((one.label.as_str(), one.identifier.as_str()), one)).collect();
    all.into_values().cloned().collect()
}
