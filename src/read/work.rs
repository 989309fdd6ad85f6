//! What a request may use of the reader: its time, and what it has found already.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use roaring::RoaringBitmap;

use super::error::Error;
use super::filter::Filter;
use crate::model::noun::Kind;

/// Steps of a long loop between two looks at the clock.
const LOOK: u32 = 256;

/// When a request has to be answered.
#[derive(Debug)]
pub struct Deadline {
    limit: Duration,
    at: Instant,
    has_begun: AtomicBool,
    is_cancelled: AtomicBool,
}

impl Deadline {
    /// So long from now.
    pub fn after(limit: Duration) -> Self {
        Self {
            limit,
            at: Instant::now() + limit,
            has_begun: AtomicBool::new(false),
            is_cancelled: AtomicBool::new(false),
        }
    }

    /// How long the request may take in all.
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// The moment.
    pub fn at(&self) -> Instant {
        self.at
    }

    /// Says that the execution has begun.
    pub fn begin(&self) {
        self.has_begun.store(true, Ordering::Release);
    }

    /// Whether the execution has begun.
    pub fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::Acquire)
    }

    /// Ends the time now: no client waits for the answer.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the time is over, or no client waits any more.
    pub fn is_over(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed) || Instant::now() > self.at
    }

    /// Whether no client waits any more. Costs no look at the clock.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    /// Refuses to go on once the time is over.
    ///
    /// # Errors
    /// [`Error::TimedOut`].
    pub fn check(&self) -> Result<(), Error> {
        if self.is_over() { Err(Error::TimedOut { limit: self.limit }) } else { Ok(()) }
    }
}

/// Filters that a request remembers the results of.
const REMEMBERED: usize = 64;

type Results = HashMap<Kind, Vec<(Filter, Arc<RoaringBitmap>)>>;

/// The work of one request; the default has no end and remembers nothing.
#[derive(Debug, Default)]
pub(super) struct Work {
    deadline: Option<Arc<Deadline>>,
    steps: AtomicU32,
    results: Mutex<Results>,
}

impl Work {
    pub(super) fn until(deadline: Arc<Deadline>) -> Self {
        Self { deadline: Some(deadline), ..Self::default() }
    }

    /// Refuses to go on once the time is over.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.deadline.as_ref().map_or(Ok(()), |deadline| deadline.check())
    }

    /// Counts a step of a long loop; whether the time is over, on a look at the clock now and then.
    pub(super) fn is_over_at_step(&self) -> bool {
        let looks = self.steps.fetch_add(1, Ordering::Relaxed).is_multiple_of(LOOK);
        looks && self.deadline.as_ref().is_some_and(|deadline| deadline.is_over())
    }

    /// The same, as a refusal to go on.
    pub(super) fn step(&self) -> Result<(), Error> {
        if self.is_over_at_step() { self.check() } else { Ok(()) }
    }

    /// The result of a filter that takes more than a look-up, evaluated once in a request.
    pub(super) fn remembered(
        &self,
        kind: Kind,
        filter: &Filter,
        evaluate: impl FnOnce() -> Result<RoaringBitmap, Error>,
    ) -> Result<Arc<RoaringBitmap>, Error> {
        let lock = || self.results.lock().unwrap_or_else(PoisonError::into_inner);
        if self.deadline.is_none() {
            return evaluate().map(Arc::new);
        }
        if let Some(known) = lock().get(&kind)
            && let Some((_, found)) = known.iter().find(|(known, _)| known == filter)
        {
            return Ok(Arc::clone(found));
        }
        let found = Arc::new(evaluate()?);
        let mut results = lock();
        let known = results.entry(kind).or_default();
        if known.len() < REMEMBERED {
            known.push((filter.clone(), Arc::clone(&found)));
        }
        Ok(found)
    }
}
