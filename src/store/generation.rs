//! An open generation: one immutable dataset, read by any number of threads.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fs::{self, File};
use std::io::{self, Write};
use std::ops::{Bound, Range};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use roaring::RoaringBitmap;
use time::Date;

use super::atomic_write;
use super::columns::Columns;
use super::details::{self, DetailsFile, NO_DETAILS};
use super::error::Error;
use super::key;
use super::layout;
use super::lock::Lock;
use super::manifest::Manifest;
use super::order::Order;
use super::record::{self, Invalid, PackedRows, Stored};
use super::resident_index::{self, Memory, NounMemory};
use super::search::{self, SearchIndex};
use super::tables;
use crate::model::activity::Details;
use crate::model::facet::Facet;
use crate::model::noun::{Kind, Record};
use crate::model::programme::Programme;
use crate::model::rate::RateTable;
use crate::model::transaction::Transaction;

/// Bytes reserved through RUNNING before the database is opened. Opening sled on a full disk would damage it, so
/// the space that it may need is requested first.
const ROOM_BYTES: usize = 256 << 10;

/// A complete and verified dataset. Records stay on disk; identifiers, postings, orders, days and rates are in
/// memory.
#[derive(Debug)]
pub struct Generation {
    folder: PathBuf,
    manifest: Manifest,
    built_at: Option<SystemTime>,
    memory: Memory,
    database: Database,
    details: DetailsFile,
    search: SearchIndex,
    latest: Mutex<Latest>,
    unions: Mutex<HashMap<UnionKey, Arc<RoaringBitmap>>>,
}

/// Noun, facet and prefix of a union of postings.
type UnionKey = (Kind, Facet, Box<str>);

/// Largest number of unions of postings that are kept. Roles and their channels have fewer than 200.
const MAX_UNIONS: usize = 256;

impl Drop for Generation {
    fn drop(&mut self) {
        if self.search.is_damaged() {
            self.database.keep_mark.store(true, Ordering::Relaxed);
        }
    }
}

/// Number of bytes of encoded transactions in the cache, apart from those read last.
const CACHED_ROWS: usize = 32 << 20;

/// Number of programmes whose encoded transactions are in the cache.
const CACHED_PROGRAMMES: usize = 16;

/// Encoded transactions of the programmes read last, the most recent one at the end. Requests for one transaction tend to
/// be followed by requests for its neighbours.
type Latest = VecDeque<(u32, Arc<PackedRows>)>;

impl Generation {
    /// Opens the generation in a folder. After an unclean shutdown all of it is read and verified.
    ///
    /// # Errors
    /// - [`Error::InUse`] if it is open elsewhere.
    /// - [`Error::Damaged`] if it does not read back as written.
    /// - [`Error::ReadOnly`] if sled could not do its own writing.
    /// - [`Error::NoSpace`] if the disk is full and the generation cannot be opened without more space.
    pub(super) fn open(folder: &Path, manifest: Manifest) -> Result<Self, Error> {
        let in_use = || Error::InUse { path: folder.to_path_buf() };
        let lock = Lock::take(&layout::generation_lock(folder))?.ok_or_else(in_use)?;
        let was_running = layout::running(folder).exists();
        let lacks_room = mark_running(folder)?;
        // One guard around everything: a database that is dropped after an error must not panic either.
        let opened =
            tables::guard(folder, || Self::open_locked(folder, manifest, lock, was_running));
        match (opened, lacks_room) {
            // The damage may only be a lack of space; without space no replacement could be built either.
            (Err(error), Some(source)) if error.needs_rebuild() => {
                Err(Error::NoSpace { path: folder.to_path_buf(), source })
            }
            (opened, _) => opened,
        }
    }

