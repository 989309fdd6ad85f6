//! WebSockets: subprotocol, messages and close codes.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::Message;
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode;

use crate::support::server::{Server, code};
use crate::support::socket::Socket;

const MODERN: &str = "graphql-transport-ws";
const LEGACY: &str = "graphql-ws";

fn subscribe(id: &str, query: &str) -> Value {
    json!({ "id": id, "type": "subscribe", "payload": { "query": query } })
}

#[test]
fn a_query_is_answered_and_completed() {
    let server = Server::shared();
    let mut socket = Socket::ready(&server.address, MODERN);
    socket.send_json(&subscribe("1", "{ __typename }"));
    let data = json!({ "data": { "__typename": "Query" } });
    assert_eq!(socket.receive(), json!({ "id": "1", "type": "next", "payload": data }));
    assert_eq!(socket.receive(), json!({ "id": "1", "type": "complete" }));
}

#[test]
fn clients_of_the_older_protocol_are_rejected() {
    let server = Server::shared();
    assert_eq!(Socket::try_open(&server.address, Some(LEGACY), &[]).err(), Some(400));
    let head = [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA=="),
        ("sec-websocket-protocol", LEGACY),
    ];
    let rejected = server.client().send("GET", "/graphql", &head, "").unwrap();
    assert_eq!((rejected.status, code(&rejected).as_str()), (400, "BAD_USER_INPUT"));
    assert!(rejected.body.contains("`graphql-ws` is not supported: use `graphql-transport-ws`"));
    // A client that offers both protocols gets the newer one, in any order.
    for both in ["graphql-ws, graphql-transport-ws", "graphql-transport-ws, graphql-ws"] {
        let mut socket = Socket::ready(&server.address, both);
        socket.send_json(&subscribe("1", "{ __typename }"));
        assert_eq!(socket.receive()["type"], "next");
    }
}

#[test]
fn a_pong_repeats_the_payload_of_its_ping() {
    let server = Server::shared();
    let mut socket = Socket::ready(&server.address, MODERN);
    socket.send_json(&json!({ "type": "ping", "payload": { "at": 7 } }));
    assert_eq!(socket.receive(), json!({ "type": "pong", "payload": { "at": 7 } }));
    socket.send_json(&json!({ "type": "pong" }));
    socket.send_json(&json!({ "type": "ping" }));
    assert_eq!(socket.receive(), json!({ "type": "pong" }));
}

#[test]
fn protocol_violations_close_with_their_code() {
    let server = Server::shared();
    let long = json!({ "type": "x".repeat(500) });
    let begun = subscribe("1", "subscription { datasetChanged { version } }");
    let init = json!({ "type": "connection_init" });
    let cases: Vec<(Vec<Message>, u16)> = vec![
        (vec![Message::text(begun.to_string())], 4401),
        (vec![Message::text("{")], 4400),
        (vec![Message::text("{}")], 4400),
        (vec![Message::text(long.to_string())], 4400),
        (vec![Message::binary(init.to_string().into_bytes())], 4400),
        (vec![Message::text(init.to_string()), Message::text(init.to_string())], 4429),
        (
            vec![
                Message::text(init.to_string()),
                Message::text(begun.to_string()),
                Message::text(begun.to_string()),
            ],
            4409,
        ),
        (vec![Message::text("x".repeat(70_000))], 1009),
    ];
    for (messages, code) in cases {
        let case = format!("{messages:.100?}");
        let mut socket = Socket::open(&server.address, Some(MODERN));
        for message in messages {
            socket.send(message);
        }
        let (closed, reason) = socket.closed();
        assert_eq!(closed, code, "{case}: {reason}");
        assert!(reason.len() <= 123);
    }
    assert_eq!(Socket::open(&server.address, None).closed().0, 4406);
}

#[test]
fn a_close_frame_is_answered_with_a_close_frame() {
    let server = Server::shared();
    let mut socket = Socket::ready(&server.address, MODERN);
    let done = CloseFrame { code: CloseCode::Normal, reason: "done".into() };
    socket.send(Message::Close(Some(done)));
    assert_eq!(socket.closed().0, 1000);
}

