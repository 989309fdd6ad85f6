//! Compressed answers. Source: RFC 9110, `Content-Encoding` and strong `ETag`.
//!
//! Only what is whole and worth it is compressed; streams are not. What is answered again and again keeps its compressed
//! forms beside it: answers that are ready, files, the schema.

use std::io;
use std::num::NonZero;
use std::sync::{Arc, OnceLock};
use std::thread;

use axum::body::{Body, Bytes, HttpBody as _, to_bytes};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, VARY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use tokio::sync::Semaphore;

use super::coding::Coding;

/// What is smaller is sent as it is.
pub(super) const SMALLEST: usize = 1_024;

/// What is larger is compressed on a thread that may take its time.
const QUICK: usize = 16 * 1_024;

/// The compressed forms of an answer, made when they are first asked for. An answer that has some in its extensions is
/// compressed once.
#[derive(Debug)]
pub(super) struct Forms {
    /// Bytes of one form; what is larger is not kept.
    most: usize,
    made: [OnceLock<Bytes>; Coding::ALL.len()],
}

impl Forms {
    /// Forms of an answer that is kept for a while, all together no larger than its own bytes.
    pub(super) fn of_answer(bytes: usize) -> Arc<Self> {
        Arc::new(Self { most: bytes / Coding::ALL.len(), made: Default::default() })
    }

    /// Forms of what the program itself carries.
    pub(super) fn of_file() -> Arc<Self> {
        Arc::new(Self { most: usize::MAX, made: Default::default() })
    }

    fn place(&self, coding: Coding) -> Option<&OnceLock<Bytes>> {
        let at = Coding::ALL.iter().position(|other| *other == coding)?;
        self.made.get(at)
    }

    fn get(&self, coding: Coding) -> Option<Bytes> {
        self.place(coding)?.get().cloned()
    }

    fn keep(&self, coding: Coding, form: &Bytes) {
        if let Some(place) = self.place(coding).filter(|_| form.len() <= self.most) {
            // Somebody else may have made the same.
            let _ = place.set(form.clone());
        }
    }
}

/// Room for what is compressed at a time beside what is answered: as much as there are processors. Where there is none an
/// answer goes as it is, which costs the network more and nobody time. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Presses(Arc<Semaphore>);

impl Default for Presses {
    fn default() -> Self {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        Self(Arc::new(Semaphore::new(processors)))
    }
}

/// Compresses an answer as its client takes it.
pub(super) async fn compress(
    mut response: Response,
    coding: Option<Coding>,
    presses: &Presses,
) -> Response {
    if response.status() == StatusCode::NOT_MODIFIED {
        vary(&mut response);
        return response;
    }
    let size = response.body().size_hint().exact().unwrap_or(0);
    if size < SMALLEST as u64 || !is_text(&response) {
        return response;
    }
    vary(&mut response);
    match coding {
        Some(coding) => Box::pin(encode(response, coding, presses)).await,
        None => response,
    }
}

async fn encode(response: Response, coding: Coding, presses: &Presses) -> Response {
    let (mut parts, body) = response.into_parts();
    // The body is whole, so that reading it cannot fail.
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
        forms.keep(coding, &form);
    }
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    if let Some(tag) = parts.headers.get(ETAG).and_then(|tag| coding.tag(tag)) {
        parts.headers.insert(ETAG, tag);
    }
    Response::from_parts(parts, Body::from(form))
}

/// The form; `None` where there is no room to make it.
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
        tracing::error!(error = err as &dyn std::error::Error, "an answer was not compressed");
    })
    .ok()
    .map(Bytes::from)
}

/// Whether an answer is whole text that nobody has compressed.
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
    response.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
}