    fn open_locked(
        folder: &Path,
        manifest: Manifest,
        lock: Lock,
        was_running: bool,
    ) -> Result<Self, Error> {
        let path = layout::database(folder);
        if !path.is_dir() {
            return Err(Error::damaged(&path, "the folder is missing"));
        }
        let db = tables::open(&path)?;
        let records = tables::tree(&db, &path, tables::RECORD)?;
        let database = Database {
            folder: folder.to_path_buf(),
            open: Some((db, records)),
            keep_mark: AtomicBool::new(true),
            _lock: lock,
        };
        let memory = database.load(&path, &manifest, was_running)?;
        let details = layout::details(folder);
        if was_running
            && manifest.trees.get(layout::DETAILS).map(|sum| &sum.sha256)
                != Some(&details::digest(&details)?)
        {
            return Err(Error::damaged(&details, &"the details do not match the manifest"));
        }
        let details = DetailsFile::open(&details)?;
        let search = layout::search(folder);
        if was_running && search::digests(&search)? != manifest.search {
            return Err(Error::damaged(
                &search,
                &"the full-text index does not match the manifest",
            ));
        }
        let search = SearchIndex::open(&search, &manifest.search)?;
        // Only a generation that verified may be marked as cleanly stopped.
        database.keep_mark.store(false, Ordering::Relaxed);
        let opened = layout::opened(folder);
        if !opened.exists() {
            // Without this mark the previous generation only stays a little longer.
            let _ = atomic_write::write(&opened, b"");
        }
        let built_at = fs::metadata(layout::manifest(folder)).and_then(|m| m.modified()).ok();
        let folder = folder.to_path_buf();
        Ok(Self {
            folder,
            manifest,
            built_at,
            memory,
            database,
            details,
            search,
            latest: Mutex::default(),
            unions: Mutex::default(),
        })
    }

    /// Returns the manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Time of the build, according to the file system; informational, never part of an answer. `None` if unknown.
    pub fn built_at(&self) -> Option<SystemTime> {
        self.built_at
    }

    /// Number of records of a noun.
    pub fn len(&self, kind: Kind) -> u32 {
        let own =
            self.noun(kind).map_or(0, |noun| u32::try_from(noun.ids.len()).unwrap_or(u32::MAX));
        if kind == Kind::Transaction { own.saturating_add(self.memory.rows.len()) } else { own }
    }

    /// Returns true if there is no record of a noun.
    pub fn is_empty(&self, kind: Kind) -> bool {
        self.len(kind) == 0
    }

    /// Resolves an agency identifier to the main identifier of that agency. Most identifiers are main ones and
    /// resolve to themselves.
    pub fn main_agency<'a>(&'a self, id: &'a str) -> &'a str {
        self.memory.aliases.main(id).unwrap_or(id)
    }

    /// Returns the ordinal of an identifier; `None` if there is no such record. Several identifiers can denote one
    /// agency.
    ///
    /// Ordinals count from 0 within a noun, in the byte order of the identifiers. Transactions of programmes come
    /// after standalone transactions, in the order of the programmes and then of the file.
    pub fn ordinal(&self, kind: Kind, key: &str) -> Option<u32> {
        let find = |kind: Kind, key: &str| {
            let ids = &self.noun(kind)?.ids;
            let place = ids.binary_search_by(|id| id.as_bytes().cmp(key.as_bytes())).ok()?;
            u32::try_from(place).ok()
        };
        let row = || {
            let (programme, number) = key.rsplit_once('#')?;
            let number =
                number.parse::<u32>().ok().filter(|n| *n > 0 && n.to_string() == number)?;
            let rows = self.rows_at(find(Kind::Programme, programme)?);
            rows.start.checked_add(number - 1).filter(|row| rows.contains(row))
        };
        match kind {
            Kind::Transaction => find(kind, key).or_else(row),
            Kind::Agency => find(kind, self.memory.aliases.main(key).unwrap_or(key)),
            _ => find(kind, key),
        }
    }

