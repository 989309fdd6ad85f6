//! What strangers send to hurt: each is refused with its code, on every transport, and the next honest request is
//! answered by the same process.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::Duration;

use serde_json::json;
use tungstenite::Message;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::support::hostile::{LIMIT, Transport, bodies, codes, connections, documents, heard};
use crate::support::server::{Server, code, json};
use crate::support::socket::Socket;

fn honest(server: &Server) {
    let answer = server.post(&json!({ "query": "{ honest: __typename }" }), &[]);
    assert_eq!((answer.status, &json(&answer)["data"]["honest"]), (200, &json!("Query")));
}

#[test]
fn no_document_hurts_by_any_transport() {
    let server = Server::shared();
    assert!(documents().len() >= 60);
    for transport in Transport::ALL {
        for hostile in documents() {
            let Some(answer) = transport.ask(&server.address, &hostile.query) else { continue };
            let told = format!("{transport:?}, {}: {answer:.1000}", hostile.name);
            let codes = codes(&answer);
            // Whatever is no query is not taken by GET at all.
            let expected = [hostile.code, "METHOD_NOT_ALLOWED"];
            let by_get = matches!(transport, Transport::Get | Transport::Browser);
            let allowed = if by_get { &expected[..] } else { &expected[..1] };
            assert!(codes.first().is_some_and(|code| allowed.contains(code)), "{told}");
            assert!(answer.len() < 4_000, "{told}");
        }
        honest(&server);
    }
}

#[test]
fn what_is_said_of_a_document_is_one_short_line() {
    let server = Server::shared();
    for hostile in documents() {
        let answer = server.post(&json!({ "query": hostile.query }), &[]);
        let said = json(&answer)["errors"][0]["message"].as_str().unwrap().to_owned();
        assert!(said.len() < 1_000 && !said.contains('\n'), "{}: {said}", hostile.name);
    }
}

#[test]
fn no_body_hurts() {
    let server = Server::shared();
    for body in bodies() {
        let name = body.name;
        let mut client = server.client();
        let length = body.bytes.len();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        client.write(head.as_bytes()).unwrap();
        // The service may answer and close before it has read everything.
        let _ = client.write(&body.bytes);
        let answer = client.read(false).unwrap_or_else(|err| panic!("{name}: {err}"));
        let found = (answer.status, code(&answer));
        assert_eq!(found, (body.status, body.code.to_owned()), "{name}: {}", answer.body);
        assert!(answer.body.len() < 2_000, "{name}");
        honest(&server);
    }
}

#[test]
fn no_connection_hurts() {
    let server = Server::start(&["--header-timeout", "500ms", "--body-timeout", "500ms"]);
    for connection in connections() {
        let heard = heard(&server.address, &connection.pieces);
        // HTTP/1.1 begins with its status; HTTP/2 ends with the reason.
        let is_text = heard.starts_with("HTTP/");
        let line = if is_text { heard.lines().next().unwrap_or_default() } else { &heard };
        let told = |status: &&str| {
            if status.is_empty() { line.is_empty() } else { line.contains(*status) }
        };
        assert!(connection.told.iter().any(told), "{}: {heard:.300}", connection.name);
        honest(&server);
    }
}

#[test]
fn connections_that_wait_are_closed_and_make_room() {
    let server = Server::start(&["--max-connections", "4", "--header-timeout", "500ms"]);
    let idle: Vec<TcpStream> =
        (0..4).map(|_| TcpStream::connect(&server.address).unwrap()).collect();
    let heard = heard(&server.address, &[]);
    assert!(heard.is_empty() || heard.contains(" 503 ") && heard.contains("OVERLOADED"), "{heard}");
    // Those that say nothing are given up, and then there is room again.
    for mut stream in idle {
        assert_eq!(stream.read(&mut [0]).unwrap_or(0), 0);
    }
    honest(&server);
}

