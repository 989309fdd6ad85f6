//! Building a generation: written once in the order of keys, closed, opened again, read whole, synced, named.
//!
//! Until CURRENT is renamed the generation before is in force, and afterwards the new one: a kill or a power cut
//! at any moment leaves one of the two, complete. What is half built is a folder that ends in `.tmp`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use roaring::RoaringBitmap;

use super::current::Current;
use super::durable;
use super::error::Error;
use super::index;
use super::key;
use super::layout::{self, FORMAT, GenerationName, Layout};
use super::manifest::{self, Manifest};
use super::order::Columns;
use super::record::{self, Invalid, SCHEMA};
use super::tables::{self, BLOCK, CHUNK, Filler, TreeSum};
use crate::model::code::Code;
use crate::model::facet::Facet;
use crate::model::ledger::SourceFile;
use crate::model::noun::{Kind, Record};
use crate::model::rate::Rates;

crate::model::code::codes! {
    /// A step of a build, told before it begins.
    pub enum Phase {
        /// Sorting the records, and making the folder.
        Prepare = "prepare",
        /// Writing the records.
        Records = "records",
        /// Writing the ids by ordinal.
        Ordinals = "ordinals",
        /// Writing what records are found by.
        Postings = "postings",
        /// Writing orders and days.
        Columns = "columns",
        /// Writing the exchange rates.
        Rates = "rates",
        /// Writing what the manifest must agree with.
        Meta = "meta",
        /// Closing the database.
        Close = "close",
        /// Opening it again.
        Reopen = "reopen",
        /// Reading all of it, and comparing.
        Verify = "verify",
        /// Handing every file to the disk.
        Sync = "sync",
        /// Writing the manifest.
        Manifest = "manifest",
        /// Giving the folder its name.
        Name = "name",
        /// Putting the generation in force.
        PutInForce = "put-in-force",
        /// Removing older generations.
        Sweep = "sweep",
    }
}

impl Phase {
    /// All phases, in order.
    pub const ALL: [Self; 15] = [
        Self::Prepare,
        Self::Records,
        Self::Ordinals,
        Self::Postings,
        Self::Columns,
        Self::Rates,
        Self::Meta,
        Self::Close,
        Self::Reopen,
        Self::Verify,
        Self::Sync,
        Self::Manifest,
        Self::Name,
        Self::PutInForce,
        Self::Sweep,
    ];
}

/// What a generation is built from.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The records, in any order; no two of one noun with the same id.
    pub records: Vec<Record>,
    /// The exchange rates, each currency once.
    pub rates: Vec<Rates>,
    /// The files that they were read from.
    pub files: Vec<SourceFile>,
}

/// Whoever wants to know how far a build is.
type Observer<'a> = &'a mut dyn FnMut(Phase);

/// Builds a generation and puts it in force; sweeping is left to the caller.
///
/// # Errors
/// Whatever fails, the generation in force stays, and what was half built is removed.
pub(super) fn build(
    layout: &Layout,
    name: GenerationName,
    journal_seq: u64,
    draft: Draft,
    observe: Observer<'_>,
) -> Result<Manifest, Error> {
    observe(Phase::Prepare);
    let tmp = layout.generation_as(name, "tmp");
    let draft = sorted(draft)?;
    let built = write(&tmp, name, journal_seq, draft, observe).map_err(|error| match error {
        Error::Damaged { reason, .. } => Error::BuildFailed { path: tmp.clone(), reason },
        error => error,
    });
    let built = built.and_then(|(manifest, bytes)| {
        observe(Phase::Name);
        durable::rename(&tmp, &layout.generation(name))?;
        observe(Phase::PutInForce);
        Current::write(layout, name, &bytes)?;
        Ok(manifest)
    });
    if built.is_err() {
        // Half a generation would keep the room that the next attempt needs.
        for folder in [tmp, layout.generation(name)] {
            let _ = fs::remove_dir_all(folder);
        }
    }
    built
}

