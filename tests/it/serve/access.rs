//! Who may ask what, and how often.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tempfile::TempDir;

use crate::support::http::Answer;
use crate::support::server::{Server, aidgraph, code, refused, run, serve};
use crate::support::socket::{Flow, Socket};

const MODERN: &str = "graphql-transport-ws";
const QUERY: &str = "/graphql?query=%7B__typename%7D";

/// A file of tokens.
struct Tokens(TempDir);

impl Tokens {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("tokens")
    }

    fn flag(&self) -> String {
        self.path().to_str().unwrap().to_owned()
    }

    /// A new token, as the command makes it.
    fn make(&self, name: &str, roles: &str) -> String {
        let output = run(&["token", name, "--role", roles, "--auth-file", &self.flag()]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// Credentials as a spreadsheet sends them.
fn basic(name: &str, token: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{name}:{token}")))
}

fn get(server: &Server, path: &str, token: Option<&str>) -> Answer {
    let claimed = token.map(bearer);
    let headers: Vec<(&str, &str)> =
        claimed.iter().map(|claimed| ("authorization", claimed.as_str())).collect();
    server.client().send("GET", path, &headers, "").unwrap()
}

#[test]
fn a_token_allows_what_its_roles_say() {
    let tokens = Tokens::new();
    let (reader, importer) = (tokens.make("grafana", "read"), tokens.make("loader", "import"));
    let admin = tokens.make("boss", "admin");
    let server = Server::start(&["--auth-file", &tokens.flag()]);
    for path in ["/", QUERY, "/graphql", "/q", "/q/icp-history.csv", "/schema.graphql"] {
        for stranger in [None, Some("aidgraph_guess"), Some("")] {
            let answer = get(&server, path, stranger);
            assert_eq!((answer.status, code(&answer).as_str()), (401, "UNAUTHENTICATED"), "{path}");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"aidgraph\""));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
        let answer = get(&server, path, Some(&importer));
        assert_eq!((answer.status, code(&answer).as_str()), (403, "FORBIDDEN"), "{path}");
        assert_eq!(answer.header("www-authenticate"), None);
        for token in [&reader, &admin] {
            let status = get(&server, path, Some(token)).status;
            assert_eq!(status, if path == "/graphql" { 400 } else { 200 }, "{path}");
        }
    }
    let query = json!({ "query": "{ __typename }" });
    assert_eq!(server.post(&query, &[]).status, 401);
    assert_eq!(server.post(&query, &[("authorization", &bearer(&importer))]).status, 403);
    assert_eq!(server.post(&query, &[("authorization", &bearer(&reader))]).status, 200);
    // In no other place, and in no other way.
    assert_eq!(get(&server, &format!("{QUERY}&access_token={reader}"), None).status, 401);
    assert_eq!(server.post(&query, &[("authorization", &format!("Basic {reader}"))]).status, 401);
    let twice = [("authorization", &*bearer(&reader)), ("authorization", "Bearer x")];
    assert_eq!(server.post(&query, &twice).status, 401);
    // What holds no data is there for everybody.
    for path in ["/health/live", "/health/ready", "/playground/", "/assets/site.css"] {
        assert_eq!(get(&server, path, None).status, 200, "{path}");
    }
}

fn ask(server: &Server, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    server.client().send(method, path, headers, "").unwrap()
}

fn challenges(answer: &Answer) -> Vec<&str> {
    let given = answer.headers.iter().filter(|(name, _)| name == "www-authenticate");
    given.filter_map(|(_, value)| value.split(' ').next()).collect()
}

#[test]
fn a_token_may_be_a_password_with_any_name() {
    let tokens = Tokens::new();
    let (reader, boss) = (tokens.make("excel", "read"), tokens.make("boss", "admin"));
    let server = Server::start(&["--auth-file", &tokens.flag()]);
    for path in ["/q/icp-history.csv", "/q", QUERY] {
        for name in ["", "excel", "Ünë:"] {
            let status =
                |claimed: &str| ask(&server, "GET", path, &[("authorization", claimed)]).status;
            let right = if name.contains(':') { 401 } else { 200 };
            assert_eq!(status(&basic(name, &reader)), right, "{path} {name}");
            assert_eq!(status(&basic(name, &reader).replacen("Basic", "BASIC ", 1)), right);
            assert_eq!(status(&bearer(&reader)), 200);
        }
        let encoded = |text: &str| format!("Basic {}", STANDARD.encode(text));
        let wrong = [
            (basic("excel", "aidgraph_guess"), "unknown token"),
            (basic("excel", ""), "unknown token"),
            (basic(&reader, ""), "unknown token"),
            (encoded(&reader), "NAME:TOKEN"),
            (format!("Basic excel:{reader}"), "NAME:TOKEN"),
            ("Basic".to_owned(), "Bearer TOKEN"),
            ("Digest eDp5".to_owned(), "Bearer TOKEN"),
        ];
        for (claimed, words) in wrong {
            let answer = ask(&server, "GET", path, &[("authorization", &claimed)]);
            assert_eq!((answer.status, code(&answer).as_str()), (401, "UNAUTHENTICATED"), "{path}");
            assert!(
                answer.body.contains(words) && !answer.body.contains(&reader),
                "{}",
                answer.body
            );
        }
    }
    // A browser repeats a password in requests that any page makes: it reads, and changes nothing.
    let claimed = basic("boss", &boss);
    let claimed = [("authorization", claimed.as_str())];
    assert_eq!(ask(&server, "GET", "/metrics", &claimed).status, 200);
    let refused = ask(&server, "POST", "/admin/import?name=a.xml", &claimed);
    assert_eq!((refused.status, code(&refused).as_str()), (403, "FORBIDDEN"));
    assert!(refused.body.contains("Bearer TOKEN"), "{}", refused.body);
}

#[test]
fn a_password_is_asked_for_where_spreadsheets_read() {
    let tokens = Tokens::new();
    tokens.make("excel", "read");
    let server = Server::start(&["--auth-file", &tokens.flag()]);
    for path in ["/q", "/q/icp-history.csv", "/q/nothing.csv"] {
        assert_eq!(challenges(&ask(&server, "GET", path, &[])), ["Bearer", "Basic"], "{path}");
    }
    // A page that asks in the background must not make the browser prompt.
    for path in [QUERY, "/", "/schema.graphql", "/metrics"] {
        assert_eq!(challenges(&ask(&server, "GET", path, &[])), ["Bearer"], "{path}");
    }
}

#[test]
fn a_password_is_taken_only_where_nobody_on_the_way_can_read_it() {
    let tokens = Tokens::new();
    let reader = tokens.make("excel", "read");
    let server =
        Server::start(&["--auth-file", &tokens.flag(), "--trusted-proxy", "127.0.0.1,10.0.0.0/8"]);
    let (password, token) = (basic("excel", &reader), bearer(&reader));
    let of = |claimed: &str, forwarded: &[(&str, &str)]| {
        let headers = [&[("authorization", claimed)], forwarded].concat();
        ask(&server, "GET", "/q/icp-history.csv", &headers)
    };
    let client = ("x-forwarded-for", "198.51.100.7");
    let proto = |schemes| ("x-forwarded-proto", schemes);
    for secure in [
        &[][..],
        &[client, proto("https")],
        &[client, proto("HTTPS, https")],
        &[client, proto("https"), proto("https")],
    ] {
        assert_eq!(of(&password, secure).status, 200, "{secure:?}");
    }
    for plain in [
        &[client][..],
        &[client, proto("http")],
        &[proto("http")],
        &[client, proto("https, http")],
        &[client, proto("http"), proto("https")],
        &[client, proto("")],
        &[client, ("forwarded", "proto=https")],
    ] {
        let answer = of(&password, plain);
        assert_eq!((answer.status, code(&answer).as_str()), (401, "UNAUTHENTICATED"), "{plain:?}");
        assert!(answer.body.contains("`Basic` needs TLS"), "{}", answer.body);
        assert!(!answer.body.contains(&reader), "{}", answer.body);
        assert_eq!(challenges(&answer), ["Bearer"], "{plain:?}");
        assert_eq!(of(&token, plain).status, 200, "{plain:?}");
    }
    // Only a trusted proxy is believed.
    let direct = Server::start(&["--auth-file", &tokens.flag(), "--trusted-proxy", "10.0.0.1"]);
    let headers = [("authorization", password.as_str()), proto("http")];
    assert_eq!(ask(&direct, "GET", "/q", &headers).status, 200);
}

#[test]
fn a_socket_takes_no_password() {
    let tokens = Tokens::new();
    let reader = tokens.make("excel", "read");
    let server = Server::start(&["--auth-file", &tokens.flag()]);
    let claimed = basic("excel", &reader);
    let headers = [
        ("authorization", claimed.as_str()),
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-protocol", MODERN),
    ];
    assert_eq!(ask(&server, "GET", "/graphql", &headers).status, 401);
    let mut socket = Socket::open(&server.address, Some(MODERN));
    let payload = json!({ "authorization": claimed });
    socket.say(&json!({ "type": "connection_init", "payload": payload }));
    assert_eq!(socket.closed().0, 4401);
    let mut socket = Socket::open(&server.address, Some(MODERN));
    let payload = json!({ "authorization": bearer(&reader) });
    socket.say(&json!({ "type": "connection_init", "payload": payload }));
    assert_eq!(socket.hear()["type"], "connection_ack");
}

#[test]
fn reading_can_be_open_beside_tokens() {
    let tokens = Tokens::new();
    tokens.make("loader", "import");
    let server = Server::start(&["--auth-file", &tokens.flag(), "--open-reading"]);
    assert_eq!(get(&server, QUERY, None).status, 200);
    // Who shows a token wants to be known by it.
    assert_eq!(get(&server, QUERY, Some("aidgraph_guess")).status, 401);
    let closed = Server::start(&["--open-reading", "false"]);
    assert_eq!(get(&closed, QUERY, None).status, 401);
}

#[test]
fn without_tokens_a_proxy_may_keep_its_own() {
    let server = Server::shared();
    let answer = server.client().send("GET", QUERY, &[("authorization", "Basic eDp5")], "");
    assert_eq!(answer.unwrap().status, 200);
}

#[test]
fn an_address_that_others_reach_needs_tokens_or_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let tokens = Tokens::new();
    tokens.make("grafana", "read");
    let started = |flags: &[&str]| {
        let mut command = aidgraph();
        command.args(["serve", "--log-level", "error", "--listen", "192.0.2.1:0", "--data"]);
        refused(&command.arg(folder.path()).args(flags).output().unwrap())
    };
    let (said, code) = started(&[]);
    assert_eq!(code, 2);
    assert!(said.contains("--auth-file") && said.contains("--open-reading"), "{said}");
    assert!(said.contains("192.0.2.1"), "{said}");
    // With either, it is tried; no machine has this address.
    for flags in [&["--open-reading"][..], &["--auth-file", &tokens.flag()]] {
        let (said, code) = started(flags);
        assert_eq!(code, 1);
        assert!(said.contains("is not an address of this machine"), "{said}");
    }
}

