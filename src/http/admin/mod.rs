//! Import endpoint: `POST /admin/import` imports a file by the same path as the command line.
//!
//! The body is streamed to an anonymous file, so that a slow client blocks nothing and memory use is constant. The file
//! is then imported, and progress is reported as lines of JSON; the last line is the report. An error before the first
//! line has an HTTP status; a later error is the last line. A complete upload is imported entirely or not at all, even if
//! the client disconnects.

mod line;
mod upload;

use std::fs::File;
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
use tokio::sync::mpsc::{Sender, channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::App;
use super::access::Caller;
use super::error::{Code, HttpCode, HttpError};
use super::graphql::stream::BUFFERING;
use crate::graphql::Service;
use crate::graphql::error::ErrorCode;
use crate::model::limit_table::LimitName;
use crate::server::Shutdown;
use crate::server::quota::Quota;
use crate::service::import::{ImportError, ImportReport, ImportService, UploadTarget};

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
pub(super) struct ImportParams {
    /// Name under which the file is stored.
    name: String,
    /// Format of the file; `None` detects it from the content.
    format: Option<String>,
    /// Treatment of activities that are also in other files: `latest` or `unite`.
    duplicates: Option<String>,
    /// Licence of the file; empty if unknown, `None` keeps that of the replaced file.
    licence: Option<String>,
}

/// Returns the code of an import error.
fn code(err: &ImportError) -> Code {
    match err {
        ImportError::Input(_) => ErrorCode::BadUserInput.into(),
        ImportError::Busy => HttpCode::Conflict.into(),
        ImportError::Stopped => ErrorCode::Overloaded.into(),
        ImportError::NoRoom => HttpCode::InsufficientStorage.into(),
        ImportError::Failed => ErrorCode::InternalServerError.into(),
    }
}

impl From<ImportError> for HttpError {
    fn from(err: ImportError) -> Self {
        let refusal = Self::new(code(&err), err.to_string());
        if err == ImportError::Busy { refusal.wait(LATER) } else { refusal }
    }
}

/// Import endpoint: receives several uploads at a time and imports one at a time. Clones share state.
#[derive(Clone, Debug)]
pub(super) struct ImportEndpoint {
    import: Arc<ImportService>,
    place: Arc<Semaphore>,
    /// Quota of uploads in flight.
    uploads: Quota,
    /// Bytes of uploads in flight.
    bytes: Quota,
    options: Options,
    /// Maximum time between two chunks, and the window over which the rate is measured.
    silence: Duration,
}

impl ImportEndpoint {
    /// Creates the endpoint. `client_share` is the share of uploads in flight that one client may have, in per cent; at
    /// least two.
    pub(super) fn new(
        import: Arc<ImportService>,
        options: Options,
        silence: Duration,
        client_share: usize,
    ) -> Self {
        let bytes = usize::try_from(options.largest.saturating_mul(2)).unwrap_or(usize::MAX);
        let share = (options.uploads.saturating_mul(client_share) / 100).max(2);
        Self {
            import,
            place: Arc::new(Semaphore::new(1)),
            uploads: Quota::new(options.uploads, "uploads", LimitName::Constant("max-uploads"))
                .per_client(share),
            bytes: Quota::new(bytes, "bytes of uploads", LimitName::Flag("max-import")),
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
            "invalid parameters: send `name`, and optionally `format`, `duplicates` and `licence`, each once: `/admin/import?name=FILE`",
        )
    };
    let Query(wish) = wish.map_err(unreadable)?;
    let (format, duplicates) = (wish.format.as_deref(), wish.duplicates.as_deref());
    let target = UploadTarget::new(&wish.name, format, duplicates, wish.licence.as_deref())?;
    if desk.place.available_permits() == 0 {
        return Err(ImportError::Busy.into());
    }
    let seat = desk.uploads.acquire(caller.client())?;
    let upload = desk.receive(&headers, body).await?;
    // Another upload may have completed first; this one waits for its import.
    let place = Arc::clone(&desk.place).acquire_owned().await.map_err(|_| ImportError::Stopped)?;
    drop(seat);
    let (name, bytes) = (target.name(), upload.1);
    tracing::info!(%caller, name, bytes, "upload received; import started");
    desk.run_import(target, upload, app, place).await
}

impl ImportEndpoint {
    /// Imports an upload on a blocking thread and streams its progress.
    async fn run_import(
        self,
        target: UploadTarget,
        upload: (File, u64),
        app: App,
        place: OwnedSemaphorePermit,
    ) -> Result<Response, HttpError> {
        let (lines, mut received) = channel(WAITING);
        let bytes = upload.1;
        tokio::task::spawn_blocking(move || {
            let name = target.name().to_owned();
            // Progress is best effort: a full channel drops it.
            let send = |progress| drop(lines.try_send(Ok(line::progress(progress))));
            let is_stopped = || app.stop.has_begun();
            let done = self.import.import_upload(target, upload, &send, &is_stopped);
            drop(place);
            app.metrics.imports.count(done.is_ok());
            end(&name, done, &app.service, &app.stop, &lines);
        });
        // A failure before the first line has an HTTP status.
        let first = match received.recv().await {
            Some(first) => first?,
            None => return Err(ImportError::Failed.into()),
        };
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson")),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (BUFFERING, HeaderValue::from_static("no")),
        ];
        let lines = line::lines([line::received(bytes), first], received);
        Ok((headers, Body::from_stream(lines)).into_response())
    }
}

/// Reports the result of an import, once its generation is current.
fn end(
    name: &str,
    done: Result<ImportReport, ImportError>,
    service: &Service,
    stop: &Shutdown,
    lines: &Sender<line::Line>,
) {
    let last = match done {
        Ok(ImportReport { generation, body }) => {
            tracing::info!(name, generation, "import finished");
            let is_current = wait_until_current(generation, service, stop);
            Ok(line::done(&body, is_current))
        }
        Err(err) => {
            tracing::warn!(name, code = code(&err).as_str(), "upload not imported");
            Err(err)
        }
    };
    // Fails if the client has disconnected.
    let _ = lines.blocking_send(last);
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
