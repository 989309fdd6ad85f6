//! Reader of `seed/citations.csv`: further sources for any field of any record.

use super::SHEETS;
use super::file_schema::{FileSchema, ParsedRow};
use super::record_reference;
use super::row::Row;
use super::table::Target;
use crate::ingest::problem::ProblemCode;
use crate::ingest::suggestion::did_you_mean;
use crate::model::noun::Kind;
use crate::model::origin::Citation;

pub(super) static CITATIONS: FileSchema = FileSchema {
    name: "seed/citations.csv",
    own: &[
        "record",
        "field",
        "source_id",
        "as_published",
        "normalised",
        "locator",
        "assertion",
        "note",
    ],
    has_provenance: false,
    keys: None,
    read,
};

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let record = record_reference::parse(row, "record", &targets());
    let field = field(row, record.as_ref().map(|(target, _)| *target));
    let source = row.reference("source_id", Target::Record(Kind::Source));
    let as_published = row.quote();
    let normalised = row.optional("normalised");
    let locator = row.optional("locator");
    let assertion = row.assertion();
    let note = row.optional("note");
    let origin = row.origin();
    let (target, id) = record?;
    let citation = Citation {
        source: source?,
        field,
        as_published,
        normalised,
        locator,
        note,
        assertion,
        origin,
    };
    Some(ParsedRow::Citation(target, id, citation))
}

/// Returns what a citation may support: any record, or a budget.
fn targets() -> Vec<Target> {
    Kind::ALL.iter().map(|kind| Target::Record(*kind)).chain([Target::Budget]).collect()
}

/// Parses the name of the supported column in the record's file.
fn field(row: &mut Row<'_>, target: Option<Target>) -> Option<String> {
    let field = row.optional("field")?;
    let sheet = SHEETS.iter().find(|sheet| sheet.keys.is_some() && sheet.keys == target)?;
    if !sheet.own.contains(&field.as_str()) {
        let message = format!("{} has no column `{field}`", sheet.name);
        let list = format!("its columns are {}", sheet.own.join(", "));
        let help = did_you_mean(&field, sheet.own.iter().copied())
            .map_or(list.clone(), |meant| format!("{meant} {list}"));
        row.error(ProblemCode::UnknownField, "field", message, Some(help));
    }
    Some(field)
}
