//! Answers that go on: a WebSocket that hides nothing, and a reader of streams over HTTP.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::{ClientRequestBuilder, Message, WebSocket};

/// How long nothing may be heard before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A WebSocket to `/graphql`.
pub(crate) struct Socket(WebSocket<TcpStream>);

impl Socket {
    /// Opens one that speaks a subprotocol, or none.
    pub(crate) fn open(address: &str, protocol: Option<&str>) -> Self {
        Self::try_open(address, protocol, &[]).unwrap_or_else(|status| panic!("refused: {status}"))
    }

    /// Opens one with further headers; fails with the status of a refusal.
    pub(crate) fn try_open(
        address: &str,
        protocol: Option<&str>,
        headers: &[(&str, &str)],
    ) -> Result<Self, u16> {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let uri = format!("ws://{address}/graphql").parse().unwrap();
        let mut request = ClientRequestBuilder::new(uri);
        if let Some(protocol) = protocol {
            request = request.with_sub_protocol(protocol);
        }
        for (name, value) in headers {
            request = request.with_header(*name, *value);
        }
        match tungstenite::client(request, stream) {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(answer))) => {
                Err(answer.status().as_u16())
            }
            Err(err) => panic!("{err}"),
        }
    }

    /// One that has been acknowledged.
    pub(crate) fn ready(address: &str, protocol: &str) -> Self {
        let mut socket = Self::open(address, Some(protocol));
        socket.say(&json!({ "type": "connection_init" }));
        assert_eq!(socket.hear()["type"], "connection_ack");
        socket
    }

    /// Says something.
    pub(crate) fn say(&mut self, message: &Value) {
        self.send(Message::text(message.to_string()));
    }

    /// Sends a message as it is; one that the other side no longer takes is lost.
    pub(crate) fn send(&mut self, message: Message) {
        let _ = self.0.send(message);
    }

    /// The next message that is text.
    pub(crate) fn hear(&mut self) -> Value {
        loop {
            match self.0.read().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The code and reason that it is closed with.
    pub(crate) fn closed(&mut self) -> (u16, String) {
        loop {
            match self.0.read() {
                Ok(Message::Close(Some(frame))) => {
                    return (frame.code.into(), frame.reason.to_string());
                }
                Ok(_) => {}
                Err(err) => panic!("{err}"),
            }
        }
    }
}

/// An answer over HTTP that goes on.
pub(crate) struct Flow {
    stream: TcpStream,
    raw: Vec<u8>,
    heard: String,
}

impl Flow {
    /// Asks by POST for a form of answer.
    pub(crate) fn open(address: &str, accept: &str, body: &Value) -> Self {
        Self::open_with(address, accept, body, &[])
    }

    /// The same with further headers.
    pub(crate) fn open_with(
        address: &str,
        accept: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Self {
        let body = body.to_string();
        let length = body.len();
        let more: String =
            headers.iter().flat_map(|(name, value)| [name, ": ", value, "\r\n"]).collect();
        Self::begin(
            address,
            &format!(
                "POST /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\naccept: {accept}\r\n{more}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
            ),
        )
    }

    /// Asks by GET for events, as `EventSource` of a browser does.
    pub(crate) fn listen(address: &str, path: &str) -> Self {
        let head = "host: localhost\r\nconnection: close\r\naccept: text/event-stream\r\nif-none-match: *\r\n\r\n";
        Self::begin(address, &format!("GET {path} HTTP/1.1\r\n{head}"))
    }

    /// Sends a request as it is.
    pub(crate) fn begin(address: &str, request: &str) -> Self {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        Self { stream, raw: Vec::new(), heard: String::new() }
    }

    /// Everything heard so far, once it holds these words.
    pub(crate) fn until(&mut self, words: &str) -> &str {
        let mut buffer = [0; 4096];
        while !self.heard.contains(words) {
            let read = self.stream.read(&mut buffer).unwrap();
            assert!(read > 0, "`{words}` was not heard, but: {}", self.heard);
            self.raw.extend_from_slice(&buffer[..read]);
            self.heard = without_chunks(&self.raw);
        }
        &self.heard
    }
    /// Everything up to the end.
    pub(crate) fn whole(mut self) -> String {
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest).unwrap();
        String::from_utf8_lossy(&[self.raw, rest].concat()).into_owned()
    }
}

/// A head and as much of a body as has come, without the sizes of its chunks. Source: RFC 9112, 7.1.
fn without_chunks(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return text.into_owned() };
    if !head.contains("transfer-encoding: chunked") {
        return text.into_owned();
    }
    let (mut plain, mut rest) = (format!("{head}\r\n\r\n"), body);
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        plain.push_str(after.get(..size).unwrap_or(after));
        rest = after.get(size + 2..).unwrap_or_default();
    }
    plain
}
