//! Start order of executions: fair to clients, small ones first. Pure data structure, without clock or threads.

use std::collections::{BTreeMap, HashMap};

use crate::model::client::Client;

/// Bounds of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct QueueLimits {
    /// Maximum number of running executions.
    pub(super) permits: usize,
    /// Maximum number of large running executions; the remaining permits are for small ones.
    pub(super) large: usize,
    /// Maximum number of running executions per client.
    pub(super) client: usize,
    /// Maximum number of executions, waiting and running.
    pub(super) capacity: usize,
    /// Estimate from which an execution is large, in microseconds, inclusive.
    pub(super) large_from: u64,
}

/// Key of a waiting execution: its estimate and a unique number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ticket {
    estimate: u64,
    number: u64,
}

/// Executions of one client.
#[derive(Debug)]
struct ClientQueue<J> {
    running: usize,
    /// Execution time of the client so far, on a virtual clock common to all clients.
    used: u64,
    waiting: BTreeMap<Ticket, J>,
}

impl<J> ClientQueue<J> {
    fn new(used: u64) -> Self {
        Self { running: 0, used, waiting: BTreeMap::new() }
    }
}

/// Execution that starts.
#[derive(Debug)]
pub(super) struct Started<J> {
    pub(super) job: J,
    pub(super) client: Client,
    pub(super) estimate: u64,
}

/// Queue of waiting executions, by client.
///
/// The next execution is of the client with the fewest running ones, then of the client with the least time used; within a
/// client the smallest comes first. Time is counted as in start-time fair queueing: a returning client starts at the current
/// virtual time.
/// Source: P. Goyal, H. Vin, H. Cheng, "Start-time Fair Queuing", IEEE/ACM Transactions on Networking 5 (5), 1997.
#[derive(Debug)]
pub(super) struct Queue<J> {
    bounds: QueueLimits,
    lines: HashMap<Client, ClientQueue<J>>,
    running: usize,
    running_large: usize,
    waiting: usize,
    /// Virtual time of the client served last.
    now: u64,
    numbers: u64,
}

impl<J> Queue<J> {
    pub(super) fn new(bounds: QueueLimits) -> Self {
        Self {
            bounds,
            lines: HashMap::new(),
            running: 0,
            running_large: 0,
            waiting: 0,
            now: 0,
            numbers: 0,
        }
    }

    /// Number of executions that wait or run.
    pub(super) fn len(&self) -> usize {
        self.waiting + self.running
    }

    /// Number of executions that wait.
    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Adds an execution. In a full queue, the client with the most waiting executions loses its largest one, unless it is
    /// the caller itself. Returns the evicted job.
    ///
    /// # Errors
    /// The given job, when there is no room for it.
    pub(super) fn push(
        &mut self,
        client: &Client,
        estimate: u64,
        job: J,
    ) -> Result<(Ticket, Option<J>), J> {
        let mut dropped = None;
        if self.len() >= self.bounds.capacity {
            match self.make_room(client) {
                Some(other) => dropped = Some(other),
                None => return Err(job),
            }
        }
        self.numbers += 1;
        let ticket = Ticket { estimate, number: self.numbers };
        let now = self.now;
        let line = self.lines.entry(client.clone()).or_insert_with(|| ClientQueue::new(now));
        line.used = line.used.max(now);
        line.waiting.insert(ticket, job);
        self.waiting += 1;
        Ok((ticket, dropped))
    }

    /// Evicts the largest waiting execution of the client with the most, if that client has at least two more than `client`.
    fn make_room(&mut self, client: &Client) -> Option<J> {
        let own = self.lines.get(client).map_or(0, |line| line.waiting.len());
        let longest = self.lines.iter_mut().max_by_key(|(_, line)| line.waiting.len());
        let (_, line) = longest.filter(|(_, line)| line.waiting.len() > own + 1)?;
        let (_, job) = line.waiting.pop_last()?;
        self.waiting -= 1;
        Some(job)
    }

    /// Removes a waiting execution; `None` if it has started.
    pub(super) fn cancel(&mut self, client: &Client, ticket: Ticket) -> Option<J> {
        let job = self.lines.get_mut(client)?.waiting.remove(&ticket)?;
        self.waiting -= 1;
        self.tidy(client);
        Some(job)
    }

    /// Starts the next execution that is allowed to run.
    pub(super) fn start(&mut self) -> Option<Started<J>> {
        let QueueLimits { permits, large, client: share, large_from, .. } = self.bounds;
        if self.running >= permits {
            return None;
        }
        let large_may = self.running_large < large;
        let may_begin = |line: &&mut ClientQueue<J>| line.running < share;
        let first =
            |line: &ClientQueue<J>| line.waiting.first_key_value().map(|(ticket, _)| *ticket);
        let (client, line) = self
            .lines
            .iter_mut()
            .filter(|(_, line)| may_begin(line))
            .filter(|(_, line)| first(line).is_some_and(|t| large_may || t.estimate < large_from))
            .min_by_key(|(_, line)| (line.running, line.used, first(line)))?;
        let (ticket, job) = line.waiting.pop_first()?;
        self.now = self.now.max(line.used);
        line.used = line.used.saturating_add(ticket.estimate.max(1));
        line.running += 1;
        self.waiting -= 1;
        self.running += 1;
        self.running_large += usize::from(ticket.estimate >= large_from);
        Some(Started { job, client: client.clone(), estimate: ticket.estimate })
    }

