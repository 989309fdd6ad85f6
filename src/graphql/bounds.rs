//! Bounds within which a response becomes bytes: their number, and the deadline of its request.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::sync::Arc;

use super::error::{ApiError, ErrorCode};
use crate::read::work::Deadline;

/// Bytes between two checks of the deadline.
const LOOK: usize = 64 * 1024;

/// Bounds of one response.
#[derive(Clone, Debug)]
pub struct Bounds {
    max_bytes: usize,
    deadline: Option<Arc<Deadline>>,
}

impl Bounds {
    /// Creates bounds without a deadline, for a response that was not executed.
    pub fn of_bytes(max_bytes: usize) -> Self {
        Self { max_bytes, deadline: None }
    }

    /// Creates the bounds of an executed response.
    pub(super) fn until(max_bytes: usize, deadline: Option<Arc<Deadline>>) -> Self {
        Self { max_bytes, deadline }
    }

    /// Returns a meter at 0 bytes.
    pub(super) fn meter(&self) -> Meter {
        Meter { bounds: self.clone(), used: 0, next_look: 0 }
    }

    /// Returns an empty buffer.
    pub fn buffer(&self) -> BoundedBuffer {
        BoundedBuffer { bytes: Vec::new(), meter: self.meter(), ended: None }
    }
}

/// Counter of bytes, which checks the deadline at its first byte and from time to time.
#[derive(Debug)]
pub(super) struct Meter {
    bounds: Bounds,
    used: usize,
    next_look: usize,
}

impl Meter {
    /// Counts bytes before they are written.
    ///
    /// # Errors
    /// `LIMIT_EXCEEDED` above the number of bytes, `TIMEOUT` after the deadline.
    pub(super) fn add(&mut self, bytes: usize) -> Result<(), ApiError> {
        self.used = self.used.saturating_add(bytes);
        if self.used > self.bounds.max_bytes {
            return Err(ApiError::too_large(self.bounds.max_bytes));
        }
        if self.used >= self.next_look {
            self.next_look = self.used.saturating_add(LOOK);
            if let Some(deadline) = &self.bounds.deadline {
                deadline.check()?;
            }
        }
        Ok(())
    }
}

/// Buffer that accepts the bytes of a response within its bounds.
#[derive(Debug)]
pub struct BoundedBuffer {
    bytes: Vec<u8>,
    meter: Meter,
    ended: Option<ApiError>,
}

impl BoundedBuffer {
    /// Returns the bytes, given the result of writing them.
    ///
    /// # Errors
    /// The error of the exceeded bound; otherwise `INTERNAL_SERVER_ERROR` if writing failed.
    pub fn finish<E: Error + 'static>(self, written: Result<(), E>) -> Result<Vec<u8>, ApiError> {
        match (self.ended, written) {
            (Some(ended), _) => Err(ended),
            (None, Ok(())) => Ok(self.bytes),
            (None, Err(err)) => {
                tracing::error!(error = &err as &dyn Error, "response serialization failed");
                let message = "response serialization failed";
                Err(ApiError::new(ErrorCode::InternalServerError, message))
            }
        }
    }
}

impl io::Write for BoundedBuffer {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        self.write_all(more)?;
        Ok(more.len())
    }

    fn write_all(&mut self, more: &[u8]) -> io::Result<()> {
        if self.ended.is_none() {
            self.ended = self.meter.add(more.len()).err();
        }
        if self.ended.is_some() {
            return Err(ErrorKind::WriteZero.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use serde::{Serialize, Serializer};

    use super::*;

    fn code(found: Result<Vec<u8>, ApiError>) -> Result<usize, ErrorCode> {
        found.map(|bytes| bytes.len()).map_err(|err| err.code())
    }

    #[test]
    fn a_buffer_holds_as_many_bytes_as_its_bounds_allow() {
        let mut buffer = Bounds::of_bytes(10).buffer();
        let written = buffer.write_all(b"0123456789");
        assert_eq!(code(buffer.finish(written)), Ok(10));
        let mut buffer = Bounds::of_bytes(10).buffer();
        let written = buffer.write_all(b"0123456789").and_then(|()| buffer.write_all(b"!"));
        assert_eq!(code(buffer.finish(written)), Err(ErrorCode::LimitExceeded));
    }

    #[test]
    fn nothing_is_written_after_the_deadline() {
        let deadline = Arc::new(Deadline::after(Duration::ZERO));
        let mut buffer = Bounds::until(10, Some(deadline)).buffer();
        let written = buffer.write_all(b"0");
        assert_eq!(code(buffer.finish(written)), Err(ErrorCode::Timeout));
    }

    /// An item whose encoding may end the request.
    struct Item<'a> {
        deadline: &'a Deadline,
        encoded: &'a AtomicUsize,
    }

    impl Serialize for Item<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            if self.encoded.fetch_add(1, Ordering::Relaxed) == 10 {
                self.deadline.cancel();
            }
            serializer.serialize_str("0123456789012345678901234567890123456789")
        }
    }

    #[test]
    fn an_encoding_ends_at_the_next_check_of_its_deadline() {
        let deadline = Arc::new(Deadline::after(Duration::from_secs(600)));
        let encoded = AtomicUsize::new(0);
        let items: Vec<Item<'_>> =
            (0..100_000).map(|_| Item { deadline: &deadline, encoded: &encoded }).collect();
        let mut buffer = Bounds::until(usize::MAX, Some(Arc::clone(&deadline))).buffer();
        let written = serde_json::to_writer(&mut buffer, &items);
        assert_eq!(code(buffer.finish(written)), Err(ErrorCode::Timeout));
        assert!(encoded.load(Ordering::Relaxed) < 2_000);
    }
}
