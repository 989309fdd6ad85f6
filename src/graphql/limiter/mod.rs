//! The execution limiter: how many executions run at a time, whose, and how long the others wait.
//!
//! Resolvers read memory and disk and never wait, so an execution keeps its thread to its end. It therefore runs on a thread
//! of its own, never on one that reads sockets: health, metrics, cached answers and signals do not wait for it.
//!
//! There are twice as many places as processors. One client (the holder of a token, or an address) has at most half of them,
//! and so have all large executions together: one client alone can use the whole machine, and small requests of others still
//! find a place, which the scheduler of the system gives its part of the processors. The order is that of `queue`.

mod queue;

use std::io;
use std::net::IpAddr;
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;
use tokio::time::{timeout, timeout_at};

use super::error::ApiError;
use crate::read::work::Deadline;
use queue::{Bounds, Queue, Ticket};

/// Nested selections are executed by nested futures.
const STACK: usize = 8 * 1024 * 1024;

/// From which estimate on an execution is large, in microseconds.
const LARGE: u64 = 50_000;

/// At most one line of the log in so long says that requests are rejected; each of them is counted.
const SAY: Duration = Duration::from_secs(60);

/// Who asks, as far as limits and shares go.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Client {
    /// The program itself: the command line, tests.
    Local,
    /// The holder of a token, by its name.
    Holder(Arc<str>),
    /// An address.
    Address(IpAddr),
    /// Those who are not told apart.
    Others,
}

fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// A runtime for what reads and writes sockets. Executions have threads of their own.
///
/// # Errors
/// When the system gives no threads.
pub fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(processors().max(2))
        .thread_stack_size(STACK)
        .enable_all()
        .build()
}

type Job = Box<dyn FnOnce() + Send>;

/// Runs executions on threads of its own. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Limiter(Arc<Owner>);

/// Ends the threads when the last clone is dropped.
#[derive(Debug)]
struct Owner(Arc<Inner>);

impl Drop for Owner {
    fn drop(&mut self) {
        self.0.lock().is_closed = true;
        self.0.more.notify_all();
    }
}

#[derive(Debug)]
struct Inner {
    state: Mutex<State>,
    more: Condvar,
    /// How long an execution may wait for its place.
    patience: Duration,
    threads: usize,
    begin: Instant,
    /// When the log last said that requests are rejected, in milliseconds since the beginning.
    said: AtomicU64,
}

struct State {
    queue: Queue<Job>,
    /// Threads that have been started, and those of them that wait for something to do.
    threads: usize,
    idle: usize,
    is_closed: bool,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State")
            .field("threads", &self.threads)
            .field("idle", &self.idle)
            .finish_non_exhaustive()
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock but a mistake of the queue, which the next one survives.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs what may begin, until the limiter is dropped.
    fn work(&self) {
        let mut state = self.lock();
        while !state.is_closed {
            let Some(started) = state.queue.start() else {
                state.idle += 1;
                state = self.more.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.idle -= 1;
                continue;
            };
            // The one that ended before may have made room for more than this one.
            if state.idle > 0 && state.queue.waiting() > 0 {
                self.more.notify_one();
            }
            drop(state);
            let begin = Instant::now();
            // It catches what panics by itself.
            (started.job)();
            let took = u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX);
            state = self.lock();
            state.queue.finish(&started.client, started.estimate, took);
        }
    }

    /// Says that a request was rejected, unless that was said lately.
    fn say_rejected(&self) {
        let now = u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX);
        let said = self.said.load(Ordering::Relaxed);
        let is_due = said == 0 || u128::from(now.saturating_sub(said)) >= SAY.as_millis();
        if is_due && self.said.swap(now.max(1), Ordering::Relaxed) == said {
            tracing::warn!("there is more to do than can be done: some requests are answered 503");
        }
    }
}

