//! Lenses: the conditions of a filtered list, expressed in numbers of columns. Records with the
//! same conditions share a lens.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::claim::Claim;
use crate::model::facet::Facet;
use crate::read::error::Error;
use crate::read::narrowing::{MoneyCondition, MoneyOwner, Narrowing};
use crate::read::reader::Reader;
use crate::store::Generation;
use crate::store::columns::Spot;

/// For each number of a place or sector, true if its share counts; `None` if every share counts.
pub(super) type Narrowed = Option<Vec<bool>>;

/// Conditions on the money of a record.
#[derive(Debug, Default)]
pub(super) struct Lens {
    pub(super) places: Narrowed,
    pub(super) sectors: Narrowed,
    /// True if money counts that is not humanitarian, and that is humanitarian; `None` if both
    /// count.
    pub(super) relief: Option<[bool; 2]>,
    /// Claims of agencies, channels and locations.
    pub(super) claims: Vec<Claim>,
    /// Alternatives: one lens of each list must hold for all of the money.
    pub(super) either: Vec<Vec<Lens>>,
}

impl Lens {
    fn new(conditions: &[MoneyCondition<'_>], generation: &Generation) -> Self {
        let mut terms: BTreeMap<Facet, BTreeSet<&str>> = BTreeMap::new();
        let mut lens = Self::default();
        for condition in conditions {
            match condition {
                MoneyCondition::Either(choices) => {
                    let choices = choices.iter().map(|choice| Self::new(choice, generation));
                    lens.either.push(choices.collect());
                }
                MoneyCondition::Terms(
                    facet @ (Facet::Country
                    | Facet::Region
                    | Facet::Sector
                    | Facet::SectorCategory
                    | Facet::Humanitarian),
                    selected,
                ) => {
                    terms
                        .entry(*facet)
                        .and_modify(|all| *all = all.intersection(selected).copied().collect())
                        .or_insert_with(|| selected.clone());
                }
                MoneyCondition::Terms(facet, selected) => {
                    lens.claims.push(Claim::new(*facet, selected, generation));
                }
            }
        }
        lens.places = places(&terms, generation);
        lens.sectors = sectors(&terms, generation);
        let relief = terms.get(&Facet::Humanitarian);
        lens.relief = relief.map(|words| ["no", "yes"].map(|word| words.contains(word)));
        lens
    }
}

fn is_among(terms: Option<&BTreeSet<&str>>, code: &str) -> bool {
    terms.is_none_or(|terms| terms.contains(code))
}

fn places(terms: &BTreeMap<Facet, BTreeSet<&str>>, generation: &Generation) -> Narrowed {
    let (countries, regions) = (terms.get(&Facet::Country), terms.get(&Facet::Region));
    countries.or(regions)?;
    let counts = |spot: &Option<Spot>| match spot {
        // With a country and a region in the filter, the country's share fulfils both.
        Some(Spot::Country(code)) => countries.is_some() && is_among(countries, code.as_str()),
        Some(Spot::Region(_, code)) => countries.is_none() && is_among(regions, code),
        None => false,
    };
    Some(generation.columns().places.iter().map(counts).collect())
}

fn sectors(terms: &BTreeMap<Facet, BTreeSet<&str>>, generation: &Generation) -> Narrowed {
    let (sectors, categories) = (terms.get(&Facet::Sector), terms.get(&Facet::SectorCategory));
    sectors.or(categories)?;
    let counts = |code: &Option<crate::model::sector::SectorCode>| {
        code.as_ref().is_some_and(|code| {
            is_among(sectors, code.as_str()) && is_among(categories, code.category().as_str())
        })
    };
    Some(generation.columns().sectors.iter().map(counts).collect())
}

/// All lenses of a list.
#[expect(clippy::struct_excessive_bools, reason = "each is one independent restriction")]
#[derive(Debug)]
pub(super) struct Lenses<'a> {
    narrowing: Narrowing<'a>,
    generation: &'a Generation,
    list: Vec<Lens>,
    classes: HashMap<Vec<bool>, usize>,
    /// True if some record is restricted by place.
    pub(super) by_place: bool,
    /// True if some record is restricted by sector.
    pub(super) by_sector: bool,
    /// True if some record is restricted by its humanitarian part.
    pub(super) by_relief: bool,
    /// True if records of one programme can have different lenses.
    pub(super) by_record: bool,
}

impl<'a> Lenses<'a> {
    pub(super) fn new(narrowing: Narrowing<'a>, generation: &'a Generation) -> Self {
        Self {
            by_place: narrowing.is_by(&[Facet::Country, Facet::Region]),
            by_sector: narrowing.is_by(&[Facet::Sector, Facet::SectorCategory]),
            by_relief: narrowing.is_by(&[Facet::Humanitarian]),
            by_record: narrowing.differs_by_record(),
            narrowing,
            generation,
            list: Vec::new(),
            classes: HashMap::new(),
        }
    }

    /// Returns the number of a record's lens.
    pub(super) fn number(&mut self, at: MoneyOwner) -> usize {
        if self.narrowing.is_uniform() && !self.list.is_empty() {
            return 0;
        }
        let class = self.narrowing.class(at);
        if let Some(number) = self.classes.get(&class) {
            return *number;
        }
        self.list.push(Lens::new(&self.narrowing.conditions(at), self.generation));
        let number = self.list.len() - 1;
        self.classes.insert(class, number);
        number
    }

    /// Returns a lens by its number.
    pub(super) fn get(&self, number: usize) -> Option<&Lens> {
        self.list.get(number)
    }
}

/// Creates the lenses of a list selected by a filter.
pub(super) fn lenses<'a>(
    reader: &'a Reader,
    kind: crate::model::noun::Kind,
    filter: &'a crate::read::filter::Filter,
) -> Result<Lenses<'a>, Error> {
    Ok(Lenses::new(Narrowing::new(reader, kind, filter)?, reader.generation()))
}
