//! Agreements between donors and partner countries.

use async_graphql::Context;

use super::agency::Agency;
use super::country::Country;
use super::dialogue::Dialogue;
use super::programme::Programme;
use super::text::Text;
use super::{find, find_all, noun};
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::{Serial, SerialList};
use crate::graphql::scalar::PartialDate;
use crate::model::agreement::{self, AgreementKind};

noun! {
    /// Signed agreement. Its pillar is DIPLOMACY.
    Agreement(agreement::Agreement), AgreementFilter, DatedOrder, list;

    /// Kind of agreement.
    async fn kind(&self) -> CodeEnum<AgreementKind> {
        CodeEnum(self.0.kind)
    }

    /// Title.
    async fn title(&self) -> Text {
        (&self.0.title).into()
    }

    /// Donor that signed.
    async fn donor(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Country>>> {
        find(ctx, self.0.donor.as_str())
    }

    /// Partner countries, or countries that the agreement concerns.
    async fn countries(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Country>> {
        find_all(ctx, &self.0.countries)
    }

    /// Date of signature, as precise as the source.
    async fn signed(&self) -> Option<PartialDate> {
        self.0.signed.map(PartialDate)
    }

    /// Place of signature.
    async fn place(&self) -> Option<Text> {
        self.0.place.as_ref().map(Text::from)
    }

    /// Programmes that it governs.
    async fn governs(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Programme>> {
        find_all(ctx, &self.0.governs)
    }

    /// Dialogue at which it was concluded.
    async fn concluded_at(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Dialogue>>> {
        self.0.concluded_at.as_ref().map_or(Ok(None), |dialogue| find(ctx, dialogue.as_str()))
    }

    /// Agencies that are party to it.
    async fn parties(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Agency>> {
        find_all(ctx, &self.0.parties)
    }

    /// Circumstances, in one clause.
    async fn context(&self) -> Option<Text> {
        self.0.context.as_ref().map(Text::from)
    }
}
