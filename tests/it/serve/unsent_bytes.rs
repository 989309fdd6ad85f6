//! Unsent bytes: responses that clients do not read, on every transport, and long lists inside one record.

use std::thread;
use std::time::{Duration, Instant};

use aidgraph::graphql::current_generation::CurrentGeneration;
use aidgraph::graphql::error::{ErrorCode, code_of, limit_of};
use aidgraph::graphql::limit::Limits;
use aidgraph::graphql::rejected::was_refused;
use aidgraph::graphql::saved::Library;
use aidgraph::graphql::{self, Options, Service};
use aidgraph::read::reader::Reader;
use aidgraph::store::Store;
use async_graphql::Request;
use serde_json::{Value, json};

use super::metrics::{metric, scrape, start_with_metrics};
use crate::support::http2;
use crate::support::server::{Server, code, run};
use crate::support::socket::{Socket, StreamedResponse};

const BYTES: &str = "aidgraph_unsent_bytes";

/// A response of some thousand bytes.
fn large() -> Value {
    json!({ "query": "{ programmes(first: 100) { nodes { id label } } }" })
}

#[test]
fn one_quota_counts_responses_of_every_transport() {
    let server = Server::start(&["--max-unsent", "4000"]);
    let response = server.post(&large(), &[]);
    assert_eq!(
        (response.status, code(&response).as_str()),
        (503, "OVERLOADED"),
        "{}",
        response.body
    );
    assert!(response.body.contains("max-unsent"), "{}", response.body);
    let received =
        StreamedResponse::open(&server.address, "text/event-stream", &large()).read_to_end();
    assert!(received.contains("OVERLOADED") && received.contains("max-unsent"), "{received}");
    let mut socket = Socket::ready(&server.address, "graphql-transport-ws");
    socket.send_json(&json!({ "id": "1", "type": "subscribe", "payload": large() }));
    let received = socket.receive();
    assert!(received.to_string().contains("max-unsent"), "{received}");
    assert!(http2::post(&server.address, &large().to_string()).contains("max-unsent"));
    // The same response again, which may be cached now.
    assert_eq!(server.post(&large(), &[]).status, 503);
    let table = server.get("/q/partners.json?shape=rows");
    assert!(table.status == 503 || table.body.len() < 4_000, "{}", table.body);
    let small = json!({ "query": "{ __typename }" });
    assert_eq!(server.post(&small, &[]).status, 200);
}

#[test]
fn a_stream_whose_client_reads_nothing_is_reset() {
    let (server, metrics_address) = start_with_metrics(&["--write-timeout", "1s"]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = runtime.block_on(async {
        let mut unread = http2::send_with_window(&server.address, &large().to_string(), 1, 0).await;
        assert_eq!(unread.responses[0].status(), 200);
        let ended = unread.responses[0].body_mut().data().await;
        ended.unwrap().expect_err("the stream is reset")
    });
    assert!(error.is_reset() || error.is_go_away() || error.is_io(), "{error}");
    let begin = Instant::now();
    while metric(&scrape(&metrics_address), BYTES) > 0 {
        assert!(begin.elapsed() < Duration::from_secs(60), "the bytes are still counted");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn unsent_bytes_count_until_the_last_byte_is_read() {
    let (server, metrics_address) = start_with_metrics(&["--write-timeout", "2s"]);
    let request = json!({ "query": "{ programmes(first: 40) { nodes { id label } } }" });
    let size = server.post(&request, &[]).body.len() as u64;
    assert!(size < 16 * 1_024, "less than one piece: {size}");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut unread =
            http2::send_with_window(&server.address, &request.to_string(), 20, 1).await;
        let held = metric(&scrape(&metrics_address), BYTES);
        assert!(held >= 20 * size, "{held} bytes are counted of {}", 20 * size);
        for response in &mut unread.responses {
            while let Some(piece) = response.body_mut().data().await {
                let Ok(piece) = piece else { break };
                assert_eq!(piece.len(), 1, "more than the window");
            }
        }
        let begin = Instant::now();
        while metric(&scrape(&metrics_address), BYTES) > 0 {
            assert!(begin.elapsed() < Duration::from_secs(60), "the bytes are still counted");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(http2::post(&server.address, &request.to_string()).contains("nodes"));
}

/// Builds a file with one activity whose lists have a number of items.
fn wide(items: usize) -> String {
    let many = |item: &str| item.repeat(items);
    format!(
        "<iati-activities version=\"2.03\"><iati-activity default-currency=\"EUR\"><iati-identifier>XX-WIDE-1</iati-identifier>\
         <reporting-org ref=\"XX-WIDE\" type=\"22\"><narrative>Wide</narrative></reporting-org><title><narrative>Wide</narrative></title>\
         {}<activity-status code=\"2\"/>{}{}<transaction><transaction-type code=\"3\"/><transaction-date iso-date=\"2020-01-01\"/>\
         <value value-date=\"2020-01-01\">1</value>{}</transaction>{}</iati-activity></iati-activities>",
        many("<description><narrative>Text</narrative></description>"),
        many("<recipient-country code=\"ML\" percentage=\"1\"/>"),
        many("<sector vocabulary=\"1\" code=\"14030\" percentage=\"1\"/>"),
        many("<recipient-country code=\"ML\" percentage=\"1\"/>"),
        many(
            "<document-link url=\"https://example.org/a\" format=\"text/html\"><title><narrative>D</narrative></title></document-link>"
        ),
    )
}

#[test]
fn lists_inside_one_record_are_bounded() {
    let data = tempfile::tempdir().unwrap();
    let path = data.path().join("wide.xml");
    std::fs::write(&path, wide(3_000)).unwrap();
    let folder = data.path().join("data");
    let words = ["import", "--data", folder.to_str().unwrap(), path.to_str().unwrap()];
    assert!(run(&words).status.code().is_some_and(|code| code == 0 || code == 3));
    let live = CurrentGeneration::empty();
    live.swap(Reader::new(Store::open(&folder).unwrap().current().unwrap().unwrap()));
    let limits = Limits { values: 500, ..Limits::default() };
    let service = Service::new(live, Library::embedded(), Options { limits, ..Options::default() });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let response = |query: &str| {
        let prepared = service.prepare(Request::new(query)).unwrap();
        runtime.block_on(service.run(prepared)).response
    };
    for list in [
        "transactions { nodes { recipients { percentage } } }",
        "transactions { a: nodes { recipients { percentage } } b: nodes { recipients { percentage } } }",
        "descriptions { text { value } }",
        "recipients { percentage }",
        "sectors { percentage }",
        "documents { url }",
    ] {
        let query = format!("{{ programme(identifier: \"XX-WIDE-1\") {{ {list} }} }}");
        let rejected = response(&query);
        assert!(was_refused(&rejected), "{list}: no data");
        assert_eq!(rejected.errors.len(), 1, "{list}: {:?}", rejected.errors);
        assert_eq!(code_of(&rejected.errors[0]), Some(ErrorCode::LimitExceeded), "{list}");
        assert_eq!(limit_of(&rejected.errors[0]).as_deref(), Some("max-values"), "{list}");
    }
    let few = "{ programme(identifier: \"XX-WIDE-1\") { title { value } transactions { nodes { id } } } }";
    let mut written = Vec::new();
    graphql::execution::json::write(&mut written, &response(few)).unwrap();
    let received: Value = serde_json::from_slice(&written).unwrap();
    assert_eq!(received["data"]["programme"]["title"]["value"], "Wide");
}