/// The draft in the order of keys.
fn sorted(mut draft: Draft) -> Result<Draft, Error> {
    let number = |r: &Record| key::kind_number(r.kind());
    draft.records.sort_by(|a, b| (number(a), a.key()).cmp(&(number(b), b.key())));
    draft.rates.sort_by_key(|rates| rates.currency);
    for pair in draft.records.windows(2) {
        if let [a, b] = pair
            && (a.kind(), a.key()) == (b.kind(), b.key())
        {
            return Err(Error::Unstorable(format!("two records are {} {}", a.kind(), a.key())));
        }
    }
    for pair in draft.rates.windows(2) {
        if let [a, b] = pair
            && a.currency == b.currency
        {
            return Err(Error::Unstorable(format!("{} has rates twice", a.currency)));
        }
    }
    Ok(draft)
}

/// Writes and verifies a whole generation in a folder; gives its manifest and the bytes of it.
fn write(
    folder: &Path,
    name: GenerationName,
    journal_seq: u64,
    draft: Draft,
    observe: Observer<'_>,
) -> Result<(Manifest, Vec<u8>), Error> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|e| Error::io("remove", folder, e))?;
    }
    durable::create_dir(folder)?;
    let path = layout::database(folder);
    let data_version = manifest::data_version(&draft.files);
    let (trees, counts) = fill(&path, &draft, &data_version, observe)?;
    let files = draft.files;
    // The records are no longer needed, and the database is about to be read whole.
    drop(draft.records);
    verify(&path, &trees, observe)?;
    observe(Phase::Sync);
    durable::sync_tree(folder)?;
    observe(Phase::Manifest);
    let manifest = Manifest {
        format: FORMAT,
        schema: SCHEMA,
        generation: name.0,
        data_version,
        counts,
        digest: manifest::digest(&trees),
        journal_seq,
        trees,
        files: sorted_files(files),
    };
    let bytes = manifest.render()?;
    durable::write(&layout::manifest(folder), &bytes)?;
    Ok((manifest, bytes))
}

