//! `aidgraph import --watch`: keeps the imported files in step with a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use super::error::{CommandError, LEFT_OUT};
use super::import::{FolderContents, change, input, print_report};
use super::output;
use super::progress::ProgressReporter;
use super::signal::StopFlag;
use crate::config::Config;
use crate::ingest::format::bare_name;
use crate::ingest::import::{FileOutcome, How, ImportChange, Imported};
use crate::model::printable;
use crate::store::Store;

/// Interval between polls of the folder.
const EVERY: Duration = Duration::from_secs(1);

/// Number of unchanged polls before a file is imported: a write may be in progress.
const STABLE_POLLS: u32 = 2;

/// Stamp of a file: length and modification time.
type FileStamp = (u64, Option<SystemTime>);

/// Files of a folder by name, with path and stamp.
type FolderFiles = BTreeMap<String, (PathBuf, FileStamp)>;

/// State of the watched folder.
#[derive(Debug, Default)]
struct Watched {
    /// Stamps of the versions imported or rejected.
    done: BTreeMap<String, FileStamp>,
    /// New versions, with the number of polls that saw them unchanged.
    waiting: BTreeMap<String, (FileStamp, u32)>,
    /// Files that were rejected, or with rows left out.
    left_out: BTreeSet<String>,
    /// Messages about skipped entries, printed once.
    skipped: Vec<String>,
    /// Missing files, with the number of polls that missed them.
    missed: BTreeMap<String, u32>,
    /// Files that disappeared with most of their folder, and stay imported.
    held: BTreeSet<String>,
    /// True if files are removed even when most of a folder disappears at once.
    allow_empty: bool,
}

/// Changes of the folder that are stable.
#[derive(Debug, Default, PartialEq, Eq)]
struct Changes {
    changed: Vec<String>,
    gone: Vec<String>,
}

/// Watches a folder until a signal arrives. The exit code reflects the last error and rows left out.
pub(super) fn run(
    config: &Config,
    folder: &Path,
    allow_empty: bool,
    how: &How,
    json: bool,
) -> Result<ExitCode, CommandError> {
    let mut watched = Watched { allow_empty, ..Watched::default() };
    watched.files(folder)?;
    let stop = StopFlag::listen().map_err(|err| CommandError::because(&err))?;
    let mut last_error = String::new();
    while !stop.is_set() {
        // An error may be gone at the next poll; it is printed once.
        match look(config, folder, how, json, &mut watched, &stop) {
            Ok(()) => last_error.clear(),
            // The next start imports what was interrupted.
            Err(_) if stop.is_set() => {}
            Err(failure) if failure.message() == last_error => {}
            Err(failure) => {
                failure.message().clone_into(&mut last_error);
                output::message(&format!("aidgraph: {last_error}"));
            }
        }
        stop.wait(EVERY);
    }
    let is_whole = watched.left_out.is_empty() && watched.held.is_empty();
    Ok(match (last_error.is_empty(), is_whole) {
        (false, _) => ExitCode::FAILURE,
        (true, false) => ExitCode::from(LEFT_OUT),
        (true, true) => ExitCode::SUCCESS,
    })
}

/// Polls the folder once, and imports its changes.
fn look(
    config: &Config,
    folder: &Path,
    how: &How,
    json: bool,
    watched: &mut Watched,
    stop: &StopFlag,
) -> Result<(), CommandError> {
    let now = watched.files(folder)?;
    let held = watched.held.clone();
    let changes = watched.changes(&now);
    if changes == Changes::default() && watched.held.is_empty() {
        return Ok(());
    }
    let store = Store::open(&config.data).map_err(|err| CommandError::because(&err))?;
    let current = store.files().map_err(|err| CommandError::because(&err))?;
    drop(store);
    let is_current = |name: &&String| current.iter().any(|file| file.scope == **name);
    // Files removed meanwhile by `aidgraph remove` need no more handling.
    for name in watched.held.clone().iter().filter(|name| !is_current(name)) {
        watched.forget(name);
    }
    if watched.held != held && !watched.held.is_empty() {
        output::message(&watched.held_message(folder));
    }
    let gone: Vec<String> = changes.gone.iter().filter(is_current).cloned().collect();
    let inputs: Vec<_> = changes
        .changed
        .iter()
        .filter_map(|name| now.get(name).map(|(path, _)| input(name, path.clone())))
        .collect();
    if !inputs.is_empty() || !gone.is_empty() {
        let progress = ProgressReporter::with_stop(inputs.len() as u64, stop.clone());
        let outcome = change(config, inputs, &gone, how, &progress);
        progress.finish();
        let outcome = outcome?;
        watched.record(&outcome);
        let paths = now.iter().map(|(name, (path, _))| (name.clone(), path.clone())).collect();
        print_report(&outcome, &paths, json)?;
    }
    watched.done(&changes, &now);
    Ok(())
}

