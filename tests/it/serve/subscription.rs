//! `datasetChanged`: subscribers are notified of each new generation on every transport.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aidgraph::graphql::current_generation::CurrentGeneration;
use aidgraph::graphql::error::limit_of;
use aidgraph::graphql::execution::prepared::Answered;
use aidgraph::graphql::limit::Limits;
use aidgraph::graphql::saved::Library;
use aidgraph::graphql::{self, Options, Service};
use aidgraph::model::client::Client;
use aidgraph::read::reader::Reader;
use aidgraph::store::{Draft, Store};
use async_graphql::Request;
use futures_util::{FutureExt as _, StreamExt as _};
use serde_json::{Value, json};

use super::metrics::{metric, scrape};
use crate::import::{Activity, WELLS, file};
use crate::support::address::encoded;
use crate::support::server::{Server, aidgraph, code};
use crate::support::socket::{Socket, StreamedResponse};

const CHANGES: &str = "subscription { datasetChanged { version previousVersion generation missed \
                       counts { kind before after } added { count names } removed { count } changed { count } } }";

#[test]
fn every_transport_reports_a_new_generation() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let server = Server::start_on(&data, &[]);
    let before = server.json("/health/ready")["dataVersion"].clone();
    let request = json!({ "query": CHANGES });
    let mut socket = Socket::ready(&server.address, "graphql-transport-ws");
    socket.send_json(&json!({ "id": "1", "type": "subscribe", "payload": request }));
    let mut events = StreamedResponse::open(&server.address, "text/event-stream", &request);
    assert!(events.read_until("\r\n\r\n").contains("text/event-stream"));
    let path = format!("/graphql?query={}", encoded(CHANGES));
    let mut browser = StreamedResponse::listen(&server.address, &path);
    assert!(browser.read_until(":\n\n").contains("text/event-stream"));

    let path = data.path().join("wells.xml");
    std::fs::write(&path, file(&[Activity { id: "XX-1", ..WELLS }])).unwrap();
    let import = aidgraph().arg("import").arg("--data").arg(data.path()).arg(&path).output();
    assert!(import.unwrap().status.success());

    let received = socket.receive();
    assert_eq!((&received["type"], &received["id"]), (&json!("next"), &json!("1")));
    let change = &received["payload"]["data"]["datasetChanged"];
    assert_eq!(change["previousVersion"], before);
    assert_eq!(change["added"], json!({ "count": 1, "names": ["wells.xml"] }));
    assert_eq!((&change["removed"]["count"], &change["changed"]["count"]), (&json!(0), &json!(0)));
    let counts = change["counts"].as_array().unwrap();
    let more = counts.iter().find(|count| count["kind"] == "PROGRAMME").unwrap();
    assert_eq!(more["after"].as_u64().unwrap(), more["before"].as_u64().unwrap() + 1);
    assert_eq!(change["version"], server.json("/health/ready")["dataVersion"]);
    // The last requested field, and the closing brackets of its parents.
    let end = "\"changed\":{\"count\":0}}}}";
    assert_eq!(json_after(events.read_until(end), "event: next\ndata: "), received["payload"]);
    assert_eq!(json_after(browser.read_until(end), "event: next\ndata: "), received["payload"]);
}

/// Parses the JSON after the last occurrence of some words.
fn json_after(text: &str, words: &str) -> Value {
    let json = text.rsplit(words).next().unwrap();
    serde_json::Deserializer::from_str(json).into_iter().next().unwrap().unwrap()
}

#[test]
fn invalid_subscriptions_are_rejected_in_the_format_of_their_transport() {
    let server = Server::shared();
    let wrong = json!({ "query": "subscription { nothing }" });
    let mut events = StreamedResponse::open(&server.address, "text/event-stream", &wrong);
    let text = events.read_until("event: complete");
    assert!(text.contains("event: next\ndata: {\"errors\":["), "{text}");
    let mut query = StreamedResponse::open(
        &server.address,
        "text/event-stream",
        &json!({ "query": "{__typename}" }),
    );
    assert!(
        query.read_until("event: complete").contains("data: {\"data\":{\"__typename\":\"Query\"}}")
    );
    let apollo = "multipart/mixed;boundary=\"graphql\";subscriptionSpec=1.0";
    let both = format!("{apollo},application/json");
    for accept in ["application/json", apollo, &both] {
        let plain = server.post(&json!({ "query": CHANGES }), &[("accept", accept)]);
        assert_eq!((plain.status, code(&plain).as_str()), (406, "NOT_ACCEPTABLE"), "{accept}");
        assert!(plain.body.contains("text/event-stream"), "{}", plain.body);
    }
}

