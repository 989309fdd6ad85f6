//! Quotas: limits how much of a shared resource one client holds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedSemaphorePermit;

use super::access::Client;
use super::limits::Room;
use super::refusal::{BREAK, Refusal};
use crate::graphql::error::ErrorCode;

/// Amounts held per client, each up to the same quota. Clones share state.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    most: usize,
    held: Arc<Mutex<HashMap<Client, usize>>>,
}

/// Error: the quota of the client is exhausted.
#[derive(Debug)]
pub(super) struct Full;

/// An amount held by a client; released on drop.
#[derive(Debug)]
pub(super) struct Member {
    crowd: Crowd,
    client: Client,
    amount: usize,
}

impl Crowd {
    /// Creates a quota of `most` per client.
    pub(super) fn new(most: usize) -> Self {
        Self { most, held: Arc::default() }
    }

    /// Acquires one unit for a client.
    ///
    /// # Errors
    /// [`Full`] if the quota is exhausted.
    pub(super) fn enter(&self, client: Client) -> Result<Member, Full> {
        self.enter_with(client, 1)
    }

    /// Acquires `amount` units for a client.
    ///
    /// # Errors
    /// [`Full`] if the amount exceeds the rest of the quota.
    pub(super) fn enter_with(&self, client: Client, amount: usize) -> Result<Member, Full> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let own = held.get(&client).copied().unwrap_or_default();
        if own + amount > self.most {
            return Err(Full);
        }
        held.insert(client.clone(), own + amount);
        Ok(Member { crowd: self.clone(), client, amount })
    }
}

impl Drop for Member {
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

/// Returns the error of a client that exceeds its quota of `most` `of`, for example `4 sockets`.
pub(super) fn full(most: usize, of: &str) -> Refusal {
    let message = format!(
        "this client holds its quota of {most} {of} (max-client-share): release some first"
    );
    Refusal::new(ErrorCode::RateLimited, message).wait(BREAK).at("max-client-share")
}

/// A shared capacity with a quota per client. Clones share state.
#[derive(Clone, Debug)]
pub(super) struct Shares {
    room: Room,
    crowd: Crowd,
}

/// A permit of a shared capacity; released on drop.
#[derive(Debug)]
pub(super) struct Seat {
    _place: OwnedSemaphorePermit,
    _member: Member,
}

impl Shares {
    /// Creates a capacity with a quota of `most` permits per client.
    pub(super) fn new(room: Room, most: usize) -> Self {
        Self { room, crowd: Crowd::new(most) }
    }

    /// Returns the capacity of all clients.
    pub(super) fn room(&self) -> &Room {
        &self.room
    }

    /// Acquires a permit for a client.
    ///
    /// # Errors
    /// `OVERLOADED` without a free permit; `RATE_LIMITED` if the client has exhausted its quota.
    pub(super) fn enter(&self, client: Client) -> Result<Seat, Refusal> {
        let place = self.room.enter()?;
        let told = |Full| full(self.crowd.most, self.room.of());
        let member = self.crowd.enter(client).map_err(told)?;
        Ok(Seat { _place: place, _member: member })
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn a_place_that_is_left_is_free_for_its_client_and_for_all() {
        let shares = Shares::new(Room::new(2, "sockets", "max-sockets"), 1);
        let [one, other, third] = [1, 2, 3].map(|n| Client::Address([192, 0, 2, n].into()));
        let code = |client: &Client| shares.enter(client.clone()).map_err(|err| err.code());
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
        let crowd = Crowd::new(2);
        let [one, other] =
            ["192.0.2.1", "192.0.2.2"].map(|text| Client::Address(text.parse::<IpAddr>().unwrap()));
        let enter = |client: &Client| crowd.enter(client.clone());
        let (first, second) = (enter(&one).unwrap(), enter(&one).unwrap());
        assert!(enter(&one).is_err());
        assert!(enter(&other).is_ok());
        drop(first);
        assert!(enter(&one).is_ok());
        drop(second);
        assert!(crowd.held.lock().unwrap().is_empty());
        assert!(crowd.enter_with(one.clone(), 3).is_err());
        let both = crowd.enter_with(one.clone(), 2).unwrap();
        assert!(enter(&one).is_err());
        drop(both);
        assert!(enter(&one).is_ok());
    }
}
