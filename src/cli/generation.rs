//! Current generation of a data folder, for commands that read it without a server.

use std::thread;
use std::time::{Duration, Instant};

use super::error::CommandError;
use crate::config::Config;
use crate::ingest;
use crate::ingest::seed::SeedFiles;
use crate::store::{self, Generation, Store};

/// Maximum wait for another process that builds the generation.
const BUILD_PATIENCE: Duration = Duration::from_secs(60);

/// Maximum wait for another process that reads the generation; a server never releases it.
const ANSWER_PATIENCE: Duration = Duration::from_secs(5);

/// Interval between attempts.
const LOOK: Duration = Duration::from_millis(50);

/// Reads the configured seed.
fn seed(config: &Config) -> Result<SeedFiles, CommandError> {
    SeedFiles::configured(config.seed.as_deref()).map_err(|err| CommandError::because(&err))
}

/// Returns the current generation. Waits a while for another process that builds or reads it.
pub(super) fn generation(config: &Config) -> Result<Generation, CommandError> {
    let named = config.seed.is_some().then(|| seed(config)).transpose()?;
    let store = Store::open(&config.data).map_err(|err| CommandError::because(&err))?;
    let (mut start, mut before) = (Instant::now(), None);
    loop {
        let patience = match prepare(config, &store, named.as_ref())? {
            Ok(generation) => return Ok(generation),
            Err(ingest::Error::Store(store::Error::Locked { .. })) => BUILD_PATIENCE,
            Err(ingest::Error::Store(store::Error::InUse { .. })) => ANSWER_PATIENCE,
            Err(err) => return Err(CommandError::because(&err)),
        };
        // A wait for a build does not count as a wait for a reader.
        if before.replace(patience).is_some_and(|before| before != patience) {
            start = Instant::now();
        }
        if start.elapsed() > patience {
            return Err(CommandError::Failed(format!(
                "{} is in use by another aidgraph process: query that server, or choose another folder with --data",
                config.data.display()
            )));
        }
        thread::sleep(LOOK);
    }
}

/// Opens the current generation. The folder changes only if `--seed` is given or the folder is empty.
fn prepare(
    config: &Config,
    store: &Store,
    named: Option<&SeedFiles>,
) -> Result<Result<Generation, ingest::Error>, CommandError> {
    let is_empty = store.files().map_err(|err| CommandError::because(&err))?.is_empty();
    let first = (is_empty && named.is_none()).then(|| seed(config)).transpose()?;
    let prepared = ingest::prepare(store, named.or(first.as_ref()), &mut |_| ());
    Ok(prepared.map(|(generation, _)| generation))
}
