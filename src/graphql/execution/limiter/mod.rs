//! Execution limiter: permits, a fair queue and a maximum wait for executions.
//!
//! Resolvers read memory and disk and never await, so an execution occupies its thread to the end. Executions therefore have
//! their own threads, apart from those that serve sockets. They never delay health checks, metrics, cached responses or
//! signals.
//!
//! There are twice as many permits as processors. One client (the holder of a token, or an address) has at most half of the
//! permits, and so have all large executions together. One client alone can use the whole machine, yet small requests of
//! others still get a permit and a share of the processors from the system's scheduler. Module `queue` defines the order.
//!
//! A semaphore (`tokio::sync::Semaphore`) serves in order of arrival; this module orders by client and estimate.

mod queue;

use std::io;
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;
use tokio::time::{timeout, timeout_at};

use crate::graphql::error::ApiError;
use crate::graphql::limit::ExecutionLimits;
use crate::model::client::Client;
use crate::read::work::Deadline;
use queue::{Queue, QueueLimits, Ticket};

/// Stack size in bytes. Nested selections are executed by nested futures.
const STACK: usize = 8 * 1024 * 1024;

/// Estimate from which an execution is large, in microseconds, inclusive.
const LARGE: u64 = 50_000;

/// Minimum interval between log lines about rejected requests; metrics count each rejection.
const LOG_INTERVAL: Duration = Duration::from_secs(60);

fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Creates the runtime for sockets. Executions have their own threads.
///
/// # Errors
/// When the system cannot start threads.
pub fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(processors().max(2))
        .thread_stack_size(STACK)
        .enable_all()
        .build()
}

type Job = Box<dyn FnOnce() + Send>;

/// Runs executions on its own threads. Clones share the limiter.
#[derive(Clone, Debug)]
pub(in crate::graphql) struct Limiter(Arc<Owner>);

/// Stops the threads when the last clone is dropped.
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
    state: Mutex<LimiterState>,
    more: Condvar,
    /// Maximum wait for a permit.
    max_wait: Duration,
    threads: usize,
    begin: Instant,
    /// Time of the last log line about a rejection, in milliseconds since `begin`; 0 for none.
    last_logged: AtomicU64,
}

struct LimiterState {
    queue: Queue<Job>,
    /// Number of threads started, and of those that are idle.
    threads: usize,
    idle: usize,
    is_closed: bool,
}

impl std::fmt::Debug for LimiterState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State")
            .field("threads", &self.threads)
            .field("idle", &self.idle)
            .finish_non_exhaustive()
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, LimiterState> {
        // Only a defect of the queue can panic under the lock; the next execution survives it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs executions until the limiter is dropped.
    fn work(&self) {
        let mut state = self.lock();
        while !state.is_closed {
            let Some(started) = state.queue.start() else {
                state.idle += 1;
                state = self.more.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.idle -= 1;
                continue;
            };
            // The execution that ended before may have freed permits for more than this one.
            if state.idle > 0 && state.queue.waiting() > 0 {
                self.more.notify_one();
            }
            drop(state);
            let begin = Instant::now();
            // The job catches its own panics.
            (started.job)();
            let took = u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX);
            state = self.lock();
            state.queue.finish(&started.client, started.estimate, took);
        }
    }

    /// Logs a rejection, at most once per interval.
    fn log_rejection(&self) {
        let now = u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX);
        let last_logged = self.last_logged.load(Ordering::Relaxed);
        let is_due = last_logged == 0
            || u128::from(now.saturating_sub(last_logged)) >= LOG_INTERVAL.as_millis();
        if is_due && self.last_logged.swap(now.max(1), Ordering::Relaxed) == last_logged {
            tracing::warn!("service overloaded: requests rejected with status 503");
        }
    }
}

/// Execution to be run: client, size and deadline.
#[derive(Debug)]
pub(in crate::graphql) struct Execution<'a> {
    pub(in crate::graphql) client: &'a Client,
    /// Estimated duration in microseconds.
    pub(in crate::graphql) estimate: u64,
    pub(in crate::graphql) deadline: Arc<Deadline>,
}

/// Cancels an execution when its client goes away: removes it from the queue, or ends it by its deadline.
struct Waiting<'a> {
    inner: &'a Inner,
    client: &'a Client,
    ticket: Ticket,
    deadline: &'a Deadline,
    is_done: bool,
}

