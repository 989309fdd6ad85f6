//! Allowed origins and host names.

use crate::support::http::{Client, Response};
use crate::support::server::{Server, aidgraph, code, rejected};

const GRAFANA: &str = "https://grafana.example.org";

fn send_from_origin(server: &Server, origin: &str) -> (Response, Response) {
    let mut client = server.client();
    let simple = client.send("GET", "/q", &[("origin", origin)], "").unwrap();
    let preflight = [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ];
    (simple, client.send("OPTIONS", "/graphql", &preflight, "").unwrap())
}

#[test]
fn other_origins_cannot_read_by_default() {
    let (simple, preflight) = send_from_origin(&Server::shared(), GRAFANA);
    assert_eq!(simple.header("access-control-allow-origin"), None);
    assert_eq!(preflight.header("access-control-allow-origin"), None);
}

#[test]
fn only_allowed_origins_can_read() {
    let server =
        Server::start(&["--cors-origin", "https://a.example.org,https://grafana.example.org"]);
    let (simple, preflight) = send_from_origin(&server, GRAFANA);
    assert_eq!(simple.header("access-control-allow-origin"), Some(GRAFANA));
    assert_eq!(
        (preflight.status, preflight.header("access-control-allow-origin")),
        (200, Some(GRAFANA))
    );
    assert_eq!(preflight.header("access-control-allow-methods"), Some("GET,HEAD,POST"));
    let (simple, _) = send_from_origin(&server, "https://evil.example.org");
    assert_eq!(simple.header("access-control-allow-origin"), None);
    let varies = |(name, value): &(String, String)| name == "vary" && value.contains("origin");
    assert!(simple.headers.iter().any(varies));
}

#[test]
fn a_wildcard_allows_every_origin() {
    let server = Server::start(&["--cors-origin", "*"]);
    let (simple, _) = send_from_origin(&server, "https://any.example.org");
    assert_eq!(simple.header("access-control-allow-origin"), Some("*"));
    let exposed = simple.header("access-control-expose-headers").unwrap();
    let names = [
        "etag",
        "retry-after",
        "accept-ranges",
        "content-length",
        "content-range",
        "aidgraph-data-version",
        "aidgraph-rows",
        "aidgraph-warnings",
    ];
    for name in names {
        assert!(exposed.split(',').any(|header| header.trim() == name), "{exposed}");
    }
}

#[test]
fn allowed_origins_can_request_ranges() {
    let server = Server::start(&["--cors-origin", GRAFANA]);
    let preflight = [
        ("origin", GRAFANA),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "range,if-range"),
    ];
    let response = server.client().send("OPTIONS", "/q/icp-history.csv", &preflight, "").unwrap();
    let allowed = response.header("access-control-allow-headers").unwrap();
    assert!(allowed.contains("range") && allowed.contains("if-range"), "{allowed}");
}

/// Sends raw bytes, so that `Host` can be arbitrary, repeated or missing.
fn send_raw(server: &Server, head: &str) -> (u16, String) {
    let mut client = Client::connect(&server.address).unwrap();
    client.write(format!("{head}\r\n\r\n").as_bytes()).unwrap();
    let response = client.read(false).unwrap();
    let code_or_empty = if response.status == 200 { String::new() } else { code(&response) };
    (response.status, code_or_empty)
}

const MISDIRECTED: &str = "MISDIRECTED_REQUEST";

#[test]
fn dns_rebinding_to_loopback_is_rejected() {
    let server = Server::shared();
    let port = server.address.rsplit(':').next().unwrap();
    for path in [
        "/q",
        "/graphql?query=%7B__typename%7D",
        "/schema.graphql",
        "/playground/",
        "/health/ready",
    ] {
        for own in ["127.0.0.1", "localhost", "LOCALHOST.", "[::1]"] {
            let response = send_raw(&server, &format!("GET {path} HTTP/1.1\r\nHost: {own}:{port}"));
            assert_eq!(response, (200, String::new()), "{path} {own}");
        }
        for head in [
            format!("GET {path} HTTP/1.1\r\nHost: evil.example:{port}"),
            format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1.evil.example"),
            format!("GET http://evil.example{path} HTTP/1.1\r\nHost: localhost"),
        ] {
            assert_eq!(send_raw(&server, &head), (421, MISDIRECTED.to_owned()), "{head}");
        }
    }
    let head = "POST /graphql HTTP/1.1\r\nHost: evil.example\r\nContent-Type: application/json\r\nContent-Length: 0";
    assert_eq!(send_raw(&server, head), (421, MISDIRECTED.to_owned()));
    let socket = "GET /graphql HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        Sec-WebSocket-Protocol: graphql-transport-ws";
    assert_eq!(send_raw(&server, socket), (421, MISDIRECTED.to_owned()));
}

#[test]
fn only_allowed_hosts_are_served() {
    let named = Server::start(&["--allowed-host", "aid.example.org,localhost.example"]);
    let status_for_host = |server: &Server, host: &str| {
        send_raw(server, &format!("GET /q HTTP/1.1\r\nHost: {host}")).0
    };
    for (host, status) in
        [("AID.example.org:443", 200), ("127.0.0.1", 200), ("other.example.org", 421)]
    {
        assert_eq!(status_for_host(&named, host), status, "{host}");
    }
    // A trusted proxy may forward any host name, unless allowed hosts are set.
    let proxied = Server::start(&["--trusted-proxy", "127.0.0.1"]);
    assert_eq!(status_for_host(&proxied, "aid.example.org"), 200);
    let both = ["--trusted-proxy", "127.0.0.1", "--allowed-host", "aid.example.org"];
    let proxied = Server::start(&both);
    assert_eq!(
        (status_for_host(&proxied, "aid.example.org"), status_for_host(&proxied, "evil.example")),
        (200, 421)
    );
    let output =
        aidgraph().args(["serve", "--allowed-host", "https://a.example"]).output().unwrap();
    let (code_or_empty, code) = rejected(&output);
    assert!(
        code == 2 && code_or_empty.contains("invalid host name `https://a.example`"),
        "{code_or_empty}"
    );
}

#[test]
fn requests_must_have_exactly_one_valid_host() {
    let server = Server::shared();
    let twice = "\r\nHost: localhost\r\nHost: localhost";
    for head in [
        "GET /q HTTP/1.1".to_owned(),
        "GET http://localhost/q HTTP/1.1".to_owned(),
        format!("GET /q HTTP/1.1{twice}"),
        format!("GET http://localhost/q HTTP/1.1{twice}"),
        "GET /q HTTP/1.1\r\nHost: a b".to_owned(),
        "GET /q HTTP/1.1\r\nHost:".to_owned(),
        "GET /q HTTP/1.1\r\nHost: evil.example@localhost".to_owned(),
    ] {
        assert_eq!(send_raw(&server, &head), (400, "BAD_USER_INPUT".to_owned()), "{head:?}");
    }
}
