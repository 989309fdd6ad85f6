//! Import endpoint: `POST /admin/import` imports a file by the same path as the command line.
//!
//! The body is streamed to an anonymous file, so that a slow client blocks nothing and memory use is constant. The file
//! is then imported, and progress is reported as lines of JSON; the last line is the report. An error before the first
//! line has an HTTP status; a later error is the last line. A complete upload is imported entirely or not at all, even if
//! the client disconnects.

mod line;
mod upload;

use std::fmt;
use std::fs::File;
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::mpsc::{Sender, channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::App;
use super::access::Caller;
use super::error::HttpError;
use super::limits::Capacity;
use super::quota::Quota;
use super::shutdown::Shutdown;
use super::stream::BUFFERING;
use crate::graphql::Service;
use crate::graphql::error::ErrorCode;
use line::ImportEvent;
use upload::Coming;

/// Capacity of the event channel; progress events beyond it are dropped.
const WAITING: usize = 32;

/// Maximum time that the report waits for the new generation to become current.
const PATIENCE: Duration = Duration::from_secs(60);

/// Interval at which the report polls for the new generation.
const LOOK: Duration = Duration::from_millis(50);

/// `Retry-After` while another import is running.
const LATER: Duration = Duration::from_secs(9);

/// Options of the import endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Maximum size of an upload in bytes, as received, before decompression. All uploads in flight may have twice as many.
    pub largest: u64,
    /// Maximum number of uploads in flight.
    pub uploads: usize,
    /// Minimum rate of an upload in bytes per second, measured over the body timeout.
    pub least_rate: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { largest: 1 << 30, uploads: 8, least_rate: 1_024 }
    }
}

/// Query parameters of an import.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImportParams {
    /// Name under which the file is stored.
    pub name: String,
    /// Format of the file; `None` detects it from the content.
    pub format: Option<String>,
    /// Treatment of activities that are also in other files: `latest` or `unite`.
    pub duplicates: Option<String>,
}

/// A complete upload.
#[derive(Debug)]
pub struct Upload {
    /// The query parameters.
    pub wish: ImportParams,
    /// The content, positioned at the beginning.
    pub content: File,
    /// Size in bytes, as received, before decompression.
    pub bytes: u64,
}

/// Progress of an import.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportProgress {
    /// Reading the file: bytes read, of total bytes.
    Reading(u64, u64),
    /// The file was read: its name, size and the counts of its rows.
    Read(Value),
    /// Building the next generation: the current phase.
    Building(String),
}

/// Result of a successful import.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportReport {
    /// Generation that contains the import.
    pub generation: u64,
    /// The report in the format of the command line, including the ledger.
    pub body: Value,
}

/// Error of an import. Nothing was imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
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

impl ImportError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Input(_) => ErrorCode::BadUserInput,
            Self::Busy => ErrorCode::Conflict,
            Self::Stopped => ErrorCode::Overloaded,
            Self::NoRoom => ErrorCode::InsufficientStorage,
            Self::Failed => ErrorCode::InternalServerError,
        }
    }
}

impl From<ImportError> for HttpError {
    fn from(err: ImportError) -> Self {
        let refusal = Self::new(err.code(), err.to_string());
        if err == ImportError::Busy { refusal.wait(LATER) } else { refusal }
    }
}

/// Importer of uploads. Its methods block.
pub trait Import: fmt::Debug + Send + Sync + 'static {
    /// Creates an empty anonymous file for an upload.
    ///
    /// # Errors
    /// The I/O error.
    fn room(&self) -> io::Result<File>;

    /// Validates the query parameters before the upload starts.
    ///
    /// # Errors
    /// [`ImportError::Input`].
    fn check(&self, wish: &ImportParams) -> Result<(), ImportError>;

    /// Imports a file by the common import path, and reports progress to `tell`. Aborts if `is_stopped` returns true.
    ///
    /// # Errors
    /// [`ImportError`]; then nothing has changed.
    fn import(
        &self,
        upload: Upload,
        tell: &(dyn Fn(ImportProgress) + Sync),
        is_stopped: &(dyn Fn() -> bool + Sync),
    ) -> Result<ImportReport, ImportError>;
}

