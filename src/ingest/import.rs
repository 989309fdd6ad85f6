//! Brings publishers' files in, and takes them out again.
//!
//! A file is kept as it is, read once into a segment (`intake`), and put in force by one line of the journal; then the next
//! generation is merged from the segments of all files. Until then nothing of what is in force has changed, and whatever fails
//! leaves it so. The same bytes may be in force under several names: they are read once, and stay until the last name goes.

use std::io::{self, Read};

use super::error::Error;
use super::format::Format;
use super::intake::{Taken, take_in};
use super::prepare::{self, SCOPE};
use super::seed::Files;
use crate::model::ledger::Ledger;
use crate::store::{DIFFERS, FileEntry, Manifest, Step, Store, Writer};

/// Opens a file for reading.
type Open<'a> = Box<dyn FnOnce() -> io::Result<Box<dyn Read + Send>> + Send + 'a>;

/// A file to bring in.
pub struct Input<'a> {
    /// The name that it is kept under: a later file of that name takes its place.
    pub name: String,
    /// How many bytes it has where it lies; 0 when nobody knows.
    pub bytes: u64,
    /// Opens it. What gzip or zstd has packed is unpacked; a zip archive is taken as the files that it holds, each under this
    /// name, `/` and its path in the archive.
    pub open: Open<'a>,
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("name", &self.name).finish_non_exhaustive()
    }
}

crate::model::code::codes! {
    /// What counts of an IATI activity that stands in several files. Rows of the CRS and flows of FTS are always united.
    pub enum Duplicates {
        /// The version that was updated last; what the others hold besides is reported in their ledgers.
        Latest = "latest",
        /// The version that was updated last, with the transactions that it lacks of the others; equal ones count once.
        Unite = "unite",
    }
}

/// How files are taken, where their content and what is in force shall not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct How {
    /// How they are written; `None` for what their content says.
    pub format: Option<Format>,
    /// What counts of activities that stand in other files too; `None` for what was said of a file of the same name, else the latest.
    pub duplicates: Option<Duplicates>,
}

crate::model::code::codes! {
    /// What became of a file that was to be brought in.
    pub enum Fate {
        /// It is in force.
        Added = "ADDED",
        /// It is in force, and has taken the place of an older version.
        Replaced = "REPLACED",
        /// The same bytes are in force under the same name.
        Unchanged = "UNCHANGED",
        /// The same bytes are in force under another name, and from now on under this one too: they stay until both are gone.
        Known = "KNOWN",
        /// Nothing of it could be taken; an older version stays in force.
        Refused = "REFUSED",
    }
}

/// A file, and what became of it.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Its name.
    pub name: String,
    /// The zip archive that it is a member of.
    pub archive: Option<String>,
    /// How many bytes it has, unpacked.
    pub bytes: u64,
    /// How it was read; `None` when no format was recognised.
    pub format: Option<Format>,
    /// What became of it.
    pub fate: Fate,
    /// The name under which the same bytes are in force, when that is another.
    pub known_as: Option<String>,
    /// What became of its rows, those counted that other files have in later versions.
    pub ledger: Ledger,
}

/// What an import or a removal did.
#[derive(Debug)]
pub struct Change {
    /// The files, in the order in which they were given.
    pub files: Vec<Imported>,
    /// The names that were taken out of force.
    pub removed: Vec<String>,
    /// Files that were in force before, and how many of their records are left out from now on, since a file of this change has a
    /// later version that says otherwise.
    pub superseded: Vec<(String, u64)>,
    /// What the generation in force is.
    pub manifest: Manifest,
}

crate::model::code::codes! {
    /// A part of an import that is measured by itself.
    pub enum Stage {
        /// Files are copied: bytes where they lie.
        Copy = "copying",
        /// Files are read into records: bytes unpacked.
        Read = "reading",
        /// The generation is built.
        Build = "building",
    }
}

