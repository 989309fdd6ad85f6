//! Metrics and logs.

use std::num::NonZero;
use std::thread;

use serde_json::json;

use crate::support::http::{Client, Response};
use crate::support::server::{Server, code, run};
use crate::support::socket::Socket;

const QUERY: &str = "/graphql?query=%7B__typename%7D";

/// Starts a server with metrics. Returns the server and the address of its metrics.
pub(super) fn start_with_metrics(flags: &[&str]) -> (Server, String) {
    let data = std::sync::Arc::new(tempfile::tempdir().unwrap());
    let flags = [&["--metrics-listen", "127.0.0.1:0"], flags].concat();
    let server = Server::spawn(&data, &flags);
    let address = server.metrics_address.clone().unwrap();
    server.wait_for_log("ready");
    (server, address)
}

#[test]
fn metrics_on_loopback_reject_other_host_names() {
    let (_server, address) = start_with_metrics(&[]);
    let mut client = Client::connect(&address).unwrap();
    client.write(b"GET /metrics HTTP/1.1\r\nhost: evil.example\r\n\r\n").unwrap();
    assert_eq!(client.read(false).unwrap().status, 421);
    assert!(scrape(&address).contains("aidgraph_"));
}

pub(super) fn scrape(address: &str) -> String {
    let response = Client::connect(address).unwrap().get("/metrics").unwrap();
    assert_eq!(response.status, 200);
    assert_eq!(response.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(
        response.header("content-security-policy").map(|policy| &policy[..19]),
        Some("default-src 'none';")
    );
    response.body
}

/// Returns the value of a metric with its labels; 0 if it is absent.
pub(super) fn metric(page: &str, name: &str) -> u64 {
    let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map_or(0, |value| value.parse().unwrap())
}

#[test]
fn metrics_count_requests_and_their_outcome() {
    let (server, address) = start_with_metrics(&[]);
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
    socket.send_json(&json!({ "id": "1", "type": "subscribe", "payload": changes }));
    socket.send_json(&json!({ "type": "ping" }));
    assert_eq!(socket.receive()["type"], "pong");

    let page = scrape(&address);
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
        assert_eq!(metric(&page, name), value, "{name}\n{page}");
    }
    assert!(metric(&page, "process_resident_memory_bytes") > 1_000_000, "{page}");
    assert!(metric(&page, "aidgraph_records{noun=\"Programme\"}") > 10, "{page}");
}

#[test]
fn metrics_have_the_prometheus_format() {
    let (server, address) = start_with_metrics(&[]);
    assert_eq!(server.get(QUERY).status, 200);
    let page = scrape(&address);
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
                let (metric, value) = line.rsplit_once(' ').unwrap();
                let name = metric.split('{').next().unwrap();
                assert!(name.starts_with(typed.last().unwrap()), "{line}");
                assert!(value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'), "{line}");
            }
        }
    }
    assert!(page.ends_with('\n') && typed.len() > 20);
}

#[test]
fn requests_above_the_maximum_wait_are_rejected_with_retry_after() {
    let (mut server, address) =
        start_with_metrics(&["--max-wait", "1ms", "--response-cache-bytes", "0"]);
    let total = 8 * thread::available_parallelism().map_or(1, NonZero::get);
    let long =
        "{ programmes(first: 100) { nodes { label participations { role agency { label } } } } }";
    let send = || server.post(&json!({ "query": long }), &[]);
    let responses: Vec<Response> = thread::scope(|scope| {
        let in_flight: Vec<_> = (0..total).map(|_| scope.spawn(send)).collect();
        in_flight.into_iter().map(|in_flight| in_flight.join().unwrap()).collect()
    });
    let (answered, rejected): (Vec<_>, Vec<_>) =
        responses.into_iter().partition(|response| response.status == 200);
    assert!(!answered.is_empty() && !rejected.is_empty(), "{} of {total}", answered.len());
    let first = &answered[0].body;
    assert!(
        answered
            .iter()
            .all(|response| response.body == *first && !response.body.contains("errors"))
    );
    for rejected in &rejected {
        assert_eq!((rejected.status, code(rejected).as_str()), (503, "OVERLOADED"));
        assert!(rejected.header("retry-after").is_some());
    }
    let counted = "aidgraph_refusals_total{code=\"OVERLOADED\",limit=\"max-wait\"}";
    assert_eq!(metric(&scrape(&address), counted), rejected.len() as u64);
    // The log has one line for the start, and none for each request.
    server.wait_for_log("service overloaded");
    server.signal("TERM");
    server.wait_for_exit();
    let rest = server.rest_of_log();
    assert!(rest.contains("stopped") && !rest.contains("request failed"), "{rest}");
}

