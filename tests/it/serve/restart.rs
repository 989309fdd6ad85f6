//! The same data after every kind of end.

use std::sync::Arc;

use crate::support::server::Server;

#[test]
fn a_kill_changes_nothing() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let told = |server: &Server| {
        let ready = server.json("/health/ready");
        (
            ready["dataVersion"].clone(),
            ready["generation"].clone(),
            server.get("/q/icp-history.csv").body,
        )
    };
    let mut server = Server::start_on(&data, &[]);
    let first = told(&server);
    for signal in ["KILL", "TERM", "KILL"] {
        server.signal(signal);
        server.end();
        server = Server::start_on(&data, &[]);
        assert_eq!(told(&server), first, "{signal}");
    }
}

#[test]
fn a_kill_while_the_data_is_built_changes_nothing() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    for _ in 0..3 {
        let mut server = Server::begin(&data, &[]);
        server.signal("KILL");
        server.end();
    }
    let server = Server::start_on(&data, &[]);
    let shared = Server::shared();
    let version = |server: &Server| server.json("/health/ready")["dataVersion"].clone();
    assert_eq!(version(&server), version(&shared));
}
