//! Reload flag: set by the signal listener on SIGHUP, taken by the supervisor.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Request to reload the seed. Clones share one flag.
#[derive(Clone, Debug, Default)]
pub(super) struct Again(Arc<AtomicBool>);

impl Again {
    /// Requests a reload.
    pub(super) fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Returns true if a reload was requested since the last call.
    pub(super) fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}
