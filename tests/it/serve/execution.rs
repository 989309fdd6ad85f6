//! Long executions: what is answered meanwhile, whose they are, and how they end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::metrics::{figure, figures, watched};
use crate::support::http::Answer;
use crate::support::server::{Server, code, json};
use crate::support::socket::{Flow, Socket};

/// Flags that let an execution go on until its time is over.
const UNBOUNDED: [&str; 6] = [
    "--max-complexity",
    "1000000000000000000",
    "--max-records",
    "1000000000000",
    "--response-cache-bytes",
    "0",
];

/// A query that does not end by itself within a test: each country's programmes, their agencies, and the programmes of
/// these, three times over, and for each of them a filter of forty conditions.
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

/// Waits until so many executions are under way.
fn wait_for(place: &str, executions: u64) {
    let begin = Instant::now();
    while figure(&figures(place), "aidgraph_operations_running") < executions {
        assert!(begin.elapsed() < Duration::from_secs(60), "no execution began");
        thread::sleep(Duration::from_millis(10));
    }
}

fn post_as(server: &Server, address: &str, body: &Value) -> Answer {
    server.post(body, &[("x-forwarded-for", address)])
}

#[test]
fn what_needs_no_execution_is_answered_while_one_runs() {
    let (server, place) = watched(&flags(&["--request-timeout", "5s"]));
    let kept = json!({ "query": "{ dataset { version } }" });
    server.post(&kept, &[]);
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let answer = server.post(&long(0), &[]);
            ended.store(true, Ordering::Release);
            answer
        });
        wait_for(&place, 1);
        let asked: [(&str, &dyn Fn() -> u16); 6] = [
            ("health", &|| server.get("/health/live").status),
            ("the same answer again", &|| server.post(&kept, &[]).status),
            ("a refusal", &|| server.get("/nothing").status),
            ("a small execution", &|| server.get("/q/partners.json").status),
            ("a socket", &|| {
                let mut socket = Socket::ready(&server.address, "graphql-transport-ws");
                socket.say(&json!({ "id": "1", "type": "subscribe", "payload": kept }));
                u16::from(socket.hear()["type"] == "next")
            }),
            ("a stream", &|| {
                let mut flow = Flow::open(&server.address, "text/event-stream", &kept);
                u16::from(flow.until("event: complete").contains("version"))
            }),
        ];
        for (what, ask) in asked {
            ask();
            assert!(!ended.load(Ordering::Acquire), "{what} had to wait for the execution");
        }
        let answer = asking.join().unwrap();
        assert_eq!((answer.status, code(&answer).as_str()), (504, "TIMEOUT"));
        let told = json(&answer);
        assert_eq!(told["errors"].as_array().unwrap().len(), 1, "{told}");
        assert!(told.get("data").is_none() && answer.body.len() < 1_000, "{}", answer.body);
    });
}

#[test]
fn a_signal_does_not_wait_for_an_execution() {
    let (mut server, place) =
        watched(&flags(&["--request-timeout", "100s", "--shutdown-timeout", "1s"]));
    let mut client = server.client();
    let body = long(0).to_string();
    let request =
        client.request("POST", "/graphql", &[("content-type", "application/json")], &body);
    client.write(request.as_bytes()).unwrap();
    wait_for(&place, 1);
    let begin = Instant::now();
    server.signal("TERM");
    server.end();
    assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", begin.elapsed());
}

#[test]
fn an_execution_that_nobody_waits_for_ends() {
    let (server, place) = watched(&flags(&["--request-timeout", "100s"]));
    let mut client = server.client();
    let body = long(0).to_string();
    let request =
        client.request("POST", "/graphql", &[("content-type", "application/json")], &body);
    client.write(request.as_bytes()).unwrap();
    wait_for(&place, 1);
    drop(client);
    let begin = Instant::now();
    while figure(&figures(&place), "aidgraph_operations_running") > 0 {
        assert!(begin.elapsed() < Duration::from_secs(60), "it still runs");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn one_client_leaves_places_to_others() {
    let more = ["--request-timeout", "8s", "--max-wait", "8s", "--trusted-proxy", "127.0.0.1"];
    let (server, place) = watched(&flags(&more));
    let ended = AtomicBool::new(false);
    let crowd = 4 * thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        let ended = &ended;
        let server = &server;
        for number in 0..crowd {
            scope.spawn(move || {
                let answer = post_as(server, "192.0.2.1", &long(number));
                ended.store(true, Ordering::Release);
                assert!(matches!(answer.status, 503 | 504), "{}", answer.status);
            });
        }
        wait_for(&place, crowd as u64);
        for country in ["ML", "NE", "BF"] {
            let asked =
                json!({ "query": format!("{{ country(code: \"{country}\") {{ label }} }}") });
            let answer = post_as(server, "192.0.2.2", &asked);
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert!(!ended.load(Ordering::Acquire), "{country} had to wait for the others");
        }
    });
}

#[test]
fn the_same_error_again_and_again_is_one_error() {
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
        let answer = server.post(&body, &[]);
        let told = json(&answer);
        assert_eq!(told["errors"][0]["extensions"]["code"], expected, "{told}");
        assert!(told["errors"].as_array().unwrap().len() <= 2, "{told}");
        assert!(answer.body.len() < 2_000, "{} bytes", answer.body.len());
    }
}

#[test]
fn conditions_of_filters_are_part_of_the_cost() {
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
