//! Authentication, authorisation and rate limits.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tempfile::TempDir;

use crate::support::http::Response;
use crate::support::server::{Server, aidgraph, code, rejected, run, serve};
use crate::support::socket::{Socket, StreamedResponse};

const MODERN: &str = "graphql-transport-ws";
const QUERY: &str = "/graphql?query=%7B__typename%7D";

/// A token file.
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

    /// Creates a token with the `token` command.
    fn make(&self, name: &str, roles: &str) -> String {
        let output = run(&["token", name, "--role", roles, "--auth-file", &self.flag()]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// Returns Basic credentials as a spreadsheet sends them.
fn basic(name: &str, token: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{name}:{token}")))
}

fn get(server: &Server, path: &str, token: Option<&str>) -> Response {
    let credentials = token.map(bearer);
    let headers: Vec<(&str, &str)> =
        credentials.iter().map(|credentials| ("authorization", credentials.as_str())).collect();
    server.client().send("GET", path, &headers, "").unwrap()
}

#[test]
fn a_token_permits_the_requests_of_its_roles() {
    let tokens = Tokens::new();
    let (reader, importer) = (tokens.make("grafana", "read"), tokens.make("loader", "import"));
    let admin = tokens.make("boss", "admin");
    let server = Server::start(&["--auth-file", &tokens.flag()]);
    for path in ["/", QUERY, "/graphql", "/q", "/q/icp-history.csv", "/schema.graphql"] {
        for invalid_token in [None, Some("aidgraph_guess"), Some("")] {
            let response = get(&server, path, invalid_token);
            assert_eq!(
                (response.status, code(&response).as_str()),
                (401, "UNAUTHENTICATED"),
                "{path}"
            );
            assert_eq!(response.header("www-authenticate"), Some("Bearer realm=\"aidgraph\""));
            assert_eq!(response.header("cache-control"), Some("no-store"));
        }
        let response = get(&server, path, Some(&importer));
        assert_eq!((response.status, code(&response).as_str()), (403, "FORBIDDEN"), "{path}");
        assert_eq!(response.header("www-authenticate"), None);
        for token in [&reader, &admin] {
            let status = get(&server, path, Some(token)).status;
            assert_eq!(status, if path == "/graphql" { 400 } else { 200 }, "{path}");
        }
    }
    let query = json!({ "query": "{ __typename }" });
    assert_eq!(server.post(&query, &[]).status, 401);
    assert_eq!(server.post(&query, &[("authorization", &bearer(&importer))]).status, 403);
    assert_eq!(server.post(&query, &[("authorization", &bearer(&reader))]).status, 200);
    // Tokens are accepted in no other place and in no other form.
    assert_eq!(get(&server, &format!("{QUERY}&access_token={reader}"), None).status, 401);
    assert_eq!(server.post(&query, &[("authorization", &format!("Basic {reader}"))]).status, 401);
    let twice = [("authorization", &*bearer(&reader)), ("authorization", "Bearer x")];
    assert_eq!(server.post(&query, &twice).status, 401);
    // Paths without data are public.
    for path in ["/health/live", "/health/ready", "/playground/", "/assets/site.css"] {
        assert_eq!(get(&server, path, None).status, 200, "{path}");
    }
}

fn send(server: &Server, method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
    server.client().send(method, path, headers, "").unwrap()
}

fn challenges(response: &Response) -> Vec<&str> {
    let given = response.headers.iter().filter(|(name, _)| name == "www-authenticate");
    given.filter_map(|(_, value)| value.split(' ').next()).collect()
}

#[test]
fn a_token_is_accepted_as_password_of_any_user() {
    let tokens = Tokens::new();
    let (reader, boss) = (tokens.make("excel", "read"), tokens.make("boss", "admin"));
    let server = Server::start(&["--auth-file", &tokens.flag()]);
    for path in ["/q/icp-history.csv", "/q", QUERY] {
        for name in ["", "excel", "Ünë:"] {
            let status = |credentials: &str| {
                send(&server, "GET", path, &[("authorization", credentials)]).status
            };
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
        for (credentials, words) in wrong {
            let response = send(&server, "GET", path, &[("authorization", &credentials)]);
            assert_eq!(
                (response.status, code(&response).as_str()),
                (401, "UNAUTHENTICATED"),
                "{path}"
            );
            assert!(
                response.body.contains(words) && !response.body.contains(&reader),
                "{}",
                response.body
            );
        }
    }
    // Browsers repeat a password in requests of any page: it permits reading, and no changes.
    let credentials = basic("boss", &boss);
    let credentials = [("authorization", credentials.as_str())];
    assert_eq!(send(&server, "GET", "/metrics", &credentials).status, 200);
    let rejected = send(&server, "POST", "/admin/import?name=a.xml", &credentials);
    assert_eq!((rejected.status, code(&rejected).as_str()), (403, "FORBIDDEN"));
    assert!(rejected.body.contains("Bearer TOKEN"), "{}", rejected.body);
}

#[test]
fn tables_challenge_for_a_password() {
    let tokens = Tokens::new();
    tokens.make("excel", "read");
    let server = Server::start(&["--auth-file", &tokens.flag()]);
    for path in ["/q", "/q/icp-history.csv", "/q/nothing.csv"] {
        assert_eq!(challenges(&send(&server, "GET", path, &[])), ["Bearer", "Basic"], "{path}");
    }
    // A background request of a page must not open the browser's password prompt.
    for path in [QUERY, "/", "/schema.graphql", "/metrics"] {
        assert_eq!(challenges(&send(&server, "GET", path, &[])), ["Bearer"], "{path}");
    }
}

#[test]
fn passwords_are_accepted_only_over_encrypted_connections() {
    let tokens = Tokens::new();
    let reader = tokens.make("excel", "read");
    let server =
        Server::start(&["--auth-file", &tokens.flag(), "--trusted-proxy", "127.0.0.1,10.0.0.0/8"]);
    let (password, token) = (basic("excel", &reader), bearer(&reader));
    let of = |credentials: &str, forwarded: &[(&str, &str)]| {
        let headers = [&[("authorization", credentials)], forwarded].concat();
        send(&server, "GET", "/q/icp-history.csv", &headers)
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
        let response = of(&password, plain);
        assert_eq!(
            (response.status, code(&response).as_str()),
            (401, "UNAUTHENTICATED"),
            "{plain:?}"
        );
        assert!(response.body.contains("`Basic` needs TLS"), "{}", response.body);
        assert!(!response.body.contains(&reader), "{}", response.body);
        assert_eq!(challenges(&response), ["Bearer"], "{plain:?}");
        assert_eq!(of(&token, plain).status, 200, "{plain:?}");
    }
    // Only headers of a trusted proxy are used.
    let direct = Server::start(&["--auth-file", &tokens.flag(), "--trusted-proxy", "10.0.0.1"]);
    let headers = [("authorization", password.as_str()), proto("http")];
    assert_eq!(send(&direct, "GET", "/q", &headers).status, 200);
}

#[test]
fn sockets_reject_passwords() {
    let tokens = Tokens::new();
    let reader = tokens.make("excel", "read");
    let server = Server::start(&["--auth-file", &tokens.flag()]);
    let credentials = basic("excel", &reader);
    let headers = [
        ("authorization", credentials.as_str()),
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-protocol", MODERN),
    ];
    assert_eq!(send(&server, "GET", "/graphql", &headers).status, 401);
    let mut socket = Socket::open(&server.address, Some(MODERN));
    let payload = json!({ "authorization": credentials });
    socket.send_json(&json!({ "type": "connection_init", "payload": payload }));
    assert_eq!(socket.closed().0, 4401);
    let mut socket = Socket::open(&server.address, Some(MODERN));
    let payload = json!({ "authorization": bearer(&reader) });
    socket.send_json(&json!({ "type": "connection_init", "payload": payload }));
    assert_eq!(socket.receive()["type"], "connection_ack");
}

#[test]
fn reading_can_be_public_with_tokens() {
    let tokens = Tokens::new();
    tokens.make("loader", "import");
    let server = Server::start(&["--auth-file", &tokens.flag(), "--open-reading"]);
    assert_eq!(get(&server, QUERY, None).status, 200);
    // A client that sends a token is authenticated by it.
    assert_eq!(get(&server, QUERY, Some("aidgraph_guess")).status, 401);
    let closed = Server::start(&["--open-reading", "false"]);
    assert_eq!(get(&closed, QUERY, None).status, 401);
}

#[test]
fn credentials_of_a_proxy_are_ignored_without_tokens() {
    let server = Server::shared();
    let response = server.client().send("GET", QUERY, &[("authorization", "Basic eDp5")], "");
    assert_eq!(response.unwrap().status, 200);
}

#[test]
fn a_public_address_needs_tokens_or_open_reading() {
    let folder = tempfile::tempdir().unwrap();
    let tokens = Tokens::new();
    tokens.make("grafana", "read");
    let started = |flags: &[&str]| {
        let mut command = aidgraph();
        command.args(["serve", "--log-level", "error", "--listen", "192.0.2.1:0", "--data"]);
        rejected(&command.arg(folder.path()).args(flags).output().unwrap())
    };
    let (text, code) = started(&[]);
    assert_eq!(code, 2);
    assert!(text.contains("--auth-file") && text.contains("--open-reading"), "{text}");
    assert!(text.contains("192.0.2.1"), "{text}");
    // With either option the start continues; no machine has this address.
    for flags in [&["--open-reading"][..], &["--auth-file", &tokens.flag()]] {
        let (text, code) = started(flags);
        assert_eq!(code, 1);
        assert!(text.contains("is not an address of this machine"), "{text}");
    }
}

#[test]
fn an_invalid_token_file_is_rejected_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let tokens = Tokens::new();
    let started = |words: &str| {
        let mut command = serve(folder.path());
        let output = command.args(["--auth-file", &tokens.flag()]).stdin(Stdio::null()).output();
        let (text, code) = rejected(&output.unwrap());
        assert!(code == 2 && text.contains(words), "{text}");
        text
    };
    started("No such file");
    started("`aidgraph token --auth-file ");
    fs::write(tokens.path(), "grafana read\n").unwrap();
    started("line 1: write NAME ROLES SHA256");
    fs::write(tokens.path(), "grafana read aidgraph_secret\n").unwrap();
    assert!(!started("line 1: invalid digest").contains("aidgraph_secret"));
}

#[test]
fn tokens_made_with_openssl_are_accepted() {
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
fn a_name_has_one_token_and_the_file_is_private() {
    let tokens = Tokens::new();
    let token = tokens.make("grafana", "read,import");
    let again = run(&["token", "grafana", "--auth-file", &tokens.flag()]);
    assert_eq!(again.status.code(), Some(1));
    for invalid in ["a b", "", "a/b"] {
        assert_eq!(run(&["token", invalid, "--auth-file", &tokens.flag()]).status.code(), Some(1));
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
fn sockets_authenticate_by_header_or_first_message() {
    let tokens = Tokens::new();
    let (reader, importer) = (tokens.make("grafana", "read"), tokens.make("loader", "import"));
    let server = Server::start(&["--auth-file", &tokens.flag()]);
    let init = |credentials: Option<&str>| match credentials {
        Some(credentials) => {
            json!({ "type": "connection_init", "payload": { "Authorization": credentials } })
        }
        None => json!({ "type": "connection_init" }),
    };
    let cases = [
        (None, 4401),
        (Some("Bearer aidgraph_guess".to_owned()), 4401),
        (Some(reader.clone()), 4401),
        (Some(bearer(&importer)), 4403),
    ];
    for (credentials, code) in cases {
        let mut socket = Socket::open(&server.address, Some(MODERN));
        socket.send_json(&init(credentials.as_deref()));
        let (closed, reason) = socket.closed();
        assert_eq!(closed, code);
        assert!(!reason.contains("aidgraph_"), "{reason}");
    }
    let mut socket = Socket::open(&server.address, Some(MODERN));
    socket.send_json(&init(Some(&bearer(&reader))));
    assert_eq!(socket.receive()["type"], "connection_ack");
    let open = |token: &str| {
        Socket::try_open(&server.address, Some(MODERN), &[("authorization", &bearer(token))])
    };
    let mut socket = open(&reader).ok().unwrap();
    socket.send_json(&init(None));
    assert_eq!(socket.receive()["type"], "connection_ack");
    assert_eq!(open("aidgraph_guess").err(), Some(401));
    // A request that only resembles a WebSocket handshake is handled as a normal request.
    let head = [("connection", "upgrade"), ("upgrade", "websocket")];
    assert_eq!(server.client().send("GET", QUERY, &head, "").unwrap().status, 401);
}

#[test]
fn tokens_are_reloaded_and_revoked_tokens_close_their_connections() {
    let tokens = Tokens::new();
    let (old, kept) = (tokens.make("old", "read"), tokens.make("kept", "read"));
    let before = fs::read_to_string(tokens.path()).unwrap();
    let server = Server::start(&["--auth-file", &tokens.flag()]);
    let open = |token: &str| {
        let mut socket = Socket::open(&server.address, Some(MODERN));
        let credentials = json!({ "authorization": bearer(token) });
        socket.send_json(&json!({ "type": "connection_init", "payload": credentials }));
        assert_eq!(socket.receive()["type"], "connection_ack");
        socket
    };
    let (mut ends, mut goes_on) = (open(&old), open(&kept));
    let changes = json!({ "query": "subscription { datasetChanged { version } }" });
    let mut flow = StreamedResponse::open_with(
        &server.address,
        "text/event-stream",
        &changes,
        &[("authorization", &bearer(&old))],
    );
    flow.read_until(":\n\n");

    fs::write(tokens.path(), "nonsense\n").unwrap();
    server.signal("HUP");
    server.wait_for_log("keeping the previous tokens");
    assert_eq!(get(&server, QUERY, Some(&old)).status, 200);

    let (_, rest) = before.split_once('\n').unwrap();
    fs::write(tokens.path(), rest).unwrap();
    let new = tokens.make("new", "read");
    server.signal("HUP");
    server.wait_for_log("tokens reloaded");
    assert_eq!(get(&server, QUERY, Some(&old)).status, 401);
    assert_eq!(get(&server, QUERY, Some(&new)).status, 200);
    assert_eq!(ends.closed().0, 4401);
    flow.read_until("event: complete");
    goes_on.send_json(&json!({ "type": "ping" }));
    assert_eq!(goes_on.receive()["type"], "pong");
}

#[test]
fn a_reload_without_tokens_closes_nothing() {
    let server = Server::start(&[]);
    server.signal("HUP");
    assert_eq!(get(&server, QUERY, None).status, 200);
}

#[test]
fn cached_responses_require_the_role() {
    let tokens = Tokens::new();
    let (reader, importer) = (tokens.make("grafana", "read"), tokens.make("loader", "import"));
    let server = Server::start(&["--auth-file", &tokens.flag()]);
    for path in [QUERY, "/q/icp-history.json"] {
        let first = get(&server, path, Some(&reader));
        assert!(first.header("cache-control").unwrap().starts_with("private"), "{path}");
        let tag = first.header("etag").unwrap();
        for (token, status) in [(None, 401), (Some(&importer), 403), (Some(&reader), 304)] {
            let credentials = token.map(|token| bearer(token)).unwrap_or_default();
            let mut headers = vec![("if-none-match", tag)];
            if token.is_some() {
                headers.push(("authorization", &credentials));
            }
            let response = server.client().send("GET", path, &headers, "").unwrap();
            assert_eq!(response.status, status, "{path}");
            assert!(!response.body.contains("data"), "{}", response.body);
        }
    }
}

#[test]
fn secrets_never_leave_the_service() {
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
    let mut text = String::new();
    for token in [&*reader, guess] {
        let claims =
            [bearer(token), token.to_owned(), format!("Basic {token}"), basic("excel", token)];
        for credentials in claims {
            let headers = [("authorization", credentials.as_str())];
            for path in [QUERY, "/q/icp-history.csv", "/nothing", "/graphql?query=%7B"] {
                let response = server.client().send("GET", path, &headers, "").unwrap();
                text.extend(response.headers.iter().map(|(name, value)| name.clone() + value));
                text.push_str(&response.body);
            }
            let misplaced = format!("{QUERY}&access_token={token}");
            text.push_str(&server.get(&misplaced).body);
            let mut socket = Socket::open(&server.address, Some(MODERN));
            let payload = json!({ "authorization": credentials });
            socket.send_json(&json!({ "type": "connection_init", "payload": payload }));
            if credentials == bearer(&reader) {
                assert_eq!(socket.receive()["type"], "connection_ack");
            } else {
                text += &socket.closed().1;
            }
        }
    }
    server.signal("HUP");
    server.signal("TERM");
    assert_eq!(server.wait_for_exit().code(), Some(0));
    let log = server.rest_of_log();
    assert!(log.contains("request"), "{log}");
    for secret in secrets {
        assert!(!text.contains(secret), "{secret} was answered");
        assert!(!log.contains(secret), "{secret} was logged");
    }
}

#[test]
fn requests_above_the_rate_limit_are_rejected_with_retry_after() {
    let tokens = Tokens::new();
    let (one, other) = (tokens.make("one", "read"), tokens.make("other", "read"));
    let flags = ["--rate-limit", "1", "--rate-burst", "2", "--auth-file", &tokens.flag()];
    let server = Server::start(&flags);
    let many =
        |token: Option<&str>| (0..20).map(|_| get(&server, QUERY, token)).collect::<Vec<_>>();
    let responses = many(Some(&one));
    assert_eq!((responses[0].status, responses[1].status), (200, 200));
    let rejected = responses.iter().find(|response| response.status == 429).unwrap();
    assert_eq!(code(rejected), "RATE_LIMITED");
    let wait: u64 = rejected.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    // Each token has its own rate; invalid tokens share that of their address.
    assert_eq!(get(&server, QUERY, Some(&other)).status, 200);
    let guesses = many(Some("aidgraph_guess"));
    assert!(guesses.iter().any(|response| response.status == 429));
    assert!(guesses.iter().all(|response| [401, 429].contains(&response.status)));
    assert!((0..20).all(|_| get(&server, "/health/live", None).status == 200));
}

#[test]
fn batches_and_socket_messages_count_against_the_rate_limit() {
    let server = Server::start(&["--rate-limit", "1", "--rate-burst", "8"]);
    let mut socket = Socket::ready(&server.address, MODERN);
    let query = json!({ "query": "{ __typename }" });
    let rejected = (0..40).find_map(|id| {
        let id = id.to_string();
        socket.send_json(&json!({ "id": id, "type": "subscribe", "payload": query }));
        let received = socket.receive();
        if received["type"] == "error" {
            Some(received)
        } else {
            socket.receive();
            None
        }
    });
    assert_eq!(rejected.unwrap()["payload"][0]["extensions"]["code"], "RATE_LIMITED");

    let server = Server::start(&["--rate-limit", "1", "--rate-burst", "8"]);
    let batch = json!(vec![query; 8]);
    assert_eq!(server.post(&batch, &[]).status, 200);
    let responses: Vec<_> = (0..4).map(|_| server.post(&batch, &[]).status).collect();
    assert!(responses.contains(&429), "{responses:?}");
}

#[test]
fn clients_are_identified_by_one_header_of_a_trusted_proxy() {
    let rate = ["--rate-limit", "1", "--rate-burst", "2"];
    let rejected = |server: &Server, header: &str| {
        (0..20).any(|n| {
            let headers = [(header, format!("198.51.100.{n}, 203.0.113.{n}"))];
            let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
            server.client().send("GET", QUERY, &headers, "").unwrap().status == 429
        })
    };
    let untrusting = Server::start(&rate);
    assert!(rejected(&untrusting, "x-forwarded-for"));
    let trusting = Server::start(&[&rate[..], &["--trusted-proxy", "127.0.0.1"]].concat());
    assert!(!rejected(&trusting, "x-forwarded-for"));
    assert!(rejected(&trusting, "forwarded"));
    let other = ["--trusted-proxy", "127.0.0.1", "--proxy-header", "x-real-ip"];
    let other = Server::start(&[&rate[..], &other].concat());
    assert!(rejected(&other, "x-forwarded-for"));
}

#[test]
fn pages_of_other_origins_cannot_send_tokens() {
    let server = Server::start(&["--cors-origin", "https://a.example.org"]);
    let preflight = [
        ("origin", "https://a.example.org"),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "authorization"),
    ];
    let response = server.client().send("OPTIONS", "/graphql", &preflight, "").unwrap();
    let allowed = response.header("access-control-allow-headers").unwrap();
    assert!(!allowed.to_ascii_lowercase().contains("authorization"), "{allowed}");
    assert_eq!(response.header("access-control-allow-credentials"), None);
    let tokens = Tokens::new();
    tokens.make("a", "read");
    let closed =
        Server::start(&["--auth-file", &tokens.flag(), "--cors-origin", "https://a.example.org"]);
    let preflighted = closed.client().send("GET", "/q", &preflight[..1], "").unwrap();
    // The page may read the reason.
    assert_eq!(
        (preflighted.status, preflighted.header("access-control-allow-origin")),
        (401, Some("https://a.example.org"))
    );
}

#[test]
fn invalid_trusted_proxies_are_rejected() {
    let output =
        aidgraph().args(["serve", "--trusted-proxy", "proxy.example.org"]).output().unwrap();
    let (text, code) = rejected(&output);
    assert!(code == 2 && text.contains("invalid trusted proxy `proxy.example.org`"), "{text}");
}
