//! Reads the content of all files in force once a day and compares it with its digest: a generation can be made again from
//! it, and nothing else can make it again. Damage is reported while there may still be a copy.

use std::thread;
use std::time::Duration;

use super::failure::sentence;
use crate::store::{FileEntry, Store};

/// How long it is from one round to the next.
const EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// The pause after each 256 KiB, so that a round takes little of the disk: about 50 MB a second.
const PAUSE: Duration = Duration::from_millis(5);

/// Begins the rounds on a thread of their own, which ends with the process.
pub(super) fn begin(store: Store) {
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
            && is_in_force(store, &entry)
        {
            tracing::error!(
                "{}; answers are right as long as the generation is whole, and it cannot be built again without this file",
                sentence(&err)
            );
        }
    }
}

/// Whether a file is in force still: another may have taken its place meanwhile.
fn is_in_force(store: &Store, entry: &FileEntry) -> bool {
    store.files().is_ok_and(|files| files.contains(entry))
}
