//! Reader of `seed/citations.csv`: further sources for any field of any record.

use super::SHEETS;
use super::file_schema::{FileSchema, ParsedRow};
use super::row::{Row, RowLink};
use super::table::Target;
use crate::ingest::problem::ProblemCode;
use crate::ingest::suggestion::did_you_mean;
use crate::model::code::Code;
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
    let record = record(row);
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

/// Parses the reference to a record: `Programme:ICP-MLI-3`.
fn record(row: &mut Row<'_>) -> Option<(Target, String)> {
    let text = row.required("record")?;
    let (noun, id) = text.split_once(':').unwrap_or((&text, ""));
    let target = match Kind::parse(noun) {
        Ok(kind) => Some(Target::Record(kind)),
        Err(_) if noun == Target::Budget.name() => Some(Target::Budget),
        Err(_) => None,
    };
    if let (Some(target), false) = (target, id.is_empty()) {
        row.links.push(RowLink { target, id: id.to_owned(), column: "record" });
        return Some((target, id.to_owned()));
    }
    let nouns: Vec<&str> = Kind::WORDS.iter().copied().chain([Target::Budget.name()]).collect();
    let form = format!("write Noun:ID; allowed nouns: {}", nouns.join(", "));
    let help = did_you_mean(noun, nouns.iter().copied())
        .filter(|_| target.is_none())
        .map_or(form.clone(), |meant| format!("{meant} {form}"));
    let message = format!("`{text}` is not a reference to a record");
    row.error(ProblemCode::UnknownWord, "record", message, Some(help));
    None
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
