//! Political dialogues between donors and countries.

use async_graphql::Context;

use super::country::Country;
use super::period::Period;
use super::relation::DialogueRelations;
use super::text::Text;
use super::{find, find_all, noun};
use crate::graphql::error::Answer;
use crate::graphql::plain::{Plain, PlainList};
use crate::graphql::word::Word;
use crate::model::dialogue::{self, DialogueKind, DialogueLevel, Forum};

noun! {
    /// Dialogue, or one session of it. Its pillar is DIPLOMACY.
    Dialogue(dialogue::Dialogue), DialogueFilter, DatedOrder, list;

    /// Kind of meeting.
    async fn kind(&self) -> Word<DialogueKind> {
        Word(self.0.kind)
    }

    /// Level of the participants; null when not stated.
    async fn level(&self) -> Option<Word<DialogueLevel>> {
        self.0.level.map(Word)
    }

    /// Political forum of the meeting.
    async fn forum(&self) -> Word<Forum> {
        Word(self.0.forum)
    }

    /// Ordinal within its kind: 9 for the ninth session of a partnership committee.
    async fn ordinal(&self) -> Option<u32> {
        self.0.ordinal
    }

    /// Title or subject.
    async fn title(&self) -> Text {
        (&self.0.title).into()
    }

    /// Participating donor.
    async fn donor(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Country>>> {
        find(ctx, self.0.donor.as_str())
    }

    /// Countries that take part or are its subject.
    async fn countries(&self, ctx: &Context<'_>) -> Answer<PlainList<Country>> {
        find_all(ctx, &self.0.countries)
    }

    /// Dates of the meeting.
    async fn period(&self) -> Option<Period> {
        Period::known(self.0.period)
    }

    /// Place of the meeting.
    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    #[graphql(flatten)]
    async fn relations(&self) -> DialogueRelations {
        DialogueRelations(self.0.clone())
    }
}
