//! Names of answers, so that nobody is sent again what has not changed. Source: RFC 9110, `ETag`.

use axum::http::header::IF_NONE_MATCH;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The name of an answer from a digest of all that makes it another one.
pub(super) fn of(digest: &[u8]) -> HeaderValue {
    let text = format!("\"{}\"", URL_SAFE_NO_PAD.encode(digest));
    // Base64 and quotes are what a header may hold; an empty name matches nothing.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Whether the client says that it holds this answer, as it is or compressed: `"x"`, `"x.br"`.
pub(super) fn is_held(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let given = headers.get_all(IF_NONE_MATCH).iter().filter_map(|given| given.to_str().ok());
    given
        .flat_map(|given| given.split(','))
        .map(|name| name.trim().trim_start_matches("W/"))
        .any(|name| name == "*" || is_same(name, etag.to_str().unwrap_or_default()))
}

/// Base64 has no dot, so what stands behind one is how the answer was compressed.
fn is_same(name: &str, etag: &str) -> bool {
    let bare = |name: &str| name.trim_matches('"').split('.').next().map(str::to_owned);
    name.starts_with('"') && name.ends_with('"') && bare(name) == bare(etag)
}
