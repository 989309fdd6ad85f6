//! Progress lines of an import: one JSON object per line.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use serde_json::{Value, json};
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;

use super::code;
use crate::service::import::{ImportError, ImportProgress};

/// Time without an event after which a `working` line is sent.
const QUIET: Duration = Duration::from_secs(10);

/// A line of an import, or the error that ends it.
pub(super) type Line = Result<Value, ImportError>;

/// Returns the line of a complete upload of `bytes` bytes.
pub(super) fn received(bytes: u64) -> Value {
    json!({ "event": "received", "bytes": bytes })
}

/// Returns the line of a progress of the import.
pub(super) fn progress(progress: ImportProgress) -> Value {
    match progress {
        ImportProgress::Reading(bytes, of) => {
            json!({ "event": "reading", "bytes": bytes, "of": of })
        }
        ImportProgress::Read(file) => json!({ "event": "read", "file": file }),
        ImportProgress::Building(phase) => json!({ "event": "building", "phase": phase }),
    }
}

/// Returns the line of a successful import. `is_current` is true if its generation is already current.
pub(super) fn done(report: &Value, is_current: bool) -> Value {
    json!({ "event": "done", "inForce": is_current, "report": report })
}

/// Returns the line of a failed import.
fn failed(err: &ImportError) -> Value {
    let error = json!({ "message": err.to_string(), "extensions": { "code": code(err).as_str() } });
    json!({ "event": "failed", "errors": [error] })
}

/// Returns the stream of lines: the first two, then those of the channel until it closes.
pub(super) fn lines(
    first: [Value; 2],
    later: Receiver<Line>,
) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    let later = stream::unfold(later, |mut later| async move {
        match timeout(QUIET, later.recv()).await {
            Ok(Some(Ok(next))) => Some((next, later)),
            Ok(Some(Err(err))) => Some((failed(&err), later)),
            Ok(None) => None,
            Err(_) => Some((json!({ "event": "working" }), later)),
        }
    });
    stream::iter(first).chain(later).map(|line| Ok(Bytes::from(format!("{line}\n"))))
}
