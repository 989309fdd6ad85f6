//! Makes a store serve a seed and the files of publishers that it holds.

use std::collections::{BTreeSet, HashSet};

use super::error::Error;
use super::format::Format;
use super::organisation::{join, same};
use super::parse::{each, format, parse};
use super::seed::{self, Files};
use super::{Checked, check};
use crate::model::ledger::SourceFile;
use crate::store::{self, Draft, FileEntry, Generation, Manifest, NewFile, Step, Store, Writer};

/// The set of files that the seed is, in the store.
pub(super) const SCOPE: &str = "seed";

/// What [`prepare`] had to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing: the generation in force is the one of these files.
    Unchanged,
    /// The first generation, or one of other files, was built.
    Built,
    /// The generation in force is sound and of another layout: it was built again from the same files.
    Upgraded {
        /// What it was written as: `layout 6 where 7 is read`.
        found: String,
    },
    /// The generation in force could not be used: it was set aside and built again from the same files.
    Rebuilt {
        /// What was wrong with it.
        reason: String,
    },
}

/// Makes the store's generation in force the one of a seed and of all files that were imported: puts the seed's files, builds when they or the layout changed,
/// and builds again what is missing or damaged. Without a seed, that of the files which the store holds. Doing it
/// twice does nothing the second time.
///
/// # Errors
/// [`Error::NothingAccepted`] for a seed that is of no use, before anything is changed; [`Error::NoFiles`] without
/// any; and whatever the store refuses ([`Error::Store`]).
pub fn prepare(
    store: &Store,
    seed: Option<&Files>,
    observe: &mut dyn FnMut(Step),
) -> Result<(Generation, Outcome), Error> {
    if let Ok(generation) = wanted(store, seed)? {
        return Ok((generation, Outcome::Unchanged));
    }
    let mut writer = store.writer()?;
    // Somebody else may have built it on our way to the lock, and what is good must not be set aside.
    let outcome = match wanted(store, seed)? {
        Ok(generation) => return Ok((generation, Outcome::Unchanged)),
        Err(outcome) => outcome,
    };
    if let Outcome::Rebuilt { reason } = &outcome {
        // Not before it is known that something can take its place.
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
            // The one before has had its day. What cannot be removed now is removed by the next writer.
            let _ = store.writer();
            Ok((generation, outcome))
        }
        None => Err(Error::NoFiles { path: store.root().to_path_buf() }),
    }
}

/// As [`prepare`], for whoever writes, and without opening what is in force: a server may have it open. Its manifest says
/// what it is.
///
/// # Errors
/// As [`prepare`].
pub(super) fn settle(
    store: &Store,
    writer: &mut Writer,
    seed: Option<&Files>,
    observe: &mut dyn FnMut(Step),
) -> Result<(Manifest, Outcome), Error> {
    let outcome = match store.manifest() {
        Ok(Some(manifest)) if is_up_to_date(store, &manifest, seed)? => {
            return Ok((manifest, Outcome::Unchanged));
        }
        Ok(_) => Outcome::Built,
        Err(error) => again(error)?,
    };
    if let Outcome::Rebuilt { reason } = &outcome {
        match seed {
            Some(files) => usable(files)?,
            None => usable(&kept(store, writer)?)?,
        };
        writer.set_aside(None, reason)?;
    }
    Ok((build(store, writer, seed, observe)?, outcome))
}

/// Makes another seed the one in force, without opening what is in force: a server has it open. Gives the manifest of the
/// generation that holds it; `None` when another process writes just now.
///
/// # Errors
/// As [`prepare`]; then the seed from before is in force, on a full disk too.
pub fn change_seed(
    store: &Store,
    seed: &Files,
    observe: &mut dyn FnMut(Step),
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

/// What [`catch_up`] found to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaughtUp {
    /// What is in force is what the journal says.
    Nothing,
    /// Somebody writes, who may still build.
    Busy,
    /// What the journal says is in force now.
    Built,
}

/// Builds what the journal says where whoever wrote it was ended before.
///
/// # Errors
/// As [`prepare`].
pub fn catch_up(store: &Store, observe: &mut dyn FnMut(Step)) -> Result<CaughtUp, Error> {
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
    Ok(if outcome == Outcome::Unchanged { CaughtUp::Nothing } else { CaughtUp::Built })
}

