//! Reader: typed access to the records, indexes and statistics of one generation.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use roaring::RoaringBitmap;

use super::error::Error;
use super::filter::Filter;
use super::groups::{ConvertedColumns, Factors};
use super::record_cache::RecordCache;
use super::transactions::Transactions;
use super::work::{Deadline, Work};
use crate::model::activity::Details;
use crate::model::facet::Facet;
use crate::model::ledger::SourceFile;
use crate::model::licence::Licence;
use crate::model::money::Currency;
use crate::model::noun::{Kind, Record};
use crate::model::page::{End, Page, Slice};
use crate::model::rate::RateTable;
use crate::model::source::Source;
use crate::store::columns::{NO_ORDINAL, NO_SHARE};
use crate::store::{Generation, Order, Stored};

/// The sort key of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// By identifier.
    Id,
    /// By main name or title, ignoring accents and case.
    Name,
    /// By first day; records without a date come last.
    Date,
}

/// Sort key and direction of a list. Two records never tie: the identifier decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ordering {
    /// Sort key.
    pub sort: Sort,
    /// True if the order is descending.
    pub descending: bool,
}

/// Number of steps that a walk may take regardless of the number of matches.
const NEAR: u64 = 1_024;

/// A record type that the layers above can read.
pub trait Readable: Stored + Send + Sync + 'static {}

impl<T: Stored + Send + Sync + 'static> Readable for T {}

/// Rank of each ordinal, for the orders requested so far.
type Inverses = HashMap<(Kind, Sort), Arc<Vec<u32>>>;

/// A snapshot of one generation. It stays unchanged while newer generations are built.
pub struct Reader {
    shared: Arc<ReaderState>,
    work: Work,
}

/// State shared by all readers of a generation.
struct ReaderState {
    generation: Generation,
    recent: RecordCache,
    inverses: Mutex<Inverses>,
    /// Conversion factors by target currency. A conversion takes them out while it runs.
    factors: Mutex<HashMap<Currency, Factors>>,
    /// Converted amounts of transactions by target currency.
    converted: ConvertedColumns,
    /// Length of the longest list, for each facet requested so far.
    lengths: Mutex<HashMap<(Kind, Facet), u32>>,
    /// Licences of the files that have one, by file name.
    licences: HashMap<String, Licence>,
    /// Licences of all files and publications, collected on first use.
    all_licences: OnceLock<BTreeSet<String>>,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({})", self.shared.generation.manifest().generation)
    }
}

impl Reader {
    /// Creates a reader of a generation.
    pub fn new(generation: Generation) -> Self {
        let files = generation.manifest().files.iter();
        let licence = |file: &SourceFile| Some((file.name.clone(), file.licence.clone()?));
        let shared = ReaderState {
            licences: files.filter_map(licence).collect(),
            all_licences: OnceLock::new(),
            generation,
            recent: RecordCache::default(),
            inverses: Mutex::default(),
            factors: Mutex::default(),
            converted: ConvertedColumns::default(),
            lengths: Mutex::default(),
        };
        Self { shared: Arc::new(shared), work: Work::default() }
    }

    /// Creates a reader of the same generation for one request. Long lookups end with
    /// [`Error::TimedOut`] at its deadline, and expensive filters are evaluated once.
    #[must_use]
    pub fn until(&self, deadline: Arc<Deadline>) -> Self {
        Self { shared: Arc::clone(&self.shared), work: Work::until(deadline) }
    }

    /// Data version: a digest of the files that the generation was built from.
    pub fn version(&self) -> &str {
        &self.shared.generation.manifest().data_version
    }

    /// Number of the generation; it grows with each build in a data folder.
    pub fn generation_number(&self) -> u64 {
        self.shared.generation.manifest().generation
    }

    /// Time at which the generation was built.
    pub fn built_at(&self) -> Option<SystemTime> {
        self.shared.generation.built_at()
    }

    /// Files that the generation was built from, with their ledgers.
    pub fn files(&self) -> &[SourceFile] {
        &self.shared.generation.manifest().files
    }

