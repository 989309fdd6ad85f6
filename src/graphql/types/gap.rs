//! Known gaps in the data.

use async_graphql::Context;

use super::country::Country;
use super::period::Period;
use super::text::Text;
use super::{find, find_all, noun};
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::{Serial, SerialList};
use crate::graphql::node_kind::NodeKind;
use crate::graphql::scalar::PartialDate;
use crate::model::gap::{self, GapKind};

noun! {
    /// Known gap in the data: facts that were looked for and are missing, incomplete or uncertain. Its citations are the
    /// publications that were searched.
    Gap(gap::Gap), GapFilter, DatedOrder, list;

    /// Kind of gap.
    async fn kind(&self) -> CodeEnum<GapKind> {
        CodeEnum(self.0.kind)
    }

    /// Noun of the missing facts.
    async fn noun(&self) -> NodeKind {
        self.0.noun.into()
    }

    /// Missing facts, in one clause.
    async fn missing(&self) -> Text {
        (&self.0.missing).into()
    }

    /// Donor whose cooperation the facts belong to; null when they belong to no single one.
    async fn donor(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Country>>> {
        self.0.donor.map_or(Ok(None), |donor| find(ctx, donor.as_str()))
    }

    /// Countries concerned; empty when the gap belongs to no single ones.
    async fn countries(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Country>> {
        find_all(ctx, &self.0.countries)
    }

    /// Years concerned; null for all years.
    async fn period(&self) -> Option<Period> {
        Period::known(self.0.period)
    }

    /// Extent of the search beyond the cited publications; null when there is nothing to add.
    async fn searched(&self) -> Option<Text> {
        self.0.searched.as_ref().map(Text::from)
    }

    /// Date of the last search, as precise as recorded.
    async fn looked_on(&self) -> Option<PartialDate> {
        self.0.looked_on.map(PartialDate)
    }
}
