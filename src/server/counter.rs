//! Counters of events, for metrics.

use std::sync::atomic::{AtomicU64, Ordering};

/// Monotonic counter.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts of successes and failures.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    done: Counter,
    failed: Counter,
}

impl Attempts {
    pub(crate) fn count(&self, is_done: bool) {
        if is_done { self.done.count() } else { self.failed.count() }
    }

    /// Returns the counts of successes and failures.
    pub(crate) fn get(&self) -> (u64, u64) {
        (self.done.get(), self.failed.get())
    }
}

/// Counts of connections.
#[derive(Debug, Default)]
pub(crate) struct ConnectionCounts {
    pub(crate) accepted: Counter,
    /// Connections rejected because a limit was reached.
    pub(crate) rejected: Counter,
}