    /// Records the end of an execution and its duration in microseconds.
    pub(super) fn finish(&mut self, client: &Client, estimate: u64, took: u64) {
        self.running -= 1;
        self.running_large -= usize::from(estimate >= self.bounds.large_from);
        if let Some(line) = self.lines.get_mut(client) {
            line.running -= 1;
            line.used = line.used.saturating_add(took.saturating_sub(estimate.max(1)));
        }
        self.tidy(client);
    }

    /// Drops a client without executions that has used no more time than others.
    fn tidy(&mut self, client: &Client) {
        let now = self.now;
        let is_idle = |line: &ClientQueue<J>| line.running == 0 && line.waiting.is_empty();
        if self.lines.get(client).is_some_and(|line| is_idle(line) && line.used <= now) {
            self.lines.remove(client);
        }
        // Clients that used more time are dropped once no execution waits: then fairness has no effect.
        if self.waiting == 0 && self.lines.len() > self.running {
            self.lines.retain(|_, line| !is_idle(line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: QueueLimits =
        QueueLimits { permits: 4, large: 2, client: 2, capacity: 8, large_from: 100 };

    fn client(number: u8) -> Client {
        Client::Address([192, 0, 2, number].into())
    }

    fn names(queue: &mut Queue<&'static str>) -> Vec<&'static str> {
        std::iter::from_fn(|| queue.start()).map(|started| started.job).collect()
    }

    #[test]
    fn one_client_never_holds_all_permits() {
        let mut queue = Queue::new(BOUNDS);
        for name in ["a", "b", "c", "d"] {
            queue.push(&client(1), 1, name).unwrap();
        }
        assert_eq!(names(&mut queue), ["a", "b"]);
        queue.push(&client(2), 1, "other").unwrap();
        assert_eq!(names(&mut queue), ["other"]);
        queue.finish(&client(1), 1, 5);
        assert_eq!(names(&mut queue), ["c"]);
    }

    #[test]
    fn large_executions_leave_permits_to_small_ones() {
        let mut queue = Queue::new(BOUNDS);
        for (at, name) in (1..).zip(["a", "b", "c"]) {
            queue.push(&client(at), 1_000, name).unwrap();
        }
        assert_eq!(names(&mut queue).len(), 2);
        queue.push(&client(9), 1, "small").unwrap();
        assert_eq!(names(&mut queue), ["small"]);
    }

    #[test]
    fn small_executions_precede_and_clients_alternate() {
        let mut queue = Queue::new(QueueLimits { permits: 1, ..BOUNDS });
        for (name, estimate) in [("large", 90), ("small", 10), ("middle", 50)] {
            queue.push(&client(1), estimate, name).unwrap();
        }
        queue.push(&client(2), 80, "other").unwrap();
        let mut order = Vec::new();
        while let Some(started) = queue.start() {
            order.push(started.job);
            queue.finish(&started.client, started.estimate, started.estimate);
        }
        assert_eq!(order, ["small", "other", "middle", "large"]);
    }

    #[test]
    fn a_full_queue_drops_from_the_client_with_most_requests() {
        let mut queue = Queue::new(QueueLimits { capacity: 3, ..BOUNDS });
        for (name, estimate) in [("a", 1), ("b", 2), ("c", 3)] {
            queue.push(&client(1), estimate, name).unwrap();
        }
        assert_eq!(queue.push(&client(1), 1, "d").unwrap_err(), "d");
        let (ticket, dropped) = queue.push(&client(2), 1, "e").unwrap();
        assert_eq!(dropped, Some("c"));
        assert_eq!(queue.cancel(&client(2), ticket), Some("e"));
        assert_eq!(queue.cancel(&client(2), ticket), None);
        assert_eq!(queue.len(), 2);
    }

    #[test]
    fn clients_without_requests_are_removed() {
        let mut queue = Queue::new(BOUNDS);
        for at in 1..=3 {
            queue.push(&client(at), 10, "job").unwrap();
            let started = queue.start().unwrap();
            queue.finish(&started.client, started.estimate, 1_000_000);
        }
        assert!(queue.lines.is_empty());
        let mut none = Queue::new(QueueLimits { capacity: 0, ..BOUNDS });
        assert_eq!(none.push(&client(1), 1, "job").unwrap_err(), "job");
    }
}
