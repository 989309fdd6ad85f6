//! `/graphql` by GET and by POST.

use serde_json::json;

use crate::support::server::{Server, code, json};

type Headers<'a> = &'a [(&'a str, &'a str)];

/// Accepts the media type that tells request errors by their status.
const STRICT: (&str, &str) =
    ("accept", "application/graphql-response+json, application/json;q=0.9");

#[test]
fn get_and_post_give_the_same_answer() {
    let server = Server::shared();
    let get = server.get("/graphql?query=%7B__typename%7D");
    let post = server.post(&json!({ "query": "{__typename}" }), &[]);
    assert_eq!((get.status, post.status), (200, 200));
    assert_eq!(get.body, "{\"data\":{\"__typename\":\"Query\"}}");
    assert_eq!(get.body, post.body);
    assert_eq!(post.header("content-type"), Some("application/json"));
}

#[test]
fn the_media_type_is_the_one_asked_for() {
    let server = Server::shared();
    let strict = server.post(&json!({ "query": "{__typename}" }), &[STRICT]);
    assert_eq!(strict.header("content-type"), Some("application/graphql-response+json"));
}

#[test]
fn variables_and_the_name_of_the_operation_arrive_both_ways() {
    let server = Server::shared();
    let query = "query A($type: String! = \"Query\") { __type(name: $type) { name } } query B { b: __typename }";
    for (name, variables, data) in [
        ("B", json!({}), json!({ "b": "Query" })),
        ("A", json!({}), json!({ "__type": { "name": "Query" } })),
        ("A", json!({ "type": "Money" }), json!({ "__type": { "name": "Money" } })),
    ] {
        let body = json!({ "query": query, "operationName": name, "variables": variables });
        let by_post = json(&server.post(&body, &[]));
        assert_eq!(by_post["data"], data);
        let address = format!(
            "/graphql?operationName={name}&variables={}&query={}",
            encoded(&variables.to_string()),
            encoded(query)
        );
        assert_eq!(server.json(&address), by_post);
    }
}

#[test]
fn what_is_wrong_with_a_request_is_said_in_json_with_a_code() {
    let server = Server::shared();
    let cases = [
        (json!({ "query": "{ nonsense }" }), "BAD_USER_INPUT"),
        (json!({ "query": "{ __typename " }), "BAD_USER_INPUT"),
        (
            json!({ "query": "query A { __typename } query B { __typename }", "operationName": "C" }),
            "BAD_USER_INPUT",
        ),
        (json!({ "query": format!("{{node(id:{}", "[".repeat(3000)) }), "LIMIT_EXCEEDED"),
    ];
    for (body, expected) in cases {
        let answer = server.post(&body, &[STRICT]);
        assert_eq!((answer.status, code(&answer).as_str()), (400, expected), "{body}");
        assert!(json(&answer).get("data").is_none());
        assert!(!json(&answer)["errors"][0]["message"].as_str().unwrap().contains('\n'));
    }
}

#[test]
fn an_error_of_the_request_stays_200_for_those_who_take_plain_json() {
    let answer = Server::shared().post(&json!({ "query": "{ nonsense }" }), &[]);
    assert_eq!((answer.status, code(&answer).as_str()), (200, "BAD_USER_INPUT"));
}

#[test]
fn a_body_that_is_no_request_is_refused() {
    let server = Server::shared();
    let json_type = [("content-type", "application/json; charset=utf-8")];
    let large = json!({ "query": format!("{{__typename}} #{}", "x".repeat(300_000)) }).to_string();
    let cases: [(Headers<'_>, &str, u16, &str); 8] = [
        (&json_type, "{\"query\": ", 400, "BAD_USER_INPUT"),
        (&json_type, "{}", 400, "BAD_USER_INPUT"),
        (&json_type, "{\"query\": 1}", 400, "BAD_USER_INPUT"),
        (&json_type, "{\"query\": \"{__typename}\", \"variables\": [1]}", 400, "BAD_USER_INPUT"),
        (&json_type, "[{\"query\": \"{__typename}\"}]", 400, "BAD_USER_INPUT"),
        (&json_type, &large, 413, "PAYLOAD_TOO_LARGE"),
        (
            &[("content-type", "text/plain")],
            "{\"query\": \"{__typename}\"}",
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (&[], "{\"query\": \"{__typename}\"}", 415, "UNSUPPORTED_MEDIA_TYPE"),
    ];
    for (headers, body, status, expected) in cases {
        let answer = server.client().send("POST", "/graphql", headers, body).unwrap();
        let start: String = body.chars().take(60).collect();
        assert_eq!((answer.status, code(&answer).as_str()), (status, expected), "{start}");
    }
}

#[test]
fn a_get_that_is_no_request_is_refused() {
    let server = Server::shared();
    for address in [
        "/graphql",
        "/graphql?query=",
        "/graphql?query=%7Ba%7D&variables=1",
        "/graphql?query=a&query=b",
    ] {
        let answer = server.get(address);
        assert_eq!((answer.status, code(&answer).as_str()), (400, "BAD_USER_INPUT"), "{address}");
    }
}

#[test]
fn only_queries_come_by_get() {
    let server = Server::shared();
    for operation in ["mutation { x }", "subscription { x }"] {
        let answer = server.get(&format!("/graphql?query={}", encoded(operation)));
        assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{operation}");
        assert_eq!(code(&answer), "METHOD_NOT_ALLOWED");
    }
}

#[test]
fn a_bomb_of_fragments_is_refused_at_once() {
    let link = |at: usize| format!("fragment f{at} on Query {{ ...f{0} ...f{0} }} ", at + 1);
    let links: Vec<String> = (0..28).map(link).collect();
    let last = "fragment f28 on Query { __typename }";
    let bomb = format!("{{ ...f0 }} {}{last}", links.concat());
    let answer = Server::shared().post(&json!({ "query": bomb }), &[]);
    assert_eq!(code(&answer), "LIMIT_EXCEEDED");
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |encoded, byte| encoded + &format!("%{byte:02X}"))
}
