//! Generation writer: fills the trees of a generation from records in key order.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::columns::{Columns, ColumnsBuilder};
use super::details::DetailsWriter;
use super::draft::{BuildObserver, BuildStep, Draft, Phase};
use super::error::Error;
use super::identity::Identities;
use super::index_builder::{GatheredIndex, GatheredNoun, ProgrammeRows};
use super::key;
use super::layout;
use super::merge::{self, Decoded, KeyGroup, KeyGroups, Merge, MergeInput, RecordBody};
use super::record::{self, Invalid};
use super::record_compression::{self, Packer, SAMPLES};
use super::search::IndexWriter;
use super::segment::Segment;
use super::superseded;
use super::tables::{self, BLOCK, CHUNK, Filler, TreeSum};
use super::unite::{self, Difference};
use crate::model::code::Code;
use crate::model::facet::Facet;
use crate::model::humanitarian::words;
use crate::model::id::{AgencyId, LocationId, ProgrammeId};
use crate::model::ledger::SourceFile;
use crate::model::noun::{Kind, Record};
use crate::model::programme::Programme;
use crate::model::rate::Rates;

/// Result of filling a generation.
pub(super) struct Filled {
    /// Expected entry count and digest of each tree.
    pub(super) trees: BTreeMap<String, TreeSum>,
    /// Number of records of each noun.
    pub(super) counts: BTreeMap<String, u64>,
    /// The source files, with the duplicates that merging added to their ledgers.
    pub(super) files: Vec<SourceFile>,
}

fn unstorable(invalid: &Invalid) -> Error {
    Error::Unstorable(invalid.to_string())
}

/// Writes all trees from a draft in key order, and closes the database.
pub(super) fn fill(
    folder: &Path,
    draft: Draft,
    segments: &[Segment],
    data_version: &str,
    observe: BuildObserver<'_>,
) -> Result<Filled, Error> {
    let path = layout::database(folder);
    let db = tables::open(&path)?;
    let mut trees = BTreeMap::new();
    observe(BuildStep::Begin(Phase::Records, segments.iter().map(Segment::packed).sum()));
    let mut identities = Identities::find(&draft, segments)?;
    let aliases = std::mem::take(&mut identities.aliases);
    let Draft { records, rates, mut files, join, united, segments: kept, .. } = draft;
    let united = kept.iter().map(|(file, _)| united.contains(&file.name)).collect();
    let loose = records.iter().filter(|r| r.kind() == Kind::Transaction).count();
    let mut gathered = GatheredIndex::new(u32::try_from(loose).unwrap_or(u32::MAX), aliases);
    let numbered = (1..).zip(segments);
    let read = AtomicU64::new(0);
    let runs = numbered.flat_map(|(number, s)| s.runs().map(move |run| (number, run))).collect();
    let merge = Merge::new(records, runs)?;
    let mut writer = Records {
        tree: Filler::new(&db, &path, tables::RECORD)?,
        details: DetailsWriter::create(&layout::details(folder))?,
        gathered: &mut gathered,
        columns: ColumnsBuilder::new(u32::try_from(loose).unwrap_or(u32::MAX)),
        files: &mut files,
        join,
        united,
        identities,
        packing: Packing::default(),
        index: IndexWriter::create(&layout::search(folder))?,
    };
    thread::scope(|scope| {
        let (to, groups) = merge::channel();
        let read = &read;
        scope.spawn(move || merge.run(&to, read));
        writer.write(groups, &mut || observe(BuildStep::Done(read.swap(0, Ordering::Relaxed))))
    })?;
    writer.index.finish()?;
    let dictionary = writer.packing.packer.as_ref().map(|packer| packer.dictionary().to_vec());
    trees.insert(tables::RECORD.to_owned(), writer.tree.finish()?);
    trees.insert(layout::DETAILS.to_owned(), writer.details.finish()?);
    let (columns, adoptions) = writer
        .columns
        .finish(&|agency| gathered.ordinal(Kind::Agency, agency.as_str()), &|programme| {
            gathered.ordinal(Kind::Programme, programme.as_str())
        });
    gathered.add_parents(&adoptions);
    let mut add = |name: &str, fill: &mut dyn FnMut(&mut Filler<'_>) -> Result<(), Error>| {
        let mut filler = Filler::new(&db, &path, name)?;
        fill(&mut filler)?;
        trees.insert(name.to_owned(), filler.finish()?);
        Ok::<_, Error>(())
    };
    observe(BuildStep::Begin(Phase::Ordinals, 0));
    let rows = gathered.rows.len();
    if rows > 0 {
        gathered.noun(Kind::Transaction);
    }
    let mut counts = BTreeMap::new();
    for (kind, noun) in gathered.nouns.values() {
        let more = if *kind == Kind::Transaction { rows } else { 0 };
        counts.insert(kind.as_str().to_owned(), (noun.ids.len() + more) as u64);
    }
    add(tables::ORDINAL, &mut |tree| put_ordinals(tree, &gathered))?;
    if let Some((_, noun)) = gathered.nouns.get_mut(&key::kind_number(Kind::Transaction)) {
        gathered.rows.join(noun);
    }
    observe(BuildStep::Begin(Phase::Postings, 0));
    add(tables::POSTING, &mut |tree| put_postings(tree, &mut gathered))?;
    observe(BuildStep::Begin(Phase::Columns, 0));
    add(tables::COLUMN, &mut |tree| put_columns(tree, &mut gathered, &columns))?;
    observe(BuildStep::Begin(Phase::Rates, 0));
    add(tables::RATE, &mut |tree| put_rates(tree, &rates))?;
    observe(BuildStep::Begin(Phase::Meta, 0));
    add(tables::META, &mut |tree| {
        let aliases = record::seal(&gathered.aliases.pairs()).map_err(|e| unstorable(&e))?;
        tree.put(ALIASES, &aliases)?;
        tree.put(b"counts", &record::seal(&counts).map_err(|e| unstorable(&e))?)?;
        tree.put(b"data-version", &record::seal(&data_version).map_err(|e| unstorable(&e))?)?;
        match &dictionary {
            Some(dictionary) => tree.put(DICTIONARY, &record::seal_bytes(dictionary)),
            None => Ok(()),
        }
    })?;
    observe(BuildStep::Begin(Phase::Close, 0));
    tables::guard(&path, || {
        db.flush().map_err(|e| Error::sled(&path, e))?;
        drop(db);
        Ok(())
    })?;
    Ok(Filled { trees, counts, files })
}