/// Import endpoint: receives several uploads at a time and imports one at a time. Clones share state.
#[derive(Clone, Debug)]
pub(super) struct ImportEndpoint {
    import: Arc<dyn Import>,
    place: Arc<Semaphore>,
    /// Quota of uploads in flight.
    uploads: Quota,
    /// Bytes of uploads in flight.
    coming: Coming,
    options: Options,
    /// Maximum time between two chunks, and the window over which the rate is measured.
    silence: Duration,
}

impl ImportEndpoint {
    /// Creates the endpoint. `client_share` is the share of uploads in flight that one client may have, in per cent; at
    /// least two.
    pub(super) fn new(
        import: Arc<dyn Import>,
        options: Options,
        silence: Duration,
        client_share: usize,
    ) -> Self {
        let share = (options.uploads.saturating_mul(client_share) / 100).max(2);
        let uploads = Capacity::new(options.uploads, "uploads", "max-uploads");
        Self {
            import,
            place: Arc::new(Semaphore::new(1)),
            uploads: Quota::new(uploads, share),
            coming: Coming::default(),
            options,
            silence,
        }
    }
}

/// Handles `POST /admin/import`.
pub(super) async fn import(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    wish: Result<Query<ImportParams>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, HttpError> {
    let Some(desk) = app.desk.clone() else {
        return Err(HttpError::not_found("import over HTTP is disabled"));
    };
    let unreadable = |_| {
        HttpError::input(
            "invalid parameters: send `name`, and optionally `format` and `duplicates`, each once: `/admin/import?name=FILE`",
        )
    };
    let Query(wish) = wish.map_err(unreadable)?;
    desk.import.check(&wish)?;
    if desk.place.available_permits() == 0 {
        return Err(ImportError::Busy.into());
    }
    let seat = desk.uploads.acquire(caller.client())?;
    let upload = desk.receive(wish, &headers, body).await?;
    // Another upload may have completed first; this one waits for its import.
    let place = Arc::clone(&desk.place).acquire_owned().await.map_err(|_| ImportError::Stopped)?;
    drop(seat);
    let (name, bytes) = (&upload.wish.name, upload.bytes);
    tracing::info!(%caller, name, bytes, "upload received; import started");
    desk.run_import(upload, app, place).await
}

impl ImportEndpoint {
    /// Imports an upload on a blocking thread and streams its progress.
    async fn run_import(
        self,
        upload: Upload,
        app: App,
        place: OwnedSemaphorePermit,
    ) -> Result<Response, HttpError> {
        let (say, mut told) = channel(WAITING);
        let bytes = upload.bytes;
        tokio::task::spawn_blocking(move || {
            let name = upload.wish.name.clone();
            // Progress is best effort: a full channel drops it.
            let tell = |progress| drop(say.try_send(ImportEvent::Progress(progress)));
            let is_stopped = || app.stop.has_begun();
            let done = self.import.import(upload, &tell, &is_stopped);
            drop(place);
            app.metrics.imports.count(done.is_ok());
            end(&name, done, &app.service, &app.stop, &say);
        });
        // A failure before the first line has an HTTP status.
        let first = match told.recv().await {
            Some(ImportEvent::Failed(err)) => return Err(err.into()),
            Some(first) => first,
            None => return Err(ImportError::Failed.into()),
        };
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson")),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (BUFFERING, HeaderValue::from_static("no")),
        ];
        let lines = line::lines([ImportEvent::Received(bytes), first], told);
        Ok((headers, Body::from_stream(lines)).into_response())
    }
}

/// Reports the result of an import, once its generation is current.
fn end(
    name: &str,
    done: Result<ImportReport, ImportError>,
    service: &Service,
    stop: &Shutdown,
    say: &Sender<ImportEvent>,
) {
    let told = match done {
        Ok(report) => {
            tracing::info!(name, generation = report.generation, "import finished");
            let in_force = wait_until_current(report.generation, service, stop);
            ImportEvent::Done { report: report.body, in_force }
        }
        Err(err) => {
            tracing::warn!(name, code = %err.code(), "upload not imported");
            ImportEvent::Failed(err)
        }
    };
    // Fails if the client has disconnected.
    let _ = say.blocking_send(told);
}

/// Waits until a generation is current. Returns false on timeout or shutdown.
fn wait_until_current(generation: u64, service: &Service, stop: &Shutdown) -> bool {
    let begin = Instant::now();
    loop {
        if service.generation().is_some_and(|current| current >= generation) {
            return true;
        }
        if begin.elapsed() > PATIENCE || stop.has_begun() {
            return false;
        }
        thread::sleep(LOOK);
    }
}
