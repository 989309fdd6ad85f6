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
use crate::ingest::format::{Format, bare_name};
use crate::ingest::import::{Change, Fate};
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
    format: Option<Format>,
    json: bool,
) -> Result<ExitCode, Failure> {
    let mut watched = Watched::default();
    watched.files(folder)?;
    let asked = Asked::hear().map_err(|err| Failure::because(&err))?;
    let mut said = String::new();
    while !asked.is_asked() {
        // What goes wrong now may go right at the next look; it is said once.
        match look(config, folder, format, json, &mut watched, &asked) {
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
    Ok(match (said.is_empty(), watched.left_out.is_empty()) {
        (false, _) => ExitCode::FAILURE,
        (true, false) => ExitCode::from(LEFT_OUT),
        (true, true) => ExitCode::SUCCESS,
    })
}

/// Looks at the folder once, and takes what is new in it.
fn look(
    config: &Config,
    folder: &Path,
    format: Option<Format>,
    json: bool,
    watched: &mut Watched,
    asked: &Asked,
) -> Result<(), Failure> {
    let now = watched.files(folder)?;
    let news = watched.news(&now);
    if news == News::default() {
        return Ok(());
    }
    let store = Store::open(&config.data).map_err(|err| Failure::because(&err))?;
    let in_force = store.files().map_err(|err| Failure::because(&err))?;
    drop(store);
    let is_in_force = |name: &&String| in_force.iter().any(|file| file.scope == **name);
    let gone: Vec<String> = news.gone.iter().filter(is_in_force).cloned().collect();
    let inputs: Vec<_> = news
        .changed
        .iter()
        .filter_map(|name| now.get(name).map(|(path, _)| input(name, path.clone())))
        .collect();
    if !inputs.is_empty() || !gone.is_empty() {
        let progress = Progress::until(inputs.len() as u64, asked.clone());
        let changed = change(config, inputs, &gone, format, &progress);
        progress.end();
        let changed = changed?;
        watched.judge(&changed);
        tell(&changed, json)?;
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
        for file in &change.files {
            if file.fate == Fate::Refused || file.ledger.quarantined > 0 {
                self.left_out.insert(file.name.clone());
            } else {
                self.left_out.remove(&file.name);
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
        news.gone = self.done.keys().filter(|name| !now.contains_key(*name)).cloned().collect();
        news
    }

    /// What was new is dealt with.
    fn done(&mut self, news: &News, now: &Files) {
        for name in &news.gone {
            self.done.remove(name);
            self.left_out.remove(name);
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
        assert_eq!(look(&[]).1, ["a"]);
        assert_eq!(look(&[]), nothing);
    }
}
