//! The service while its data is being built: before it has any, and when what it has is found damaged. It says so, and
//! never pretends.

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

/// A server in this process over whatever is in force.
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

    /// What readiness says, and under which status.
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
fn a_service_without_data_says_so_and_when_to_come_back() {
    let mut serving = Serving::of(CurrentGeneration::empty());
    for path in ["/graphql?query=%7B__typename%7D", "/q/icp-history.csv"] {
        let answer = serving.client.get(path).unwrap();
        assert_eq!((answer.status, code(&answer).as_str()), (503, "REBUILDING"), "{path}");
        assert!(answer.header("retry-after").is_some(), "{path}");
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
fn a_service_whose_data_is_built_again_is_not_ready_meanwhile() {
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
    // Damage alone lets most be answered, and may wait long for the next attempt to mend it.
    live.report_damage(live.current().unwrap().generation_number());
    assert_eq!(serving.readiness(), (200, "ready".to_owned()));
    live.set_rebuilding(true);
    assert_eq!(serving.readiness(), (503, "rebuilding".to_owned()));
    // What can be read is still answered.
    let answer = serving.client.get("/graphql?query=%7Bdataset%7Bversion%7D%7D").unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    live.swap(build());
    live.set_rebuilding(false);
    assert_eq!(serving.readiness(), (200, "ready".to_owned()));
    serving.end();
}