#[test]
fn metrics_need_the_admin_role_or_a_separate_address() {
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
    let (server, address) = start_with_metrics(&["--auth-file", &file]);
    for (token, status) in [(&reader, 403), (&admin, 200)] {
        let response = server.client().send("GET", "/metrics", &[("authorization", token)], "");
        assert_eq!(response.unwrap().status, status);
    }
    let page = scrape(&address);
    assert!(!page.contains(&admin[7..]) && !page.contains(&reader[7..]));
    // Other paths are not served there.
    let mut client = Client::connect(&address).unwrap();
    for path in [QUERY, "/", "/q", "/schema.graphql"] {
        assert_eq!(client.get(path).unwrap().status, 404, "{path}");
    }
    assert_eq!(client.get("/health/ready").unwrap().status, 200);
}

#[test]
fn metrics_report_the_shutdown() {
    let (mut server, address) = start_with_metrics(&["--shutdown-timeout", "30s"]);
    let mut client = server.client();
    let headers = [("content-type", "application/json"), ("expect", "100-continue")];
    let body = "{\"query\": \"{ __typename }\"}";
    let request = client.request("POST", "/graphql", &headers, body);
    client.write(request.strip_suffix(body).unwrap().as_bytes()).unwrap();
    assert_eq!(client.read(true).unwrap().status, 100);
    server.signal("TERM");
    server.wait_for_log("requests in flight");
    let mut watcher = Client::connect(&address).unwrap();
    while watcher.get("/health/ready").unwrap().status != 503 {}
    assert_eq!(metric(&watcher.get("/metrics").unwrap().body, "aidgraph_ready"), 0);
    client.write(body.as_bytes()).unwrap();
    assert_eq!(client.read(false).unwrap().status, 200);
    assert_eq!(server.wait_for_exit().code(), Some(0));
}

#[test]
fn the_request_log_has_query_texts_only_on_request() {
    let secret = "\"very private\"";
    let query = format!("query($a: Boolean = true) {{ __typename @include(if: $a) }} # {secret}");
    let request = json!({ "query": query, "variables": { "a": true } });
    let received = |flags: &[&str]| {
        let mut server = Server::start(flags);
        assert_eq!(server.post(&request, &[]).status, 200);
        server.signal("TERM");
        server.wait_for_exit();
        server.rest_of_log()
    };
    let digest = aidgraph::store::sha256(query.as_bytes());
    let off = received(&[]);
    assert!(!off.contains(&digest) && !off.contains("/graphql\""), "{off}");
    let requests = received(&["--access-log", "requests"]);
    assert!(requests.contains(&digest) && !requests.contains("very private"), "{requests}");
    for part in
        ["\"status\":200", "\"caller\":\"anonymous\"", "\"address\":\"127.0.0.1\"", "took_us"]
    {
        assert!(requests.contains(part), "{part}: {requests}");
    }
    let queries = received(&["--access-log", "queries"]);
    assert!(queries.contains(&digest) && queries.contains("very private"), "{queries}");
}

#[test]
fn slow_queries_are_logged_by_digest() {
    let server = Server::start(&["--slow-query", "1ms"]);
    let query = "{ programmes(first: 1000) { nodes { identifier label transactions(first: 20) { nodes { id } } } } }";
    assert_eq!(server.post(&json!({ "query": query }), &[]).status, 200);
    let message = server.wait_for_log("slow query");
    assert_eq!(message["document"], aidgraph::store::sha256(query.as_bytes()));
    assert!(message["took_us"].as_u64().unwrap() >= 1_000, "{message}");
    assert!(!message.to_string().contains("programmes"), "{message}");
}
