//! Table of citations: what each publication prints, and what rests on it.

use super::field::{self, Cells, Field};
use super::figure::Figure;
use super::table::{RecordRows, RecordTable, Sheet};
use crate::model::code::Code;
use crate::model::money::Currency;
use crate::model::noun::{Kind, Noun as _};
use crate::model::source::Source;
use crate::read::reader::Reader;
use crate::read::statements::Statement;
use crate::table::error::TableError;
use crate::table::selection::Selection;

/// Statement with its position in the publication.
struct Line {
    statement: Statement,
    at: usize,
}

struct Citations;

impl RecordRows for Citations {
    type Row = Line;

    fn fields(_: Currency) -> Vec<Field<Line>> {
        vec![
            field::one(
                "position",
                "Position among the statements of the publication, in the order of its text; the first is 1.",
                Cells::Integer(|l: &Line| i64::try_from(l.at + 1).ok()),
            ),
            field::text(
                "as_published",
                "Figure, date or name exactly as printed. Empty for a fact without printed words.",
                |l: &Line| l.statement.citation.as_published.as_deref(),
            ),
            field::text(
                "reading",
                "Interpretation of the printed words. Empty if they are the value itself.",
                |l: &Line| l.statement.reading.as_deref(),
            ),
            field::text("locator", "Position in the publication.", |l: &Line| {
                l.statement.citation.locator.as_deref()
            }),
            field::word("noun", "Noun of the record that rests on it.", |l: &Line| {
                Some(l.statement.record.kind().as_str())
            }),
            field::text("record", "Record that rests on it. Identifier.", |l: &Line| {
                Some(l.statement.record.key())
            }),
            field::one(
                "record_name",
                "Label of `record`.",
                Cells::Label(|l: &Line| &l.statement.record),
            ),
            field::word(
                "part",
                "Part of the record that rests on it. Empty for the record itself.",
                |l: &Line| l.statement.part.as_ref().map(|part| part.kind.as_str()),
            ),
            field::text(
                "part_id",
                "Identifier of the budget, agency or place, or code of the country or sector.",
                |l: &Line| l.statement.part.as_ref().map(|part| part.id.as_str()),
            ),
            field::text("field", "Field that rests on it. Empty for the whole.", |l: &Line| {
                l.statement.citation.field.as_deref()
            }),
            field::word("assertion", "STATED, DERIVED or INFERRED.", |l: &Line| {
                Some(l.statement.citation.assertion.as_str())
            }),
            field::text("note", "Remark by the editors of the dataset.", |l: &Line| {
                l.statement.citation.note.as_deref()
            }),
            field::provenance(|l: &Line| {
                let citation = &l.statement.citation;
                (&citation.origin, std::slice::from_ref(citation))
            }),
        ]
    }

    fn write(
        selection: &Selection,
        reader: &Reader,
        sheet: &mut Sheet<'_, '_, Line>,
    ) -> Result<(), TableError> {
        let none = Figure::default();
        let from = selection.from(reader, Kind::Source);
        reader.each::<Source, TableError>(&selection.filter, from, |source| {
            for (at, statement) in reader.statements(source.key())?.into_iter().enumerate() {
                if !sheet.row(&Line { statement, at }, &none)? {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }

    fn count(_: &Selection, _: &Reader) -> Result<Option<u64>, TableError> {
        Ok(None)
    }
}

pub(super) fn citations() -> RecordTable {
    let facts = (
        "citations",
        "Citations",
        "What does each publication print, in the order of its text, and what rests on it?",
        &["source", "position"][..],
    );
    RecordTable::of::<Citations>(facts, Kind::Source).with_parts()
}
