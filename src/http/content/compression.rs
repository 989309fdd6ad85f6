//! Compression of responses. Source: RFC 9110, `Content-Encoding` and strong `ETag`.
//!
//! Compresses complete text responses above a minimum size. A response marked as [`Streamed`] is compressed while it is sent,
//! other streams are not compressed, and neither are parts of a response. Cached responses, files and the schema keep their
//! compressed encodings.

use std::io;
use std::num::NonZero;
use std::sync::{Arc, OnceLock};
use std::thread;

use axum::body::{Body, Bytes, HttpBody as _, to_bytes};
use axum::http::header::{
    ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, VARY,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use tokio::sync::Semaphore;

use super::coding::Coding;
use super::compressed_body::GzipBody;

/// Value of `Vary` of a response that may be compressed.
pub(in crate::http) const ACCEPT_ENCODING: HeaderValue =
    HeaderValue::from_static("accept-encoding");

/// Minimum size in bytes of a response that is compressed.
pub(in crate::http) const SMALLEST: usize = 1_024;

/// Maximum size in bytes that is compressed on the async thread; larger responses use a blocking thread.
const QUICK: usize = 16 * 1_024;

/// Cached encodings of a response, created on first use. A response with this extension is compressed once per coding.
#[derive(Debug)]
pub(in crate::http) struct Forms {
    /// Maximum size in bytes of a cached encoding.
    limit: usize,
    made: [OnceLock<Bytes>; Coding::ALL.len()],
}

impl Forms {
    /// Creates the slots of a cached response. All encodings together are no larger than `bytes`.
    pub(in crate::http) fn of_answer(bytes: usize) -> Arc<Self> {
        Arc::new(Self { limit: bytes / Coding::ALL.len(), made: Default::default() })
    }

    /// Creates the slots of an embedded file, without a limit of size.
    pub(in crate::http) fn of_file() -> Arc<Self> {
        Arc::new(Self { limit: usize::MAX, made: Default::default() })
    }

    fn slot(&self, coding: Coding) -> Option<&OnceLock<Bytes>> {
        let at = Coding::ALL.iter().position(|other| *other == coding)?;
        self.made.get(at)
    }

    fn get(&self, coding: Coding) -> Option<Bytes> {
        self.slot(coding)?.get().cloned()
    }

    fn store(&self, coding: Coding, form: &Bytes) {
        if let Some(slot) = self.slot(coding).filter(|_| form.len() <= self.limit) {
            // A concurrent request may have stored the same encoding.
            let _ = slot.set(form.clone());
        }
    }
}

/// Marks a response that is compressed while it is sent, and only in gzip: a compressor of zstd takes megabytes.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) struct Streamed;

/// Permits for compression on blocking threads: one per processor. Without a free permit, a response is sent
/// uncompressed instead of waiting. Clones share state.
#[derive(Clone, Debug)]
pub(in crate::http) struct Presses(Arc<Semaphore>);

impl Default for Presses {
    fn default() -> Self {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        Self(Arc::new(Semaphore::new(processors)))
    }
}

/// Compresses a response with the negotiated coding.
pub(in crate::http) async fn compress(
    mut response: Response,
    coding: Option<Coding>,
    presses: &Presses,
) -> Response {
    // Ranges are those of the identity encoding.
    if [StatusCode::NOT_MODIFIED, StatusCode::PARTIAL_CONTENT].contains(&response.status()) {
        vary(&mut response);
        return response;
    }
    let is_streamed = response.extensions().get::<Streamed>().is_some();
    let size = response.body().size_hint().exact();
    // A response to HEAD has no body, and the length of a stream may be unknown.
    let is_small = size.map_or(!is_streamed, |size| size < SMALLEST as u64);
    if is_small || !is_text(&response) {
        return response;
    }
    vary(&mut response);
    match coding {
        Some(coding) if is_streamed => {
            if coding == Coding::Gzip {
                stream(response)
            } else {
                response
            }
        }
        Some(coding) => Box::pin(encode(response, coding, presses)).await,
        None => response,
    }
}

async fn encode(response: Response, coding: Coding, presses: &Presses) -> Response {
    let (parts, body) = response.into_parts();
    // The body is complete, so that reading it cannot fail.
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Response::from_parts(parts, Body::empty());
    };
    let forms = parts.extensions.get::<Arc<Forms>>();
    let kept = forms.and_then(|forms| forms.get(coding));
    let form = match kept {
        Some(form) => Some(form),
        None => make(bytes.clone(), coding, presses).await.filter(|form| form.len() < bytes.len()),
    };
    let Some(form) = form else { return Response::from_parts(parts, Body::from(bytes)) };
    if let Some(forms) = forms {
        forms.store(coding, &form);
    }
    let mut response = Response::from_parts(parts, Body::from(form));
    encoded(&mut response, coding);
    response
}

/// Compresses a response while it is sent.
fn stream(response: Response) -> Response {
    let mut response = response.map(|body| Body::new(GzipBody::new(body)));
    encoded(&mut response, Coding::Gzip);
    response
}

/// Sets the headers of an encoding, which is another representation without ranges.
fn encoded(response: &mut Response, coding: Coding) {
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.remove(ACCEPT_RANGES);
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    if let Some(tag) = headers.get(ETAG).and_then(|tag| coding.tag(tag)) {
        headers.insert(ETAG, tag);
    }
}

/// Compresses the bytes; `None` without a free permit or on failure.
async fn make(bytes: Bytes, coding: Coding, presses: &Presses) -> Option<Bytes> {
    let made = if bytes.len() <= QUICK {
        coding.compress(&bytes)
    } else {
        let press = Arc::clone(&presses.0).try_acquire_owned().ok()?;
        let making = tokio::task::spawn_blocking(move || {
            let _press = press;
            coding.compress(&bytes)
        });
        making.await.unwrap_or_else(|err| Err(io::Error::other(err)))
    };
    made.inspect_err(|err| {
        tracing::error!(error = err as &dyn std::error::Error, "compression failed");
    })
    .ok()
    .map(Bytes::from)
}

/// Returns true if a response is complete text without a content coding.
fn is_text(response: &Response) -> bool {
    let headers = response.headers();
    let media = headers.get(CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    let is_text = media.starts_with("text/") && media != "text/event-stream"
        || media.ends_with("json")
        || media == "image/svg+xml";
    is_text && !headers.contains_key(CONTENT_ENCODING)
}

fn vary(response: &mut Response) {
    let headers = response.headers_mut();
    if !headers.get_all(VARY).iter().any(|given| given == ACCEPT_ENCODING) {
        headers.append(VARY, ACCEPT_ENCODING);
    }
}
