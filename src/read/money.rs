//! Which amounts the records of a list hold, and which of them a total must leave out.
//!
//! What is left out depends on the list: a yearly total contains the crises of its year, so in a list that
//! holds both the crises are left out, and in a list of one country's crises they count.

use std::collections::{BTreeMap, BTreeSet};

use super::error::Error;
use super::filter::Filter;
use super::reader::{Readable, Reader};
use super::total::{ExclusionReason, Item};
use crate::model::humanitarian_contribution::HumanitarianContribution;
use crate::model::mission::MissionContribution;
use crate::model::money::Money;
use crate::model::noun::{Kind, Noun};
use crate::model::oda_figure::OdaFigure;
use crate::model::programme::{Budget, Programme};
use crate::model::transaction::Transaction;

/// A noun that holds money.
pub trait Monetary: Readable {
    /// The amounts of all the records of a list, each with the reason for which it is left out.
    ///
    /// # Errors
    /// As [`Reader::get`]: a parent that the list does not hold is looked up.
    fn items(records: &[Self], reader: &Reader) -> Result<Vec<Item>, Error>;
}

impl Reader {
    /// The amounts of the records that answer yes, each with the reason for which a total leaves it out.
    ///
    /// # Errors
    /// As [`Reader::all`].
    pub fn items<T: Monetary>(&self, filter: &Filter) -> Result<Vec<Item>, Error> {
        T::items(&self.all::<T>(filter)?, self)
    }
}

/// Whether a chain of containers leads from a record to one that counts with an amount.
///
/// `container` says which record contains one. Chains end: the gate refuses cycles, and a chain that returns
/// to where it was is cut here.
fn contained_in<'a>(
    key: &'a str,
    container: &BTreeMap<&'a str, &'a str>,
    counted: &BTreeSet<&str>,
) -> bool {
    let mut seen = BTreeSet::new();
    let mut at = key;
    while let Some(next) = container.get(at) {
        if !seen.insert(*next) {
            return false;
        }
        if counted.contains(next) {
            return true;
        }
        at = next;
    }
    false
}

impl Monetary for Programme {
    fn items(records: &[Self], reader: &Reader) -> Result<Vec<Item>, Error> {
        let parents = ancestry(records, reader)?;
        let container: BTreeMap<&str, &str> =
            parents.iter().map(|(child, parent)| (child.as_str(), parent.as_str())).collect();
        let counted: BTreeSet<&str> = records
            .iter()
            .filter(|programme| {
                programme.budgets.iter().any(|budget| budget.money.value().is_some())
            })
            .map(Noun::key)
            .collect();
        let mut items = Vec::new();
        for programme in records {
            let child = contained_in(programme.key(), &container, &counted);
            items.extend(programme.budgets.iter().map(|budget| Item {
                kind: Kind::Programme,
                key: programme.key().to_owned(),
                part: Some(budget.id.to_string()),
                money: budget.money,
                left_out: if child {
                    Some(ExclusionReason::ChildOfCountedParent)
                } else {
                    left_out_of_programme(budget, &programme.budgets)
                },
            }));
        }
        Ok(items)
    }
}

/// Child to parent, for the records and for every ancestor of theirs: a grandchild is a part of a
/// grandparent in the list even when the list does not hold what lies between.
fn ancestry(records: &[Programme], reader: &Reader) -> Result<BTreeMap<String, String>, Error> {
    let mut parents: BTreeMap<String, String> = BTreeMap::new();
    for programme in records {
        let mut child = programme.id.to_string();
        let mut parent = programme.parent.clone();
        while let Some(at) = parent {
            if parents.insert(child, at.to_string()).is_some() {
                break;
            }
            parent = reader.get::<Programme>(at.as_str())?.and_then(|p| p.parent);
            child = at.to_string();
        }
    }
    Ok(parents)
}

/// Why a budget does not count beside the others of its programme.
pub fn left_out_of_programme(budget: &Budget, budgets: &[Budget]) -> Option<ExclusionReason> {
    if budgets.iter().any(|other| other.supersedes.as_ref() == Some(&budget.id)) {
        Some(ExclusionReason::Superseded)
    } else if budget.part_of.is_some() {
        Some(ExclusionReason::PartOfCountedTotal)
    } else {
        None
    }
}

/// The items of one programme by itself: its budgets, whatever its parent.
pub fn budget_items(programme: &Programme) -> Vec<Item> {
    programme
        .budgets
        .iter()
        .map(|budget| Item {
            kind: Kind::Programme,
            key: programme.key().to_owned(),
            part: Some(budget.id.to_string()),
            money: budget.money,
            left_out: left_out_of_programme(budget, &programme.budgets),
        })
        .collect()
}

impl Monetary for HumanitarianContribution {
    fn items(records: &[Self], _: &Reader) -> Result<Vec<Item>, Error> {
        let container: BTreeMap<&str, &str> =
            records.iter().filter_map(|c| Some((c.key(), c.part_of.as_ref()?.as_str()))).collect();
        let present: BTreeSet<&str> = records.iter().map(Noun::key).collect();
        let counted: BTreeSet<&str> =
            records.iter().filter(|c| c.money.value().is_some()).map(Noun::key).collect();
        let left_out = |c: &Self| {
            if c.alternative_to.as_ref().is_some_and(|other| present.contains(other.as_str())) {
                Some(ExclusionReason::AlternativeFigure)
            } else if contained_in(c.key(), &container, &counted) {
                Some(ExclusionReason::PartOfCountedTotal)
            } else {
                None
            }
        };
        Ok(records.iter().map(|c| item(c, c.money, left_out(c))).collect())
    }
}

impl Monetary for Transaction {
    fn items(records: &[Self], _: &Reader) -> Result<Vec<Item>, Error> {
        let container: BTreeMap<&str, &str> =
            records.iter().filter_map(|t| Some((t.key(), t.part_of.as_ref()?.as_str()))).collect();
        let counted: BTreeSet<&str> =
            records.iter().filter(|t| t.money.value().is_some()).map(Noun::key).collect();
        let left_out = |t: &Self| {
            contained_in(t.key(), &container, &counted)
                .then_some(ExclusionReason::PartOfCountedTotal)
        };
        Ok(records.iter().map(|t| item(t, t.money, left_out(t))).collect())
    }
}

impl Monetary for MissionContribution {
    fn items(records: &[Self], _: &Reader) -> Result<Vec<Item>, Error> {
        Ok(records.iter().map(|c| item(c, c.money, None)).collect())
    }
}

impl Monetary for OdaFigure {
    fn items(records: &[Self], _: &Reader) -> Result<Vec<Item>, Error> {
        // The figure for all recipients contains the one of each.
        let whole: BTreeSet<_> = records
            .iter()
            .filter(|f| f.recipient.is_none())
            .map(|f| (f.donor, f.year.year()))
            .collect();
        let left_out = |f: &Self| {
            (f.recipient.is_some() && whole.contains(&(f.donor, f.year.year())))
                .then_some(ExclusionReason::PartOfCountedTotal)
        };
        Ok(records.iter().map(|f| item(f, f.money, left_out(f))).collect())
    }
}

fn item<T: Noun>(record: &T, money: Money, left_out: Option<ExclusionReason>) -> Item {
    Item { kind: T::KIND, key: record.key().to_owned(), part: None, money, left_out }
}
