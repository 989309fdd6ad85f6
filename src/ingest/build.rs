//! Makes a store serve a seed and its stored publisher files.

use std::collections::{BTreeSet, HashSet};

use super::error::Error;
use super::format::Format;
use super::organisation::{join, same};
use super::parse::{each, format, parse};
use super::seed::{self, SeedFiles};
use super::{Checked, check};
use crate::model::ledger::SourceFile;
use crate::store::{
    self, BuildStep, Draft, FileEntry, Generation, Manifest, NewFile, Store, Writer,
};

/// Scope of the seed's files in the store.
pub(super) const SCOPE: &str = "seed";

/// Outcome of [`prepare`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preparation {
    /// The current generation already matches the files.
    Unchanged,
    /// The first generation, or one of other files, was built.
    Built,
    /// The current generation is valid but has another layout: it was rebuilt from the same files.
    Upgraded {
        /// Description of the old layout: `layout 6 where 7 is read`.
        found: String,
    },
    /// The current generation is unusable: it was set aside and rebuilt from the same files.
    Rebuilt {
        /// The defect that was found.
        reason: String,
    },
}

/// Makes the current generation match a seed and all imported files.
///
/// Stores the seed's files, builds if they or the layout changed, and rebuilds a missing or damaged generation. Without a seed,
/// uses the one that the store holds. Idempotent.
///
/// # Errors
/// [`Error::NothingAccepted`] for an unusable seed, before anything is changed; [`Error::NoFiles`] without any; and the
/// errors of the store ([`Error::Store`]).
pub fn prepare(
    store: &Store,
    seed: Option<&SeedFiles>,
    observe: &mut dyn FnMut(BuildStep),
) -> Result<(Generation, Preparation), Error> {
    if let Ok(generation) = wanted(store, seed)? {
        return Ok((generation, Preparation::Unchanged));
    }
    let mut writer = store.writer()?;
    // Another process may have built it before this one got the lock; a valid generation must not be set aside.
    let outcome = match wanted(store, seed)? {
        Ok(generation) => return Ok((generation, Preparation::Unchanged)),
        Err(outcome) => outcome,
    };
    if let Preparation::Rebuilt { reason } = &outcome {
        // Checks first that a replacement can be built.
        match seed {
            Some(files) => usable(files)?,
            None => usable(&kept(store, &writer)?)?,
        };
        writer.set_aside(None, reason)?;
    }
    build(store, &mut writer, seed, observe)?;
    drop(writer);
    match store.current()? {
        Some(generation) => {
            // The previous generation is obsolete. The next writer removes what cannot be removed now.
            let _ = store.writer();
            Ok((generation, outcome))
        }
        None => Err(Error::NoFiles { path: store.root().to_path_buf() }),
    }
}

/// Does the same as [`prepare`] for a process with the writer lock. Reads only the manifest of the current generation, which a
/// server may have open.
///
/// # Errors
/// Returns the errors of [`prepare`].
pub(super) fn settle(
    store: &Store,
    writer: &mut Writer,
    seed: Option<&SeedFiles>,
    observe: &mut dyn FnMut(BuildStep),
) -> Result<(Manifest, Preparation), Error> {
    let outcome = match store.manifest() {
        Ok(Some(manifest)) if is_up_to_date(store, &manifest, seed)? => {
            return Ok((manifest, Preparation::Unchanged));
        }
        Ok(_) => Preparation::Built,
        Err(error) => again(error)?,
    };
    if let Preparation::Rebuilt { reason } = &outcome {
        match seed {
            Some(files) => usable(files)?,
            None => usable(&kept(store, writer)?)?,
        };
        writer.set_aside(None, reason)?;
    }
    Ok((build(store, writer, seed, observe)?, outcome))
}

