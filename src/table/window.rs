//! Windows of a table: a page of its rows, or the rows of one record, as JSON objects in memory.

use std::io::{self, ErrorKind, Write};

use async_graphql::indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::catalogue::Prepared;
use super::error::TableError;
use super::format::{Format, Options};
use super::record::RecordTable;
use crate::read::reader::Reader;

/// Row: cells by column, in the order of the columns. Numbers keep all their digits. The value of an absent amount is the
/// reason in words, such as `"not stated"`.
pub type Row = IndexMap<String, Box<RawValue>>;

/// Rows of a noun up to which a table is read in full only to count its rows.
const COUNTED: u32 = 100_000;

/// Largest number of rows of one record.
const PARTS: u64 = 200;

/// Bytes of the rows of a window.
const LARGEST: usize = 16 << 20;

/// Parameters of a table by name: a text, a number, true or false, or an array of these.
pub type JsonParameters = serde_json::Map<String, Value>;

/// Parameters that offset and limit of a page replace.
pub const PAGING: [&str; 4] = ["limit", "offset", "page", "after"];

/// Selection of a page.
#[derive(Clone, Debug)]
pub struct PageQuery {
    /// Parameters of the table, without those of pages.
    pub parameters: JsonParameters,
    /// Columns of the rows; `None` for all.
    pub columns: Option<Vec<String>>,
    /// Number of rows to skip.
    pub offset: u64,
    /// Largest number of rows.
    pub limit: u64,
}

/// Page of a table.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// Name of the table.
    pub table: &'static str,
    /// Version of the data.
    pub data_version: String,
    /// Position of the page in words: `rows 1 to 100 of 2345`.
    pub page: String,
    /// Number of rows before the page.
    pub offset: u64,
    /// Number of rows of the page.
    pub row_count: u64,
    /// Number of rows of the table; `None` if only reading them all gives it, and there are many.
    pub total_rows: Option<u64>,
    /// True if rows follow.
    pub has_more: bool,
    /// Warnings about codes that the data does not contain.
    pub warnings: Vec<String>,
    /// Rows of the page.
    pub rows: Vec<Row>,
}

impl RecordTable {
    /// Reads a page of the table.
    ///
    /// # Errors
    /// [`TableError`], from the parameters or from reading.
    pub fn page(&self, query: &PageQuery, reader: &Reader) -> Result<Page, TableError> {
        let PageQuery { parameters, columns, offset, limit } = query;
        let whole = self.prepare(&pairs(parameters)?, reader)?;
        let known = || whole.description.columns.iter().map(|column| column.name.as_ref());
        let mut wanted = columns.iter().flatten();
        if let Some(name) = wanted.find(|name| !known().any(|known| known == name.as_str())) {
            return Err(TableError::Parameter(unknown_column(name, known())));
        }
        let (counted, warnings) = (whole.count(reader)?, whole.warnings().to_vec());
        let is_read = whole.is_grouped() || reader.count(self.kind) <= COUNTED;
        let (mut rows, total) = if counted.is_none() && is_read {
            let (rows, found) = window(&whole, *offset, *limit, reader)?;
            (rows, Some(found))
        } else {
            let (rows, _) = window(&whole.paged(*offset, *limit), 0, *limit, reader)?;
            (rows, counted)
        };
        if let Some(columns) = columns {
            for row in &mut rows {
                row.retain(|name, _| columns.contains(name));
            }
        }
        let (table, data_version) = (self.name, reader.version().to_owned());
        Ok(Page { table, data_version, warnings, ..Page::of(rows, *offset, total) })
    }

    /// Reads the rows of one record, at most 200. Their figures are those of the whole selection.
    ///
    /// # Errors
    /// [`TableError`], from the parameters or from reading.
    pub(super) fn rows_of(
        &self,
        parameters: &JsonParameters,
        id: &str,
        reader: &Reader,
    ) -> Result<Vec<Row>, TableError> {
        let mut prepared = self.prepare(&pairs(parameters)?, reader)?;
        let Some(key) = prepared.description.key.first().map(ToString::to_string) else {
            return Ok(Vec::new());
        };
        if !prepared.begin_at(id, reader) {
            return Ok(Vec::new());
        }
        let limit = if prepared.description.key.len() == 1 { 1 } else { PARTS };
        let (mut rows, _) = window(&prepared.paged(0, limit), 0, limit, reader)?;
        rows.retain(|row| text(row, &key).as_deref() == Some(id));
        Ok(rows)
    }
}

/// Returns parameters as in a URL.
fn pairs(given: &JsonParameters) -> Result<Vec<(String, String)>, TableError> {
    let invalid = |message: String| Err(TableError::Parameter(message));
    let mut pairs = Vec::new();
    for (name, value) in given {
        if PAGING.contains(&name.as_str()) {
            return invalid(format!("unknown parameter `{name}`: give `offset` and `limit`"));
        }
        let one = std::slice::from_ref(value);
        for value in value.as_array().map_or(one, Vec::as_slice) {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Bool(_) | Value::Number(_) => value.to_string(),
                _ => {
                    let wanted = "a text, a number, true or false, or an array of these";
                    return invalid(format!("invalid parameter `{name}`: expected {wanted}"));
                }
            };
            pairs.push((name.clone(), text));
        }
    }
    Ok(pairs)
}

