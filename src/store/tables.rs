//! Trees of the database: keys, values, and the only calls of sled that touch a tree.
//!
//! | tree | key | value, in an envelope |
//! | --- | --- | --- |
//! | `record` | noun, id | the frozen struct of the noun |
//! | `ordinal` | noun, block | [`BLOCK`] ids in order; the ordinal of a record is its position within its noun |
//! | `posting` | noun, facet, term | roaring bitmap of the ordinals that have the term |
//! | `column` | noun, column, chunk | [`CHUNK`] values by ordinal: sort orders and days |
//! | `rate` | currency | the frozen struct of its rates |
//! | `meta` | word | values that the manifest must agree with |
//!
//! Numbers in keys are big-endian, so that byte order is numeric order.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::atomic_write;
use super::blob;
use super::error::Error;

/// Number of identifiers in one value of `ordinal`.
pub(super) const BLOCK: usize = 4096;
/// Number of values in one value of `column`.
pub(super) const CHUNK: usize = 65_536;
/// Number of entries in one sled batch; larger batches only cost memory.
const BATCH: usize = 1000;
/// Limit of sled's page cache in bytes; its page table comes on top.
const CACHE_BYTES: u64 = 64 << 20;

pub(super) const RECORD: &str = "record";
pub(super) const ORDINAL: &str = "ordinal";
pub(super) const POSTING: &str = "posting";
pub(super) const COLUMN: &str = "column";
pub(super) const RATE: &str = "rate";
pub(super) const META: &str = "meta";

/// Entry count and digest of a tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeSum {
    /// Number of entries.
    pub entries: u64,
    /// SHA-256 over the lengths and bytes of keys and values, in key order, in lower-case hexadecimal.
    pub sha256: String,
}

/// Accumulates the entry count and digest of a tree.
#[derive(Default)]
struct TreeChecksum {
    entries: u64,
    hasher: Sha256,
}

impl TreeChecksum {
    fn add(&mut self, key: &[u8], value: &[u8]) {
        for bytes in [key, value] {
            self.hasher.update((bytes.len() as u64).to_le_bytes());
            self.hasher.update(bytes);
        }
        self.entries += 1;
    }

    fn total(self) -> TreeSum {
        TreeSum { entries: self.entries, sha256: blob::hex(&self.hasher.finalize()) }
    }
}

/// Runs a closure that uses sled, and converts its panics to errors: sled panics on damage, and the store must not
/// panic.
pub(super) fn guard<T>(path: &Path, act: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason");
        Err(Error::damaged(path, &format_args!("the database panicked: {text}")))
    })
}

/// Opens a database. Temporary snapshots of a killed process are removed first, since sled would accept them as
/// valid.
pub(super) fn open(path: &Path) -> Result<sled::Db, Error> {
    for file in atomic_write::list(path)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(&file).map_err(|e| Error::io("remove", &file, e))?;
        }
    }
    guard(path, || {
        let config = sled::Config::new()
            .path(path)
            .cache_capacity(CACHE_BYTES)
            .flush_every_ms(None)
            .mode(sled::Mode::HighThroughput);
        let mut patience = 100;
        loop {
            match config.open() {
                // Our own lock is held, so no other process has it: sled's threads have not released theirs yet.
                Err(error) if is_locked(&error) && patience > 0 => {
                    patience -= 1;
                    sleep(Duration::from_millis(20));
                }
                Err(error) if is_locked(&error) => {
                    return Err(Error::InUse { path: path.to_path_buf() });
                }
                opened => return opened.map_err(|e| Error::sled(path, e)),
            }
        }
    })
}

fn is_locked(error: &sled::Error) -> bool {
    matches!(error, sled::Error::Io(e) if e.to_string().contains("could not acquire lock"))
}

/// Opens a tree.
pub(super) fn tree(db: &sled::Db, path: &Path, name: &str) -> Result<sled::Tree, Error> {
    guard(path, || db.open_tree(name).map_err(|e| Error::sled(path, e)))
}

/// Reads one value; `None` if the key is missing.
pub(super) fn get(tree: &sled::Tree, path: &Path, key: &[u8]) -> Result<Option<sled::IVec>, Error> {
    guard(path, || tree.get(key).map_err(|e| Error::sled(path, e)))
}

/// Visits a whole tree in key order, and computes its entry count and digest.
pub(super) fn walk(
    tree: &sled::Tree,
    path: &Path,
    mut visit: impl FnMut(&[u8], &[u8]) -> Result<(), Error>,
) -> Result<TreeSum, Error> {
    guard(path, || {
        let mut sum = TreeChecksum::default();
        for entry in tree {
            let (key, value) = entry.map_err(|e| Error::sled(path, e))?;
            sum.add(&key, &value);
            visit(&key, &value)?;
        }
        Ok(sum.total())
    })
}

/// Fills one tree, in key order.
pub(super) struct Filler<'a> {
    tree: sled::Tree,
    path: &'a Path,
    batch: sled::Batch,
    waiting: usize,
    sum: TreeChecksum,
}

impl<'a> Filler<'a> {
    pub(super) fn new(db: &sled::Db, path: &'a Path, name: &str) -> Result<Self, Error> {
        let tree = tree(db, path, name)?;
        Ok(Self {
            tree,
            path,
            batch: sled::Batch::default(),
            waiting: 0,
            sum: TreeChecksum::default(),
        })
    }

    /// Adds an entry; its key must sort after all previous ones.
    pub(super) fn put(&mut self, key: &[u8], value: &[u8]) -> Result<(), Error> {
        self.sum.add(key, value);
        self.batch.insert(key, value);
        self.waiting += 1;
        if self.waiting == BATCH { self.hand_over() } else { Ok(()) }
    }

    /// Writes the last batch; returns the expected entry count and digest of the tree.
    pub(super) fn finish(mut self) -> Result<TreeSum, Error> {
        self.hand_over()?;
        Ok(self.sum.total())
    }

    fn hand_over(&mut self) -> Result<(), Error> {
        let batch = std::mem::take(&mut self.batch);
        self.waiting = 0;
        guard(self.path, || self.tree.apply_batch(batch).map_err(|e| Error::sled(self.path, e)))
    }
}
