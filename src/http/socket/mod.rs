//! `/graphql` over WebSockets: who may open one, what it may hold, and what is spoken over it.

mod protocol;
mod session;

use std::time::Duration;

use axum::extract::ws::WebSocketUpgrade;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use super::access::Caller;
use super::refusal::Refusal;
use super::{App, Cors};
use crate::graphql::error::ErrorCode;
use protocol::{Dialect, PROTOCOLS};

/// What sockets and streams may hold, and how long anything on them may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Sockets, all clients together.
    pub sockets: usize,
    /// Subscriptions, all clients and transports together.
    pub streams: usize,
    /// Operations under way on one socket.
    pub operations: usize,
    /// Bytes of a message.
    pub message: usize,
    /// How long a new socket may say nothing of itself.
    pub init_time: Duration,
    /// How often the other side is asked whether it is there.
    pub ping: Duration,
    /// How long a message may wait for a client that does not read.
    pub send_time: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            sockets: 1_000,
            streams: 4_000,
            operations: 50,
            message: 64 * 1024,
            init_time: Duration::from_secs(3),
            ping: Duration::from_secs(12),
            send_time: Duration::from_secs(10),
        }
    }
}

/// Opens a socket.
///
/// # Errors
/// `OVERLOADED` and `RATE_LIMITED` when there are as many as there may be; `FORBIDDEN` for pages of origins that may not read answers.
pub(super) fn open(
    app: App,
    caller: Caller,
    headers: &HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Refusal> {
    if !may_read(&app.edge.cors, headers) {
        let message = "pages of this origin may not read answers; the service names those that may with `--cors-origin`";
        return Err(Refusal::new(ErrorCode::Forbidden, message));
    }
    let place = app.edge.places.enter(caller.client())?;
    let options = app.edge.sockets;
    let upgrade = upgrade
        .protocols(PROTOCOLS)
        .max_message_size(options.message)
        .max_frame_size(options.message);
    let dialect = upgrade.selected_protocol().and_then(|name| Dialect::of(name.to_str().ok()?));
    Ok(upgrade.on_upgrade(move |socket| async move {
        session::serve(socket, app, caller, dialect).await;
        drop(place);
    }))
}

/// Whether the page that opens a socket may read answers. Browsers do not ask before they open one, so it is seen to
/// here; what is no browser names no origin.
fn may_read(cors: &Cors, headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    match cors {
        Cors::Any => true,
        Cors::Origins(origins) if origins.contains(origin) => true,
        Cors::Own | Cors::Origins(_) => {
            let host = |value: &HeaderValue| value.to_str().ok().map(str::to_ascii_lowercase);
            let own = headers.get(HOST).and_then(host);
            let from = host(origin).and_then(|origin| Some(origin.split_once("://")?.1.to_owned()));
            own.is_some() && own == from
        }
    }
}
