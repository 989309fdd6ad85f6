//! The contract without the service around it: what benchmarks hold the service against. No address leads to it.

use std::sync::Arc;

use async_graphql::Executor;

use super::builder;
use super::request::Inquiry;
use crate::read::reader::Reader;

/// The schema over one generation, executed by the library alone: without the gate, without limits, without caches.
pub fn executor(reader: Arc<Reader>) -> impl Executor {
    builder().data(Inquiry::of(reader)).finish()
}
