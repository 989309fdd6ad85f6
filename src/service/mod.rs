//! Service of the data: the supervisor that builds, follows and rebuilds generations, and imports.
//!
//! Runs below the transports: [`crate::cli`] and [`crate::http`] call it directly.

pub(crate) mod error;
mod folder_changes;
pub mod import;
pub(crate) mod problem;
pub(crate) mod query_watch;
mod scrub;
pub(crate) mod seed_watch;
pub(crate) mod supervisor;

use std::path::PathBuf;

/// Data folder and configured seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Data folder.
    pub data: PathBuf,
    /// Folder of seed files; `None` means the built-in seed.
    pub seed: Option<PathBuf>,
}
