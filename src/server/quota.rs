//! Quota: limits how much of a shared resource all clients hold together, and how much one client holds.
//!
//! One type for connections, sockets, subscriptions, bodies and uploads in transfer, and bytes of unsent responses.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::model::client::Client;
use crate::model::limit_table::LimitName;

/// Error: a quota is exhausted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum QuotaExceeded {
    /// The quota of all clients; a retry may succeed shortly.
    #[error("limit of {limit} {of} reached{name}: retry shortly")]
    Global {
        /// Size of the quota.
        limit: usize,
        /// Noun of the resource, in the plural.
        of: &'static str,
        /// Name of the limit.
        name: LimitName,
    },
    /// The quota of one client.
    #[error("this client holds its quota of {limit} {of} (max-client-share): release some first")]
    Client {
        /// Size of the quota.
        limit: usize,
        /// Noun of the resource, in the plural.
        of: &'static str,
    },
}

/// Quota of a resource. Clones share state.
#[derive(Clone, Debug)]
pub(crate) struct Quota {
    free: Arc<Semaphore>,
    global: usize,
    per_client: usize,
    of: &'static str,
    name: LimitName,
    held: Arc<Mutex<HashMap<Client, usize>>>,
}

/// An acquired amount; released on drop.
#[derive(Debug)]
pub(crate) struct Permit {
    global: OwnedSemaphorePermit,
    client: Option<ClientPermit>,
}

/// An amount held by one client.
#[derive(Debug)]
struct ClientPermit {
    held: Arc<Mutex<HashMap<Client, usize>>>,
    client: Client,
    amount: usize,
}

impl Quota {
    /// Creates a quota of `global` units for all clients. `of` is the noun of the resource in the plural, and `name` the
    /// name of the limit. A single client is not limited further.
    pub(crate) fn new(global: usize, of: &'static str, name: LimitName) -> Self {
        let global = global.min(Semaphore::MAX_PERMITS);
        let free = Arc::new(Semaphore::new(global));
        Self { free, global, per_client: usize::MAX, of, name, held: Arc::default() }
    }

    /// Limits each client to `per_client` units.
    pub(crate) fn per_client(self, per_client: usize) -> Self {
        Self { per_client, ..self }
    }

    /// Returns the number of units in use.
    pub(crate) fn taken(&self) -> usize {
        self.global.saturating_sub(self.free.available_permits())
    }

    /// Acquires one unit for a client.
    ///
    /// # Errors
    /// [`QuotaExceeded`].
    pub(crate) fn acquire(&self, client: Client) -> Result<Permit, QuotaExceeded> {
        self.acquire_many(Some(client), 1)
    }

    /// Acquires `amount` units. Without a client, such as for a trusted proxy, only the quota of all clients applies.
    ///
    /// # Errors
    /// [`QuotaExceeded`]; then nothing is acquired.
    pub(crate) fn acquire_many(
        &self,
        client: Option<Client>,
        amount: usize,
    ) -> Result<Permit, QuotaExceeded> {
        let units = u32::try_from(amount).ok();
        let free = || Arc::clone(&self.free);
        let global = units.and_then(|units| free().try_acquire_many_owned(units).ok());
        let (of, name) = (self.of, self.name);
        let global = global.ok_or(QuotaExceeded::Global { limit: self.global, of, name })?;
        let client = client.map(|client| self.of_client(client, amount)).transpose()?;
        Ok(Permit { global, client })
    }

    /// Acquires `amount` more units for the client of a permit.
    ///
    /// # Errors
    /// [`QuotaExceeded`]; then the permit is unchanged.
    pub(crate) fn extend(&self, permit: &mut Permit, amount: usize) -> Result<(), QuotaExceeded> {
        let client = permit.client.as_ref().map(|held| held.client.clone());
        let Permit { global, client } = self.acquire_many(client, amount)?;
        permit.global.merge(global);
        if let (Some(held), Some(mut more)) = (&mut permit.client, client) {
            held.amount += std::mem::take(&mut more.amount);
        }
        Ok(())
    }

    fn of_client(&self, client: Client, amount: usize) -> Result<ClientPermit, QuotaExceeded> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let own = held.get(&client).copied().unwrap_or_default();
        if own.saturating_add(amount) > self.per_client {
            return Err(QuotaExceeded::Client { limit: self.per_client, of: self.of });
        }
        held.insert(client.clone(), own + amount);
        Ok(ClientPermit { held: Arc::clone(&self.held), client, amount })
    }

    /// Completes when all units are released; units acquired meanwhile are waited for too.
    pub(crate) async fn drained(&self) {
        let all = u32::try_from(self.global).unwrap_or(u32::MAX);
        // Fails only for a closed semaphore; this one is never closed.
        let _ = self.free.acquire_many(all).await;
    }
}

impl Drop for ClientPermit {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = held.get_mut(&self.client) {
            *own -= self.amount;
            if *own == 0 {
                held.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(number: u8) -> Client {
        Client::Address([192, 0, 2, number].into())
    }

    fn is_global(err: &QuotaExceeded) -> bool {
        matches!(err, QuotaExceeded::Global { .. })
    }

    #[test]
    fn a_released_permit_is_free_for_its_client_and_for_all() {
        let quota = Quota::new(2, "sockets", LimitName::Flag("max-sockets")).per_client(1);
        let acquire = |number| quota.acquire(client(number));
        let seat = acquire(1).unwrap();
        assert!(!is_global(&acquire(1).unwrap_err()));
        let last = acquire(2).unwrap();
        assert!(is_global(&acquire(3).unwrap_err()));
        drop(seat);
        // A rejected client was not charged.
        let third = acquire(3).unwrap();
        drop((last, third));
        assert!(acquire(1).is_ok());
        assert_eq!(quota.taken(), 0);
    }

    #[test]
    fn each_client_has_its_own_share() {
        let quota = Quota::new(100, "sockets", LimitName::Flag("max-sockets")).per_client(2);
        let acquire = |number| quota.acquire(client(number));
        let (first, second) = (acquire(1).unwrap(), acquire(1).unwrap());
        assert!(acquire(1).is_err());
        assert!(acquire(2).is_ok());
        drop(first);
        assert!(acquire(1).is_ok());
        drop(second);
        assert!(quota.held.lock().unwrap().is_empty());
        assert!(quota.acquire_many(Some(client(1)), 3).is_err());
        let both = quota.acquire_many(Some(client(1)), 2).unwrap();
        assert!(acquire(1).is_err());
        assert!(quota.acquire_many(None, 3).is_ok());
        drop(both);
        assert!(acquire(1).is_ok());
    }

    #[test]
    fn amounts_fill_a_quota_until_they_are_released() {
        let quota = Quota::new(200_000, "bytes of unsent responses", LimitName::Flag("max-unsent"));
        let hold = |number, bytes| quota.acquire_many(Some(client(number)), bytes);
        let first = hold(1, 150_000).unwrap();
        let err = hold(2, 100_000).unwrap_err();
        assert!(is_global(&err));
        assert_eq!(
            err.to_string(),
            "limit of 200000 bytes of unsent responses reached (max-unsent): retry shortly"
        );
        assert!(hold(2, 1_000).is_ok());
        drop(first);
        assert_eq!(quota.taken(), 0);
        let mut growing = hold(2, 100_000).unwrap();
        quota.extend(&mut growing, 100_000).unwrap();
        assert!(is_global(&quota.extend(&mut growing, 1).unwrap_err()));
        assert_eq!(quota.taken(), 200_000);
        drop(growing);
        assert!(quota.held.lock().unwrap().is_empty());
        assert_eq!(quota.taken(), 0);
    }
}
