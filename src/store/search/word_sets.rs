//! Cached results of words: filters by text combine them instead of searching again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use roaring::RoaringBitmap;

use super::question::QueryPart;
use crate::model::noun::Kind;
use crate::store::error::Error;

/// Maximum size of all results in bytes; one more empties the cache.
const MAX_BYTES: usize = 16 << 20;

/// Estimated bytes of a result beside its bitmap.
const OVERHEAD: usize = 256;

/// A part of a query, true if it tolerates typing errors, and the noun of the records.
type WordKey = (QueryPart, bool, Kind);

/// Records of a noun by the part of a query that they match.
#[derive(Default)]
pub(super) struct WordSets {
    cached: Mutex<Cached>,
}

#[derive(Default)]
struct Cached {
    sets: HashMap<WordKey, Arc<RoaringBitmap>>,
    bytes: usize,
}

impl WordSets {
    /// Returns the cached result of a part, or finds it. A result is cached only if the deadline has not passed.
    pub(super) fn get(
        &self,
        key: WordKey,
        is_over: &dyn Fn() -> bool,
        find: impl FnOnce(&QueryPart) -> Result<RoaringBitmap, Error>,
    ) -> Result<Arc<RoaringBitmap>, Error> {
        let lock = || self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(set) = lock().sets.get(&key) {
            return Ok(Arc::clone(set));
        }
        let set = Arc::new(find(&key.0)?);
        if !is_over() {
            lock().add(key, &set);
        }
        Ok(set)
    }
}

impl Cached {
    fn add(&mut self, key: WordKey, set: &Arc<RoaringBitmap>) {
        let bytes = set.serialized_size() + OVERHEAD;
        if self.bytes + bytes > MAX_BYTES {
            *self = Self::default();
        }
        if bytes <= MAX_BYTES && self.sets.insert(key, Arc::clone(set)).is_none() {
            self.bytes += bytes;
        }
    }
}
