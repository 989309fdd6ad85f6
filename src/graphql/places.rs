//! Threads and turns: how many executions run at a time, how long the others wait, and who is sent away.
//!
//! Resolvers read memory and disk and never wait, so an execution keeps its thread to its end. It runs where the request
//! was read, since handing it to another thread costs more than most answers do. So that a long one holds up neither
//! health nor signals nor sockets, there are more threads than places.
//!
//! Who finds no place waits. As long as everybody gets one in time, waiting may take a while: many questions at once are
//! what a dashboard asks. Once somebody has waited in vain, or was not even let in to wait, there is more to do than can
//! be done, and a long queue would make everybody late and serve nobody more; from then on a wait is worth a few
//! executions, until all goes well again.
//! Source for the idea: B. Maurer, "Fail at Scale", ACM Queue 13 (8), 2015, adaptive time limits of queues.

use std::io;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

use super::error::ApiError;

/// Executions beside those that keep the processors busy: while one answer is sent, the next is made.
const BESIDE: usize = 1;

/// Threads that executions leave free. What they are for takes no time worth mentioning, and each more costs every
/// execution: it takes requests that then find no place.
const SPARE: usize = 1;

/// Nested selections are executed by nested futures.
const STACK: usize = 8 * 1024 * 1024;

/// How many executions a wait is worth while there is too much to do, and how long it is at least. At four fifths of what
/// can be done, hardly anybody waits for so many, so that the hurry ends by itself; with four of them one in twenty did,
/// and kept it up.
const WORTH: u32 = 8;
const SHORTEST: Duration = Duration::from_millis(1);

/// How long it has to go well.
const RECOVERY: Duration = Duration::from_secs(1);

/// Of how many executions the mean is, about.
const MEAN_OF: u64 = 32;

/// How many executions run at a time: one more than there are processors.
fn at_a_time() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get) + BESIDE
}

/// A runtime on which nothing waits for executions but those that wait for a place.
///
/// # Errors
/// When the system gives no threads.
pub fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(at_a_time() + SPARE)
        .thread_stack_size(STACK)
        .enable_all()
        .build()
}

/// Places of executions. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Places(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    free: Arc<Semaphore>,
    /// How long a wait may take while all goes well.
    patience: Duration,
    begin: Instant,
    /// Until when there is too much to do, in microseconds since the beginning.
    pressed_until: AtomicU64,
    /// How long an execution takes, in microseconds: a mean in which older ones fade.
    mean: AtomicU64,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    of: Places,
    begin: Instant,
}

impl Drop for Place {
    fn drop(&mut self) {
        let all = &self.of.0.mean;
        let (took, mean) = (micros(self.begin.elapsed()), all.load(Ordering::Relaxed));
        // Two that end at once may lose one of both, which a mean survives.
        all.store((mean * (MEAN_OF - 1) + took) / MEAN_OF, Ordering::Relaxed);
    }
}

impl Places {
    /// About as many as there are processors; whoever comes late waits so long at most.
    pub(super) fn new(patience: Duration) -> Self {
        Self::of(at_a_time(), patience)
    }

    fn of(places: usize, patience: Duration) -> Self {
        Self(Arc::new(Inner {
            free: Arc::new(Semaphore::new(places)),
            patience,
            begin: Instant::now(),
            pressed_until: AtomicU64::new(0),
            mean: AtomicU64::new(0),
        }))
    }

    /// A place; those who wait get theirs in the order in which they came.
    ///
    /// # Errors
    /// `OVERLOADED` when none is free in time.
    pub(super) async fn enter(&self) -> Result<Place, ApiError> {
        let inner = &*self.0;
        let free = || Arc::clone(&inner.free);
        let permit = if let Ok(permit) = free().try_acquire_owned() {
            permit
        } else if let Ok(Ok(permit)) = timeout(inner.worth_waiting(), free().acquire_owned()).await
        {
            permit
        } else {
            // The semaphore is never closed, so that time was up.
            self.press();
            return Err(ApiError::overloaded());
        };
        Ok(Place { _permit: permit, of: self.clone(), begin: Instant::now() })
    }

    /// Says that somebody was turned away, here or before: for a while there is too much to do.
    pub(super) fn press(&self) {
        let until = micros(self.0.begin.elapsed() + RECOVERY);
        self.0.pressed_until.fetch_max(until, Ordering::Relaxed);
    }
}

impl Inner {
    fn worth_waiting(&self) -> Duration {
        if micros(self.begin.elapsed()) >= self.pressed_until.load(Ordering::Relaxed) {
            return self.patience;
        }
        let mean = Duration::from_micros(self.mean.load(Ordering::Relaxed));
        (mean * WORTH).max(SHORTEST).min(self.patience)
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    /// Whether somebody gets a place, and how long that takes on a clock that runs only when all wait.
    async fn wait(places: &Places) -> (bool, Duration) {
        let begin = Instant::now();
        let got = places.enter().await.is_ok();
        (got, begin.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_in_vain_shortens_the_wait_of_the_next_for_a_while() {
        let places = Places::of(1, LONG);
        let held = places.enter().await.unwrap();
        let (got, waited) = wait(&places).await;
        assert!(!got && waited >= LONG, "{waited:?}");
        let (got, waited) = wait(&places).await;
        assert!(!got && waited < Duration::from_secs(60), "{waited:?}");
        tokio::time::advance(RECOVERY).await;
        let (got, waited) = wait(&places).await;
        assert!(!got && waited >= LONG, "{waited:?}");
        drop(held);
        assert!(wait(&places).await.0);
    }

    #[tokio::test(start_paused = true)]
    async fn waits_are_served_in_their_order_while_all_goes_well() {
        let places = Places::of(1, LONG);
        let held = places.enter().await.unwrap();
        let mut waits: Vec<_> = (0..5)
            .map(|at| {
                let places = places.clone();
                tokio::spawn(async move {
                    let _place = places.enter().await.unwrap();
                    at
                })
            })
            .collect();
        tokio::task::yield_now().await;
        drop(held);
        for (at, wait) in waits.drain(..).enumerate() {
            assert_eq!(wait.await.unwrap(), at);
        }
    }
}
