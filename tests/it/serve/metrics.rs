//! What the service counts, and what it logs.

use std::num::NonZero;
use std::thread;

use serde_json::json;

use crate::support::http::{Answer, Client};
use crate::support::server::{Server, code, run};
use crate::support::socket::Socket;

const QUERY: &str = "/graphql?query=%7B__typename%7D";

/// A server that tells its figures, and where.
pub(super) fn watched(flags: &[&str]) -> (Server, String) {
    let data = std::sync::Arc::new(tempfile::tempdir().unwrap());
    let flags = [&["--metrics-listen", "127.0.0.1:0"], flags].concat();
    let server = Server::begin(&data, &flags);
    let place = server.figures.clone().unwrap();
    server.hear("ready");
    (server, place)
}

#[test]
fn figures_on_loopback_are_told_to_no_page_of_another_name() {
    let (_server, place) = watched(&[]);
    let mut client = Client::connect(&place).unwrap();
    client.write(b"GET /metrics HTTP/1.1\r\nhost: evil.example\r\n\r\n").unwrap();
    assert_eq!(client.read(false).unwrap().status, 421);
    assert!(figures(&place).contains("aidgraph_"));
}

pub(super) fn figures(place: &str) -> String {
    let answer = Client::connect(place).unwrap().get("/metrics").unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(
        answer.header("content-security-policy").map(|policy| &policy[..19]),
        Some("default-src 'none';")
    );
    answer.body
}

/// A figure by its name and labels; 0 where it is not told.
pub(super) fn figure(page: &str, name: &str) -> u64 {
    let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map_or(0, |value| value.parse().unwrap())
}

#[test]
fn figures_tell_what_was_asked_and_how_it_ended() {
    let (server, place) = watched(&[]);
    for _ in 0..3 {
        assert_eq!(server.get(QUERY).status, 200);
    }
    let deep = json!({ "query": "{a".repeat(30) + &"}".repeat(30) });
    assert_eq!(server.post(&deep, &[]).status, 400);
    let large = json!({ "query": "x".repeat(300_000) });
    assert_eq!(server.post(&large, &[]).status, 413);
    assert_eq!(server.get("/nothing").status, 404);
    let mut socket = Socket::ready(&server.address, "graphql-transport-ws");
    let changes = json!({ "query": "subscription { datasetChanged { version } }" });
    socket.say(&json!({ "id": "1", "type": "subscribe", "payload": changes }));
    socket.say(&json!({ "type": "ping" }));
    assert_eq!(socket.hear()["type"], "pong");

    let page = figures(&place);
    for (name, value) in [
        ("aidgraph_http_requests_total{route=\"/graphql\",outcome=\"answered\"}", 4),
        ("aidgraph_http_requests_total{route=\"/graphql\",outcome=\"refused\"}", 2),
        ("aidgraph_http_requests_total{route=\"other\",outcome=\"refused\"}", 1),
        ("aidgraph_operations_total{type=\"query\",outcome=\"data\"}", 3),
        ("aidgraph_operations_total{type=\"query\",outcome=\"refused\"}", 1),
        ("aidgraph_operations_total{type=\"subscription\",outcome=\"data\"}", 1),
        ("aidgraph_operation_duration_seconds_count{type=\"query\"}", 3),
        ("aidgraph_refusals_total{code=\"LIMIT_EXCEEDED\",limit=\"max-depth\"}", 1),
        ("aidgraph_refusals_total{code=\"PAYLOAD_TOO_LARGE\",limit=\"max-body\"}", 1),
        ("aidgraph_refusals_total{code=\"NOT_FOUND\",limit=\"\"}", 1),
        ("aidgraph_cache_requests_total{cache=\"answers\",result=\"hit\"}", 2),
        ("aidgraph_cache_entries{cache=\"answers\"}", 1),
        ("aidgraph_sockets", 1),
        ("aidgraph_subscriptions", 1),
        ("aidgraph_ready", 1),
        ("aidgraph_generation", 1),
        ("aidgraph_generations_total", 1),
        ("aidgraph_rebuilds_total", 0),
    ] {
        assert_eq!(figure(&page, name), value, "{name}\n{page}");
    }
    assert!(figure(&page, "process_resident_memory_bytes") > 1_000_000, "{page}");
    assert!(figure(&page, "aidgraph_records{noun=\"Programme\"}") > 10, "{page}");
}

