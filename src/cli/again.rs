//! Whether SIGHUP asked to read again what can be: said by who hears signals, taken by who keeps the data.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether SIGHUP asked to read again what can be. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Again(Arc<AtomicBool>);

impl Again {
    /// It did.
    pub(super) fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it did since this was asked last.
    pub(super) fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}