/// What is executed: whose, how large, until when.
#[derive(Debug)]
pub(super) struct Execution<'a> {
    pub(super) client: &'a Client,
    /// How long it will take, in microseconds, as far as can be told.
    pub(super) estimate: u64,
    pub(super) deadline: Arc<Deadline>,
}

/// Takes an execution back when no client waits for it any more: from the queue, or by its deadline.
struct Waiting<'a> {
    inner: &'a Inner,
    client: &'a Client,
    ticket: Ticket,
    deadline: &'a Deadline,
    is_done: bool,
}

impl Waiting<'_> {
    /// Whether it had not begun, and now never will.
    fn cancel(&self) -> bool {
        self.inner.lock().queue.cancel(self.client, self.ticket).is_some()
    }

    /// Why it never began.
    fn rejected(&self) -> ApiError {
        if self.deadline.is_over() {
            return ApiError::timeout(self.deadline.limit());
        }
        self.inner.say_rejected();
        ApiError::overloaded()
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            self.cancel();
            self.deadline.cancel();
        }
    }
}

impl Limiter {
    /// A limiter for so many executions that wait or run; each may wait so long for its place.
    pub(super) fn new(capacity: usize, patience: Duration) -> Self {
        Self::of(processors(), capacity, patience)
    }

    fn of(processors: usize, capacity: usize, patience: Duration) -> Self {
        let bounds = Bounds {
            places: 2 * processors,
            large: processors,
            client: processors,
            capacity,
            large_from: LARGE,
        };
        let state = State { queue: Queue::new(bounds), threads: 0, idle: 0, is_closed: false };
        Self(Arc::new(Owner(Arc::new(Inner {
            state: Mutex::new(state),
            more: Condvar::new(),
            patience,
            threads: bounds.places,
            begin: Instant::now(),
            said: AtomicU64::new(0),
        }))))
    }

    /// How many executions wait or run.
    pub(super) fn under_way(&self) -> usize {
        self.inner().lock().queue.len()
    }

    /// Executes on a thread of the limiter.
    ///
    /// # Errors
    /// `OVERLOADED` when there are as many executions as there may be, or no place is free in time; `TIMEOUT` when the
    /// deadline passes first; `INTERNAL_SERVER_ERROR` when the execution panics.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        execution: Execution<'_>,
        execute: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, ApiError> {
        let inner = self.inner();
        let Execution { client, estimate, deadline } = execution;
        let (say, mut told) = oneshot::channel();
        let job = job(Handle::current(), execute, say);
        let ticket = self.submit(client, estimate, job)?;
        let mut waiting = Waiting { inner, client, ticket, deadline: &deadline, is_done: false };
        let mut done = timeout(inner.patience, &mut told).await;
        if done.is_err() {
            if waiting.cancel() {
                return Err(waiting.rejected());
            }
            done = timeout_at(deadline.at().into(), told).await;
        }
        match done {
            Ok(Ok(found)) => {
                waiting.is_done = true;
                Ok(found)
            }
            // It has lost its place in the queue to another client, or has panicked.
            Ok(Err(_)) => {
                waiting.is_done = true;
                Err(if deadline.has_begun() { ApiError::failed() } else { self.full() })
            }
            Err(_) => Err(ApiError::timeout(deadline.limit())),
        }
    }

    fn inner(&self) -> &Arc<Inner> {
        &self.0.0
    }

    fn full(&self) -> ApiError {
        self.inner().say_rejected();
        ApiError::queue_full()
    }