#[test]
fn one_address_does_not_take_all_connections() {
    let server = Server::start(&["--max-address-connections", "3"]);
    let held: Vec<TcpStream> =
        (0..3).map(|_| TcpStream::connect(&server.address).unwrap()).collect();
    // Who is still sending is not cut off before he has heard why.
    for _ in 0..5 {
        let mut stream = TcpStream::connect(&server.address).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\n").unwrap();
        thread::sleep(Duration::from_millis(20));
        stream.write_all(b"host: localhost\r\n\r\n").unwrap();
        let mut told = String::new();
        stream.read_to_string(&mut told).unwrap();
        assert!(told.contains(" 503 ") && told.contains("OVERLOADED"), "{told}");
    }
    drop(held);
    let server = Server::start(&["--max-address-connections", "3", "--trusted-proxy", "127.0.0.1"]);
    let _held: Vec<TcpStream> =
        (0..3).map(|_| TcpStream::connect(&server.address).unwrap()).collect();
    honest(&server);
}

#[test]
fn an_answer_has_no_more_bytes_than_it_may_and_a_batch_neither() {
    let server = Server::start(&["--max-answer", "10000"]);
    let long = json!({ "query": "{ programmes(first: 100) { nodes { id identifier label origin { file line } assertion } } }" });
    let answer = server.post(&long, &[]);
    assert_eq!((answer.status, code(&answer).as_str()), (400, LIMIT), "{:.200}", answer.body);
    assert!(answer.body.contains("max-answer"), "{:.300}", answer.body);
    let some = json!({ "query": "{ programmes(first: 20) { nodes { id identifier label origin { file line } assertion } } }" });
    let alone = server.post(&some, &[]).body.len();
    assert!((2_000..6_000).contains(&alone), "{alone}");
    let batch = server.post(&json!(vec![some; 10]), &[]);
    assert!(batch.body.len() < 15_000, "{}", batch.body.len());
    let answers = json(&batch);
    assert!(answers[0]["data"]["programmes"].is_object(), "{answers:.300}");
    assert_eq!(answers[9]["errors"][0]["extensions"]["code"], LIMIT);
    for table in ["/q/mali-3d.csv", "/q/mali-3d.json", "/q/mali-3d.json?shape=rows"] {
        let answer = server.get(table);
        assert_eq!((answer.status, code(&answer).as_str()), (400, LIMIT), "{:.200}", answer.body);
        assert!(answer.body.contains("max-answer"), "{:.300}", answer.body);
    }
    honest(&server);
}

#[test]
fn records_are_counted_while_a_request_is_executed() {
    let server = Server::start(&["--max-records", "150"]);
    let query = "{ programmes(first: 100) { nodes { country { code } donor { code } } } }";
    let answer = server.post(&json!({ "query": query }), &[]);
    assert_eq!(code(&answer), LIMIT, "{:.300}", answer.body);
    assert!(answer.body.contains("max-records"), "{:.300}", answer.body);
    honest(&server);
}

#[test]
fn messages_that_are_none_close_their_socket() {
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
        honest(&server);
    }
}

#[test]
fn sockets_that_are_half_open_or_flooded_hurt_nobody() {
    let server = Server::start(&[]);
    let changes = json!({ "query": "subscription{datasetChanged{version}}" });
    for _ in 0..20 {
        let mut socket = Socket::ready(&server.address, "graphql-transport-ws");
        socket.say(&json!({ "id": "1", "type": "subscribe", "payload": changes }));
        drop(socket);
    }
    let mut socket = Socket::ready(&server.address, "graphql-transport-ws");
    for id in 0..60 {
        socket.say(&json!({ "id": id.to_string(), "type": "subscribe", "payload": changes }));
    }
    for _ in 0..10 {
        let refused = socket.hear();
        assert_eq!(refused["payload"][0]["extensions"]["code"], LIMIT, "{refused}");
    }
    socket.send(Message::Ping(vec![0; 100].into()));
    socket.say(&json!({ "type": "ping" }));
    assert_eq!(socket.hear()["type"], "pong");
    // One that says half of a frame and shuts its side.
    let mut half = TcpStream::connect(&server.address).unwrap();
    let upgrade = "GET /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                   sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                   sec-websocket-protocol: graphql-transport-ws\r\n\r\n";
    half.write_all(upgrade.as_bytes()).unwrap();
    half.write_all(&[0x81, 0xfe]).unwrap();
    half.shutdown(Shutdown::Write).unwrap();
    let _ = half.read_to_end(&mut Vec::new());
    honest(&server);
}
