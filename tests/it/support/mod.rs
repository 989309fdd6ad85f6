//! Support for tests of the real binary: a server that ends with its test, and low-level clients.

pub(crate) mod address;
pub(crate) mod hostile;
pub(crate) mod http;
pub(crate) mod http2;
pub(crate) mod server;
pub(crate) mod socket;