/// Key in `meta` of the compression dictionary.
pub(super) const DICTIONARY: &[u8] = b"dictionary";

/// Key in `meta` of the agency aliases.
pub(super) const ALIASES: &[u8] = b"aliases";

/// State of record compression during the build.
#[derive(Default)]
struct Packing {
    /// Records that are held back until there are enough to train a dictionary.
    waiting: Vec<(Vec<u8>, Vec<u8>)>,
    packer: Option<Packer>,
    /// True after the attempt to train; if it failed, records are written uncompressed.
    tried: bool,
}

/// Writes the records and gathers their index entries.
struct Records<'a> {
    tree: Filler<'a>,
    details: DetailsWriter,
    gathered: &'a mut GatheredIndex,
    columns: ColumnsBuilder,
    files: &'a mut Vec<SourceFile>,
    join: fn(Record, Record) -> Record,
    /// Indexed by segment number minus 1: true if the rows of the segment are united with those of others.
    united: Vec<bool>,
    identities: Identities,
    packing: Packing,
    index: IndexWriter,
}

impl Records<'_> {
    /// Writes all groups, and calls `done` after each batch.
    fn write(&mut self, groups: KeyGroups, done: &mut dyn FnMut()) -> Result<(), Error> {
        for batch in groups {
            done();
            for group in batch? {
                self.reduce_group(group)?;
            }
        }
        self.flush()
    }

    /// Returns true if the record is an agency that is an alias of another.
    fn is_alias(&self, record: &Record) -> bool {
        record.kind() == Kind::Agency && self.gathered.aliases.main(record.key()).is_some()
    }

    /// Reduces all records with one key to a single record, and writes it.
    fn reduce_group(&mut self, mut group: KeyGroup) -> Result<(), Error> {
        let Some(first) = group.first().map(MergeInput::record) else { return Ok(()) };
        if self.is_alias(first) {
            // Written together with its main agency.
            return Ok(());
        }
        let is_shared = is_shared(first.kind());
        let also = match first {
            Record::Agency(agency) => self.identities.take(agency.id.as_str()),
            _ => Vec::new(),
        };
        if is_shared && group.len() + also.len() > 1 {
            let records = group.into_iter().map(MergeInput::into_record).chain(also);
            let Some(joined) = records.reduce(self.join) else { return Ok(()) };
            return self.put(&joined, None);
        }
        let Some(at) = winner(&group) else { return Ok(()) };
        let chosen = group.swap_remove(at);
        group.sort_by_key(|item| item.source);
        let chosen_unites = self.unites(chosen.source);
        let mut superseded = Vec::new();
        let taken = match chosen.body {
            RecordBody::Made(record) => {
                self.put(&record, None)?;
                superseded.extend(
                    group
                        .into_iter()
                        .map(|item| (item.rows(), item.into_record(), Difference::None)),
                );
                *record
            }
            RecordBody::Read(mut read) => {
                let mut changed = false;
                for item in group {
                    let unites = chosen_unites || self.unites(item.source);
                    let (rows, other) = (item.rows(), item.into_decoded());
                    let (difference, more) = compare(&mut read, &other, rows, unites)?;
                    changed |= more;
                    superseded.push((rows, other.into_record(), difference));
                }
                if changed {
                    read.entry.head = record::encode(&read.record).map_err(|e| unstorable(&e))?;
                }
                self.put(&read.record, Some(&read))?;
                read.record
            }
        };
        for (rows, other, difference) in &superseded {
            let file = self.files.iter_mut().find(|file| file.name == other.origin().file);
            if let Some(file) = file {
                superseded::report(&mut file.ledger, other, u64::from(*rows), &taken, difference);
            }
        }
        Ok(())
    }

    /// Returns true if the rows of a segment are united with those of others.
    fn unites(&self, source: usize) -> bool {
        source.checked_sub(1).and_then(|at| self.united.get(at)).copied().unwrap_or(false)
    }

    /// Writes a record; `read` is its decoded segment entry, if it has one.
    fn put(&mut self, record: &Record, read: Option<&Decoded>) -> Result<(), Error> {
        let kind = record.kind();
        let key = key::record(kind, record.key());
        match read {
            Some(read) if kind == Kind::Programme => self.put_reported(key, &read.entry.head)?,
            Some(read) => self.put_value(&key, &read.entry.head)?,
            None => {
                let value = record::encode(record).map_err(|e| unstorable(&e))?;
                self.put_value(&key, &value)?;
            }
        }
        let ordinal = self.gathered.add(record);
        self.index.add(record, ordinal, read.map_or(&[], |read| &read.descriptions))?;
        match record {
            Record::Programme(programme) => self.rows(programme, ordinal, read)?,
            Record::Transaction(transaction) => {
                // Programmes come first, so the humanitarian part of their money is known.
                let of = transaction.programme.as_ref();
                let of = of.and_then(|of| self.gathered.ordinal(Kind::Programme, of.as_str()));
                for word in words(self.columns.relief(of)) {
                    let postings = &mut self.gathered.noun(Kind::Transaction).postings;
                    postings.add(Facet::Humanitarian, word, ordinal);
                }
                self.columns.loose(transaction);
            }
            _ => {}
        }
        Ok(())
    }

    /// Writes a value uncompressed, after all records held back.
    fn put_value(&mut self, key: &[u8], value: &[u8]) -> Result<(), Error> {
        if self.packing.waiting.is_empty() {
            return self.tree.put(key, value);
        }
        // Few of these come between reported records, so they are held back too and keys stay in order.
        self.packing.waiting.push((key.to_vec(), value.to_vec()));
        if key.first() == Some(&key::kind_number(Kind::Programme)) { Ok(()) } else { self.flush() }
    }

    /// Writes a reported record, compressed as soon as there is a dictionary.
    fn put_reported(&mut self, key: Vec<u8>, head: &[u8]) -> Result<(), Error> {
        if let Some(packer) = &mut self.packing.packer {
            let packed = packer.pack(head).map_err(|e| unstorable(&e))?;
            return self.tree.put(&key, &packed);
        }
        if self.packing.tried {
            return self.tree.put(&key, head);
        }
        self.packing.waiting.push((key, head.to_vec()));
        if self.packing.waiting.len() < SAMPLES { Ok(()) } else { self.flush() }
    }

    /// Trains the dictionary on the records held back, and writes them.
    fn flush(&mut self) -> Result<(), Error> {
        let waiting = std::mem::take(&mut self.packing.waiting);
        if waiting.is_empty() {
            return Ok(());
        }
        self.packing.tried = true;
        let samples: Vec<&[u8]> = waiting.iter().map(|(_, head)| head.as_slice()).collect();
        self.packing.packer = Packer::train(&samples);
        for (key, head) in waiting {
            let packed = self.packing.packer.as_mut().map(|packer| packer.pack(&head)).transpose();
            let packed = packed.map_err(|e| unstorable(&e))?;
            self.tree.put(&key, packed.as_ref().unwrap_or(&head))?;
        }
        Ok(())
    }

    fn rows(
        &mut self,
        programme: &Programme,
        ordinal: u32,
        read: Option<&Decoded>,
    ) -> Result<(), Error> {
        let place = self.details.put(read.map_or(&[], |read| &read.entry.details))?;
        let rows = ProgrammeRows::of(programme, read.map_or(&[][..], |read| &read.rows));
        let children = read.map_or(&[][..], |read| &read.children);
        // Agencies precede programmes, so their ordinals are known.
        let gathered = &*self.gathered;
        let agency = |agency: &AgencyId| gathered.ordinal(Kind::Agency, agency.as_str());
        let location = |place: &LocationId| gathered.ordinal(Kind::Location, place.as_str());
        let before = |other: &ProgrammeId| gathered.ordinal(Kind::Programme, other.as_str());
        self.columns.programme(programme, children, &rows, &agency, &location, &before);
        self.gathered.add_places(ordinal, &rows);
        let GatheredIndex { rows: gathered, aliases, .. } = &mut *self.gathered;
        gathered.add(programme, Some(place), &rows, aliases);
        Ok(())
    }
}

