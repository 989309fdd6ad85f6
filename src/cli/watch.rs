//! `aidgraph import --watch`: a folder is followed, and what it holds is in force.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use super::failure::{Failure, LEFT_OUT};
use super::import::{Found, change, input, tell};
use super::output;
use super::progress::Progress;
use super::signal::Asked;
use crate::config::Config;
use crate::ingest::format::bare_name;
use crate::ingest::import::{Change, Fate, How, Imported};
use crate::model::printable;
use crate::store::Store;

/// How often the folder is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// How many looks in a row a file must be the same before it is taken: it may still be written.
const CALM: u32 = 2;

/// What tells one version of a file from another without reading it.
type Stamp = (u64, Option<SystemTime>);

/// The files of a folder by name, with their paths.
type Files = BTreeMap<String, (PathBuf, Stamp)>;

/// What is known of the folder.
#[derive(Debug, Default)]
struct Watched {
    /// The versions that were taken, or refused.
    done: BTreeMap<String, Stamp>,
    /// New versions, and how often each was seen as it is.
    waiting: BTreeMap<String, (Stamp, u32)>,
    /// Files that were refused, or of which rows were left out.
    left_out: BTreeSet<String>,
    /// What was said about what is no file.
    passed_over: Vec<String>,
    /// Files that are gone, and how often each was missed.
    missed: BTreeMap<String, u32>,
    /// Files that went with most of their folder, and stay in force.
    held: BTreeSet<String>,
    /// Whether files are taken out all the same when most of a folder goes at once.
    allow_empty: bool,
}

/// What has changed in the folder and is calm.
#[derive(Debug, Default, PartialEq, Eq)]
struct News {
    changed: Vec<String>,
    gone: Vec<String>,
}

/// Follows a folder until a signal comes. What was left out or failed last says the exit code.
pub(super) fn run(
    config: &Config,
    folder: &Path,
    allow_empty: bool,
    how: How,
    json: bool,
) -> Result<ExitCode, Failure> {
    let mut watched = Watched { allow_empty, ..Watched::default() };
    watched.files(folder)?;
    let asked = Asked::hear().map_err(|err| Failure::because(&err))?;
    let mut said = String::new();
    while !asked.is_asked() {
        // What goes wrong now may go right at the next look; it is said once.
        match look(config, folder, how, json, &mut watched, &asked) {
            Ok(()) => said.clear(),
            // What was stopped is taken in after the next start.
            Err(_) if asked.is_asked() => {}
            Err(failure) if failure.message() == said => {}
            Err(failure) => {
                failure.message().clone_into(&mut said);
                output::complain(&format!("aidgraph: {said}"));
            }
        }
        asked.wait(EVERY);
    }
    let is_whole = watched.left_out.is_empty() && watched.held.is_empty();
    Ok(match (said.is_empty(), is_whole) {
        (false, _) => ExitCode::FAILURE,
        (true, false) => ExitCode::from(LEFT_OUT),
        (true, true) => ExitCode::SUCCESS,
    })
}

/// Looks at the folder once, and takes what is new in it.
fn look(
    config: &Config,
    folder: &Path,
    how: How,
    json: bool,
    watched: &mut Watched,
    asked: &Asked,
) -> Result<(), Failure> {
    let now = watched.files(folder)?;
    let held = watched.held.clone();
    let news = watched.news(&now);
    if news == News::default() && watched.held.is_empty() {
        return Ok(());
    }
    let store = Store::open(&config.data).map_err(|err| Failure::because(&err))?;
    let in_force = store.files().map_err(|err| Failure::because(&err))?;
    drop(store);
    let is_in_force = |name: &&String| in_force.iter().any(|file| file.scope == **name);
    // What `aidgraph remove` has taken out meanwhile is dealt with.
    for name in watched.held.clone().iter().filter(|name| !is_in_force(name)) {
        watched.forget(name);
    }
    if watched.held != held && !watched.held.is_empty() {
        output::complain(&watched.held_back(folder));
    }
    let gone: Vec<String> = news.gone.iter().filter(is_in_force).cloned().collect();
    let inputs: Vec<_> = news
        .changed
        .iter()
        .filter_map(|name| now.get(name).map(|(path, _)| input(name, path.clone())))
        .collect();
    if !inputs.is_empty() || !gone.is_empty() {
        let progress = Progress::until(inputs.len() as u64, asked.clone());
        let changed = change(config, inputs, &gone, how, &progress);
        progress.end();
        let changed = changed?;
        watched.judge(&changed);
        let paths = now.iter().map(|(name, (path, _))| (name.clone(), path.clone())).collect();
        tell(&changed, &paths, json)?;
    }
    watched.done(&news, &now);
    Ok(())
}