fn sorted_files(mut files: Vec<SourceFile>) -> Vec<SourceFile> {
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

type Filled = (BTreeMap<String, TreeSum>, BTreeMap<String, u64>);

/// Writes all trees, and closes the database.
fn fill(
    path: &Path,
    draft: &Draft,
    data_version: &str,
    observe: Observer<'_>,
) -> Result<Filled, Error> {
    let db = tables::open(path)?;
    let mut trees = BTreeMap::new();
    let mut add = |name: &str, fill: &dyn Fn(&mut Filler<'_>) -> Result<(), Error>| {
        let mut filler = Filler::new(&db, path, name)?;
        fill(&mut filler)?;
        trees.insert(name.to_owned(), filler.finish()?);
        Ok::<_, Error>(())
    };
    observe(Phase::Records);
    add(tables::RECORD, &|tree| records(tree, &draft.records))?;
    observe(Phase::Ordinals);
    add(tables::ORDINAL, &|tree| ordinals(tree, &draft.records))?;
    observe(Phase::Postings);
    add(tables::POSTING, &|tree| postings(tree, &draft.records))?;
    observe(Phase::Columns);
    add(tables::COLUMN, &|tree| columns(tree, &draft.records))?;
    observe(Phase::Rates);
    add(tables::RATE, &|tree| rates(tree, &draft.rates))?;
    observe(Phase::Meta);
    let counts: BTreeMap<_, _> = groups(&draft.records)
        .map(|(kind, records)| (kind.as_str().to_owned(), records.len() as u64))
        .collect();
    add(tables::META, &|tree| {
        tree.put(b"counts", &record::seal(&counts).map_err(unstorable)?)?;
        tree.put(b"data-version", &record::seal(&data_version).map_err(unstorable)?)
    })?;
    observe(Phase::Close);
    tables::guard(path, || {
        db.flush().map_err(|e| Error::sled(path, e))?;
        drop(db);
        Ok(())
    })?;
    Ok((trees, counts))
}

/// Opens the database again, reads all of it, and compares it with what was written.
fn verify(
    path: &Path,
    trees: &BTreeMap<String, TreeSum>,
    observe: Observer<'_>,
) -> Result<(), Error> {
    observe(Phase::Reopen);
    let db = tables::open(path)?;
    observe(Phase::Verify);
    for (name, written) in trees {
        let tree = tables::tree(&db, path, name)?;
        let found = tables::walk(&tree, path, |_, _| Ok(()))?;
        if found != *written {
            return Err(Error::damaged(path, format_args!("the tree `{name}` is another")));
        }
    }
    tables::guard(path, || {
        db.flush().map_err(|e| Error::sled(path, e))?;
        drop(db);
        Ok(())
    })
}

fn unstorable(invalid: Invalid) -> Error {
    Error::Unstorable(invalid.to_string())
}

/// The records noun by noun, for those nouns that have any.
fn groups(records: &[Record]) -> impl Iterator<Item = (Kind, &[Record])> {
    records
        .chunk_by(|a, b| a.kind() == b.kind())
        .filter_map(|group| group.first().map(|record| (record.kind(), group)))
}

fn records(tree: &mut Filler<'_>, records: &[Record]) -> Result<(), Error> {
    for record in records {
        let value = record::encode(record).map_err(unstorable)?;
        tree.put(&key::record(record.kind(), record.key()), &value)?;
    }
    Ok(())
}

fn ordinals(tree: &mut Filler<'_>, records: &[Record]) -> Result<(), Error> {
    for (kind, group) in groups(records) {
        for (block, records) in (0..).zip(group.chunks(BLOCK)) {
            let ids: Vec<&str> = records.iter().map(Record::key).collect();
            tree.put(&key::block(kind, block), &record::seal(&ids).map_err(unstorable)?)?;
        }
    }
    Ok(())
}

fn postings(tree: &mut Filler<'_>, records: &[Record]) -> Result<(), Error> {
    for (kind, group) in groups(records) {
        let mut postings: BTreeMap<(u8, Facet, String), RoaringBitmap> = BTreeMap::new();
        for (ordinal, record) in (0..).zip(group) {
            for (facet, term) in index::terms(record) {
                let posting = postings.entry((key::facet_number(facet), facet, term)).or_default();
                posting.insert(ordinal);
            }
        }
        for ((_, facet, term), posting) in postings {
            let mut bytes = Vec::with_capacity(posting.serialized_size());
            posting.serialize_into(&mut bytes).map_err(|e| Error::Unstorable(e.to_string()))?;
            tree.put(&key::posting(kind, facet, &term), &record::seal_bytes(&bytes))?;
        }
    }
    Ok(())
}

/// The numbers of the columns, in the order in which they are written.
pub(super) mod column {
    pub(in crate::store) const BY_NAME: u8 = 1;
    pub(in crate::store) const BY_DATE: u8 = 2;
    pub(in crate::store) const START: u8 = 3;
    pub(in crate::store) const END: u8 = 4;
}

fn columns(tree: &mut Filler<'_>, records: &[Record]) -> Result<(), Error> {
    for (kind, group) in groups(records) {
        let columns = Columns::of(group.iter());
        put_column(tree, kind, column::BY_NAME, &columns.by_name)?;
        put_column(tree, kind, column::BY_DATE, &columns.by_date)?;
        put_column(tree, kind, column::START, &columns.days.start)?;
        put_column(tree, kind, column::END, &columns.days.end)?;
    }
    Ok(())
}

fn put_column<T: serde::Serialize>(
    tree: &mut Filler<'_>,
    kind: Kind,
    column: u8,
    values: &[T],
) -> Result<(), Error> {
    for (chunk, values) in (0..).zip(values.chunks(CHUNK)) {
        let value = record::seal(&values).map_err(unstorable)?;
        tree.put(&key::column(kind, column, chunk), &value)?;
    }
    Ok(())
}

fn rates(tree: &mut Filler<'_>, rates: &[Rates]) -> Result<(), Error> {
    for rates in rates {
        let value = record::encode_rates(rates).map_err(unstorable)?;
        tree.put(rates.currency.as_str().as_bytes(), &value)?;
    }
    Ok(())
}
