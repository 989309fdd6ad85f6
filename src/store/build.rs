//! Building a generation: written once in the order of keys, closed, opened again, read whole, synced, named.
//!
//! Until CURRENT is renamed the generation before is in force, and afterwards the new one: a kill or a power cut
//! at any moment leaves one of the two, complete. What is half built is a folder that ends in `.tmp`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use super::current::Current;
use super::details;
use super::durable;
use super::error::Error;
use super::fill::{Filled, fill};
use super::journal::FileEntry;
use super::key;
use super::layout::{self, FORMAT, GenerationName, Layout};
use super::manifest::{self, Manifest};
use super::record::SCHEMA;
use super::search;
use super::segment::Segment;
use super::tables::{self, TreeSum};
use crate::model::agency::Agency;
use crate::model::id::AgencyId;
use crate::model::ledger::SourceFile;
use crate::model::noun::Record;
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

/// What a build tells whoever looks on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A phase begins, with so much to do, in units of its own; 0 where nobody knows.
    Begin(Phase, u64),
    /// So much more of it is done.
    Done(u64),
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
#[derive(Clone, Debug)]
pub struct Draft {
    /// The records that are in memory, in any order; no two of one noun with the same id.
    pub records: Vec<Record>,
    /// The exchange rates, each currency once.
    pub rates: Vec<Rates>,
    /// The files that everything was read from.
    pub files: Vec<SourceFile>,
    /// The files whose segments are merged with the records, in the order of their names, and the words for how they
    /// were read.
    pub segments: Vec<(FileEntry, &'static str)>,
    /// The names of the files whose rows are united with those that other files have of the same record; of the others the later
    /// version counts.
    pub united: BTreeSet<String>,
    /// Makes one record of two that several files tell of, an agency for instance; what comes first weighs more.
    pub join: fn(Record, Record) -> Record,
    /// Which agencies are another, by what agencies say of themselves: it is given those of `records`, and all with other
    /// identifiers.
    pub same: fn(&[Agency]) -> BTreeMap<AgencyId, AgencyId>,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            records: Vec::new(),
            rates: Vec::new(),
            files: Vec::new(),
            segments: Vec::new(),
            united: BTreeSet::new(),
            join: |first, _| first,
            same: |_| BTreeMap::new(),
        }
    }
}

/// How many entries are verified before it is told.
const TOLD: u64 = 10_000;

/// Whoever wants to know how far a build is.
type Observer<'a> = &'a mut dyn FnMut(Step);

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
    observe(Step::Begin(Phase::Prepare, 0));
    let tmp = layout.generation_as(name, "tmp");
    let draft = sorted(draft)?;
    let segments = draft.segments.iter().map(|(file, reading)| {
        let path = layout.segment(&file.sha256, reading);
        let lost =
            || Error::DamagedSegment { path: path.clone(), reason: "it is not there".to_owned() };
        Segment::open(&path, &file.name).ok_or_else(lost)
    });
    let segments: Vec<Segment> = segments.collect::<Result<_, _>>()?;
    let parsed = draft.segments.iter().map(|(file, reading)| {
        fs::metadata(layout.segment(&file.sha256, reading)).map_or(0, |meta| meta.len())
    });
    has_room(layout.root(), generation_of(parsed.sum()))?;
    let built =
        write(&tmp, name, journal_seq, draft, &segments, observe).map_err(|error| match error {
            Error::Damaged { reason, .. } => Error::BuildFailed { path: tmp.clone(), reason },
            error => error,
        });
    let built = built.and_then(|(manifest, bytes)| {
        observe(Step::Begin(Phase::Name, 0));
        durable::rename(&tmp, &layout.generation(name))?;
        observe(Step::Begin(Phase::PutInForce, 0));
        Current::write(layout, name, &bytes)?;
        Ok(manifest)
    });
    if built.is_err() {
        // Half a generation would keep the room that the next attempt needs.
        let _ = fs::remove_dir_all(tmp);
        // When only the last sync failed, CURRENT names it already.
        if Current::read(layout).is_ok_and(|current| current.is_none_or(|c| c.name != name)) {
            let _ = fs::remove_dir_all(layout.generation(name));
        }
    }
    built
}

