//! `datasetChanged`: whoever listens is told what came into force, by every transport.

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

use super::metrics::{figure, figures};
use crate::import::{Activity, WELLS, file};
use crate::support::address::encoded;
use crate::support::server::{Server, aidgraph, code};
use crate::support::socket::{Flow, Socket};

const CHANGES: &str = "subscription { datasetChanged { version previousVersion generation missed \
                       counts { kind before after } added { count names } removed { count } changed { count } } }";

#[test]
fn every_transport_tells_what_came_into_force() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let server = Server::start_on(&data, &[]);
    let before = server.json("/health/ready")["dataVersion"].clone();
    let asked = json!({ "query": CHANGES });
    let mut socket = Socket::ready(&server.address, "graphql-transport-ws");
    socket.say(&json!({ "id": "1", "type": "subscribe", "payload": asked }));
    let mut events = Flow::open(&server.address, "text/event-stream", &asked);
    assert!(events.until("\r\n\r\n").contains("text/event-stream"));
    let path = format!("/graphql?query={}", encoded(CHANGES));
    let mut browser = Flow::listen(&server.address, &path);
    assert!(browser.until(":\n\n").contains("text/event-stream"));

    let path = data.path().join("wells.xml");
    std::fs::write(&path, file(&[Activity { id: "XX-1", ..WELLS }])).unwrap();
    let import = aidgraph().arg("import").arg("--data").arg(data.path()).arg(&path).output();
    assert!(import.unwrap().status.success());

    let heard = socket.hear();
    assert_eq!((&heard["type"], &heard["id"]), (&json!("next"), &json!("1")));
    let change = &heard["payload"]["data"]["datasetChanged"];
    assert_eq!(change["previousVersion"], before);
    assert_eq!(change["added"], json!({ "count": 1, "names": ["wells.xml"] }));
    assert_eq!((&change["removed"]["count"], &change["changed"]["count"]), (&json!(0), &json!(0)));
    let counts = change["counts"].as_array().unwrap();
    let more = counts.iter().find(|count| count["kind"] == "PROGRAMME").unwrap();
    assert_eq!(more["after"].as_u64().unwrap(), more["before"].as_u64().unwrap() + 1);
    assert_eq!(change["version"], server.json("/health/ready")["dataVersion"]);
    // The last field that was asked for, and the ends of all that is around it.
    let end = "\"changed\":{\"count\":0}}}}";
    assert_eq!(told(events.until(end), "event: next\ndata: "), heard["payload"]);
    assert_eq!(told(browser.until(end), "event: next\ndata: "), heard["payload"]);
}

/// The JSON behind the last of these words.
fn told(text: &str, words: &str) -> Value {
    let json = text.rsplit(words).next().unwrap();
    serde_json::Deserializer::from_str(json).into_iter().next().unwrap().unwrap()
}

#[test]
fn a_subscription_that_cannot_be_is_refused_in_the_form_of_its_transport() {
    let server = Server::shared();
    let wrong = json!({ "query": "subscription { nothing }" });
    let mut events = Flow::open(&server.address, "text/event-stream", &wrong);
    let said = events.until("event: complete");
    assert!(said.contains("event: next\ndata: {\"errors\":["), "{said}");
    let mut query =
        Flow::open(&server.address, "text/event-stream", &json!({ "query": "{__typename}" }));
    assert!(query.until("event: complete").contains("data: {\"data\":{\"__typename\":\"Query\"}}"));
    let apollo = "multipart/mixed;boundary=\"graphql\";subscriptionSpec=1.0";
    let both = format!("{apollo},application/json");
    for accept in ["application/json", apollo, &both] {
        let plain = server.post(&json!({ "query": CHANGES }), &[("accept", accept)]);
        assert_eq!((plain.status, code(&plain).as_str()), (406, "NOT_ACCEPTABLE"), "{accept}");
        assert!(plain.body.contains("text/event-stream"), "{}", plain.body);
    }
}

