//! Publications.

use super::noun;
use super::relation::SourceRelations;
use crate::graphql::scalar::{Decimal, PartialDate};
use crate::graphql::word::Word;
use crate::model::money::Absence;
use crate::model::source::{self, SourceKind};

noun! {
    /// A publication: what says it.
    Source(source::Source), SourceFilter, DatedOrder, list;

    /// Its title, in its own language.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Who publishes it.
    async fn publisher(&self) -> Option<&str> {
        self.0.publisher.as_deref()
    }

    /// Where it is, or was, on the web.
    async fn url(&self) -> Option<&str> {
        self.0.url.as_deref()
    }

    /// When it was published.
    async fn published(&self) -> Option<PartialDate> {
        self.0.published.map(PartialDate)
    }

    /// Why no date of publication is known, where that is known.
    async fn published_absence(&self) -> Option<Word<Absence>> {
        self.0.published_absence.map(Word)
    }

    /// Its language, by the two letters of ISO 639-1.
    async fn language(&self) -> Option<&str> {
        self.0.language.as_deref()
    }

    /// What it is.
    async fn kind(&self) -> Word<SourceKind> {
        Word(self.0.kind)
    }

    /// Digest of the text that was read, in hexadecimal.
    async fn sha256(&self) -> Option<&str> {
        self.0.sha256.as_deref()
    }

    /// Length in bytes of the text that was read.
    async fn bytes(&self) -> Option<Decimal> {
        self.0.bytes.map(|bytes| Decimal(bytes.into()))
    }

    /// A remark of ours.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    #[graphql(flatten)]
    async fn relations(&self) -> SourceRelations {
        SourceRelations(self.0.clone())
    }
}
