//! The service before it has any data: it says so everywhere, and never pretends.

use aidgraph::graphql::live::Live;
use aidgraph::graphql::saved::Library;
use aidgraph::graphql::{self, Service};
use aidgraph::http::{self, Stop};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::support::http::Client;
use crate::support::server::{code, json};

#[test]
fn a_service_without_data_says_so_and_when_to_come_back() {
    let runtime = Runtime::new().unwrap();
    let service = Service::new(Live::empty(), Library::embedded(), graphql::Options::default());
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let stop = Stop::default();
    let options = http::Options::default();
    let server = http::Server::open(service, &options, &[address], None, stop.clone()).unwrap();
    let serving = runtime.spawn(server.serve(listener));
    let address = address.to_string();

    let mut client = Client::connect(&address).unwrap();
    for path in ["/graphql?query=%7B__typename%7D", "/q/icp-history.csv"] {
        let answer = client.get(path).unwrap();
        assert_eq!((answer.status, code(&answer).as_str()), (503, "REBUILDING"), "{path}");
        assert!(answer.header("retry-after").is_some(), "{path}");
    }
    let ready = client.get("/health/ready").unwrap();
    assert_eq!((ready.status, json(&ready)["status"].as_str()), (503, Some("rebuilding")));
    assert_eq!(client.get("/health/live").unwrap().status, 200);
    assert!(client.get("/").unwrap().body.contains("being built"));
    assert!(client.get("/schema.graphql").unwrap().body.contains("type Query"));

    stop.begin();
    assert_eq!(runtime.block_on(serving).unwrap(), http::Ended::Complete);
}
