//! Import service: imports and removes files by one path, for the command line and for uploads over HTTP.

use std::fs::File;
use std::io::{self, Read};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Options;
use crate::ingest;
use crate::ingest::format::{Format, bare_name};
use crate::ingest::import::{
    How, ImportChange, ImportObserver, Imported, Input, Stage, StatedLicence, import,
};
use crate::ingest::seed::SeedFiles;
use crate::model::code::Code;
use crate::store::{self, BuildStep, Store};

/// Minimum interval between two progress events.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(1);

/// Imports files into one data folder. Its methods block.
#[derive(Debug)]
pub struct ImportService {
    options: Options,
}

/// Name and options of an upload, both valid.
#[derive(Clone, Debug)]
pub(crate) struct UploadTarget {
    name: String,
    how: How,
}

/// Progress of the import of an upload.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ImportProgress {
    /// Reading the file: bytes read, of total bytes.
    Reading(u64, u64),
    /// The file was read: its name, size and the counts of its rows.
    Read(Value),
    /// Building the next generation: the current phase.
    Building(String),
}

/// Result of a successful import.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ImportReport {
    /// Generation that contains the import.
    pub(crate) generation: u64,
    /// The report in the format of the command line, including the ledger.
    pub(crate) body: Value,
}

/// Error of the import of an upload. Nothing was imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ImportError {
    /// The request is invalid.
    #[error("{0}")]
    Input(String),
    /// Another process or import writes to the data folder.
    #[error("another import or build is running: retry when it has finished")]
    Busy,
    /// The service is shutting down.
    #[error("the service is shutting down: nothing was imported")]
    Stopped,
    /// The disk is full.
    #[error(
        "disk full: nothing was imported and the current data is unchanged; free disk space on the server, then retry"
    )]
    NoRoom,
    /// The import failed. The log has the cause.
    #[error("import failed: see the log of the service")]
    Failed,
}

impl UploadTarget {
    /// Validates the name under which an upload is stored, and its options.
    ///
    /// # Errors
    /// [`ImportError::Input`].
    pub(crate) fn new(
        name: &str,
        format: Option<&str>,
        duplicates: Option<&str>,
        licence: Option<&str>,
    ) -> Result<Self, ImportError> {
        fn code<C: Code>(text: Option<&str>) -> Result<Option<C>, ImportError> {
            text.map(C::parse).transpose().map_err(|err| ImportError::Input(err.to_string()))
        }
        let name = bare_name(name).to_owned();
        if let Some(reason) = ingest::bad_name(&name) {
            return Err(ImportError::Input(format!("invalid file name: {reason}")));
        }
        let licence = licence.map(str::parse::<StatedLicence>).transpose();
        let licence =
            licence.map_err(|err| ImportError::Input(err.to_string()))?.unwrap_or_default();
        let how = How { format: code(format)?, duplicates: code(duplicates)?, licence };
        Ok(Self { name, how })
    }

    /// Returns the name under which the upload is stored.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl ImportService {
    /// Creates the service of a data folder.
    pub fn new(options: Options) -> Self {
        Self { options }
    }

    /// Imports files and removes others.
    ///
    /// # Errors
    /// Those of [`import`]; then nothing has changed.
    pub(crate) fn change(
        &self,
        inputs: Vec<Input<'_>>,
        remove: &[String],
        how: &How,
        observer: &dyn ImportObserver,
    ) -> Result<ImportChange, ingest::Error> {
        let store = Store::open(&self.options.data)?;
        let files = store.files()?;
        // A current seed stays; a folder without one gets the configured seed.
        let has_seed = files.iter().any(|file| file.name.starts_with("seed/"));
        let seed = if has_seed && self.options.seed.is_none() {
            None
        } else {
            Some(SeedFiles::configured(self.options.seed.as_deref())?)
        };
        import(&store, seed.as_ref(), inputs, remove, how, observer)
    }

    /// Creates an empty anonymous file for an upload.
    ///
    /// # Errors
    /// The I/O error.
    pub(crate) fn upload_file(&self) -> io::Result<File> {
        tempfile::tempfile_in(&self.options.data)
    }

    /// Imports an upload of `bytes` bytes, positioned at its beginning, and sends its progress to `send`. Stops with nothing
    /// changed if `is_stopped` returns true.
    ///
    /// # Errors
    /// [`ImportError`]; then nothing has changed.
    pub(crate) fn import_upload(
        &self,
        target: UploadTarget,
        (content, bytes): (File, u64),
        send: &(dyn Fn(ImportProgress) + Sync),
        is_stopped: &(dyn Fn() -> bool + Sync),
    ) -> Result<ImportReport, ImportError> {
        let UploadTarget { name, how } = target;
        let open = move || Ok(Box::new(content) as Box<dyn Read + Send>);
        let input = Input { name, bytes, open: Box::new(open) };
        let reporter = Reporter { send, is_stopped, reading: Mutex::default() };
        let change = self.change(vec![input], &[], &how, &reporter);
        let change = change.map_err(|err| client_error(&err))?;
        Ok(ImportReport { generation: change.manifest.generation, body: report(&change) })
    }
}

/// Formats the report as JSON.
pub(crate) fn report(change: &ImportChange) -> Value {
    let manifest = &change.manifest;
    let files: Vec<Value> = change
        .files
        .iter()
        .map(|file| {
            json!({
                "name": file.name,
                "archive": file.archive,
                "bytes": file.bytes,
                "format": file.format.map(Format::as_str),
                "fate": file.fate.as_str(),
                "knownAs": file.known_as,
                "licence": file.licence,
                "ledger": file.ledger,
            })
        })
        .collect();
    let superseded: Vec<Value> = change
        .superseded
        .iter()
        .map(|(name, count)| json!({ "name": name, "records": count }))
        .collect();
    json!({
        "files": files,
        "removed": change.removed,
        "superseded": superseded,
        "generation": manifest.generation,
        "dataVersion": manifest.data_version,
        "counts": manifest.counts,
    })
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
