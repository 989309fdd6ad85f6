//! Import and removal of publishers' files.
//!
//! A file is stored unchanged and read once into a segment (`intake`). One line of the journal makes it current. Then the
//! next generation is merged from the segments of all files. Until then the current generation stays unchanged, also on
//! failure. The same bytes may be current under several names: they are read once, and stay until the last name is removed.

use std::io::{self, Read};

use super::build::{self, SCOPE};
use super::error::Error;
use super::format::Format;
use super::read_files::{Taken, take_in};
use super::seed::SeedFiles;
use crate::model::ledger::Ledger;
use crate::store::{BuildStep, DIFFERS, FileEntry, Manifest, Store, Writer};

/// Opens a file for reading.
type OpenFile<'a> = Box<dyn FnOnce() -> io::Result<Box<dyn Read + Send>> + Send + 'a>;

/// A file to import.
pub struct Input<'a> {
    /// Name under which the file is stored; a later file of that name replaces it.
    pub name: String,
    /// Size of the source in bytes; 0 if unknown.
    pub bytes: u64,
    /// Opens the source. Gzip and zstd are unpacked. Each member of a zip archive becomes a file under this name, `/` and its
    /// path in the archive.
    pub open: OpenFile<'a>,
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("name", &self.name).finish_non_exhaustive()
    }
}

crate::model::code::codes! {
    /// Rule for an IATI activity that appears in several files. CRS rows and FTS flows are always united.
    pub enum Duplicates {
        /// The version updated last; the ledgers of the other files report what those contain besides.
        Latest = "latest",
        /// The version updated last, plus the transactions that only others contain; equal ones count once.
        Unite = "unite",
    }
}

/// Options of an import that override the defaults taken from content and stored files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct How {
    /// Format of the files; `None` detects it from their content.
    pub format: Option<Format>,
    /// Rule for activities that appear in other files too; `None` keeps the rule of the replaced file, or the latest version.
    pub duplicates: Option<Duplicates>,
}

crate::model::code::codes! {
    /// Outcome for a file of an import.
    pub enum FileOutcome {
        /// The file is current.
        Added = "ADDED",
        /// The file is current and has replaced an older version.
        Replaced = "REPLACED",
        /// The same bytes are current under the same name.
        Unchanged = "UNCHANGED",
        /// The same bytes are current under another name, and now under this one too. They stay until both names are removed.
        Known = "KNOWN",
        /// No row was usable; an older version stays current.
        Refused = "REFUSED",
    }
}

/// A file of an import, with its outcome.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Name of the file.
    pub name: String,
    /// Name of the zip archive that contains it; `None` for a file of its own.
    pub archive: Option<String>,
    /// Unpacked size in bytes.
    pub bytes: u64,
    /// Format that was read; `None` if none was recognised.
    pub format: Option<Format>,
    /// Outcome for this file.
    pub fate: FileOutcome,
    /// Other name under which the same bytes are current.
    pub known_as: Option<String>,
    /// Row counts, including rows that other files have in later versions.
    pub ledger: Ledger,
}

/// Result of an import or a removal.
#[derive(Debug)]
pub struct ImportChange {
    /// The files, in the order given.
    pub files: Vec<Imported>,
    /// Names that were removed.
    pub removed: Vec<String>,
    /// Files that were current before, with the number of their records now left out. A file of this change has a later
    /// version of each.
    pub superseded: Vec<(String, u64)>,
    /// The current generation.
    pub manifest: Manifest,
}

crate::model::code::codes! {
    /// A separately measured stage of an import.
    pub enum Stage {
        /// Files are copied, measured in source bytes.
        Copy = "copying",
        /// Files are parsed into records, measured in unpacked bytes.
        Read = "reading",
        /// The generation is built.
        Build = "building",
    }
}

/// Observer of the progress of an import; called from several threads.
pub trait ImportObserver: Sync {
    /// Called when a stage of the given size begins.
    fn stage(&self, _stage: Stage, _total: u64) {}
    /// Called when the given amount of the stage is done.
    fn advance(&self, _count: u64) {}
    /// Called with the number of files in an archive.
    fn members(&self, _count: usize) {}
    /// Called when the outcome for a file is known.
    fn file(&self, _imported: &Imported) {}
    /// Called when the build reaches a step.
    fn step(&self, _step: BuildStep) {}
    /// Returns true to stop before the next file, with nothing changed.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// Imports and removes files in one step. An unreadable file is rejected; the others are imported.
///
/// # Errors
/// [`Error::Twice`] when two have one name, [`Error::NotInForce`] and [`Error::OfArchive`] for a name that cannot be
/// removed, [`Error::Stopped`] when the observer requests it, and the errors of the store. The current generation survives
/// any error.
pub fn import(
    store: &Store,
    seed: Option<&SeedFiles>,
    inputs: Vec<Input<'_>>,
    remove: &[String],
    how: How,
    observer: &dyn ImportObserver,
) -> Result<ImportChange, Error> {
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
    // Drops stored files that did not become current, whatever the outcome.
    let _ = writer.forget();
    let (taken, manifest) = applied?;
    let files: Vec<Imported> =
        taken.into_iter().map(|file| settled(file.imported, &manifest)).collect();
    let superseded = superseded(before.as_ref(), &manifest, &files);
    Ok(ImportChange { files, removed: remove.to_vec(), superseded, manifest })
}

/// Returns files outside a change of which more records are left out than before.
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
            imported.name == file.name
                && matches!(imported.fate, FileOutcome::Added | FileOutcome::Replaced)
        })
    });
    let more = others
        .map(|file| (file.name.clone(), left_out(&file.ledger).saturating_sub(was(&file.name))));
    more.filter(|(_, count)| *count > 0).collect()
}

/// Adds files to the current set, removes others, and builds the generation.
fn apply(
    store: &Store,
    writer: &mut Writer,
    seed: Option<&SeedFiles>,
    in_force: &[FileEntry],
    taken: &[Taken],
    remove: &[String],
    observer: &dyn ImportObserver,
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
    let built = build::settle(store, writer, seed, &mut |step| observer.step(step));
    if built.is_err() && !(before.is_empty() && new.is_empty()) {
        // The current generation must match the journal. A full disk may have no room for the lines that record it.
        if writer.change(before, &new).is_err() {
            writer.restore(mark)?;
        }
    }
    Ok(built?.0)
}

/// Returns a file with its current ledger, in which the merge has counted duplicates.
fn settled(mut imported: Imported, manifest: &Manifest) -> Imported {
    if matches!(imported.fate, FileOutcome::Added | FileOutcome::Replaced)
        && let Some(file) = manifest.files.iter().find(|file| file.name == imported.name)
    {
        imported.ledger.clone_from(&file.ledger);
    }
    imported
}
