//! Changes of a watched folder, by the length and modification time of its files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Number of unchanged polls before the folder is read: a write may be in progress.
const STABLE_POLLS: u32 = 2;

/// Stamp of a folder: length and modification time of each file.
pub(super) type FolderStamp = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// Changes of a folder between polls.
#[derive(Debug)]
pub(super) struct FolderChanges {
    /// Extension of the files, without its dot.
    extension: &'static str,
    /// Stamp of the last read.
    seen: FolderStamp,
    /// Stamp of the last poll, and the number of polls with it.
    waiting: (FolderStamp, u32),
}

impl FolderChanges {
    /// Takes the first stamp. It is to be taken before the first read, so that concurrent writes are detected.
    pub(super) fn new(folder: Option<&Path>, extension: &'static str) -> Self {
        let mut changes = Self { extension, seen: FolderStamp::new(), waiting: Default::default() };
        changes.seen = folder.map(|folder| changes.stamp(folder)).unwrap_or_default();
        changes
    }

    /// Takes the stamp of a folder. It is empty for an unreadable folder; the read reports the reason.
    pub(super) fn stamp(&self, folder: &Path) -> FolderStamp {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let stamp = |path: PathBuf| {
            let meta = fs::metadata(&path).ok()?;
            Some((path, (meta.len(), meta.modified().ok())))
        };
        let is_own = |path: &PathBuf| path.extension().is_some_and(|end| end == self.extension);
        entries.map(|entry| entry.path()).filter(is_own).filter_map(stamp).collect()
    }

    /// Returns true if the folder has changed and is stable for some polls.
    pub(super) fn is_stable(&mut self, now: &FolderStamp) -> bool {
        if *now == self.seen {
            self.waiting = Default::default();
            return false;
        }
        if *now == self.waiting.0 {
            self.waiting.1 += 1;
        } else {
            self.waiting = (now.clone(), 1);
        }
        self.waiting.1 > STABLE_POLLS
    }

    /// Records that the folder was read at a stamp.
    pub(super) fn read(&mut self, now: FolderStamp) {
        self.seen = now;
    }

    /// Records that the folder was read at the stamp of the last poll.
    pub(super) fn read_stable(&mut self) {
        self.seen = std::mem::take(&mut self.waiting.0);
        self.waiting.1 = 0;
    }
}
