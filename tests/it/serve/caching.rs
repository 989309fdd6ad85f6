//! Response cache, entity tags and `Cache-Control`.

use std::io::Read as _;
use std::sync::Arc;

use serde_json::json;

use crate::import::{Activity, WELLS, file};
use crate::support::http::Response;
use crate::support::server::{Server, aidgraph};

const LONG: &str = "/graphql?query=%7Bprogrammes%7Bnodes%7Bidentifier%20title%7Bvalue%7D%7D%7D%7D";

fn get(server: &Server, headers: &[(&str, &str)]) -> Response {
    server.client().send("GET", LONG, headers, "").unwrap()
}

fn read(response: &Response) -> String {
    let mut text = String::new();
    match response.header("content-encoding") {
        None => text.clone_from(&response.body),
        Some("zstd") => {
            text = String::from_utf8(zstd::decode_all(&*response.bytes).unwrap()).unwrap();
        }
        Some("gzip") => {
            flate2::read::GzDecoder::new(&*response.bytes).read_to_string(&mut text).unwrap();
        }
        Some(other) => panic!("{other}"),
    }
    text
}

#[test]
fn the_same_request_has_the_same_bytes_and_tag_in_every_coding() {
    let server = Server::shared();
    let plain = get(&server, &[]);
    let tag = plain.header("etag").unwrap().to_owned();
    assert!(tag.starts_with('"'), "{tag}");
    for coding in ["zstd", "gzip"] {
        for _ in 0..2 {
            let response = get(&server, &[("accept-encoding", coding)]);
            assert_eq!(response.header("content-encoding"), Some(coding));
            assert_eq!(read(&response), plain.body);
            assert!(response.bytes.len() * 2 < plain.bytes.len());
            let own = response.header("etag").unwrap();
            assert_eq!(own, format!("{}.{coding}\"", tag.trim_end_matches('"')));
            let held = [("accept-encoding", coding), ("if-none-match", own)];
            let again = get(&server, &held);
            assert_eq!((again.status, again.header("etag")), (304, Some(own)));
        }
    }
    // The tag names a coding that is cached for other clients and that this client cannot decode.
    let others = format!("{}.zstd\"", tag.trim_end_matches('"'));
    let held = [("accept-encoding", "gzip"), ("if-none-match", others.as_str())];
    assert_eq!(get(&server, &held).status, 200);
    assert_eq!(get(&server, &[("if-none-match", &tag)]).status, 304);
    assert_eq!(get(&server, &[("if-none-match", "\"other\"")]).status, 200);
    let strict = get(&server, &[("accept", "application/graphql-response+json")]);
    assert_ne!(strict.header("etag"), Some(tag.as_str()));
}

#[test]
fn gzip_is_preferred_to_zstd_at_equal_weight() {
    let server = Server::shared();
    // As `fetch` of Node 20 offers them, which cannot decode zstd.
    for (offered, coding) in [
        ("br, gzip, deflate, zstd", "gzip"),
        ("zstd, gzip", "gzip"),
        ("zstd", "zstd"),
        ("gzip;q=0.5, zstd", "zstd"),
    ] {
        let response = get(&server, &[("accept-encoding", offered)]);
        assert_eq!(response.header("content-encoding"), Some(coding), "{offered}");
    }
}

#[test]
fn responses_are_cacheable_by_a_cdn_and_errors_are_not() {
    let server = Server::shared();
    let good = get(&server, &[]);
    assert_eq!(
        good.header("cache-control"),
        Some("public, max-age=0, s-maxage=60, must-revalidate")
    );
    let own = get(&server, &[("authorization", "Bearer x")]);
    assert_eq!(own.header("cache-control"), Some("private, no-cache"));
    let invalid = server.get("/graphql?query=%7Bnonsense%7D");
    assert_eq!((invalid.header("cache-control"), invalid.header("etag")), (Some("no-store"), None));
    let post = server.post(&json!({ "query": "{__typename}" }), &[]);
    assert_eq!(post.header("etag"), None);
    assert!(!post.header("cache-control").unwrap().contains("public"));
}

#[test]
fn vary_names_the_headers_that_change_the_response() {
    let server = Server::shared();
    let plain = get(&server, &[]);
    let tag = plain.header("etag").unwrap();
    let unchanged = get(&server, &[("if-none-match", tag)]);
    for response in [&plain, &unchanged] {
        let vary = response.headers.iter().filter(|(name, _)| name == "vary");
        let vary_headers: Vec<&str> = vary.flat_map(|(_, value)| value.split(", ")).collect();
        assert!(
            ["accept", "aidgraph-cost", "accept-encoding"]
                .iter()
                .all(|name| vary_headers.contains(name)),
            "{vary_headers:?}"
        );
    }
    let costly = get(&server, &[("aidgraph-cost", "1")]);
    assert!(costly.body.contains("\"cost\""), "{}", costly.body);
    assert_ne!(costly.header("etag"), Some(tag));
    assert!(!get(&server, &[]).body.contains("\"cost\""));
}

#[test]
fn new_data_has_new_responses_and_tags() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let server = Server::start_on(&data, &[]);
    let before = get(&server, &[]);
    assert!(!before.body.contains("XX-1"));
    let path = data.path().join("wells.xml");
    std::fs::write(&path, file(&[Activity { id: "A-XX-1", ..WELLS }])).unwrap();
    let import = aidgraph().arg("import").arg("--data").arg(data.path()).arg(&path).output();
    assert!(import.unwrap().status.success());
    server.wait_for_log("generation published");
    let after = get(&server, &[("if-none-match", before.header("etag").unwrap())]);
    assert_eq!(after.status, 200);
    assert!(after.body.contains("A-XX-1"), "{}", after.body);
    assert_ne!(after.header("etag"), before.header("etag"));
}

#[test]
fn responses_are_the_same_without_caches() {
    let server = Server::start(&["--response-cache-bytes", "0", "--document-cache-bytes", "0"]);
    let first = get(&server, &[]);
    assert_eq!(first.body, get(&Server::shared(), &[]).body);
    assert_eq!(first.body, get(&server, &[]).body);
}
