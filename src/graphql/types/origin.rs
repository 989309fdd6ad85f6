//! Provenance: the file and line of a record, and the publications that support it.

use async_graphql::{Context, Object, SimpleObject};

use super::find;
use super::source::Source;
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::{Serial, SerialList};
use crate::model::origin::{self, Assertion};

/// File and line that a record was read from.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Origin {
    /// Name of the file, always relative: `seed/budgets.csv`.
    file: String,
    /// Line of the file, from 1.
    line: u32,
}

impl From<&origin::Origin> for Origin {
    fn from(origin: &origin::Origin) -> Self {
        Self { file: origin.file.clone(), line: origin.line }
    }
}

/// Support of a record by one publication.
#[derive(Clone, Debug)]
pub(crate) struct Citation(origin::Citation);

pub(in crate::graphql) fn citations(citations: &[origin::Citation]) -> SerialList<Citation> {
    citations.iter().cloned().map(Citation).collect()
}

/// Support of a record by one publication.
#[Object(serial)]
impl Citation {
    /// Supporting publication.
    async fn source(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Source>>> {
        find(ctx, self.0.source.as_str())
    }

    /// Supported field; null means the whole record.
    async fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// Short figure, date or name exactly as printed, misprints included: `2007- 2011`.
    async fn as_published(&self) -> Option<&str> {
        self.0.as_published.as_deref()
    }

    /// Interpretation by the editors of the dataset, where it differs from the printed text.
    async fn normalised(&self) -> Option<&str> {
        self.0.normalised.as_deref()
    }

    /// Position in the publication.
    async fn locator(&self) -> Option<&str> {
        self.0.locator.as_deref()
    }

    /// Remark by the editors of the dataset: the reason for a reading, or a conflict between sources.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Degree of support: STATED by the publication, or DERIVED or INFERRED by the editors of the dataset.
    async fn assertion(&self) -> CodeEnum<Assertion> {
        CodeEnum(self.0.assertion)
    }

    /// File and line of the citation.
    async fn origin(&self) -> Origin {
        (&self.0.origin).into()
    }
}
