//! Rate limiter: a GCRA bucket per client.
//!
//! The generic cell rate algorithm stores one instant per client: the theoretical arrival time of its next request. An
//! instant in the past equals no entry, so it can be dropped at any time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::model::client::Client;

/// Maximum number of tracked clients; all further clients share one bucket.
const REMEMBERED: usize = 65_536;

/// Minimum interval between two sweeps of expired entries.
const SWEEP: Duration = Duration::from_secs(1);

/// Rate limit of one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Sustained requests per second; 0 for no limit.
    pub per_second: u32,
    /// Requests that a client may send at once after it was idle.
    pub burst: u32,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { per_second: 0, burst: 100 }
    }
}

/// Rate limiter over all clients.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    rate: RateLimit,
    limit: usize,
    buckets: Mutex<Buckets>,
}

#[derive(Debug)]
struct Buckets {
    until: HashMap<Client, Instant>,
    swept: Instant,
}

impl RateLimiter {
    pub(crate) fn new(rate: RateLimit) -> Self {
        Self::bounded(rate, REMEMBERED)
    }

    fn bounded(rate: RateLimit, limit: usize) -> Self {
        let buckets = Buckets { until: HashMap::new(), swept: Instant::now() };
        Self { rate, limit, buckets: Mutex::new(buckets) }
    }

    pub(crate) fn rate(&self) -> RateLimit {
        self.rate
    }

    /// Charges `requests` to a client.
    ///
    /// # Errors
    /// The time to wait if the limit is exceeded; then nothing is charged.
    pub(crate) fn charge(
        &self,
        client: Client,
        requests: usize,
        now: Instant,
    ) -> Result<(), Duration> {
        if self.rate.per_second == 0 {
            return Ok(());
        }
        let each = Duration::from_secs(1) / self.rate.per_second;
        let burst = self.rate.burst.max(1);
        // A batch larger than the burst could otherwise never pass.
        let requests = u32::try_from(requests).unwrap_or(u32::MAX).min(burst);
        // A panic cannot leave the map inconsistent, so a poisoned lock is usable.
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let client = buckets.bucket_of(client, self.limit, now);
        let until = buckets.until.get(&client).copied().unwrap_or(now).max(now) + each * requests;
        match until.checked_duration_since(now + each * burst) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => {
                buckets.until.insert(client, until);
                Ok(())
            }
        }
    }
}

impl Buckets {
    /// Returns the client if it is tracked or the map has a free slot; otherwise the shared bucket.
    fn bucket_of(&mut self, client: Client, limit: usize, now: Instant) -> Client {
        if self.until.len() < limit || self.until.contains_key(&client) {
            return client;
        }
        if now.saturating_duration_since(self.swept) >= SWEEP {
            self.swept = now;
            self.until.retain(|_, until| *until > now);
        }
        if self.until.len() < limit { client } else { Client::Others }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Client {
        Client::Holder(name.into())
    }

    #[test]
    fn a_burst_is_followed_by_the_rate() {
        let rates = RateLimiter::new(RateLimit { per_second: 10, burst: 3 });
        let begin = Instant::now();
        let at = |ms| begin + Duration::from_millis(ms);
        let charge = |ms| rates.charge(named("a"), 1, at(ms)).is_ok();
        assert_eq!([charge(0), charge(0), charge(0), charge(0)], [true, true, true, false]);
        assert_eq!(rates.charge(named("a"), 1, at(40)), Err(Duration::from_millis(60)));
        assert_eq!([charge(100), charge(100)], [true, false]);
        // Other clients are unaffected, and a batch is charged by its size.
        assert!(rates.charge(named("b"), 3, at(0)).is_ok());
        assert!(rates.charge(named("b"), 1, at(0)).is_err());
        assert!(rates.charge(named("c"), 50, at(0)).is_ok());
    }

    #[test]
    fn memory_is_bounded_for_any_number_of_clients() {
        let rates = RateLimiter::bounded(RateLimit { per_second: 1, burst: 2 }, 4);
        let begin = Instant::now();
        let passed = |name: usize, secs| {
            rates.charge(named(&name.to_string()), 1, begin + Duration::from_secs(secs)).is_ok()
        };
        assert_eq!((0..4).filter(|name| passed(*name, 0)).count(), 4);
        // New clients share one bucket, and tracked clients keep their own.
        assert_eq!((4..100).filter(|name| passed(*name, 0)).count(), 2);
        assert!(passed(0, 0) && !passed(0, 0));
        // Later, entries of idle clients are swept.
        assert_eq!((200..203).filter(|name| passed(*name, 10)).count(), 3);
        assert!(rates.buckets.lock().unwrap().until.len() <= 5);
    }

    #[test]
    fn without_a_rate_no_request_is_limited() {
        let rates = RateLimiter::new(RateLimit::default());
        assert!((0..1_000).all(|_| rates.charge(named("a"), 1, Instant::now()).is_ok()));
        assert!(rates.buckets.lock().unwrap().until.is_empty());
    }
}
