//! How much of a thing one client holds: nobody takes all of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedSemaphorePermit;

use super::access::Client;
use super::limits::Room;
use super::refusal::{BREAK, Refusal};
use crate::graphql::error::ErrorCode;

/// How many of a thing each client holds. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    most: usize,
    held: Arc<Mutex<HashMap<Client, usize>>>,
}

/// A client has as many as it may.
#[derive(Debug)]
pub(super) struct Full;

/// What a client holds, until it is dropped.
#[derive(Debug)]
pub(super) struct Member {
    crowd: Crowd,
    client: Client,
    amount: usize,
}

impl Crowd {
    /// So many for each.
    pub(super) fn new(most: usize) -> Self {
        Self { most, held: Arc::default() }
    }

    /// One more of a client.
    ///
    /// # Errors
    /// [`Full`] when it has as many as it may.
    pub(super) fn enter(&self, client: Client) -> Result<Member, Full> {
        self.enter_with(client, 1)
    }

    /// So much more of a client.
    ///
    /// # Errors
    /// [`Full`] when that is more than it may have.
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

/// What a client is told who holds his share of something.
pub(super) fn full(most: usize, of: &str) -> Refusal {
    let message = format!(
        "this client holds {most} {of}, which is its share (max-client-share); let go of some first"
    );
    Refusal::new(ErrorCode::RateLimited, message).wait(BREAK).at("max-client-share")
}

/// Room of which one client has a share. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Shares {
    room: Room,
    crowd: Crowd,
}

/// A place in shared room, until it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    _place: OwnedSemaphorePermit,
    _member: Member,
}

impl Shares {
    /// Room of which one client has so many places.
    pub(super) fn new(room: Room, most: usize) -> Self {
        Self { room, crowd: Crowd::new(most) }
    }

    /// The whole room.
    pub(super) fn room(&self) -> &Room {
        &self.room
    }

    /// A place for a client.
    ///
    /// # Errors
    /// `OVERLOADED` when there is none, `RATE_LIMITED` when this client holds its share.
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
        // Who found no room has taken nothing of his share.
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
