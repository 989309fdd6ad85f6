//! Connections that hurt, or try to: what is sent, and what may come back.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::frames;

/// How long nothing may be heard before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is sent on a connection.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pub(crate) name: &'static str,
    pub(crate) pieces: Vec<Vec<u8>>,
    /// Statuses of which the first line has one; the empty one for no line at all.
    pub(crate) told: &'static [&'static str],
}

/// All of them. Those that wait end with the time limits of the service.
pub(crate) fn all() -> Vec<Connection> {
    let post = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    let get = "GET /graphql HTTP/1.1\r\n";
    let flood = (0..500).fold(String::new(), |flood, n| flood + &format!("x-{n}: {n}\r\n"));
    let long = "x".repeat(100_000);
    let upgrade = "GET /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                   sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                   sec-websocket-protocol: graphql-transport-ws\r\n\r\n";
    let one = |name, told, pieces: &[&str]| Connection {
        name,
        pieces: pieces.iter().map(|piece| piece.as_bytes().to_vec()).collect(),
        told,
    };
    let mut all = vec![
        one("nothing at all", &[""], &[]),
        one("half a head", &["", " 408 "], &["GET /graphql HTTP/1.1\r\nhost:"]),
        one("half a preface of HTTP/2", &["", " 400 "], &["PRI * HTTP/2.0\r\n"]),
        one(
            "HTTP/2 without a frame",
            &["", "\0"],
            &["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "xxxxxxxxx"],
        ),
        one("a body that never comes", &[" 408 "], &[post, "content-length: 50\r\n\r\n{"]),
        one("headers without end", &[" 431 "], &[get, &flood, "\r\n"]),
        one("a header without end", &[" 431 "], &[get, "x: ", &long, "\r\n\r\n"]),
        one(
            "an address without end",
            &[" 414 ", " 431 "],
            &["GET /graphql?query=", &long, " HTTP/1.1\r\nhost: localhost\r\n\r\n"],
        ),
        one("no HTTP", &["", " 400 "], &["\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}"]),
        one("two lengths", &[" 400 "], &[post, "content-length: 5\r\ncontent-length: 6\r\n\r\n{}"]),
        one("a length that is no number", &[" 400 "], &[post, "content-length: -1\r\n\r\n{}"]),
        one(
            "chunks that are none",
            &[" 400 "],
            &[post, "transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n"],
        ),
        one(
            "a chunk without end",
            &[" 408 ", " 413 "],
            &[post, "transfer-encoding: chunked\r\n\r\nffffffff\r\n{"],
        ),
        one("a socket that says nothing", &[" 101 "], &[upgrade]),
        one("a frame without its mask", &[" 101 "], &[upgrade, "\u{1}\u{2}{}"]),
        one("half a frame", &[" 101 "], &[upgrade, "\u{1}"]),
    ];
    all.extend(frames::all());
    all
}

/// What comes back for bytes, up to the end of the connection.
pub(crate) fn heard(address: &str, pieces: &[Vec<u8>]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    for piece in pieces {
        // The service may have closed already.
        let _ = stream.write_all(piece);
    }
    let mut heard = Vec::new();
    // A connection that is reset has ended too.
    if let Err(err) = stream.read_to_end(&mut heard) {
        assert!(!matches!(err.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "it goes on");
    }
    String::from_utf8_lossy(&heard).into_owned()
}