/// Replaces the seed without opening the current generation, which a server has open. Returns the manifest of the new
/// generation; `None` if another process is writing.
///
/// # Errors
/// Returns the errors of [`prepare`]; the previous seed then stays current, also on a full disk.
pub fn change_seed(
    store: &Store,
    seed: &SeedFiles,
    observe: &mut dyn FnMut(BuildStep),
) -> Result<Option<Manifest>, Error> {
    let mut writer = match store.writer() {
        Ok(writer) => writer,
        Err(store::Error::Locked { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mark = writer.mark();
    match settle(store, &mut writer, Some(seed), observe) {
        Ok((manifest, _)) => Ok(Some(manifest)),
        Err(error) => {
            writer.restore(mark)?;
            Err(error)
        }
    }
}

/// Outcome of [`catch_up`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaughtUp {
    /// The current generation matches the journal.
    Nothing,
    /// Another process is writing, and may still build.
    Busy,
    /// The generation of the journal was built.
    Built,
}

/// Builds the generation of the journal if its writer was terminated before building.
///
/// # Errors
/// Returns the errors of [`prepare`].
pub fn catch_up(store: &Store, observe: &mut dyn FnMut(BuildStep)) -> Result<CaughtUp, Error> {
    let Some(manifest) = store.manifest()? else { return Ok(CaughtUp::Nothing) };
    if !store.is_behind(&manifest)? || is_up_to_date(store, &manifest, None)? {
        return Ok(CaughtUp::Nothing);
    }
    let mut writer = match store.writer() {
        Ok(writer) => writer,
        Err(store::Error::Locked { .. }) => return Ok(CaughtUp::Busy),
        Err(error) => return Err(error.into()),
    };
    let (_, outcome) = settle(store, &mut writer, None, observe)?;
    Ok(if outcome == Preparation::Unchanged { CaughtUp::Nothing } else { CaughtUp::Built })
}

/// Builds a generation from a seed, or from the stored one, and from all other current files.
fn build(
    store: &Store,
    writer: &mut Writer,
    seed: Option<&SeedFiles>,
    observe: &mut dyn FnMut(BuildStep),
) -> Result<Manifest, Error> {
    let checked = match seed {
        Some(files) => usable(files)?,
        None => usable(&kept(store, writer)?)?,
    };
    if let Some(files) = seed {
        put(writer, files)?;
    }
    let mut may_reread = true;
    loop {
        match try_build(store, writer, checked.clone(), observe) {
            // A segment can be lost at any time; its file is then read again.
            Err(Error::Store(store::Error::DamagedSegment { path, .. })) if may_reread => {
                writer.discard(&path)?;
                may_reread = false;
            }
            // A damaged generation is kept for diagnosis, but gives way to a working one when space runs out.
            Err(Error::Store(store::Error::NoSpace { .. })) if writer.remove_set_aside()? => {}
            built => return built,
        }
    }
}

fn try_build(
    store: &Store,
    writer: &mut Writer,
    checked: Checked,
    observe: &mut dyn FnMut(BuildStep),
) -> Result<Manifest, Error> {
    let others = store.files()?.into_iter().filter(|file| file.scope != SCOPE);
    let reader: &Writer = writer;
    let parsed = each(distinct(others), |file| {
        let unknown =
            || Error::UnknownFormat { name: file.name.clone(), format: file.format.clone() };
        let format = format(&file).ok_or_else(unknown)?;
        let ledger = parse(reader, &file, format, &|_| (), &|_| ())?;
        Ok((file, format.reading(), ledger))
    })?;
    let Checked { records, rates, mut files, .. } = checked;
    let (mut segments, mut united) = (Vec::new(), BTreeSet::new());
    for (file, reading, ledger) in parsed {
        files.push(SourceFile {
            name: file.name.clone(),
            sha256: file.sha256.clone(),
            bytes: file.bytes,
            format: reading.to_owned(),
            unite: file.unite,
            licence: file.licence.clone(),
            ledger,
        });
        // CRS rows and FTS flows are records of their own in every file.
        if file.unite || format(&file).is_some_and(|format| format != Format::Iati) {
            united.insert(file.name.clone());
        }
        segments.push((file, reading));
    }
    Ok(writer.build(Draft { records, rates, files, segments, united, join, same }, observe)?)
}

/// Removes files with the same bytes as another: the first by name stays, whatever the import order.
fn distinct(files: impl Iterator<Item = FileEntry>) -> Vec<FileEntry> {
    let mut files: Vec<FileEntry> = files.collect();
    files.sort();
    let mut seen = HashSet::new();
    files.retain(|file| seen.insert((file.sha256.clone(), file.format.clone())));
    files
}

/// Returns the current generation if it is the wanted one, otherwise the necessary action.
fn wanted(
    store: &Store,
    seed: Option<&SeedFiles>,
) -> Result<Result<Generation, Preparation>, Error> {
    match store.current() {
        Ok(Some(generation)) if is_up_to_date(store, generation.manifest(), seed)? => {
            Ok(Ok(generation))
        }
        Ok(_) => Ok(Err(Preparation::Built)),
        Err(error) => again(error).map(Err),
    }
}

/// Returns the rebuild action for a generation that cannot be opened, if a rebuild helps.
fn again(error: store::Error) -> Result<Preparation, Error> {
    match error {
        store::Error::OtherLayout { found, .. } => Ok(Preparation::Upgraded { found }),
        error if error.needs_rebuild() => Ok(Preparation::Rebuilt { reason: error.to_string() }),
        error => Err(error.into()),
    }
}

/// Stores the files of a seed as the current ones.
fn put(writer: &mut Writer, files: &SeedFiles) -> Result<(), Error> {
    let new = files.iter().map(|(name, bytes)| NewFile { name, format: seed::FORMAT, bytes });
    writer.put_files(SCOPE, &new.collect::<Vec<_>>())?;
    Ok(())
}

/// Checks a seed, which must yield at least one record.
fn usable(files: &SeedFiles) -> Result<Checked, Error> {
    let checked = check(files);
    if checked.records.is_empty() {
        return Err(Error::NothingAccepted { errors: checked.errors() });
    }
    Ok(checked)
}

/// Reads the seed that the store holds.
fn kept(store: &Store, writer: &Writer) -> Result<SeedFiles, Error> {
    let entries = store.files()?.into_iter().filter(|entry| entry.scope == SCOPE);
    let read = |entry: FileEntry| Ok::<_, Error>((entry.name.clone(), writer.read_file(&entry)?));
    let files = entries.map(read).collect::<Result<Vec<_>, _>>()?;
    if files.is_empty() {
        return Err(Error::NoFiles { path: store.root().to_path_buf() });
    }
    Ok(SeedFiles::from_bytes(files))
}

/// Returns true if a generation was built from the wanted files with the current readers.
fn is_up_to_date(
    store: &Store,
    manifest: &Manifest,
    seed: Option<&SeedFiles>,
) -> Result<bool, Error> {
    let (of_seed, others): (Vec<_>, Vec<_>) =
        store.files()?.into_iter().partition(|file| file.scope == SCOPE);
    let seed: Vec<(String, String)> = match seed {
        Some(files) => seed::digests(files).collect(),
        None => of_seed.into_iter().map(|file| (file.name, file.sha256)).collect(),
    };
    let seed = seed.into_iter().map(|(name, sha256)| (name, sha256, seed::FORMAT, false, None));
    let others = distinct(others.into_iter()).into_iter().map(|file| {
        let reading = format(&file).map_or("", Format::reading);
        (file.name, file.sha256, reading, file.unite, file.licence)
    });
    let mut wanted: Vec<_> = seed.chain(others).collect();
    wanted.sort();
    let built = manifest.files.iter();
    let mut built: Vec<_> = built
        .map(|f| {
            let licence = f.licence.clone();
            (f.name.clone(), f.sha256.clone(), f.format.as_str(), f.unite, licence)
        })
        .collect();
    built.sort();
    Ok(built == wanted)
}
