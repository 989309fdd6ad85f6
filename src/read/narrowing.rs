//! Conditions of a filter on money: the part of each record's money that a filtered list is about.
//!
//! A filter selects records; of a record's money only the part counts that its conditions are
//! about. `and` adds conditions. Of an `or` only the branches apply that match the record, and a
//! branch without conditions selects all money. `not` restricts nothing for the remaining records;
//! a double `not` cancels out.

use std::collections::{BTreeSet, HashMap};

use roaring::RoaringBitmap;

use super::error::Error;
use super::filter::Filter;
use super::reader::Reader;
use crate::model::facet::Facet;
use crate::model::noun::Kind;

/// A condition on money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MoneyCondition<'a> {
    /// The money is for one of these terms of a facet.
    Terms(Facet, BTreeSet<&'a str>),
    /// All conditions of at least one of these lists hold; an empty choice never holds.
    Either(Vec<Vec<MoneyCondition<'a>>>),
}

/// A record to evaluate conditions for: its ordinal, and that of its programme.
#[derive(Clone, Copy, Debug)]
pub(super) struct MoneyOwner {
    pub(super) own: u32,
    pub(super) programme: u32,
}

/// A filter as a source of conditions on money.
#[derive(Debug)]
pub(super) struct Narrowing<'a> {
    filter: &'a Filter,
    kind: Kind,
    /// Records that match each branch of an alternative, keyed by the address of the branch and its
    /// negation.
    branches: HashMap<(usize, bool), (Kind, RoaringBitmap)>,
    /// Keys of `branches`, in the order of the entries of a class.
    order: Vec<(usize, bool)>,
}

/// Returns true if the terms of a facet divide the money of a noun.
fn divides(kind: Kind, facet: Facet) -> bool {
    use Facet::{
        Agency, AgencyRole, Beneficiary, Channel, Country, Humanitarian, Location, Mission,
        Participation, Plan, Region, Sector, SectorCategory, Year,
    };
    match kind {
        Kind::Programme => matches!(
            facet,
            Agency
                | AgencyRole
                | Participation
                | Channel
                | Location
                | Country
                | Region
                | Sector
                | SectorCategory
                | Humanitarian
        ),
        Kind::Transaction => {
            matches!(facet, Country | Region | Sector | SectorCategory | Humanitarian)
        }
        Kind::HumanitarianContribution => {
            matches!(facet, Country | Year | Agency | AgencyRole | Plan)
        }
        Kind::MissionContribution => matches!(facet, Mission | Country | Beneficiary),
        _ => false,
    }
}

/// Returns the condition of a leaf whose terms divide money. A reporter has no part in the money.
fn terms(filter: &Filter, kind: Kind) -> Option<MoneyCondition<'_>> {
    let (Filter::Is(facet, terms) | Filter::MoneyFor(facet, terms)) = filter else {
        // A role and channel without an agency match any agency in that channel.
        return match filter {
            Filter::Begins(facet @ Facet::Participation, prefixes) if kind == Kind::Programme => {
                Some(MoneyCondition::Terms(*facet, prefixes.iter().map(String::as_str).collect()))
            }
            _ => None,
        };
    };
    let is_report = |term: &String| term.starts_with("REPORTING ");
    if !divides(kind, *facet) || (*facet == Facet::AgencyRole && terms.iter().all(is_report)) {
        return None;
    }
    Some(MoneyCondition::Terms(*facet, terms.iter().map(String::as_str).collect()))
}

/// Returns the branches of an alternative: an `or`, or a negated `and`.
fn alternatives(filter: &Filter, negated: bool) -> Option<&[Filter]> {
    match (filter, negated) {
        (Filter::Or(filters), false) | (Filter::And(filters), true) => Some(filters),
        _ => None,
    }
}

/// Returns true if a filter restricts the money of some record.
fn narrows(filter: &Filter, negated: bool, kind: Kind) -> bool {
    match filter {
        Filter::And(filters) | Filter::Or(filters) => {
            filters.iter().any(|filter| narrows(filter, negated, kind))
        }
        Filter::Not(filter) => narrows(filter, !negated, kind),
        Filter::OfProgramme(filter) => narrows(filter, negated, Kind::Programme),
        leaf => !negated && terms(leaf, kind).is_some(),
    }
}

impl<'a> Narrowing<'a> {
    /// Evaluates the branches of a filter; `kind` is the noun of the list.
    pub(super) fn new(reader: &Reader, kind: Kind, filter: &'a Filter) -> Result<Self, Error> {
        let mut narrowing = Self { filter, kind, branches: HashMap::new(), order: Vec::new() };
        narrowing.branches(reader, filter, false, kind)?;
        Ok(narrowing)
    }

    fn branches(
        &mut self,
        reader: &Reader,
        filter: &'a Filter,
        negated: bool,
        kind: Kind,
    ) -> Result<(), Error> {
        if !narrows(filter, negated, kind) {
            return Ok(());
        }
        match filter {
            Filter::And(filters) | Filter::Or(filters) => {
                let is_choice = alternatives(filter, negated).is_some();
                for branch in filters {
                    if is_choice {
                        let key = (std::ptr::from_ref(branch).addr(), negated);
                        let found = reader.find(kind, branch)?;
                        self.branches.insert(key, (kind, found));
                        self.order.push(key);
                    }
                    self.branches(reader, branch, negated, kind)?;
                }
                Ok(())
            }
            Filter::Not(filter) => self.branches(reader, filter, !negated, kind),
            Filter::OfProgramme(filter) => self.branches(reader, filter, negated, Kind::Programme),
            _ => Ok(()),
        }
    }

