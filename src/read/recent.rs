//! Records that were read lately, decoded: what one answer names many times over, and the next one again.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::shelf::{Bound, Shelf};
use crate::model::noun::Kind;

/// Parts, each with a lock of its own, so that readers hardly meet.
const PARTS: usize = 16;

/// What is kept at most, all parts together; the bytes are those of the records as they are stored, and grow to about
/// three times as many once they are decoded.
const BOUND: Bound = Bound { entries: 32_768, bytes: 16 * 1024 * 1024 };

type Part = Mutex<Shelf<(Kind, u32), Arc<dyn Any + Send + Sync>>>;

/// Records that were read lately.
pub(super) struct Recent([Part; PARTS]);

impl fmt::Debug for Recent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recent")
    }
}

impl Default for Recent {
    fn default() -> Self {
        let bound = Bound { entries: BOUND.entries / PARTS, bytes: BOUND.bytes / PARTS };
        Self(std::array::from_fn(|_| Mutex::new(Shelf::new(bound))))
    }
}

impl Recent {
    /// The record with an ordinal of its noun.
    pub(super) fn get<T: Any + Send + Sync>(&self, kind: Kind, ordinal: u32) -> Option<Arc<T>> {
        let kept = self.with(ordinal, |part| part.get(&(kind, ordinal)))??;
        kept.downcast().ok()
    }

    /// Keeps a record of so many bytes.
    pub(super) fn put<T: Any + Send + Sync>(
        &self,
        kind: Kind,
        ordinal: u32,
        record: &Arc<T>,
        bytes: usize,
    ) {
        let record = Arc::clone(record);
        self.with(ordinal, |part| part.put((kind, ordinal), record, bytes));
    }

    fn with<R>(
        &self,
        ordinal: u32,
        then: impl FnOnce(&mut Shelf<(Kind, u32), Arc<dyn Any + Send + Sync>>) -> R,
    ) -> Option<R> {
        let part = self.0.get(ordinal as usize % PARTS)?;
        // What a panic left behind is a shelf all the same.
        Some(then(&mut part.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}
