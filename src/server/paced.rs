//! Back-pressure for response bodies: bodies are handed to the transport in chunks, so that unsent bytes stay counted and
//! can be released.
//!
//! An HTTP/1.1 connection requests the next chunk when it has written the previous one. An HTTP/2 stream does so when its
//! window covers the previous chunk and one more byte. There the last byte is a chunk of its own, so that a response
//! counts until its client accepts all of it. A stalled stream is reset; a stalled HTTP/1.1 connection is closed by
//! its own write timeout.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tokio::task::{JoinHandle, futures::TaskLocalFuture};
use tokio::time::{Instant, sleep};

use super::quota::{Permit, Quota, QuotaExceeded};
use crate::model::client::Client;

/// Overhead of a response in bytes: stream state, frames and headers.
const BESIDE: usize = 512;

/// Maximum size of a chunk in bytes, which bounds what a transport buffers of a response.
const PIECE: usize = 16 * 1_024;

tokio::task_local! {
    /// Send state of the current stream.
    static SENDING: Arc<Sending>;
}

/// Send state of a response.
#[derive(Debug)]
struct Sending {
    begin: Instant,
    /// Time since which the transport has a chunk to send: milliseconds after `begin`, plus 1; 0 while it has none.
    since: AtomicU64,
}

impl Sending {
    fn now(&self) -> u64 {
        u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// Marks that the transport has a chunk to send.
    fn waits(&self) {
        self.since.store(self.now(), Ordering::Release);
    }

    /// Marks that the transport has sent its chunk.
    fn moves(&self) {
        self.since.store(0, Ordering::Release);
    }

    /// Completes when the transport has made no progress for `limit`.
    async fn stalled(&self, limit: Duration) {
        let limit_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        loop {
            let waited = match self.since.load(Ordering::Acquire) {
                0 => 0,
                since => self.now().saturating_sub(since),
            };
            if waited > limit_ms {
                return;
            }
            sleep(Duration::from_millis(limit_ms - waited + 1)).await;
        }
    }
}

/// Executor of HTTP/2 streams. Resets a stream whose client accepts nothing of its response for the given time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Streams(pub(crate) Duration);

impl<F> hyper::rt::Executor<F> for Streams
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, stream: F) {
        drop(self.spawn(stream));
    }
}

impl Streams {
    fn spawn<F: Future<Output: Send> + Send + 'static>(self, stream: F) -> JoinHandle<()> {
        let sending = Arc::new(Sending { begin: Instant::now(), since: AtomicU64::new(0) });
        let running: TaskLocalFuture<_, F> = SENDING.scope(Arc::clone(&sending), stream);
        tokio::spawn(async move {
            tokio::select! {
                _ = running => {}
                () = sending.stalled(self.0) => {
                    tracing::debug!("stalled stream reset");
                }
            }
        })
    }
}

/// Charges the bytes of a response to the quota of unsent bytes. A response is charged from its encoding until the
/// transport has taken its last byte. Cached bytes that several responses share are charged to each of them, since each
/// keeps them in memory when the others are released.
///
/// # Errors
/// [`QuotaExceeded`].
pub(crate) fn charge(
    unsent: &Quota,
    client: Client,
    bytes: usize,
) -> Result<Arc<Permit>, QuotaExceeded> {
    unsent.acquire_many(Some(client), bytes.saturating_add(BESIDE)).map(Arc::new)
}

/// Charges a response until it is sent, unless it is already charged, and splits its body into chunks.
///
/// # Errors
/// [`QuotaExceeded`]; then the response is dropped.
pub(crate) fn pace(
    mut answer: Response,
    unsent: &Quota,
    client: impl FnOnce() -> Client,
) -> Result<Response, QuotaExceeded> {
    let mut held = answer.extensions_mut().remove::<Arc<Permit>>();
    let size = answer.body().size_hint().exact().and_then(|size| usize::try_from(size).ok());
    if let (None, Some(size @ 1..)) = (&held, size) {
        held = Some(charge(unsent, client(), size)?);
    }
    let sending = SENDING.try_with(Arc::clone).ok();
    if size == Some(0) {
        return Ok(answer);
    }
    let paced = |body| Paced { body, rest: Bytes::new(), sending, _held: held }.begin();
    Ok(answer.map(|body| Body::new(paced(body))))
}

