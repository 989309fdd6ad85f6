//! Hostile input: each is rejected with its code on every transport, and the same process then serves the next valid
//! request.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::Duration;

use serde_json::json;
use tungstenite::Message;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::support::hostile::{LIMIT, Transport, bodies, codes, connections, documents, exchange};
use crate::support::server::{Server, code, json};
use crate::support::socket::Socket;

fn assert_serves(server: &Server) {
    let response = server.post(&json!({ "query": "{ honest: __typename }" }), &[]);
    assert_eq!((response.status, &json(&response)["data"]["honest"]), (200, &json!("Query")));
}

#[test]
fn hostile_documents_are_rejected_on_every_transport() {
    let server = Server::shared();
    assert!(documents().len() >= 60);
    for transport in Transport::ALL {
        for hostile in documents() {
            let Some(response) = transport.send(&server.address, &hostile.query) else {
                continue;
            };
            let reported = format!("{transport:?}, {}: {response:.1000}", hostile.name);
            let codes = codes(&response);
            // GET rejects anything but a query.
            let expected = [hostile.code, "METHOD_NOT_ALLOWED"];
            let by_get = matches!(transport, Transport::Get | Transport::Browser);
            let allowed = if by_get { &expected[..] } else { &expected[..1] };
            assert!(codes.first().is_some_and(|code| allowed.contains(code)), "{reported}");
            assert!(response.len() < 4_000, "{reported}");
        }
        assert_serves(&server);
    }
}

#[test]
fn errors_of_hostile_documents_are_one_short_line() {
    let server = Server::shared();
    for hostile in documents() {
        let response = server.post(&json!({ "query": hostile.query }), &[]);
        let message = json(&response)["errors"][0]["message"].as_str().unwrap().to_owned();
        assert!(message.len() < 1_000 && !message.contains('\n'), "{}: {message}", hostile.name);
    }
}

#[test]
fn hostile_bodies_are_rejected() {
    let server = Server::shared();
    for body in bodies() {
        let name = body.name;
        let mut client = server.client();
        let length = body.bytes.len();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        client.write(head.as_bytes()).unwrap();
        // The service may respond and close before it has read everything.
        let _ = client.write(&body.bytes);
        let response = client.read(false).unwrap_or_else(|err| panic!("{name}: {err}"));
        let found = (response.status, code(&response));
        assert_eq!(found, (body.status, body.code.to_owned()), "{name}: {}", response.body);
        assert!(response.body.len() < 2_000, "{name}");
        assert_serves(&server);
    }
}

#[test]
fn hostile_connections_are_rejected_or_closed() {
    let server = Server::start(&["--header-timeout", "500ms", "--body-timeout", "500ms"]);
    for connection in connections() {
        let received = exchange(&server.address, &connection.pieces);
        // HTTP/1.1 starts with its status; HTTP/2 ends with the reason.
        let is_text = received.starts_with("HTTP/");
        let line = if is_text { received.lines().next().unwrap_or_default() } else { &received };
        let reported = |status: &&str| {
            if status.is_empty() { line.is_empty() } else { line.contains(*status) }
        };
        assert!(connection.accepted.iter().any(reported), "{}: {received:.300}", connection.name);
        assert_serves(&server);
    }
}

#[test]
fn idle_connections_are_closed_and_replaced() {
    let server = Server::start(&["--max-connections", "4", "--header-timeout", "500ms"]);
    let idle: Vec<TcpStream> =
        (0..4).map(|_| TcpStream::connect(&server.address).unwrap()).collect();
    let received = exchange(&server.address, &[]);
    assert!(
        received.is_empty() || received.contains(" 503 ") && received.contains("OVERLOADED"),
        "{received}"
    );
    // Idle connections are closed, and new ones are accepted again.
    for mut stream in idle {
        assert_eq!(stream.read(&mut [0]).unwrap_or(0), 0);
    }
    assert_serves(&server);
}

#[test]
fn one_address_cannot_hold_all_connections() {
    let server = Server::start(&["--max-address-connections", "3"]);
    let held: Vec<TcpStream> =
        (0..3).map(|_| TcpStream::connect(&server.address).unwrap()).collect();
    // A client that is still sending receives the response before the connection is closed.
    for _ in 0..5 {
        let mut stream = TcpStream::connect(&server.address).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\n").unwrap();
        thread::sleep(Duration::from_millis(20));
        stream.write_all(b"host: localhost\r\n\r\n").unwrap();
        let mut reported = String::new();
        stream.read_to_string(&mut reported).unwrap();
        assert!(reported.contains(" 503 ") && reported.contains("OVERLOADED"), "{reported}");
    }
    drop(held);
    let server = Server::start(&["--max-address-connections", "3", "--trusted-proxy", "127.0.0.1"]);
    let _held: Vec<TcpStream> =
        (0..3).map(|_| TcpStream::connect(&server.address).unwrap()).collect();
    assert_serves(&server);
}

