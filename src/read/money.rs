//! Which amounts the records of a list hold, and which of them a total must leave out.
//!
//! What is left out depends on the list: a yearly total contains the crises of its year, so in a list that
//! holds both the crises are left out, and in a list of one country's crises they count.

use std::collections::{BTreeMap, BTreeSet};

use super::error::Error;
use super::groups::spending;
use super::reader::{Readable, Reader};
use super::total::{Asked, ExclusionReason, Item};
use crate::model::budget::{Displacement, displacements};
use crate::model::facet::Facet;
use crate::model::humanitarian_contribution::{
    Boundary, FlowStatus, HumanitarianContribution, HumanitarianScope,
};
use crate::model::mission_contribution::MissionContribution;
use crate::model::money::Money;
use crate::model::noun::{Kind, Noun};
use crate::model::oda_figure::OdaFigure;
use crate::model::programme::{Budget, Programme};
use crate::model::transaction::Transaction;

/// The most records that one sum reads.
const MOST: u64 = 100_000;

/// A noun that holds money.
pub trait Monetary: Readable {
    /// The amounts of all the records of a list, each with the reason for which it is left out.
    ///
    /// # Errors
    /// As [`Reader::get`]: a parent that the list does not hold is looked up.
    fn items(records: &[&Self], reader: &Reader, asked: &Asked<'_>) -> Result<Vec<Item>, Error>;
}

impl Reader {
    /// The amounts of the records that answer yes, each with the reason for which a total leaves it out.
    ///
    /// # Errors
    /// As [`Reader::all`], and [`Error::TooMany`].
    pub fn items<T: Monetary>(&self, asked: &Asked<'_>) -> Result<Vec<Item>, Error> {
        let found = self.count_matching(T::KIND, asked.filter)?;
        if found > MOST {
            return Err(Error::TooMany { found, most: MOST });
        }
        let records = self.all::<T>(asked.filter)?;
        let records: Vec<&T> = records.iter().map(AsRef::as_ref).collect();
        T::items(&records, self, asked)
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

/// Why each of the budgets of a programme does not count beside the others, whatever the programme's parent; `money` gives an
/// amount in the currency of the sum.
pub fn left_out_of_programme(
    budgets: &[Budget],
    money: impl Fn(&Money) -> Option<Money>,
) -> Vec<Option<ExclusionReason>> {
    let all = displacements(&Budget::lines(budgets, money)).into_iter();
    all.map(|why| why.map(ExclusionReason::from)).collect()
}

impl From<Displacement> for ExclusionReason {
    fn from(displacement: Displacement) -> Self {
        match displacement {
            Displacement::AllFunders => Self::AllFunders,
            Displacement::Superseded => Self::Superseded,
            Displacement::Part => Self::PartOfCountedTotal,
            Displacement::RevisedInPart => Self::RevisedInPart,
            Displacement::PossiblePart => Self::PossiblePart,
        }
    }
}

/// The items of one programme by itself: its budgets, whatever its parent.
pub fn budget_items(programme: &Programme, asked: &Asked<'_>) -> Vec<Item> {
    let left_out = left_out_of_programme(&programme.budgets, |money| asked.in_sum(money));
    let item = |(budget, left_out): (&Budget, _)| Item {
        kind: Kind::Programme,
        key: programme.key().to_owned(),
        part: Some(budget.id.to_string()),
        money: budget.money,
        left_out,
    };
    programme.budgets.iter().zip(left_out).map(item).collect()
}

impl Monetary for HumanitarianContribution {
    fn items(records: &[&Self], _: &Reader, asked: &Asked<'_>) -> Result<Vec<Item>, Error> {
        let pledges = asked.filter.narrowed_to(Facet::Status).is_some();
        let crossings = asked.filter.narrowed_to(Facet::Boundary).is_some();
        let by_itself = |c: &Self| {
            if c.status == Some(FlowStatus::Pledge) && !pledges {
                Some(ExclusionReason::Pledge)
            } else if is_internal(c) && !crossings {
                Some(ExclusionReason::Internal)
            } else if asked.is_shared(Facet::Country, &c.countries)
                || asked.is_shared(Facet::Year, years(c))
            {
                Some(ExclusionReason::SharedWithOthers)
            } else {
                None
            }
        };
        let counted: BTreeSet<&str> = records
            .iter()
            .copied()
            .filter(|c| by_itself(c).is_none() && asked.counts(&c.money))
            .map(Noun::key)
            .collect();
        // What is drawn from a parked flow has left its amount: both count.
        let is_parked = |c: &&Self| c.flow.as_ref().is_some_and(|flow| flow.is_parked());
        let parked: BTreeSet<&str> =
            records.iter().copied().filter(is_parked).map(Noun::key).collect();
        let container: BTreeMap<&str, &str> = records
            .iter()
            .copied()
            .filter_map(|c| Some((c.key(), c.part_of.as_ref()?.as_str())))
            .filter(|(_, whole)| !parked.contains(whole))
            .collect();
        // A figure for all crises of a year holds each of them, whether a source draws the line or not.
        let whole_years: BTreeSet<_> = records
            .iter()
            .copied()
            .filter(|c| c.scope == HumanitarianScope::AllCrises && counted.contains(c.key()))
            .filter_map(|c| Some((c.donor, c.year?.year())))
            .collect();
        let of_a_whole_year = |c: &Self| {
            let year = c.year.map(|year| (c.donor, year.year()));
            c.scope != HumanitarianScope::AllCrises
                && year.is_some_and(|year| whole_years.contains(&year))
        };
        let among_others = |c: &Self| {
            if c.alternative_to.as_ref().is_some_and(|other| counted.contains(other.as_str())) {
                Some(ExclusionReason::AlternativeFigure)
            } else if of_a_whole_year(c) || contained_in(c.key(), &container, &counted) {
                Some(ExclusionReason::PartOfCountedTotal)
            } else {
                None
            }
        };
        Ok(records
            .iter()
            .copied()
            .map(|c| item(c, c.money, by_itself(c).or_else(|| among_others(c))))
            .collect())
    }
}

/// Whether it moves on money that had come in already: one search at least says so.
fn is_internal(contribution: &HumanitarianContribution) -> bool {
    contribution.flow.as_ref().is_some_and(|flow| flow.boundaries.contains(&Boundary::Internal))
}

/// The years that a flow is for.
fn years(contribution: &HumanitarianContribution) -> &[u16] {
    contribution.flow.as_ref().map_or(&[], |flow| &flow.years)
}

impl Monetary for Transaction {
    fn items(records: &[&Self], _: &Reader, asked: &Asked<'_>) -> Result<Vec<Item>, Error> {
        let is_narrowed = asked.filter.narrowed_to(Facet::Kind).is_some();
        let of_kind = |t: &Self| t.r#type.and_then(spending).filter(|_| !is_narrowed);
        let container: BTreeMap<&str, &str> = records
            .iter()
            .copied()
            .filter_map(|t| Some((t.key(), t.part_of.as_ref()?.as_str())))
            .collect();
        let counted: BTreeSet<&str> = records
            .iter()
            .copied()
            .filter(|t| of_kind(t).is_none() && asked.counts(&t.money))
            .map(Noun::key)
            .collect();
        let left_out = |t: &Self| {
            of_kind(t).or_else(|| {
                contained_in(t.key(), &container, &counted)
                    .then_some(ExclusionReason::PartOfCountedTotal)
            })
        };
        Ok(records.iter().copied().map(|t| item(t, t.money, left_out(t))).collect())
    }
}

impl Monetary for MissionContribution {
    fn items(records: &[&Self], _: &Reader, asked: &Asked<'_>) -> Result<Vec<Item>, Error> {
        let left_out = |c: &Self| {
            asked
                .is_shared(Facet::Mission, &c.missions)
                .then_some(ExclusionReason::SharedWithOthers)
        };
        Ok(records.iter().copied().map(|c| item(c, c.money, left_out(c))).collect())
    }
}

impl Monetary for OdaFigure {
    fn items(records: &[&Self], _: &Reader, asked: &Asked<'_>) -> Result<Vec<Item>, Error> {
        // The figure for all recipients contains the one of each.
        let whole: BTreeSet<_> = records
            .iter()
            .copied()
            .filter(|f| f.recipient.is_none() && asked.counts(&f.money))
            .map(|f| (f.donor, f.year.year()))
            .collect();
        let left_out = |f: &Self| {
            (f.recipient.is_some() && whole.contains(&(f.donor, f.year.year())))
                .then_some(ExclusionReason::PartOfCountedTotal)
        };
        Ok(records.iter().copied().map(|f| item(f, f.money, left_out(f))).collect())
    }
}

fn item<T: Noun>(record: &T, money: Money, left_out: Option<ExclusionReason>) -> Item {
    Item { kind: T::KIND, key: record.key().to_owned(), part: None, money, left_out }
}