/// Compares a version of a record with the chosen one, and merges what can be united. Returns the difference, and
/// true if the chosen one changed.
fn compare(
    chosen: &mut Decoded,
    other: &Decoded,
    rows: u32,
    unites: bool,
) -> Result<(Difference, bool), Error> {
    if let Record::Programme(_) = &chosen.record {
        let difference = unite::programmes(chosen, other, unites)?;
        let is_united = matches!(difference, Difference::United { .. });
        if is_united {
            unite::rewrite(chosen)?;
        }
        return Ok((difference, is_united));
    }
    let more = merge_boundaries(&mut chosen.record, &other.record);
    if let (Record::HumanitarianContribution(flow), Record::HumanitarianContribution(of)) =
        (&mut chosen.record, &other.record)
    {
        let difference = unite::flows(flow, of, rows as usize);
        let is_united = matches!(difference, Difference::United { .. });
        return Ok((difference, more || is_united));
    }
    Ok((Difference::None, more))
}

/// Returns true for nouns that several files describe: their statements are joined, and none is a duplicate.
fn is_shared(kind: Kind) -> bool {
    matches!(kind, Kind::Agency | Kind::Country | Kind::Sector | Kind::Location | Kind::Source)
}

/// Merges the boundaries across which other searches found a flow, which hold in every version. Returns true if any
/// was added.
fn merge_boundaries(record: &mut Record, other: &Record) -> bool {
    match (record, other) {
        (Record::HumanitarianContribution(record), Record::HumanitarianContribution(other)) => {
            record.join_boundaries(other)
        }
        _ => false,
    }
}

