//! WebSockets: the protocol, and every way in which they are closed.

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
    socket.say(&subscribe("1", "{ __typename }"));
    let data = json!({ "data": { "__typename": "Query" } });
    assert_eq!(socket.hear(), json!({ "id": "1", "type": "next", "payload": data }));
    assert_eq!(socket.hear(), json!({ "id": "1", "type": "complete" }));
}

#[test]
fn a_client_of_the_older_protocol_is_refused() {
    let server = Server::shared();
    assert_eq!(Socket::try_open(&server.address, Some(LEGACY), &[]).err(), Some(400));
    let head = [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA=="),
        ("sec-websocket-protocol", LEGACY),
    ];
    let refused = server.client().send("GET", "/graphql", &head, "").unwrap();
    assert_eq!((refused.status, code(&refused).as_str()), (400, "BAD_USER_INPUT"));
    assert!(refused.body.contains("`graphql-ws` is not supported: use `graphql-transport-ws`"));
    // A client that knows both speaks the newer one, in whatever order it offers them.
    for both in ["graphql-ws, graphql-transport-ws", "graphql-transport-ws, graphql-ws"] {
        let mut socket = Socket::ready(&server.address, both);
        socket.say(&subscribe("1", "{ __typename }"));
        assert_eq!(socket.hear()["type"], "next");
    }
}

#[test]
fn a_ping_is_answered_with_what_it_carried() {
    let server = Server::shared();
    let mut socket = Socket::ready(&server.address, MODERN);
    socket.say(&json!({ "type": "ping", "payload": { "at": 7 } }));
    assert_eq!(socket.hear(), json!({ "type": "pong", "payload": { "at": 7 } }));
    socket.say(&json!({ "type": "pong" }));
    socket.say(&json!({ "type": "ping" }));
    assert_eq!(socket.hear(), json!({ "type": "pong" }));
}

#[test]
fn what_breaks_the_protocol_is_closed_with_its_code() {
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
        let told = format!("{messages:.100?}");
        let mut socket = Socket::open(&server.address, Some(MODERN));
        for message in messages {
            socket.send(message);
        }
        let (closed, reason) = socket.closed();
        assert_eq!(closed, code, "{told}: {reason}");
        assert!(reason.len() <= 123);
    }
    assert_eq!(Socket::open(&server.address, None).closed().0, 4406);
}

#[test]
fn a_client_that_closes_is_answered_with_a_close() {
    let server = Server::shared();
    let mut socket = Socket::ready(&server.address, MODERN);
    let done = CloseFrame { code: CloseCode::Normal, reason: "done".into() };
    socket.send(Message::Close(Some(done)));
    assert_eq!(socket.closed().0, 1000);
}

#[test]
fn a_socket_that_never_begins_is_closed() {
    let begin = Instant::now();
    assert_eq!(Socket::open(&Server::shared().address, Some(MODERN)).closed().0, 4408);
    assert!(begin.elapsed() >= Duration::from_secs(3), "{:?}", begin.elapsed());
}

#[test]
fn what_is_refused_is_an_error_of_its_operation_and_the_socket_goes_on() {
    let server = Server::shared();
    let mut socket = Socket::ready(&server.address, MODERN);
    for query in ["{ nonsense }", "{", "subscription { nonsense }", ""] {
        socket.say(&subscribe("1", query));
        let heard = socket.hear();
        assert_eq!((&heard["type"], &heard["id"]), (&json!("error"), &json!("1")), "{heard}");
        assert_eq!(heard["payload"][0]["extensions"]["code"], "BAD_USER_INPUT", "{heard}");
    }
    socket.say(&subscribe("1", "{__typename}"));
    assert_eq!(socket.hear()["payload"]["data"]["__typename"], "Query");
}

#[test]
fn a_socket_and_the_service_hold_only_so_many() {
    let server = Server::start(&["--max-sockets", "1"]);
    let changes = "subscription { datasetChanged { version } }";
    let mut socket = Socket::ready(&server.address, MODERN);
    assert_eq!(Socket::try_open(&server.address, Some(MODERN), &[]).err(), Some(503));
    for id in 1..=51 {
        socket.say(&subscribe(&id.to_string(), changes));
    }
    let refused = socket.hear();
    assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("51")));
    let error = &refused["payload"][0];
    assert_eq!(error["extensions"]["limit"], "max-socket-operations");
    assert_eq!(
        (&error["extensions"]["allowed"], &error["extensions"]["found"]),
        (&json!(50), &json!(51))
    );
    assert!(!error["message"].to_string().contains("max-socket-operations"), "{error}");
    // What is completed makes room, and its id may be used again.
    socket.say(&json!({ "id": "1", "type": "complete" }));
    socket.say(&subscribe("1", "{ __typename }"));
    assert_eq!(socket.hear()["type"], "next");
    drop(socket);
}

#[test]
fn one_client_takes_neither_all_sockets_nor_all_subscriptions() {
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
    socket.say(&json!({ "type": "connection_init" }));
    assert_eq!(socket.hear()["type"], "connection_ack");
    let changes = "subscription { datasetChanged { version } }";
    socket.say(&subscribe("1", changes));
    socket.say(&subscribe("2", changes));
    let refused = socket.hear();
    assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("2")), "{refused}");
    assert_eq!(refused["payload"][0]["extensions"]["code"], "RATE_LIMITED", "{refused}");
    assert!(refused.to_string().contains("max-client-share"), "{refused}");
}

#[test]
fn pages_of_other_origins_may_not_listen() {
    let server = Server::shared();
    let from =
        |origin: &str| Socket::try_open(&server.address, Some(MODERN), &[("origin", origin)]).err();
    assert_eq!(from("https://evil.example.org"), Some(403));
    assert_eq!(from(&format!("http://{}", server.address)), None);
}

#[test]
fn the_end_of_the_service_closes_its_sockets() {
    let mut server = Server::start(&[]);
    let mut socket = Socket::ready(&server.address, MODERN);
    socket.say(&subscribe("1", "subscription { datasetChanged { version } }"));
    socket.say(&json!({ "type": "ping" }));
    assert_eq!(socket.hear()["type"], "pong");
    server.signal("TERM");
    assert_eq!(socket.closed().0, 1001);
    assert_eq!(server.end().code(), Some(0));
}
