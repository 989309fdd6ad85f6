//! Behaviour while data is built: before the first generation, and when the current one is damaged. The service
//! reports it.

use aidgraph::graphql::current_generation::CurrentGeneration;
use aidgraph::graphql::saved::Library;
use aidgraph::graphql::{self, Service};
use aidgraph::http::{self, Ended};
use aidgraph::read::reader::Reader;
use aidgraph::server::Shutdown;
use aidgraph::store::{Draft, Store};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use crate::support::http::Client;
use crate::support::server::{code, json};

/// A server in this process over a current generation.
struct Serving {
    runtime: Runtime,
    client: Client,
    stop: Shutdown,
    task: JoinHandle<Ended>,
}

impl Serving {
    fn of(live: CurrentGeneration) -> Self {
        let runtime = Runtime::new().unwrap();
        let service = Service::new(live, Library::embedded(), graphql::Options::default());
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, options) = (Shutdown::default(), http::Options::default());
        let server = http::Server::open(service, &options, &[address], None, stop.clone()).unwrap();
        let task = runtime.spawn(server.serve(listener));
        let client = Client::connect(&address.to_string()).unwrap();
        Self { runtime, client, stop, task }
    }

    /// Returns the status code and status of readiness.
    fn readiness(&mut self) -> (u16, String) {
        let ready = self.client.get("/health/ready").unwrap();
        (ready.status, json(&ready)["status"].as_str().unwrap().to_owned())
    }

    fn end(self) {
        self.stop.begin();
        assert_eq!(self.runtime.block_on(self.task).unwrap(), Ended::Complete);
    }
}

#[test]
fn a_service_without_data_responds_with_rebuilding_and_retry_after() {
    let mut serving = Serving::of(CurrentGeneration::empty());
    for path in ["/graphql?query=%7B__typename%7D", "/q/icp-history.csv"] {
        let response = serving.client.get(path).unwrap();
        assert_eq!((response.status, code(&response).as_str()), (503, "REBUILDING"), "{path}");
        assert!(response.header("retry-after").is_some(), "{path}");
    }
    assert_eq!(serving.readiness(), (503, "rebuilding".to_owned()));
    assert_eq!(serving.client.get("/health/live").unwrap().status, 200);
    let page = serving.client.send("GET", "/", &[("accept", "text/html")], "").unwrap();
    assert_eq!(page.status, 503);
    assert!(page.body.contains("being built") && page.body.contains("REBUILDING"), "{}", page.body);
    assert!(serving.client.get("/schema.graphql").unwrap().body.contains("type Query"));
    serving.end();
}

#[test]
fn a_service_is_not_ready_while_its_data_is_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let build = || {
        store.writer().unwrap().build(Draft::default(), &mut |_| {}).unwrap();
        Reader::new(store.current().unwrap().unwrap())
    };
    let live = CurrentGeneration::empty();
    live.swap(build());
    let mut serving = Serving::of(live.clone());
    assert_eq!(serving.readiness(), (200, "ready".to_owned()));
    // With damage alone most requests succeed, and the next attempt to repair it may be late.
    live.report_damage(live.current().unwrap().generation_number());
    assert_eq!(serving.readiness(), (200, "ready".to_owned()));
    live.set_rebuilding(true);
    assert_eq!(serving.readiness(), (503, "rebuilding".to_owned()));
    // Readable records are still served.
    let response = serving.client.get("/graphql?query=%7Bdataset%7Bversion%7D%7D").unwrap();
    assert_eq!(response.status, 200, "{}", response.body);
    live.swap(build());
    live.set_rebuilding(false);
    assert_eq!(serving.readiness(), (200, "ready".to_owned()));
    serving.end();
}
