//! The reader: one generation, asked in the words of the model.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use roaring::RoaringBitmap;

use super::error::Error;
use super::filter::Filter;
use super::groups::Factors;
use super::recent::Recent;
use super::work::{Deadline, Work};
use crate::model::activity::Details;
use crate::model::facet::Facet;
use crate::model::ledger::SourceFile;
use crate::model::money::Currency;
use crate::model::noun::{Kind, Record};
use crate::model::page::{End, Page, Slice};
use crate::model::rate::RateTable;
use crate::store::columns::NOBODY;
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

/// Steps that a walk may take whatever is found.
const NEAR: u64 = 1_024;

/// A record that can be read: what the layers above ask for.
pub trait Readable: Stored + Send + Sync + 'static {}

impl<T: Stored + Send + Sync + 'static> Readable for T {}

/// The rank of each ordinal, for the orders that have been asked for.
type Inverses = HashMap<(Kind, Sort), Arc<Vec<u32>>>;

/// One generation of the data. Whoever holds it sees that generation alone, whatever is built meanwhile.
pub struct Reader {
    shared: Arc<Shared>,
    work: Work,
}

/// What all readers of a generation share.
struct Shared {
    generation: Generation,
    recent: Recent,
    inverses: Mutex<Inverses>,
    /// What conversions into each currency have found; whoever converts takes them away for that time.
    factors: Mutex<HashMap<Currency, Factors>>,
    /// The lengths of the longest lists, for those that have been asked for.
    lengths: Mutex<HashMap<(Kind, Facet), u32>>,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({})", self.shared.generation.manifest().generation)
    }
}

impl Reader {
    /// A reader of one generation.
    pub fn new(generation: Generation) -> Self {
        let shared = Shared {
            generation,
            recent: Recent::default(),
            inverses: Mutex::default(),
            factors: Mutex::default(),
            lengths: Mutex::default(),
        };
        Self { shared: Arc::new(shared), work: Work::default() }
    }

    /// A reader of the same generation for one request: long look-ups end with [`Error::TimedOut`] at its deadline, and filters
    /// that take long are evaluated once.
    #[must_use]
    pub fn until(&self, deadline: Arc<Deadline>) -> Self {
        Self { shared: Arc::clone(&self.shared), work: Work::until(deadline) }
    }

    /// The data version: a digest of the files that the generation was built from.
    pub fn version(&self) -> &str {
        &self.shared.generation.manifest().data_version
    }

    /// The number of the generation; it grows with each build in a folder.
    pub fn generation_number(&self) -> u64 {
        self.shared.generation.manifest().generation
    }

    /// When the generation was built.
    pub fn built_at(&self) -> Option<SystemTime> {
        self.shared.generation.built_at()
    }

    /// The files that it was built from, with their ledgers.
    pub fn files(&self) -> &[SourceFile] {
        &self.shared.generation.manifest().files
    }

    /// The exchange rates.
    pub fn rates(&self) -> &RateTable {
        self.shared.generation.rates()
    }

    /// How many records a noun has.
    pub fn count(&self, kind: Kind) -> u32 {
        self.shared.generation.len(kind)
    }

    /// A record by its identifier.
    ///
    /// # Errors
    /// [`Error::Store`] when the generation is damaged.
    pub fn get<T: Readable>(&self, key: &str) -> Result<Option<Arc<T>>, Error> {
        self.shared.generation.ordinal(T::KIND, key).map(|ordinal| self.at(ordinal)).transpose()
    }

    /// A record of any noun by its identifier.
    ///
    /// # Errors
    /// As [`Reader::get`].
    pub fn get_any(&self, kind: Kind, key: &str) -> Result<Option<Record>, Error> {
        self.work.step()?;
        match self.shared.generation.ordinal(kind, key) {
            Some(ordinal) => Ok(self.shared.generation.any_at(kind, ordinal)?),
            None => Ok(None),
        }
    }

    /// What of a programme is read only when asked for, its transactions apart; `None` when it has nothing of it.
    ///
    /// # Errors
    /// As [`Reader::get`].
    pub fn details(&self, programme: &str) -> Result<Option<Details>, Error> {
        self.work.step()?;
        match self.shared.generation.ordinal(Kind::Programme, programme) {
            Some(ordinal) => Ok(self.shared.generation.details(ordinal)?),
            None => Ok(None),
        }
    }

    /// Whether a record is there.
    pub fn has(&self, kind: Kind, key: &str) -> bool {
        self.shared.generation.ordinal(kind, key).is_some()
    }

    /// Whether any record is found by a term of a facet.
    pub fn has_term(&self, facet: Facet, term: &str) -> bool {
        Kind::ALL.iter().any(|kind| self.shared.generation.posting(*kind, facet, term).is_some())
    }

