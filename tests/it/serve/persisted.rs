//! Queries by digest and by name.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::address::encoded;
use crate::support::server::{Server, code, json};

/// Accepts the media type that tells request errors by their status.
const STRICT: (&str, &str) = ("accept", "application/graphql-response+json");

fn digest(text: &str) -> String {
    let bytes = Sha256::digest(text);
    bytes.iter().fold(String::new(), |digest, byte| digest + &format!("{byte:02x}"))
}

fn reference(digest: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": digest } })
}

#[test]
fn a_client_sends_its_query_once_and_then_its_digest() {
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
fn a_digest_that_is_not_the_query_s_is_refused_and_nothing_bad_is_kept() {
    let server = Server::shared();
    let wrong = json!({ "query": "{__typename}", "extensions": reference(&digest("other")) });
    let answer = server.post(&wrong, &[]);
    assert_eq!((answer.status, code(&answer).as_str()), (400, "BAD_USER_INPUT"));
    let old =
        json!({ "extensions": { "persistedQuery": { "version": 2, "sha256Hash": digest("x") } } });
    assert_eq!(json(&server.post(&old, &[]))["errors"][0]["message"], "PersistedQueryNotSupported");
    // Neither a text nor a name beside it makes another version one that is taken.
    for version in [json!(2), json!(0), json!("1"), json!(1.5), Value::Null] {
        let query = "{ __typename }";
        let given = json!({ "version": version, "sha256Hash": digest(query) });
        let extensions = json!({ "persistedQuery": given });
        for asked in [
            json!({ "query": query, "extensions": extensions }),
            json!({ "documentId": "dataset", "extensions": extensions }),
        ] {
            let answer = json(&server.post(&asked, &[]));
            let said = &answer["errors"][0]["extensions"]["code"];
            assert_eq!(said, "PERSISTED_QUERY_NOT_SUPPORTED", "{asked}: {answer}");
        }
    }
    let broken = "{ kept: ";
    let full = json!({ "query": broken, "extensions": reference(&digest(broken)) });
    assert_eq!(code(&server.post(&full, &[])), "BAD_USER_INPUT");
    let by_digest = json!({ "extensions": reference(&digest(broken)) });
    assert_eq!(code(&server.post(&by_digest, &[])), "PERSISTED_QUERY_NOT_FOUND");
}

#[test]
fn saved_queries_go_by_name_and_by_digest() {
    let server = Server::shared();
    let text = include_str!("../../../queries/dataset.graphql");
    for id in ["dataset".to_owned(), digest(text), format!("sha256:{}", digest(text))] {
        let answer = json(&server.post(&json!({ "documentId": id }), &[]));
        assert!(answer["data"]["dataset"].is_object(), "{answer}");
    }
    let answer = json(&server.post(&json!({ "extensions": reference(&digest(text)) }), &[]));
    assert!(answer["data"]["dataset"].is_object(), "{answer}");
    let unknown = server.post(&json!({ "documentId": "no-such-query" }), &[]);
    assert_eq!(code(&unknown), "PERSISTED_QUERY_NOT_FOUND");
}

#[test]
fn a_service_that_trusts_only_its_own_answers_nothing_else() {
    let server = Server::start(&["--trusted-only"]);
    let text = include_str!("../../../queries/dataset.graphql");
    for asked in [
        json!({ "documentId": "dataset" }),
        json!({ "query": text }),
        json!({ "query": text.trim() }),
    ] {
        let answer = json(&server.post(&asked, &[]));
        assert!(answer["data"]["dataset"].is_object(), "{answer}");
    }
    let other = "{ __typename }";
    for asked in [
        json!({ "query": other }),
        json!({ "query": "dataset" }),
        json!({ "query": other, "documentId": "dataset" }),
        json!({ "query": other, "extensions": reference(&digest(other)) }),
        json!({ "extensions": reference(&digest(other)) }),
        json!({ "query": "{ __schema { types { name } } }" }),
        json!({}),
    ] {
        let answer = server.post(&asked, &[]);
        assert_eq!((answer.status, code(&answer).as_str()), (403, "NOT_TRUSTED"), "{asked}");
    }
    assert_eq!(server.get("/q/dataset.json").status, 200);
}
