//! Cache of decoded records, shared by all requests on a generation.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::cache::{Cache, CacheLimit};
use crate::model::noun::Kind;

/// Number of shards, each with its own lock to reduce contention.
const PARTS: usize = 16;

/// Limit for all shards together. Bytes are those of the stored record; decoding takes about three
/// times as many.
const BOUND: CacheLimit = CacheLimit { entries: 32_768, bytes: 16 * 1024 * 1024 };

type Shard = Mutex<Cache<(Kind, u32), Arc<dyn Any + Send + Sync>>>;

/// Sharded cache of decoded records.
pub(super) struct RecordCache([Shard; PARTS]);

impl fmt::Debug for RecordCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recent")
    }
}

impl Default for RecordCache {
    fn default() -> Self {
        let bound = CacheLimit { entries: BOUND.entries / PARTS, bytes: BOUND.bytes / PARTS };
        Self(std::array::from_fn(|_| Mutex::new(Cache::new(bound))))
    }
}

impl RecordCache {
    /// Returns the cached record with an ordinal of a noun.
    pub(super) fn get<T: Any + Send + Sync>(&self, kind: Kind, ordinal: u32) -> Option<Arc<T>> {
        let cached = self.with(ordinal, |part| part.get(&(kind, ordinal)))??;
        cached.downcast().ok()
    }

    /// Caches a record with its stored size in bytes.
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
        then: impl FnOnce(&mut Cache<(Kind, u32), Arc<dyn Any + Send + Sync>>) -> R,
    ) -> Option<R> {
        let part = self.0.get(ordinal as usize % PARTS)?;
        // A panic while the lock was held leaves a valid cache.
        Some(then(&mut part.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}
