//! Seed watch of `serve --seed DIR`: detects edits of the folder and logs the changes.
//!
//! The folder is polled every second, and read once it is stable for some polls, or at once on SIGHUP. An edited seed
//! without errors replaces the current one; with errors, the current one stays.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::error::Error;
use super::folder_changes::FolderChanges;
use super::{Options, problem};
use crate::ingest::seed::{self, SeedFiles};
use crate::ingest::{self, Checked};
use crate::model::ledger::Severity;

/// Maximum problems of an edited seed in the log.
const LOGGED: usize = 5;

/// Request to reload a folder: set on SIGHUP, taken by its watch. Clones share one flag.
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
    /// Changes of the folder.
    changes: FolderChanges,
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
        let changes = FolderChanges::new(folder.as_deref(), "csv");
        let files = SeedFiles::configured(options.seed.as_deref())?;
        Ok(Self { folder, files, changes, reload, due: false, failed: None })
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
        let now = self.changes.stamp(&folder);
        if !forced && !self.changes.is_stable(&now) {
            return Ok(None);
        }
        let files = SeedFiles::from_dir(&folder).map_err(Error::Seed)?;
        // The stamp changed, the content did not.
        let is_same = seed::digests(&files).eq(seed::digests(&self.files));
        if is_same {
            if forced {
                tracing::info!(folder = %folder.display(), "seed reloaded, unchanged");
            }
            self.changes.read(now);
            return Ok(None);
        }
        let checked = ingest::check(&files).located(&folder);
        if checked.errors() > 0 {
            log_errors(&folder, &checked);
            self.changes.read(now);
            return Ok(None);
        }
        Ok(Some(files))
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
        self.changes.read_stable();
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