    /// Returns the licences of the data, each once: those of imported files and of publications. Unknown ones are left out.
    ///
    /// # Errors
    /// Same errors as [`Reader::get`].
    pub fn all_licences(&self) -> Result<&BTreeSet<String>, Error> {
        if let Some(all) = self.shared.all_licences.get() {
            return Ok(all);
        }
        let sources = self.all::<Source>(&Filter::All)?;
        let of_sources = sources.iter().filter_map(|source| source.licence.as_ref());
        let all = of_sources.chain(self.shared.licences.values());
        let all = all.map(|licence| licence.as_str().to_owned()).collect();
        Ok(self.shared.all_licences.get_or_init(|| all))
    }

    /// Licence of an imported file, by its name in an origin; `None` if unknown. Seed files have none: the licence of
    /// a seed record is that of its sources.
    pub fn licence_of_file(&self, file: &str) -> Option<&str> {
        self.shared.licences.get(file).map(Licence::as_str)
    }

    /// Exchange rates of the generation.
    pub fn rates(&self) -> &RateTable {
        self.shared.generation.rates()
    }

    /// Number of records of a noun.
    pub fn count(&self, kind: Kind) -> u32 {
        self.shared.generation.len(kind)
    }

    /// Looks up a record by its identifier.
    ///
    /// # Errors
    /// [`Error::Store`] if the generation is damaged.
    pub fn get<T: Readable>(&self, key: &str) -> Result<Option<Arc<T>>, Error> {
        self.shared.generation.ordinal(T::KIND, key).map(|ordinal| self.at(ordinal)).transpose()
    }

    /// Looks up a record of any noun by its identifier.
    ///
    /// # Errors
    /// Same errors as [`Reader::get`].
    pub fn get_any(&self, kind: Kind, key: &str) -> Result<Option<Record>, Error> {
        self.work.step()?;
        match self.shared.generation.ordinal(kind, key) {
            Some(ordinal) => Ok(self.shared.generation.any_at(kind, ordinal)?),
            None => Ok(None),
        }
    }

    /// Reads the details of a programme that are stored apart from it, without its transactions;
    /// `None` if it has none.
    ///
    /// # Errors
    /// Same errors as [`Reader::get`].
    pub fn details(&self, programme: &str) -> Result<Option<Details>, Error> {
        // They may hold hundreds of thousands of transactions.
        self.work.check()?;
        match self.shared.generation.ordinal(Kind::Programme, programme) {
            Some(ordinal) => Ok(self.shared.generation.details(ordinal)?),
            None => Ok(None),
        }
    }

    /// Returns true if a record exists.
    pub fn has(&self, kind: Kind, key: &str) -> bool {
        self.shared.generation.ordinal(kind, key).is_some()
    }

    /// Returns true if any record has a term of a facet.
    pub fn has_term(&self, facet: Facet, term: &str) -> bool {
        Kind::ALL.iter().any(|kind| self.shared.generation.posting(*kind, facet, term).is_some())
    }

    /// Number of records under the most frequent term of a facet: the longest possible list by that
    /// facet. Counted on first use and cached.
    pub fn longest(&self, kind: Kind, facet: Facet) -> u32 {
        let mut cached = self.shared.lengths.lock().unwrap_or_else(PoisonError::into_inner);
        *cached.entry((kind, facet)).or_insert_with(|| {
            let terms = self.shared.generation.terms(kind, facet, "");
            let posted = terms.map(|(_, posting)| posting.len()).max().unwrap_or(0);
            let posted = u32::try_from(posted).unwrap_or(u32::MAX);
            if (kind, facet) != (Kind::Transaction, Facet::Programme) {
                return posted;
            }
            // Transactions of a programme are contiguous; others have a posting.
            let rows =
                (0..self.count(Kind::Programme)).map(|at| self.shared.generation.rows_at(at));
            let rows = rows.map(|rows| rows.end.saturating_sub(rows.start)).max().unwrap_or(0);
            posted.saturating_add(rows)
        })
    }

