//! What a client may hold of the service at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::refusal::Refusal;
use crate::graphql::error::ErrorCode;

/// What a client may hold of the service at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a body.
    pub body: usize,
    /// Requests in one body.
    pub batch: usize,
    /// Bytes of an answer, and of all answers to one body together.
    pub answer: usize,
    /// Requests under way, all clients together; one more is told to come back.
    pub requests: usize,
    /// Connections, all clients together; one more is closed.
    pub connections: usize,
    /// Connections of one address, unless it is that of a trusted proxy. More than the requests under way, so that too many of
    /// these are told to come back.
    pub address_connections: usize,
    /// Bytes of answers that are made and not taken yet, all clients and transports together.
    pub unsent: usize,
    /// Bodies that have begun to come and are not there yet, all clients together.
    pub slow_bodies: usize,
    /// What one client (the holder of a token, or an address) may hold of all sockets, subscriptions, slow bodies and
    /// answers that are not taken, in hundredths.
    pub client_share: usize,
    /// How long the head of a request may take, also of the next one on a connection that is kept.
    pub head_time: Duration,
    /// How long a body may take.
    pub body_time: Duration,
    /// How long a client may take nothing of what is sent to it.
    pub write_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 256 * 1024,
            batch: 10,
            answer: 16 * 1024 * 1024,
            requests: 512,
            connections: 4_096,
            address_connections: 2_048,
            unsent: 256 * 1024 * 1024,
            slow_bodies: 1_000,
            client_share: 25,
            head_time: Duration::from_secs(15),
            body_time: Duration::from_secs(15),
            write_time: Duration::from_secs(30),
        }
    }
}

impl Limits {
    /// The share of one client in so many.
    pub(super) fn share(&self, of: usize) -> usize {
        (of.saturating_mul(self.client_share) / 100).max(1)
    }
}

/// Lets in as many as there is room for. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Room {
    places: Arc<Semaphore>,
    size: u32,
    of: &'static str,
    limit: &'static str,
}

impl Room {
    /// Room for so many `of`: the sentence `{size} {of} are under way` reads. `limit` is the flag that says how many.
    pub(super) fn new(size: usize, of: &'static str, limit: &'static str) -> Self {
        let size = size.min(Semaphore::MAX_PERMITS);
        let places = Arc::new(Semaphore::new(size));
        Self { places, size: u32::try_from(size).unwrap_or(u32::MAX), of, limit }
    }

    /// Of what the places are.
    pub(super) fn of(&self) -> &'static str {
        self.of
    }

    /// How many places are taken.
    pub(super) fn taken(&self) -> usize {
        (self.size as usize).saturating_sub(self.places.available_permits())
    }

    /// Ends when nobody is left who entered.
    pub(super) async fn emptied(&self) {
        // Fails when the semaphore is closed, which it never is.
        let _ = self.places.acquire_many(self.size).await;
    }

    /// A place, until it is dropped.
    ///
    /// # Errors
    /// `OVERLOADED` when there is none.
    pub(super) fn enter(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        self.places.clone().try_acquire_owned().map_err(|_| {
            let (size, of, limit) = (self.size, self.of, self.limit);
            let message = format!(
                "{size} {of} are under way, which is the limit ({limit}); ask again shortly"
            );
            Refusal::new(ErrorCode::Overloaded, message).at(limit)
        })
    }
}
