//! An answer of the service as HTTP: its bytes, its status, what caches may do with it.

use std::io::{self, ErrorKind};
use std::sync::Arc;

use async_graphql::Response as Answer;
use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, VARY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::json;

use super::encoding::{Forms, SMALLEST};
use super::media::Media;
use super::refusal::{self, RETRY, Refusal};
use crate::graphql::error::{ErrorCode, code_of, limit_of};
use crate::graphql::refused::was_refused;
use crate::graphql::{self, DATA_VERSION};

/// How many headers an answer has, those included that whoever stands before the handler adds.
const HEADERS: usize = 10;

/// The headers of a request that make another answer of it.
pub(super) const VARIES: HeaderValue = HeaderValue::from_static("accept, aidgraph-cost");

/// Bytes that may be so many.
struct Bounded {
    bytes: Vec<u8>,
    most: usize,
    is_full: bool,
}

impl io::Write for Bounded {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        self.write_all(more)?;
        Ok(more.len())
    }

    fn write_all(&mut self, more: &[u8]) -> io::Result<()> {
        if self.bytes.len() + more.len() > self.most {
            self.is_full = true;
            return Err(ErrorKind::WriteZero.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An answer in bytes.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) bytes: Bytes,
    /// The text of what was asked, for the log.
    pub(super) text: Option<Arc<str>>,
    /// The code of the refusal, where the request was not executed.
    pub(super) refused: Option<ErrorCode>,
    /// The limit that it exceeds, where it is one that can be set.
    pub(super) limit: Option<String>,
    /// Whether it holds an error.
    pub(super) is_err: bool,
    /// The version of the data that gave it.
    pub(super) version: Option<HeaderValue>,
    /// The generation that gave it.
    pub(super) generation: Option<u64>,
    /// Its compressed forms.
    forms: Arc<Forms>,
}

impl Written {
    /// An answer without an error.
    pub(super) fn new(mut bytes: Vec<u8>) -> Self {
        // What is kept counts with its length.
        bytes.shrink_to_fit();
        let forms = Forms::of_answer(bytes.len());
        Self {
            bytes: bytes.into(),
            text: None,
            refused: None,
            limit: None,
            is_err: false,
            version: None,
            generation: None,
            forms,
        }
    }

    /// The same, with the text of what was asked.
    pub(super) fn to(self, text: &Arc<str>) -> Self {
        Self { text: Some(Arc::clone(text)), ..self }
    }

    /// The bytes of an answer, which may be so many. One that was never executed has no `data`, as the specification
    /// wants it.
    pub(super) fn of(answer: &Answer, most: usize) -> Self {
        let refused = was_refused(answer)
            .then(|| answer.errors.first().and_then(code_of).unwrap_or(ErrorCode::BadUserInput));
        let mut bounded = Bounded { bytes: Vec::new(), most, is_full: false };
        let bytes = if refused.is_some() {
            serde_json::to_vec(&json!({ "errors": answer.errors })).map_err(io::Error::from)
        } else {
            graphql::json::write(&mut bounded, answer).map(|()| bounded.bytes)
        };
        let limit = refused.and_then(|_| limit_of(answer.errors.first()?));
        let version = answer.http_headers.get(DATA_VERSION).cloned();
        match bytes {
            Ok(bytes) => {
                Self { refused, limit, is_err: answer.is_err(), version, ..Self::new(bytes) }
            }
            Err(_) if bounded.is_full => Self::refusal(&Refusal::too_large(most)),
            Err(err) => {
                tracing::error!(error = &err as &dyn std::error::Error, "no answer was written");
                let message = "the answer could not be written";
                Self::refusal(&Refusal::new(ErrorCode::InternalServerError, message))
            }
        }
    }

    /// The bytes of what was never asked of the service, or what takes the place of an answer.
    pub(super) fn refusal(refusal: &Refusal) -> Self {
        let bytes = refusal.body().to_string().into();
        Self {
            refused: Some(refusal.code()),
            limit: refusal.limit().map(str::to_owned),
            is_err: true,
            ..Self::new(bytes)
        }
    }

    /// The answer in a form.
    pub(super) fn respond(&self, media: Media) -> Response {
        let mut response = Response::new(Body::from(self.bytes.clone()));
        *response.status_mut() = self.status(media);
        let headers = response.headers_mut();
        headers.reserve(HEADERS);
        headers.insert(CONTENT_TYPE, media.content_type());
        headers.insert(VARY, VARIES);
        if let Some(version) = &self.version {
            headers.insert(DATA_VERSION, version.clone());
        }
        if self.refused.is_some_and(refusal::may_be_repeated) {
            headers.insert(RETRY_AFTER, RETRY);
        }
        if self.is_err {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        if self.bytes.len() >= SMALLEST {
            response.extensions_mut().insert(Arc::clone(&self.forms));
        }
        response
    }

    /// What went wrong with a request itself is 200 in plain JSON, and its own status in the other form. That it was too
    /// much, or too soon, is told by the status in both, so that proxies see it.
    fn status(&self, media: Media) -> StatusCode {
        use ErrorCode::{BadUserInput, PersistedQueryNotFound, PersistedQueryNotSupported};
        match (self.refused, media) {
            (None, _)
            | (
                Some(BadUserInput | PersistedQueryNotFound | PersistedQueryNotSupported),
                Media::Json,
            ) => StatusCode::OK,
            (Some(code), _) => refusal::status(code),
        }
    }
}
