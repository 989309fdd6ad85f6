//! How much of a thing one client holds: nobody takes all of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedSemaphorePermit;

use super::access::Client;
use super::limits::Room;
use super::refusal::Refusal;
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

/// One of a client, until it is dropped.
#[derive(Debug)]
pub(super) struct Member {
    crowd: Crowd,
    client: Client,
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
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let own = held.entry(client.clone()).or_default();
        if *own >= self.most {
            return Err(Full);
        }
        *own += 1;
        Ok(Member { crowd: self.clone(), client })
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let mut held = self.crowd.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = held.get_mut(&self.client) {
            *own -= 1;
            if *own == 0 {
                held.remove(&self.client);
            }
        }
    }
}

/// Room of which one client has a share. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Shares {
    room: Room,
    crowd: Crowd,
    /// The flag that says how large a share is.
    limit: &'static str,
}

/// A place in shared room, until it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    _place: OwnedSemaphorePermit,
    _member: Member,
}

impl Shares {
    /// Shares of so many places; `limit` is the flag that says how many.
    pub(super) fn new(room: Room, most: usize, limit: &'static str) -> Self {
        Self { room, crowd: Crowd::new(most), limit }
    }

    /// The whole room.
    pub(super) fn room(&self) -> &Room {
        &self.room
    }

    /// A place for a client.
    ///
    /// # Errors
    /// `OVERLOADED` when there is none, `LIMIT_EXCEEDED` when this client has as many as it may.
    pub(super) fn enter(&self, client: Client) -> Result<Seat, Refusal> {
        let (most, limit) = (self.crowd.most, self.limit);
        let of = self.room.of();
        let member = self.crowd.enter(client).map_err(|Full| {
            let message = format!(
                "{most} {of} of this client are under way, which is the limit ({limit}); end one of them first"
            );
            Refusal::new(ErrorCode::LimitExceeded, message).at(limit)
        })?;
        Ok(Seat { _place: self.room.enter()?, _member: member })
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

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
    }
}
