//! What happened.

use async_graphql::Context;

use super::country::Country;
use super::period::Period;
use super::text::Text;
use super::{find_all, noun};
use crate::graphql::error::Answer;
use crate::graphql::plain::PlainList;
use crate::graphql::word::Word;
use crate::model::event;
use crate::model::programme::Pillar;

noun! {
    /// Something that happened and bears on cooperation.
    Event(event::Event), EventFilter, DatedOrder, list;

    /// What.
    async fn title(&self) -> Text {
        (&self.0.title).into()
    }

    /// The pillar that it bears on, where it is one.
    async fn pillar(&self) -> Option<Word<Pillar>> {
        self.0.pillar.map(Word)
    }

    /// Where.
    async fn countries(&self, ctx: &Context<'_>) -> Answer<PlainList<Country>> {
        find_all(ctx, &self.0.countries)
    }

    /// When.
    async fn period(&self) -> Option<Period> {
        Period::known(self.0.period)
    }
}
