//! Byte budget: limits the response bytes that clients have not yet received, over all transports.
//!
//! A response is charged from its encoding until the transport has taken its last byte. If the budget is exhausted, an
//! error replaces the response. Cached bytes that several responses share are charged to each of them, since each keeps
//! them in memory when the others are released.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::access::Client;
use super::error::HttpError;
use super::quota::{PerClient, QuotaPermit, quota_exceeded};
use crate::graphql::error::ErrorCode;

/// Overhead of a response in bytes: stream state, frames and headers.
const BESIDE: usize = 512;

/// A byte budget. Clones share state.
#[derive(Clone, Debug)]
pub(super) struct ByteBudget(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    bytes: usize,
    taken: AtomicUsize,
    share: usize,
    /// Bytes charged per client.
    crowd: PerClient,
}

/// A charge to the budget; released on drop.
#[derive(Debug)]
pub(super) struct Held {
    budget: ByteBudget,
    bytes: usize,
    _member: QuotaPermit,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.budget.0.taken.fetch_sub(self.bytes, Ordering::AcqRel);
    }
}

impl ByteBudget {
    /// Creates a budget of `bytes`, with a quota of `share` bytes per client.
    pub(super) fn new(bytes: usize, share: usize) -> Self {
        let crowd = PerClient::new(share);
        Self(Arc::new(Inner { bytes, taken: AtomicUsize::new(0), share, crowd }))
    }

    /// Returns the charged bytes.
    pub(super) fn taken(&self) -> usize {
        self.0.taken.load(Ordering::Acquire)
    }

    /// Charges bytes to a client.
    ///
    /// # Errors
    /// `RATE_LIMITED` if the client has exhausted its quota; `OVERLOADED` if the budget is exhausted.
    pub(super) fn hold(&self, client: Client, bytes: usize) -> Result<Arc<Held>, HttpError> {
        let inner = &*self.0;
        let bytes = bytes.saturating_add(BESIDE);
        let Ok(member) = inner.crowd.acquire_many(client, bytes) else {
            return Err(quota_exceeded(inner.share, "bytes of unsent responses"));
        };
        let before = inner.taken.fetch_add(bytes, Ordering::AcqRel);
        let held = Arc::new(Held { budget: self.clone(), bytes, _member: member });
        if before.saturating_add(bytes) <= inner.bytes {
            return Ok(held);
        }
        let limit = inner.bytes;
        let message = format!(
            "limit of {limit} bytes of unsent responses reached (max-unsent): retry shortly"
        );
        Err(HttpError::new(ErrorCode::Overloaded, message).at("max-unsent"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(number: u8) -> Client {
        Client::Address([192, 0, 2, number].into())
    }

    #[test]
    fn answers_that_nobody_takes_fill_the_budget_until_they_go() {
        let budget = ByteBudget::new(200_000, 200_000);
        let hold = |number, bytes| budget.hold(client(number), bytes).map_err(|err| err.code());
        let first = hold(1, 150_000).unwrap();
        assert_eq!(hold(2, 100_000).unwrap_err(), ErrorCode::Overloaded);
        assert!(hold(2, 1_000).is_ok());
        drop(first);
        assert_eq!(budget.taken(), 0);
        assert!(hold(2, 100_000).is_ok());
    }

    #[test]
    fn one_client_has_its_share() {
        let budget = ByteBudget::new(400_000, 200_000);
        let hold = |number, bytes| budget.hold(client(number), bytes).map_err(|err| err.code());
        let first = hold(1, 150_000).unwrap();
        assert_eq!(hold(1, 150_000).unwrap_err(), ErrorCode::RateLimited);
        assert!(hold(2, 150_000).is_ok());
        drop(first);
        assert!(hold(1, 150_000).is_ok());
    }
}