    /// Returns the identifier of an ordinal; `None` past the last.
    pub fn key(&self, kind: Kind, ordinal: u32) -> Option<Cow<'_, str>> {
        let place = usize::try_from(ordinal).ok()?;
        if let Some(id) = self.noun(kind)?.ids.get(place) {
            return Some(Cow::Borrowed(id));
        }
        let (programme, number) = self.programme_of(kind, ordinal)?;
        Some(Cow::Owned(format!("{}#{number}", self.key(Kind::Programme, programme)?)))
    }

    /// Ordinals of the transactions of a programme; empty if it has none.
    pub fn rows_at(&self, programme: u32) -> Range<u32> {
        let first = &self.memory.rows.first;
        let at = |n: u32| first.get(usize::try_from(n).ok()?).copied();
        match (at(programme), programme.checked_add(1).and_then(at)) {
            (Some(from), Some(to)) => from..to,
            _ => 0..0,
        }
    }

    /// Finds the programme that a transaction belongs to, and the number of the transaction in it, from 1.
    pub(super) fn programme_of(&self, kind: Kind, ordinal: u32) -> Option<(u32, u32)> {
        let first = &self.memory.rows.first;
        let in_rows =
            first.first().zip(first.last()).is_some_and(|(f, l)| (f..l).contains(&&ordinal));
        if kind != Kind::Transaction || !in_rows {
            return None;
        }
        // If several programmes start at one row, the last one owns it: the others have no rows.
        let programme = first.partition_point(|from| *from <= ordinal).checked_sub(1)?;
        let from = first.get(programme)?;
        Some((u32::try_from(programme).ok()?, ordinal - from + 1))
    }

    /// Reads the record with an identifier; `None` if there is none.
    ///
    /// # Errors
    /// [`Error::Damaged`] if it is in the index but cannot be read.
    pub fn record<T: Stored>(&self, key: &str) -> Result<Option<T>, Error> {
        match self.ordinal(T::KIND, key) {
            Some(ordinal) => Ok(self.record_at(ordinal)?.map(|(record, _)| record)),
            None => Ok(None),
        }
    }

    /// Reads the record with an ordinal, and its stored size in decompressed bytes; `None` past the last.
    ///
    /// # Errors
    /// [`Error::Damaged`] if it is in the index but cannot be read.
    pub fn record_at<T: Stored>(&self, ordinal: u32) -> Result<Option<(T, usize)>, Error> {
        if let Some((programme, number)) = self.programme_of(T::KIND, ordinal) {
            let (row, bytes) = self.row(programme, number)?;
            return Ok(T::from_record(Record::Transaction(row)).map(|row| (row, bytes)));
        }
        let decode = |bytes: &[u8]| Ok((T::decode(bytes)?, bytes.len()));
        match self.key(T::KIND, ordinal) {
            Some(key) => self.read(T::KIND, &key, decode).map(Some),
            None => Ok(None),
        }
    }

    /// Reads the record of any noun with an ordinal; `None` past the last.
    ///
    /// # Errors
    /// [`Error::Damaged`] if it is in the index but cannot be read.
    pub fn any_at(&self, kind: Kind, ordinal: u32) -> Result<Option<Record>, Error> {
        if let Some((programme, number)) = self.programme_of(kind, ordinal) {
            return self.row(programme, number).map(|(row, _)| Some(Record::Transaction(row)));
        }
        match self.key(kind, ordinal) {
            Some(key) => self.read(kind, &key, |bytes| record::decode(kind, bytes)).map(Some),
            None => Ok(None),
        }
    }

    /// Reads the details of a programme, which are loaded on demand, without its transactions. `None` if it has no
    /// details.
    ///
    /// # Errors
    /// [`Error::Damaged`] if they are in the index but cannot be read.
    pub fn details(&self, programme: u32) -> Result<Option<Details>, Error> {
        let Some((of, bytes)) = self.programme_with_details(programme)? else { return Ok(None) };
        let details = record::decode_details(&bytes, &of.provenance.origin.file);
        details.map(Some).map_err(|e| self.damaged_details(programme, &e))
    }

    /// Reads a programme and its encoded details; `None` if it has no details.
    pub(super) fn programme_with_details(
        &self,
        programme: u32,
    ) -> Result<Option<(Programme, Vec<u8>)>, Error> {
        let Some(bytes) = self.details_bytes(programme)? else { return Ok(None) };
        let read = self.record_at::<Programme>(programme)?;
        Ok(read.map(|(programme, _)| (programme, bytes)))
    }

    /// Reads the encoded transactions of a programme; `None` if it has none.
    fn rows(&self, programme: u32) -> Result<Option<PackedRows>, Error> {
        let Some((of, bytes)) = self.programme_with_details(programme)? else { return Ok(None) };
        let rows = PackedRows::new(&bytes, of.id, of.provenance.origin.file);
        rows.map(Some).map_err(|e| self.damaged_details(programme, &e))
    }

    /// Reads a transaction of a programme by its number from 1, and its stored size in bytes.
    fn row(&self, programme: u32, number: u32) -> Result<(Transaction, usize), Error> {
        let missing = || self.damaged_details(programme, &"missing transaction");
        let rows = if let Some(rows) = self.latest_rows(programme) {
            rows
        } else {
            let rows = Arc::new(self.rows(programme)?.ok_or_else(missing)?);
            self.cache_rows(programme, &rows);
            rows
        };
        let row = rows.get(usize::try_from(number).unwrap_or(usize::MAX));
        let row = row.map_err(|e| self.damaged_details(programme, &e))?;
        row.map(|row| (row, rows.bytes_of_one())).ok_or_else(missing)
    }

    fn latest_rows(&self, programme: u32) -> Option<Arc<PackedRows>> {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let at = latest.iter().position(|(of, _)| *of == programme)?;
        let found = latest.remove(at)?;
        let rows = Arc::clone(&found.1);
        latest.push_back(found);
        Some(rows)
    }

    fn cache_rows(&self, programme: u32, rows: &Arc<PackedRows>) {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = |latest: &Latest| latest.iter().map(|(_, rows)| rows.bytes()).sum::<usize>();
        while bytes(&latest) > CACHED_ROWS || latest.len() >= CACHED_PROGRAMMES {
            latest.pop_front();
        }
        latest.push_back((programme, Arc::clone(rows)));
    }

    fn details_bytes(&self, programme: u32) -> Result<Option<Vec<u8>>, Error> {
        let place = usize::try_from(programme).ok().and_then(|at| self.memory.rows.places.get(at));
        match place.copied().filter(|place| *place != NO_DETAILS) {
            Some(place) => self.details.get(place).map(Some).map_err(|e| self.mark_suspect(e)),
            None => Ok(None),
        }
    }

    /// Remembers that a read found damage, so that the next start verifies the whole generation.
    fn mark_suspect(&self, error: Error) -> Error {
        if error.needs_rebuild() {
            self.database.keep_mark.store(true, Ordering::Relaxed);
        }
        error
    }

    pub(super) fn damaged_details(&self, programme: u32, reason: &dyn std::fmt::Display) -> Error {
        let id = self.key(Kind::Programme, programme).unwrap_or_default();
        let reason = format!("details of {id}: {reason}");
        self.mark_suspect(Error::damaged(&layout::details(&self.folder), &reason))
    }

    /// Posting of a term: the ordinals of the records that have it. `None` if no record has it.
    pub fn posting(&self, kind: Kind, facet: Facet, term: &str) -> Option<&RoaringBitmap> {
        let main = self.memory.aliases.term(facet, term);
        self.memory.postings.get(&(kind, facet))?.get(main.as_deref().unwrap_or(term))
    }

    /// Iterates over the terms with a prefix, in byte order, and their postings.
    pub fn terms<'a>(
        &'a self,
        kind: Kind,
        facet: Facet,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a RoaringBitmap)> {
        let terms: Option<&BTreeMap<_, _>> = self.memory.postings.get(&(kind, facet));
        terms
            .into_iter()
            .flat_map(move |t| t.range::<str, _>((Bound::Included(prefix), Bound::Unbounded)))
            .map(|(term, posting)| (term.as_ref(), posting))
            .take_while(move |(term, _)| term.starts_with(prefix))
    }

    /// Returns the records that have a term with a prefix. The union of the postings is made once and kept, up to
    /// 256 of them: a role without an agency is the union of all agencies.
    pub fn beginning(&self, kind: Kind, facet: Facet, prefix: &str) -> Arc<RoaringBitmap> {
        let unions = || self.unions.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (kind, facet, prefix.into());
        if let Some(known) = unions().get(&key) {
            return Arc::clone(known);
        }
        let mut union = RoaringBitmap::new();
        for (_, posting) in self.terms(kind, facet, prefix) {
            union |= posting;
        }
        let union = Arc::new(union);
        let mut unions = unions();
        if unions.len() < MAX_UNIONS {
            unions.insert(key, Arc::clone(&union));
        }
        union
    }

    /// Ordinals of a noun in a sort order.
    pub fn order(&self, kind: Kind, order: Order) -> &[u32] {
        self.noun(kind).map_or(&[], |noun| match order {
            Order::Name => &noun.by_name,
            Order::Date => &noun.by_date,
        })
    }

    /// Returns the records of a noun whose period touches the days, both inclusive; a record without a known start is
    /// not among them, one without a known end is taken as not ended.
    pub fn in_force(&self, kind: Kind, from: Date, to: Date) -> RoaringBitmap {
        let noun = self.noun(kind);
        noun.map(|noun| noun.periods().touching(&noun.days, from, to)).unwrap_or_default()
    }

    /// Returns the records of a noun whose end is unknown.
    pub fn end_unknown(&self, kind: Kind) -> RoaringBitmap {
        let noun = self.noun(kind);
        noun.map(|noun| noun.periods().end_unknown().clone()).unwrap_or_default()
    }

    /// The full-text index.
    pub fn search(&self) -> &SearchIndex {
        &self.search
    }

    /// The aggregation columns.
    pub fn columns(&self) -> &Columns {
        &self.memory.columns
    }

    /// The exchange rates.
    pub fn rates(&self) -> &RateTable {
        &self.memory.rates
    }

    fn noun(&self, kind: Kind) -> Option<&NounMemory> {
        self.memory.nouns.get(&kind)
    }

    fn read<T>(
        &self,
        kind: Kind,
        id: &str,
        decode: impl FnOnce(&[u8]) -> Result<T, Invalid>,
    ) -> Result<T, Error> {
        let damaged = |reason: String| {
            let reason = format!("{kind} {id} cannot be read: {reason}");
            self.mark_suspect(Error::damaged(&self.folder, &reason))
        };
        let bytes = self.database.get(&key::record(kind, id)).map_err(|e| self.mark_suspect(e))?;
        let bytes = bytes.ok_or_else(|| damaged("missing record".to_owned()))?;
        self.memory.unpacker.open(&bytes, decode).map_err(|e| damaged(e.to_string()))
    }
}

