//! Hostile connections: the bytes that are sent, and the accepted responses.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::frames;

/// Maximum time without data before a test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A hostile connection.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pub(crate) name: &'static str,
    pub(crate) pieces: Vec<Vec<u8>>,
    /// Accepted responses: one of them is contained in the first line. An empty string accepts no response at all.
    pub(crate) accepted: &'static [&'static str],
}

/// Returns all hostile connections. Incomplete ones end with the timeouts of the service.
pub(crate) fn all() -> Vec<Connection> {
    let post = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    let get = "GET /graphql HTTP/1.1\r\n";
    let flood = (0..500).fold(String::new(), |flood, n| flood + &format!("x-{n}: {n}\r\n"));
    let long = "x".repeat(100_000);
    let upgrade = "GET /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                   sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                   sec-websocket-protocol: graphql-transport-ws\r\n\r\n";
    let one = |name, accepted, pieces: &[&str]| Connection {
        name,
        pieces: pieces.iter().map(|piece| piece.as_bytes().to_vec()).collect(),
        accepted,
    };
    let mut all = vec![
        one("no bytes", &[""], &[]),
        one("an incomplete head", &["", " 408 "], &["GET /graphql HTTP/1.1\r\nhost:"]),
        one("an incomplete HTTP/2 preface", &["", " 400 "], &["PRI * HTTP/2.0\r\n"]),
        one(
            "HTTP/2 without a valid frame",
            &["", "\0"],
            &["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "xxxxxxxxx"],
        ),
        one("an incomplete body", &[" 408 "], &[post, "content-length: 50\r\n\r\n{"]),
        one("too many headers", &[" 431 "], &[get, &flood, "\r\n"]),
        one("a very long header", &[" 431 "], &[get, "x: ", &long, "\r\n\r\n"]),
        one(
            "a very long URL",
            &[" 414 ", " 431 "],
            &["GET /graphql?query=", &long, " HTTP/1.1\r\nhost: localhost\r\n\r\n"],
        ),
        one(
            "a protocol other than HTTP",
            &["", " 400 "],
            &["\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}"],
        ),
        one("two lengths", &[" 400 "], &[post, "content-length: 5\r\ncontent-length: 6\r\n\r\n{}"]),
        one("an invalid length", &[" 400 "], &[post, "content-length: -1\r\n\r\n{}"]),
        one(
            "invalid chunks",
            &[" 400 "],
            &[post, "transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n"],
        ),
        one(
            "an incomplete chunk",
            &[" 408 ", " 413 "],
            &[post, "transfer-encoding: chunked\r\n\r\nffffffff\r\n{"],
        ),
        one("a silent socket", &[" 101 "], &[upgrade]),
        one("an unmasked frame", &[" 101 "], &[upgrade, "\u{1}\u{2}{}"]),
        one("an incomplete frame", &[" 101 "], &[upgrade, "\u{1}"]),
    ];
    all.extend(frames::all());
    all
}

/// Sends bytes, and returns the response up to the end of the connection.
pub(crate) fn exchange(address: &str, pieces: &[Vec<u8>]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    for piece in pieces {
        // The service may have closed the connection already.
        let _ = stream.write_all(piece);
    }
    let mut received = Vec::new();
    // A connection that was reset has ended, too.
    if let Err(err) = stream.read_to_end(&mut received) {
        assert!(
            !matches!(err.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
            "the connection stays open"
        );
    }
    String::from_utf8_lossy(&received).into_owned()
}
