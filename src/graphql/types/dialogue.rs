//! Political dialogues between donors and countries.

use async_graphql::Context;

use super::country::Country;
use super::period::Period;
use super::relation::DialogueRelations;
use super::text::Text;
use super::{find, find_all, noun};
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::{Serial, SerialList};
use crate::model::dialogue::{self, DialogueKind, DialogueLevel, Forum};

noun! {
    /// Dialogue, or one session of it. Its pillar is DIPLOMACY.
    Dialogue(dialogue::Dialogue), DialogueFilter, DatedOrder, list;

    /// Kind of meeting.
    async fn kind(&self) -> CodeEnum<DialogueKind> {
        CodeEnum(self.0.kind)
    }

    /// Level of the participants; null when not stated.
    async fn level(&self) -> Option<CodeEnum<DialogueLevel>> {
        self.0.level.map(CodeEnum)
    }

    /// Political forum of the meeting.
    async fn forum(&self) -> CodeEnum<Forum> {
        CodeEnum(self.0.forum)
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
    async fn donor(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Country>>> {
        find(ctx, self.0.donor.as_str())
    }

    /// Countries that take part or are its subject.
    async fn countries(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Country>> {
        find_all(ctx, &self.0.countries)
    }

    /// Dates of the meeting.
    async fn period(&self) -> Option<Period> {
        Period::known(self.0.period)
    }

    /// Place of the meeting.
    async fn place(&self) -> Option<Text> {
        self.0.place.as_ref().map(Text::from)
    }

    #[graphql(flatten)]
    async fn relations(&self) -> DialogueRelations {
        DialogueRelations(self.0.clone())
    }
}
