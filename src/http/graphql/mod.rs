//! GraphQL over HTTP: requests, the pipeline of an operation, responses and streams.

pub(super) mod body;
pub mod persisted;
pub(super) mod pipeline;
pub(super) mod request;
pub(super) mod response;
pub(super) mod response_cache;
pub(super) mod stream;
