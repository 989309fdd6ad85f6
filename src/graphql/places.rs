//! Threads and turns: how many executions run at a time, how long the others wait, and who is sent away.
//!
//! Resolvers read memory and disk and never wait, so an execution keeps its thread to its end. It runs where the request
//! was read, since handing it to another thread costs more than most answers do. So that a long one holds up neither
//! health nor signals nor sockets, there are more threads than places.
//!
//! Who finds no place waits. As long as everybody gets one in time, waiting may take a while: many questions at once are
//! what a dashboard asks. Once somebody has waited in vain there is more to do than can be done, and a long queue would
//! make everybody late and serve nobody more; from then on a wait is worth a few executions, until all goes well again.
//! Source for the idea: B. Maurer, "Fail at Scale", ACM Queue 13 (8), 2015, adaptive time limits of queues.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout};

use super::error::ApiError;

/// The fewest executions at a time.
const FEWEST: usize = 2;

/// Threads that executions leave free.
const SPARE: usize = 2;

/// Nested selections are executed by nested futures.
const STACK: usize = 8 * 1024 * 1024;

/// How many executions a wait is worth while there is too much to do, and how long it is at least.
const WORTH: u32 = 4;
const SHORTEST: Duration = Duration::from_millis(1);

/// How long it has to go well.
const RECOVERY: Duration = Duration::from_secs(1);

/// Of how many executions the mean is, about.
const MEAN_OF: u64 = 32;

/// As many executions run at a time as there are processors.
fn at_a_time() -> usize {
    thread::available_parallelism().map_or(FEWEST, |processors| processors.get().max(FEWEST))
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
    free: Semaphore,
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
pub(super) struct Place<'a> {
    _permit: SemaphorePermit<'a>,
    inner: &'a Inner,
    begin: Instant,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let (took, mean) = (micros(self.begin.elapsed()), self.inner.mean.load(Ordering::Relaxed));
        // Two that end at once may lose one of both, which a mean survives.
        self.inner.mean.store((mean * (MEAN_OF - 1) + took) / MEAN_OF, Ordering::Relaxed);
    }
}

impl Places {
    /// As many as there are processors; whoever comes late waits so long at most.
    pub(super) fn new(patience: Duration) -> Self {
        Self::of(at_a_time(), patience)
    }

    fn of(places: usize, patience: Duration) -> Self {
        Self(Arc::new(Inner {
            free: Semaphore::new(places),
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
    pub(super) async fn enter(&self) -> Result<Place<'_>, ApiError> {
        let inner = &*self.0;
        let permit = match inner.free.try_acquire() {
            Ok(permit) => permit,
            // The semaphore is never closed.
            Err(_) => match timeout(inner.worth_waiting(), inner.free.acquire()).await {
                Ok(Ok(permit)) => permit,
                _ => return Err(inner.turn_away()),
            },
        };
        Ok(Place { _permit: permit, inner, begin: Instant::now() })
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

    fn turn_away(&self) -> ApiError {
        let until = micros(self.begin.elapsed() + RECOVERY);
        self.pressed_until.fetch_max(until, Ordering::Relaxed);
        ApiError::overloaded()
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
