//! What a request may use of the reader: its time, and what it has found already.

use std::cmp::Ordering as Order;
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

/// The same for steps that take no more than a few nanoseconds each.
const CHUNK: usize = 1 << 16;

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

    /// Whether the time is over, by the clock.
    pub(super) fn is_over(&self) -> bool {
        self.deadline.as_ref().is_some_and(|deadline| deadline.is_over())
    }

    /// Refuses to go on at a place of a long column once the time is over, on a look at the clock now and then.
    pub(super) fn at(&self, place: usize) -> Result<(), Error> {
        if place.is_multiple_of(CHUNK) { self.check() } else { Ok(()) }
    }

    /// The places of a long column whose items fit.
    pub(super) fn places<T>(
        &self,
        column: &[T],
        fits: impl Fn(&T) -> bool,
    ) -> Result<RoaringBitmap, Error> {
        let mut found = RoaringBitmap::new();
        for (number, item) in (0_u32..).zip(column) {
            self.at(number as usize)?;
            if fits(item) {
                found.insert(number);
            }
        }
        Ok(found)
    }

    /// Sorts a long list, with looks at the clock between its parts.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Work whose time is over.
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
    fn a_sort_and_a_scan_end_between_two_parts() {
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
