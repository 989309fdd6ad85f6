//! How do we know: the line of a file, and what publications print.

use async_graphql::{Context, Object, SimpleObject};

use super::find;
use super::source::Source;
use crate::graphql::error::Answer;
use crate::graphql::plain::{Plain, PlainList};
use crate::graphql::word::Word;
use crate::model::origin::{self, Assertion};

/// The place in a file that a record was read from.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Origin {
    /// Name of the file, never absolute: `seed/budgets.csv`.
    file: String,
    /// Line of the file; the first is 1.
    line: u32,
}

impl From<&origin::Origin> for Origin {
    fn from(origin: &origin::Origin) -> Self {
        Self { file: origin.file.clone(), line: origin.line }
    }
}

/// What one publication says for a record.
#[derive(Clone, Debug)]
pub(crate) struct Citation(origin::Citation);

pub(in crate::graphql) fn citations(citations: &[origin::Citation]) -> PlainList<Citation> {
    citations.iter().cloned().map(Citation).collect()
}

/// What one publication says for a record.
#[Object(serial)]
impl Citation {
    /// The publication.
    async fn source(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Source>>> {
        find(ctx, self.0.source.as_str())
    }

    /// The field that it supports; null means the record as a whole.
    async fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// The short figure, date or name as printed, slips included: `2007- 2011`.
    async fn as_published(&self) -> Option<&str> {
        self.0.as_published.as_deref()
    }

    /// What we read it as, where that differs from what is printed.
    async fn normalised(&self) -> Option<&str> {
        self.0.normalised.as_deref()
    }

    /// Where in the publication.
    async fn locator(&self) -> Option<&str> {
        self.0.locator.as_deref()
    }

    /// A remark of ours: why a figure is read so, what conflicts with it.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// How far the publication carries it: STATED, or DERIVED or INFERRED by us.
    async fn assertion(&self) -> Word<Assertion> {
        Word(self.0.assertion)
    }

    /// The line of the file that says so.
    async fn origin(&self) -> Origin {
        (&self.0.origin).into()
    }
}
