//! Spool: a bounded cache of complete representations, which byte ranges and repeated requests are answered from.
//!
//! A representation is keyed by its entity tag, which covers data version, URL and format. A small one stays in memory. A
//! larger one is a file without a name, which the system removes with its last descriptor. Beyond the limit the least recently
//! used ones are evicted. The first request to a newer generation evicts all older ones.
//!
//! Own code: the caches of the dependency tree, and [`crate::read::cache`], bound what they hold, and neither what is being
//! written nor what is evicted and still being sent.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderValue;

use super::spooled::Spooled;
use crate::graphql::cache::CacheStats;

/// Maximum number of representations; each may have a file descriptor.
pub(super) const ENTRIES: usize = 256;

/// A bounded cache of complete representations. Clones share state.
#[derive(Clone, Debug)]
pub(in crate::http) struct Spool(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Folder of the files; `None` for the temporary folder of the system.
    folder: Option<PathBuf>,
    /// Maximum number of bytes.
    limit: u64,
    /// Bytes in use: kept, being written, or evicted and still being sent.
    used: AtomicU64,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    generation: u64,
    entries: HashMap<HeaderValue, Entry>,
    /// Number of uses so far, by which the least recent is found.
    uses: u64,
    hits: u64,
    misses: u64,
}

#[derive(Debug)]
struct Entry {
    spooled: Spooled,
    last_use: u64,
}

impl Spool {
    /// Creates an empty spool of at most `limit` bytes; 0 turns it off.
    pub(in crate::http) fn new(folder: Option<PathBuf>, limit: usize) -> Self {
        let (limit, used) = (limit as u64, AtomicU64::new(0));
        Self(Arc::new(Inner { folder, limit, used, kept: Mutex::default() }))
    }

    /// Returns the representation of a generation with an entity tag.
    pub(in crate::http) fn get(&self, generation: u64, etag: &HeaderValue) -> Option<Spooled> {
        let mut kept = self.kept(generation)?;
        kept.uses += 1;
        let uses = kept.uses;
        let found = kept.entries.get_mut(etag).map(|entry| {
            entry.last_use = uses;
            entry.spooled.clone()
        });
        if found.is_some() {
            kept.hits += 1;
        } else {
            kept.misses += 1;
        }
        found
    }

    /// Maximum number of bytes of one representation.
    pub(super) fn largest(&self) -> u64 {
        self.0.limit / 2
    }

    /// Creates a file without a name.
    ///
    /// # Errors
    /// The I/O error.
    pub(super) fn file(&self) -> io::Result<File> {
        self.0.folder.as_ref().map_or_else(tempfile::tempfile, tempfile::tempfile_in)
    }

    /// Returns a reservation of no bytes.
    pub(super) fn room(&self) -> Room {
        Room { of: Arc::clone(&self.0), bytes: 0 }
    }

    /// Returns hits, misses and size.
    pub(in crate::http) fn tally(&self) -> CacheStats {
        let kept = self.lock();
        CacheStats {
            hits: kept.hits,
            misses: kept.misses,
            entries: kept.entries.len() as u64,
            bytes: self.0.used.load(Ordering::Relaxed),
        }
    }

    /// Keeps a representation, unless its generation is outdated.
    pub(super) fn keep(&self, generation: u64, spooled: &Spooled) {
        let Some(mut kept) = self.kept(generation) else { return };
        kept.uses += 1;
        let entry = Entry { spooled: spooled.clone(), last_use: kept.uses };
        let replaced = kept.entries.insert(spooled.etag().clone(), entry);
        let evicted = if kept.entries.len() > ENTRIES { kept.evict() } else { None };
        drop(kept);
        // Files are closed without the lock.
        drop((replaced, evicted));
    }

    /// Locks the entries of a generation, and evicts older ones; `None` if the generation is outdated.
    fn kept(&self, generation: u64) -> Option<MutexGuard<'_, Kept>> {
        let mut kept = self.lock();
        if generation > kept.generation {
            kept.generation = generation;
            kept.entries.clear();
        }
        (generation == kept.generation).then_some(kept)
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // A panic cannot leave the entries inconsistent, so a poisoned lock is usable.
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Evicts the least recently used representation.
    fn evict(&mut self) -> Option<Entry> {
        let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.last_use)?.0.clone();
        self.entries.remove(&oldest)
    }
}

/// Reserved bytes; released on drop.
#[derive(Debug)]
pub(super) struct Room {
    of: Arc<Inner>,
    bytes: u64,
}

impl Room {
    /// Reserves bytes up to `bytes`, and evicts representations for them. Returns false if there is no room.
    pub(super) fn grow(&mut self, bytes: u64) -> bool {
        let more = bytes.saturating_sub(self.bytes);
        let fits = |used: u64| used.checked_add(more).filter(|used| *used <= self.of.limit);
        while self.of.used.fetch_update(Ordering::AcqRel, Ordering::Acquire, fits).is_err() {
            let evicted = self.of.kept.lock().unwrap_or_else(PoisonError::into_inner).evict();
            if evicted.is_none() {
                return false;
            }
        }
        self.bytes += more;
        true
    }

    /// Releases all bytes.
    pub(super) fn release(&mut self) {
        self.of.used.fetch_sub(std::mem::take(&mut self.bytes), Ordering::AcqRel);
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.release();
    }
}