    /// Puts a job into the queue, and sees to it that a thread takes it.
    fn submit(&self, client: &Client, estimate: u64, job: Job) -> Result<Ticket, ApiError> {
        let inner = self.inner();
        let mut state = inner.lock();
        let Ok((ticket, dropped)) = state.queue.push(client, estimate, job) else {
            drop(state);
            return Err(self.full());
        };
        // Threads that were woken for others may not have taken these yet.
        let starts = state.idle < state.queue.waiting() && state.threads < inner.threads;
        state.threads += usize::from(starts);
        let is_first = state.threads == 1;
        drop(state);
        // The client that waits for it hears that it is gone.
        drop(dropped);
        if !starts {
            inner.more.notify_one();
            return Ok(ticket);
        }
        let own = Arc::clone(inner);
        let thread = thread::Builder::new().name("execution".to_owned()).stack_size(STACK);
        if let Err(err) = thread.spawn(move || own.work()) {
            inner.lock().threads -= 1;
            tracing::error!(error = &err as &dyn std::error::Error, "no thread was started");
            // The threads that there are take it.
            if is_first {
                inner.lock().queue.cancel(client, ticket);
                return Err(ApiError::failed());
            }
        }
        Ok(ticket)
    }
}

/// What a thread does: executes, and says what it came to, unless no client listens any more.
fn job<T: Send + 'static>(
    runtime: Handle,
    execute: impl Future<Output = T> + Send + 'static,
    say: oneshot::Sender<T>,
) -> Job {
    Box::new(move || {
        if say.is_closed() {
            return;
        }
        let execute = std::panic::AssertUnwindSafe(|| runtime.block_on(execute));
        // Without an answer, the client that waits hears that there is none.
        if let Ok(found) = std::panic::catch_unwind(execute) {
            let _ = say.send(found);
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    fn client(number: u8) -> Client {
        Client::Address([192, 0, 2, number].into())
    }

    fn execution(client: &Client) -> Execution<'_> {
        Execution { client, estimate: 1, deadline: Arc::new(Deadline::after(LONG)) }
    }

    /// An execution that lasts until the sender is dropped, and says when it has begun.
    fn held(limiter: &Limiter, number: u8) -> (mpsc::Sender<()>, mpsc::Receiver<()>) {
        let (hold, until) = mpsc::channel::<()>();
        let (say, begun) = mpsc::channel();
        let limiter = limiter.clone();
        tokio::spawn(async move {
            let execute = async move {
                let _ = say.send(());
                let _ = until.recv();
            };
            limiter.run(execution(&client(number)), execute).await
        });
        (hold, begun)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn executions_of_one_client_leave_room_for_another() {
        let limiter = Limiter::of(1, 100, Duration::from_millis(50));
        let (hold, begun) = held(&limiter, 1);
        begun.recv().unwrap();
        let second = limiter.run(execution(&client(1)), async { 2 }).await;
        assert_eq!(second.unwrap_err().code(), super::super::error::ErrorCode::Overloaded);
        assert_eq!(limiter.run(execution(&client(2)), async { 3 }).await.unwrap(), 3);
        drop(hold);
        assert_eq!(limiter.run(execution(&client(1)), async { 4 }).await.unwrap(), 4);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_nobody_waits_for_is_cancelled() {
        let limiter = Limiter::of(1, 100, LONG);
        let (hold, begun) = held(&limiter, 1);
        begun.recv().unwrap();
        let deadline = Arc::new(Deadline::after(LONG));
        let one = client(1);
        let queued = Execution { deadline: Arc::clone(&deadline), ..execution(&one) };
        let waited = timeout(Duration::from_millis(20), limiter.run(queued, async {})).await;
        assert!(waited.is_err() && deadline.is_over());
        assert_eq!(limiter.under_way(), 1);
        drop(hold);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_panic_ends_its_execution_alone() {
        let limiter = Limiter::of(1, 100, LONG);
        let deadline = Arc::new(Deadline::after(LONG));
        let begun = Arc::clone(&deadline);
        let local = Client::Local;
        let failing = Execution { client: &local, estimate: 1, deadline };
        let failed = limiter.run(failing, async move {
            begun.begin();
            assert_eq!(1, 2, "on purpose");
        });
        let code = failed.await.unwrap_err().code();
        assert_eq!(code, super::super::error::ErrorCode::InternalServerError);
        assert_eq!(limiter.run(execution(&Client::Local), async { 1 }).await.unwrap(), 1);
    }
}
