//! Codec of the WebSocket subprotocol `graphql-transport-ws`: parses messages and encodes events.
//!
//! Source: the protocol of graphql-ws. The older `graphql-ws` of subscriptions-transport-ws is not supported.

use axum::extract::ws::close_code;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value as Json, json};

use crate::http::error::{Code, HttpCode, HttpError};
use crate::http::graphql::request::GraphqlRequest;
use crate::http::graphql::response::EncodedResponse;

/// A parsed message of a client.
#[derive(Debug)]
pub(super) enum SocketCommand {
    /// Initialises the connection, optionally with the value of an `Authorization` header.
    Init(Option<String>),
    /// Requests a pong with the same payload.
    Ping(Option<Box<RawValue>>),
    /// Needs no response.
    Pong,
    /// Starts an operation under an id that the client chose.
    Subscribe(String, Box<GraphqlRequest>),
    /// Cancels an operation.
    Complete(String),
}

/// Code and reason of a close frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Closing {
    pub(super) code: u16,
    pub(super) reason: String,
}

impl Closing {
    pub(super) fn new(code: u16, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }

    pub(super) fn invalid(reason: impl Into<String>) -> Self {
        Self::new(4400, reason)
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(4401, "Unauthorized")
    }

    /// Close frame for a caller that is not authorised to read.
    pub(super) fn refused(refusal: &HttpError) -> Self {
        match refusal.code() {
            Code::Http(HttpCode::Forbidden) => Self::new(4403, "Forbidden"),
            _ => Self::unauthorized(),
        }
    }

    pub(super) fn not_acceptable() -> Self {
        Self::new(4406, "Subprotocol not acceptable")
    }

    pub(super) fn no_init() -> Self {
        Self::new(4408, "Connection initialisation timeout")
    }

    pub(super) fn duplicate(id: &str) -> Self {
        Self::new(4409, format!("Subscriber for {id} already exists"))
    }

    pub(super) fn second_init() -> Self {
        Self::new(4429, "Too many initialisation requests")
    }

    pub(super) fn going_away() -> Self {
        Self::new(close_code::AWAY, "the service is shutting down")
    }

    /// Returns the reason, truncated to the size of a control frame. Source: RFC 6455, 5.5: at most 125 bytes with the code.
    pub(super) fn short_reason(&self) -> &str {
        let end =
            (0..=self.reason.len().min(123)).rev().find(|at| self.reason.is_char_boundary(*at));
        end.and_then(|end| self.reason.get(..end)).unwrap_or_default()
    }
}

/// A message on the wire.
#[derive(Debug, Deserialize)]
struct Message<'a> {
    #[serde(rename = "type")]
    kind: String,
    id: Option<String>,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
}

/// Returns the value of `authorization`, in any case, from the payload of the first message.
fn authorization(payload: &RawValue) -> Option<String> {
    let given: serde_json::Map<String, Json> = serde_json::from_str(payload.get()).ok()?;
    let (_, value) = given.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"))?;
    value.as_str().map(ToOwned::to_owned)
}

impl SocketCommand {
    /// Parses a message.
    ///
    /// # Errors
    /// [`Closing`] with 4400 for an invalid message.
    pub(super) fn parse(text: &str) -> Result<Self, Closing> {
        let message: Message<'_> =
            serde_json::from_str(text).map_err(|_| Closing::invalid("invalid message"))?;
        let no_id = || Closing::invalid(format!("`{}` without a string `id`", message.kind));
        let id = || message.id.clone().filter(|id| !id.is_empty()).ok_or_else(no_id);
        let asked = || {
            let payload = message.payload.map_or("null", RawValue::get);
            let asked = serde_json::from_str::<GraphqlRequest>(payload).map_err(|_| ());
            let asked = asked.and_then(|asked| asked.checked().map_err(|_| ()));
            asked.map(Box::new).map_err(|()| Closing::invalid("payload is not a GraphQL request"))
        };
        match message.kind.as_str() {
            "connection_init" => Ok(Self::Init(message.payload.and_then(authorization))),
            "ping" => Ok(Self::Ping(message.payload.map(ToOwned::to_owned))),
            "pong" => Ok(Self::Pong),
            "subscribe" => Ok(Self::Subscribe(id()?, asked()?)),
            "complete" => Ok(Self::Complete(id()?)),
            kind => Err(Closing::invalid(format!("unknown message type `{kind}`"))),
        }
    }
}

/// Encodes the acknowledgement of the connection.
pub(super) fn acknowledgement() -> String {
    json!({ "type": "connection_ack" }).to_string()
}

/// Encodes the response to a ping, with its payload.
pub(super) fn pong(payload: Option<&RawValue>) -> String {
    payload.map_or_else(
        || json!({ "type": "pong" }).to_string(),
        |payload| format!("{{\"type\":\"pong\",\"payload\":{payload}}}"),
    )
}

/// Encodes a response to an operation.
pub(super) fn next(id: &str, answer: &EncodedResponse) -> String {
    let head = format!("{{\"id\":{},\"type\":\"next\",\"payload\":", Json::from(id));
    let mut text = String::with_capacity(head.len() + answer.bytes.len() + 1);
    text.push_str(&head);
    text.push_str(&String::from_utf8_lossy(&answer.bytes));
    text.push('}');
    text
}

/// Encodes the errors of an operation that was rejected before execution.
pub(super) fn error(id: &str, refused: &EncodedResponse) -> String {
    let body: Json = serde_json::from_slice(&refused.bytes).unwrap_or_default();
    let errors = body.get("errors").cloned().unwrap_or_default();
    json!({ "id": id, "type": "error", "payload": errors }).to_string()
}

/// Encodes an error of the request itself.
pub(super) fn refusal(id: &str, refusal: &HttpError) -> String {
    error(id, &EncodedResponse::refusal(refusal))
}

/// Encodes the end of an operation.
pub(super) fn complete(id: &str) -> String {
    json!({ "id": id, "type": "complete" }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_reasons_fit_their_frame() {
        let closing = Closing::invalid("é".repeat(200));
        assert_eq!(closing.short_reason().len(), 122);
        assert_eq!(Closing::new(1000, "").short_reason(), "");
    }

    #[test]
    fn invalid_messages_close_with_4400() {
        let long = format!("{{\"type\":\"{}\"}}", "x".repeat(500));
        for text in [
            "",
            "{",
            "[]",
            "{}",
            "{\"type\":1}",
            "{\"type\":\"start\",\"id\":\"1\",\"payload\":{\"query\":\"{a}\"}}",
            "{\"type\":\"connection_terminate\"}",
            long.as_str(),
            "{\"type\":\"subscribe\",\"payload\":{\"query\":\"{a}\"}}",
            "{\"type\":\"subscribe\",\"id\":1,\"payload\":{\"query\":\"{a}\"}}",
            "{\"type\":\"subscribe\",\"id\":\"\",\"payload\":{\"query\":\"{a}\"}}",
            "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"query\":1}}",
            "{\"type\":\"subscribe\",\"id\":\"1\"}",
            "{\"type\":\"complete\"}",
        ] {
            assert_eq!(SocketCommand::parse(text).unwrap_err().code, 4400, "{text}");
        }
        let subscribe = "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"query\":\"{a}\"}}";
        assert!(matches!(SocketCommand::parse(subscribe), Ok(SocketCommand::Subscribe(..))));
    }
}
