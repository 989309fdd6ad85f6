//! Alternative figures: several records that publish the same amount. One of them counts; the
//! others widen its bounds.

use std::collections::{BTreeMap, BTreeSet};

use super::error::Error;
use super::filter::Filter;
use super::reader::Reader;
use crate::model::facet::Facet;
use crate::model::humanitarian_contribution::{
    FlowStatus, HumanitarianContribution, HumanitarianScope,
};
use crate::model::money::Money;
use crate::model::noun::Noun as _;
use crate::model::oda_figure::OdaFigure;

/// A figure that is published beside others.
#[derive(Clone, Debug)]
struct Figure {
    key: String,
    money: Money,
    /// True if its source marks it as an alternative to another figure.
    is_second: bool,
}

/// Sets of alternative figures, with members in the list and outside it.
#[derive(Debug, Default)]
pub(super) struct Rivals {
    /// Index of the set of each figure.
    of: BTreeMap<String, usize>,
    sets: Vec<Vec<Figure>>,
}

impl Rivals {
    /// Groups figures into sets; each pair joins two sets.
    fn new(figures: impl IntoIterator<Item = Figure>, pairs: &[(String, String)]) -> Self {
        let mut rivals = Self::default();
        for figure in figures {
            if !rivals.of.contains_key(&figure.key) {
                rivals.of.insert(figure.key.clone(), rivals.sets.len());
                rivals.sets.push(vec![figure]);
            }
        }
        for (one, other) in pairs {
            rivals.join(one, other);
        }
        for set in &mut rivals.sets {
            set.sort_by(|a, b| (a.is_second, &a.key).cmp(&(b.is_second, &b.key)));
        }
        rivals
    }

    fn join(&mut self, one: &str, other: &str) {
        let (Some(to), Some(from)) = (self.of.get(one).copied(), self.of.get(other).copied())
        else {
            return;
        };
        if to == from {
            return;
        }
        let moved = self.sets.get_mut(from).map(std::mem::take).unwrap_or_default();
        for figure in &moved {
            self.of.insert(figure.key.clone(), to);
        }
        if let Some(set) = self.sets.get_mut(to) {
            set.extend(moved);
        }
    }

    fn set(&self, key: &str) -> &[Figure] {
        self.of.get(key).and_then(|at| self.sets.get(*at)).map_or(&[], Vec::as_slice)
    }

    /// Returns the figure that counts for the set of this one: the first eligible figure, those
    /// marked as alternatives last.
    pub(super) fn first(&self, key: &str, counted: &BTreeSet<&str>) -> Option<&str> {
        self.set(key).iter().map(|figure| figure.key.as_str()).find(|key| counted.contains(key))
    }

    /// Returns the amounts of the other figures in the set.
    pub(super) fn others(&self, key: &str) -> Vec<Money> {
        let others = self.set(key).iter().filter(|figure| figure.key != key);
        others.map(|figure| figure.money).collect()
    }
}

/// Collects contributions marked as alternatives, and totals of all crises of one donor in one
/// year.
pub(super) fn of_contributions(
    records: &[&HumanitarianContribution],
    reader: &Reader,
) -> Result<Rivals, Error> {
    let seconds = Filter::Begins(Facet::AlternativeTo, vec![String::new()]);
    let totals = Filter::is(Facet::Kind, HumanitarianScope::AllCrises.to_string());
    let beyond = reader.all::<HumanitarianContribution>(&seconds.or(totals))?;
    let mut all: BTreeMap<&str, &HumanitarianContribution> =
        records.iter().map(|record| (record.key(), *record)).collect();
    all.extend(beyond.iter().map(|record| (record.key(), record.as_ref())));
    let firsts = all.values().filter_map(|record| record.alternative_to.as_ref());
    let firsts = firsts.filter(|first| !all.contains_key(first.as_str()));
    let firsts: Vec<_> = firsts
        .map(|first| reader.get::<HumanitarianContribution>(first.as_str()))
        .collect::<Result<_, _>>()?;
    all.extend(firsts.iter().flatten().map(|record| (record.key(), record.as_ref())));

    let mut pairs = Vec::new();
    let mut years: BTreeMap<_, &str> = BTreeMap::new();
    for (key, record) in &all {
        if let Some(first) = &record.alternative_to {
            pairs.push((first.to_string(), (*key).to_owned()));
        }
        let is_total = record.scope == HumanitarianScope::AllCrises
            && record.status != Some(FlowStatus::Pledge);
        if let Some(year) = record.year.filter(|_| is_total) {
            let first = *years.entry((record.donor, year.year())).or_insert(key);
            pairs.push((first.to_owned(), (*key).to_owned()));
        }
    }
    let figure = |record: &&HumanitarianContribution| Figure {
        key: record.key().to_owned(),
        money: record.money,
        is_second: record.alternative_to.is_some(),
    };
    let is_rival: BTreeSet<&str> =
        pairs.iter().flat_map(|(one, other)| [one.as_str(), other.as_str()]).collect();
    let figures = all.values().filter(|record| is_rival.contains(record.key())).map(figure);
    Ok(Rivals::new(figures, &pairs))
}

/// Collects ODA figures of one donor for one recipient, or for all recipients, in one year.
pub(super) fn of_figures(records: &[&OdaFigure], reader: &Reader) -> Result<Rivals, Error> {
    let years: BTreeSet<String> = records.iter().map(|f| f.year.year().to_string()).collect();
    let beyond = reader.all::<OdaFigure>(&Filter::Is(Facet::Year, years.into_iter().collect()))?;
    let mut firsts: BTreeMap<_, &str> = BTreeMap::new();
    let mut pairs = Vec::new();
    for figure in &beyond {
        let first = *firsts
            .entry((figure.donor, figure.recipient, figure.year.year()))
            .or_insert(figure.key());
        pairs.push((first.to_owned(), figure.key().to_owned()));
    }
    let figure = |record: &OdaFigure| Figure {
        key: record.key().to_owned(),
        money: record.money,
        is_second: false,
    };
    Ok(Rivals::new(beyond.iter().map(|record| figure(record)), &pairs))
}
