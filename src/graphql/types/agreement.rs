//! Agreements.

use async_graphql::Context;

use super::agency::Agency;
use super::country::Country;
use super::dialogue::Dialogue;
use super::programme::Programme;
use super::text::Text;
use super::{find, find_all, noun};
use crate::graphql::error::Answer;
use crate::graphql::plain::{Plain, PlainList};
use crate::graphql::scalar::PartialDate;
use crate::graphql::word::Word;
use crate::model::agreement::{self, AgreementKind};

noun! {
    /// What was signed. Its pillar is DIPLOMACY.
    Agreement(agreement::Agreement), AgreementFilter, DatedOrder, list;

    /// What kind of agreement it is.
    async fn kind(&self) -> Word<AgreementKind> {
        Word(self.0.kind)
    }

    /// Its title.
    async fn title(&self) -> Text {
        (&self.0.title).into()
    }

    /// The donor that signs.
    async fn donor(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Country>>> {
        find(ctx, self.0.donor.as_str())
    }

    /// The countries that it is with or about.
    async fn countries(&self, ctx: &Context<'_>) -> Answer<PlainList<Country>> {
        find_all(ctx, &self.0.countries)
    }

    /// When it was signed, as precise as the source.
    async fn signed(&self) -> Option<PartialDate> {
        self.0.signed.map(PartialDate)
    }

    /// Where it was signed.
    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// The programmes that it governs.
    async fn governs(&self, ctx: &Context<'_>) -> Answer<PlainList<Programme>> {
        find_all(ctx, &self.0.governs)
    }

    /// The dialogue at which it was concluded.
    async fn concluded_at(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Dialogue>>> {
        self.0.concluded_at.as_ref().map_or(Ok(None), |dialogue| find(ctx, dialogue.as_str()))
    }

    /// The agencies that are party to it.
    async fn parties(&self, ctx: &Context<'_>) -> Answer<PlainList<Agency>> {
        find_all(ctx, &self.0.parties)
    }

    /// The circumstances, in a clause.
    async fn context(&self) -> Option<&str> {
        self.0.context.as_deref()
    }
}
