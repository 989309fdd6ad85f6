//! What strangers send to hurt, and the ways by which it comes. The benchmark of what it costs uses it too.

mod bodies;
mod connections;
mod documents;
mod frames;

use serde_json::{Value, json};

use super::address::encoded;
use super::http::Client;
use super::http2;
use super::socket::{Flow, Socket};

pub(crate) use bodies::all as bodies;
pub(crate) use connections::{all as connections, heard};
pub(crate) use documents::all as documents;

pub(crate) const LIMIT: &str = "LIMIT_EXCEEDED";
pub(crate) const INPUT: &str = "BAD_USER_INPUT";

/// A document that hurts.
#[derive(Clone, Debug)]
pub(crate) struct Hostile {
    /// What it tries.
    pub(crate) name: &'static str,
    /// Its text.
    pub(crate) query: String,
    /// The code that it is refused with.
    pub(crate) code: &'static str,
}

/// A way by which a document comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Post,
    /// By HTTP/2, without TLS.
    Post2,
    Get,
    Batch,
    /// Server-sent events by POST.
    Events,
    /// Server-sent events by GET.
    Browser,
    /// A WebSocket.
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

    /// The longest document that can come this way: an address and a message have limits of their own.
    const fn longest(self) -> usize {
        match self {
            Self::Get | Self::Browser => 8_000,
            Self::Socket => 30_000,
            _ => usize::MAX,
        }
    }

    /// What the service answers to a document; `None` for one that is too long for this way.
    pub(crate) fn ask(self, address: &str, query: &str) -> Option<String> {
        if query.len() > self.longest() {
            return None;
        }
        let asked = json!({ "query": query });
        let json = [("content-type", "application/json")];
        let post = |body: &Value| {
            let mut client = Client::connect(address).unwrap();
            client.send("POST", "/graphql", &json, &body.to_string()).unwrap().body
        };
        let path = format!("/graphql?query={}", encoded(query));
        Some(match self {
            Self::Post => post(&asked),
            Self::Post2 => http2::post(address, &asked.to_string()),
            Self::Get => Client::connect(address).unwrap().get(&path).unwrap().body,
            Self::Batch => {
                let mut answers: Value =
                    serde_json::from_str(&post(&json!([asked, { "query": "{__typename}" }])))
                        .unwrap();
                assert_eq!(answers[1]["data"]["__typename"], "Query", "{query:.100}: {answers}");
                answers[0].take().to_string()
            }
            Self::Events => Flow::open(address, "text/event-stream", &asked).whole(),
            Self::Browser => Flow::listen(address, &path).whole(),
            Self::Socket => over(address, &asked),
        })
    }
}

/// The first answer over a socket, after which the socket still answers.
fn over(address: &str, asked: &Value) -> String {
    let mut socket = Socket::ready(address, "graphql-transport-ws");
    socket.say(&json!({ "id": "hostile", "type": "subscribe", "payload": asked }));
    let heard = socket.hear();
    if heard["type"] != "error" {
        assert_eq!(socket.hear()["type"], "complete", "{heard}");
    }
    socket.say(
        &json!({ "id": "honest", "type": "subscribe", "payload": { "query": "{__typename}" } }),
    );
    assert_eq!(socket.hear()["payload"]["data"]["__typename"], "Query");
    heard["payload"].to_string()
}

/// The codes of errors in an answer, in whatever form it is.
pub(crate) fn codes(answer: &str) -> Vec<&str> {
    let parts = answer.split("\"code\":\"").skip(1);
    parts.filter_map(|part| part.split('"').next()).collect()
}

/// `begin` so many times, `inside`, `end` as often.
fn tower(times: usize, begin: &str, inside: &str, end: &str) -> String {
    format!("{}{inside}{}", begin.repeat(times), end.repeat(times))
}