#[test]
fn a_file_that_cannot_be_used_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let tokens = Tokens::new();
    let started = |words: &str| {
        let mut command = serve(folder.path());
        let output = command.args(["--auth-file", &tokens.flag()]).stdin(Stdio::null()).output();
        let (said, code) = refused(&output.unwrap());
        assert!(code == 2 && said.contains(words), "{said}");
        said
    };
    started("No such file");
    started("`aidgraph token --auth-file ");
    fs::write(tokens.path(), "grafana read\n").unwrap();
    started("line 1: write NAME ROLES SHA256");
    fs::write(tokens.path(), "grafana read aidgraph_secret\n").unwrap();
    assert!(!started("line 1: invalid digest").contains("aidgraph_secret"));
}

#[test]
fn a_token_of_openssl_is_as_good() {
    let tokens = Tokens::new();
    // `openssl rand -hex 32`, and `printf %s TOKEN | openssl dgst -sha256`.
    let token = "6f1c4dbb6ab1ad1e7d4b2dd1b7a6a7c0c6a1bf4ee3f9a4a1d6e0a6f6b3b0c9d2";
    let digest = aidgraph::store::sha256(token.as_bytes());
    fs::write(tokens.path(), format!("# who asks\n\ngrafana read,import {digest}\n")).unwrap();
    let server = Server::start(&["--auth-file", &tokens.flag()]);
    assert_eq!(get(&server, QUERY, Some(token)).status, 200);
    assert_eq!(get(&server, QUERY, Some(&digest)).status, 401);
}

