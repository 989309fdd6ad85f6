//! The configured seed.

use crate::config::Config;
use crate::ingest::{self, seed};

/// Reads the configured seed: a folder, or the seed embedded in the binary.
pub(super) fn seed(config: &Config) -> Result<seed::SeedFiles, ingest::Error> {
    match &config.seed {
        Some(dir) => seed::SeedFiles::from_dir(dir),
        None => Ok(seed::SeedFiles::embedded()),
    }
}
