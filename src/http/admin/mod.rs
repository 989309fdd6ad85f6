//! `POST /admin/import`: a file comes in through the gate that the command line uses.
//!
//! The body first goes to a file without a name, a piece at a time, so that a slow sender holds nothing up and memory stays as
//! it is. Then the file is brought in, and its progress is told in lines of JSON, the last of which is the report. Until
//! the first line an error has its status; afterwards it is the last line. Once the file has come, it is brought in whole
//! or not at all, whether or not its sender is still there to hear it.

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
use super::crowd::Shares;
use super::limits::Room;
use super::refusal::Refusal;
use super::shutdown::Stop;
use super::stream::BUFFERING;
use crate::graphql::Service;
use crate::graphql::error::ErrorCode;
use line::Told;
use upload::Coming;

/// How many lines may wait for their reader; progress beyond is not told.
const WAITING: usize = 32;

/// How long the report waits for the new generation to be in force.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often it looks.
const LOOK: Duration = Duration::from_millis(50);

/// When to come back while something else is brought in.
const LATER: Duration = Duration::from_secs(9);

/// How files are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The most that a file may have, in bytes, packed as it comes. All files that are coming may have twice as many together.
    pub largest: u64,
    /// How many files may be coming at a time.
    pub uploads: usize,
    /// How many bytes a second a file must come with, over as long as a body may take.
    pub least_rate: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { largest: 1 << 30, uploads: 8, least_rate: 1_024 }
    }
}

/// What the address says of a file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wish {
    /// The name to keep it under.
    pub name: String,
    /// How it is written, where its content shall not tell.
    pub format: Option<String>,
    /// What counts of an activity that stands in other files too: `latest` or `unite`.
    pub duplicates: Option<String>,
}

/// A file that has come.
#[derive(Debug)]
pub struct Upload {
    /// What the address says of it.
    pub wish: Wish,
    /// Its content, from the beginning.
    pub content: File,
    /// How many bytes it has, packed as it came.
    pub bytes: u64,
}

/// How far an import is.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// So many bytes have been read, of so many.
    Reading(u64, u64),
    /// The file has been read; its name, size and what became of its rows.
    Read(Value),
    /// The next generation is being built, and this is being done.
    Building(String),
}

/// What an import came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The generation that holds it.
    pub generation: u64,
    /// The report of the command line, with the ledger.
    pub body: Value,
}

/// Why nothing was brought in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Something in the request cannot be right.
    #[error("{0}")]
    Input(String),
    /// Something else writes to the data folder.
    #[error("another import or build is under way; send the file again when it is done")]
    Busy,
    /// The service stops.
    #[error("the service stops; nothing of the file was brought in")]
    Stopped,
    /// There is no room for it.
    #[error(
        "the disk of the service is full: nothing of the file was brought in, and what was in force stays; have room made on it, then send the file again"
    )]
    NoRoom,
    /// It was tried, and failed. The log has the cause.
    #[error("the file could not be brought in; the service's log says why")]
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

impl From<ImportError> for Refusal {
    fn from(err: ImportError) -> Self {
        let refusal = Self::new(err.code(), err.to_string());
        if err == ImportError::Busy { refusal.wait(LATER) } else { refusal }
    }
}

/// What brings files in. It blocks.
pub trait Import: fmt::Debug + Send + Sync + 'static {
    /// An empty file without a name, where there is room for what comes.
    ///
    /// # Errors
    /// What the system said.
    fn room(&self) -> io::Result<File>;

    /// Refuses what cannot be wished, before it comes.
    ///
    /// # Errors
    /// [`ImportError::Input`].
    fn check(&self, wish: &Wish) -> Result<(), ImportError>;

    /// Brings a file in, through the gate that everything passes, unless `is_stopped` says that the service stops.
    ///
    /// # Errors
    /// Why it did not; then nothing has changed.
    fn import(
        &self,
        upload: Upload,
        tell: &(dyn Fn(Progress) + Sync),
        is_stopped: &(dyn Fn() -> bool + Sync),
    ) -> Result<Report, ImportError>;
}