impl Waiting<'_> {
    /// Removes the execution from the queue. Returns false if it has already started.
    fn cancel(&self) -> bool {
        self.inner.lock().queue.cancel(self.client, self.ticket).is_some()
    }

    /// Returns the error of an execution that never started.
    fn rejected(&self) -> ApiError {
        if self.deadline.is_over() {
            return ApiError::timeout(self.deadline.limit());
        }
        self.inner.log_rejection();
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
    /// Creates a limiter for executions of at most `time` each.
    pub(in crate::graphql) fn new(limits: ExecutionLimits, time: Duration) -> Self {
        Self::of(processors(), limits.requests, limits.wait.min(time))
    }

    fn of(processors: usize, capacity: usize, max_wait: Duration) -> Self {
        let bounds = QueueLimits {
            permits: 2 * processors,
            large: processors,
            client: processors,
            capacity,
            large_from: LARGE,
        };
        let state =
            LimiterState { queue: Queue::new(bounds), threads: 0, idle: 0, is_closed: false };
        Self(Arc::new(Owner(Arc::new(Inner {
            state: Mutex::new(state),
            more: Condvar::new(),
            max_wait,
            threads: bounds.permits,
            begin: Instant::now(),
            last_logged: AtomicU64::new(0),
        }))))
    }

    /// Number of executions that wait or run.
    pub(in crate::graphql) fn under_way(&self) -> usize {
        self.inner().lock().queue.len()
    }

    /// Runs an execution on a thread of the limiter.
    ///
    /// # Errors
    /// `OVERLOADED` when the queue is full, or no permit is free in time; `TIMEOUT` when the deadline passes first;
    /// `INTERNAL_SERVER_ERROR` when the execution panics.
    pub(in crate::graphql) async fn run<T: Send + 'static>(
        &self,
        execution: Execution<'_>,
        execute: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, ApiError> {
        let inner = self.inner();
        let Execution { client, estimate, deadline } = execution;
        let (sender, mut receiver) = oneshot::channel();
        let job = job(Handle::current(), execute, sender);
        let ticket = self.submit(client, estimate, job)?;
        let mut waiting = Waiting { inner, client, ticket, deadline: &deadline, is_done: false };
        let mut done = timeout(inner.max_wait, &mut receiver).await;
        if done.is_err() {
            if waiting.cancel() {
                return Err(waiting.rejected());
            }
            done = timeout_at(deadline.at().into(), receiver).await;
        }
        match done {
            Ok(Ok(found)) => {
                waiting.is_done = true;
                Ok(found)
            }
            // The execution was evicted from the queue for another client, or has panicked.
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
        self.inner().log_rejection();
        ApiError::queue_full()
    }

    /// Queues a job and makes sure that a thread takes it.
    fn submit(&self, client: &Client, estimate: u64, job: Job) -> Result<Ticket, ApiError> {
        let inner = self.inner();
        let mut state = inner.lock();
        let Ok((ticket, dropped)) = state.queue.push(client, estimate, job) else {
            drop(state);
            return Err(self.full());
        };
        // Threads that were woken for other jobs may not have taken them yet.
        let starts = state.idle < state.queue.waiting() && state.threads < inner.threads;
        state.threads += usize::from(starts);
        let is_first = state.threads == 1;
        drop(state);
        // Dropping the job drops its sender, which notifies its client.
        drop(dropped);
        if !starts {
            inner.more.notify_one();
            return Ok(ticket);
        }
        let own = Arc::clone(inner);
        let thread = thread::Builder::new().name("execution".to_owned()).stack_size(STACK);
        if let Err(err) = thread.spawn(move || own.work()) {
            inner.lock().threads -= 1;
            tracing::error!(
                error = &err as &dyn std::error::Error,
                "cannot start an execution thread"
            );
            // Existing threads take the job.
            if is_first {
                inner.lock().queue.cancel(client, ticket);
                return Err(ApiError::failed());
            }
        }
        Ok(ticket)
    }
}

/// Wraps an execution as a job that sends its result, unless the client has gone away.
fn job<T: Send + 'static>(
    runtime: Handle,
    execute: impl Future<Output = T> + Send + 'static,
    sender: oneshot::Sender<T>,
) -> Job {
    Box::new(move || {
        if sender.is_closed() {
            return;
        }
        let execute = std::panic::AssertUnwindSafe(|| runtime.block_on(execute));
        // Without a result, the dropped sender notifies the client.
        if let Ok(found) = std::panic::catch_unwind(execute) {
            let _ = sender.send(found);
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

    /// Starts an execution that lasts until the sender is dropped, and signals its start.
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
    async fn executions_of_one_client_leave_permits_for_another() {
        let limiter = Limiter::of(1, 100, Duration::from_millis(50));
        let (hold, begun) = held(&limiter, 1);
        begun.recv().unwrap();
        let second = limiter.run(execution(&client(1)), async { 2 }).await;
        assert_eq!(second.unwrap_err().code(), crate::graphql::error::ErrorCode::Overloaded);
        assert_eq!(limiter.run(execution(&client(2)), async { 3 }).await.unwrap(), 3);
        drop(hold);
        assert_eq!(limiter.run(execution(&client(1)), async { 4 }).await.unwrap(), 4);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn executions_without_a_waiting_client_are_cancelled() {
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
    async fn a_panic_ends_only_its_execution() {
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
        assert_eq!(code, crate::graphql::error::ErrorCode::InternalServerError);
        assert_eq!(limiter.run(execution(&Client::Local), async { 1 }).await.unwrap(), 1);
    }
}
