//! How often a client may ask: so many requests a second, and some at once after a while of silence.
//!
//! Of each client one moment is kept: when all that it has asked would have been asked at the rate (the generic cell rate
//! algorithm). A moment that has passed is as good as none, so that it can be forgotten at any time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::graphql::limiter::Client;

/// How many clients are remembered, at most; those beyond share one place.
const REMEMBERED: usize = 65_536;

/// How often, at most, those that are as good as forgotten are looked for.
const SWEEP: Duration = Duration::from_secs(1);

/// How often a client may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second; 0 for as many as he likes.
    pub per_second: u32,
    /// Requests at once.
    pub burst: u32,
}

impl Default for Rate {
    fn default() -> Self {
        Self { per_second: 0, burst: 100 }
    }
}

/// What every client has asked lately.
#[derive(Debug)]
pub(super) struct Rates {
    rate: Rate,
    most: usize,
    asked: Mutex<Asked>,
}

#[derive(Debug)]
struct Asked {
    until: HashMap<Client, Instant>,
    swept: Instant,
}

impl Rates {
    pub(super) fn new(rate: Rate) -> Self {
        Self::bounded(rate, REMEMBERED)
    }

    fn bounded(rate: Rate, most: usize) -> Self {
        let asked = Asked { until: HashMap::new(), swept: Instant::now() };
        Self { rate, most, asked: Mutex::new(asked) }
    }

    pub(super) fn rate(&self) -> Rate {
        self.rate
    }

    /// Counts so many requests of a client.
    ///
    /// # Errors
    /// How long he has to wait, where they are too many; then none is counted.
    pub(super) fn spend(
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
        // More than may come at once would else never come.
        let requests = u32::try_from(requests).unwrap_or(u32::MAX).min(burst);
        // What a panic left behind are moments all the same.
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let client = asked.place(client, self.most, now);
        let until = asked.until.get(&client).copied().unwrap_or(now).max(now) + each * requests;
        match until.checked_duration_since(now + each * burst) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => {
                asked.until.insert(client, until);
                Ok(())
            }
        }
    }
}

impl Asked {
    /// The client, where he is known or there is a place for him.
    fn place(&mut self, client: Client, most: usize, now: Instant) -> Client {
        if self.until.len() < most || self.until.contains_key(&client) {
            return client;
        }
        if now.saturating_duration_since(self.swept) >= SWEEP {
            self.swept = now;
            self.until.retain(|_, until| *until > now);
        }
        if self.until.len() < most { client } else { Client::Others }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Client {
        Client::Holder(name.into())
    }

    #[test]
    fn some_come_at_once_and_then_as_the_rate_allows() {
        let rates = Rates::new(Rate { per_second: 10, burst: 3 });
        let begin = Instant::now();
        let at = |ms| begin + Duration::from_millis(ms);
        let spend = |ms| rates.spend(named("a"), 1, at(ms)).is_ok();
        assert_eq!([spend(0), spend(0), spend(0), spend(0)], [true, true, true, false]);
        assert_eq!(rates.spend(named("a"), 1, at(40)), Err(Duration::from_millis(60)));
        assert_eq!([spend(100), spend(100)], [true, false]);
        // Others are not held up, and a batch counts for what it holds.
        assert!(rates.spend(named("b"), 3, at(0)).is_ok());
        assert!(rates.spend(named("b"), 1, at(0)).is_err());
        assert!(rates.spend(named("c"), 50, at(0)).is_ok());
    }

    #[test]
    fn memory_is_bounded_whoever_asks() {
        let rates = Rates::bounded(Rate { per_second: 1, burst: 2 }, 4);
        let begin = Instant::now();
        let passed = |name: usize, secs| {
            rates.spend(named(&name.to_string()), 1, begin + Duration::from_secs(secs)).is_ok()
        };
        assert_eq!((0..4).filter(|name| passed(*name, 0)).count(), 4);
        // Strangers share what is left, and those who are known keep their place.
        assert_eq!((4..100).filter(|name| passed(*name, 0)).count(), 2);
        assert!(passed(0, 0) && !passed(0, 0));
        // After a while those who are silent have made room.
        assert_eq!((200..203).filter(|name| passed(*name, 10)).count(), 3);
        assert!(rates.asked.lock().unwrap().until.len() <= 5);
    }

    #[test]
    fn without_a_rate_nobody_is_held_up() {
        let rates = Rates::new(Rate::default());
        assert!((0..1_000).all(|_| rates.spend(named("a"), 1, Instant::now()).is_ok()));
        assert!(rates.asked.lock().unwrap().until.is_empty());
    }
}
