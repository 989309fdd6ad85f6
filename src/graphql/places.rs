//! Threads and turns: how many executions run at a time, how long the others wait, and who is sent away.
//!
//! Resolvers read memory and disk and never wait, so an execution keeps its thread to its end. It runs where the request
//! was read, since handing it to another thread costs more than most answers do. So that a long one holds up neither
//! health nor signals nor sockets, there are more threads than places.
//!
//! Who finds no place waits. As long as everybody gets one in time, waiting may take a while: many questions at once are
//! what a dashboard asks. Once somebody has waited in vain, or was not even let in to wait, there is more to do than can
//! be done, and a long queue would make everybody late and serve nobody more; from then on a wait is worth a few
//! executions, until for a while few have been turned away.
//! Source for the idea: B. Maurer, "Fail at Scale", ACM Queue 13 (8), 2015, adaptive time limits of queues.

use std::io;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use super::error::ApiError;

/// Executions beside those that keep the processors busy: while one answer is sent, the next is made. While there is too
/// much to do it would only keep interrupting the others.
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

/// How long there is too much to do since somebody was turned away. When waits were worth as much as nobody had been, the
/// queue grew by tenths of a second before the next was.
const RECOVERY: Duration = Duration::from_secs(1);

/// From which part of those who come on it goes on. Waits that are short turn some away at four fifths of what can be done,
/// too, one in twenty or so; when each of them counted, there was too much to do for ever once there had been.
const MANY: u64 = WHOLE / 8;
const WHOLE: u64 = 1_000_000;

/// Of how many executions, and of how many who come, the means are, about.
const MEAN_OF: u64 = 32;
const PART_OF: u64 = 1_024;

fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// A runtime on which nothing waits for executions but those that wait for a place.
///
/// # Errors
/// When the system gives no threads.
pub fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(processors() + BESIDE + SPARE)
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
    /// Whether the place beside is kept from everybody.
    is_kept: AtomicBool,
    /// How long a wait may take while all goes well.
    patience: Duration,
    begin: Instant,
    /// Until when there is too much to do, in microseconds since the beginning.
    pressed_until: AtomicU64,
    /// How long an execution takes, in microseconds.
    takes: Mean<MEAN_OF>,
    /// What part of those who come is turned away, of [`WHOLE`].
    turned_away: Mean<PART_OF>,
}

/// A mean of about the last so many values, in which older ones fade.
#[derive(Debug, Default)]
struct Mean<const OF: u64>(AtomicU64);

impl<const OF: u64> Mean<OF> {
    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Two that count at once may lose one of both, which a mean survives.
    fn count(&self, value: u64) {
        self.0.store((self.get() * (OF - 1) + value) / OF, Ordering::Relaxed);
    }
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    of: Places,
    begin: Instant,
}

impl Drop for Place {
    fn drop(&mut self) {
        let inner = &*self.of.0;
        inner.takes.count(micros(self.begin.elapsed()));
        if !inner.keep() {
            inner.free.add_permits(1);
        }
    }
}

impl Places {
    /// One for each processor and one beside; whoever comes late waits so long at most.
    pub(super) fn new(patience: Duration) -> Self {
        Self::of(processors(), patience)
    }

    fn of(processors: usize, patience: Duration) -> Self {
        Self(Arc::new(Inner {
            free: Semaphore::new(processors + BESIDE),
            is_kept: AtomicBool::new(false),
            patience,
            begin: Instant::now(),
            pressed_until: AtomicU64::new(0),
            takes: Mean::default(),
            turned_away: Mean::default(),
        }))
    }

    /// A place; those who wait get theirs in the order in which they came.
    ///
    /// # Errors
    /// `OVERLOADED` when none is free in time.
    pub(super) async fn enter(&self) -> Result<Place, ApiError> {
        let inner = &*self.0;
        inner.give_back();
        let permit = if let Ok(permit) = inner.free.try_acquire() {
            permit
        } else if let Ok(Ok(permit)) = timeout(inner.worth_waiting(), inner.free.acquire()).await {
            permit
        } else {
            // The semaphore is never closed, so that time was up.
            self.press();
            return Err(ApiError::overloaded());
        };
        inner.turned_away.count(0);
        // The place has it from here on.
        permit.forget();
        Ok(Place { of: self.clone(), begin: Instant::now() })
    }

