//! Import and removal of publishers' files.
//!
//! A file is stored unchanged and read once into a segment (`read_files`). One line of the journal makes it current. Then the
//! next generation is merged from the segments of all files. Until then the current generation stays unchanged, also on
//! failure. The same bytes may be current under several names: they are read once, and stay until the last name is removed.

use super::build::{self, SCOPE};
use super::error::Error;
pub use super::input::{
    Duplicates, FileOutcome, How, ImportObserver, Imported, Input, Stage, StatedLicence,
};
use super::read_files::{Taken, take_in};
use super::seed::SeedFiles;
use crate::model::ledger::Ledger;
use crate::store::{DIFFERS, FileEntry, Manifest, Store, Writer};

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
    how: &How,
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
