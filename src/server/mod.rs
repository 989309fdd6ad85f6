//! Server of connections: listener, TLS, timeouts, back-pressure, quotas and rate limits, request ids and shutdown.
//!
//! Knows HTTP, but no GraphQL and no routes: the application behind the listener is a trait. Depends on [`crate::model`] only.

pub(crate) mod counter;
pub(crate) mod in_flight;
pub(crate) mod listener;
pub(crate) mod paced;
pub(crate) mod quota;
pub mod rate;
pub(crate) mod request_id;
mod shutdown;
pub mod tls;

pub use shutdown::Shutdown;
