//! GraphQL over WebSockets: upgrade, origin check, limits and the subprotocol `graphql-transport-ws`.
//!
//! `async-graphql-axum` recognises the subprotocols that a client offers; the session is own code. `GraphQLWebSocket` of that
//! crate cannot carry it, for four reasons. It closes with 1002 and 1011, where graphql-ws specifies 4400, 4401 and 4409. It
//! has no timeout for `connection_init` or for a client that does not read, and no limit of operations. It
//! writes `async_graphql::Response`, where this service has encoded bytes, cached and charged to a byte budget. Its
//! initialiser sees neither tokens that are revoked later nor shutdown.

mod protocol;
mod session;

use std::time::Duration;

use async_graphql::http::WebSocketProtocols;
use async_graphql_axum::GraphQLProtocol;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::HeaderMap;
use axum::response::Response;

use super::App;
use super::access::{Caller, origin};
use super::error::HttpError;
use crate::model::limit_table::limits;

limits! {
    /// Limits and timeouts of sockets and streams.
    pub struct Options, OptionNames, "Sockets and streams" {
        /// Maximum open WebSockets; further ones receive 503.
        sockets: usize = 1_000, Flag("max-sockets");
        /// Maximum open subscriptions over all transports.
        streams: usize = 4_000, Flag("max-subscriptions");
        /// Maximum operations in flight on one socket.
        operations: usize = 50, Constant("max-socket-operations");
        /// Maximum bytes of a socket message.
        message: usize = 64 * 1024, Constant("max-socket-message");
        /// Timeout for the `connection_init` of a new socket.
        init_time: Duration = Duration::from_secs(3), Constant("socket-init-timeout");
        /// Interval of keep-alive pings on sockets and streams.
        ping: Duration = Duration::from_secs(12), Flag("socket-ping");
        /// Timeout for sending a message to a client that does not read.
        send_time: Duration = Duration::from_secs(10), Constant("socket-send-timeout");
    }
}

/// Upgrades a request to a socket.
///
/// # Errors
/// `OVERLOADED` and `RATE_LIMITED` if a limit is reached; `FORBIDDEN` for an origin that is not allowed; `BAD_USER_INPUT` for
/// a client that knows only the subprotocol `graphql-ws`.
pub(super) fn open(
    app: App,
    caller: Caller,
    headers: &HeaderMap,
    offered: Option<GraphQLProtocol>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, HttpError> {
    // CORS does not apply to WebSockets.
    origin::check(&app.edge.cors, headers)?;
    let supported = WebSocketProtocols::GraphQLWS.sec_websocket_protocol();
    let upgrade = upgrade.protocols([supported]);
    let is_negotiated = upgrade.selected_protocol().is_some();
    if offered.is_some() && !is_negotiated {
        let retired = WebSocketProtocols::SubscriptionsTransportWS.sec_websocket_protocol();
        let message = format!("subprotocol `{retired}` is not supported: use `{supported}`");
        return Err(HttpError::input(message));
    }
    let place = app.edge.places.acquire(caller.client())?;
    let options = app.edge.sockets;
    let upgrade = upgrade.max_message_size(options.message).max_frame_size(options.message);
    Ok(upgrade.on_upgrade(move |socket| async move {
        session::serve(socket, app, caller, is_negotiated).await;
        drop(place);
    }))
}