impl Watched {
    /// Lists the files of a folder. Skipped entries are reported once.
    fn files(&mut self, folder: &Path) -> Result<FolderFiles, CommandError> {
        let mut found = FolderContents::default();
        found.walk(folder, &mut Vec::new(), folder)?;
        let mut files = FolderFiles::new();
        for (name, path) in found.files {
            let Ok(meta) = fs::metadata(&path) else {
                // A file deleted since the listing is ignored.
                if path.is_symlink() {
                    let path = path.display();
                    found.skipped.push(format!("skipped {path}: broken link"));
                }
                continue;
            };
            let stamp = (meta.len(), meta.modified().ok());
            let bare = bare_name(&name).to_owned();
            if let Some((other, _)) = files.get(&bare) {
                let (path, other) = (path.display(), other.display());
                found.skipped.push(format!(
                    "skipped {path}: same name as {other} without the suffix of a compression; rename one of them"
                ));
                continue;
            }
            files.insert(bare, (path, stamp));
        }
        for reason in &found.skipped {
            if !self.skipped.contains(reason) {
                output::message(&format!("aidgraph: {reason}"));
            }
        }
        self.skipped = found.skipped;
        Ok(files)
    }

    /// Records which files were rejected or have rows left out.
    fn record(&mut self, change: &ImportChange) {
        for name in &change.removed {
            self.left_out.remove(name);
        }
        // An archive is one file of the folder.
        let of_folder = |file: &Imported| file.archive.as_ref().unwrap_or(&file.name).clone();
        for file in &change.files {
            self.left_out.remove(&of_folder(file));
        }
        for file in &change.files {
            if file.fate == FileOutcome::Refused || file.ledger.quarantined > 0 {
                self.left_out.insert(of_folder(file));
            }
        }
    }
}

impl Watched {
    /// Returns the changes that are stable.
    fn changes(&mut self, now: &FolderFiles) -> Changes {
        self.waiting.retain(|name, _| now.contains_key(name));
        let mut changes = Changes::default();
        for (name, (_, stamp)) in now {
            if self.done.get(name) == Some(stamp) {
                self.waiting.remove(name);
                continue;
            }
            let (seen, looks) = self.waiting.entry(name.clone()).or_insert((*stamp, 0));
            if seen == stamp {
                *looks += 1;
            } else {
                (*seen, *looks) = (*stamp, 1);
            }
            if *looks > STABLE_POLLS {
                changes.changed.push(name.clone());
            }
        }
        changes.gone = self.gone(now);
        changes
    }

    /// Returns the files that are gone. Files that disappeared with most of their folder are held: an unmounted disk looks
    /// the same.
    fn gone(&mut self, now: &FolderFiles) -> Vec<String> {
        let missing: BTreeSet<String> =
            self.done.keys().filter(|name| !now.contains_key(*name)).cloned().collect();
        self.missed.retain(|name, _| missing.contains(name));
        for name in &missing {
            *self.missed.entry(name.clone()).or_default() += 1;
        }
        let held = |name: &&String| !self.allow_empty && self.went_with_folder(name, &missing);
        self.held = missing.iter().filter(held).cloned().collect();
        let is_calm =
            |name: &&String| self.missed.get(*name).is_some_and(|looks| *looks > STABLE_POLLS);
        missing.iter().filter(|name| !self.held.contains(*name)).filter(is_calm).cloned().collect()
    }

    /// Returns true if more than half of the files of a folder above the file are missing. A subfolder with a single file
    /// does not count.
    fn went_with_folder(&self, name: &str, missing: &BTreeSet<String>) -> bool {
        let folders = name.match_indices('/').filter_map(|(at, _)| name.get(..=at));
        std::iter::once("").chain(folders).any(|folder| {
            let known = self.done.keys().filter(|name| name.starts_with(folder)).count();
            let lost = missing.iter().filter(|name| name.starts_with(folder)).count();
            2 * lost > known && (folder.is_empty() || known > 1)
        })
    }