/// Builds a generation from a seed, or the one that the store holds, and from all other files in force.
fn build(
    store: &Store,
    writer: &mut Writer,
    seed: Option<&Files>,
    observe: &mut dyn FnMut(Step),
) -> Result<Manifest, Error> {
    let checked = match seed {
        Some(files) => usable(files)?,
        None => usable(&kept(store, writer)?)?,
    };
    if let Some(files) = seed {
        put(writer, files)?;
    }
    match try_build(store, writer, checked.clone(), observe) {
        // What a file was read into can be lost at any time; then it is read again.
        Err(Error::Store(store::Error::DamagedSegment { path, .. })) => {
            writer.discard(&path)?;
            try_build(store, writer, checked, observe)
        }
        // A damaged generation is kept for who looks for the cause, and not in the place of one that answers.
        Err(Error::Store(store::Error::NoSpace { .. })) if writer.remove_set_aside()? => {
            try_build(store, writer, checked, observe)
        }
        built => built,
    }
}

fn try_build(
    store: &Store,
    writer: &mut Writer,
    checked: Checked,
    observe: &mut dyn FnMut(Step),
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
            ledger,
        });
        // Rows of the CRS and flows of FTS are records of their own, wherever they stand.
        if file.unite || format(&file).is_some_and(|format| format != Format::Iati) {
            united.insert(file.name.clone());
        }
        segments.push((file, reading));
    }
    Ok(writer.build(Draft { records, rates, files, segments, united, join, same }, observe)?)
}

/// Files without those that have the bytes of another: of these the first by name counts, in whatever order they came.
fn distinct(files: impl Iterator<Item = FileEntry>) -> Vec<FileEntry> {
    let mut files: Vec<FileEntry> = files.collect();
    files.sort();
    let mut seen = HashSet::new();
    files.retain(|file| seen.insert((file.sha256.clone(), file.format.clone())));
    files
}

/// The generation in force if it is the one that is wanted, or what has to be done about it.
fn wanted(store: &Store, seed: Option<&Files>) -> Result<Result<Generation, Outcome>, Error> {
    match store.current() {
        Ok(Some(generation)) if is_up_to_date(store, generation.manifest(), seed)? => {
            Ok(Ok(generation))
        }
        Ok(_) => Ok(Err(Outcome::Built)),
        Err(error) => again(error).map(Err),
    }
}

/// How a generation that cannot be opened is built again, if that is the way out.
fn again(error: store::Error) -> Result<Outcome, Error> {
    match error {
        store::Error::OtherLayout { found, .. } => Ok(Outcome::Upgraded { found }),
        error if error.needs_rebuild() => Ok(Outcome::Rebuilt { reason: error.to_string() }),
        error => Err(error.into()),
    }
}

/// Makes the files of a seed those in force.
fn put(writer: &mut Writer, files: &Files) -> Result<(), Error> {
    let new = files.iter().map(|(name, bytes)| NewFile { name, format: seed::FORMAT, bytes });
    writer.put_files(SCOPE, &new.collect::<Vec<_>>())?;
    Ok(())
}

/// A seed that yields something.
fn usable(files: &Files) -> Result<Checked, Error> {
    let checked = check(files);
    if checked.records.is_empty() {
        return Err(Error::NothingAccepted { errors: checked.errors() });
    }
    Ok(checked)
}

/// The seed that the store holds.
fn kept(store: &Store, writer: &Writer) -> Result<Files, Error> {
    let entries = store.files()?.into_iter().filter(|entry| entry.scope == SCOPE);
    let read = |entry: FileEntry| Ok::<_, Error>((entry.name.clone(), writer.read_file(&entry)?));
    let files = entries.map(read).collect::<Result<Vec<_>, _>>()?;
    if files.is_empty() {
        return Err(Error::NoFiles { path: store.root().to_path_buf() });
    }
    Ok(Files::from_bytes(files))
}

/// Whether a generation is the one of the files that are wanted, read as we read them.
fn is_up_to_date(store: &Store, manifest: &Manifest, seed: Option<&Files>) -> Result<bool, Error> {
    let (of_seed, others): (Vec<_>, Vec<_>) =
        store.files()?.into_iter().partition(|file| file.scope == SCOPE);
    let seed: Vec<(String, String)> = match seed {
        Some(files) => seed::digests(files).collect(),
        None => of_seed.into_iter().map(|file| (file.name, file.sha256)).collect(),
    };
    let seed = seed.into_iter().map(|(name, sha256)| (name, sha256, seed::FORMAT, false));
    let others = distinct(others.into_iter()).into_iter().map(|file| {
        let reading = format(&file).map_or("", Format::reading);
        (file.name, file.sha256, reading, file.unite)
    });
    let mut wanted: Vec<_> = seed.chain(others).collect();
    wanted.sort();
    let built = manifest.files.iter();
    let mut built: Vec<_> =
        built.map(|f| (f.name.clone(), f.sha256.clone(), f.format.as_str(), f.unite)).collect();
    built.sort();
    Ok(built == wanted)
}