#[test]
fn a_socket_without_initialisation_is_closed() {
    let begin = Instant::now();
    assert_eq!(Socket::open(&Server::shared().address, Some(MODERN)).closed().0, 4408);
    assert!(begin.elapsed() >= Duration::from_secs(3), "{:?}", begin.elapsed());
}

#[test]
fn rejected_operations_get_an_error_and_the_socket_stays_open() {
    let server = Server::shared();
    let mut socket = Socket::ready(&server.address, MODERN);
    for query in ["{ nonsense }", "{", "subscription { nonsense }", ""] {
        socket.send_json(&subscribe("1", query));
        let received = socket.receive();
        assert_eq!(
            (&received["type"], &received["id"]),
            (&json!("error"), &json!("1")),
            "{received}"
        );
        assert_eq!(received["payload"][0]["extensions"]["code"], "BAD_USER_INPUT", "{received}");
    }
    socket.send_json(&subscribe("1", "{__typename}"));
    assert_eq!(socket.receive()["payload"]["data"]["__typename"], "Query");
}

#[test]
fn operations_are_limited_per_socket_and_in_total() {
    let server = Server::start(&["--max-sockets", "1"]);
    let changes = "subscription { datasetChanged { version } }";
    let mut socket = Socket::ready(&server.address, MODERN);
    assert_eq!(Socket::try_open(&server.address, Some(MODERN), &[]).err(), Some(503));
    for id in 1..=51 {
        socket.send_json(&subscribe(&id.to_string(), changes));
    }
    let rejected = socket.receive();
    assert_eq!((&rejected["type"], &rejected["id"]), (&json!("error"), &json!("51")));
    let error = &rejected["payload"][0];
    assert_eq!(error["extensions"]["limit"], "max-socket-operations");
    assert_eq!(
        (&error["extensions"]["allowed"], &error["extensions"]["found"]),
        (&json!(50), &json!(51))
    );
    assert!(!error["message"].to_string().contains("max-socket-operations"), "{error}");
    // A completed operation releases its permit, and its ID may be used again.
    socket.send_json(&json!({ "id": "1", "type": "complete" }));
    socket.send_json(&subscribe("1", "{ __typename }"));
    assert_eq!(socket.receive()["type"], "next");
    drop(socket);
}

#[test]
fn one_client_cannot_hold_all_sockets_or_subscriptions() {
    let server = Server::start(&[
        "--max-sockets",
        "4",
        "--max-subscriptions",
        "4",
        "--trusted-proxy",
        "127.0.0.1",
    ]);
    let open = |client: &str| {
        Socket::try_open(&server.address, Some(MODERN), &[("x-forwarded-for", client)])
    };
    let mut socket = open("192.0.2.1").unwrap();
    assert_eq!(open("192.0.2.1").err(), Some(429));
    assert!(open("192.0.2.2").is_ok());
    socket.send_json(&json!({ "type": "connection_init" }));
    assert_eq!(socket.receive()["type"], "connection_ack");
    let changes = "subscription { datasetChanged { version } }";
    socket.send_json(&subscribe("1", changes));
    socket.send_json(&subscribe("2", changes));
    let rejected = socket.receive();
    assert_eq!((&rejected["type"], &rejected["id"]), (&json!("error"), &json!("2")), "{rejected}");
    assert_eq!(rejected["payload"][0]["extensions"]["code"], "RATE_LIMITED", "{rejected}");
    assert!(rejected.to_string().contains("max-client-share"), "{rejected}");
}

#[test]
fn other_origins_cannot_open_sockets() {
    let server = Server::shared();
    let from =
        |origin: &str| Socket::try_open(&server.address, Some(MODERN), &[("origin", origin)]).err();
    assert_eq!(from("https://evil.example.org"), Some(403));
    assert_eq!(from(&format!("http://{}", server.address)), None);
}

#[test]
fn shutdown_closes_sockets() {
    let mut server = Server::start(&[]);
    let mut socket = Socket::ready(&server.address, MODERN);
    socket.send_json(&subscribe("1", "subscription { datasetChanged { version } }"));
    socket.send_json(&json!({ "type": "ping" }));
    assert_eq!(socket.receive()["type"], "pong");
    server.signal("TERM");
    assert_eq!(socket.closed().0, 1001);
    assert_eq!(server.wait_for_exit().code(), Some(0));
}
