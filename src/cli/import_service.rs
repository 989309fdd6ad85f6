//! Import service: imports files uploaded over HTTP through the same pipeline as `aidgraph import`.

use std::fs::File;
use std::io::{self, Read};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;

use super::import::{attempt, report};
use crate::config::Config;
use crate::http::admin::{Import, ImportError, ImportParams, ImportProgress, ImportReport, Upload};
use crate::ingest;
use crate::ingest::format::{Format, bare_name};
use crate::ingest::import::{How, ImportObserver, Imported, Input, Stage};
use crate::model::code::Code;
use crate::store::{self, BuildStep};

/// Minimum interval between two progress events.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(1);

/// Imports files into one data folder.
#[derive(Debug)]
pub(super) struct ImportService {
    config: Config,
}

impl ImportService {
    pub(super) fn new(config: &Config) -> Self {
        Self { config: config.clone() }
    }
}

impl Import for ImportService {
    fn room(&self) -> io::Result<File> {
        tempfile::tempfile_in(&self.config.data)
    }

    fn check(&self, wish: &ImportParams) -> Result<(), ImportError> {
        if let Some(reason) = ingest::bad_name(bare_name(&wish.name)) {
            return Err(ImportError::Input(format!("invalid file name: {reason}")));
        }
        how(wish).map(drop)
    }

    fn import(
        &self,
        upload: Upload,
        send: &(dyn Fn(ImportProgress) + Sync),
        is_stopped: &(dyn Fn() -> bool + Sync),
    ) -> Result<ImportReport, ImportError> {
        let Upload { wish, content, bytes } = upload;
        let how = how(&wish)?;
        let open = move || Ok(Box::new(content) as Box<dyn Read + Send>);
        let name = bare_name(&wish.name).to_owned();
        let input = Input { name, bytes, open: Box::new(open) };
        let reporter = Reporter { send, is_stopped, reading: Mutex::default() };
        let change = attempt(&self.config, vec![input], &[], how, &reporter);
        let change = change.map_err(|err| client_error(&err))?;
        Ok(ImportReport { generation: change.manifest.generation, body: report(&change) })
    }
}

fn how(wish: &ImportParams) -> Result<How, ImportError> {
    fn word<C: Code>(text: Option<&str>) -> Result<Option<C>, ImportError> {
        text.map(C::parse).transpose().map_err(|err| ImportError::Input(err.to_string()))
    }
    Ok(How { format: word(wish.format.as_deref())?, duplicates: word(wish.duplicates.as_deref())? })
}

/// Maps an import error to what the client may see; the details go to the log.
fn client_error(err: &ingest::Error) -> ImportError {
    match err {
        ingest::Error::Store(store::Error::Locked { .. }) => return ImportError::Busy,
        ingest::Error::Stopped => return ImportError::Stopped,
        ingest::Error::Store(store::Error::NoSpace { .. }) => {
            tracing::error!(error = err as &dyn std::error::Error, "import failed");
            return ImportError::NoRoom;
        }
        _ => tracing::error!(error = err as &dyn std::error::Error, "import failed"),
    }
    ImportError::Failed
}

/// Observer that forwards the progress of an import as events.
struct Reporter<'t> {
    send: &'t (dyn Fn(ImportProgress) + Sync),
    is_stopped: &'t (dyn Fn() -> bool + Sync),
    reading: Mutex<ReadProgress>,
}

/// Bytes read of the total, and the time of the last event.
#[derive(Default)]
struct ReadProgress {
    bytes: u64,
    of: u64,
    reported: Option<Instant>,
}

impl Reporter<'_> {
    fn reading(&self) -> MutexGuard<'_, ReadProgress> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ImportObserver for Reporter<'_> {
    fn stage(&self, stage: Stage, total: u64) {
        let of = if stage == Stage::Read { total } else { 0 };
        *self.reading() = ReadProgress { of, ..ReadProgress::default() };
    }

    fn advance(&self, count: u64) {
        let mut reading = self.reading();
        reading.bytes += count;
        if reading.of > 0 && reading.reported.is_none_or(|at| at.elapsed() >= PROGRESS_INTERVAL) {
            reading.reported = Some(Instant::now());
            (self.send)(ImportProgress::Reading(reading.bytes, reading.of));
        }
    }

    fn file(&self, imported: &Imported) {
        let ledger = &imported.ledger;
        (self.send)(ImportProgress::Read(json!({
            "name": imported.name,
            "bytes": imported.bytes,
            "format": imported.format.map(Format::as_str),
            "fate": imported.fate.as_str(),
            "rowsRead": ledger.rows_read,
            "accepted": ledger.accepted,
            "quarantined": ledger.quarantined,
            "duplicate": ledger.duplicate,
        })));
    }

    fn step(&self, step: BuildStep) {
        if let BuildStep::Begin(phase, _) = step {
            (self.send)(ImportProgress::Building(phase.to_string()));
        }
    }

    fn is_stopped(&self) -> bool {
        (self.is_stopped)()
    }
}
