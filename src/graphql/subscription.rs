//! The root of what goes on: a client is told when something happens.

use async_graphql::{Context, Subscription};
use futures_util::{Stream, StreamExt as _};

use super::live::{Heard, Live};
use super::types::change::DatasetChanged;

/// What a client can be told of as it happens.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Subscription;

/// What a client can be told of as it happens.
#[Subscription]
impl Subscription {
    /// Other data has come into force: sent each time, from the moment of the subscription on. Answers to queries that
    /// begin afterwards come from it.
    async fn dataset_changed(
        &self,
        ctx: &Context<'_>,
    ) -> impl Stream<Item = DatasetChanged> + use<> {
        // The service puts it there; without it nothing ever happens, and the stream ends.
        let live = ctx.data_opt::<Live>().cloned().unwrap_or_default();
        live.changes().map(|Heard { change, missed }| DatasetChanged { change, missed })
    }
}
