//! Compression of a body while it is sent, so that a large one is never in memory.

use std::io::Write as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use flate2::write::GzEncoder;
use hyper::body::Frame;

use super::coding::GZIP;

/// A body in gzip. The length is not known before its end.
pub(super) struct GzipBody {
    body: Body,
    /// `None` after the end.
    encoder: Option<GzEncoder<Vec<u8>>>,
}

impl GzipBody {
    pub(super) fn new(body: Body) -> Self {
        Self { body, encoder: Some(GzEncoder::new(Vec::new(), GZIP)) }
    }

    /// Compresses some bytes, or completes the encoding; returns the encoded bytes that are ready.
    fn encode(&mut self, bytes: Option<&Bytes>) -> Result<Vec<u8>, axum::Error> {
        let Some(mut encoder) = self.encoder.take() else { return Ok(Vec::new()) };
        let Some(bytes) = bytes else { return encoder.finish().map_err(axum::Error::new) };
        encoder.write_all(bytes).map_err(axum::Error::new)?;
        let ready = std::mem::take(encoder.get_mut());
        self.encoder = Some(encoder);
        Ok(ready)
    }
}

impl HttpBody for GzipBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        while self.encoder.is_some() {
            let encoded = match ready!(Pin::new(&mut self.body).poll_frame(ctx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(bytes) => self.encode(Some(&bytes)),
                    Err(_) => continue,
                },
                Some(Err(err)) => {
                    self.encoder = None;
                    Err(err)
                }
                None => self.encode(None),
            };
            match encoded {
                Ok(bytes) if bytes.is_empty() => {}
                encoded => {
                    return Poll::Ready(Some(encoded.map(|bytes| Frame::data(bytes.into()))));
                }
            }
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.encoder.is_none()
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    #[tokio::test]
    async fn a_body_is_the_same_after_decompression() {
        for text in [String::new(), "a".to_owned(), "the same words ".repeat(50_000)] {
            let body = Body::new(GzipBody::new(Body::from(text.clone())));
            let encoded = body.collect().await.unwrap().to_bytes();
            assert!(text.len() < 1_000 || encoded.len() < text.len() / 10);
            let read = std::io::read_to_string(flate2::read::GzDecoder::new(&*encoded)).unwrap();
            assert_eq!(read, text);
        }
    }
}