/// A body in chunks, with its charge.
struct Paced {
    body: Body,
    /// Unsent rest of the last frame.
    rest: Bytes,
    sending: Option<Arc<Sending>>,
    _held: Option<Arc<Permit>>,
}

impl Paced {
    fn begin(self) -> Self {
        self.note(Sending::waits);
        self
    }

    fn note(&self, note: fn(&Sending)) {
        if let Some(sending) = &self.sending {
            note(sending);
        }
    }

    /// Splits the next chunk off the rest.
    fn piece(&mut self) -> Option<Frame<Bytes>> {
        let all = self.rest.len();
        let keeps_last = self.sending.is_some() && (2..=PIECE).contains(&all);
        let length = if keeps_last && self.body.is_end_stream() { all - 1 } else { all.min(PIECE) };
        let piece = self.rest.split_to(length);
        (!piece.is_empty()).then(|| Frame::data(piece))
    }
}

impl Drop for Paced {
    fn drop(&mut self) {
        self.note(Sending::moves);
    }
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.note(Sending::moves);
        if self.rest.is_empty() {
            let frame = match ready!(Pin::new(&mut self.body).poll_frame(ctx)) {
                Some(Ok(frame)) => frame,
                other => return Poll::Ready(other),
            };
            match frame.into_data() {
                Ok(data) => self.rest = data,
                Err(other) => return Poll::Ready(Some(Ok(other))),
            }
        }
        let piece = self.piece();
        self.note(Sending::waits);
        Poll::Ready(Some(Ok(piece.unwrap_or_else(|| Frame::data(Bytes::new())))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (inside, rest) = (self.body.size_hint(), self.rest.len() as u64);
        let mut hint = SizeHint::new();
        hint.set_lower(inside.lower().saturating_add(rest));
        if let Some(upper) = inside.upper() {
            hint.set_upper(upper.saturating_add(rest));
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;
    use crate::model::limit_table::LimitName;

    fn unsent() -> Quota {
        Quota::new(1 << 20, "bytes of unsent responses", LimitName::Flag("max-unsent"))
    }

    #[tokio::test]
    async fn a_response_is_sent_in_chunks_and_counted_until_sent() {
        let budget = unsent();
        let client = || Client::Address([192, 0, 2, 1].into());
        let text: Vec<u8> = (0..100_000).map(|at: u32| at.to_le_bytes()[0]).collect();
        let answer = pace(Response::new(Body::from(text.clone())), &budget, client).unwrap();
        assert_eq!(answer.body().size_hint().exact(), Some(100_000));
        assert!(budget.taken() > 100_000);
        let (mut body, mut whole) = (answer.into_body(), Vec::new());
        while let Some(Ok(frame)) = body.frame().await {
            let data = frame.into_data().unwrap();
            assert!(data.len() <= PIECE && budget.taken() > 0);
            whole.extend_from_slice(&data);
        }
        drop(body);
        assert_eq!((whole == text, budget.taken()), (true, 0));
    }

    #[tokio::test]
    async fn the_last_byte_of_a_stream_waits_for_the_window() {
        let sending = Sending { begin: Instant::now(), since: AtomicU64::new(0) };
        let budget = unsent();
        let counted = budget.clone();
        let pieces = SENDING.scope(Arc::new(sending), async move {
            let mut lengths = Vec::new();
            for size in [1, 2, PIECE, PIECE + 1, 2 * PIECE] {
                let body = Response::new(Body::from(vec![0; size]));
                let mut body = pace(body, &counted, || Client::Others).unwrap().into_body();
                let mut of_one = Vec::new();
                while let Some(Ok(frame)) = body.frame().await {
                    of_one.push(frame.into_data().unwrap().len());
                    assert!(counted.taken() >= size);
                }
                lengths.push(of_one);
            }
            lengths
        });
        let expected = vec![
            vec![1],
            vec![1, 1],
            vec![PIECE - 1, 1],
            vec![PIECE, 1],
            vec![PIECE, PIECE - 1, 1],
        ];
        assert_eq!(pieces.await, expected);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stalled_stream_is_reset_and_its_bytes_are_released() {
        let budget = unsent();
        let counted = budget.clone();
        let running = Streams(Duration::from_secs(30)).spawn(async move {
            let client = || Client::Others;
            let _answer = pace(Response::new(Body::from(vec![0; 1_000])), &counted, client);
            std::future::pending::<()>().await;
        });
        running.await.unwrap();
        assert_eq!(budget.taken(), 0);
    }
}
