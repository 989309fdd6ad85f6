//! Settings of WebSockets and event streams: limits and timeouts.

use super::duration::HumanDuration;
use super::settings_macro::typed;
use crate::http::socket;

typed! {
    /// Settings of sockets and streams, as given; `None` where nothing is set.
    #[command(next_help_heading = "Sockets and streams")]
    SocketSettings {
        /// Maximum open WebSockets; further ones receive 503 [default: 1000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_SOCKETS")]
        max_sockets: usize,
        /// Maximum open subscriptions over all transports [default: 4000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_SUBSCRIPTIONS")]
        max_subscriptions: usize,
        /// Maximum operations in flight on one socket [default: 50]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_SOCKET_OPERATIONS")]
        max_socket_operations: usize,
        /// Maximum bytes of a socket message [default: 65536]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_SOCKET_MESSAGE")]
        max_socket_message: usize,
        /// Timeout for the `connection_init` of a new socket [default: 3s]
        #[arg(long, value_name = "TIME", env = "AIDGRAPH_SOCKET_INIT_TIMEOUT")]
        socket_init_timeout: HumanDuration,
        /// Interval of keep-alive pings on sockets and streams [default: 12s]
        #[arg(long, value_name = "TIME", env = "AIDGRAPH_SOCKET_PING")]
        socket_ping: HumanDuration,
        /// Timeout for sending a message to a client that does not read [default: 10s]
        #[arg(long, value_name = "TIME", env = "AIDGRAPH_SOCKET_SEND_TIMEOUT")]
        socket_send_timeout: HumanDuration,
    }
}

impl SocketSettings {
    /// Resolves the settings against the defaults.
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