#[test]
fn responses_and_batches_are_limited_in_bytes() {
    let server = Server::start(&["--max-answer", "10000"]);
    let long = json!({ "query": "{ programmes(first: 100) { nodes { id identifier label origin { file line } assertion } } }" });
    let response = server.post(&long, &[]);
    assert_eq!((response.status, code(&response).as_str()), (400, LIMIT), "{:.200}", response.body);
    assert!(response.body.contains("max-answer"), "{:.300}", response.body);
    let some = json!({ "query": "{ programmes(first: 20) { nodes { id identifier label origin { file line } assertion } } }" });
    let alone = server.post(&some, &[]).body.len();
    assert!((2_000..6_000).contains(&alone), "{alone}");
    let batch = server.post(&json!(vec![some; 10]), &[]);
    assert!(batch.body.len() < 15_000, "{}", batch.body.len());
    let responses = json(&batch);
    assert!(responses[0]["data"]["programmes"].is_object(), "{responses:.300}");
    assert_eq!(responses[9]["errors"][0]["extensions"]["code"], LIMIT);
    for table in ["/q/mali-3d.csv", "/q/mali-3d.json", "/q/mali-3d.json?shape=rows"] {
        let response = server.get(table);
        assert_eq!(
            (response.status, code(&response).as_str()),
            (400, LIMIT),
            "{:.200}",
            response.body
        );
        assert!(response.body.contains("max-answer"), "{:.300}", response.body);
    }
    assert_serves(&server);
}

#[test]
fn records_are_counted_during_execution() {
    let server = Server::start(&["--max-records", "150"]);
    let query = "{ programmes(first: 100) { nodes { country { code } donor { code } } } }";
    let response = server.post(&json!({ "query": query }), &[]);
    assert_eq!(code(&response), LIMIT, "{:.300}", response.body);
    assert!(response.body.contains("max-records"), "{:.300}", response.body);
    assert_serves(&server);
}

#[test]
fn invalid_messages_close_their_socket() {
    let server = Server::shared();
    let frame = |kind: Data, bytes: &[u8], is_last: bool| {
        Message::Frame(Frame::message(bytes.to_vec(), OpCode::Data(kind), is_last))
    };
    let long = |length: usize| vec![b'x'; length];
    let begin = frame(Data::Text, &long(40_000), false);
    let more = frame(Data::Continue, &long(40_000), false);
    let cases = [
        ("broken UTF-8", vec![frame(Data::Text, b"{\"type\":\"\xff\xfe\"}", true)], 1007),
        ("a message too long", vec![frame(Data::Text, &long(70_000), true)], 1009),
        ("pieces of a message too long", vec![begin.clone(), more.clone()], 1009),
        ("a message that begins twice", vec![begin.clone(), begin], 1002),
        ("a message that goes on before it begins", vec![more], 1002),
        (
            "brackets and nothing else",
            vec![frame(Data::Text, "[".repeat(60_000).as_bytes(), true)],
            4400,
        ),
    ];
    for (name, messages, expected) in cases {
        let mut socket = Socket::open(&server.address, Some("graphql-transport-ws"));
        for message in messages {
            socket.send(message);
        }
        assert_eq!(socket.closed().0, expected, "{name}");
        assert_serves(&server);
    }
}

#[test]
fn half_open_and_flooded_sockets_are_closed() {
    let server = Server::start(&[]);
    let changes = json!({ "query": "subscription{datasetChanged{version}}" });
    for _ in 0..20 {
        let mut socket = Socket::ready(&server.address, "graphql-transport-ws");
        socket.send_json(&json!({ "id": "1", "type": "subscribe", "payload": changes }));
        drop(socket);
    }
    let mut socket = Socket::ready(&server.address, "graphql-transport-ws");
    for id in 0..60 {
        socket.send_json(&json!({ "id": id.to_string(), "type": "subscribe", "payload": changes }));
    }
    for _ in 0..10 {
        let rejected = socket.receive();
        assert_eq!(rejected["payload"][0]["extensions"]["code"], LIMIT, "{rejected}");
    }
    socket.send(Message::Ping(vec![0; 100].into()));
    socket.send_json(&json!({ "type": "ping" }));
    assert_eq!(socket.receive()["type"], "pong");
    // A half-open connection with half a frame.
    let mut half = TcpStream::connect(&server.address).unwrap();
    let upgrade = "GET /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                   sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                   sec-websocket-protocol: graphql-transport-ws\r\n\r\n";
    half.write_all(upgrade.as_bytes()).unwrap();
    half.write_all(&[0x81, 0xfe]).unwrap();
    half.shutdown(Shutdown::Write).unwrap();
    let _ = half.read_to_end(&mut Vec::new());
    assert_serves(&server);
}