    /// Counts the matching records of a noun.
    ///
    /// # Errors
    /// Same errors as [`Reader::get`].
    pub fn count_matching(&self, kind: Kind, filter: &Filter) -> Result<u64, Error> {
        Ok(self.find(kind, filter)?.len())
    }

    /// Returns the identifiers of the matching records of several nouns, noun by noun.
    ///
    /// # Errors
    /// Same errors as [`Reader::get`].
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

    /// Returns all matching records, by identifier. Meant for short lists; long ones are read in
    /// pages.
    ///
    /// # Errors
    /// Same errors as [`Reader::get`], and [`Error::Dangling`] if an index and the records
    /// disagree.
    pub fn all<T: Readable>(&self, filter: &Filter) -> Result<Vec<Arc<T>>, Error> {
        self.find(T::KIND, filter)?.iter().map(|ordinal| self.at(ordinal)).collect()
    }

    /// Passes the matching records by identifier, from the one with the ordinal `from`, until `pass` returns false. Reads one
    /// record at a time, and leaves the cache of records alone.
    ///
    /// # Errors
    /// Same errors as [`Reader::all`], and those of `pass`.
    pub fn each<T: Readable, E: From<Error>>(
        &self,
        filter: &Filter,
        from: u32,
        mut pass: impl FnMut(Arc<T>) -> Result<bool, E>,
    ) -> Result<(), E> {
        let found = self.find(T::KIND, filter)?;
        for ordinal in found.range(from..) {
            if !pass(Arc::new(self.record_at(ordinal)?))? {
                break;
            }
        }
        Ok(())
    }

    /// Reads the record with an ordinal, past the cache of records.
    ///
    /// # Errors
    /// Same errors as [`Reader::all`].
    pub fn record_at<T: Readable>(&self, ordinal: u32) -> Result<T, Error> {
        self.work.step()?;
        let read = self.shared.generation.record_at(ordinal)?;
        Ok(read.ok_or(Error::Dangling { kind: T::KIND, ordinal })?.0)
    }

