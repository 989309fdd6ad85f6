//! Dialogues.

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
    /// A dialogue, or one session of it. Its pillar is DIPLOMACY.
    Dialogue(dialogue::Dialogue), DialogueFilter, DatedOrder, list;

    /// What kind of meeting it is.
    async fn kind(&self) -> Word<DialogueKind> {
        Word(self.0.kind)
    }

    /// How high it is held; null when the source does not say.
    async fn level(&self) -> Option<Word<DialogueLevel>> {
        self.0.level.map(Word)
    }

    /// The political room that it is held in.
    async fn forum(&self) -> Word<Forum> {
        Word(self.0.forum)
    }

    /// The ninth session of a partnership committee: 9.
    async fn ordinal(&self) -> Option<u32> {
        self.0.ordinal
    }

    /// What it is or was about.
    async fn title(&self) -> Text {
        (&self.0.title).into()
    }

    /// The donor that takes part.
    async fn donor(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Country>>> {
        find(ctx, self.0.donor.as_str())
    }

    /// The countries that it is with or about.
    async fn countries(&self, ctx: &Context<'_>) -> Answer<PlainList<Country>> {
        find_all(ctx, &self.0.countries)
    }

    /// When.
    async fn period(&self) -> Option<Period> {
        Period::known(self.0.period)
    }

    /// Where.
    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    #[graphql(flatten)]
    async fn relations(&self) -> DialogueRelations {
        DialogueRelations(self.0.clone())
    }
}
