//! How many connections one client holds: nobody takes all of them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// How many connections each client holds. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    most: usize,
    held: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A client has as many connections as it may.
#[derive(Debug)]
pub(super) struct Full;

/// A connection of a client, until it is dropped.
#[derive(Debug)]
pub(super) struct Member {
    crowd: Crowd,
    client: IpAddr,
}

impl Crowd {
    /// So many for each.
    pub(super) fn new(most: usize) -> Self {
        Self { most, held: Arc::default() }
    }

    /// One connection more of a client.
    ///
    /// # Errors
    /// [`Full`] when it has as many as it may.
    pub(super) fn enter(&self, client: IpAddr) -> Result<Member, Full> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let own = held.entry(client).or_default();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_has_its_share_and_others_theirs() {
        let crowd = Crowd::new(2);
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse::<IpAddr>().unwrap());
        let (first, second) = (crowd.enter(one).unwrap(), crowd.enter(one).unwrap());
        assert!(crowd.enter(one).is_err());
        assert!(crowd.enter(other).is_ok());
        drop(first);
        assert!(crowd.enter(one).is_ok());
        drop(second);
        assert!(crowd.held.lock().unwrap().is_empty());
    }
}
