//! In-flight counter of a connection: requests without a complete response.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use http_body::{Frame, SizeHint};
use tokio::time::sleep;

/// In-flight requests of a connection. Clones share state.
#[derive(Clone, Debug, Default)]
pub(super) struct InFlight(Arc<InFlightCount>);

#[derive(Debug, Default)]
struct InFlightCount {
    under_way: AtomicUsize,
    begun: AtomicUsize,
}

/// A request in flight; ends on drop.
pub(super) struct UnderWay(InFlight);

impl UnderWay {
    /// Attaches the guard to a response until its body is sent.
    pub(super) fn follow(self, answer: Response) -> Response {
        follow(answer, self)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.0.under_way.fetch_sub(1, Ordering::AcqRel);
    }
}

impl InFlight {
    /// Counts a request as in flight.
    pub(super) fn begin(&self) -> UnderWay {
        self.0.begun.fetch_add(1, Ordering::AcqRel);
        self.0.under_way.fetch_add(1, Ordering::AcqRel);
        UnderWay(self.clone())
    }

    /// Completes when nothing was in flight for `limit`; it may take up to twice as long.
    pub(super) async fn idle(&self, limit: Duration) {
        let mut seen = usize::MAX;
        loop {
            let begun = self.0.begun.load(Ordering::Acquire);
            if begun == seen && self.0.under_way.load(Ordering::Acquire) == 0 {
                return;
            }
            seen = begun;
            sleep(limit).await;
        }
    }
}

/// Keeps a value alive until the body of a response is sent.
pub(super) fn follow<T: Send + Unpin + 'static>(answer: Response, with: T) -> Response {
    answer.map(|body| Body::new(Going { body, _with: with }))
}

/// A body that owns a value.
struct Going<T> {
    body: Body,
    _with: T,
}

impl<T: Unpin> HttpBody for Going<T> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(ctx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
