//! Quotas: limits how much of a shared resource one client holds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedSemaphorePermit;

use super::access::Client;
use super::error::{BREAK, HttpError};
use super::limits::Capacity;
use crate::graphql::error::ErrorCode;

/// Amounts held per client, each up to the same quota. Clones share state.
#[derive(Clone, Debug)]
pub(super) struct PerClient {
    limit: usize,
    held: Arc<Mutex<HashMap<Client, usize>>>,
}

/// Error: the quota of the client is exhausted.
#[derive(Debug)]
pub(super) struct QuotaExceeded;

/// An amount held by a client; released on drop.
#[derive(Debug)]
pub(super) struct QuotaPermit {
    crowd: PerClient,
    client: Client,
    amount: usize,
}

impl PerClient {
    /// Creates a quota of `limit` per client.
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, held: Arc::default() }
    }

    /// Acquires one unit for a client.
    ///
    /// # Errors
    /// [`QuotaExceeded`] if the quota is exhausted.
    pub(super) fn acquire(&self, client: Client) -> Result<QuotaPermit, QuotaExceeded> {
        self.acquire_many(client, 1)
    }

    /// Acquires `amount` units for a client.
    ///
    /// # Errors
    /// [`QuotaExceeded`] if the amount exceeds the rest of the quota.
    pub(super) fn acquire_many(
        &self,
        client: Client,
        amount: usize,
    ) -> Result<QuotaPermit, QuotaExceeded> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let own = held.get(&client).copied().unwrap_or_default();
        if own + amount > self.limit {
            return Err(QuotaExceeded);
        }
        held.insert(client.clone(), own + amount);
        Ok(QuotaPermit { crowd: self.clone(), client, amount })
    }
}

impl Drop for QuotaPermit {
    fn drop(&mut self) {
        let mut held = self.crowd.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = held.get_mut(&self.client) {
            *own -= self.amount;
            if *own == 0 {
                held.remove(&self.client);
            }
        }
    }
}

/// Returns the error of a client that exceeds its quota of `limit` `of`, for example `4 sockets`.
pub(super) fn quota_exceeded(limit: usize, of: &str) -> HttpError {
    let message = format!(
        "this client holds its quota of {limit} {of} (max-client-share): release some first"
    );
    HttpError::new(ErrorCode::RateLimited, message).wait(BREAK).at("max-client-share")
}

/// A shared capacity with a quota per client. Clones share state.
#[derive(Clone, Debug)]
pub(super) struct Quota {
    room: Capacity,
    crowd: PerClient,
}

/// A permit of a shared capacity; released on drop.
#[derive(Debug)]
pub(super) struct Permit {
    _place: OwnedSemaphorePermit,
    _member: QuotaPermit,
}

impl Quota {
    /// Creates a capacity with a quota of `limit` permits per client.
    pub(super) fn new(room: Capacity, limit: usize) -> Self {
        Self { room, crowd: PerClient::new(limit) }
    }

    /// Returns the capacity of all clients.
    pub(super) fn room(&self) -> &Capacity {
        &self.room
    }

    /// Acquires a permit for a client.
    ///
    /// # Errors
    /// `OVERLOADED` without a free permit; `RATE_LIMITED` if the client has exhausted its quota.
    pub(super) fn acquire(&self, client: Client) -> Result<Permit, HttpError> {
        let place = self.room.acquire()?;
        let exceeded = |QuotaExceeded| quota_exceeded(self.crowd.limit, self.room.of());
        let member = self.crowd.acquire(client).map_err(exceeded)?;
        Ok(Permit { _place: place, _member: member })
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn a_place_that_is_left_is_free_for_its_client_and_for_all() {
        let shares = Quota::new(Capacity::new(2, "sockets", "max-sockets"), 1);
        let [one, other, third] = [1, 2, 3].map(|n| Client::Address([192, 0, 2, n].into()));
        let code = |client: &Client| shares.acquire(client.clone()).map_err(|err| err.code());
        let seat = code(&one).unwrap();
        assert_eq!(code(&one).unwrap_err(), ErrorCode::RateLimited);
        let last = code(&other).unwrap();
        assert_eq!(code(&third).unwrap_err(), ErrorCode::Overloaded);
        drop(seat);
        // A rejected client was not charged.
        let third = code(&third).unwrap();
        drop((last, third));
        assert!(code(&one).is_ok());
        assert_eq!(shares.room().taken(), 0);
    }

    #[test]
    fn one_client_has_its_share_and_others_theirs() {
        let crowd = PerClient::new(2);
        let [one, other] =
            ["192.0.2.1", "192.0.2.2"].map(|text| Client::Address(text.parse::<IpAddr>().unwrap()));
        let acquire = |client: &Client| crowd.acquire(client.clone());
        let (first, second) = (acquire(&one).unwrap(), acquire(&one).unwrap());
        assert!(acquire(&one).is_err());
        assert!(acquire(&other).is_ok());
        drop(first);
        assert!(acquire(&one).is_ok());
        drop(second);
        assert!(crowd.held.lock().unwrap().is_empty());
        assert!(crowd.acquire_many(one.clone(), 3).is_err());
        let both = crowd.acquire_many(one.clone(), 2).unwrap();
        assert!(acquire(&one).is_err());
        drop(both);
        assert!(acquire(&one).is_ok());
    }
}
