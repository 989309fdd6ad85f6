//! Events that affect cooperation.

use async_graphql::Context;

use super::country::Country;
use super::period::Period;
use super::text::Text;
use super::{find_all, noun};
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::SerialList;
use crate::model::event;
use crate::model::programme::Pillar;

noun! {
    /// Event that affects cooperation.
    Event(event::Event), EventFilter, DatedOrder, list;

    /// Title.
    async fn title(&self) -> Text {
        (&self.0.title).into()
    }

    /// Pillar concerned; null when it is not a single one.
    async fn pillar(&self) -> Option<CodeEnum<Pillar>> {
        self.0.pillar.map(CodeEnum)
    }

    /// Countries concerned.
    async fn countries(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Country>> {
        find_all(ctx, &self.0.countries)
    }

    /// Dates of the event.
    async fn period(&self) -> Option<Period> {
        Period::known(self.0.period)
    }
}
