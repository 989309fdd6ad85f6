//! Request id: taken from `X-Request-Id` or generated; added to the log and the response.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// Header of the request id.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Maximum length of a client's id in bytes.
const LONGEST: usize = 128;

/// Returns the valid id of a request, or a generated one.
pub(crate) fn of(headers: &HeaderMap) -> HeaderValue {
    let given = headers.get(&REQUEST_ID).filter(|given| is_sane(given.as_bytes()));
    given.cloned().unwrap_or_else(fresh)
}

/// Returns true if an id is bounded and cannot forge log lines.
fn is_sane(name: &[u8]) -> bool {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:=+/".contains(byte);
    (1..=LONGEST).contains(&name.len()) && name.iter().all(fits)
}

/// Generates an id that is unique in this process, and almost certainly across processes.
fn fresh() -> HeaderValue {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    static PROCESS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let process = u128::from(PROCESS.hash_one("process")) << 64;
    let id = format!("{:032x}", process | u128::from(PROCESS.hash_one(number)));
    HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_that_fit_a_log_line_are_accepted() {
        assert!(is_sane(b"01890a5d-ac96-774b-bcce-b302099a8057"));
        let long = [b'a'; LONGEST + 1];
        for invalid in [&b""[..], b"a b", b"a\"b", "é".as_bytes(), &long] {
            assert!(!is_sane(invalid));
        }
    }

    #[test]
    fn generated_ids_are_valid_and_unique() {
        let (one, other) = (fresh(), fresh());
        assert_ne!(one, other);
        assert!(is_sane(one.as_bytes()));
    }
}
