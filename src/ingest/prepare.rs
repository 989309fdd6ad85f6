//! Makes a store serve a seed.

use super::error::Error;
use super::seed::{self, Files};
use super::{Checked, check};
use crate::store::{Draft, FileEntry, Generation, NewFile, Phase, Store, Writer};

/// The set of files that the seed is, in the store.
const SCOPE: &str = "seed";

/// What [`prepare`] had to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing: the generation in force is the one of these files.
    Unchanged,
    /// The first generation, or one of other files, was built.
    Built,
    /// The generation in force could not be used: it was set aside and built again from the same files.
    Rebuilt {
        /// What was wrong with it.
        reason: String,
    },
}

/// Makes the store's generation in force the one of a seed: puts the files, builds when they or the layout changed,
/// and builds again what is missing or damaged. Without a seed, that of the files which the store holds. Doing it
/// twice does nothing the second time.
///
/// # Errors
/// [`Error::NothingAccepted`] for a seed that is of no use, before anything is changed; [`Error::NoFiles`] without
/// any; and whatever the store refuses ([`Error::Store`]).
pub fn prepare(
    store: &Store,
    seed: Option<&Files>,
    observe: &mut dyn FnMut(Phase),
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
    let checked = match seed {
        Some(files) => usable(files)?,
        None => usable(&kept(store, &writer)?)?,
    };
    if let Outcome::Rebuilt { reason } = &outcome {
        writer.set_aside(None, reason)?;
    }
    if let Some(files) = seed {
        put(&mut writer, files)?;
    }
    let Checked { records, rates, files, .. } = checked;
    writer.build(Draft { records, rates, files }, observe)?;
    drop(writer);
    match store.current()? {
        Some(generation) => Ok((generation, outcome)),
        None => Err(Error::NoFiles { path: store.root().to_path_buf() }),
    }
}

/// The generation in force if it is the one that is wanted, or what has to be done about it.
fn wanted(store: &Store, seed: Option<&Files>) -> Result<Result<Generation, Outcome>, Error> {
    match store.current() {
        Ok(Some(generation)) if is_up_to_date(store, &generation, seed)? => Ok(Ok(generation)),
        Ok(_) => Ok(Err(Outcome::Built)),
        Err(error) if error.needs_rebuild() => {
            Ok(Err(Outcome::Rebuilt { reason: error.to_string() }))
        }
        Err(error) => Err(error.into()),
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
fn is_up_to_date(
    store: &Store,
    generation: &Generation,
    seed: Option<&Files>,
) -> Result<bool, Error> {
    let built = &generation.manifest().files;
    if built.iter().any(|file| file.format != seed::FORMAT) {
        return Ok(false);
    }
    let built = built.iter().map(|file| (file.name.clone(), file.sha256.clone()));
    if let Some(files) = seed {
        return Ok(built.eq(seed::digests(files)));
    }
    let kept = store.files()?.into_iter().filter(|entry| entry.scope == SCOPE);
    Ok(built.eq(kept.map(|entry| (entry.name, entry.sha256))))
}
