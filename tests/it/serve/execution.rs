//! Long executions: requests that do not wait for them, quotas and cancellation.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::metrics::{metric, scrape, start_with_metrics};
use crate::support::http::Response;
use crate::support::server::{Server, code, json};
use crate::support::socket::{Socket, StreamedResponse};

/// Flags under which an execution runs until its deadline.
const UNBOUNDED: [&str; 6] = [
    "--max-complexity",
    "1000000000000000000",
    "--max-records",
    "1000000000000",
    "--response-cache-bytes",
    "0",
];

/// Builds a query that does not end within a test: each country's programmes, their agencies, and their programmes,
/// three levels deep, each with a filter of forty conditions.
fn long(number: usize) -> Value {
    let inside = "programmes(first: 1000) { nodes { participations { agency { ".repeat(3)
        + "programmes(first: 1, filter: $f) { totalCount }"
        + &" } } } }".repeat(3);
    let days = (2000..2020).flat_map(|year| [1, 15].map(|day| format!("{year}-01-{day:02}")));
    let days: Vec<Value> = days.map(|day| json!({ "inForceOn": day })).collect();
    json!({
        "query": format!("query($f: ProgrammeFilter) {{ {inside} n{number}: __typename }}"),
        "variables": { "f": { "or": days } },
    })
}

fn flags<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&UNBOUNDED[..], more].concat()
}

/// Waits until a number of executions are in flight.
fn wait_for(metrics_address: &str, executions: u64) {
    let begin = Instant::now();
    while metric(&scrape(metrics_address), "aidgraph_operations_running") < executions {
        assert!(begin.elapsed() < Duration::from_secs(60), "no execution began");
        thread::sleep(Duration::from_millis(10));
    }
}

fn post_as(server: &Server, address: &str, body: &Value) -> Response {
    server.post(body, &[("x-forwarded-for", address)])
}

#[test]
fn requests_without_execution_do_not_wait_for_one() {
    let (server, metrics_address) = start_with_metrics(&flags(&["--request-timeout", "5s"]));
    let cached = json!({ "query": "{ dataset { version } }" });
    server.post(&cached, &[]);
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let in_flight = scope.spawn(|| {
            let response = server.post(&long(0), &[]);
            ended.store(true, Ordering::Release);
            response
        });
        wait_for(&metrics_address, 1);
        let requests: [(&str, &dyn Fn() -> u16); 6] = [
            ("health", &|| server.get("/health/live").status),
            ("a cached response", &|| server.post(&cached, &[]).status),
            ("a rejection", &|| server.get("/nothing").status),
            ("a small execution", &|| server.get("/q/partners.json").status),
            ("a socket", &|| {
                let mut socket = Socket::ready(&server.address, "graphql-transport-ws");
                socket.send_json(&json!({ "id": "1", "type": "subscribe", "payload": cached }));
                u16::from(socket.receive()["type"] == "next")
            }),
            ("a stream", &|| {
                let mut flow =
                    StreamedResponse::open(&server.address, "text/event-stream", &cached);
                u16::from(flow.read_until("event: complete").contains("version"))
            }),
        ];
        for (request, run) in requests {
            run();
            assert!(!ended.load(Ordering::Acquire), "{request} had to wait for the execution");
        }
        let response = in_flight.join().unwrap();
        assert_eq!((response.status, code(&response).as_str()), (504, "TIMEOUT"));
        let errors_only = json(&response);
        assert_eq!(errors_only["errors"].as_array().unwrap().len(), 1, "{errors_only}");
        assert!(
            errors_only.get("data").is_none() && response.body.len() < 1_000,
            "{}",
            response.body
        );
    });
}

#[test]
fn signals_do_not_wait_for_an_execution() {
    let (mut server, metrics_address) =
        start_with_metrics(&flags(&["--request-timeout", "100s", "--shutdown-timeout", "1s"]));
    let mut client = server.client();
    let body = long(0).to_string();
    let request =
        client.request("POST", "/graphql", &[("content-type", "application/json")], &body);
    client.write(request.as_bytes()).unwrap();
    wait_for(&metrics_address, 1);
    let begin = Instant::now();
    server.signal("TERM");
    server.wait_for_exit();
    assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", begin.elapsed());
}

