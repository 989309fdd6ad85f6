//! The seed that a configuration means.

use crate::config::Config;
use crate::ingest::{self, seed};

/// The seed that is meant: a folder, or what the binary carries.
pub(super) fn seed(config: &Config) -> Result<seed::Files, ingest::Error> {
    match &config.seed {
        Some(dir) => seed::Files::from_dir(dir),
        None => Ok(seed::Files::embedded()),
    }
}
