//! Hostile request bodies, each with the status and code of its rejection.

use serde_json::json;

use super::{INPUT, LIMIT, tower};

/// A hostile request body.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) status: u16,
    pub(crate) code: &'static str,
}

/// Returns all hostile bodies.
pub(crate) fn all() -> Vec<Body> {
    let query = "query($v: [Int]) { __typename }";
    let nested = |depth: usize| {
        format!("{{\"query\":\"{query}\",\"variables\":{{\"v\":{}}}}}", tower(depth, "[", "1", "]"))
    };
    let huge =
        format!("{{\"query\":\"{query}\",\"variables\":{{\"v\":\"{}\"}}}}", "x".repeat(300_000));
    let wide = json!({ "query": query, "variables": { "v": vec!["x"; 50_000] } }).to_string();
    let many = json!(vec![json!({ "query": "{__typename}" }); 5_000]).to_string();
    let key = format!("{{\"{}\":1}}", "x".repeat(100_000));
    let text = format!("{{\"query\":\"{query}\",\"variables\":\"{{}}\"}}");
    let one = |name, bytes: &[u8]| Body { name, bytes: bytes.to_vec(), status: 400, code: INPUT };
    vec![
        one("nested variables", nested(200).as_bytes()),
        one("deeply nested variables", nested(50_000).as_bytes()),
        one("brackets only", "[".repeat(200_000).as_bytes()),
        one("a batch in a batch", b"[[{\"query\":\"{__typename}\"}]]"),
        one("an empty batch", b"[]"),
        one("broken UTF-8", b"{\"query\":\"{__typename}\xff\xfe\"}"),
        one("overlong UTF-8", b"{\"query\":\"\xc0\xaf\"}"),
        one("a lone surrogate", b"{\"query\":\"{__typename} #\\ud800\"}"),
        one("the same key twice", b"{\"query\":\"{__typename}\",\"query\":\"{a}\"}"),
        one("a very long key", key.as_bytes()),
        one("variables that are text", text.as_bytes()),
        one("a query that is a list", b"{\"query\":[\"{__typename}\"]}"),
        one("extensions that are a list", b"{\"query\":\"{__typename}\",\"extensions\":[]}"),
        one("an empty body", b""),
        Body { code: LIMIT, ..one("a batch of thousands", many.as_bytes()) },
        Body { status: 200, ..one("thousands of items of the wrong type", wide.as_bytes()) },
        Body { status: 413, code: "PAYLOAD_TOO_LARGE", ..one("huge variables", huge.as_bytes()) },
    ]
}
