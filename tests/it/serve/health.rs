//! Health endpoints for supervisors and load balancers.

use std::sync::Arc;
use std::time::Duration;

use crate::support::server::{Server, json};

#[test]
fn the_service_is_live_before_it_is_ready() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let server = Server::spawn(&data, &[]);
    assert_eq!(server.get("/health/live").status, 200);
    loop {
        let ready = server.get("/health/ready");
        match (ready.status, json(&ready)["status"].as_str()) {
            (503, Some("rebuilding")) => assert!(ready.header("retry-after").is_some()),
            (200, Some("ready")) => break,
            other => panic!("{other:?}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_ready_log_line_has_version_addresses_and_counts() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let server = Server::spawn(&data, &[]);
    let ready = server.wait_for_log("ready");
    assert_eq!(ready["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(ready["playground"], format!("http://{}/playground/", server.address));
    assert_eq!(ready["graphql"], format!("http://{}/graphql", server.address));
    assert!(ready["records"].as_u64().unwrap() > 500, "{ready}");
    assert!(ready["counts"].as_str().unwrap().contains("Programme "), "{ready}");
    assert_eq!(ready["data_version"], server.json("/health/ready")["dataVersion"]);
    assert!(ready["took_ms"].is_u64(), "{ready}");
}
