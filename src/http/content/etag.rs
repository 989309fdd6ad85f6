//! Entity tags and conditional requests. Source: RFC 9110, `ETag`, `If-Match` and `If-None-Match`.

use axum::http::header::{IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::coding::Coding;

/// Returns a digest of several parts. Each part is prefixed with its length, so that different lists cannot collide.
pub(in crate::http) fn digest<const N: usize>(parts: [&[u8]; N]) -> [u8; 32] {
    let digest = parts.iter().fold(Sha256::new(), |digest, part| {
        digest.chain_update(part.len().to_be_bytes()).chain_update(part)
    });
    digest.finalize().into()
}

/// Returns the entity tag for a digest of everything that determines a response.
pub(in crate::http) fn of(digest: &[u8]) -> HeaderValue {
    let text = format!("\"{}\"", URL_SAFE_NO_PAD.encode(digest));
    // Base64 and quotes are valid header bytes. The fallback, an empty tag, matches nothing.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Returns the tag in `If-None-Match` that matches: of the identity encoding, or of a content coding that the client
/// accepts. Shared caches may send tags of other encodings, so tags of codings that are not accepted do not match.
pub(in crate::http) fn held(headers: &HeaderMap, etag: &HeaderValue) -> Option<HeaderValue> {
    let given = headers.get_all(IF_NONE_MATCH).iter().filter_map(|given| given.to_str().ok());
    let given: Vec<&str> = given
        .flat_map(|given| given.split(','))
        .map(|name| name.trim().trim_start_matches("W/"))
        .collect();
    if given.contains(&"*") {
        return Some(etag.clone());
    }
    let taken = Coding::ALL.into_iter().filter(|coding| coding.is_taken(headers));
    std::iter::once(etag.clone())
        .chain(taken.filter_map(|coding| coding.tag(etag)))
        .find(|name| name.to_str().is_ok_and(|name| given.contains(&name)))
}

/// Returns true without `If-Match`, or if it names the tag in any coding. Weak tags never match.
pub(in crate::http) fn is_expected(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    if !headers.contains_key(IF_MATCH) {
        return true;
    }
    let given = headers.get_all(IF_MATCH).iter().filter_map(|given| given.to_str().ok());
    let given: Vec<&str> = given.flat_map(|given| given.split(',')).map(str::trim).collect();
    let codings = Coding::ALL.into_iter().filter_map(|coding| coding.tag(etag));
    let mut names = std::iter::once(etag.clone()).chain(codings);
    given.contains(&"*") || names.any(|name| name.to_str().is_ok_and(|name| given.contains(&name)))
}

#[cfg(test)]
mod tests {
    use axum::http::header::ACCEPT_ENCODING;

    use super::*;

    #[test]
    fn a_tag_matches_the_identity_and_accepted_codings() {
        let held = |names: &'static str, codings: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, HeaderValue::from_static(names));
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(codings));
            let held = held(&headers, &HeaderValue::from_static("\"x\""))?;
            Some(held.to_str().unwrap().to_owned())
        };
        assert_eq!(held("\"x\"", "").as_deref(), Some("\"x\""));
        assert_eq!(held("W/\"x\", \"y\"", "zstd").as_deref(), Some("\"x\""));
        assert_eq!(held("\"y\", \"x.zstd\"", "gzip, zstd").as_deref(), Some("\"x.zstd\""));
        assert_eq!(held("\"x.br\"", "gzip, br"), None);
        assert_eq!(held("*", "").as_deref(), Some("\"x\""));
        assert_eq!(held("\"x.zstd\"", "gzip"), None);
        assert_eq!(held("\"y\", x, \"x.tar\", \"\"", "zstd"), None);
    }

    #[test]
    fn if_match_needs_a_strong_tag() {
        let is_expected = |given: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_MATCH, HeaderValue::from_static(given));
            is_expected(&headers, &HeaderValue::from_static("\"x\""))
        };
        assert!(["*", "\"x\"", "\"y\", \"x.gzip\""].into_iter().all(is_expected));
        assert!(!["", "\"y\"", "W/\"x\""].into_iter().any(is_expected));
        assert!(super::is_expected(&HeaderMap::new(), &HeaderValue::from_static("\"x\"")));
    }
}
