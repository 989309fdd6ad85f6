//! Upload of a file: streams the body to disk within limits of size, rate and time.

use std::fs::File;
use std::io::{ErrorKind, Seek as _};
use std::time::{Duration, Instant};

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use futures_util::StreamExt as _;
use tokio::io::AsyncWriteExt as _;

use super::ImportEndpoint;
use crate::graphql::error::ErrorCode;
use crate::http::error::{HttpCode, HttpError};
use crate::server::quota::QuotaExceeded;
use crate::service::import::ImportError;

/// Meter of the rate of an upload.
struct Pace {
    since: Instant,
    bytes: u64,
}

impl Pace {
    fn begin() -> Self {
        Self { since: Instant::now(), bytes: 0 }
    }

    /// Adds bytes. Returns true if the rate over a window of `over` was below `least` bytes per second.
    fn is_too_slow(&mut self, bytes: u64, over: Duration, least: u64) -> bool {
        self.bytes += bytes;
        let took = self.since.elapsed();
        if took < over {
            return false;
        }
        let least = u128::from(least).saturating_mul(took.as_millis()) / 1_000;
        let is_too_slow = u128::from(self.bytes) < least;
        *self = Self::begin();
        is_too_slow
    }
}

impl ImportEndpoint {
    /// Receives the body of a request into a file. Returns the file, positioned at its beginning, and its size in bytes.
    pub(super) async fn receive(
        &self,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<(File, u64), HttpError> {
        let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        let announced = announced.and_then(|length| length.parse::<u64>().ok());
        if announced.is_some_and(|length| length > self.options.largest) {
            return Err(self.too_large());
        }
        let file = self.import.upload_file().map_err(|err| storage_error(&err))?;
        let (content, bytes) = self.write(file, body.into_data_stream()).await?;
        if bytes == 0 {
            return Err(HttpError::input("empty body: send the file as the body"));
        }
        Ok((content, bytes))
    }

    /// Writes a body to a file and rewinds it.
    async fn write(&self, file: File, mut body: BodyDataStream) -> Result<(File, u64), HttpError> {
        let mut file = tokio::fs::File::from_std(file);
        let mut bytes = 0;
        let mut held = self.bytes.acquire_many(None, 0)?;
        let mut pace = Pace::begin();
        while let Some(piece) = self.next(&mut body).await? {
            bytes += piece.len() as u64;
            if bytes > self.options.largest {
                return Err(self.too_large());
            }
            self.bytes.extend(&mut held, piece.len()).map_err(too_many_bytes)?;
            if pace.is_too_slow(piece.len() as u64, self.silence, self.options.least_rate) {
                return Err(self.too_slow());
            }
            file.write_all(&piece).await.map_err(|err| storage_error(&err))?;
        }
        file.flush().await.map_err(|err| storage_error(&err))?;
        let mut file = file.into_std().await;
        file.rewind().map_err(|err| storage_error(&err))?;
        Ok((file, bytes))
    }

    /// Returns the next chunk of a body; `None` at its end.
    async fn next(&self, body: &mut BodyDataStream) -> Result<Option<Bytes>, HttpError> {
        let late = |_| {
            let message = "upload timed out: nothing was imported";
            HttpError::new(HttpCode::RequestTimeout, message)
        };
        let piece = tokio::time::timeout(self.silence, body.next()).await.map_err(late)?;
        piece.transpose().map_err(|_| HttpError::input("incomplete body"))
    }

    fn too_slow(&self) -> HttpError {
        let (least, over) = (self.options.least_rate, self.silence.as_secs_f32());
        let message = format!(
            "upload slower than {least} bytes a second over {over} s: nothing was imported"
        );
        HttpError::new(HttpCode::RequestTimeout, message).at("min-upload-rate")
    }

    fn too_large(&self) -> HttpError {
        let limit = self.options.largest;
        let message = format!(
            "file larger than {limit} bytes (max-import): compress it with gzip or zstd, or use `aidgraph import`"
        );
        HttpError::new(HttpCode::PayloadTooLarge, message).at("max-import")
    }
}

/// Returns the error for an upload that could not be stored, and logs the cause.
fn storage_error(err: &std::io::Error) -> HttpError {
    tracing::error!(error = err as &dyn std::error::Error, "cannot store upload");
    match err.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ImportError::NoRoom.into(),
        _ => ImportError::Failed.into(),
    }
}

fn too_many_bytes(_: QuotaExceeded) -> HttpError {
    let message = "uploads in flight exceed twice max-import: retry shortly";
    HttpError::new(ErrorCode::Overloaded, message).at("max-import")
}
