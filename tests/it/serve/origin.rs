//! Which pages may read answers, and by which names a service may be asked for.

use crate::support::http::{Answer, Client};
use crate::support::server::{Server, aidgraph, code, refused};

const GRAFANA: &str = "https://grafana.example.org";

fn asked_from(server: &Server, origin: &str) -> (Answer, Answer) {
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
fn no_other_origin_may_read_unless_somebody_says_so() {
    let (simple, preflight) = asked_from(&Server::shared(), GRAFANA);
    assert_eq!(simple.header("access-control-allow-origin"), None);
    assert_eq!(preflight.header("access-control-allow-origin"), None);
}

#[test]
fn only_the_origins_that_are_named_may_read() {
    let server =
        Server::start(&["--cors-origin", "https://a.example.org,https://grafana.example.org"]);
    let (simple, preflight) = asked_from(&server, GRAFANA);
    assert_eq!(simple.header("access-control-allow-origin"), Some(GRAFANA));
    assert_eq!(
        (preflight.status, preflight.header("access-control-allow-origin")),
        (200, Some(GRAFANA))
    );
    assert_eq!(preflight.header("access-control-allow-methods"), Some("GET,HEAD,POST"));
    let (simple, _) = asked_from(&server, "https://evil.example.org");
    assert_eq!(simple.header("access-control-allow-origin"), None);
    let varies = |(name, value): &(String, String)| name == "vary" && value.contains("origin");
    assert!(simple.headers.iter().any(varies));
}

#[test]
fn a_star_lets_every_page_read() {
    let server = Server::start(&["--cors-origin", "*"]);
    let (simple, _) = asked_from(&server, "https://any.example.org");
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
fn a_page_may_ask_for_a_part_of_a_table() {
    let server = Server::start(&["--cors-origin", GRAFANA]);
    let preflight = [
        ("origin", GRAFANA),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "range,if-range"),
    ];
    let answer = server.client().send("OPTIONS", "/q/icp-history.csv", &preflight, "").unwrap();
    let allowed = answer.header("access-control-allow-headers").unwrap();
    assert!(allowed.contains("range") && allowed.contains("if-range"), "{allowed}");
}

/// Asks by raw bytes, so that `Host` can be any, several or none.
fn asked_for(server: &Server, head: &str) -> (u16, String) {
    let mut client = Client::connect(&server.address).unwrap();
    client.write(format!("{head}\r\n\r\n").as_bytes()).unwrap();
    let answer = client.read(false).unwrap();
    let said = if answer.status == 200 { String::new() } else { code(&answer) };
    (answer.status, said)
}

const MISDIRECTED: &str = "MISDIRECTED_REQUEST";

#[test]
fn a_name_that_leads_to_loopback_opens_nothing() {
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
            let answer = asked_for(&server, &format!("GET {path} HTTP/1.1\r\nHost: {own}:{port}"));
            assert_eq!(answer, (200, String::new()), "{path} {own}");
        }
        for head in [
            format!("GET {path} HTTP/1.1\r\nHost: evil.example:{port}"),
            format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1.evil.example"),
            format!("GET http://evil.example{path} HTTP/1.1\r\nHost: localhost"),
        ] {
            assert_eq!(asked_for(&server, &head), (421, MISDIRECTED.to_owned()), "{head}");
        }
    }
    let head = "POST /graphql HTTP/1.1\r\nHost: evil.example\r\nContent-Type: application/json\r\nContent-Length: 0";
    assert_eq!(asked_for(&server, head), (421, MISDIRECTED.to_owned()));
    let socket = "GET /graphql HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        Sec-WebSocket-Protocol: graphql-transport-ws";
    assert_eq!(asked_for(&server, socket), (421, MISDIRECTED.to_owned()));
}

#[test]
fn a_service_answers_by_the_names_that_it_is_given() {
    let named = Server::start(&["--allowed-host", "aid.example.org,localhost.example"]);
    let ask = |server: &Server, host: &str| {
        asked_for(server, &format!("GET /q HTTP/1.1\r\nHost: {host}")).0
    };
    for (host, status) in
        [("AID.example.org:443", 200), ("127.0.0.1", 200), ("other.example.org", 421)]
    {
        assert_eq!(ask(&named, host), status, "{host}");
    }
    // A trusted proxy may pass on any name, unless some are given.
    let proxied = Server::start(&["--trusted-proxy", "127.0.0.1"]);
    assert_eq!(ask(&proxied, "aid.example.org"), 200);
    let both = ["--trusted-proxy", "127.0.0.1", "--allowed-host", "aid.example.org"];
    let proxied = Server::start(&both);
    assert_eq!((ask(&proxied, "aid.example.org"), ask(&proxied, "evil.example")), (200, 421));
    let output =
        aidgraph().args(["serve", "--allowed-host", "https://a.example"]).output().unwrap();
    let (said, code) = refused(&output);
    assert!(code == 2 && said.contains("invalid host name `https://a.example`"), "{said}");
}

#[test]
fn a_request_says_once_whom_it_is_for() {
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
        assert_eq!(asked_for(&server, &head), (400, "BAD_USER_INPUT".to_owned()), "{head:?}");
    }
}
