//! SHA-256 digests in hexadecimal, of query texts and tokens.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// Returns the sha256 of a text in hexadecimal.
pub(super) fn digest(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
