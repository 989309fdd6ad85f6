//! Streaming clients: a low-level WebSocket, and a reader of streamed HTTP responses.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::{ClientRequestBuilder, Message, WebSocket};

/// Maximum time without data before a test fails.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A WebSocket to `/graphql`.
pub(crate) struct Socket(WebSocket<TcpStream>);

impl Socket {
    /// Opens a socket with a subprotocol, or none.
    pub(crate) fn open(address: &str, protocol: Option<&str>) -> Self {
        Self::try_open(address, protocol, &[]).unwrap_or_else(|status| panic!("rejected: {status}"))
    }

    /// Opens a socket with further headers. Fails with the status of a rejection.
    pub(crate) fn try_open(
        address: &str,
        protocol: Option<&str>,
        headers: &[(&str, &str)],
    ) -> Result<Self, u16> {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(TIMEOUT)).unwrap();
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
            Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(response))) => {
                Err(response.status().as_u16())
            }
            Err(err) => panic!("{err}"),
        }
    }

    /// Opens a socket and completes its initialisation.
    pub(crate) fn ready(address: &str, protocol: &str) -> Self {
        let mut socket = Self::open(address, Some(protocol));
        socket.send_json(&json!({ "type": "connection_init" }));
        assert_eq!(socket.receive()["type"], "connection_ack");
        socket
    }

    /// Sends JSON as a text message.
    pub(crate) fn send_json(&mut self, message: &Value) {
        self.send(Message::text(message.to_string()));
    }

    /// Sends a raw message. It is lost if the server has closed the socket.
    pub(crate) fn send(&mut self, message: Message) {
        let _ = self.0.send(message);
    }

    /// Receives the next text message.
    pub(crate) fn receive(&mut self) -> Value {
        loop {
            match self.0.read().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Waits for the close frame, and returns its code and reason.
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

/// A streamed HTTP response.
pub(crate) struct StreamedResponse {
    stream: TcpStream,
    raw: Vec<u8>,
    received: String,
}

impl StreamedResponse {
    /// Sends a POST request that accepts a media type.
    pub(crate) fn open(address: &str, accept: &str, body: &Value) -> Self {
        Self::open_with(address, accept, body, &[])
    }

    /// As [`Self::open`], with further headers.
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

    /// Sends a GET request for server-sent events, as `EventSource` of a browser does.
    pub(crate) fn listen(address: &str, path: &str) -> Self {
        let head = "host: localhost\r\nconnection: close\r\naccept: text/event-stream\r\nif-none-match: *\r\n\r\n";
        Self::begin(address, &format!("GET {path} HTTP/1.1\r\n{head}"))
    }

    /// Sends a raw request.
    pub(crate) fn begin(address: &str, request: &str) -> Self {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(TIMEOUT)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        Self { stream, raw: Vec::new(), received: String::new() }
    }

    /// Reads until the response contains some words, and returns all text so far.
    pub(crate) fn read_until(&mut self, words: &str) -> &str {
        let mut buffer = [0; 4096];
        while !self.received.contains(words) {
            let read = self.stream.read(&mut buffer).unwrap();
            assert!(read > 0, "the response lacks `{words}`: {}", self.received);
            self.raw.extend_from_slice(&buffer[..read]);
            self.received = without_chunks(&self.raw);
        }
        &self.received
    }
    /// Reads to the end.
    pub(crate) fn read_to_end(mut self) -> String {
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest).unwrap();
        String::from_utf8_lossy(&[self.raw, rest].concat()).into_owned()
    }
}

/// Returns a head and the body received so far, without chunk sizes. Source: RFC 9112, section 7.1.
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
