//! Current generation: replaced atomically, read through one pointer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use arc_swap::ArcSwapOption;
use futures_util::{Stream, stream};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{Sender, channel};

use crate::model::change::Change;
use crate::read::reader::Reader;

/// Number of changes buffered for a slow subscriber before it misses the oldest.
const WAITING: usize = 16;

/// Current reader, or none while the data is being built. Clones share the state.
#[derive(Clone, Debug, Default)]
pub struct CurrentGeneration(Arc<State>);

/// Change of the data, and the number of earlier changes that the subscriber missed.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The change.
    pub change: Arc<Change>,
    /// Number of changes missed just before it.
    pub missed: u64,
}

#[derive(Debug)]
struct State {
    reader: ArcSwapOption<Reader>,
    changes: Sender<Arc<Change>>,
    /// Newest generation in which a read failed; 0 for none, as generations count from 1.
    damaged: AtomicU64,
    /// True while a damaged generation is being rebuilt.
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

impl CurrentGeneration {
    /// Creates a state without a generation.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Makes a reader the current one and notifies subscribers. Requests in flight keep the reader that they started with.
    pub fn swap(&self, reader: Reader) {
        let reader = Arc::new(reader);
        let before = self.0.reader.swap(Some(Arc::clone(&reader)));
        self.0.swaps.fetch_add(1, Ordering::Relaxed);
        // Fails without subscribers.
        let _ = self.0.changes.send(Arc::new(reader.change_since(before.as_deref())));
    }

    /// Streams every change from now on. A slow subscriber misses the oldest changes and receives their number.
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

    /// Current reader; `None` while the data is being built.
    pub fn current(&self) -> Option<Arc<Reader>> {
        self.0.reader.load_full()
    }

    /// Reports a failed read in a generation, so that the supervisor rebuilds it.
    pub fn report_damage(&self, generation: u64) {
        self.0.damaged.fetch_max(generation, Ordering::AcqRel);
    }

    /// Sets the state of a rebuild after damage.
    pub fn set_rebuilding(&self, is_so: bool) {
        self.0.rebuilding.store(is_so, Ordering::Release);
    }

    /// Returns true while a damaged generation is being rebuilt.
    pub fn is_rebuilding(&self) -> bool {
        self.0.rebuilding.load(Ordering::Acquire)
    }

    /// Counts a finished rebuild of a damaged generation.
    pub fn count_rebuild(&self) {
        self.0.rebuilds.fetch_add(1, Ordering::Relaxed);
    }

    /// Number of readers that became current since the start.
    pub fn swaps(&self) -> u64 {
        self.0.swaps.load(Ordering::Relaxed)
    }

    /// Number of rebuilds of damaged generations since the start.
    pub fn rebuilds(&self) -> u64 {
        self.0.rebuilds.load(Ordering::Relaxed)
    }

    /// Returns true if a read failed in the current generation. Failures in earlier generations do not count.
    pub fn is_damaged(&self) -> bool {
        let damaged = self.0.damaged.load(Ordering::Acquire);
        self.current().is_some_and(|reader| reader.generation_number() == damaged)
    }
}
