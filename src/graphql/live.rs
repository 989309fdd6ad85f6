//! The generation in force: swapped whole, read by one pointer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use arc_swap::ArcSwapOption;
use futures_util::{Stream, stream};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{Sender, channel};

use crate::model::change::Change;
use crate::read::reader::Reader;

/// How many changes wait for a slow listener before it misses the oldest.
const WAITING: usize = 16;

/// What answers come from: one reader, or none while the data is being built. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Live(Arc<State>);

/// A change, and how many before it a listener was too slow for.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The change.
    pub change: Arc<Change>,
    /// How many were missed just before it.
    pub missed: u64,
}

#[derive(Debug)]
struct State {
    reader: ArcSwapOption<Reader>,
    changes: Sender<Arc<Change>>,
    /// The newest generation that a read failed in; generations count from 1.
    damaged: AtomicU64,
    /// Whether what is damaged is being built again.
    rebuilding: AtomicBool,
    swaps: AtomicU64,
    rebuilds: AtomicU64,
}

impl Default for State {
    fn default() -> Self {
        let (changes, _) = channel(WAITING);
        Self {
            reader: ArcSwapOption::empty(),
            changes,
            damaged: AtomicU64::new(0),
            rebuilding: AtomicBool::new(false),
            swaps: AtomicU64::new(0),
            rebuilds: AtomicU64::new(0),
        }
    }
}

impl Live {
    /// Nothing in force yet.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Puts a reader into force, and tells whoever listens. Requests under way end with the reader that they began with.
    pub fn swap(&self, reader: Reader) {
        let reader = Arc::new(reader);
        let before = self.0.reader.swap(Some(Arc::clone(&reader)));
        self.0.swaps.fetch_add(1, Ordering::Relaxed);
        // Fails when nobody listens.
        let _ = self.0.changes.send(Arc::new(reader.change_since(before.as_deref())));
    }

    /// Every change from now on. A listener that is slow misses the oldest, and is told how many.
    pub fn changes(&self) -> impl Stream<Item = Heard> + Send + use<> {
        stream::unfold(self.0.changes.subscribe(), |mut changes| async move {
            let mut missed = 0;
            loop {
                match changes.recv().await {
                    Ok(change) => return Some((Heard { change, missed }, changes)),
                    Err(RecvError::Lagged(more)) => missed += more,
                    Err(RecvError::Closed) => return None,
                }
            }
        })
    }

    /// The reader in force.
    pub fn current(&self) -> Option<Arc<Reader>> {
        self.0.reader.load_full()
    }

    /// Says that a read failed in a generation, so that whoever keeps the data rebuilds it.
    pub fn report_damage(&self, generation: u64) {
        self.0.damaged.fetch_max(generation, Ordering::AcqRel);
    }

    /// Says whether what was damaged is being built again from now on.
    pub fn set_rebuilding(&self, is_so: bool) {
        self.0.rebuilding.store(is_so, Ordering::Release);
    }

    /// Whether what was damaged is being built again.
    pub fn is_rebuilding(&self) -> bool {
        self.0.rebuilding.load(Ordering::Acquire)
    }

    /// Says that what was damaged has been built again.
    pub fn count_rebuild(&self) {
        self.0.rebuilds.fetch_add(1, Ordering::Relaxed);
    }

    /// How many readers were put into force.
    pub fn swaps(&self) -> u64 {
        self.0.swaps.load(Ordering::Relaxed)
    }

    /// How many of them took the place of damaged ones.
    pub fn rebuilds(&self) -> u64 {
        self.0.rebuilds.load(Ordering::Relaxed)
    }

    /// Whether a read has failed in the generation in force. What failed in an earlier one condemns no later one.
    pub fn is_damaged(&self) -> bool {
        let damaged = self.0.damaged.load(Ordering::Acquire);
        self.current().is_some_and(|reader| reader.generation_number() == damaged)
    }
}
