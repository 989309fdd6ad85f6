//! What strangers send to hurt: each is refused with its code, on every transport, and the next honest request is
//! answered by the same process.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::Message;

use crate::support::hostile::{Hostile, documents, tower};
use crate::support::server::{Server, code, encoded, json};
use crate::support::socket::{Flow, Socket};

const LIMIT: &str = "LIMIT_EXCEEDED";
const INPUT: &str = "BAD_USER_INPUT";

fn error_code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{answer}"))
}

fn honest(server: &Server) {
    let answer = server.post(&json!({ "query": "{ honest: __typename }" }), &[]);
    assert_eq!((answer.status, &json(&answer)["data"]["honest"]), (200, &json!("Query")));
}

#[test]
fn no_document_hurts_by_post_or_by_get() {
    let server = Server::shared();
    for Hostile { name, query, code: expected } in documents() {
        let answer = server.post(&json!({ "query": query }), &[]);
        assert_eq!(error_code(&json(&answer)), expected, "{name}: {}", answer.body);
        let said = json(&answer)["errors"][0]["message"].as_str().unwrap().to_owned();
        assert!(said.len() < 1_000 && !said.contains('\n'), "{name}: {said}");
        let address = encoded(&query);
        if address.len() < 16_000 {
            let answer = server.get(&format!("/graphql?query={address}"));
            let found = code(&answer);
            let refused = found == expected || found == "METHOD_NOT_ALLOWED";
            assert!(refused, "{name}: {}", answer.body);
        }
        honest(&server);
    }
}

#[test]
fn no_document_hurts_in_a_stream() {
    let server = Server::shared();
    for Hostile { name, query, code: expected } in documents() {
        let asked = json!({ "query": query });
        let mut events = Flow::open(&server, "text/event-stream", &asked);
        assert!(events.until("event: complete").contains(expected), "{name}");
        let parts = "multipart/mixed;subscriptionSpec=1.0";
        let mut parts = Flow::open(&server, parts, &asked);
        // The last chunk.
        assert!(parts.until("\r\n0\r\n\r\n").contains(expected), "{name}");
    }
    honest(&server);
}

#[test]
fn no_document_hurts_over_a_socket() {
    let server = Server::shared();
    for (protocol, start) in [("graphql-transport-ws", "subscribe"), ("graphql-ws", "start")] {
        let mut socket = Socket::ready(&server, protocol);
        for Hostile { name, query, code: expected } in documents() {
            if query.len() > 30_000 {
                continue;
            }
            socket.say(&json!({ "id": name, "type": start, "payload": { "query": query } }));
            let heard = socket.hear();
            let payload = &heard["payload"];
            let error = match payload {
                Value::Array(errors) => &errors[0],
                Value::Object(object) if object.contains_key("errors") => &payload["errors"][0],
                _ => payload,
            };
            assert_eq!(error["extensions"]["code"], expected, "{name}: {heard}");
            if heard["type"] != "error" {
                assert_eq!(socket.hear()["type"], "complete", "{name}");
            }
        }
    }
    honest(&server);
}

#[test]
fn no_document_hurts_in_a_batch() {
    let server = Server::shared();
    let all: Vec<_> =
        documents().into_iter().filter(|hostile| hostile.query.len() < 20_000).collect();
    for some in all.chunks(9) {
        let mut batch: Vec<Value> =
            some.iter().map(|hostile| json!({ "query": hostile.query })).collect();
        batch.push(json!({ "query": "{__typename}" }));
        let answers = json(&server.post(&json!(batch), &[]));
        for (Hostile { name, code, .. }, answer) in some.iter().zip(answers.as_array().unwrap()) {
            assert_eq!(error_code(answer), *code, "{name}");
        }
        assert_eq!(answers[some.len()]["data"]["__typename"], "Query");
    }
}

#[test]
fn no_body_hurts() {
    let server = Server::shared();
    let query = "query($v: [Int]) { __typename }";
    let nested = |depth: usize| {
        format!("{{\"query\":\"{query}\",\"variables\":{{\"v\":{}}}}}", tower(depth, "[", "1", "]"))
    };
    let huge =
        format!("{{\"query\":\"{query}\",\"variables\":{{\"v\":\"{}\"}}}}", "x".repeat(300_000));
    let many = json!(vec![json!({ "query": "{__typename}" }); 5_000]).to_string();
    let key = format!("{{\"{}\":1}}", "x".repeat(100_000));
    let bodies: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        ("variables inside each other", nested(200).into_bytes(), 400, INPUT),
        ("variables far inside each other", nested(50_000).into_bytes(), 400, INPUT),
        ("huge variables", huge.into_bytes(), 413, "PAYLOAD_TOO_LARGE"),
        ("a batch of thousands", many.into_bytes(), 400, LIMIT),
        ("a batch in a batch", b"[[{\"query\":\"{__typename}\"}]]".to_vec(), 400, INPUT),
        ("brackets and nothing else", "[".repeat(200_000).into_bytes(), 400, INPUT),
        ("broken UTF-8", b"{\"query\":\"{__typename}\xff\xfe\"}".to_vec(), 400, INPUT),
        ("half a surrogate", b"{\"query\":\"{__typename} #\\ud800\"}".to_vec(), 400, INPUT),
        ("overlong UTF-8", b"{\"query\":\"\xc0\xaf\"}".to_vec(), 400, INPUT),
        (
            "the same key twice",
            b"{\"query\":\"{__typename}\",\"query\":\"{a}\"}".to_vec(),
            400,
            INPUT,
        ),
        ("a key without end", key.into_bytes(), 400, INPUT),
        (
            "variables that are text",
            format!("{{\"query\":\"{query}\",\"variables\":\"{{}}\"}}").into_bytes(),
            400,
            INPUT,
        ),
        ("nothing", Vec::new(), 400, INPUT),
    ];
    for (name, body, status, expected) in bodies {
        let mut client = server.client();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        client.write(head.as_bytes()).unwrap();
        // The service may answer and close before it has read everything.
        let _ = client.write(&body);
        let answer = client.read(false).unwrap_or_else(|err| panic!("{name}: {err}"));
        assert_eq!(
            (answer.status, code(&answer).as_str()),
            (status, expected),
            "{name}: {}",
            answer.body
        );
        assert!(answer.body.len() < 2_000, "{name}");
        honest(&server);
    }
}

