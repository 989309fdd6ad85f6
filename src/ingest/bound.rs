//! The bound on what a packed file may unpack to.
//!
//! A few kilobytes can unpack to terabytes. So a packed file, or an archive with all that it holds, may unpack to
//! [`MOST_UNPACKED`] at most; and once that is more than [`FREE`], to [`MOST_RATIO`] times its own size at most. Real files of
//! aid data unpack to 5 to 40 times their size.

use std::cell::Cell;

/// The most bytes that one packed file, or one archive, may unpack to: 16 GiB.
pub const MOST_UNPACKED: u64 = 16 << 30;

/// How many times as large as it is a packed file may become, beyond 64 MiB.
pub const MOST_RATIO: u64 = 200;

/// So many bytes may be unpacked of however little: 64 MiB.
pub(super) const FREE: u64 = 64 << 20;

/// What has been unpacked of one file or archive.
#[derive(Debug, Default)]
pub(super) struct Bound {
    unpacked: Cell<u64>,
}

impl Bound {
    /// Adds bytes that were unpacked of a file of which so many packed bytes are known; `Err` says which limit is passed.
    pub(super) fn add(&self, bytes: u64, packed: u64) -> Result<(), String> {
        let unpacked = self.unpacked.get().saturating_add(bytes);
        self.unpacked.set(unpacked);
        allowed(unpacked, packed)
    }
}

/// Whether so much may be unpacked of so many packed bytes; `Err` says which limit is passed.
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
    fn a_little_may_unpack_to_some_and_much_to_its_ratio() {
        assert_eq!(allowed(FREE, 1), Ok(()));
        assert!(allowed(FREE + 1, 1).is_err());
        assert_eq!(allowed(1 << 30, 100 << 20), Ok(()));
        assert!(allowed(MOST_UNPACKED + 1, MOST_UNPACKED).is_err());
    }

    #[test]
    fn the_members_of_an_archive_are_added_up() {
        let bound = Bound::default();
        assert_eq!(bound.add(FREE, 1_000), Ok(()));
        assert!(bound.add(1, 1_000).is_err());
    }
}
