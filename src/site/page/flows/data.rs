//! Answer to the query of the page of flows.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::model::noun::Kind;
use crate::read::total::ExclusionReason;
use crate::site::parts::data::{Amount, Coded, Edition, Named, Nodes, Sum};

/// Answer to the query.
#[derive(Debug, Deserialize)]
pub(in crate::site) struct Answer {
    inside: Option<Nodes<Named>>,
    insiders: Option<Nodes<Named>>,
    pub(super) flows: Flows,
    partners: Nodes<Partner>,
    choices: Nodes<Named>,
    pub(super) dataset: Edition,
    /// Flows of single years, by `y` and their number.
    #[serde(flatten)]
    years: BTreeMap<String, YearFlows>,
}

#[derive(Debug, Deserialize)]
struct Partner {
    country: Option<Named>,
}

/// Flows of all chosen years.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Flows {
    pub(super) incoming: Vec<Audited>,
    pub(super) internal: Vec<Audited>,
    pub(super) outgoing: Vec<Audited>,
    pub(super) counted_once: Vec<Audited>,
    pub(super) net: Vec<Net>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Net {
    pub(super) currency: Option<String>,
    pub(super) amount: Option<Decimal>,
}

/// Sum with what a naive addition gives, and what is left out.
#[derive(Debug, Deserialize)]
pub(super) struct Audited {
    #[serde(flatten)]
    pub(super) sum: Sum,
    pub(super) naive: Option<Decimal>,
    pub(super) items: u64,
    pub(super) excluded: Vec<Left>,
}

/// Amount that is left out.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Left {
    pub(super) record: String,
    pub(super) kind: Coded<Kind>,
    pub(super) part: Option<String>,
    pub(super) money: Amount,
    pub(super) reason: Coded<ExclusionReason>,
}

/// Flows of one year.
#[derive(Debug, Deserialize)]
pub(super) struct YearFlows {
    pub(super) incoming: Vec<Sum>,
    pub(super) internal: Vec<Sum>,
    pub(super) outgoing: Vec<Sum>,
}

impl Answer {
    /// Lists the countries inside, then the agencies.
    pub(super) fn insiders(&self) -> impl Iterator<Item = &Named> {
        self.inside.iter().chain(&self.insiders).flat_map(|nodes| &nodes.nodes)
    }

    /// Lists the partner countries once, by name.
    pub(super) fn partner_countries(&self) -> Vec<&Named> {
        let all = self.partners.nodes.iter().filter_map(|partner| partner.country.as_ref());
        let all: BTreeMap<(&str, &str), &Named> =
            all.map(|one| ((one.label.as_str(), one.identifier.as_str()), one)).collect();
        all.into_values().collect()
    }

    /// Lists agencies to choose from.
    pub(super) fn choices(&self) -> &[Named] {
        &self.choices.nodes
    }

    /// Returns the flows of the year at a position.
    pub(super) fn year(&self, at: u16) -> Option<&YearFlows> {
        self.years.get(&format!("y{at}"))
    }

    /// Lists the currencies in which money of single years is stated.
    pub(super) fn currencies(&self) -> BTreeSet<&str> {
        let sums = self
            .years
            .values()
            .flat_map(|year| year.incoming.iter().chain(&year.internal).chain(&year.outgoing));
        sums.filter(|sum| sum.counted.is_some()).filter_map(|sum| sum.currency.as_deref()).collect()
    }
}

impl Flows {
    /// Returns true if no amount crosses the boundary, stated or not.
    pub(super) fn are_empty(&self) -> bool {
        let all = [&self.incoming, &self.internal, &self.outgoing, &self.counted_once];
        all.into_iter().flatten().all(Audited::is_empty)
    }

    /// Returns true if amounts cross the boundary, and none of them counts.
    pub(super) fn count_nothing(&self) -> bool {
        let all = [&self.incoming, &self.internal, &self.outgoing];
        !self.are_empty() && all.into_iter().flatten().all(|audited| audited.items == 0)
    }
}

impl Audited {
    /// Returns true if no amount counts, and none is left out.
    pub(super) fn is_empty(&self) -> bool {
        self.items == 0 && self.sum.excluded_sums.is_empty()
    }
}
