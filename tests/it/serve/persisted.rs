//! Persisted queries by digest, and saved queries by name.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::address::encoded;
use crate::support::server::{Server, code, json};

/// Accepts the media type whose status reports request errors.
const STRICT: (&str, &str) = ("accept", "application/graphql-response+json");

fn digest(text: &str) -> String {
    let bytes = Sha256::digest(text);
    bytes.iter().fold(String::new(), |digest, byte| digest + &format!("{byte:02x}"))
}

fn reference(digest: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": digest } })
}

#[test]
fn a_query_is_registered_once_and_then_sent_by_digest() {
    let server = Server::start(&[]);
    let query = "{ kept: __typename }";
    let by_digest = json!({ "extensions": reference(&digest(query)) });
    let first = server.post(&by_digest, &[STRICT]);
    assert_eq!((first.status, code(&first).as_str()), (400, "PERSISTED_QUERY_NOT_FOUND"));
    assert_eq!(json(&first)["errors"][0]["message"], "PersistedQueryNotFound");
    assert_eq!(first.header("cache-control"), Some("no-store"));
    let full = json!({ "query": query, "extensions": reference(&digest(query)) });
    assert_eq!(json(&server.post(&full, &[STRICT]))["data"]["kept"], "Query");
    assert_eq!(json(&server.post(&by_digest, &[STRICT]))["data"]["kept"], "Query");
    let extensions = reference(&digest(query)).to_string();
    let encoded = encoded(&extensions);
    assert_eq!(server.json(&format!("/graphql?extensions={encoded}"))["data"]["kept"], "Query");
}

#[test]
fn mismatched_digests_are_rejected_and_invalid_queries_are_not_stored() {
    let server = Server::shared();
    let wrong = json!({ "query": "{__typename}", "extensions": reference(&digest("other")) });
    let response = server.post(&wrong, &[]);
    assert_eq!((response.status, code(&response).as_str()), (400, "BAD_USER_INPUT"));
    let old =
        json!({ "extensions": { "persistedQuery": { "version": 2, "sha256Hash": digest("x") } } });
    assert_eq!(json(&server.post(&old, &[]))["errors"][0]["message"], "PersistedQueryNotSupported");
    // Text or name beside an unsupported version do not make it valid.
    for version in [json!(2), json!(0), json!("1"), json!(1.5), Value::Null] {
        let query = "{ __typename }";
        let given = json!({ "version": version, "sha256Hash": digest(query) });
        let extensions = json!({ "persistedQuery": given });
        for request in [
            json!({ "query": query, "extensions": extensions }),
            json!({ "documentId": "dataset", "extensions": extensions }),
        ] {
            let response = json(&server.post(&request, &[]));
            let found_code = &response["errors"][0]["extensions"]["code"];
            assert_eq!(found_code, "PERSISTED_QUERY_NOT_SUPPORTED", "{request}: {response}");
        }
    }
    let broken = "{ kept: ";
    let full = json!({ "query": broken, "extensions": reference(&digest(broken)) });
    assert_eq!(code(&server.post(&full, &[])), "BAD_USER_INPUT");
    let by_digest = json!({ "extensions": reference(&digest(broken)) });
    assert_eq!(code(&server.post(&by_digest, &[])), "PERSISTED_QUERY_NOT_FOUND");
}

#[test]
fn saved_queries_are_executed_by_name_and_by_digest() {
    let server = Server::shared();
    let text = include_str!("../../../queries/dataset.graphql");
    for id in ["dataset".to_owned(), digest(text), format!("sha256:{}", digest(text))] {
        let response = json(&server.post(&json!({ "documentId": id }), &[]));
        assert!(response["data"]["dataset"].is_object(), "{response}");
    }
    let response = json(&server.post(&json!({ "extensions": reference(&digest(text)) }), &[]));
    assert!(response["data"]["dataset"].is_object(), "{response}");
    let unknown = server.post(&json!({ "documentId": "no-such-query" }), &[]);
    assert_eq!(code(&unknown), "PERSISTED_QUERY_NOT_FOUND");
}

#[test]
fn trusted_only_rejects_all_other_queries() {
    let server = Server::start(&["--trusted-only"]);
    let text = include_str!("../../../queries/dataset.graphql");
    for request in [
        json!({ "documentId": "dataset" }),
        json!({ "query": text }),
        json!({ "query": text.trim() }),
    ] {
        let response = json(&server.post(&request, &[]));
        assert!(response["data"]["dataset"].is_object(), "{response}");
    }
    let other = "{ __typename }";
    for request in [
        json!({ "query": other }),
        json!({ "query": "dataset" }),
        json!({ "query": other, "documentId": "dataset" }),
        json!({ "query": other, "extensions": reference(&digest(other)) }),
        json!({ "extensions": reference(&digest(other)) }),
        json!({ "query": "{ __schema { types { name } } }" }),
        json!({}),
    ] {
        let response = server.post(&request, &[]);
        assert_eq!((response.status, code(&response).as_str()), (403, "NOT_TRUSTED"), "{request}");
    }
    assert_eq!(server.get("/q/dataset.json").status, 200);
}
