//! Hostile input and the transports that carry it. The benchmark of its cost uses it, too.

mod bodies;
mod connections;
mod documents;
mod frames;

use serde_json::{Value, json};

use super::address::encoded;
use super::http::Client;
use super::http2;
use super::socket::{Socket, StreamedResponse};

pub(crate) use bodies::all as bodies;
pub(crate) use connections::{all as connections, exchange};
pub(crate) use documents::all as documents;

pub(crate) const LIMIT: &str = "LIMIT_EXCEEDED";
pub(crate) const INPUT: &str = "BAD_USER_INPUT";

/// A hostile document.
#[derive(Clone, Debug)]
pub(crate) struct Hostile {
    /// Name of the attack.
    pub(crate) name: &'static str,
    /// Text of the document.
    pub(crate) query: String,
    /// Error code of its rejection.
    pub(crate) code: &'static str,
}

/// A transport of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Post,
    /// HTTP/2 without TLS.
    Post2,
    Get,
    Batch,
    /// Server-sent events over POST.
    Events,
    /// Server-sent events over GET.
    Browser,
    /// WebSocket.
    Socket,
}

impl Transport {
    pub(crate) const ALL: [Self; 7] = [
        Self::Post,
        Self::Post2,
        Self::Get,
        Self::Batch,
        Self::Events,
        Self::Browser,
        Self::Socket,
    ];

    /// Returns the longest document of the transport: URLs and messages have limits of their own.
    const fn longest(self) -> usize {
        match self {
            Self::Get | Self::Browser => 8_000,
            Self::Socket => 30_000,
            _ => usize::MAX,
        }
    }

    /// Sends a document, and returns the response; `None` if it is too long for the transport.
    pub(crate) fn send(self, address: &str, query: &str) -> Option<String> {
        if query.len() > self.longest() {
            return None;
        }
        let request = json!({ "query": query });
        let json = [("content-type", "application/json")];
        let post = |body: &Value| {
            let mut client = Client::connect(address).unwrap();
            client.send("POST", "/graphql", &json, &body.to_string()).unwrap().body
        };
        let path = format!("/graphql?query={}", encoded(query));
        Some(match self {
            Self::Post => post(&request),
            Self::Post2 => http2::post(address, &request.to_string()),
            Self::Get => Client::connect(address).unwrap().get(&path).unwrap().body,
            Self::Batch => {
                let mut responses: Value =
                    serde_json::from_str(&post(&json!([request, { "query": "{__typename}" }])))
                        .unwrap();
                assert_eq!(
                    responses[1]["data"]["__typename"], "Query",
                    "{query:.100}: {responses}"
                );
                responses[0].take().to_string()
            }
            Self::Events => {
                StreamedResponse::open(address, "text/event-stream", &request).read_to_end()
            }
            Self::Browser => StreamedResponse::listen(address, &path).read_to_end(),
            Self::Socket => over_socket(address, &request),
        })
    }
}

/// Returns the first response over a socket, and asserts that the socket still serves requests.
fn over_socket(address: &str, request: &Value) -> String {
    let mut socket = Socket::ready(address, "graphql-transport-ws");
    socket.send_json(&json!({ "id": "hostile", "type": "subscribe", "payload": request }));
    let received = socket.receive();
    if received["type"] != "error" {
        assert_eq!(socket.receive()["type"], "complete", "{received}");
    }
    socket.send_json(
        &json!({ "id": "honest", "type": "subscribe", "payload": { "query": "{__typename}" } }),
    );
    assert_eq!(socket.receive()["payload"]["data"]["__typename"], "Query");
    received["payload"].to_string()
}

/// Returns the error codes in a response of any format.
pub(crate) fn codes(response: &str) -> Vec<&str> {
    let parts = response.split("\"code\":\"").skip(1);
    parts.filter_map(|part| part.split('"').next()).collect()
}

/// Repeats `begin`, adds `inside`, and repeats `end` as often.
fn tower(times: usize, begin: &str, inside: &str, end: &str) -> String {
    format!("{}{inside}{}", begin.repeat(times), end.repeat(times))
}
