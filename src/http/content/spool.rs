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
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, HeaderValue};
use tokio::sync::watch;

use super::follower::Written;
pub(in crate::http) use super::follower::{AbortOnDrop, Follower};
use super::spooled::Content;
pub(in crate::http) use super::spooled::Spooled;
use crate::graphql::cache::CacheStats;

/// Size in bytes from which a representation is a file. Also the size of a write to the file.
const SMALL: usize = 64 * 1024;

/// Maximum number of representations; each may have a file descriptor.
const ENTRIES: usize = 256;

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

    /// Returns a writer of a representation of a generation.
    pub(in crate::http) fn writer(&self, generation: u64) -> SpoolWriter {
        SpoolWriter {
            spool: self.clone(),
            generation,
            buffer: Vec::new(),
            file: None,
            progress: watch::Sender::default(),
            length: 0,
            room: Room { of: Arc::clone(&self.0), bytes: 0 },
            is_over: false,
        }
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
    fn keep(&self, generation: u64, spooled: &Spooled) {
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
struct Room {
    of: Arc<Inner>,
    bytes: u64,
}

impl Room {
    /// Reserves bytes up to `bytes`, and evicts representations for them. Returns false if there is no room.
    fn grow(&mut self, bytes: u64) -> bool {
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
    fn release(&mut self) {
        self.of.used.fetch_sub(std::mem::take(&mut self.bytes), Ordering::AcqRel);
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.release();
    }
}

/// Writer of one representation.
///
/// A write fails once the representation exceeds half of the spool, or there is no room for it. Then it cannot be kept, and
/// must be streamed without ranges.
#[derive(Debug)]
pub(in crate::http) struct SpoolWriter {
    spool: Spool,
    generation: u64,
    /// Bytes that are not in the file.
    buffer: Vec<u8>,
    file: Option<Arc<File>>,
    /// Part of the file that can be read.
    progress: watch::Sender<Option<Written>>,
    length: u64,
    room: Room,
    is_over: bool,
}

impl SpoolWriter {
    /// Completes the representation and keeps it. `headers` describe it, such as `Content-Type`. Returns `None` if a write
    /// failed. With an outdated generation, it is returned and not kept.
    pub(in crate::http) fn finish(
        mut self,
        etag: HeaderValue,
        headers: HeaderMap,
    ) -> Option<Spooled> {
        if self.file.is_some() && !self.is_over && self.spill().is_err() {
            self.discard();
        }
        if self.is_over || self.spool.0.limit == 0 {
            return None;
        }
        if let Some(file) = &self.file {
            let (file, length) = (Arc::clone(file), self.length);
            self.progress.send_replace(Some(Written { file, length, is_complete: true }));
        }
        let Self { spool, generation, buffer, file, length, room, .. } = self;
        let content = file.map_or_else(|| Content::Memory(buffer.into()), Content::File);
        let spooled = Spooled::new(etag, headers, content, length, Box::new(room));
        spool.keep(generation, &spooled);
        Some(spooled)
    }

    /// Returns a body that follows the writer, for a large representation that is not complete.
    pub(in crate::http) fn follow(&self) -> Follower {
        Follower::new(self.progress.subscribe())
    }

    /// Appends bytes within the bounds.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let length = self.length.saturating_add(bytes.len() as u64);
        let limit = self.spool.0.limit;
        if length > limit / 2 {
            return Err(ErrorKind::FileTooLarge.into());
        }
        if !self.room.grow(length) {
            return Err(ErrorKind::QuotaExceeded.into());
        }
        self.length = length;
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= SMALL { self.spill() } else { Ok(()) }
    }

    /// Writes the buffer to the file.
    fn spill(&mut self) -> io::Result<()> {
        let file = match self.file.take() {
            Some(file) => file,
            None => match &self.spool.0.folder {
                Some(folder) => Arc::new(tempfile::tempfile_in(folder)?),
                None => Arc::new(tempfile::tempfile()?),
            },
        };
        (&*file).write_all(&self.buffer)?;
        self.buffer.clear();
        self.file = Some(Arc::clone(&file));
        let length = self.length;
        self.progress.send_replace(Some(Written { file, length, is_complete: false }));
        Ok(())
    }

    /// Drops all bytes.
    fn discard(&mut self) {
        self.is_over = true;
        (self.buffer, self.file) = (Vec::new(), None);
        self.room.release();
    }
}

impl Write for SpoolWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_over {
            return Err(ErrorKind::FileTooLarge.into());
        }
        match self.append(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(err) => {
                tracing::debug!(error = &err as &dyn std::error::Error, "table not spooled");
                self.discard();
                Err(err)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tag(name: u32) -> HeaderValue {
        HeaderValue::from_str(&format!("\"{name}\"")).unwrap()
    }

    fn put(spool: &Spool, generation: u64, name: u32, bytes: usize) -> Option<Spooled> {
        let mut writer = spool.writer(generation);
        let text = vec![u8::try_from(name % 251).unwrap(); bytes];
        let written = text.chunks(10_000).try_for_each(|some| writer.write_all(some));
        let finished = writer.finish(tag(name), HeaderMap::new());
        assert_eq!(written.is_ok(), finished.is_some());
        finished
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn it_never_holds_more_than_it_may(
            puts in proptest::collection::vec((0_u32..30, 0_usize..400_000, any::<bool>()), 0..30)
        ) {
            let spool = Spool::new(None, 1_000_000);
            let mut held = Vec::new();
            for (name, bytes, is_sent) in puts {
                let spooled = put(&spool, 1, name, bytes);
                prop_assert!(spool.tally().bytes <= 1_000_000);
                let Some(spooled) = spooled else { continue };
                prop_assert_eq!(spooled.read(0..bytes as u64).unwrap().len(), bytes);
                if is_sent {
                    held.push((spooled, bytes));
                }
            }
            // Those that are being sent stay whole, also after their eviction.
            for (spooled, bytes) in &held {
                prop_assert_eq!(spooled.read(0..*bytes as u64).unwrap().len(), *bytes);
            }
            drop(held);
            prop_assert!(spool.get(2, &tag(0)).is_none());
            prop_assert_eq!(spool.tally().bytes, 0);
        }
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let spool = Spool::new(None, 1_000_000);
        for name in 0..3 {
            assert!(put(&spool, 1, name, 300_000).is_some());
        }
        assert!(spool.get(1, &tag(0)).is_some());
        assert!(put(&spool, 1, 3, 300_000).is_some());
        let kept: Vec<bool> = (0..4).map(|name| spool.get(1, &tag(name)).is_some()).collect();
        assert_eq!(kept, [true, false, true, true]);
        for name in 0..400 {
            put(&spool, 1, name, 1);
        }
        assert!(spool.tally().entries <= ENTRIES as u64);
    }

    #[test]
    fn what_is_too_large_is_not_kept_and_nothing_is_where_it_is_off() {
        let spool = Spool::new(None, 1_000_000);
        assert!(put(&spool, 1, 0, 500_000).is_some());
        assert!(put(&spool, 1, 1, 500_001).is_none());
        let mut slow = spool.writer(1);
        slow.write_all(&vec![0; 450_000]).unwrap();
        let beside = put(&spool, 1, 2, 500_000).unwrap();
        assert!(spool.get(1, &tag(0)).is_none());
        // Nothing can be evicted for a third one.
        assert!(put(&spool, 1, 3, 100_000).is_none());
        drop((slow, beside));
        let off = Spool::new(None, 0);
        assert!(off.writer(1).finish(tag(0), HeaderMap::new()).is_none());
        assert_eq!((spool.tally().entries, off.tally().entries), (0, 0));
    }

    #[test]
    fn a_late_representation_is_sent_and_not_kept() {
        let spool = Spool::new(None, 1_000_000);
        let late = spool.writer(1);
        assert!(put(&spool, 2, 0, 10).is_some());
        assert!(late.finish(tag(0), HeaderMap::new()).is_some());
        assert_eq!(spool.get(2, &tag(0)).unwrap().read(0..10).unwrap().len(), 10);
        assert!(spool.get(1, &tag(0)).is_none());
    }

    #[test]
    fn a_folder_that_cannot_be_written_costs_the_ranges_alone() {
        let spool = Spool::new(Some("/proc/nowhere".into()), 1_000_000);
        assert!(put(&spool, 1, 0, 1_000).is_some());
        assert!(put(&spool, 1, 1, 100_000).is_none());
    }
}
