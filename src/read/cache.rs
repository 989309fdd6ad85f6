//! Cache bounded by entries and bytes, evicting by generations.
//!
//! New and recently read entries are in the young half. A full young half becomes the old half, and
//! the entries of the previous old half are evicted. Every operation is a single lookup; none scans
//! the cache.
//!
//! Own code of about a hundred lines, since no crate in the dependency tree bounds a cache by bytes. A crate such as
//! `quick_cache` shards its lock, which `record_cache` does where threads contend; the other caches are read once per request.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// Limit of a cache. If either value is 0 it stores nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheLimit {
    /// Maximum number of entries.
    pub entries: usize,
    /// Maximum number of bytes, as reported by the caller.
    pub bytes: usize,
}

impl CacheLimit {
    /// Creates a limit of bytes alone.
    pub const fn of_bytes(bytes: usize) -> Self {
        Self { entries: usize::MAX, bytes }
    }
}

/// A cache of values that can be computed again, by key.
#[derive(Debug)]
pub struct Cache<K, V> {
    bound: CacheLimit,
    young: Half<K, V>,
    old: Half<K, V>,
    hits: u64,
    misses: u64,
}

/// Statistics of a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheStats {
    /// Number of lookups that found an entry.
    pub hits: u64,
    /// Number of lookups that found none.
    pub misses: u64,
    /// Number of entries.
    pub entries: u64,
    /// Size in bytes, as reported by the caller.
    pub bytes: u64,
}

#[derive(Debug)]
struct Half<K, V> {
    map: HashMap<K, (V, usize)>,
    bytes: usize,
}

impl<K, V> Default for Half<K, V> {
    fn default() -> Self {
        Self { map: HashMap::new(), bytes: 0 }
    }
}

impl<K: Hash + Eq, V: Clone> Cache<K, V> {
    /// Creates an empty cache.
    pub fn new(bound: CacheLimit) -> Self {
        Self { bound, young: Half::default(), old: Half::default(), hits: 0, misses: 0 }
    }

    /// Returns the value of a key and marks it as recently used.
    pub fn get<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        if let Some((value, _)) = self.young.map.get(key) {
            self.hits += 1;
            return Some(value.clone());
        }
        let Some((key, (value, bytes))) = self.old.map.remove_entry(key) else {
            self.misses += 1;
            return None;
        };
        self.hits += 1;
        self.old.bytes -= bytes;
        self.place(key, value.clone(), bytes);
        Some(value)
    }

    /// Inserts a value with its size in bytes, unless it is too large for the cache.
    pub fn put(&mut self, key: K, value: V, bytes: usize) {
        if let Some((_, bytes)) = self.young.map.remove(&key) {
            self.young.bytes -= bytes;
        }
        if let Some((_, bytes)) = self.old.map.remove(&key) {
            self.old.bytes -= bytes;
        }
        self.place(key, value, bytes);
    }

    fn place(&mut self, key: K, value: V, bytes: usize) {
        let half = CacheLimit { entries: self.bound.entries / 2, bytes: self.bound.bytes / 2 };
        if half.entries == 0 || bytes > half.bytes {
            return;
        }
        if self.young.map.len() >= half.entries || self.young.bytes + bytes > half.bytes {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.bytes += bytes;
        self.young.map.insert(key, (value, bytes));
    }

    /// Removes all entries.
    pub fn clear(&mut self) {
        self.young = Half::default();
        self.old = Half::default();
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.young.map.len() + self.old.map.len()
    }

    /// Returns true if the cache is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the statistics.
    pub fn tally(&self) -> CacheStats {
        let (entries, bytes) = (self.len() as u64, self.bytes() as u64);
        CacheStats { hits: self.hits, misses: self.misses, entries, bytes }
    }

    /// Size of all entries in bytes.
    pub fn bytes(&self) -> usize {
        self.young.bytes + self.old.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_cache_never_exceeds_its_limit(puts in proptest::collection::vec((0_u8..40, 0_usize..60), 0..300)) {
            let bound = CacheLimit { entries: 10, bytes: 200 };
            let mut shelf = Cache::new(bound);
            for (name, bytes) in puts {
                shelf.put(name, bytes, bytes);
                shelf.get(&(name / 2));
                prop_assert!(shelf.len() <= bound.entries && shelf.bytes() <= bound.bytes);
                prop_assert!(shelf.get(&name).is_none_or(|held| held == bytes));
            }
        }
    }

    #[test]
    fn recently_used_entries_stay() {
        let mut shelf = Cache::new(CacheLimit { entries: 8, bytes: 1_000 });
        shelf.put(0, "wanted", 1);
        for name in 1..100 {
            shelf.put(name, "other", 1);
            assert_eq!(shelf.get(&0), Some("wanted"), "{name}");
        }
        assert_eq!(shelf.get(&1), None);
        shelf.clear();
        assert!(shelf.is_empty());
    }

    #[test]
    fn oversized_entries_are_rejected_and_an_empty_cache_holds_nothing() {
        let mut shelf = Cache::new(CacheLimit { entries: 8, bytes: 100 });
        shelf.put(1, (), 51);
        assert_eq!((shelf.get(&1), shelf.bytes()), (None, 0));
        let mut none = Cache::new(CacheLimit { entries: 0, bytes: 100 });
        none.put(1, (), 1);
        assert!(none.is_empty());
    }
}
