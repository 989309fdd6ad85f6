//! Statements of a publication: printed words in the order of its text, and what rests on each.

use async_graphql::connection::{Connection, Edge};
use async_graphql::{Context, Object};
use serde_json::json;

use super::node::Node;
use super::origin::Origin;
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::context::reader;
use crate::graphql::cursor::CursorScope;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::Serial;
use crate::graphql::list::{LazyCursor, Window, note_page};
use crate::model::evidence::PartKind;
use crate::model::noun::Noun as _;
use crate::model::origin::Assertion;
use crate::model::source;
use crate::read::statements;

/// Statement of a publication about a record: a figure, date or name that it prints, or a fact without printed words.
#[derive(Clone, Debug)]
pub(crate) struct Statement(statements::Statement);

/// Statement of a publication about a record: a figure, date or name that it prints, or a fact without printed words.
#[Object(serial)]
impl Statement {
    /// Short figure, date or name exactly as printed, misprints included. Null for a fact whose printed words are not in the
    /// data.
    async fn as_published(&self) -> Option<&str> {
        self.0.citation.as_published.as_deref()
    }

    /// Interpretation of the printed words: that of the editors of the dataset, otherwise the amount that a printed number
    /// gives. Null if the words are the value itself.
    async fn reading(&self) -> Option<&str> {
        self.0.reading.as_deref()
    }

    /// Position in the publication: `line 7; bytes 1579-1595`, `title`.
    async fn locator(&self) -> Option<&str> {
        self.0.citation.locator.as_deref()
    }

    /// Record that rests on the statement.
    async fn record(&self) -> Node {
        (*self.0.record).clone().into()
    }

    /// Kind of the part of the record that rests on it; null for the record itself.
    async fn part(&self) -> Option<CodeEnum<PartKind>> {
        self.0.part.as_ref().map(|part| CodeEnum(part.kind))
    }

    /// Identifier of the budget, agency or place of that part, or code of its country or sector.
    async fn part_identifier(&self) -> Option<&str> {
        self.0.part.as_ref().map(|part| part.id.as_str())
    }

    /// Field of the record or part that rests on it, as in the source files; null means the whole.
    async fn field(&self) -> Option<&str> {
        self.0.citation.field.as_deref()
    }

    /// Degree of support: STATED by the publication, or DERIVED or INFERRED by the editors of the dataset.
    async fn assertion(&self) -> CodeEnum<Assertion> {
        CodeEnum(self.0.citation.assertion)
    }

    /// Remark by the editors of the dataset.
    async fn note(&self) -> Option<&str> {
        self.0.citation.note.as_deref()
    }

    /// File and line of the citation.
    async fn origin(&self) -> Origin {
        (&self.0.citation.origin).into()
    }
}

/// List of statements of one publication.
pub(crate) type StatementList = Connection<LazyCursor, Serial<Statement>, StatementFields>;

/// Additional fields of a list of statements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StatementFields {
    total: usize,
    printed: usize,
    unprinted: usize,
}

/// Additional fields of a list of statements.
#[Object(serial)]
impl StatementFields {
    /// Number of items in the whole list, before paging.
    async fn total_count(&self) -> usize {
        self.total
    }

    /// Number of statements of the publication with printed words, whatever the list selects.
    async fn printed_count(&self) -> usize {
        self.printed
    }

    /// Number of facts of the publication without printed words, whatever the list selects.
    async fn unprinted_count(&self) -> usize {
        self.unprinted
    }
}

/// Returns a page of the statements of a publication, in the order of its text.
pub(super) fn statements(
    ctx: &Context<'_>,
    source: &source::Source,
    printed: Option<bool>,
    window: &Window,
) -> ApiResult<StatementList> {
    let mut found = reader(ctx)?.statements(source.key())?;
    let all = found.len();
    let with_words = found.iter().filter(|statement| statement.is_printed()).count();
    found.retain(|statement| printed.is_none_or(|printed| statement.is_printed() == printed));
    let scope = CursorScope::of(&json!(["statements", source.key(), printed]));
    let page = window.page(ctx, &scope, |key| found.iter().position(|found| found.key == key))?;
    let positions: Vec<usize> = (0..found.len()).collect();
    let slice = page.take(&positions);
    note_page(ctx, &slice);
    let fields =
        StatementFields { total: slice.total, printed: with_words, unprinted: all - with_words };
    let mut list =
        StatementList::with_additional_fields(slice.has_previous, slice.has_next, fields);
    for statement in slice.items.into_iter().filter_map(|at| found.get(at)) {
        let cursor = LazyCursor::new(&scope, statement.key.clone());
        list.edges.push(Edge::new(cursor, Serial(Statement(statement.clone()))));
    }
    Ok(list)
}
