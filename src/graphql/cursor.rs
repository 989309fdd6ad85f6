//! Cursors: opaque, and bound to a list, its filter and its order.
//!
//! A cursor holds the identifier of its record and a checksum over the list and the identifier. The checksum rejects a
//! cursor that was altered, or that belongs to another list, filter or order. A cursor stays valid across rebuilds as long
//! as its record exists.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::error::ApiError;

/// Length of the checksum in bytes.
const CHECKSUM: usize = 6;

/// List that a cursor is bound to, as a digest of its canonical form.
#[derive(Clone, Copy, Debug)]
pub(super) struct CursorScope([u8; 32]);

impl CursorScope {
    /// Creates the scope of a list from its canonical form: the noun, the filter and the order.
    pub(super) fn of(canonical: &Value) -> Self {
        Self(Sha256::digest(canonical.to_string()).into())
    }

    /// Encodes the cursor of a record.
    pub(super) fn encode(&self, key: &str) -> String {
        let mut bytes = self.checksum(key);
        bytes.extend_from_slice(key.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Decodes a cursor to the identifier of its record. Returns `None` for an empty text, which dashboards send instead of
    /// null.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for a cursor that is malformed, altered or of another list.
    pub(super) fn decode(&self, argument: &str, cursor: &str) -> Result<Option<String>, ApiError> {
        if cursor.is_empty() {
            return Ok(None);
        }
        let rejected = || {
            ApiError::input(format!(
                "`{argument}` is not a cursor of this list: use one from the same list, filter and order"
            ))
        };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| rejected())?;
        let (checksum, key) = bytes.split_at_checked(CHECKSUM).ok_or_else(rejected)?;
        let key = std::str::from_utf8(key).map_err(|_| rejected())?;
        if checksum == self.checksum(key) { Ok(Some(key.to_owned())) } else { Err(rejected()) }
    }

    fn checksum(&self, key: &str) -> Vec<u8> {
        let digest = Sha256::new().chain_update(self.0).chain_update(key.as_bytes()).finalize();
        digest.iter().take(CHECKSUM).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_cursor_of_another_list_is_rejected() {
        let cursor = CursorScope::of(&json!("programmes")).encode("ICP-MLI-3");
        assert_eq!(
            CursorScope::of(&json!("programmes")).decode("after", &cursor),
            Ok(Some("ICP-MLI-3".to_owned()))
        );
        assert!(CursorScope::of(&json!("agencies")).decode("after", &cursor).is_err());
        assert_eq!(CursorScope::of(&json!("agencies")).decode("after", ""), Ok(None));
    }

    proptest! {
        #[test]
        fn an_altered_cursor_is_rejected(at in 0_usize..20, to in "[A-Za-z0-9_-]") {
            let scope = CursorScope::of(&json!("programmes"));
            let cursor = scope.encode("ICP-MLI-3");
            let mut altered = cursor.clone();
            altered.replace_range(at..=at, &to);
            prop_assume!(altered != cursor);
            prop_assert!(scope.decode("after", &altered).is_err());
        }
    }
}