/// Hears of the progress of an import; from several threads.
pub trait Observer: Sync {
    /// A stage begins, of so much.
    fn stage(&self, _stage: Stage, _total: u64) {}
    /// So much more of the stage is done.
    fn advance(&self, _count: u64) {}
    /// An archive holds so many files.
    fn members(&self, _count: usize) {}
    /// It is known what becomes of a file.
    fn file(&self, _imported: &Imported) {}
    /// The build has come to a step.
    fn step(&self, _step: Step) {}
    /// Whether to stop before the next file, with nothing changed.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// Brings files in and takes others out, in one step. A file that cannot be read is refused, and the others are taken.
///
/// # Errors
/// [`Error::Twice`] when two have one name, [`Error::NotInForce`] and [`Error::OfArchive`] for a name that cannot be
/// removed,
/// [`Error::Stopped`] when the observer wants it; and whatever the store refuses. After any error what was in force is in
/// force.
pub fn import(
    store: &Store,
    seed: Option<&Files>,
    inputs: Vec<Input<'_>>,
    remove: &[String],
    how: How,
    observer: &dyn Observer,
) -> Result<Change, Error> {
    let mut writer = store.writer()?;
    let in_force = store.files()?;
    for (at, input) in inputs.iter().enumerate() {
        if inputs.iter().take(at).any(|other| other.name == input.name) {
            return Err(Error::Twice { name: input.name.clone() });
        }
    }
    for name in remove {
        let member = in_force.iter().find(|file| file.name == *name && file.scope != *name);
        if let Some(file) = member.filter(|file| file.scope != SCOPE) {
            return Err(Error::OfArchive { name: name.clone(), archive: file.scope.clone() });
        }
        if name == SCOPE || !in_force.iter().any(|file| file.scope == *name) {
            return Err(Error::NotInForce { name: name.clone() });
        }
    }
    writer.ask_room(inputs.iter().map(|input| input.bytes).sum())?;
    let before = store.manifest().ok().flatten();
    let taken = take_in(&writer, &in_force, inputs, how, observer);
    let applied = taken.and_then(|taken| {
        let manifest = apply(store, &mut writer, seed, &in_force, &taken, remove, observer)?;
        Ok((taken, manifest))
    });
    // What was kept on the way and is not in force goes, whatever came of the rest.
    let _ = writer.forget();
    let (taken, manifest) = applied?;
    let files: Vec<Imported> =
        taken.into_iter().map(|file| settled(file.imported, &manifest)).collect();
    let superseded = superseded(before.as_ref(), &manifest, &files);
    Ok(Change { files, removed: remove.to_vec(), superseded, manifest })
}

/// The files besides those of a change of which more is left out than before.
fn superseded(
    before: Option<&Manifest>,
    manifest: &Manifest,
    changed: &[Imported],
) -> Vec<(String, u64)> {
    let left_out = |ledger: &Ledger| ledger.counts.get(DIFFERS).copied().unwrap_or(0);
    let was = |name: &str| {
        let file = before.and_then(|manifest| manifest.files.iter().find(|file| file.name == name));
        file.map_or(0, |file| left_out(&file.ledger))
    };
    let others = manifest.files.iter().filter(|file| {
        !changed.iter().any(|imported| {
            imported.name == file.name && matches!(imported.fate, Fate::Added | Fate::Replaced)
        })
    });
    let more = others
        .map(|file| (file.name.clone(), left_out(&file.ledger).saturating_sub(was(&file.name))));
    more.filter(|(_, count)| *count > 0).collect()
}

/// Puts files in force and others out of it, and builds the generation of them.
fn apply(
    store: &Store,
    writer: &mut Writer,
    seed: Option<&Files>,
    in_force: &[FileEntry],
    taken: &[Taken],
    remove: &[String],
    observer: &dyn Observer,
) -> Result<Manifest, Error> {
    let add: Vec<FileEntry> = taken.iter().filter_map(|file| file.entry.clone()).collect();
    let is_new = |file: &&FileEntry| !in_force.iter().any(|other| other.scope == file.scope);
    let new: Vec<String> = add.iter().filter(is_new).map(|file| file.scope.clone()).collect();
    let before = in_force.iter().filter(|file| {
        remove.contains(&file.scope) || add.iter().any(|new| new.scope == file.scope)
    });
    let before: Vec<FileEntry> = before.cloned().collect();
    if observer.is_stopped() {
        return Err(Error::Stopped);
    }
    observer.stage(Stage::Build, 0);
    let mark = writer.mark();
    writer.change(add, remove)?;
    let built = prepare::settle(store, writer, seed, &mut |step| observer.step(step));
    if built.is_err() && !(before.is_empty() && new.is_empty()) {
        // What is in force must be what the journal says. A full disk may have no room for the lines that say so.
        if writer.change(before, &new).is_err() {
            writer.restore(mark)?;
        }
    }
    Ok(built?.0)
}

/// A file with its ledger as it is in force: merging has found what is duplicate.
fn settled(mut imported: Imported, manifest: &Manifest) -> Imported {
    if matches!(imported.fate, Fate::Added | Fate::Replaced)
        && let Some(file) = manifest.files.iter().find(|file| file.name == imported.name)
    {
        imported.ledger.clone_from(&file.ledger);
    }
    imported
}