impl Watched {
    /// The files of a folder as they are. What is passed over in it is said once.
    fn files(&mut self, folder: &Path) -> Result<Files, Failure> {
        let mut found = Found::default();
        found.walk(folder, &mut Vec::new(), folder)?;
        let mut files = Files::new();
        for (name, path) in found.files {
            let Ok(meta) = fs::metadata(&path) else {
                // One that has gone since is gone.
                if path.is_symlink() {
                    let path = path.display();
                    found.passed_over.push(format!("{path} is passed over: it leads nowhere"));
                }
                continue;
            };
            let stamp = (meta.len(), meta.modified().ok());
            let bare = bare_name(&name).to_owned();
            if let Some((other, _)) = files.get(&bare) {
                let (path, other) = (path.display(), other.display());
                found.passed_over.push(format!(
                    "{path} is passed over: its name without the ending of what packed it is that of {other}; rename one of them"
                ));
                continue;
            }
            files.insert(bare, (path, stamp));
        }
        for reason in &found.passed_over {
            if !self.passed_over.contains(reason) {
                output::complain(&format!("aidgraph: {reason}"));
            }
        }
        self.passed_over = found.passed_over;
        Ok(files)
    }

    /// Keeps in mind which files are not taken, or not whole.
    fn judge(&mut self, change: &Change) {
        for name in &change.removed {
            self.left_out.remove(name);
        }
        // An archive is one file of the folder.
        let of_folder = |file: &Imported| file.archive.as_ref().unwrap_or(&file.name).clone();
        for file in &change.files {
            self.left_out.remove(&of_folder(file));
        }
        for file in &change.files {
            if file.fate == Fate::Refused || file.ledger.quarantined > 0 {
                self.left_out.insert(of_folder(file));
            }
        }
    }
}

