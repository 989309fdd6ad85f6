//! Scrubbing: verifies the digest of all stored source files once a day.
//!
//! Generations can be rebuilt from source files, and source files from nothing. Damage is logged while a copy may exist.

use std::thread;
use std::time::Duration;

use crate::model::printable::sentence;
use crate::store::{FileEntry, Store};

/// Interval between two rounds.
const EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// Pause after each 256 KiB, which limits a round to about 50 MB per second.
const PAUSE: Duration = Duration::from_millis(5);

/// Starts the rounds on a thread of their own, which ends with the process.
pub(crate) fn start(store: Store) {
    thread::spawn(move || {
        loop {
            round(&store);
            thread::sleep(EVERY);
        }
    });
}

fn round(store: &Store) {
    // A journal that cannot be read is reported by the command that needs it.
    for entry in store.files().unwrap_or_default() {
        if let Err(err) = store.check_source(&entry, PAUSE)
            && is_current(store, &entry)
        {
            tracing::error!(
                "{}; the current generation stays valid, but cannot be rebuilt without this file",
                sentence(&err)
            );
        }
    }
}

/// Returns true if the file is still current; an import may have replaced it.
fn is_current(store: &Store, entry: &FileEntry) -> bool {
    store.files().is_ok_and(|files| files.contains(entry))
}