#[test]
fn the_page_is_what_prometheus_reads() {
    let (server, place) = watched(&[]);
    assert_eq!(server.get(QUERY).status, 200);
    let page = figures(&place);
    let (mut helped, mut typed) = (Vec::new(), Vec::new());
    for line in page.lines() {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        match words[..] {
            ["#", "HELP", name, _] => helped.push(name),
            ["#", "TYPE", name, kind] => {
                assert_eq!(helped.last(), Some(&name), "{line}");
                assert!(!typed.contains(&name), "{line}");
                assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
                assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
                typed.push(name);
            }
            _ => {
                let (figure, value) = line.rsplit_once(' ').unwrap();
                let name = figure.split('{').next().unwrap();
                assert!(name.starts_with(typed.last().unwrap()), "{line}");
                assert!(value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'), "{line}");
            }
        }
    }
    assert!(page.ends_with('\n') && typed.len() > 20);
}

#[test]
fn who_would_wait_too_long_is_told_to_come_back() {
    let (mut server, place) = watched(&["--max-wait", "1ms", "--response-cache-bytes", "0"]);
    let crowd = 8 * thread::available_parallelism().map_or(1, NonZero::get);
    let long =
        "{ programmes(first: 100) { nodes { label participations { role agency { label } } } } }";
    let ask = || server.post(&json!({ "query": long }), &[]);
    let answers: Vec<Answer> = thread::scope(|scope| {
        let asking: Vec<_> = (0..crowd).map(|_| scope.spawn(ask)).collect();
        asking.into_iter().map(|asking| asking.join().unwrap()).collect()
    });
    let (answered, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 200);
    assert!(!answered.is_empty() && !refused.is_empty(), "{} of {crowd}", answered.len());
    let first = &answered[0].body;
    assert!(answered.iter().all(|answer| answer.body == *first && !answer.body.contains("errors")));
    for refused in &refused {
        assert_eq!((refused.status, code(refused).as_str()), (503, "OVERLOADED"));
        assert!(refused.header("retry-after").is_some());
    }
    let counted = "aidgraph_refusals_total{code=\"OVERLOADED\",limit=\"max-wait\"}";
    assert_eq!(figure(&figures(&place), counted), refused.len() as u64);
    // The log says that it began, and nothing of each of them.
    server.hear("service overloaded");
    server.signal("TERM");
    server.end();
    let rest = server.rest_of_log();
    assert!(rest.contains("stopped") && !rest.contains("request failed"), "{rest}");
}

#[test]
fn figures_are_for_the_administrator_or_at_an_address_of_their_own() {
    let open = Server::shared();
    assert_eq!(
        (open.get("/metrics").status, code(&open.get("/metrics")).as_str()),
        (401, "UNAUTHENTICATED")
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens").to_str().unwrap().to_owned();
    let made = |name: &str| {
        let output = run(&["token", name, "--role", name, "--auth-file", &file]);
        format!("Bearer {}", String::from_utf8(output.stdout).unwrap().trim())
    };
    let (reader, admin) = (made("read"), made("admin"));
    let (server, place) = watched(&["--auth-file", &file]);
    for (token, status) in [(&reader, 403), (&admin, 200)] {
        let answer = server.client().send("GET", "/metrics", &[("authorization", token)], "");
        assert_eq!(answer.unwrap().status, status);
    }
    let page = figures(&place);
    assert!(!page.contains(&admin[7..]) && !page.contains(&reader[7..]));
    // Nothing else is told there.
    let mut client = Client::connect(&place).unwrap();
    for path in [QUERY, "/", "/q", "/schema.graphql"] {
        assert_eq!(client.get(path).unwrap().status, 404, "{path}");
    }
    assert_eq!(client.get("/health/ready").unwrap().status, 200);
}

#[test]
fn who_watches_sees_that_the_service_is_stopping() {
    let (mut server, place) = watched(&["--shutdown-timeout", "30s"]);
    let mut client = server.client();
    let headers = [("content-type", "application/json"), ("expect", "100-continue")];
    let body = "{\"query\": \"{ __typename }\"}";
    let request = client.request("POST", "/graphql", &headers, body);
    client.write(request.strip_suffix(body).unwrap().as_bytes()).unwrap();
    assert_eq!(client.read(true).unwrap().status, 100);
    server.signal("TERM");
    server.hear("requests in flight");
    let mut watcher = Client::connect(&place).unwrap();
    while watcher.get("/health/ready").unwrap().status != 503 {}
    assert_eq!(figure(&watcher.get("/metrics").unwrap().body, "aidgraph_ready"), 0);
    client.write(body.as_bytes()).unwrap();
    assert_eq!(client.read(false).unwrap().status, 200);
    assert_eq!(server.end().code(), Some(0));
}

#[test]
fn the_access_log_holds_no_text_of_a_query_unless_it_is_asked_for() {
    let secret = "\"very private\"";
    let query = format!("query($a: Boolean = true) {{ __typename @include(if: $a) }} # {secret}");
    let asked = json!({ "query": query, "variables": { "a": true } });
    let heard = |flags: &[&str]| {
        let mut server = Server::start(flags);
        assert_eq!(server.post(&asked, &[]).status, 200);
        server.signal("TERM");
        server.end();
        server.rest_of_log()
    };
    let digest = aidgraph::store::sha256(query.as_bytes());
    let off = heard(&[]);
    assert!(!off.contains(&digest) && !off.contains("/graphql\""), "{off}");
    let requests = heard(&["--access-log", "requests"]);
    assert!(requests.contains(&digest) && !requests.contains("very private"), "{requests}");
    for part in
        ["\"status\":200", "\"caller\":\"anonymous\"", "\"address\":\"127.0.0.1\"", "took_us"]
    {
        assert!(requests.contains(part), "{part}: {requests}");
    }
    let queries = heard(&["--access-log", "queries"]);
    assert!(queries.contains(&digest) && queries.contains("very private"), "{queries}");
}

#[test]
fn a_slow_query_is_named_by_its_digest() {
    let server = Server::start(&["--slow-query", "1ms"]);
    let query = "{ programmes(first: 1000) { nodes { identifier label transactions(first: 20) { nodes { id } } } } }";
    assert_eq!(server.post(&json!({ "query": query }), &[]).status, 200);
    let said = server.hear("slow query");
    assert_eq!(said["document"], aidgraph::store::sha256(query.as_bytes()));
    assert!(said["took_us"].as_u64().unwrap() >= 1_000, "{said}");
    assert!(!said.to_string().contains("programmes"), "{said}");
}