#[test]
fn a_service_holds_only_so_many_subscriptions() {
    let server = Server::start(&["--max-subscriptions", "1"]);
    let asked = json!({ "query": CHANGES });
    let mut first = Flow::open(&server.address, "text/event-stream", &asked);
    first.until(":\n\n");
    let mut second = Flow::open(&server.address, "text/event-stream", &asked);
    assert!(second.until("event: complete").contains("OVERLOADED"));
    // The place of the first is free once its client has gone.
    drop(first);
    let mut waited = 0;
    while Flow::open(&server.address, "text/event-stream", &asked)
        .until("\n\n")
        .contains("OVERLOADED")
    {
        waited += 1;
        assert!(waited < 600, "the place is never free");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

#[test]
fn a_slow_subscriber_is_told_how_many_it_missed() {
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
        let mut answers = service.subscribe(&Client::Local, prepared, written).await.unwrap();
        assert!(answers.next().now_or_never().is_none(), "nothing has happened yet");
        let numbers: Vec<u64> = (0..20).map(|_| swap()).collect();
        let mut heard = Vec::new();
        for _ in 0..16 {
            let answer = answers.next().await.unwrap();
            heard.push(answer["data"]["datasetChanged"].clone());
        }
        let missed: Vec<&Value> = heard.iter().map(|change| &change["missed"]).collect();
        assert_eq!(missed[0], "4");
        assert!(missed[1..].iter().all(|missed| *missed == "0"), "{missed:?}");
        assert_eq!(heard[0]["generation"], numbers[4].to_string());
    });
}

/// A selection that takes long for each event.
fn expensive() -> Value {
    let field = |at| format!("a{at}:counts{{kind before after}}");
    let fields = (0..400).map(field).collect::<Vec<_>>().concat();
    json!({ "query": format!("subscription {{ datasetChanged {{ version {fields} z: generation }} }}") })
}

/// Flags that let it pass.
const WIDE: [&str; 6] =
    ["--metrics-listen", "127.0.0.1:0", "--max-aliases", "1000", "--shutdown-timeout", "1s"];

#[test]
fn events_are_executed_beside_what_answers_health_and_signals() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let mut server = Server::start_on(&data, &WIDE);
    let place = server.figures.clone().unwrap();
    let asked = expensive();
    let mut flows: Vec<Flow> =
        (0..6).map(|_| Flow::open(&server.address, "text/event-stream", &asked)).collect();
    for flow in &mut flows {
        flow.until(":\n\n");
    }
    let mut sockets: Vec<Socket> =
        (0..6).map(|_| Socket::ready(&server.address, "graphql-transport-ws")).collect();
    for socket in &mut sockets {
        socket.say(&json!({ "id": "1", "type": "subscribe", "payload": asked }));
    }
    let begin = Instant::now();
    while figure(&figures(&place), "aidgraph_subscriptions") < 12 {
        assert!(begin.elapsed() < Duration::from_secs(60), "{}", figures(&place));
    }
    let path = data.path().join("wells.xml");
    std::fs::write(&path, file(&[Activity { id: "XX-1", ..WELLS }])).unwrap();
    let import = aidgraph().arg("import").arg("--data").arg(data.path()).arg(&path).output();
    assert!(import.unwrap().status.success());
    let mut answered = 0;
    loop {
        let running = figure(&figures(&place), "aidgraph_operations_running");
        assert!(begin.elapsed() < Duration::from_secs(60), "no event was executed");
        if running > 0 {
            assert_eq!(server.get("/health/live").status, 200);
            answered += usize::from(figure(&figures(&place), "aidgraph_operations_running") > 0);
        }
        if answered > 0 {
            break;
        }
    }
    let begin = Instant::now();
    server.signal("TERM");
    server.end();
    assert!(begin.elapsed() < Duration::from_secs(30), "{:?}", begin.elapsed());
}

#[test]
fn an_event_that_exceeds_a_limit_is_one_error_and_the_next_one_comes() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let live = CurrentGeneration::empty();
    let limits = Limits { values: 5, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let service = Service::new(live.clone(), Library::embedded(), options);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let prepared = service.prepare(Request::new(CHANGES)).unwrap();
        let told = |answered: Answered| answered.response.errors;
        let mut answers = service.subscribe(&Client::Local, prepared, told).await.unwrap();
        for _ in 0..2 {
            store.writer().unwrap().build(Draft::default(), &mut |_| {}).unwrap();
            live.swap(Reader::new(store.current().unwrap().unwrap()));
            let errors = answers.next().await.unwrap();
            assert_eq!(errors.len(), 1, "{errors:?}");
            assert_eq!(limit_of(&errors[0]).as_deref(), Some("max-values"), "{errors:?}");
        }
    });
}
