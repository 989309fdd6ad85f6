//! The budget of answers: bytes that are made and that no client has taken yet, whatever transport they go by.
//!
//! An answer counts from when it is ready until the transport has taken the last of it. One that finds no room is replaced by a
//! refusal. Bytes that several answers share, because they are kept, count for each: each holds them in memory when the others
//! let go.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::access::Client;
use super::crowd::{Crowd, Member, full};
use super::refusal::Refusal;
use crate::graphql::error::ErrorCode;

/// What is held for a client besides its answer: the state of a stream, frames, headers.
const BESIDE: usize = 512;

/// A budget of bytes. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Budget(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    bytes: usize,
    taken: AtomicUsize,
    share: usize,
    /// How many bytes each client has.
    crowd: Crowd,
}

/// Bytes of the budget, until they are dropped.
#[derive(Debug)]
pub(super) struct Held {
    budget: Budget,
    bytes: usize,
    _member: Member,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.budget.0.taken.fetch_sub(self.bytes, Ordering::AcqRel);
    }
}

impl Budget {
    /// So many bytes, of which one client has a share.
    pub(super) fn new(bytes: usize, share: usize) -> Self {
        let crowd = Crowd::new(share);
        Self(Arc::new(Inner { bytes, taken: AtomicUsize::new(0), share, crowd }))
    }

    /// How many bytes are taken.
    pub(super) fn taken(&self) -> usize {
        self.0.taken.load(Ordering::Acquire)
    }

    /// Takes bytes for a client.
    ///
    /// # Errors
    /// `RATE_LIMITED` when the client has its share, `OVERLOADED` when all together have as many as there may be.
    pub(super) fn hold(&self, client: Client, bytes: usize) -> Result<Arc<Held>, Refusal> {
        let inner = &*self.0;
        let bytes = bytes.saturating_add(BESIDE);
        let Ok(member) = inner.crowd.enter_with(client, bytes) else {
            return Err(full(inner.share, "bytes of answers that it does not take"));
        };
        let before = inner.taken.fetch_add(bytes, Ordering::AcqRel);
        let held = Arc::new(Held { budget: self.clone(), bytes, _member: member });
        if before.saturating_add(bytes) <= inner.bytes {
            return Ok(held);
        }
        let most = inner.bytes;
        let message = format!(
            "{most} bytes of answers wait to be taken, which is the limit (max-unsent); ask again shortly"
        );
        Err(Refusal::new(ErrorCode::Overloaded, message).at("max-unsent"))
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
        let budget = Budget::new(200_000, 200_000);
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
        let budget = Budget::new(400_000, 200_000);
        let hold = |number, bytes| budget.hold(client(number), bytes).map_err(|err| err.code());
        let first = hold(1, 150_000).unwrap();
        assert_eq!(hold(1, 150_000).unwrap_err(), ErrorCode::RateLimited);
        assert!(hold(2, 150_000).is_ok());
        drop(first);
        assert!(hold(1, 150_000).is_ok());
    }
}