/// Asks whether there is room for so many bytes, before any of them is written.
pub(super) fn has_room(root: &Path, wanted: u64) -> Result<(), Error> {
    // If the file system does not report its free space, the write reports a full disk.
    let Ok(free) = rustix::fs::statvfs(root).map(|fs| fs.f_bavail.saturating_mul(fs.f_frsize))
    else {
        return Ok(());
    };
    match wanted.checked_sub(free).filter(|lack| *lack > 0) {
        None => Ok(()),
        Some(lack) => {
            let message = format!("{} MB more are needed", lack.div_ceil(1_000_000));
            let source = io::Error::new(io::ErrorKind::StorageFull, message);
            Err(Error::NoSpace { path: root.to_path_buf(), source })
        }
    }
}

/// How many bytes a generation of segments of so many bytes takes at most, as measured: four times as many, and some more while it is
/// written.
fn generation_of(parsed: u64) -> u64 {
    parsed.saturating_mul(9).div_euclid(2)
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
    segments: &[Segment],
    observe: Observer<'_>,
) -> Result<(Manifest, Vec<u8>), Error> {
    durable::remove(folder)?;
    durable::create_dir(folder)?;
    let path = layout::database(folder);
    let data_version = manifest::data_version(&draft.files);
    // Guarded as a whole, so that a database which is dropped after an error cannot panic out of here either.
    let Filled { trees, counts, files } =
        tables::guard(&path, || fill(folder, draft, segments, &data_version, &mut *observe))?;
    tables::guard(&path, || verify(&path, &trees, &mut *observe))?;
    let details = layout::details(folder);
    if trees.get(layout::DETAILS).map(|sum| &sum.sha256) != Some(&details::digest(&details)?) {
        return Err(Error::damaged(&details, &"the details are others"));
    }
    search::seal(&layout::search(folder))?;
    observe(Step::Begin(Phase::Sync, 0));
    durable::sync_tree(folder)?;
    observe(Step::Begin(Phase::Manifest, 0));
    let manifest = Manifest {
        format: FORMAT,
        schema: SCHEMA,
        generation: name.0,
        data_version,
        counts,
        digest: manifest::digest(&trees),
        journal_seq,
        trees,
        search: search::digests(&layout::search(folder))?,
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

/// Opens the database again, reads all of it, and compares it with what was written.
fn verify(
    path: &Path,
    trees: &BTreeMap<String, TreeSum>,
    observe: Observer<'_>,
) -> Result<(), Error> {
    observe(Step::Begin(Phase::Reopen, 0));
    let db = tables::open(path)?;
    let written = trees.iter().filter(|(name, _)| name.as_str() != layout::DETAILS);
    observe(Step::Begin(Phase::Verify, written.clone().map(|(_, sum)| sum.entries).sum()));
    for (name, written) in written {
        let tree = tables::tree(&db, path, name)?;
        let mut waiting = 0;
        let found = tables::walk(&tree, path, |_, _| {
            waiting += 1;
            if waiting == TOLD {
                observe(Step::Done(std::mem::take(&mut waiting)));
            }
            Ok(())
        })?;
        observe(Step::Done(waiting));
        if found != *written {
            return Err(Error::damaged(path, &format_args!("the tree `{name}` is another")));
        }
    }
    tables::guard(path, || {
        db.flush().map_err(|e| Error::sled(path, e))?;
        drop(db);
        // Opened once more, it writes the snapshot that the first start would write, for which a full disk has no room.
        drop(tables::open(path)?);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generation_without_room_is_not_begun() {
        assert_eq!(generation_of(1_000_000), 4_500_000);
        let folder = tempfile::tempdir().unwrap();
        assert!(has_room(folder.path(), 1_000).is_ok());
        let refused = has_room(folder.path(), u64::MAX / 8);
        assert!(matches!(refused, Err(Error::NoSpace { .. })), "{refused:?}");
    }
}
