//! In-flight counter of a connection: requests without a complete response.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use http_body_util::BodyExt as _;
use tokio::time::sleep;

/// In-flight requests of a connection. Clones share state.
#[derive(Clone, Debug, Default)]
pub(crate) struct InFlight(Arc<InFlightCount>);

#[derive(Debug, Default)]
struct InFlightCount {
    under_way: AtomicUsize,
    begun: AtomicUsize,
}

/// A request in flight; ends on drop.
pub(crate) struct UnderWay(InFlight);

impl UnderWay {
    /// Attaches the guard to a response until its body is sent.
    pub(crate) fn follow(self, answer: Response) -> Response {
        // The closure owns the guard, and `map_err` passes on the end and the size of the body.
        let keep = move |err| {
            let _guard = &self;
            err
        };
        answer.map(|body| Body::new(body.map_err(keep)))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.0.under_way.fetch_sub(1, Ordering::AcqRel);
    }
}

impl InFlight {
    /// Counts a request as in flight.
    pub(crate) fn begin(&self) -> UnderWay {
        self.0.begun.fetch_add(1, Ordering::AcqRel);
        self.0.under_way.fetch_add(1, Ordering::AcqRel);
        UnderWay(self.clone())
    }

    /// Completes when nothing was in flight for `limit`; it may take up to twice as long.
    pub(crate) async fn idle(&self, limit: Duration) {
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
