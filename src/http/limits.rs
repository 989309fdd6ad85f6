//! Limits of clients: sizes, counts, quotas and timeouts.

use std::time::Duration;

use crate::server::listener::Timeouts;

/// Limits of requests, connections and clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientLimits {
    /// Maximum size of a request body in bytes.
    pub body: usize,
    /// Maximum number of requests in one batch.
    pub batch: usize,
    /// Maximum size in bytes of a response, and of all responses to one batch.
    pub answer: usize,
    /// Maximum number of requests in flight of all clients; further requests are rejected with `Retry-After`.
    pub requests: usize,
    /// Maximum number of connections of all clients; further connections are closed.
    pub connections: usize,
    /// Maximum number of connections of one address that is no trusted proxy. The default exceeds the requests in flight,
    /// so that excess requests get a response with `Retry-After`.
    pub address_connections: usize,
    /// Maximum number of unsent response bytes of all clients and transports.
    pub unsent: usize,
    /// Maximum number of incomplete request bodies of all clients.
    pub slow_bodies: usize,
    /// Quota of one client, which is the holder of a token or an address: its share of sockets, subscriptions, slow bodies
    /// and unsent bytes, in per cent.
    pub client_share: usize,
    /// Timeout of a request head, also of the next one on a persistent connection.
    pub head_time: Duration,
    /// Timeout of a request body.
    pub body_time: Duration,
    /// Maximum time for which a client may accept no bytes.
    pub write_time: Duration,
}

impl Default for ClientLimits {
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

impl ClientLimits {
    /// Returns the timeouts of connections.
    pub(super) fn timeouts(&self) -> Timeouts {
        Timeouts { head: self.head_time, write: self.write_time }
    }

    /// Returns the quota of one client in a total of `of`; at least 1.
    pub(super) fn share(&self, of: usize) -> usize {
        (of.saturating_mul(self.client_share) / 100).max(1)
    }
}
