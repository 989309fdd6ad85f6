//! Limits of clients: sizes, counts, quotas and timeouts.

use std::time::Duration;

use crate::model::limit_table::limits;
use crate::server::listener::Timeouts;
use crate::server::quota::Quota;

limits! {
    /// Limits of requests, connections and clients.
    pub struct ClientLimits, ClientLimitNames, "Client limits" {
        /// Maximum bytes of a request body.
        body: usize = 256 * 1024, Flag("max-body");
        /// Maximum requests in one batch.
        batch: usize = 10, Constant("max-batch");
        /// Maximum open connections; further ones receive 503, or are closed under TLS.
        connections: usize = 4_096, Flag("max-connections");
        /// Maximum open connections per address, except trusted proxies. The default exceeds `max-requests`, so that excess
        /// requests receive 503 with `Retry-After`.
        address_connections: usize = 2_048, Flag("max-address-connections");
        /// Maximum unsent response bytes over all transports; further requests receive 503.
        unsent: usize = 256 * 1024 * 1024, Flag("max-unsent");
        /// Maximum bytes of complete tables that are kept for byte ranges, in files without names in the data folder; 0 keeps
        /// none. A table larger than half of it is sent without ranges.
        spool: usize = 1024 * 1024 * 1024, Flag("max-spool");
        /// Maximum request bodies in transfer; further ones receive 503.
        slow_bodies: usize = 1_000, Constant("max-slow-bodies");
        /// Share of sockets, subscriptions, bodies in transfer and unsent bytes that one client may hold, in percent; further
        /// requests receive 429. A client is the holder of a token, or an address.
        client_share: usize = 25, Flag("max-client-share");
        /// Timeout for request headers, and for idle connections.
        head_time: Duration = Duration::from_secs(15), Flag("header-timeout");
        /// Timeout for a request body.
        body_time: Duration = Duration::from_secs(15), Flag("body-timeout");
        /// Timeout for a client that reads nothing of a response.
        write_time: Duration = Duration::from_secs(30), Flag("write-timeout");
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

    /// Creates the quota of connections of all clients.
    pub(super) fn connections(&self) -> Quota {
        Quota::new(self.connections, "connections", Self::NAMES.connections)
    }
}
