//! A complete representation, and its responses: whole, in part, or `416 Range Not Satisfiable`.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::{ACCEPT_RANGES, CONTENT_RANGE, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper::body::{Frame, SizeHint};
use tokio::task::{JoinHandle, spawn_blocking};

use super::compression::{ACCEPT_ENCODING, Streamed};
use super::range::Selection;
use crate::http::error::{HttpCode, HttpError};
use crate::model::client::Client;
use crate::server::paced;
use crate::server::quota::Quota;

/// Bytes that are read of a file at once.
pub(super) const CHUNK: u64 = 64 * 1024;

/// Bytes in memory of a response from a file: two chunks, and the state of the compressor.
pub(super) const IN_MEMORY: usize = 512 * 1024;

const BYTES: HeaderValue = HeaderValue::from_static("bytes");

/// Reservation that ends when it is dropped.
type Reserved = Box<dyn std::fmt::Debug + Send + Sync>;

/// Content of a representation.
#[derive(Debug)]
pub(super) enum Content {
    Memory(Bytes),
    File(Arc<File>),
}

/// A complete representation. Clones share its content.
#[derive(Clone, Debug)]
pub(in crate::http) struct Spooled(Arc<Representation>);

#[derive(Debug)]
struct Representation {
    etag: HeaderValue,
    headers: HeaderMap,
    content: Content,
    length: u64,
    /// Reserved bytes of the spool, released on drop.
    _room: Reserved,
}

impl Spooled {
    pub(super) fn new(
        etag: HeaderValue,
        headers: HeaderMap,
        content: Content,
        length: u64,
        room: Reserved,
    ) -> Self {
        Self(Arc::new(Representation { etag, headers, content, length, _room: room }))
    }

    pub(super) fn etag(&self) -> &HeaderValue {
        &self.0.etag
    }

    /// Responds to a request: with the whole, or with the part that `Range` selects, subject to `If-Range`. A file is read
    /// while it is sent, and its chunks are charged to the quota of unsent bytes.
    pub(in crate::http) fn response(
        &self,
        method: &Method,
        headers: &HeaderMap,
        unsent: &Quota,
        client: Client,
    ) -> Response {
        let length = self.0.length;
        let (status, range) = match Selection::of(method, headers, &self.0.etag, length) {
            Selection::Whole => (StatusCode::OK, 0..length),
            Selection::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
            Selection::Unsatisfiable => return self.unsatisfiable(),
        };
        let mut response = match self.body(&range, unsent, client) {
            Ok(response) => response,
            Err(refused) => return refused.into_response(),
        };
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.extend(self.0.headers.clone());
        headers.insert(ETAG, self.0.etag.clone());
        headers.insert(ACCEPT_RANGES, BYTES);
        headers.insert(VARY, ACCEPT_ENCODING);
        if status == StatusCode::PARTIAL_CONTENT {
            let last = range.end.saturating_sub(1);
            let of = format!("bytes {}-{last}/{length}", range.start);
            headers.extend(HeaderValue::from_str(&of).ok().map(|of| (CONTENT_RANGE, of)));
        }
        response
    }

    fn unsatisfiable(&self) -> Response {
        let length = self.0.length;
        let message = format!("range beyond the end: the table has {length} bytes");
        let mut response = HttpError::new(HttpCode::RangeNotSatisfiable, message).into_response();
        let of = HeaderValue::from_str(&format!("bytes */{length}")).ok();
        response.headers_mut().extend(of.map(|of| (CONTENT_RANGE, of)));
        response
    }

    fn body(
        &self,
        range: &Range<u64>,
        unsent: &Quota,
        client: Client,
    ) -> Result<Response, HttpError> {
        if let Content::Memory(_) = &self.0.content {
            let bytes = self.read(range.clone()).unwrap_or_default();
            return Ok(Response::new(Body::from(bytes)));
        }
        let held = paced::charge(unsent, client, IN_MEMORY)?;
        let rest = FileBody { of: self.clone(), rest: range.clone(), reading: None };
        let mut response = Response::new(Body::new(rest));
        response.extensions_mut().insert(held);
        response.extensions_mut().insert(Streamed);
        Ok(response)
    }

    /// Reads bytes; blocks on a file.
    ///
    /// # Errors
    /// The I/O error; `UnexpectedEof` beyond the end.
    pub(super) fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        let index = |at: u64| usize::try_from(at).map_err(io::Error::other);
        match &self.0.content {
            Content::Memory(bytes) => {
                let (from, to) = (index(range.start)?, index(range.end)?);
                let is_inside = from <= to && to <= bytes.len();
                let beyond = || io::ErrorKind::UnexpectedEof.into();
                if is_inside { Ok(bytes.slice(from..to)) } else { Err(beyond()) }
            }
            Content::File(file) => {
                let mut bytes = vec![0; index(range.end.saturating_sub(range.start))?];
                file.read_exact_at(&mut bytes, range.start)?;
                Ok(bytes.into())
            }
        }
    }
}

/// Body that reads a file in chunks, on the blocking pool.
struct FileBody {
    of: Spooled,
    /// Offsets that are still to be read.
    rest: Range<u64>,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
}

impl FileBody {
    fn poll_read(&mut self, ctx: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        let (start, end) = (self.rest.start, self.rest.end);
        let of = &self.of;
        let reading = self.reading.get_or_insert_with(|| {
            let (of, chunk) = (of.clone(), start..end.min(start.saturating_add(CHUNK)));
            spawn_blocking(move || of.read(chunk))
        });
        let read = ready!(Pin::new(reading).poll(ctx));
        self.reading = None;
        Poll::Ready(read.unwrap_or_else(|err| Err(io::Error::other(err))))
    }
}

impl HttpBody for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        match ready!(self.poll_read(ctx)) {
            Ok(bytes) => {
                self.rest.start += bytes.len() as u64;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Err(err) => {
                tracing::error!(error = &err as &dyn std::error::Error, "spooled table unreadable");
                Poll::Ready(Some(Err(err)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.end.saturating_sub(self.rest.start))
    }
}
