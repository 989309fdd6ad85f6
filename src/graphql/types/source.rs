//! Publications that support the records.

use super::noun;
use super::relation::SourceRelations;
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::scalar::{Decimal, PartialDate};
use crate::model::licence::Licence;
use crate::model::money::Absence;
use crate::model::source::{self, SourceKind};

noun! {
    /// Publication that supports records.
    Source(source::Source), SourceFilter, DatedOrder, list;

    /// Title, in the language of the publication.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Publisher.
    async fn publisher(&self) -> Option<&str> {
        self.0.publisher.as_deref()
    }

    /// Address on the web, possibly no longer reachable.
    async fn url(&self) -> Option<&str> {
        self.0.url.as_deref()
    }

    /// Date of publication.
    async fn published(&self) -> Option<PartialDate> {
        self.0.published.map(PartialDate)
    }

    /// Reason for the missing date of publication, if known.
    async fn published_absence(&self) -> Option<CodeEnum<Absence>> {
        self.0.published_absence.map(CodeEnum)
    }

    /// Language code. ISO 639-1, two letters.
    async fn language(&self) -> Option<&str> {
        self.0.language.as_deref()
    }

    /// Kind of publication.
    async fn kind(&self) -> CodeEnum<SourceKind> {
        CodeEnum(self.0.kind)
    }

    /// SHA-256 digest of the archived text, in hexadecimal.
    async fn sha256(&self) -> Option<&str> {
        self.0.sha256.as_deref()
    }

    /// Length of the archived text in bytes.
    async fn bytes(&self) -> Option<Decimal> {
        self.0.bytes.map(|bytes| Decimal(bytes.into()))
    }

    /// Remark by the editors of the dataset.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Licence that the publisher states: an SPDX identifier, a short name or a web address. Null if unknown.
    async fn licence(&self) -> Option<&str> {
        self.0.licence.as_ref().map(Licence::as_str)
    }

    #[graphql(flatten)]
    async fn relations(&self) -> SourceRelations {
        SourceRelations(self.0.clone())
    }
}
