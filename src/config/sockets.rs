//! What sockets and streams may hold, and how long anything on them may take: as typed, and as meant.

use super::span::Span;
use super::typed::typed;
use crate::http::socket;

typed! {
    /// What sockets and streams may hold: as typed.
    #[command(next_help_heading = "Sockets and streams")]
    SocketSettings {
        /// How many WebSockets may be open; one more is answered 503 [default: 1000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_SOCKETS")]
        max_sockets: usize,
        /// How many subscriptions may be open, over all transports together [default: 4000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_SUBSCRIPTIONS")]
        max_subscriptions: usize,
        /// How many operations may be under way on one socket [default: 50]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_SOCKET_OPERATIONS")]
        max_socket_operations: usize,
        /// How many bytes a message of a socket may have [default: 65536]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_SOCKET_MESSAGE")]
        max_socket_message: usize,
        /// How long a new socket may wait with its first message [default: 3s]
        #[arg(long, value_name = "TIME", env = "AIDGRAPH_SOCKET_INIT_TIMEOUT")]
        socket_init_timeout: Span,
        /// How often clients of sockets and streams are told that the service is there [default: 12s]
        #[arg(long, value_name = "TIME", env = "AIDGRAPH_SOCKET_PING")]
        socket_ping: Span,
        /// How long a message may wait for a client that does not read [default: 10s]
        #[arg(long, value_name = "TIME", env = "AIDGRAPH_SOCKET_SEND_TIMEOUT")]
        socket_send_timeout: Span,
    }
}

impl SocketSettings {
    /// What is meant.
    pub(super) fn resolve(&self) -> socket::Options {
        let default = socket::Options::default();
        socket::Options {
            sockets: self.max_sockets.unwrap_or(default.sockets),
            streams: self.max_subscriptions.unwrap_or(default.streams),
            operations: self.max_socket_operations.unwrap_or(default.operations),
            message: self.max_socket_message.unwrap_or(default.message),
            init_time: self.socket_init_timeout.map_or(default.init_time, |span| span.0),
            ping: self.socket_ping.map_or(default.ping, |span| span.0),
            send_time: self.socket_send_timeout.map_or(default.send_time, |span| span.0),
        }
    }
}