/// Where files are handed in: several may be coming, and one at a time is brought in. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Desk {
    import: Arc<dyn Import>,
    place: Arc<Semaphore>,
    /// Places of files that are coming.
    uploads: Shares,
    /// Bytes of files that are coming.
    coming: Coming,
    options: Options,
    /// How long a sender may be silent, and over how long its rate is looked at.
    silence: Duration,
}

impl Desk {
    /// `client_share` is what one client may have of the files that are coming, in hundredths; one beside another always.
    pub(super) fn new(
        import: Arc<dyn Import>,
        options: Options,
        silence: Duration,
        client_share: usize,
    ) -> Self {
        let share = (options.uploads.saturating_mul(client_share) / 100).max(2);
        let uploads = Room::new(options.uploads, "uploads", "max-uploads");
        Self {
            import,
            place: Arc::new(Semaphore::new(1)),
            uploads: Shares::new(uploads, share),
            coming: Coming::default(),
            options,
            silence,
        }
    }
}

/// Takes a file.
pub(super) async fn import(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    wish: Result<Query<Wish>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let Some(desk) = app.desk.clone() else {
        return Err(Refusal::not_found("this service takes no files over HTTP"));
    };
    let unreadable = |_| {
        Refusal::input(
            "say `name`, and perhaps `format` and `duplicates`, each once: `/admin/import?name=FILE`",
        )
    };
    let Query(wish) = wish.map_err(unreadable)?;
    desk.import.check(&wish)?;
    if desk.place.available_permits() == 0 {
        return Err(ImportError::Busy.into());
    }
    let seat = desk.uploads.enter(caller.client())?;
    let upload = desk.receive(wish, &headers, body).await?;
    // Another file may have come first; this one is here, and waits for it.
    let place = Arc::clone(&desk.place).acquire_owned().await.map_err(|_| ImportError::Stopped)?;
    drop(seat);
    let (name, bytes) = (&upload.wish.name, upload.bytes);
    tracing::info!(%caller, name, bytes, "a file has come; it is brought in");
    desk.bring_in(upload, app, place).await
}

impl Desk {
    /// Brings a file in on a thread that may block, and tells how far it is.
    async fn bring_in(
        self,
        upload: Upload,
        app: App,
        place: OwnedSemaphorePermit,
    ) -> Result<Response, Refusal> {
        let (say, mut told) = channel(WAITING);
        let bytes = upload.bytes;
        tokio::task::spawn_blocking(move || {
            let name = upload.wish.name.clone();
            // Progress is for whoever listens; nothing waits for that.
            let tell = |progress| drop(say.try_send(Told::Progress(progress)));
            let is_stopped = || app.stop.has_begun();
            let done = self.import.import(upload, &tell, &is_stopped);
            drop(place);
            app.metrics.imports.count(done.is_ok());
            end(&name, done, &app.service, &app.stop, &say);
        });
        // What fails at once still has a status of its own.
        let first = match told.recv().await {
            Some(Told::Failed(err)) => return Err(err.into()),
            Some(first) => first,
            None => return Err(ImportError::Failed.into()),
        };
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson")),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (BUFFERING, HeaderValue::from_static("no")),
        ];
        let lines = line::lines([Told::Received(bytes), first], told);
        Ok((headers, Body::from_stream(lines)).into_response())
    }
}

/// Tells what an import came to, once answers come from it.
fn end(
    name: &str,
    done: Result<Report, ImportError>,
    service: &Service,
    stop: &Stop,
    say: &Sender<Told>,
) {
    let told = match done {
        Ok(report) => {
            tracing::info!(name, generation = report.generation, "a file was brought in");
            let in_force = is_in_force(report.generation, service, stop);
            Told::Done { report: report.body, in_force }
        }
        Err(err) => {
            tracing::warn!(name, code = %err.code(), "a file was not brought in");
            Told::Failed(err)
        }
    };
    // Nobody may be left to hear it.
    let _ = say.blocking_send(told);
}

/// Waits until a generation is in force; whether it is by then.
fn is_in_force(generation: u64, service: &Service, stop: &Stop) -> bool {
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
