//! Shutdown by signals, with requests in flight.

use std::fs::{File, OpenOptions};
use std::net::TcpStream;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::http::Client;
use crate::support::server::{Server, json, serve};

/// Sends the head of a request and half of its body. The server then waits for the rest.
fn begin_request(server: &Server) -> (Client, &'static str) {
    let mut client = server.client();
    let body = "{\"query\": \"{ __typename }\"}";
    let (half, rest) = body.split_at(10);
    let headers = [("content-type", "application/json"), ("expect", "100-continue")];
    let request = client.request("POST", "/graphql", &headers, body);
    let head = request.strip_suffix(body).unwrap();
    client.write(head.as_bytes()).unwrap();
    // Sent when the server has read the head and waits for the body.
    assert_eq!(client.read(true).unwrap().status, 100);
    client.write(half.as_bytes()).unwrap();
    (client, rest)
}

/// Waits until new connections are refused: then the shutdown has begun.
fn no_longer_listens(server: &Server) {
    let begin = Instant::now();
    while TcpStream::connect(&server.address).is_ok() {
        assert!(begin.elapsed() < Duration::from_secs(30), "it goes on listening");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn requests_in_flight_complete_before_shutdown() {
    for signal in ["TERM", "INT"] {
        let mut server = Server::start(&[]);
        let (mut client, rest) = begin_request(&server);
        server.signal(signal);
        server.wait_for_log("requests in flight");
        no_longer_listens(&server);
        client.write(rest.as_bytes()).unwrap();
        let response = client.read(false).unwrap();
        assert_eq!(
            (response.status, &json(&response)["data"]["__typename"]),
            (200, &"Query".into())
        );
        assert_eq!(server.wait_for_exit().code(), Some(0), "{signal}");
        server.wait_for_log("all requests in flight completed");
    }
}

#[test]
fn a_stalled_request_does_not_block_shutdown() {
    let mut server = Server::start(&["--shutdown-timeout", "1s"]);
    let (_client, _) = begin_request(&server);
    let begin = Instant::now();
    server.signal("TERM");
    assert_eq!(server.wait_for_exit().code(), Some(0));
    assert!(begin.elapsed() < Duration::from_secs(8), "{:?}", begin.elapsed());
    server.wait_for_log("shutdown timeout reached");
}

#[test]
fn a_request_above_the_timeout_gets_an_error() {
    let server = Server::start(&["--request-timeout", "500ms"]);
    let (mut client, _) = begin_request(&server);
    let response = client.read(false).unwrap();
    assert_eq!(response.status, 504);
    assert_eq!(json(&response)["errors"][0]["extensions"]["code"], "TIMEOUT");
}

#[test]
fn an_idle_connection_does_not_block_shutdown() {
    let mut server = Server::start(&[]);
    let mut client = server.client();
    assert_eq!(client.get("/health/live").unwrap().status, 200);
    let begin = Instant::now();
    server.signal("TERM");
    assert_eq!(server.wait_for_exit().code(), Some(0));
    assert!(begin.elapsed() < Duration::from_secs(8), "{:?}", begin.elapsed());
}

/// Opens a pipe for writing as soon as it has a reader.
fn when_read(pipe: &Path) -> File {
    const NONBLOCK: i32 = 0o4000;
    let begin = Instant::now();
    loop {
        match OpenOptions::new().write(true).custom_flags(NONBLOCK).open(pipe) {
            Ok(file) => return file,
            Err(err) => {
                assert!(begin.elapsed() < Duration::from_secs(30), "the pipe has no reader: {err}");
            }
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A service that reads its tokens from a pipe, so that its start blocks until the pipe is written.
struct Starting {
    _data: TempDir,
    tokens: PathBuf,
    child: Child,
}

impl Starting {
    fn begin() -> Self {
        let data = tempfile::tempdir().unwrap();
        let tokens = data.path().join("tokens");
        assert!(Command::new("mkfifo").arg(&tokens).status().unwrap().success());
        let mut command = serve(&data.path().join("data"));
        command.arg("--auth-file").arg(&tokens).stderr(Stdio::null());
        Self { _data: data, tokens, child: command.spawn().unwrap() }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }
}

#[test]
fn a_signal_during_the_start_is_handled_afterwards() {
    let mut starting = Starting::begin();
    let start = when_read(&starting.tokens);
    starting.signal("-HUP");
    drop(start);
    // The process has not ended, and reads the file again.
    let reload = when_read(&starting.tokens);
    starting.signal("-TERM");
    drop(reload);
    assert_eq!(starting.child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_blocked_start_can_be_interrupted() {
    let mut starting = Starting::begin();
    let _start = when_read(&starting.tokens);
    starting.signal("-TERM");
    assert_eq!(starting.child.wait().unwrap().code(), Some(0));
}
