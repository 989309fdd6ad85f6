//! A file on its way in: its bounds, and the place where it waits.

use std::fs::File;
use std::io::{ErrorKind, Seek as _};

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use futures_util::StreamExt as _;
use tokio::io::AsyncWriteExt as _;

use super::{Desk, ImportError, Upload, Wish};
use crate::graphql::error::ErrorCode;
use crate::http::refusal::Refusal;

impl Desk {
    /// Takes the body of a request.
    pub(super) async fn receive(
        &self,
        wish: Wish,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<Upload, Refusal> {
        let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        let announced = announced.and_then(|length| length.parse::<u64>().ok());
        if announced.is_some_and(|length| length > self.options.largest) {
            return Err(self.too_large());
        }
        let file = self.import.room().map_err(|err| not_kept(&err))?;
        let (content, bytes) = self.write(file, body.into_data_stream()).await?;
        if bytes == 0 {
            return Err(Refusal::input("the body is empty; send the file as the body"));
        }
        Ok(Upload { wish, content, bytes })
    }

    /// Writes a body to a file, and goes back to its beginning.
    async fn write(&self, file: File, mut body: BodyDataStream) -> Result<(File, u64), Refusal> {
        let mut file = tokio::fs::File::from_std(file);
        let mut bytes = 0;
        while let Some(piece) = self.next(&mut body).await? {
            bytes += piece.len() as u64;
            if bytes > self.options.largest {
                return Err(self.too_large());
            }
            file.write_all(&piece).await.map_err(|err| not_kept(&err))?;
        }
        file.flush().await.map_err(|err| not_kept(&err))?;
        let mut file = file.into_std().await;
        file.rewind().map_err(|err| not_kept(&err))?;
        Ok((file, bytes))
    }

    /// The next piece of a body; `None` at its end.
    async fn next(&self, body: &mut BodyDataStream) -> Result<Option<Bytes>, Refusal> {
        let late = |_| {
            let message = "the file stopped coming; nothing of it was brought in";
            Refusal::new(ErrorCode::RequestTimeout, message)
        };
        let piece = tokio::time::timeout(self.silence, body.next()).await.map_err(late)?;
        piece.transpose().map_err(|_| Refusal::input("the body could not be read to its end"))
    }

    fn too_large(&self) -> Refusal {
        let most = self.options.largest;
        let message = format!(
            "a file may have {most} bytes here (max-import): pack it with gzip or zstd, or bring it in by `aidgraph import`"
        );
        Refusal::new(ErrorCode::PayloadTooLarge, message).at("max-import")
    }
}

/// What is said when the file cannot be kept; the log has the cause.
fn not_kept(err: &std::io::Error) -> Refusal {
    tracing::error!(error = err as &dyn std::error::Error, "a file that came was not kept");
    match err.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ImportError::NoRoom.into(),
        _ => ImportError::Failed.into(),
    }
}