#[test]
fn an_execution_ends_when_its_client_disconnects() {
    let (server, metrics_address) = start_with_metrics(&flags(&["--request-timeout", "100s"]));
    let mut client = server.client();
    let body = long(0).to_string();
    let request =
        client.request("POST", "/graphql", &[("content-type", "application/json")], &body);
    client.write(request.as_bytes()).unwrap();
    wait_for(&metrics_address, 1);
    drop(client);
    let begin = Instant::now();
    while metric(&scrape(&metrics_address), "aidgraph_operations_running") > 0 {
        assert!(begin.elapsed() < Duration::from_secs(60), "it still runs");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn one_client_leaves_permits_to_others() {
    let more = ["--request-timeout", "8s", "--max-wait", "8s", "--trusted-proxy", "127.0.0.1"];
    let (server, metrics_address) = start_with_metrics(&flags(&more));
    let ended = AtomicBool::new(false);
    let clients = 4 * thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        let ended = &ended;
        let server = &server;
        for number in 0..clients {
            scope.spawn(move || {
                let response = post_as(server, "192.0.2.1", &long(number));
                ended.store(true, Ordering::Release);
                assert!(matches!(response.status, 503 | 504), "{}", response.status);
            });
        }
        wait_for(&metrics_address, clients as u64);
        for country in ["ML", "NE", "BF"] {
            let requests =
                json!({ "query": format!("{{ country(code: \"{country}\") {{ label }} }}") });
            let response = post_as(server, "192.0.2.2", &requests);
            assert_eq!(response.status, 200, "{}", response.body);
            assert!(!ended.load(Ordering::Acquire), "{country} had to wait for the others");
        }
    });
}

#[test]
fn repeated_errors_are_reported_once() {
    let server = Server::shared();
    let many = json!({ "or": vec![json!({ "inForceOn": "2020-01-01" }); 200] });
    for (filter, expected) in [
        (json!({ "country": "QQQ" }), "BAD_USER_INPUT"),
        (json!({ "year": vec![2020; 200] }), "LIMIT_EXCEEDED"),
        (many, "LIMIT_EXCEEDED"),
    ] {
        let query = "query($f: ProgrammeFilter) { agencies(first: 50) { nodes { a: programmes(first: 1, filter: $f) \
                     { totalCount } b: programmes(first: 1, filter: $f) { totalCount } } } }";
        let body = json!({ "query": query, "variables": { "f": filter } });
        let response = server.post(&body, &[]);
        let errors_only = json(&response);
        assert_eq!(errors_only["errors"][0]["extensions"]["code"], expected, "{errors_only}");
        assert!(errors_only["errors"].as_array().unwrap().len() <= 2, "{errors_only}");
        assert!(response.body.len() < 2_000, "{} bytes", response.body.len());
    }
}

#[test]
fn filter_conditions_add_to_the_cost() {
    let server = Server::shared();
    let cost = |filter: Value| {
        let query = "query($f: ProgrammeFilter) { agencies(first: 10) { nodes { programmes(first: 1, filter: $f) { totalCount } } } }";
        let body =
            json!({ "query": query, "variables": { "f": filter }, "extensions": { "cost": true } });
        json(&server.post(&body, &[]))["extensions"]["cost"]["requested"].as_u64().unwrap()
    };
    let (none, one) = (cost(json!(null)), cost(json!({ "country": "ML" })));
    let days: Vec<Value> =
        (1..=28).map(|day| json!({ "inForceOn": format!("2020-01-{day:02}") })).collect();
    let (text, several) = (cost(json!({ "text": "water" })), cost(json!({ "or": days })));
    assert!(none < one && one < text && one < several, "{none} {one} {text} {several}");
    assert!(several > 10 * 28, "each is counted in every list: {several}");
}
