//! What tests of the real binary need: a server that ends with its test, and a client that hides nothing.

pub(crate) mod address;
pub(crate) mod hostile;
pub(crate) mod http;
pub(crate) mod http2;
pub(crate) mod server;
pub(crate) mod socket;
