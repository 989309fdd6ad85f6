//! Reader of `seed/sources.csv`: publications that support the records.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::ingest::problem::ProblemCode;
use crate::model::licence::Licence;
use crate::model::noun::Kind;
use crate::model::source::Source;

pub(super) static SOURCES: FileSchema = FileSchema {
    name: "seed/sources.csv",
    own: &[
        "id",
        "title",
        "publisher",
        "url",
        "published",
        "published_absence",
        "language",
        "kind",
        "sha256",
        "bytes",
        "note",
        "licence",
    ],
    has_provenance: false,
    keys: Some(Target::Record(Kind::Source)),
    read,
};

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let id = row.id("id");
    let title = row.required("title");
    let publisher = row.optional("publisher");
    let url = row.url("url");
    let (date, absence) = row.date_or_absence("published", "published_absence");
    let language =
        token(row, "language", "two lower-case letters of ISO 639-1, such as en", |text| {
            text.len() == 2 && text.bytes().all(|b| b.is_ascii_lowercase())
        });
    let kind = row.word("kind");
    let sha256 = token(row, "sha256", "64 hexadecimal digits in lower case", |text| {
        text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    });
    let bytes = row.whole("bytes");
    let note = row.optional("note");
    let licence = licence(row);
    let origin = row.origin();
    let source = Source {
        id: id?,
        title: title?,
        publisher,
        url,
        published: date,
        published_absence: absence,
        language,
        kind: kind?,
        sha256,
        bytes,
        note,
        licence,
        origin,
        citations: Vec::new(),
    };
    Some(ParsedRow::Record(source.into()))
}

/// Parses the licence, which older seeds lack.
fn licence(row: &mut Row<'_>) -> Option<Licence> {
    let parsed = row.optional("licence")?.parse::<Licence>();
    if let Err(invalid) = &parsed {
        let help = "write its SPDX identifier, such as CC-BY-4.0, or its web address".to_owned();
        row.error(ProblemCode::BadToken, "licence", invalid.to_string(), Some(help));
    }
    parsed.ok()
}

/// Parses a text of a fixed form.
fn token(
    row: &mut Row<'_>,
    column: &str,
    form: &str,
    is_valid: fn(&str) -> bool,
) -> Option<String> {
    let text = row.optional(column)?;
    if is_valid(&text) {
        return Some(text);
    }
    let message = format!("`{text}` is not a valid `{column}`");
    row.error(ProblemCode::BadToken, column, message, Some(format!("write {form}")));
    None
}
