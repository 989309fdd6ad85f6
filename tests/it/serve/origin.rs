//! Which pages may read answers.

use crate::support::http::Answer;
use crate::support::server::Server;

const GRAFANA: &str = "https://grafana.example.org";

fn asked_from(server: &Server, origin: &str) -> (Answer, Answer) {
    let mut client = server.client();
    let simple = client.send("GET", "/q", &[("origin", origin)], "").unwrap();
    let preflight = [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ];
    (simple, client.send("OPTIONS", "/graphql", &preflight, "").unwrap())
}

#[test]
fn no_other_origin_may_read_unless_somebody_says_so() {
    let (simple, preflight) = asked_from(&Server::shared(), GRAFANA);
    assert_eq!(simple.header("access-control-allow-origin"), None);
    assert_eq!(preflight.header("access-control-allow-origin"), None);
}

#[test]
fn only_the_origins_that_are_named_may_read() {
    let server =
        Server::start(&["--cors-origin", "https://a.example.org,https://grafana.example.org"]);
    let (simple, preflight) = asked_from(&server, GRAFANA);
    assert_eq!(simple.header("access-control-allow-origin"), Some(GRAFANA));
    assert_eq!(
        (preflight.status, preflight.header("access-control-allow-origin")),
        (200, Some(GRAFANA))
    );
    assert_eq!(preflight.header("access-control-allow-methods"), Some("GET,POST"));
    let (simple, _) = asked_from(&server, "https://evil.example.org");
    assert_eq!(simple.header("access-control-allow-origin"), None);
    assert!(simple.header("vary").is_some_and(|vary| vary.contains("origin")));
}

#[test]
fn a_star_lets_every_page_read() {
    let server = Server::start(&["--cors-origin", "*"]);
    let (simple, _) = asked_from(&server, "https://any.example.org");
    assert_eq!(simple.header("access-control-allow-origin"), Some("*"));
    let exposed = simple.header("access-control-expose-headers").unwrap();
    for name in ["etag", "retry-after", "aidgraph-data-version", "aidgraph-has-more"] {
        assert!(exposed.split(',').any(|header| header.trim() == name), "{exposed}");
    }
}
