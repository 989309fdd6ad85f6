//! Generation build: written once in key order, closed, reopened, verified whole, synced and named.
//!
//! CURRENT is renamed last. A kill or a power cut at any moment therefore leaves the previous generation or the new
//! one, complete. A half-built generation is a folder that ends in `.tmp`.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use super::atomic_write;
use super::current::Current;
use super::details;
use super::draft::{BuildObserver, BuildStep, Draft, Phase};
use super::error::Error;
use super::generation_writer::{Filled, fill};
use super::key;
use super::layout::{self, FORMAT, GenerationName, Layout};
use super::manifest::{self, Manifest};
use super::record::SCHEMA;
use super::search;
use super::segment::Segment;
use super::tables::{self, TreeSum};
use crate::model::ledger::SourceFile;
use crate::model::noun::Record;

/// Number of entries that are verified between two progress events.
const REPORT_EVERY: u64 = 10_000;

/// Builds a generation and activates it; garbage collection is left to the caller.
///
/// # Errors
/// After any failure the current generation stays, and the half-built one is removed.
pub(super) fn build(
    layout: &Layout,
    name: GenerationName,
    journal_seq: u64,
    draft: Draft,
    observe: BuildObserver<'_>,
) -> Result<Manifest, Error> {
    observe(BuildStep::Begin(Phase::Prepare, 0));
    let tmp = layout.generation_as(name, "tmp");
    let draft = sorted(draft)?;
    let segments = draft.segments.iter().map(|(file, reading)| {
        let path = layout.segment(&file.sha256, reading);
        let lost =
            || Error::DamagedSegment { path: path.clone(), reason: "missing segment".to_owned() };
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
        observe(BuildStep::Begin(Phase::Name, 0));
        atomic_write::rename(&tmp, &layout.generation(name))?;
        observe(BuildStep::Begin(Phase::PutInForce, 0));
        Current::write(layout, name, &bytes)?;
        Ok(manifest)
    });
    if built.is_err() {
        // A half-built generation would occupy the space that the next attempt needs.
        let _ = fs::remove_dir_all(tmp);
        // If only the last sync failed, CURRENT names it already.
        if Current::read(layout).is_ok_and(|current| current.is_none_or(|c| c.name != name)) {
            let _ = fs::remove_dir_all(layout.generation(name));
        }
    }
    built
}

/// Checks that the disk has room for a number of bytes before any of them is written.
pub(super) fn has_room(root: &Path, wanted: u64) -> Result<(), Error> {
    // If the file system does not report its free space, the write reports a full disk.
    let Ok(free) = rustix::fs::statvfs(root).map(|fs| fs.f_bavail.saturating_mul(fs.f_frsize))
    else {
        return Ok(());
    };
    match wanted.checked_sub(free).filter(|lack| *lack > 0) {
        None => Ok(()),
        Some(lack) => {
            let message = format!("{} MB more needed", lack.div_ceil(1_000_000));
            let source = io::Error::new(io::ErrorKind::StorageFull, message);
            Err(Error::NoSpace { path: root.to_path_buf(), source })
        }
    }
}

/// Estimates the maximum size of a generation from the size of its segments: measured at four times, plus temporary
/// space during the build.
fn generation_of(parsed: u64) -> u64 {
    parsed.saturating_mul(9).div_euclid(2)
}

/// Sorts the draft in key order, and rejects duplicates.
fn sorted(mut draft: Draft) -> Result<Draft, Error> {
    let number = |r: &Record| key::kind_number(r.kind());
    draft.records.sort_by(|a, b| (number(a), a.key()).cmp(&(number(b), b.key())));
    draft.rates.sort_by_key(|rates| rates.currency);
    for pair in draft.records.windows(2) {
        if let [a, b] = pair
            && (a.kind(), a.key()) == (b.kind(), b.key())
        {
            return Err(Error::Unstorable(format!("duplicate record {} {}", a.kind(), a.key())));
        }
    }
    for pair in draft.rates.windows(2) {
        if let [a, b] = pair
            && a.currency == b.currency
        {
            return Err(Error::Unstorable(format!("duplicate rates of {}", a.currency)));
        }
    }
    Ok(draft)
}

/// Writes and verifies a whole generation in a folder; returns its manifest and the encoded manifest.
fn write(
    folder: &Path,
    name: GenerationName,
    journal_seq: u64,
    draft: Draft,
    segments: &[Segment],
    observe: BuildObserver<'_>,
) -> Result<(Manifest, Vec<u8>), Error> {
    atomic_write::remove(folder)?;
    atomic_write::create_dir(folder)?;
    let path = layout::database(folder);
    let data_version = manifest::data_version(&draft.files);
    // One guard around everything: a database that is dropped after an error must not panic either.
    let Filled { trees, counts, files } =
        tables::guard(&path, || fill(folder, draft, segments, &data_version, &mut *observe))?;
    tables::guard(&path, || verify(&path, &trees, &mut *observe))?;
    let details = layout::details(folder);
    if trees.get(layout::DETAILS).map(|sum| &sum.sha256) != Some(&details::digest(&details)?) {
        return Err(Error::damaged(&details, &"the details did not read back as written"));
    }
    search::seal(&layout::search(folder))?;
    observe(BuildStep::Begin(Phase::Sync, 0));
    atomic_write::sync_tree(folder)?;
    observe(BuildStep::Begin(Phase::Manifest, 0));
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
    atomic_write::write(&layout::manifest(folder), &bytes)?;
    Ok((manifest, bytes))
}

fn sorted_files(mut files: Vec<SourceFile>) -> Vec<SourceFile> {
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

/// Reopens the database, reads all of it, and compares it with what was written.
fn verify(
    path: &Path,
    trees: &BTreeMap<String, TreeSum>,
    observe: BuildObserver<'_>,
) -> Result<(), Error> {
    observe(BuildStep::Begin(Phase::Reopen, 0));
    let db = tables::open(path)?;
    let written = trees.iter().filter(|(name, _)| name.as_str() != layout::DETAILS);
    observe(BuildStep::Begin(Phase::Verify, written.clone().map(|(_, sum)| sum.entries).sum()));
    for (name, written) in written {
        let tree = tables::tree(&db, path, name)?;
        let mut waiting = 0;
        let found = tables::walk(&tree, path, |_, _| {
            waiting += 1;
            if waiting == REPORT_EVERY {
                observe(BuildStep::Done(std::mem::take(&mut waiting)));
            }
            Ok(())
        })?;
        observe(BuildStep::Done(waiting));
        if found != *written {
            return Err(Error::damaged(
                path,
                &format_args!("the tree `{name}` did not read back as written"),
            ));
        }
    }
    tables::guard(path, || {
        db.flush().map_err(|e| Error::sled(path, e))?;
        drop(db);
        // Open once more to write the snapshot that the first start would write, for which a full disk has no room.
        drop(tables::open(path)?);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generation_without_disk_space_is_not_started() {
        assert_eq!(generation_of(1_000_000), 4_500_000);
        let folder = tempfile::tempdir().unwrap();
        assert!(has_room(folder.path(), 1_000).is_ok());
        let rejected = has_room(folder.path(), u64::MAX / 8);
        assert!(matches!(rejected, Err(Error::NoSpace { .. })), "{rejected:?}");
    }
}