impl Watched {
    /// What is new and calm.
    fn news(&mut self, now: &Files) -> News {
        self.waiting.retain(|name, _| now.contains_key(name));
        let mut news = News::default();
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
            if *looks > CALM {
                news.changed.push(name.clone());
            }
        }
        news.gone = self.gone(now);
        news
    }

    /// The files that are gone for good. Those that went with most of their folder are held back: a disk that is not mounted
    /// looks the same.
    fn gone(&mut self, now: &Files) -> Vec<String> {
        let missing: BTreeSet<String> =
            self.done.keys().filter(|name| !now.contains_key(*name)).cloned().collect();
        self.missed.retain(|name, _| missing.contains(name));
        for name in &missing {
            *self.missed.entry(name.clone()).or_default() += 1;
        }
        let held = |name: &&String| !self.allow_empty && self.went_with_folder(name, &missing);
        self.held = missing.iter().filter(held).cloned().collect();
        let is_calm = |name: &&String| self.missed.get(*name).is_some_and(|looks| *looks > CALM);
        missing.iter().filter(|name| !self.held.contains(*name)).filter(is_calm).cloned().collect()
    }

    /// Whether more than half of the files of a folder that a file lies in are missing. Of a folder below the watched one that
    /// has one file alone, that file may go.
    fn went_with_folder(&self, name: &str, missing: &BTreeSet<String>) -> bool {
        let folders = name.match_indices('/').filter_map(|(at, _)| name.get(..=at));
        std::iter::once("").chain(folders).any(|folder| {
            let known = self.done.keys().filter(|name| name.starts_with(folder)).count();
            let lost = missing.iter().filter(|name| name.starts_with(folder)).count();
            2 * lost > known && (folder.is_empty() || known > 1)
        })
    }

    /// Says which files are held back, and what to do.
    fn held_back(&self, folder: &Path) -> String {
        let names: Vec<String> =
            self.held.iter().take(3).map(|name| printable::line(name).into_owned()).collect();
        let more = self.held.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!(
            "aidgraph: of {} known files {} are gone from {} at once ({}{more}): they stay in force, since a disk that is not mounted looks the same; put them back, or take them out with `aidgraph remove`; --allow-empty takes such files out without asking",
            self.done.len(),
            self.held.len(),
            folder.display(),
            names.join(", ")
        )
    }

    /// A file is known no longer.
    fn forget(&mut self, name: &str) {
        self.done.remove(name);
        self.left_out.remove(name);
        self.missed.remove(name);
        self.held.remove(name);
    }

    /// What was new is dealt with.
    fn done(&mut self, news: &News, now: &Files) {
        for name in &news.gone {
            self.forget(name);
        }
        for name in &news.changed {
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

    fn folder(files: &[(&str, u64)]) -> Files {
        files
            .iter()
            .map(|(name, length)| ((*name).to_owned(), (PathBuf::new(), (*length, None))))
            .collect()
    }

    #[test]
    fn a_file_is_taken_once_it_is_calm_and_again_when_it_changes() {
        let mut watched = Watched::default();
        let mut look = |files: &[(&str, u64)]| {
            let now = folder(files);
            let news = watched.news(&now);
            watched.done(&news, &now);
            (news.changed, news.gone)
        };
        let nothing = (Vec::<String>::new(), Vec::<String>::new());
        assert_eq!(look(&[("a", 1)]), nothing);
        assert_eq!(look(&[("a", 2)]), nothing, "it is still written");
        assert_eq!(look(&[("a", 2)]), nothing);
        assert_eq!(look(&[("a", 2)]).0, ["a"]);
        assert_eq!(look(&[("a", 2)]), nothing);
    }

    /// A watcher that has taken these files.
    fn taken(names: &[&str]) -> Watched {
        let mut watched = Watched::default();
        for name in names {
            watched.done.insert((*name).to_owned(), (1, None));
        }
        watched
    }

    /// What is gone after some looks at what is left.
    fn gone(watched: &mut Watched, left: &[&str]) -> Vec<String> {
        let left: Vec<(&str, u64)> = left.iter().map(|name| (*name, 1)).collect();
        let now = folder(&left);
        (0..=CALM).flat_map(|_| watched.news(&now).gone).collect()
    }

    #[test]
    fn a_few_files_may_go_and_most_of_a_folder_may_not() {
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
            // They are back: nothing is to be done, and nothing is held.
            assert_eq!(gone(&mut watched, known), Vec::<String>::new());
            assert!(watched.held.is_empty());
        }
        assert_eq!(gone(&mut taken(&["a", "b", "c", "d/x"]), &["a", "b", "c"]), ["d/x"]);
        let mut told = Watched { allow_empty: true, ..taken(&["a", "b"]) };
        assert_eq!(gone(&mut told, &[]), ["a", "b"]);
    }

    #[test]
    fn a_file_that_is_away_for_a_moment_is_not_gone() {
        let mut watched = taken(&["a", "b", "c"]);
        let both = folder(&[("a", 1), ("b", 1)]);
        for _ in 0..CALM {
            assert!(watched.news(&both).gone.is_empty());
        }
        assert!(watched.news(&folder(&[("a", 1), ("b", 1), ("c", 1)])).gone.is_empty());
        assert!(watched.news(&both).gone.is_empty(), "it is counted from the beginning");
    }
}