/// What comes back for bytes, up to the end of the connection.
fn raw(server: &Server, pieces: &[&str]) -> String {
    let mut stream = TcpStream::connect(&server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    for piece in pieces {
        // The service may have closed already.
        let _ = stream.write_all(piece.as_bytes());
    }
    let mut heard = Vec::new();
    let _ = stream.read_to_end(&mut heard);
    String::from_utf8_lossy(&heard).into_owned()
}

#[test]
fn no_connection_hurts() {
    let server = Server::start(&["--header-timeout", "500ms", "--body-timeout", "500ms"]);
    let post = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    let flood = (0..500).fold(String::new(), |flood, n| flood + &format!("x-{n}: {n}\r\n"));
    let long = format!("x: {}\r\n\r\n", "x".repeat(100_000));
    let address = format!("GET /graphql?query={} HTTP/1.1\r\nhost: x\r\n\r\n", "x".repeat(100_000));
    let cases: Vec<(&str, Vec<&str>, &[&str])> = vec![
        ("nothing at all", vec![], &[""]),
        ("half a head", vec!["GET /graphql HTTP/1.1\r\nhost:"], &["", " 408 "]),
        ("half a preface of HTTP/2", vec!["PRI * HTTP/2.0\r\n"], &["", " 400 "]),
        ("a body that never comes", vec![post, "content-length: 50\r\n\r\n{"], &[" 408 "]),
        (
            "headers without end",
            vec!["GET /graphql HTTP/1.1\r\n", flood.as_str(), "\r\n"],
            &[" 431 "],
        ),
        ("a header without end", vec!["GET /graphql HTTP/1.1\r\n", long.as_str()], &[" 431 "]),
        ("an address without end", vec![address.as_str()], &[" 414 ", " 431 "]),
        ("no HTTP", vec!["\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}"], &["", " 400 "]),
        ("two lengths", vec![post, "content-length: 5\r\ncontent-length: 6\r\n\r\n{}"], &[" 400 "]),
        ("a length that is no number", vec![post, "content-length: -1\r\n\r\n{}"], &[" 400 "]),
        (
            "chunks that are none",
            vec![post, "transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n"],
            &[" 400 "],
        ),
        (
            "a chunk without end",
            vec![post, "transfer-encoding: chunked\r\n\r\nffffffff\r\n{"],
            &[" 408 ", " 413 "],
        ),
    ];
    for (name, pieces, expected) in cases {
        let heard = raw(&server, &pieces);
        let line = heard.lines().next().unwrap_or_default();
        let told = |status: &&str| {
            if status.is_empty() { line.is_empty() } else { line.contains(*status) }
        };
        assert!(expected.iter().any(told), "{name}: {heard:.300}");
        honest(&server);
    }
}

#[test]
fn connections_that_wait_are_closed_and_make_room() {
    let server = Server::start(&["--max-connections", "4", "--header-timeout", "500ms"]);
    let idle: Vec<TcpStream> =
        (0..4).map(|_| TcpStream::connect(&server.address).unwrap()).collect();
    let mut heard = Vec::new();
    let mut more = TcpStream::connect(&server.address).unwrap();
    let _ = more.read_to_end(&mut heard);
    let heard = String::from_utf8_lossy(&heard).into_owned();
    assert!(heard.is_empty() || heard.contains(" 503 ") && heard.contains("OVERLOADED"), "{heard}");
    // Those that say nothing are given up, and then there is room again.
    for mut stream in idle {
        assert_eq!(stream.read(&mut [0]).unwrap_or(0), 0);
    }
    honest(&server);
}

#[test]
fn sockets_that_are_half_open_or_flooded_hurt_nobody() {
    let server = Server::start(&["--socket-init-timeout", "500ms"]);
    for _ in 0..20 {
        let mut socket = Socket::ready(&server, "graphql-transport-ws");
        let many = json!({ "id": "1", "type": "subscribe", "payload": { "query": "subscription{datasetChanged{version}}" } });
        socket.say(&many);
        drop(socket);
    }
    let mut socket = Socket::ready(&server, "graphql-transport-ws");
    for id in 0..60 {
        socket.say(&json!({ "id": id.to_string(), "type": "subscribe", "payload": { "query": "subscription{datasetChanged{version}}" } }));
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
    let upgrade = "GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n";
    half.write_all(upgrade.as_bytes()).unwrap();
    half.write_all(&[0x81, 0xfe]).unwrap();
    half.shutdown(Shutdown::Write).unwrap();
    let _ = half.read_to_end(&mut Vec::new());
    honest(&server);
}
