//! The generation in force: swapped whole, read by one pointer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwapOption;

use crate::read::reader::Reader;

/// What answers come from: one reader, or none while the data is being built. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Live(Arc<State>);

#[derive(Debug, Default)]
struct State {
    reader: ArcSwapOption<Reader>,
    /// The newest generation that a read failed in; generations count from 1.
    damaged: AtomicU64,
}

impl Live {
    /// Nothing in force yet.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Puts a reader into force. Requests under way end with the reader that they began with.
    pub fn swap(&self, reader: Reader) {
        self.0.reader.store(Some(Arc::new(reader)));
    }

    /// The reader in force.
    pub fn current(&self) -> Option<Arc<Reader>> {
        self.0.reader.load_full()
    }

    /// Says that a read failed in a generation, so that whoever keeps the data rebuilds it.
    pub fn report_damage(&self, generation: u64) {
        self.0.damaged.fetch_max(generation, Ordering::AcqRel);
    }

    /// Whether a read has failed in the generation in force. What failed in an earlier one condemns no later one.
    pub fn is_damaged(&self) -> bool {
        let damaged = self.0.damaged.load(Ordering::Acquire);
        self.current().is_some_and(|reader| reader.generation_number() == damaged)
    }
}