    /// The most records of a noun that are found by one term of a facet: how long a list by that facet can be. Counted when it
    /// is first asked for, and kept.
    pub fn longest(&self, kind: Kind, facet: Facet) -> u32 {
        let mut kept = self.shared.lengths.lock().unwrap_or_else(PoisonError::into_inner);
        *kept.entry((kind, facet)).or_insert_with(|| {
            let terms = self.shared.generation.terms(kind, facet, "");
            let posted = terms.map(|(_, posting)| posting.len()).max().unwrap_or(0);
            let posted = u32::try_from(posted).unwrap_or(u32::MAX);
            if (kind, facet) != (Kind::Transaction, Facet::Programme) {
                return posted;
            }
            // The transactions of a programme stand together, beside those that have a posting.
            let rows =
                (0..self.count(Kind::Programme)).map(|at| self.shared.generation.rows_at(at));
            let rows = rows.map(|rows| rows.end.saturating_sub(rows.start)).max().unwrap_or(0);
            posted.saturating_add(rows)
        })
    }

    /// How many records of a noun answer yes.
    ///
    /// # Errors
    /// As [`Reader::get`].
    pub fn count_matching(&self, kind: Kind, filter: &Filter) -> Result<u64, Error> {
        Ok(self.find(kind, filter)?.len())
    }

    /// The identifiers of the records of several nouns that answer yes, noun by noun.
    ///
    /// # Errors
    /// As [`Reader::get`].
    pub fn keys(&self, kinds: &[Kind], filter: &Filter) -> Result<Vec<(Kind, String)>, Error> {
        let mut keys = Vec::new();
        for kind in kinds {
            let found = self.find(*kind, filter)?;
            for ordinal in found {
                self.work.step()?;
                let key = self.shared.generation.key(*kind, ordinal);
                keys.extend(key.map(|key| (*kind, key.into_owned())));
            }
        }
        Ok(keys)
    }

    /// All records that answer yes, by identifier. For lists that are short by nature; others take pages.
    ///
    /// # Errors
    /// As [`Reader::get`], and [`Error::Dangling`] when an index and the records disagree.
    pub fn all<T: Readable>(&self, filter: &Filter) -> Result<Vec<Arc<T>>, Error> {
        self.find(T::KIND, filter)?.iter().map(|ordinal| self.at(ordinal)).collect()
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
    ) -> Result<Slice<Arc<T>>, Error> {
        let slice = self.slice(T::KIND, &self.find(T::KIND, filter)?, ordering, page)?;
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

    /// The identifier of a record by its place.
    pub fn key(&self, kind: Kind, ordinal: u32) -> Option<Cow<'_, str>> {
        self.shared.generation.key(kind, ordinal)
    }

