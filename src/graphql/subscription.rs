//! Subscription root: events as they happen.

use async_graphql::{Context, Subscription};
use futures_util::{Stream, StreamExt as _, stream};

use super::current_generation::Heard;
use super::execution::serial::Serial;
use super::types::change::DatasetChanged;

/// Root of all subscriptions.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Subscription;

/// Root of all subscriptions: events as they happen.
#[Subscription]
impl Subscription {
    /// New version of the data. Sent for each change after the subscription starts; queries that start later read the new
    /// version.
    async fn dataset_changed(
        &self,
        ctx: &Context<'_>,
    ) -> impl Stream<Item = Serial<DatasetChanged>> + use<> {
        // Each execution handles one event, which the service adds to the context data.
        stream::iter(ctx.data_opt::<Heard>().cloned())
            .map(|Heard { change, missed }| Serial(DatasetChanged { change, missed }))
    }
}