#[test]
fn subscriptions_are_limited_in_total() {
    let server = Server::start(&["--max-subscriptions", "1"]);
    let request = json!({ "query": CHANGES });
    let mut first = StreamedResponse::open(&server.address, "text/event-stream", &request);
    first.read_until(":\n\n");
    let mut second = StreamedResponse::open(&server.address, "text/event-stream", &request);
    assert!(second.read_until("event: complete").contains("OVERLOADED"));
    // The permit of the first is released when its client disconnects.
    drop(first);
    let mut waited = 0;
    while StreamedResponse::open(&server.address, "text/event-stream", &request)
        .read_until("\n\n")
        .contains("OVERLOADED")
    {
        waited += 1;
        assert!(waited < 600, "the permit was not released");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

#[test]
fn a_slow_subscriber_receives_the_number_of_missed_events() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let live = CurrentGeneration::empty();
    let service = Service::new(live.clone(), Library::embedded(), Options::default());
    let swap = || {
        let generation = store.writer().unwrap().build(Draft::default(), &mut |_| {}).unwrap();
        live.swap(Reader::new(store.current().unwrap().unwrap()));
        generation.generation
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let prepared = service.prepare(Request::new(CHANGES)).unwrap();
        let written = |answered: Answered| {
            let mut bytes = Vec::new();
            graphql::execution::json::write(&mut bytes, &answered.response).unwrap();
            assert_eq!(std::thread::current().name(), Some("execution"));
            serde_json::from_slice::<Value>(&bytes).unwrap()
        };
        let mut responses = service.subscribe(&Client::Local, prepared, written).await.unwrap();
        assert!(responses.next().now_or_never().is_none(), "no event was published yet");
        let numbers: Vec<u64> = (0..20).map(|_| swap()).collect();
        let mut received = Vec::new();
        for _ in 0..16 {
            let response = responses.next().await.unwrap();
            received.push(response["data"]["datasetChanged"].clone());
        }
        let missed: Vec<&Value> = received.iter().map(|change| &change["missed"]).collect();
        assert_eq!(missed[0], "4");
        assert!(missed[1..].iter().all(|missed| *missed == "0"), "{missed:?}");
        assert_eq!(received[0]["generation"], numbers[4].to_string());
    });
}

/// Builds a selection that takes long for each event.
fn expensive() -> Value {
    let field = |at| format!("a{at}:counts{{kind before after}}");
    let fields = (0..400).map(field).collect::<Vec<_>>().concat();
    json!({ "query": format!("subscription {{ datasetChanged {{ version {fields} z: generation }} }}") })
}

/// Flags that permit it.
const WIDE: [&str; 6] =
    ["--metrics-listen", "127.0.0.1:0", "--max-aliases", "1000", "--shutdown-timeout", "1s"];

#[test]
fn event_executions_do_not_block_health_and_signals() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let mut server = Server::start_on(&data, &WIDE);
    let metrics_address = server.metrics_address.clone().unwrap();
    let request = expensive();
    let mut flows: Vec<StreamedResponse> = (0..6)
        .map(|_| StreamedResponse::open(&server.address, "text/event-stream", &request))
        .collect();
    for flow in &mut flows {
        flow.read_until(":\n\n");
    }
    let mut sockets: Vec<Socket> =
        (0..6).map(|_| Socket::ready(&server.address, "graphql-transport-ws")).collect();
    for socket in &mut sockets {
        socket.send_json(&json!({ "id": "1", "type": "subscribe", "payload": request }));
    }
    let begin = Instant::now();
    while metric(&scrape(&metrics_address), "aidgraph_subscriptions") < 12 {
        assert!(begin.elapsed() < Duration::from_secs(60), "{}", scrape(&metrics_address));
    }
    let path = data.path().join("wells.xml");
    std::fs::write(&path, file(&[Activity { id: "XX-1", ..WELLS }])).unwrap();
    let import = aidgraph().arg("import").arg("--data").arg(data.path()).arg(&path).output();
    assert!(import.unwrap().status.success());
    let mut answered = 0;
    loop {
        let running = metric(&scrape(&metrics_address), "aidgraph_operations_running");
        assert!(begin.elapsed() < Duration::from_secs(60), "no event was executed");
        if running > 0 {
            assert_eq!(server.get("/health/live").status, 200);
            answered +=
                usize::from(metric(&scrape(&metrics_address), "aidgraph_operations_running") > 0);
        }
        if answered > 0 {
            break;
        }
    }
    let begin = Instant::now();
    server.signal("TERM");
    server.wait_for_exit();
    assert!(begin.elapsed() < Duration::from_secs(30), "{:?}", begin.elapsed());
}

#[test]
fn an_event_above_a_limit_is_one_error_and_the_next_follows() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let live = CurrentGeneration::empty();
    let limits = Limits { values: 5, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let service = Service::new(live.clone(), Library::embedded(), options);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let prepared = service.prepare(Request::new(CHANGES)).unwrap();
        let json_after = |answered: Answered| answered.response.errors;
        let mut responses = service.subscribe(&Client::Local, prepared, json_after).await.unwrap();
        for _ in 0..2 {
            store.writer().unwrap().build(Draft::default(), &mut |_| {}).unwrap();
            live.swap(Reader::new(store.current().unwrap().unwrap()));
            let errors = responses.next().await.unwrap();
            assert_eq!(errors.len(), 1, "{errors:?}");
            assert_eq!(limit_of(&errors[0]).as_deref(), Some("max-values"), "{errors:?}");
        }
    });
}
