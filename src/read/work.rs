//! Deadline of a request, and the filter results it has already computed.

use std::cmp::Ordering as Order;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use roaring::RoaringBitmap;

use super::error::Error;
use super::filter::Filter;
use crate::model::noun::Kind;
use crate::store::search::IsOver;

/// Number of steps in a long loop between two reads of the clock.
const CLOCK_INTERVAL: u32 = 256;

/// The same for steps of a few nanoseconds each.
const CHUNK: usize = 1 << 16;

/// Deadline of a request, with its cancellation flag.
#[derive(Debug)]
pub struct Deadline {
    limit: Duration,
    at: Instant,
    has_begun: AtomicBool,
    is_cancelled: AtomicBool,
}

impl Deadline {
    /// Creates a deadline that ends after this time from now.
    pub fn after(limit: Duration) -> Self {
        Self {
            limit,
            at: Instant::now() + limit,
            has_begun: AtomicBool::new(false),
            is_cancelled: AtomicBool::new(false),
        }
    }

    /// Total time limit of the request.
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// Instant at which the request times out.
    pub fn at(&self) -> Instant {
        self.at
    }

    /// Marks the execution as begun.
    pub fn begin(&self) {
        self.has_begun.store(true, Ordering::Release);
    }

    /// Returns true if the execution has begun.
    pub fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::Acquire)
    }

    /// Cancels the request: no client waits for the response.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    /// Returns true if the deadline has passed or the request was cancelled.
    pub fn is_over(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed) || Instant::now() > self.at
    }

    /// Returns true if the request was cancelled. Does not read the clock.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    /// Checks that the deadline has not passed.
    ///
    /// # Errors
    /// [`Error::TimedOut`] if the deadline has passed or the request was cancelled.
    pub fn check(&self) -> Result<(), Error> {
        if self.is_over() { Err(Error::TimedOut { limit: self.limit }) } else { Ok(()) }
    }
}

/// Maximum number of memoised filters per request and noun.
const MAX_MEMOS: usize = 64;

type Results = HashMap<Kind, Vec<(Filter, Arc<RoaringBitmap>)>>;

/// Work of one request. The default has no deadline and memoises nothing.
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

    /// Checks that the deadline has not passed.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.deadline.as_ref().map_or(Ok(()), |deadline| deadline.check())
    }

    /// Counts a step of a long loop, and reads the clock from time to time. Returns true if the
    /// deadline has passed.
    pub(super) fn is_over_at_step(&self) -> bool {
        let is_due = self.steps.fetch_add(1, Ordering::Relaxed).is_multiple_of(CLOCK_INTERVAL);
        is_due && self.deadline.as_ref().is_some_and(|deadline| deadline.is_over())
    }

    /// Counts a step of a long loop, and fails if the deadline has passed.
    pub(super) fn step(&self) -> Result<(), Error> {
        if self.is_over_at_step() { self.check() } else { Ok(()) }
    }

    /// Returns a check of the deadline for a search.
    pub(super) fn deadline_check(&self) -> IsOver {
        let deadline = self.deadline.clone();
        Arc::new(move || deadline.as_ref().is_some_and(|deadline| deadline.is_over()))
    }

    /// Checks the deadline at regular positions of a long column.
    pub(super) fn at(&self, place: usize) -> Result<(), Error> {
        if place.is_multiple_of(CHUNK) { self.check() } else { Ok(()) }
    }

    /// Returns the positions of a long column whose items match.
    pub(super) fn places<T>(
        &self,
        column: &[T],
        matches: impl Fn(&T) -> bool,
    ) -> Result<RoaringBitmap, Error> {
        let mut found = RoaringBitmap::new();
        for (number, item) in (0_u32..).zip(column) {
            self.at(number as usize)?;
            if matches(item) {
                found.insert(number);
            }
        }
        Ok(found)
    }

    /// Sorts a long list, checking the deadline between its parts.
    pub(super) fn sort<T>(
        &self,
        list: &mut [T],
        compare: &impl Fn(&T, &T) -> Order,
    ) -> Result<(), Error> {
        self.check()?;
        if list.len() <= CHUNK {
            list.sort_unstable_by(compare);
            return Ok(());
        }
        let (below, _, above) = list.select_nth_unstable_by(list.len() / 2, compare);
        self.sort(below, compare)?;
        self.sort(above, compare)
    }

    /// Returns the result of an expensive filter, evaluated once per request.
    pub(super) fn memoised(
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
        if known.len() < MAX_MEMOS {
            known.push((filter.clone(), Arc::clone(&found)));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns work whose deadline has passed.
    fn over() -> Work {
        Work::until(Arc::new(Deadline::after(Duration::ZERO)))
    }

    #[test]
    fn a_long_list_is_sorted_in_parts() {
        let mut list: Vec<u64> =
            (0..300_000_u64).map(|at| at.wrapping_mul(0x9e37_79b9) % 1_000_003).collect();
        let mut expected = list.clone();
        expected.sort_unstable();
        Work::default().sort(&mut list, &u64::cmp).unwrap();
        assert_eq!(list, expected);
        assert!(over().sort(&mut list, &u64::cmp).is_err());
    }

    #[test]
    fn sorts_and_scans_end_between_two_parts() {
        let deadline = Arc::new(Deadline::after(Duration::from_secs(600)));
        let work = Work::until(Arc::clone(&deadline));
        let compared = AtomicU32::new(0);
        let mut list: Vec<u32> = (0..1_000_000).rev().collect();
        let sorted = work.sort(&mut list, &|one, other| {
            if compared.fetch_add(1, Ordering::Relaxed) == 10 {
                deadline.cancel();
            }
            one.cmp(other)
        });
        assert!(sorted.is_err() && compared.load(Ordering::Relaxed) < 10_000_000);
        let seen = AtomicU32::new(0);
        let scanned = over().places(&list, |_| seen.fetch_add(1, Ordering::Relaxed) > 0);
        assert!(scanned.is_err() && seen.load(Ordering::Relaxed) == 0);
    }
}
