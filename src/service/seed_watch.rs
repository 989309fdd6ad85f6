//! Seed watch of `serve --seed DIR`: detects edits of the folder and logs the changes.
//!
//! The folder is polled every second, and read once it is stable for some polls, or at once on SIGHUP. An edited seed
//! without errors replaces the current one; with errors, the current one stays.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use super::error::Error;
use super::{Options, problem};
use crate::ingest::seed::{self, SeedFiles};
use crate::ingest::{self, Checked};
use crate::model::ledger::Severity;

/// Number of unchanged polls before the folder is read: a write may be in progress.
const STABLE_POLLS: u32 = 2;

/// Maximum problems of an edited seed in the log.
const LOGGED: usize = 5;

/// Stamp of a folder: length and modification time of each file.
type FolderStamp = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// Request to reload the seed: set on SIGHUP, taken by the supervisor. Clones share one flag.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReloadFlag(Arc<AtomicBool>);

impl ReloadFlag {
    /// Requests a reload.
    pub(crate) fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Returns true if a reload was requested since the last call.
    pub(crate) fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

/// The configured seed, and its folder; `None` for the embedded seed.
#[derive(Debug)]
pub(super) struct WatchedSeed {
    folder: Option<PathBuf>,
    /// Current seed files.
    files: SeedFiles,
    /// Stamp of the last read.
    seen: FolderStamp,
    /// Stamp of the last poll, and the number of polls with it.
    waiting: (FolderStamp, u32),
    reload: ReloadFlag,
    /// True if the build of the configured seed failed and is to be retried.
    due: bool,
    /// Time of the last failed build.
    failed: Option<Instant>,
}

/// Pause before a failed build is retried; SIGHUP skips it.
const PAUSE: Duration = Duration::from_secs(60);

impl WatchedSeed {
    /// Reads the configured seed.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be read.
    pub(crate) fn read(options: &Options, reload: ReloadFlag) -> Result<Self, ingest::Error> {
        let folder = options.seed.clone();
        // Taken before the read, so that concurrent writes are detected.
        let seen = folder.as_deref().map(stamp).unwrap_or_default();
        let files = SeedFiles::configured(options.seed.as_deref())?;
        Ok(Self {
            folder,
            files,
            seen,
            waiting: (FolderStamp::new(), 0),
            reload,
            due: false,
            failed: None,
        })
    }

    /// Returns the files of the configured seed.
    pub(crate) fn files(&self) -> &SeedFiles {
        &self.files
    }

    /// Schedules a retry of the configured seed after a failed build.
    pub(super) fn retry_later(&mut self) {
        self.due = true;
        self.failed();
    }

    /// Records a failed build, and starts the pause before a retry.
    pub(crate) fn failed(&mut self) {
        self.failed = Some(Instant::now());
    }

    /// Polls the folder; returns the seed if it has changed and has no errors. Errors are logged once per version.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be read.
    pub(super) fn edited(&mut self) -> Result<Option<SeedFiles>, Error> {
        let forced = self.reload.take();
        if !forced && self.failed.is_some_and(|at| at.elapsed() < PAUSE) {
            return Ok(None);
        }
        if self.due {
            return Ok(Some(self.files.clone()));
        }
        let Some(folder) = self.folder.clone() else { return Ok(None) };
        let now = stamp(&folder);
        if !forced && !self.is_stable(&now) {
            return Ok(None);
        }
        let files = SeedFiles::from_dir(&folder).map_err(Error::Seed)?;
        // The stamp changed, the content did not.
        let is_same = seed::digests(&files).eq(seed::digests(&self.files));
        if is_same {
            if forced {
                tracing::info!(folder = %folder.display(), "seed reloaded, unchanged");
            }
            self.seen = now;
            return Ok(None);
        }
        let checked = ingest::check(&files).located(&folder);
        if checked.errors() > 0 {
            log_errors(&folder, &checked);
            self.seen = now;
            return Ok(None);
        }
        Ok(Some(files))
    }

    /// Returns true if the folder has changed and is stable for some polls.
    fn is_stable(&mut self, now: &FolderStamp) -> bool {
        if *now == self.seen {
            self.waiting = (FolderStamp::new(), 0);
            return false;
        }
        if *now == self.waiting.0 {
            self.waiting.1 += 1;
        } else {
            self.waiting = (now.clone(), 1);
        }
        self.waiting.1 > STABLE_POLLS
    }

    /// Records an edited seed as current, and logs the changes.
    pub(crate) fn taken(&mut self, files: SeedFiles) {
        (self.due, self.failed) = (false, None);
        let Some(folder) = &self.folder else { return };
        for change in seed::changes(&self.files, &files) {
            tracing::info!(
                file = %folder.join(change.name()).display(),
                added = change.added,
                changed = change.changed,
                removed = change.removed,
                rows = change.rows.join(", "),
                "seed edited"
            );
        }
        tracing::info!(folder = %folder.display(), "edited seed published");
        self.seen = std::mem::take(&mut self.waiting.0);
        self.waiting.1 = 0;
        self.files = files;
    }
}

/// Logs the errors of an edited seed.
fn log_errors(folder: &Path, checked: &Checked) {
    let errors = checked.problems().filter(|problem| problem.severity == Severity::Error);
    for problem in errors.take(LOGGED) {
        tracing::error!("{}", problem::line(problem));
    }
    tracing::error!(
        errors = checked.errors(),
        "edited seed rejected, the previous seed stays current; `aidgraph check {}` lists all errors",
        folder.display()
    );
}

/// Takes the stamp of a folder. It is empty for an unreadable folder; the read reports the reason.
fn stamp(folder: &Path) -> FolderStamp {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let stamp = |path: PathBuf| {
        let meta = fs::metadata(&path).ok()?;
        Some((path, (meta.len(), meta.modified().ok())))
    };
    let is_csv = |path: &PathBuf| path.extension().is_some_and(|end| end == "csv");
    entries.map(|entry| entry.path()).filter(is_csv).filter_map(stamp).collect()
}