/// Writes the RUNNING mark of an open generation, and reserves the space that sled may write.
///
/// Returns the error of a full disk instead of failing. Sled then rewrites in place what it has written before, so
/// an intact generation opens without free space.
fn mark_running(folder: &Path) -> Result<Option<io::Error>, Error> {
    let path = layout::running(folder);
    if path.is_dir() {
        return Err(Error::damaged(&path, "expected a file, found a folder"));
    }
    let mark = || {
        let mut file = File::create(&path)?;
        file.write_all(&vec![0; ROOM_BYTES])?;
        file.sync_all()?;
        file.set_len(0)?;
        file.sync_all()
    };
    let marked = mark().map_err(|e| {
        // Release the reserved space again; the mark may stay.
        let _ = File::create(&path);
        Error::io("write", &path, e)
    });
    match marked {
        Ok(()) => atomic_write::sync_dir(folder).map(|()| None),
        Err(Error::NoSpace { source, .. }) => Ok(Some(source)),
        Err(error) => Err(error),
    }
}

/// The open database of a generation; dropping it is the clean shutdown.
struct Database {
    folder: PathBuf,
    /// The database and its tree of records; `None` only during the drop.
    open: Option<(sled::Db, sled::Tree)>,
    /// True if the RUNNING mark must stay, so that the next start verifies everything.
    keep_mark: AtomicBool,
    _lock: Lock,
}

impl Database {
    fn load(&self, path: &Path, manifest: &Manifest, whole: bool) -> Result<Memory, Error> {
        let Some((db, records)) = &self.open else {
            return Err(Error::damaged(path, "the database is closed"));
        };
        let memory = resident_index::load(db, path, manifest)?;
        if whole {
            let found = tables::walk(records, path, |_, _| Ok(()))?;
            resident_index::compare(path, manifest, tables::RECORD, &found)?;
        }
        Ok(memory)
    }

    fn get(&self, key: &[u8]) -> Result<Option<sled::IVec>, Error> {
        match &self.open {
            Some((_, records)) => tables::get(records, &self.folder, key),
            None => Ok(None),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let open = self.open.take();
        let closed = tables::guard(&self.folder, || {
            drop(open);
            Ok(())
        });
        // Opening may have rewritten a snapshot: it must be on disk before the mark is removed.
        let stopped =
            closed.and_then(|()| atomic_write::sync_tree(&layout::database(&self.folder)));
        if stopped.is_ok() && !self.keep_mark.load(Ordering::Relaxed) {
            let _ = fs::remove_file(layout::running(&self.folder));
        }
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("folder", &self.folder).finish_non_exhaustive()
    }
}