    /// Returns true if it restricts the money of some record by one of these facets.
    pub(super) fn is_by(&self, facets: &[Facet]) -> bool {
        fn asks(filter: &Filter, negated: bool, kind: Kind, facets: &[Facet]) -> bool {
            match filter {
                Filter::And(filters) | Filter::Or(filters) => {
                    filters.iter().any(|filter| asks(filter, negated, kind, facets))
                }
                Filter::Not(filter) => asks(filter, !negated, kind, facets),
                Filter::OfProgramme(filter) => asks(filter, negated, Kind::Programme, facets),
                leaf => {
                    !negated
                        && matches!(terms(leaf, kind), Some(MoneyCondition::Terms(facet, _)) if facets.contains(&facet))
                }
            }
        }
        asks(self.filter, false, self.kind, facets)
    }

    /// Returns true if two records of one programme can have different conditions.
    pub(super) fn differs_by_record(&self) -> bool {
        self.branches.values().any(|(kind, _)| *kind != Kind::Programme)
    }

    fn fits(&self, key: (usize, bool), at: MoneyOwner) -> bool {
        self.branches.get(&key).is_some_and(|(kind, found)| {
            let ordinal = if *kind == self.kind { at.own } else { at.programme };
            found.contains(ordinal) != key.1
        })
    }

    /// Returns true if all records have the same conditions.
    pub(super) fn is_uniform(&self) -> bool {
        self.order.is_empty()
    }

    /// Returns the branches that a record matches. Records of one class have the same conditions.
    pub(super) fn class(&self, at: MoneyOwner) -> Vec<bool> {
        self.order.iter().map(|key| self.fits(*key, at)).collect()
    }

    /// Returns the conditions that a record's money must fulfil.
    pub(super) fn conditions(&self, at: MoneyOwner) -> Vec<MoneyCondition<'a>> {
        self.of(self.filter, false, self.kind, at)
    }

    fn of(
        &self,
        filter: &'a Filter,
        negated: bool,
        kind: Kind,
        at: MoneyOwner,
    ) -> Vec<MoneyCondition<'a>> {
        if let Some(filters) = alternatives(filter, negated) {
            return self.either(filters, negated, kind, at);
        }
        match filter {
            Filter::And(filters) | Filter::Or(filters) => {
                filters.iter().flat_map(|filter| self.of(filter, negated, kind, at)).collect()
            }
            Filter::Not(filter) => self.of(filter, !negated, kind, at),
            Filter::OfProgramme(filter) => self.of(filter, negated, Kind::Programme, at),
            leaf => terms(leaf, kind).filter(|_| !negated).into_iter().collect(),
        }
    }

    fn either(
        &self,
        filters: &'a [Filter],
        negated: bool,
        kind: Kind,
        at: MoneyOwner,
    ) -> Vec<MoneyCondition<'a>> {
        if !filters.iter().any(|filter| narrows(filter, negated, kind)) {
            return Vec::new();
        }
        let fits = |filter: &&Filter| self.fits((std::ptr::from_ref(*filter).addr(), negated), at);
        let choices: Vec<_> =
            filters.iter().filter(fits).map(|filter| self.of(filter, negated, kind, at)).collect();
        if choices.iter().any(Vec::is_empty) {
            return Vec::new();
        }
        match union(&choices) {
            Some(one) => vec![one],
            None => vec![MoneyCondition::Either(choices)],
        }
    }
}

/// Returns the roles at the start of participation terms; empty for other facets.
fn roles<'a>(facet: Facet, terms: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    match facet {
        Facet::AgencyRole | Facet::Participation => {
            terms.iter().filter_map(|term| term.split(' ').next()).collect()
        }
        _ => BTreeSet::new(),
    }
}

/// Merges choices into one condition if they are about the same facet, and for participations about
/// the same single role.
fn union<'a>(choices: &[Vec<MoneyCondition<'a>>]) -> Option<MoneyCondition<'a>> {
    let mut all: Option<(Facet, BTreeSet<&'a str>)> = None;
    for choice in choices {
        let [MoneyCondition::Terms(facet, terms)] = choice.as_slice() else { return None };
        let roles_here = roles(*facet, terms);
        match &mut all {
            None => all = Some((*facet, terms.clone())),
            Some((other, union)) => {
                let fits = roles_here.len() < 2 && roles_here == roles(*other, union);
                if other != facet || !fits {
                    return None;
                }
                union.extend(terms);
            }
        }
    }
    all.map(|(facet, terms)| MoneyCondition::Terms(facet, terms))
}

/// Returns true if money for these terms is shared with others outside the conditions. `terms`
/// returns the terms of a facet that divide the record's money.
pub(super) fn is_shared(
    conditions: &[MoneyCondition<'_>],
    terms: &impl Fn(Facet, &BTreeSet<&str>) -> Vec<String>,
) -> bool {
    conditions.iter().any(|condition| match condition {
        MoneyCondition::Terms(facet, selected) => {
            let all = terms(*facet, selected);
            all.len() > 1 && all.iter().any(|term| !selected.contains(term.as_str()))
        }
        MoneyCondition::Either(choices) => choices.iter().all(|choice| is_shared(choice, terms)),
    })
}