/// Picks the record that counts, of several with one identifier. The draft's own record wins; otherwise the latest
/// update, then the file whose name sorts last, then the last position in the file. So the result does not depend
/// on the order of imports.
fn winner(group: &[MergeInput]) -> Option<usize> {
    let rank = |item: &MergeInput| match &item.body {
        RecordBody::Made(_) => (true, 0, 0, 0),
        RecordBody::Read(read) => (false, read.entry.updated, item.source, read.entry.position),
    };
    (0..).zip(group).max_by_key(|(_, item)| rank(item)).map(|(at, _)| at)
}

fn put_ordinals(tree: &mut Filler<'_>, gathered: &GatheredIndex) -> Result<(), Error> {
    for (kind, noun) in gathered.nouns.values() {
        for (block, ids) in (0..).zip(noun.ids.chunks(BLOCK)) {
            tree.put(&key::block(*kind, block), &record::seal(&ids).map_err(|e| unstorable(&e))?)?;
        }
    }
    Ok(())
}

fn put_postings(tree: &mut Filler<'_>, gathered: &mut GatheredIndex) -> Result<(), Error> {
    for (kind, noun) in gathered.nouns.values_mut() {
        for ((_, facet, term), posting) in std::mem::take(&mut noun.postings).sorted() {
            let mut posting = posting.into_bitmap();
            posting.optimize();
            let mut bytes = Vec::with_capacity(posting.serialized_size());
            posting.serialize_into(&mut bytes).map_err(|e| Error::Unstorable(e.to_string()))?;
            tree.put(&key::posting(*kind, facet, &term), &record::seal_bytes(&bytes))?;
        }
    }
    Ok(())
}

