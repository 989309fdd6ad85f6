//! The reader: one generation, asked in the words of the model.

use std::fmt;
use std::time::SystemTime;

use roaring::RoaringBitmap;

use super::error::Error;
use super::filter::Filter;
use crate::model::activity::Details;
use crate::model::ledger::SourceFile;
use crate::model::noun::{Kind, Record};
use crate::model::page::{Page, Slice};
use crate::model::rate::RateTable;
use crate::store::{Generation, Order, Stored};

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// By identifier.
    Id,
    /// By main name or title, accents and case apart.
    Name,
    /// By first day; what has no date comes last.
    Date,
}

/// A list's order and direction. Two records never tie: the identifier decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ordering {
    /// What it goes by.
    pub sort: Sort,
    /// Whether the last comes first.
    pub descending: bool,
}

/// A record that can be read: what the layers above ask for.
pub trait Readable: Stored {}

impl<T: Stored> Readable for T {}

/// One generation of the data. Whoever holds it sees that generation alone, whatever is built meanwhile.
pub struct Reader {
    generation: Generation,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({})", self.generation.manifest().generation)
    }
}

impl Reader {
    /// A reader of one generation.
    pub fn new(generation: Generation) -> Self {
        Self { generation }
    }

    /// The data version: a digest of the files that the generation was built from.
    pub fn version(&self) -> &str {
        &self.generation.manifest().data_version
    }

    /// The number of the generation; it grows with each build in a folder.
    pub fn generation_number(&self) -> u64 {
        self.generation.manifest().generation
    }

    /// When the generation was built.
    pub fn built_at(&self) -> Option<SystemTime> {
        self.generation.built_at()
    }

    /// The files that it was built from, with their ledgers.
    pub fn files(&self) -> &[SourceFile] {
        &self.generation.manifest().files
    }

    /// The exchange rates.
    pub fn rates(&self) -> &RateTable {
        self.generation.rates()
    }

    /// How many records a noun has.
    pub fn count(&self, kind: Kind) -> u32 {
        self.generation.len(kind)
    }

    /// A record by its identifier.
    ///
    /// # Errors
    /// [`Error::Store`] when the generation is damaged.
    pub fn get<T: Readable>(&self, key: &str) -> Result<Option<T>, Error> {
        Ok(self.generation.record(key)?)
    }

    /// A record of any noun by its identifier.
    ///
    /// # Errors
    /// As [`Reader::get`].
    pub fn get_any(&self, kind: Kind, key: &str) -> Result<Option<Record>, Error> {
        match self.generation.ordinal(kind, key) {
            Some(ordinal) => Ok(self.generation.any_at(kind, ordinal)?),
            None => Ok(None),
        }
    }

    /// What of a programme is read only when asked for, its transactions apart; `None` when it has nothing of it.
    ///
    /// # Errors
    /// As [`Reader::get`].
    pub fn details(&self, programme: &str) -> Result<Option<Details>, Error> {
        match self.generation.ordinal(Kind::Programme, programme) {
            Some(ordinal) => Ok(self.generation.details(ordinal)?),
            None => Ok(None),
        }
    }

    /// Whether a record is there.
    pub fn has(&self, kind: Kind, key: &str) -> bool {
        self.generation.ordinal(kind, key).is_some()
    }

    /// How many records of a noun answer yes.
    pub fn count_matching(&self, kind: Kind, filter: &Filter) -> u64 {
        self.find(kind, filter).len()
    }

    /// The identifiers of the records of several nouns that answer yes, noun by noun.
    pub fn keys(&self, kinds: &[Kind], filter: &Filter) -> Vec<(Kind, String)> {
        let of = |kind: Kind| {
            let found = self.find(kind, filter);
            let key = move |ordinal| Some((kind, self.generation.key(kind, ordinal)?.into_owned()));
            found.into_iter().filter_map(key)
        };
        kinds.iter().copied().flat_map(of).collect()
    }

    /// All records that answer yes, by identifier. For lists that are short by nature; others take pages.
    ///
    /// # Errors
    /// As [`Reader::get`], and [`Error::Dangling`] when an index and the records disagree.
    pub fn all<T: Readable>(&self, filter: &Filter) -> Result<Vec<T>, Error> {
        self.find(T::KIND, filter).iter().map(|ordinal| self.at(ordinal)).collect()
    }

    /// One page of the records that answer yes. Positions are ranks in the order.
    ///
    /// # Errors
    /// As [`Reader::all`].
    pub fn page<T: Readable>(
        &self,
        filter: &Filter,
        ordering: Ordering,
        page: &Page<u32>,
    ) -> Result<Slice<T>, Error> {
        let ranks = self.ranks(T::KIND, filter, ordering);
        let slice = page.take(&ranks);
        let items = slice
            .items
            .iter()
            .map(|rank| self.at(self.ordinal_of(T::KIND, ordering, *rank)))
            .collect::<Result<_, _>>()?;
        Ok(Slice {
            items,
            has_previous: slice.has_previous,
            has_next: slice.has_next,
            total: slice.total,
        })
    }

    /// The rank of a record in an order; `None` when there is no such record.
    pub fn rank(&self, kind: Kind, key: &str, ordering: Ordering) -> Option<u32> {
        let ordinal = self.generation.ordinal(kind, key)?;
        let forward = match self.permutation(kind, ordering.sort) {
            None => ordinal,
            Some(order) => u32::try_from(order.iter().position(|at| *at == ordinal)?).ok()?,
        };
        Some(if ordering.descending { self.count(kind) - 1 - forward } else { forward })
    }

    pub(super) fn generation(&self) -> &Generation {
        &self.generation
    }

    pub(super) fn find(&self, kind: Kind, filter: &Filter) -> RoaringBitmap {
        filter.matches(&self.generation, kind)
    }

    pub(super) fn at<T: Readable>(&self, ordinal: u32) -> Result<T, Error> {
        self.generation.record_at(ordinal)?.ok_or(Error::Dangling { kind: T::KIND, ordinal })
    }

    fn permutation(&self, kind: Kind, sort: Sort) -> Option<&[u32]> {
        match sort {
            Sort::Id => None,
            // What has no names is in the order of identifiers.
            Sort::Name => {
                Some(self.generation.order(kind, Order::Name)).filter(|order| !order.is_empty())
            }
            Sort::Date => Some(self.generation.order(kind, Order::Date)),
        }
    }

    /// The ranks of the records that answer yes, ascending.
    fn ranks(&self, kind: Kind, filter: &Filter, ordering: Ordering) -> Vec<u32> {
        let found = self.find(kind, filter);
        let mut ranks: Vec<u32> = match self.permutation(kind, ordering.sort) {
            None => found.iter().collect(),
            Some(order) => (0..)
                .zip(order)
                .filter(|(_, at)| found.contains(**at))
                .map(|(rank, _)| rank)
                .collect(),
        };
        if ordering.descending {
            let last = self.count(kind).saturating_sub(1);
            ranks = ranks.into_iter().rev().map(|rank| last - rank).collect();
        }
        ranks
    }

    fn ordinal_of(&self, kind: Kind, ordering: Ordering, rank: u32) -> u32 {
        let rank =
            if ordering.descending { self.count(kind).saturating_sub(1) - rank } else { rank };
        match self.permutation(kind, ordering.sort) {
            None => rank,
            // Ranks come from this very permutation.
            Some(order) => order.get(rank as usize).copied().unwrap_or(u32::MAX),
        }
    }
}