impl Page {
    fn of(rows: Vec<Row>, offset: u64, total_rows: Option<u64>) -> Self {
        let row_count = rows.len() as u64;
        let end = offset.saturating_add(row_count);
        let has_more = row_count > 0 && total_rows.is_none_or(|total| end < total);
        let of = total_rows.map_or("an unknown number".to_owned(), |total| total.to_string());
        let page = match row_count {
            0 => format!("no rows from offset {offset} on, of {of}"),
            _ if has_more => {
                format!("rows {} to {end} of {of}: continue at offset {end}", offset + 1)
            }
            _ => format!("rows {} to {end} of {of}: the last ones", offset + 1),
        };
        let (table, data_version, warnings) = ("", String::new(), Vec::new());
        Self { table, data_version, page, offset, row_count, total_rows, has_more, warnings, rows }
    }
}

/// Returns the message for an unknown column.
pub(super) fn unknown_column<'n>(
    name: &str,
    known: impl Iterator<Item = impl AsRef<str> + 'n>,
) -> String {
    let known: Vec<String> = known.map(|name| name.as_ref().to_owned()).collect();
    format!("unknown column `{name}`; columns: {}", known.join(", "))
}

/// Returns the text of a cell; `None` for another type or an empty cell.
pub(super) fn text(row: &Row, column: &str) -> Option<String> {
    serde_json::from_str(row.get(column)?.get()).ok()
}

/// Reads the rows from `from` on, at most `limit`. Returns also the number of all rows.
fn window(
    prepared: &Prepared,
    from: u64,
    limit: u64,
    reader: &Reader,
) -> Result<(Vec<Row>, u64), TableError> {
    let to = from.saturating_add(limit);
    let mut lines = Lines { from, to, bytes: Vec::new(), count: 0, is_full: false };
    let provenance = prepared.provenance(reader)?;
    let options = Options::default();
    let written =
        prepared.write(Format::Ndjson, &options, &provenance, reader, Box::new(&mut lines));
    if lines.is_full {
        let (found, limit) = (lines.bytes.len() as u64, LARGEST as u64);
        let advice = "request fewer rows".into();
        return Err(TableError::TooLarge { found, limit, unit: "bytes", advice });
    }
    written?;
    let rows = lines.bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let rows = rows.map(|line| serde_json::from_slice(line).map(with_words));
    let rows: Result<_, _> = rows.collect();
    Ok((rows.map_err(|err| TableError::Encode(err.to_string()))?, lines.count))
}

/// Replaces the missing value of an amount by its reason in words.
fn with_words(mut row: Row) -> Row {
    let absence = text(&row, "absence").map(|code| code.to_lowercase().replace('_', " "));
    if let Some(word) = absence.and_then(|word| to_raw_value(&word).ok()) {
        for column in ["value", "value_text"] {
            if let Some(cell) = row.get_mut(column) {
                cell.clone_from(&word);
            }
        }
    }
    row
}

/// Output that keeps the lines of a window, and counts all of them.
struct Lines {
    from: u64,
    to: u64,
    bytes: Vec<u8>,
    count: u64,
    is_full: bool,
}

impl Write for Lines {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        for piece in more.split_inclusive(|byte| *byte == b'\n') {
            if (self.from..self.to).contains(&self.count) {
                self.bytes.extend_from_slice(piece);
            }
            self.count += u64::from(piece.ends_with(b"\n"));
        }
        self.is_full = self.bytes.len() > LARGEST;
        if self.is_full { Err(ErrorKind::WriteZero.into()) } else { Ok(more.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_outside_of_the_window_are_only_counted() {
        let mut lines = Lines { from: 1, to: 3, bytes: Vec::new(), count: 0, is_full: false };
        for piece in ["a", "a\nb", "b\ncc", "\nd\n"] {
            lines.write_all(piece.as_bytes()).unwrap();
        }
        assert_eq!((lines.bytes.as_slice(), lines.count), (&b"bb\ncc\n"[..], 4));
    }

    #[test]
    fn an_absent_amount_is_a_word_and_digits_stay() {
        let row = |text: &str| with_words(serde_json::from_str(text).unwrap());
        let absent = row(r#"{"value":null,"value_text":null,"absence":"NOT_STATED"}"#);
        assert_eq!(text(&absent, "value").as_deref(), Some("not stated"));
        assert_eq!(text(&absent, "value_text").as_deref(), Some("not stated"));
        let digits = "12345678901234567890.123456789";
        let stated = row(&format!("{{\"value\":{digits},\"absence\":null}}"));
        assert_eq!(stated.get("value").map(|value| value.get()), Some(digits));
    }
}
