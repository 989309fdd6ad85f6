//! The generation in force: swapped whole, read by one pointer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwapOption;

use crate::read::reader::Reader;

/// What answers come from: one reader, or none while the data is being built. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Live(Arc<State>);

#[derive(Debug, Default)]
struct State {
    reader: ArcSwapOption<Reader>,
    damaged: AtomicBool,
}

impl Live {
    /// Nothing in force yet.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Puts a reader into force. Requests under way end with the reader that they began with.
    pub fn swap(&self, reader: Reader) {
        self.0.damaged.store(false, Ordering::Release);
        self.0.reader.store(Some(Arc::new(reader)));
    }

    /// The reader in force.
    pub fn current(&self) -> Option<Arc<Reader>> {
        self.0.reader.load_full()
    }

    /// Says that a read failed, so that whoever keeps the data rebuilds it.
    pub fn report_damage(&self, _generation: u64) {
        self.0.damaged.store(true, Ordering::Release);
    }

    /// Whether a read has failed since the last swap.
    pub fn is_damaged(&self) -> bool {
        self.0.damaged.load(Ordering::Acquire)
    }
}
