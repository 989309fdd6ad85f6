//! The root of what goes on: a client is told when something happens.

use async_graphql::{Context, Subscription};
use futures_util::{Stream, StreamExt as _, stream};

use super::live::Heard;
use super::plain::Plain;
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
    ) -> impl Stream<Item = Plain<DatasetChanged>> + use<> {
        // One execution is for one event, which the service puts there.
        stream::iter(ctx.data_opt::<Heard>().cloned())
            .map(|Heard { change, missed }| Plain(DatasetChanged { change, missed }))
    }
}
