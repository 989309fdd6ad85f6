//! Query watch of `serve --queries DIR`: reads the folder at the start, detects its edits, and replaces the saved queries.
//!
//! The folder is polled every second, and read once it is stable for some polls, or at once on SIGHUP. If an edited folder has
//! problems, the previous queries stay current.

use std::path::PathBuf;
use std::time::Duration;

use super::folder_changes::FolderChanges;
use super::seed_watch::ReloadFlag;
use crate::graphql::Service;
use crate::graphql::saved::Library;
use crate::graphql::saved::folder::FileProblem;

/// Interval of the polls.
const POLL: Duration = Duration::from_secs(1);

/// Maximum problems of an edited folder in the log.
const LOGGED: usize = 5;

/// Folder of saved queries, and the service that has them.
#[derive(Debug)]
pub(crate) struct WatchedQueries {
    folder: PathBuf,
    /// Names of other tables.
    reserved: Vec<&'static str>,
    service: Service,
    /// The queries without the folder.
    shipped: Library,
    changes: FolderChanges,
    reload: ReloadFlag,
}

impl WatchedQueries {
    /// Reads the folder, and adds its queries to those of the service.
    ///
    /// # Errors
    /// All problems of the folder.
    pub(crate) fn open(
        folder: PathBuf,
        reserved: Vec<&'static str>,
        service: Service,
    ) -> Result<Self, Vec<FileProblem>> {
        let changes = FolderChanges::new(Some(&folder), "graphql");
        let (shipped, reload) = (service.saved().as_ref().clone(), ReloadFlag::default());
        let watched = Self { folder, reserved, service, shipped, changes, reload };
        watched.read()?;
        Ok(watched)
    }

    /// Returns the flag that requests a reload.
    pub(crate) fn reload(&self) -> ReloadFlag {
        self.reload.clone()
    }

    /// Replaces the queries of the service by those of the folder.
    fn read(&self) -> Result<(), Vec<FileProblem>> {
        let validate = |text: &str| self.service.validate(text);
        let library = self.shipped.with_folder(&self.folder, &self.reserved, validate)?;
        self.service.replace_saved(library);
        Ok(())
    }

    /// Polls the folder while it is polled.
    pub(crate) async fn follow(mut self) {
        loop {
            tokio::time::sleep(POLL).await;
            // Files are read on the blocking pool. A panic ends the watch, and is logged.
            let polled = tokio::task::spawn_blocking(move || {
                self.poll();
                self
            });
            match polled.await {
                Ok(watched) => self = watched,
                Err(_) => return,
            }
        }
    }

    fn poll(&mut self) {
        let forced = self.reload.take();
        let now = self.changes.stamp(&self.folder);
        if !forced && !self.changes.is_stable(&now) {
            return;
        }
        self.changes.read(now);
        match self.read() {
            Ok(()) => tracing::info!(folder = %self.folder.display(), "edited queries published"),
            Err(problems) => log(&problems),
        }
    }
}

/// Logs the problems of an edited folder.
fn log(problems: &[FileProblem]) {
    for problem in problems.iter().take(LOGGED) {
        tracing::error!("{problem}");
    }
    tracing::error!(
        problems = problems.len(),
        "edited queries rejected, the previous queries stay current"
    );
}
