//! Limits on the unpacked size of compressed files.
//!
//! A few kilobytes can unpack to terabytes. A packed file, or an archive with all its members, may therefore unpack to at
//! most [`MOST_UNPACKED`] bytes. Beyond [`FREE`] bytes it may also unpack to at most [`MOST_RATIO`] times its own size.
//! Real files of aid data unpack to 5 to 40 times their size.

use std::cell::Cell;

/// Maximum unpacked size of one packed file or one archive: 16 GiB.
pub const MOST_UNPACKED: u64 = 16 << 30;

/// Maximum ratio of unpacked to packed size, applied beyond 64 MiB.
pub const MOST_RATIO: u64 = 200;

/// Unpacked bytes that are allowed at any ratio: 64 MiB.
pub(super) const FREE: u64 = 64 << 20;

/// Unpacked bytes of one file or archive.
#[derive(Debug, Default)]
pub(super) struct UnpackBound {
    unpacked: Cell<u64>,
}

impl UnpackBound {
    /// Adds unpacked bytes, given the number of packed bytes known so far; `Err` names the exceeded limit.
    pub(super) fn add(&self, bytes: u64, packed: u64) -> Result<(), String> {
        let unpacked = self.unpacked.get().saturating_add(bytes);
        self.unpacked.set(unpacked);
        allowed(unpacked, packed)
    }
}

/// Checks an unpacked size against a packed size; `Err` names the exceeded limit.
pub(super) fn allowed(unpacked: u64, packed: u64) -> Result<(), String> {
    if unpacked > MOST_UNPACKED {
        return Err(format!("it unpacks to more than {} GiB", MOST_UNPACKED >> 30));
    }
    if unpacked > FREE && unpacked > packed.saturating_mul(MOST_RATIO) {
        return Err(format!("it unpacks to more than {MOST_RATIO} times its size"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decompression_is_limited_by_a_minimum_and_a_ratio() {
        assert_eq!(allowed(FREE, 1), Ok(()));
        assert!(allowed(FREE + 1, 1).is_err());
        assert_eq!(allowed(1 << 30, 100 << 20), Ok(()));
        assert!(allowed(MOST_UNPACKED + 1, MOST_UNPACKED).is_err());
    }

    #[test]
    fn members_of_an_archive_are_summed() {
        let bound = UnpackBound::default();
        assert_eq!(bound.add(FREE, 1_000), Ok(()));
        assert!(bound.add(1, 1_000).is_err());
    }
}
