//! Baseline for benchmarks: the schema without the service around it. No route serves it.

use std::sync::Arc;

use async_graphql::Executor;

use super::builder;
use super::context::RequestContext;
use crate::read::reader::Reader;

/// Creates an executor of the schema over one generation, by the library alone: without pre-validation, limits or caches.
pub fn executor(reader: Arc<Reader>) -> impl Executor {
    builder().data(RequestContext::of(reader)).finish()
}