    /// The identifier of the programme that contains a programme: the one that it names, else the first that calls it a child.
    pub fn parent(&self, programme: &str) -> Option<Cow<'_, str>> {
        let own = self.shared.generation.ordinal(Kind::Programme, programme)?;
        let parents = &self.shared.generation.columns().heads.parent;
        let parent = parents.get(own as usize).filter(|parent| **parent != NOBODY)?;
        self.key(Kind::Programme, *parent)
    }

    /// How much of the money of a programme is humanitarian, of the whole, by itself, else by what all of its transactions are;
    /// `None` where no source says how much.
    pub fn humanitarian_share(&self, programme: &str) -> Option<u32> {
        let own = self.shared.generation.ordinal(Kind::Programme, programme)?;
        let relief = &self.shared.generation.columns().heads.relief;
        relief.get(own as usize).copied().filter(|share| *share != NOBODY)
    }

    /// The rank of a record in an order; `None` when there is no such record.
    pub fn rank(&self, kind: Kind, key: &str, ordering: Ordering) -> Option<u32> {
        let ordinal = self.shared.generation.ordinal(kind, key)?;
        let forward = match self.permutation(kind, ordering.sort) {
            None => ordinal,
            Some(order) => *self.inverse(kind, ordering.sort, order).get(ordinal as usize)?,
        };
        Some(if ordering.descending { self.count(kind) - 1 - forward } else { forward })
    }

    /// The factors into a currency that are known; others who convert into it at the same time find their own.
    pub(super) fn factors(&self, target: Currency) -> Factors {
        let mut kept = self.shared.factors.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(&target).unwrap_or_default()
    }

    /// Keeps factors for whoever converts into a currency next.
    pub(super) fn keep_factors(&self, target: Currency, factors: Factors) {
        let mut kept = self.shared.factors.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(target, factors);
    }

    pub(super) fn generation(&self) -> &Generation {
        &self.shared.generation
    }

    /// The time of the request.
    pub(super) fn work(&self) -> &Work {
        &self.work
    }

    pub(super) fn find(&self, kind: Kind, filter: &Filter) -> Result<RoaringBitmap, Error> {
        filter.matches(&self.shared.generation, &self.work, kind)
    }

    pub(super) fn at<T: Readable>(&self, ordinal: u32) -> Result<Arc<T>, Error> {
        self.work.step()?;
        if let Some(record) = self.shared.recent.get(T::KIND, ordinal) {
            return Ok(record);
        }
        let read = self.shared.generation.record_at(ordinal)?;
        let (record, bytes) = read.ok_or(Error::Dangling { kind: T::KIND, ordinal })?;
        let record = Arc::new(record);
        self.shared.recent.put(T::KIND, ordinal, &record, bytes);
        Ok(record)
    }

    fn permutation(&self, kind: Kind, sort: Sort) -> Option<&[u32]> {
        match sort {
            Sort::Id => None,
            // What has no names is in the order of identifiers.
            Sort::Name => Some(self.shared.generation.order(kind, Order::Name))
                .filter(|order| !order.is_empty()),
            Sort::Date => Some(self.shared.generation.order(kind, Order::Date)),
        }
    }

    /// The page of the ranks of the records that were found.
    fn slice(
        &self,
        kind: Kind,
        found: &RoaringBitmap,
        ordering: Ordering,
        page: &Page<u32>,
    ) -> Result<Slice<u32>, Error> {
        if let Some(walked) = self.walk(kind, found, ordering, page) {
            self.work.check()?;
            return Ok(walked);
        }
        Ok(page.select(self.ranks(kind, found, ordering)?))
    }

    /// The page by going along the order: where many are found the next one is near. `None` when it would take more steps
    /// than looking up the rank of each that was found, or when the time is over.
    fn walk(
        &self,
        kind: Kind,
        found: &RoaringBitmap,
        ordering: Ordering,
        page: &Page<u32>,
    ) -> Option<Slice<u32>> {
        let universe = self.count(kind);
        let from = page.after().map_or(0, |after| after.saturating_add(1));
        let to = page.before().copied().unwrap_or(universe).min(universe).max(from);
        let mut steps = NEAR + found.len() / 4;
        let mut is_found = |rank: u32| {
            steps = steps.checked_sub(1).filter(|_| !self.work.is_over_at_step())?;
            Some(found.contains(self.ordinal_of(kind, ordering, rank)))
        };
        let mut next = |ranks: &mut dyn Iterator<Item = u32>| {
            for rank in ranks {
                if is_found(rank)? {
                    return Some(Some(rank));
                }
            }
            Some(None)
        };
        let is_front = page.end() == End::Front;
        let (mut forward, mut backward) = (from..to, (from..to).rev());
        let ranks: &mut dyn Iterator<Item = u32> =
            if is_front { &mut forward } else { &mut backward };
        let mut items = Vec::new();
        let mut last = next(ranks)?;
        while let Some(rank) = last.filter(|_| items.len() < page.limit()) {
            items.push(rank);
            last = next(ranks)?;
        }
        if !is_front {
            items.reverse();
        }
        let cut = last.is_some();
        let before = next(&mut (0..from.min(universe)).rev())?.is_some();
        let behind = next(&mut (to..universe))?.is_some();
        Some(Slice {
            items,
            has_previous: before || (cut && !is_front),
            has_next: behind || (cut && is_front),
            total: usize::try_from(found.len()).unwrap_or(usize::MAX),
        })
    }

    /// The ranks of the records that were found, in no order.
    fn ranks(
        &self,
        kind: Kind,
        found: &RoaringBitmap,
        ordering: Ordering,
    ) -> Result<Vec<u32>, Error> {
        let order = self.permutation(kind, ordering.sort);
        let inverse = order.map(|order| self.inverse(kind, ordering.sort, order));
        let last = self.count(kind).saturating_sub(1);
        let mut ranks = Vec::new();
        for (at, ordinal) in found.iter().enumerate() {
            self.work.at(at)?;
            let rank = match &inverse {
                Some(inverse) => inverse.get(ordinal as usize).copied(),
                None => Some(ordinal),
            };
            ranks.extend(rank.map(|rank| if ordering.descending { last - rank } else { rank }));
        }
        Ok(ranks)
    }

    /// The rank of each ordinal in an order; made when it is first needed, and kept.
    fn inverse(&self, kind: Kind, sort: Sort, order: &[u32]) -> Arc<Vec<u32>> {
        let mut kept = self.shared.inverses.lock().unwrap_or_else(PoisonError::into_inner);
        let inverse = kept.entry((kind, sort)).or_insert_with(|| {
            let mut inverse = vec![0; order.len()];
            for (rank, ordinal) in (0..).zip(order) {
                if let Some(at) = inverse.get_mut(*ordinal as usize) {
                    *at = rank;
                }
            }
            Arc::new(inverse)
        });
        inverse.clone()
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
