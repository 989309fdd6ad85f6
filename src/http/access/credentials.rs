//! Credentials of `Authorization`: a bearer token, or a token as the password of Basic.
//! Sources: RFC 6750, section 2.1; RFC 7617.

use axum::http::HeaderValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Challenge for Basic, for spreadsheets and links that know no other scheme.
pub(in crate::http) const BASIC: HeaderValue =
    HeaderValue::from_static("Basic realm=\"aidgraph\", charset=\"UTF-8\"");

/// Returns what follows a scheme; `None` for another scheme.
pub(super) fn after<'a>(scheme: &str, claimed: &'a str) -> Option<&'a str> {
    let (given, rest) = claimed.split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

/// Returns the password of Basic credentials; `None` if they are not base64 of `NAME:PASSWORD`. The name is ignored.
pub(super) fn password(encoded: &str) -> Option<String> {
    let decoded = STANDARD.decode(encoded).ok()?;
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    String::from_utf8(decoded.get(colon + 1..)?.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_follows_the_first_colon() {
        let of = |text: &str| password(&STANDARD.encode(text));
        assert_eq!(of("excel:token").as_deref(), Some("token"));
        assert_eq!(of(":a:b").as_deref(), Some("a:b"));
        assert_eq!(of("token:").as_deref(), Some(""));
        assert_eq!(of("token"), None);
        for invalid in ["", "!", "dG9rZW4", "Og", "Ov8="] {
            assert_eq!(password(invalid), None, "{invalid}");
        }
    }

    #[test]
    fn schemes_are_case_insensitive() {
        assert_eq!(after("basic", "BASIC  eDp5"), Some("eDp5"));
        assert_eq!(after("basic", "Bearer eDp5"), None);
        assert_eq!(after("basic", "Basic"), None);
    }
}
