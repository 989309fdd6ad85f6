//! Start page, playground, embedded files, and the headers of every response.

use serde_json::Value;

use crate::support::server::{Server, code, json};

#[test]
fn every_response_has_security_headers() {
    let server = Server::shared();
    let mut client = server.client();
    for path in [
        "/",
        "/graphql",
        "/graphql?query=%7B__typename%7D",
        "/q",
        "/q/icp-history.csv",
        "/q/nothing.csv",
        "/nothing",
        "/schema.graphql",
        "/playground",
        "/playground/",
        "/playground/queries.json",
        "/assets/site.css",
        "/favicon.ico",
        "/health/live",
        "/metrics",
        "/health/ready",
    ] {
        for method in ["GET", "HEAD", "DELETE"] {
            let response = client.send(method, path, &[], "").unwrap();
            let header = |name| response.header(name).unwrap_or_default().to_owned();
            assert_eq!(header("x-content-type-options"), "nosniff", "{method} {path}");
            assert_eq!(header("x-frame-options"), "DENY", "{method} {path}");
            assert_eq!(header("referrer-policy"), "no-referrer", "{method} {path}");
            let policy = header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'"), "{method} {path}: {policy}");
            assert!(!policy.contains("unsafe"), "{method} {path}: {policy}");
            assert!(!header("cache-control").is_empty(), "{method} {path}");
            if method == "DELETE" && path != "/nothing" {
                assert_eq!(
                    (response.status, code(&response).as_str()),
                    (405, "METHOD_NOT_ALLOWED"),
                    "{path}"
                );
                assert!(header("allow").contains("GET"), "{path}");
            }
        }
    }
}

#[test]
fn paths_with_invalid_utf8_get_a_json_error() {
    let server = Server::shared();
    for path in ["/q/%ff.csv", "/playground/%ff", "/assets/%c3%28"] {
        let response = server.get(path);
        assert_eq!((response.status, code(&response).as_str()), (400, "BAD_USER_INPUT"), "{path}");
    }
}

#[test]
fn the_start_page_describes_the_service_and_tables_list_every_query() {
    let server = Server::shared();
    let home = server.get("/");
    assert_eq!(home.header("content-type"), Some("text/html; charset=utf-8"));
    let packed = server.client().send("GET", "/", &[("accept-encoding", "gzip")], "").unwrap();
    assert!(packed.bytes.len() < 100_000, "{}", packed.bytes.len());
    let version = server.json("/health/ready")["dataVersion"].as_str().unwrap().to_owned();
    assert!(home.body.contains(&version), "{}", home.body);
    assert!(home.body.contains("programmes") && home.body.contains("missions"), "{}", home.body);
    let tables = server.client().send("GET", "/q", &[("accept", "text/html")], "").unwrap();
    for query in server.json("/q")["queries"].as_array().unwrap() {
        let name = query["name"].as_str().unwrap();
        assert!(tables.body.contains(&format!("q/{name}.csv")), "{name}");
    }
    for page in [home.body, tables.body] {
        for outside in ["src=\"//", "href=\"//", "href=\"http", "src=\"http", "style=", "<script>"]
        {
            assert!(!page.contains(outside), "{outside}: {page}");
        }
    }
}

#[test]
fn the_playground_is_served_with_its_examples() {
    let server = Server::shared();
    let bare = server.get("/playground");
    assert_eq!((bare.status, bare.header("location")), (308, Some("playground/")));
    let page = server.get("/playground/");
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").unwrap();
    for part in
        ["script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"]
    {
        assert!(policy.contains(part), "{policy}");
    }
    for outside in ["src=\"http", "href=\"http", "src=\"//", "href=\"//"] {
        assert!(!page.body.contains(outside), "{}", page.body);
    }
    let examples = server.json("/playground/queries.json");
    let examples = examples.as_array().unwrap();
    assert!(examples.len() >= 12);
    for example in examples {
        for key in ["name", "title", "answers", "query"] {
            assert!(example[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {example}");
        }
        assert!(example["variables"].is_object(), "{example}");
    }
}

#[test]
fn every_example_of_the_playground_runs() {
    let server = Server::shared();
    for example in server.json("/playground/queries.json").as_array().unwrap() {
        let response = server.post(example, &[]);
        let response = json(&response);
        assert_eq!(response.get("errors"), None, "{}: {response}", example["name"]);
        assert_ne!(response["data"], Value::Null, "{}", example["name"]);
    }
}

#[test]
fn unchanged_files_are_not_sent_again() {
    let server = Server::shared();
    for path in ["/assets/site.css", "/playground/", "/favicon.ico"] {
        let first = server.get(path);
        let etag = first.header("etag").unwrap();
        let again = server.client().send("GET", path, &[("if-none-match", etag)], "").unwrap();
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
    }
}

#[test]
fn only_embedded_files_are_served() {
    let server = Server::shared();
    for path in [
        "/assets/../Cargo.toml",
        "/assets/..%2fCargo.toml",
        "/playground/..%2f..%2fCargo.toml",
        "/assets/",
    ] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
}

#[test]
fn the_served_schema_is_the_committed_one() {
    let committed = include_str!("../../../schema.graphql");
    assert!(
        Server::shared().get("/schema.graphql").body == committed,
        "the service serves another schema"
    );
}