/// Numbers of the columns, in the order in which they are written.
pub(super) mod column {
    pub(in crate::store) const BY_NAME: u8 = 1;
    pub(in crate::store) const BY_DATE: u8 = 2;
    pub(in crate::store) const START: u8 = 3;
    pub(in crate::store) const END: u8 = 4;
    /// Of programmes: ordinal of the first transaction; one entry more than there are programmes.
    pub(in crate::store) const FIRST_ROW: u8 = 5;
    /// Of programmes: address of the details.
    pub(in crate::store) const DETAILS: u8 = 6;
}

fn put_columns(
    tree: &mut Filler<'_>,
    gathered: &mut GatheredIndex,
    columns: &Columns,
) -> Result<(), Error> {
    let GatheredIndex { nouns, rows, .. } = gathered;
    for (kind, noun) in nouns.values_mut() {
        put_noun(tree, *kind, noun)?;
        if *kind == Kind::Programme {
            put_column(tree, *kind, column::FIRST_ROW, &rows.first)?;
            put_column(tree, *kind, column::DETAILS, &rows.places)?;
        }
    }
    // Keys must ascend: the aggregation columns use a number of their own, after every noun.
    columns.pieces(&mut |number, chunk, bytes| tree.put(&key::sums(number, chunk), &bytes))
}

fn put_noun(tree: &mut Filler<'_>, kind: Kind, noun: &mut GatheredNoun) -> Result<(), Error> {
    let columns = noun.columns();
    put_column(tree, kind, column::BY_NAME, &columns.by_name)?;
    put_column(tree, kind, column::BY_DATE, &columns.by_date)?;
    put_column(tree, kind, column::START, &columns.days.start)?;
    put_column(tree, kind, column::END, &columns.days.end)
}

fn put_column<T: serde::Serialize>(
    tree: &mut Filler<'_>,
    kind: Kind,
    column: u8,
    values: &[T],
) -> Result<(), Error> {
    for (chunk, values) in (0..).zip(values.chunks(CHUNK)) {
        let value = record_compression::squeeze(&values).map_err(|e| unstorable(&e))?;
        tree.put(&key::column(kind, column, chunk), &value)?;
    }
    Ok(())
}

fn put_rates(tree: &mut Filler<'_>, rates: &[Rates]) -> Result<(), Error> {
    for rates in rates {
        let value = record::encode_rates(rates).map_err(|e| unstorable(&e))?;
        tree.put(rates.currency.as_str().as_bytes(), &value)?;
    }
    Ok(())
}
