//! The lines that tell of an import: one JSON object each.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use serde_json::{Value, json};
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;

use super::{ImportError, Progress};

/// How long there may be nothing to tell before a line says that the work goes on.
const QUIET: Duration = Duration::from_secs(10);

/// What is told.
#[derive(Debug)]
pub(super) enum Told {
    /// The file has come, with so many bytes.
    Received(u64),
    /// How far the import is.
    Progress(Progress),
    /// It is done; whether answers come from it already.
    Done { report: Value, in_force: bool },
    /// It is not.
    Failed(ImportError),
}

impl Told {
    fn json(self) -> Value {
        match self {
            Self::Received(bytes) => json!({ "event": "received", "bytes": bytes }),
            Self::Progress(Progress::Reading(bytes, of)) => {
                json!({ "event": "reading", "bytes": bytes, "of": of })
            }
            Self::Progress(Progress::Read(file)) => json!({ "event": "read", "file": file }),
            Self::Progress(Progress::Building(phase)) => {
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

/// The lines: what is told first, and then whatever is told, to its end.
pub(super) fn lines(
    first: [Told; 2],
    told: Receiver<Told>,
) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    let later = stream::unfold(told, |mut told| async move {
        match timeout(QUIET, told.recv()).await {
            Ok(Some(next)) => Some((next.json(), told)),
            Ok(None) => None,
            Err(_) => Some((json!({ "event": "working" }), told)),
        }
    });
    stream::iter(first.map(Told::json))
        .chain(later)
        .map(|line| Ok(Bytes::from(format!("{line}\n"))))
}