    /// Returns a reader of transactions with their programmes, past the cache of records.
    pub fn transactions(&self) -> Transactions<'_> {
        Transactions::new(&self.shared.generation, &self.work)
    }

    /// Returns the ordinal of a record; records are in the order of their identifiers.
    pub fn ordinal(&self, kind: Kind, key: &str) -> Option<u32> {
        self.shared.generation.ordinal(kind, key)
    }

    /// Returns one page of the matching records. Positions are ranks in the order.
    ///
    /// # Errors
    /// Same errors as [`Reader::all`].
    pub fn page<T: Readable>(
        &self,
        filter: &Filter,
        ordering: Ordering,
        page: &Page<u32>,
    ) -> Result<Slice<Arc<T>>, Error> {
        let slice = self.slice(T::KIND, &self.find(T::KIND, filter)?, ordering, page)?;
        let ordinal = |rank: &u32| self.ordinal_of(T::KIND, ordering, *rank);
        let items = self.read_all(slice.items.iter().map(ordinal))?;
        Ok(Slice {
            items,
            has_previous: slice.has_previous,
            has_next: slice.has_next,
            total: slice.total,
        })
    }

    /// Reads records in the order of their ordinals, so that the transactions of one programme are read together, and
    /// returns them in the requested order.
    fn read_all<T: Readable>(
        &self,
        ordinals: impl Iterator<Item = u32>,
    ) -> Result<Vec<Arc<T>>, Error> {
        let mut places: Vec<(u32, usize)> = ordinals.zip(0..).collect();
        places.sort_unstable();
        let read = |(ordinal, place)| Ok((place, self.at(ordinal)?));
        let mut items: Vec<(usize, Arc<T>)> =
            places.into_iter().map(read).collect::<Result<_, Error>>()?;
        items.sort_unstable_by_key(|(place, _)| *place);
        Ok(items.into_iter().map(|(_, item)| item).collect())
    }

    /// Returns the identifier of the record with an ordinal.
    pub fn key(&self, kind: Kind, ordinal: u32) -> Option<Cow<'_, str>> {
        self.shared.generation.key(kind, ordinal)
    }

    /// Returns the identifier of a programme's parent: the one that it names, otherwise the first
    /// that names it as a child.
    pub fn parent(&self, programme: &str) -> Option<Cow<'_, str>> {
        let own = self.shared.generation.ordinal(Kind::Programme, programme)?;
        let parents = &self.shared.generation.columns().heads.parent;
        let parent = parents.get(own as usize).filter(|parent| **parent != NO_ORDINAL)?;
        self.key(Kind::Programme, *parent)
    }

    /// Returns the humanitarian share of a programme's money: as stated for it, otherwise as given
    /// by all of its transactions. `None` if no source states it.
    pub fn humanitarian_share(&self, programme: &str) -> Option<u32> {
        let own = self.shared.generation.ordinal(Kind::Programme, programme)?;
        let relief = &self.shared.generation.columns().heads.relief;
        relief.get(own as usize).copied().filter(|share| *share != NO_SHARE)
    }

    /// Returns the rank of a record in an order; `None` if there is no such record.
    pub fn rank(&self, kind: Kind, key: &str, ordering: Ordering) -> Option<u32> {
        let ordinal = self.shared.generation.ordinal(kind, key)?;
        let forward = match self.permutation(kind, ordering.sort) {
            None => ordinal,
            Some(order) => *self.inverse(kind, ordering.sort, order).get(ordinal as usize)?,
        };
        Some(if ordering.descending { self.count(kind) - 1 - forward } else { forward })
    }

    /// Takes the cached factors into a currency. A concurrent conversion starts without them.
    pub(super) fn factors(&self, target: Currency) -> Factors {
        let mut cached = self.shared.factors.lock().unwrap_or_else(PoisonError::into_inner);
        cached.remove(&target).unwrap_or_default()
    }

    /// Caches factors for the next conversion into a currency.
    pub(super) fn cache_factors(&self, target: Currency, factors: Factors) {
        let mut cached = self.shared.factors.lock().unwrap_or_else(PoisonError::into_inner);
        cached.insert(target, factors);
    }

    /// Converted amounts of transactions.
    pub(super) fn converted(&self) -> &ConvertedColumns {
        &self.shared.converted
    }

    pub(super) fn generation(&self) -> &Generation {
        &self.shared.generation
    }

    /// Deadline and memo of the request.
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
        // A transaction may be one of hundreds of thousands that are read with it.
        self.work.check()?;
        let read = self.shared.generation.record_at(ordinal)?;
        let (record, bytes) = read.ok_or(Error::Dangling { kind: T::KIND, ordinal })?;
        let record = Arc::new(record);
        self.shared.recent.put(T::KIND, ordinal, &record, bytes);
        Ok(record)
    }

    fn permutation(&self, kind: Kind, sort: Sort) -> Option<&[u32]> {
        match sort {
            Sort::Id => None,
            // Records without names are in the order of identifiers.
            Sort::Name => Some(self.shared.generation.order(kind, Order::Name))
                .filter(|order| !order.is_empty()),
            Sort::Date => Some(self.shared.generation.order(kind, Order::Date)),
        }
    }

    /// Returns the requested page from the ranks of the matching records.
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

    /// Collects the page by walking along the order, which is fast if many records match. `None` if
    /// looking up the rank of each match takes fewer steps, or if the deadline has passed.
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

    /// Returns the ranks of the matching records, unsorted.
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

    /// Returns the rank of each ordinal in an order, computed on first use and cached.
    fn inverse(&self, kind: Kind, sort: Sort, order: &[u32]) -> Arc<Vec<u32>> {
        let mut cached = self.shared.inverses.lock().unwrap_or_else(PoisonError::into_inner);
        let inverse = cached.entry((kind, sort)).or_insert_with(|| {
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
            // Ranks are positions in this permutation.
            Some(order) => order.get(rank as usize).copied().unwrap_or(u32::MAX),
        }
    }
}
