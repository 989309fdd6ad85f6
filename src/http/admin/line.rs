//! Progress lines of an import: one JSON object per line.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use serde_json::{Value, json};
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;

use super::{ImportError, ImportProgress};

/// Time without an event after which a `working` line is sent.
const QUIET: Duration = Duration::from_secs(10);

/// An event of an import, as reported to the client.
#[derive(Debug)]
pub(super) enum ImportEvent {
    /// The upload is complete; its size in bytes.
    Received(u64),
    /// Progress of the import.
    Progress(ImportProgress),
    /// The import succeeded. `in_force` is true if its generation is already current.
    Done { report: Value, in_force: bool },
    /// The import failed.
    Failed(ImportError),
}

impl ImportEvent {
    fn json(self) -> Value {
        match self {
            Self::Received(bytes) => json!({ "event": "received", "bytes": bytes }),
            Self::Progress(ImportProgress::Reading(bytes, of)) => {
                json!({ "event": "reading", "bytes": bytes, "of": of })
            }
            Self::Progress(ImportProgress::Read(file)) => json!({ "event": "read", "file": file }),
            Self::Progress(ImportProgress::Building(phase)) => {
                json!({ "event": "building", "phase": phase })
            }
            Self::Done { report, in_force } => {
                json!({ "event": "done", "inForce": in_force, "report": report })
            }
            Self::Failed(err) => {
                let code = err.code().to_string();
                let error = json!({ "message": err.to_string(), "extensions": { "code": code } });
                json!({ "event": "failed", "errors": [error] })
            }
        }
    }
}

/// Returns the stream of lines: the first two events, then the events of the channel until it closes.
pub(super) fn lines(
    first: [ImportEvent; 2],
    told: Receiver<ImportEvent>,
) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    let later = stream::unfold(told, |mut told| async move {
        match timeout(QUIET, told.recv()).await {
            Ok(Some(next)) => Some((next.json(), told)),
            Ok(None) => None,
            Err(_) => Some((json!({ "event": "working" }), told)),
        }
    });
    stream::iter(first.map(ImportEvent::json))
        .chain(later)
        .map(|line| Ok(Bytes::from(format!("{line}\n"))))
}
