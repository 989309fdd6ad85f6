//! Client: the party to which a request is charged, for limits and quotas.

use std::net::IpAddr;
use std::sync::Arc;

/// Client, as identified for limits and quotas.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Client {
    /// The program itself: command line and tests.
    Local,
    /// Holder of a token, by its name.
    Holder(Arc<str>),
    /// Network address.
    Address(IpAddr),
    /// All clients that cannot be distinguished.
    Others,
}