    /// Says that somebody was turned away, here or before: for a while there is too much to do, and for longer when he is
    /// one of many.
    pub(super) fn press(&self) {
        let inner = &*self.0;
        inner.turned_away.count(WHOLE);
        let is_pressed = inner.is_pressed();
        // Each of them is counted; a line for each would be more work than what it tells of.
        if !is_pressed {
            tracing::warn!("there is more to do than can be done: some requests are answered 503");
        }
        if !is_pressed || inner.turned_away.get() >= MANY {
            let until = micros(inner.begin.elapsed() + RECOVERY);
            inner.pressed_until.fetch_max(until, Ordering::Relaxed);
        }
    }
}

impl Inner {
    fn is_pressed(&self) -> bool {
        micros(self.begin.elapsed()) < self.pressed_until.load(Ordering::Relaxed)
    }

    /// How long somebody who comes now may wait.
    fn worth_waiting(&self) -> Duration {
        if !self.is_pressed() {
            return self.patience;
        }
        let takes = Duration::from_micros(self.takes.get());
        (takes * WORTH).max(SHORTEST).min(self.patience)
    }

    /// Keeps a place that is left while there is too much to do, unless one is kept already.
    fn keep(&self) -> bool {
        self.is_pressed() && !self.is_kept.swap(true, Ordering::Relaxed)
    }

    /// Gives the place that is kept back once all goes well.
    fn give_back(&self) {
        // Where none is kept, which is nearly always, nobody looks at the clock.
        let is_kept = self.is_kept.load(Ordering::Relaxed);
        if is_kept && !self.is_pressed() && self.is_kept.swap(false, Ordering::Relaxed) {
            self.free.add_permits(1);
        }
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    /// All places that one processor has.
    async fn all(places: &Places) -> Vec<Place> {
        let mut held = Vec::new();
        for _ in 0..=BESIDE {
            held.push(places.enter().await.unwrap());
        }
        held
    }

    /// Whether somebody gets a place, and how long that takes on a clock that runs only when all wait.
    async fn wait(places: &Places) -> (bool, Duration) {
        let begin = Instant::now();
        let got = places.enter().await.is_ok();
        (got, begin.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_in_vain_shortens_the_wait_of_the_next_for_a_while() {
        let places = Places::of(1, LONG);
        let held = all(&places).await;
        let (got, waited) = wait(&places).await;
        assert!(!got && waited >= LONG, "{waited:?}");
        let (got, waited) = wait(&places).await;
        assert!(!got && waited < 2 * SHORTEST, "{waited:?}");
        tokio::time::advance(RECOVERY).await;
        let (got, waited) = wait(&places).await;
        assert!(!got && waited >= LONG, "{waited:?}");
        drop(held);
        assert!(wait(&places).await.0);
    }

    /// How long somebody waits in vain after a time in which so many were served for each who was turned away.
    async fn wait_after(served: usize) -> Duration {
        let places = Places::of(1, LONG);
        let begin = Instant::now();
        while begin.elapsed() < RECOVERY {
            places.press();
            for _ in 0..served {
                places.enter().await.unwrap();
            }
            tokio::time::advance(SHORTEST).await;
        }
        let mut held = Vec::new();
        loop {
            let begin = Instant::now();
            match places.enter().await {
                Ok(place) => held.push(place),
                Err(_) => break begin.elapsed(),
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn there_is_too_much_to_do_for_as_long_as_many_are_turned_away() {
        let (many, few) = (wait_after(1).await, wait_after(19).await);
        assert!(many < 2 * SHORTEST, "{many:?}");
        assert!(few >= LONG, "{few:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_place_beside_is_kept_while_there_is_too_much_to_do() {
        let places = Places::of(1, LONG);
        let mut held = all(&places).await;
        places.press();
        held.pop();
        assert!(!wait(&places).await.0, "it is kept");
        held.pop();
        assert!(wait(&places).await.0, "only one is kept");
        tokio::time::advance(RECOVERY).await;
        let _held = all(&places).await;
        assert!(!wait(&places).await.0);
    }

    #[tokio::test(start_paused = true)]
    async fn waits_are_served_in_their_order_while_all_goes_well() {
        let places = Places::of(1, LONG);
        let mut held = all(&places).await;
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
        held.pop();
        for (at, wait) in waits.drain(..).enumerate() {
            assert_eq!(wait.await.unwrap(), at);
        }
    }
}