    /// Formats the message about held files.
    fn held_message(&self, folder: &Path) -> String {
        let names: Vec<String> =
            self.held.iter().take(3).map(|name| printable::line(name).into_owned()).collect();
        let more = self.held.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!(
            "aidgraph: {} of {} known files disappeared from {} at once ({}{more}): they stay imported, since an unmounted disk looks the same; restore them, or remove them with `aidgraph remove`; --allow-empty removes such files automatically",
            self.held.len(),
            self.done.len(),
            folder.display(),
            names.join(", ")
        )
    }

    /// Forgets a file.
    fn forget(&mut self, name: &str) {
        self.done.remove(name);
        self.left_out.remove(name);
        self.missed.remove(name);
        self.held.remove(name);
    }

    /// Records the changes as handled.
    fn done(&mut self, changes: &Changes, now: &FolderFiles) {
        for name in &changes.gone {
            self.forget(name);
        }
        for name in &changes.changed {
            self.waiting.remove(name);
            if let Some((_, stamp)) = now.get(name) {
                self.done.insert(name.clone(), *stamp);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, u64)]) -> FolderFiles {
        files
            .iter()
            .map(|(name, length)| ((*name).to_owned(), (PathBuf::new(), (*length, None))))
            .collect()
    }

    #[test]
    fn a_file_is_imported_once_stable_and_again_after_a_change() {
        let mut watched = Watched::default();
        let mut look = |files: &[(&str, u64)]| {
            let now = folder(files);
            let changes = watched.changes(&now);
            watched.done(&changes, &now);
            (changes.changed, changes.gone)
        };
        let nothing = (Vec::<String>::new(), Vec::<String>::new());
        assert_eq!(look(&[("a", 1)]), nothing);
        assert_eq!(look(&[("a", 2)]), nothing, "it is still written");
        assert_eq!(look(&[("a", 2)]), nothing);
        assert_eq!(look(&[("a", 2)]).0, ["a"]);
        assert_eq!(look(&[("a", 2)]), nothing);
    }

    /// Creates a watch that has imported these files.
    fn taken(names: &[&str]) -> Watched {
        let mut watched = Watched::default();
        for name in names {
            watched.done.insert((*name).to_owned(), (1, None));
        }
        watched
    }

    /// Returns the files found gone after some polls of the remaining ones.
    fn gone(watched: &mut Watched, left: &[&str]) -> Vec<String> {
        let left: Vec<(&str, u64)> = left.iter().map(|name| (*name, 1)).collect();
        let now = folder(&left);
        (0..=STABLE_POLLS).flat_map(|_| watched.changes(&now).gone).collect()
    }

    #[test]
    fn a_few_files_may_disappear_but_not_most_of_a_folder() {
        assert_eq!(gone(&mut taken(&["a", "b", "c"]), &["a", "b"]), ["c"]);
        assert_eq!(gone(&mut taken(&["a", "b"]), &["b"]), ["a"], "half of them");
        for (known, left) in [
            (&["a"][..], &[][..]),
            (&["a", "b"], &[]),
            (&["a", "b", "c"], &["a"]),
            (&["a", "b", "c", "d/x", "d/y"], &["a", "b", "c"]),
            (&["a", "b", "c", "d/x", "d/y", "d/z"], &["a", "b", "c", "d/x"]),
        ] {
            let mut watched = taken(known);
            assert_eq!(gone(&mut watched, left), Vec::<String>::new(), "{known:?}");
            assert_eq!(watched.held.len(), known.len() - left.len(), "{known:?}");
            // The files are back: nothing is removed or held.
            assert_eq!(gone(&mut watched, known), Vec::<String>::new());
            assert!(watched.held.is_empty());
        }
        assert_eq!(gone(&mut taken(&["a", "b", "c", "d/x"]), &["a", "b", "c"]), ["d/x"]);
        let mut forced = Watched { allow_empty: true, ..taken(&["a", "b"]) };
        assert_eq!(gone(&mut forced, &[]), ["a", "b"]);
    }

    #[test]
    fn a_temporarily_missing_file_is_kept() {
        let mut watched = taken(&["a", "b", "c"]);
        let both = folder(&[("a", 1), ("b", 1)]);
        for _ in 0..STABLE_POLLS {
            assert!(watched.changes(&both).gone.is_empty());
        }
        assert!(watched.changes(&folder(&[("a", 1), ("b", 1), ("c", 1)])).gone.is_empty());
        assert!(watched.changes(&both).gone.is_empty(), "it is counted from the beginning");
    }
}
