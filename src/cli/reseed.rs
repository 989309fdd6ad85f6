//! `serve --seed DIR`: notices that the folder was edited, and says what changed.
//!
//! The folder is looked at once a second, and read when it has been the same for some looks, or at once on SIGHUP. An
//! edited seed without errors takes the place of the one in force; with errors, the one in force stays.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::again::Again;
use super::failure::{Failure, sentence};
use super::{meant, problem};
use crate::config::Config;
use crate::ingest::seed::{self, Files};
use crate::ingest::{self, Checked};
use crate::model::ledger::Severity;

/// How many looks in a row the folder must be the same before it is read: it may still be written.
const CALM: u32 = 2;

/// How many problems of an edited seed the log names.
const NAMED: usize = 5;

/// What tells one version of a folder from another without reading it: length and time of each file.
type Stamp = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// The seed that is served, and the folder that it comes from, if any.
#[derive(Debug)]
pub(super) struct WatchedSeed {
    folder: Option<PathBuf>,
    /// What is in force.
    files: Files,
    /// The folder when it was read last.
    seen: Stamp,
    /// The folder at the last look, and how often it was the same.
    waiting: (Stamp, u32),
    again: Again,
    /// Whether what is meant to be in force could not be built, and is to be tried again.
    due: bool,
    /// When a build failed last.
    failed: Option<Instant>,
}

/// How long a build that failed is not tried again, unless SIGHUP asks for it.
const PAUSE: Duration = Duration::from_secs(60);

impl WatchedSeed {
    /// Reads the seed that is meant.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub(super) fn read(config: &Config, again: Again) -> Result<Self, ingest::Error> {
        let folder = config.seed.clone();
        // Before it is read: what is written meanwhile is noticed.
        let seen = folder.as_deref().map(stamp).unwrap_or_default();
        let files = meant::seed(config)?;
        Ok(Self {
            folder,
            files,
            seen,
            waiting: (Stamp::new(), 0),
            again,
            due: false,
            failed: None,
        })
    }

    /// The seed that is meant to be in force.
    pub(super) fn files(&self) -> &Files {
        &self.files
    }

    /// What is meant to be in force could not be built, and is to be tried again.
    pub(super) fn is_due(&mut self) {
        self.due = true;
        self.failed();
    }

    /// A build failed: it is not tried again for a while.
    pub(super) fn failed(&mut self) {
        self.failed = Some(Instant::now());
    }

    /// Looks at the folder; gives the seed in it when it has changed and has no errors. What is wrong with it is logged once
    /// for each version.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub(super) fn edited(&mut self) -> Result<Option<Files>, Failure> {
        let asked = self.again.take();
        if !asked && self.failed.is_some_and(|at| at.elapsed() < PAUSE) {
            return Ok(None);
        }
        if self.due {
            return Ok(Some(self.files.clone()));
        }
        let Some(folder) = self.folder.clone() else { return Ok(None) };
        let now = stamp(&folder);
        if !asked && !self.is_calm(&now) {
            return Ok(None);
        }
        let files = Files::from_dir(&folder).map_err(|err| {
            let message = sentence(&err);
            Failure::Failed(format!("{message}; the seed from before is served"))
        })?;
        // A file that was touched, and says what it said.
        let is_same = seed::digests(&files).eq(seed::digests(&self.files));
        if is_same {
            if asked {
                tracing::info!(folder = %folder.display(), "the seed was read again: nothing has changed");
            }
            self.seen = now;
            return Ok(None);
        }
        let checked = ingest::check(&files).located(&folder);
        if checked.errors() > 0 {
            refuse(&folder, &checked);
            self.seen = now;
            return Ok(None);
        }
        Ok(Some(files))
    }

    /// Whether the folder has changed, and is the same for some looks.
    fn is_calm(&mut self, now: &Stamp) -> bool {
        if *now == self.seen {
            self.waiting = (Stamp::new(), 0);
            return false;
        }
        if *now == self.waiting.0 {
            self.waiting.1 += 1;
        } else {
            self.waiting = (now.clone(), 1);
        }
        self.waiting.1 > CALM
    }

    /// An edited seed is in force from now on; the log says what changed.
    pub(super) fn taken(&mut self, files: Files) {
        (self.due, self.failed) = (false, None);
        let Some(folder) = &self.folder else { return };
        for change in seed::changes(&self.files, &files) {
            tracing::info!(
                file = %folder.join(change.name()).display(),
                added = change.added,
                changed = change.changed,
                removed = change.removed,
                rows = change.rows.join(", "),
                "the seed was edited"
            );
        }
        tracing::info!(folder = %folder.display(), "the edited seed is taken up");
        self.seen = std::mem::take(&mut self.waiting.0);
        self.waiting.1 = 0;
        self.files = files;
    }
}

/// Says why an edited seed is not put in force.
fn refuse(folder: &Path, checked: &Checked) {
    let errors = checked.problems().filter(|problem| problem.severity == Severity::Error);
    for problem in errors.take(NAMED) {
        tracing::error!("{}", problem::line(problem));
    }
    tracing::error!(
        errors = checked.errors(),
        "the edited seed has errors and is not taken up, the one from before is served; `aidgraph check {}` lists all",
        folder.display()
    );
}

/// The files of a folder as they are. One that cannot be looked at has none; reading it says why.
fn stamp(folder: &Path) -> Stamp {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let stamp = |path: PathBuf| {
        let meta = fs::metadata(&path).ok()?;
        Some((path, (meta.len(), meta.modified().ok())))
    };
    let is_csv = |path: &PathBuf| path.extension().is_some_and(|end| end == "csv");
    entries.map(|entry| entry.path()).filter(is_csv).filter_map(stamp).collect()
}