#[test]
fn one_name_has_one_token_and_the_file_is_its_owners() {
    let tokens = Tokens::new();
    let token = tokens.make("grafana", "read,import");
    let again = run(&["token", "grafana", "--auth-file", &tokens.flag()]);
    assert_eq!(again.status.code(), Some(1));
    for bad in ["a b", "", "a/b"] {
        assert_eq!(run(&["token", bad, "--auth-file", &tokens.flag()]).status.code(), Some(1));
    }
    let text = fs::read_to_string(tokens.path()).unwrap();
    assert!(text.starts_with("grafana read,import ") && !text.contains(&token), "{text}");
    assert_eq!(text.lines().count(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(tokens.path()).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn sockets_ask_who_is_there_in_the_head_or_in_the_first_message() {
    let tokens = Tokens::new();
    let (reader, importer) = (tokens.make("grafana", "read"), tokens.make("loader", "import"));
    let server = Server::start(&["--auth-file", &tokens.flag()]);
    let init = |claimed: Option<&str>| match claimed {
        Some(claimed) => {
            json!({ "type": "connection_init", "payload": { "Authorization": claimed } })
        }
        None => json!({ "type": "connection_init" }),
    };
    let cases = [
        (None, 4401),
        (Some("Bearer aidgraph_guess".to_owned()), 4401),
        (Some(reader.clone()), 4401),
        (Some(bearer(&importer)), 4403),
    ];
    for (claimed, code) in cases {
        let mut socket = Socket::open(&server.address, Some(MODERN));
        socket.say(&init(claimed.as_deref()));
        let (closed, reason) = socket.closed();
        assert_eq!(closed, code);
        assert!(!reason.contains("aidgraph_"), "{reason}");
    }
    let mut socket = Socket::open(&server.address, Some(MODERN));
    socket.say(&init(Some(&bearer(&reader))));
    assert_eq!(socket.hear()["type"], "connection_ack");
    let open = |token: &str| {
        Socket::try_open(&server.address, Some(MODERN), &[("authorization", &bearer(token))])
    };
    let mut socket = open(&reader).ok().unwrap();
    socket.say(&init(None));
    assert_eq!(socket.hear()["type"], "connection_ack");
    assert_eq!(open("aidgraph_guess").err(), Some(401));
    // What only looks like the beginning of a socket is answered as what it is.
    let head = [("connection", "upgrade"), ("upgrade", "websocket")];
    assert_eq!(server.client().send("GET", QUERY, &head, "").unwrap().status, 401);
}

#[test]
fn tokens_are_read_again_without_a_restart_and_those_that_go_end_what_they_began() {
    let tokens = Tokens::new();
    let (old, kept) = (tokens.make("old", "read"), tokens.make("kept", "read"));
    let before = fs::read_to_string(tokens.path()).unwrap();
    let server = Server::start(&["--auth-file", &tokens.flag()]);
    let open = |token: &str| {
        let mut socket = Socket::open(&server.address, Some(MODERN));
        let claimed = json!({ "authorization": bearer(token) });
        socket.say(&json!({ "type": "connection_init", "payload": claimed }));
        assert_eq!(socket.hear()["type"], "connection_ack");
        socket
    };
    let (mut ends, mut goes_on) = (open(&old), open(&kept));
    let changes = json!({ "query": "subscription { datasetChanged { version } }" });
    let mut flow = Flow::open_with(
        &server.address,
        "text/event-stream",
        &changes,
        &[("authorization", &bearer(&old))],
    );
    flow.until(":\n\n");

    fs::write(tokens.path(), "nonsense\n").unwrap();
    server.signal("HUP");
    server.hear("keeping the previous tokens");
    assert_eq!(get(&server, QUERY, Some(&old)).status, 200);

    let (_, rest) = before.split_once('\n').unwrap();
    fs::write(tokens.path(), rest).unwrap();
    let new = tokens.make("new", "read");
    server.signal("HUP");
    server.hear("tokens reloaded");
    assert_eq!(get(&server, QUERY, Some(&old)).status, 401);
    assert_eq!(get(&server, QUERY, Some(&new)).status, 200);
    assert_eq!(ends.closed().0, 4401);
    flow.until("event: complete");
    goes_on.say(&json!({ "type": "ping" }));
    assert_eq!(goes_on.hear()["type"], "pong");
}

#[test]
fn without_tokens_a_hangup_ends_nothing() {
    let server = Server::start(&[]);
    server.signal("HUP");
    assert_eq!(get(&server, QUERY, None).status, 200);
}

#[test]
fn what_was_answered_to_one_is_given_to_nobody_who_may_not_read() {
    let tokens = Tokens::new();
    let (reader, importer) = (tokens.make("grafana", "read"), tokens.make("loader", "import"));
    let server = Server::start(&["--auth-file", &tokens.flag()]);
    for path in [QUERY, "/q/icp-history.json"] {
        let first = get(&server, path, Some(&reader));
        assert!(first.header("cache-control").unwrap().starts_with("private"), "{path}");
        let tag = first.header("etag").unwrap();
        for (token, status) in [(None, 401), (Some(&importer), 403), (Some(&reader), 304)] {
            let claimed = token.map(|token| bearer(token)).unwrap_or_default();
            let mut headers = vec![("if-none-match", tag)];
            if token.is_some() {
                headers.push(("authorization", &claimed));
            }
            let answer = server.client().send("GET", path, &headers, "").unwrap();
            assert_eq!(answer.status, status, "{path}");
            assert!(!answer.body.contains("data"), "{}", answer.body);
        }
    }
}

#[test]
fn no_secret_leaves_the_service() {
    let tokens = Tokens::new();
    let reader = tokens.make("grafana", "read");
    let mut server = Server::start(&["--auth-file", &tokens.flag(), "--log-level", "trace"]);
    let guess = "aidgraph_guessed-by-somebody";
    let (password, guessed) = (basic("excel", &reader), basic("excel", guess));
    let secrets = [
        reader.as_str(),
        guess,
        &reader["aidgraph_".len()..],
        &password["Basic ".len()..],
        &guessed["Basic ".len()..],
    ];
    let mut said = String::new();
    for token in [&*reader, guess] {
        let claims =
            [bearer(token), token.to_owned(), format!("Basic {token}"), basic("excel", token)];
        for claimed in claims {
            let headers = [("authorization", claimed.as_str())];
            for path in [QUERY, "/q/icp-history.csv", "/nothing", "/graphql?query=%7B"] {
                let answer = server.client().send("GET", path, &headers, "").unwrap();
                said.extend(answer.headers.iter().map(|(name, value)| name.clone() + value));
                said.push_str(&answer.body);
            }
            let misplaced = format!("{QUERY}&access_token={token}");
            said.push_str(&server.get(&misplaced).body);
            let mut socket = Socket::open(&server.address, Some(MODERN));
            let payload = json!({ "authorization": claimed });
            socket.say(&json!({ "type": "connection_init", "payload": payload }));
            if claimed == bearer(&reader) {
                assert_eq!(socket.hear()["type"], "connection_ack");
            } else {
                said += &socket.closed().1;
            }
        }
    }
    server.signal("HUP");
    server.signal("TERM");
    assert_eq!(server.end().code(), Some(0));
    let log = server.rest_of_log();
    assert!(log.contains("request"), "{log}");
    for secret in secrets {
        assert!(!said.contains(secret), "{secret} was answered");
        assert!(!log.contains(secret), "{secret} was logged");
    }
}

#[test]
fn who_asks_too_often_is_told_when_he_may_again() {
    let tokens = Tokens::new();
    let (one, other) = (tokens.make("one", "read"), tokens.make("other", "read"));
    let flags = ["--rate-limit", "1", "--rate-burst", "2", "--auth-file", &tokens.flag()];
    let server = Server::start(&flags);
    let many =
        |token: Option<&str>| (0..20).map(|_| get(&server, QUERY, token)).collect::<Vec<_>>();
    let answers = many(Some(&one));
    assert_eq!((answers[0].status, answers[1].status), (200, 200));
    let refused = answers.iter().find(|answer| answer.status == 429).unwrap();
    assert_eq!(code(refused), "RATE_LIMITED");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    // Each token has a rate of its own, and guesses share that of their address.
    assert_eq!(get(&server, QUERY, Some(&other)).status, 200);
    let guesses = many(Some("aidgraph_guess"));
    assert!(guesses.iter().any(|answer| answer.status == 429));
    assert!(guesses.iter().all(|answer| [401, 429].contains(&answer.status)));
    assert!((0..20).all(|_| get(&server, "/health/live", None).status == 200));
}

#[test]
fn a_batch_and_a_socket_count_for_what_they_hold() {
    let server = Server::start(&["--rate-limit", "1", "--rate-burst", "8"]);
    let mut socket = Socket::ready(&server.address, MODERN);
    let query = json!({ "query": "{ __typename }" });
    let refused = (0..40).find_map(|id| {
        let id = id.to_string();
        socket.say(&json!({ "id": id, "type": "subscribe", "payload": query }));
        let heard = socket.hear();
        if heard["type"] == "error" {
            Some(heard)
        } else {
            socket.hear();
            None
        }
    });
    assert_eq!(refused.unwrap()["payload"][0]["extensions"]["code"], "RATE_LIMITED");

    let server = Server::start(&["--rate-limit", "1", "--rate-burst", "8"]);
    let batch = json!(vec![query; 8]);
    assert_eq!(server.post(&batch, &[]).status, 200);
    let answers: Vec<_> = (0..4).map(|_| server.post(&batch, &[]).status).collect();
    assert!(answers.contains(&429), "{answers:?}");
}

#[test]
fn a_client_behind_a_proxy_is_known_by_the_one_header_of_a_trusted_one() {
    let rate = ["--rate-limit", "1", "--rate-burst", "2"];
    let refused = |server: &Server, header: &str| {
        (0..20).any(|n| {
            let headers = [(header, format!("198.51.100.{n}, 203.0.113.{n}"))];
            let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
            server.client().send("GET", QUERY, &headers, "").unwrap().status == 429
        })
    };
    let untrusting = Server::start(&rate);
    assert!(refused(&untrusting, "x-forwarded-for"));
    let trusting = Server::start(&[&rate[..], &["--trusted-proxy", "127.0.0.1"]].concat());
    assert!(!refused(&trusting, "x-forwarded-for"));
    assert!(refused(&trusting, "forwarded"));
    let other = ["--trusted-proxy", "127.0.0.1", "--proxy-header", "x-real-ip"];
    let other = Server::start(&[&rate[..], &other].concat());
    assert!(refused(&other, "x-forwarded-for"));
}

#[test]
fn a_page_of_another_origin_can_send_no_token() {
    let server = Server::start(&["--cors-origin", "https://a.example.org"]);
    let preflight = [
        ("origin", "https://a.example.org"),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "authorization"),
    ];
    let answer = server.client().send("OPTIONS", "/graphql", &preflight, "").unwrap();
    let allowed = answer.header("access-control-allow-headers").unwrap();
    assert!(!allowed.to_ascii_lowercase().contains("authorization"), "{allowed}");
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    let tokens = Tokens::new();
    tokens.make("a", "read");
    let closed =
        Server::start(&["--auth-file", &tokens.flag(), "--cors-origin", "https://a.example.org"]);
    let asked = closed.client().send("GET", "/q", &preflight[..1], "").unwrap();
    // The page may read why.
    assert_eq!(
        (asked.status, asked.header("access-control-allow-origin")),
        (401, Some("https://a.example.org"))
    );
}

#[test]
fn a_proxy_that_is_none_is_refused() {
    let output =
        aidgraph().args(["serve", "--trusted-proxy", "proxy.example.org"]).output().unwrap();
    let (said, code) = refused(&output);
    assert!(code == 2 && said.contains("invalid trusted proxy `proxy.example.org`"), "{said}");
}
