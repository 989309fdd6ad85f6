//! Body of a representation that is still being written: reads its file up to the written part, and waits for more.
//!
//! The writer never waits for the client, so a slow client occupies no thread of an execution.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::Frame;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinHandle, spawn_blocking};

use super::compression::Streamed;
use super::spooled::{CHUNK, IN_MEMORY};
use crate::http::error::HttpError;
use crate::model::client::Client;
use crate::server::paced;
use crate::server::quota::Quota;

/// Part of a representation that is in its file.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) file: Arc<File>,
    /// Number of bytes.
    pub(super) length: u64,
    /// True after the last byte. Without it, the end of the writer is a failure.
    pub(super) is_complete: bool,
}

/// Follower of a writer.
#[derive(Debug)]
pub(in crate::http) struct Follower {
    progress: watch::Receiver<Option<Written>>,
}

impl Follower {
    pub(super) fn new(progress: watch::Receiver<Option<Written>>) -> Self {
        Self { progress }
    }

    /// Waits until a part can be read. Never completes for a small representation, or after the end of the writer.
    pub(in crate::http) async fn begun(&mut self) {
        if self.progress.wait_for(Option::is_some).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Returns a response with the bytes as they are written. `writing` guards the task of the writer, which is
    /// aborted when the client leaves.
    ///
    /// # Errors
    /// The error of the quota of unsent bytes.
    pub(in crate::http) fn response(
        self,
        writing: AbortOnDrop,
        unsent: &Quota,
        client: Client,
    ) -> Result<Response, HttpError> {
        let held = paced::charge(unsent, client, IN_MEMORY)?;
        let state = State::Looking(Box::pin(next(self.progress, 0)));
        let body = FollowerBody { read: 0, state, writing };
        let mut response = Response::new(Body::new(body));
        response.extensions_mut().insert(held);
        response.extensions_mut().insert(Streamed);
        Ok(response)
    }
}

/// Aborts a task when it is dropped, unless it was released.
#[derive(Debug)]
pub(in crate::http) struct AbortOnDrop(Option<AbortHandle>);

impl AbortOnDrop {
    /// Creates the guard of a task.
    pub(in crate::http) fn new<T>(task: &JoinHandle<T>) -> Self {
        Self(Some(task.abort_handle()))
    }

    fn release(&mut self) {
        self.0 = None;
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

type Progress = watch::Receiver<Option<Written>>;

/// Next part of the file: up to which offset it is written; `None` at the end.
type Found = io::Result<Option<(Arc<File>, u64)>>;

/// Waits for bytes after an offset.
async fn next(mut progress: Progress, read: u64) -> (Progress, Found) {
    let is_more = |written: &Option<Written>| {
        written.as_ref().is_some_and(|written| written.length > read || written.is_complete)
    };
    let found = progress.wait_for(is_more).await.map(|written| written.clone());
    let found = match found {
        Ok(Some(written)) if written.length > read => Ok(Some((written.file, written.length))),
        Ok(_) => Ok(None),
        Err(_) => Err(io::Error::other("the table could not be completed")),
    };
    (progress, found)
}

enum State {
    Looking(Pin<Box<dyn Future<Output = (Progress, Found)> + Send>>),
    Reading(Progress, JoinHandle<io::Result<Bytes>>),
    Over,
}

struct FollowerBody {
    read: u64,
    state: State,
    writing: AbortOnDrop,
}

fn read(file: &File, from: u64, to: u64) -> io::Result<Bytes> {
    let length = usize::try_from(to.saturating_sub(from).min(CHUNK)).map_err(io::Error::other)?;
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, from)?;
    Ok(bytes.into())
}

impl HttpBody for FollowerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        loop {
            match &mut self.state {
                State::Over => return Poll::Ready(None),
                State::Looking(looking) => match ready!(looking.as_mut().poll(ctx)) {
                    (progress, Ok(Some((file, length)))) => {
                        let from = self.read;
                        let reading = spawn_blocking(move || read(&file, from, length));
                        self.state = State::Reading(progress, reading);
                    }
                    (_, Ok(None)) => {
                        self.writing.release();
                        self.state = State::Over;
                    }
                    (_, Err(err)) => {
                        self.state = State::Over;
                        return Poll::Ready(Some(Err(err)));
                    }
                },
                State::Reading(progress, reading) => {
                    let done = ready!(Pin::new(reading).poll(ctx));
                    let bytes = done.map_err(io::Error::other).and_then(|bytes| bytes);
                    let progress = progress.clone();
                    return Poll::Ready(Some(match bytes {
                        Ok(bytes) => {
                            self.read += bytes.len() as u64;
                            let next = Box::pin(next(progress, self.read));
                            self.state = State::Looking(next);
                            Ok(Frame::data(bytes))
                        }
                        Err(err) => {
                            self.state = State::Over;
                            Err(err)
                        }
                    }));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.state, State::Over)
    }
}
