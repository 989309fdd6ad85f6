//! JSON and NDJSON: a row is an object, with keys in the order of the columns; unknown is null.
//!
//! Decimals are numbers with all their digits. Readers of floating-point numbers round them.

use serde::Serialize;

use super::{BUFFER, Encoder, Options, Output, Provenance, text};
use crate::table::batch::{Batch, Cell};
use crate::table::column::Column;
use crate::table::description::Description;
use crate::table::error::TableError;

/// Part of a JSON table before its rows.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Head<'a> {
    name: &'a str,
    title: &'a str,
    question: &'a str,
    data_version: Option<&'a str>,
    licences: &'a [String],
    columns: Vec<HeadColumn<'a>>,
    warnings: &'a [String],
}

#[derive(Serialize)]
struct HeadColumn<'a> {
    name: &'a str,
    r#type: &'static str,
    unit: Option<&'a str>,
    codes: Option<&'a str>,
    description: &'a str,
}

impl<'a> Head<'a> {
    fn new(description: &'a Description, provenance: &'a Provenance) -> Self {
        Self {
            name: &description.name,
            title: &description.title,
            question: &description.question,
            data_version: provenance.data_version.as_deref(),
            licences: &provenance.licences,
            columns: description.columns.iter().map(HeadColumn::new).collect(),
            warnings: &provenance.warnings,
        }
    }
}

impl<'a> HeadColumn<'a> {
    fn new(column: &'a Column) -> Self {
        Self {
            name: &column.name,
            r#type: column.r#type.name(),
            unit: column.unit.as_deref(),
            codes: column.codes.as_deref(),
            description: &column.description,
        }
    }
}

/// Layout around the rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// Object whose key `rows` holds the rows.
    Table,
    /// Array of the rows.
    Rows,
    /// One row per line.
    Lines,
}

/// Encoder of JSON.
pub(super) struct Json<'a> {
    layout: Layout,
    output: Output<'a>,
    buffer: Vec<u8>,
    /// Text before each cell: separator, key and colon.
    keys: Vec<Vec<u8>>,
    rows: u64,
}

impl<'a> Json<'a> {
    pub(super) fn new(
        options: &Options,
        description: &Description,
        provenance: &Provenance,
        output: Output<'a>,
    ) -> Result<Self, TableError> {
        let layout = if options.rows_alone { Layout::Rows } else { Layout::Table };
        let mut json = Self::of(layout, description, output)?;
        if layout == Layout::Table {
            append_json(&mut json.buffer, &Head::new(description, provenance))?;
            // The rows follow in the same object.
            json.buffer.pop();
            json.buffer.extend_from_slice(b",\"rows\":");
        }
        json.buffer.push(b'[');
        Ok(json)
    }

    pub(super) fn lines(description: &Description, output: Output<'a>) -> Result<Self, TableError> {
        Self::of(Layout::Lines, description, output)
    }

    fn of(
        layout: Layout,
        description: &Description,
        output: Output<'a>,
    ) -> Result<Self, TableError> {
        let mut keys = Vec::new();
        for column in &description.columns {
            let mut key = if keys.is_empty() { b"{".to_vec() } else { b",".to_vec() };
            append_json(&mut key, &column.name)?;
            key.push(b':');
            keys.push(key);
        }
        Ok(Self { layout, output, buffer: Vec::with_capacity(2 * BUFFER), keys, rows: 0 })
    }

    fn append_row(&mut self, batch: &Batch, row: &[Cell]) -> Result<(), TableError> {
        if self.layout != Layout::Lines {
            self.buffer.extend_from_slice(if self.rows == 0 { b"\n" } else { b",\n" });
        }
        for (key, cell) in self.keys.iter().zip(row) {
            self.buffer.extend_from_slice(key);
            append_cell(&mut self.buffer, batch, *cell)?;
        }
        self.buffer.extend_from_slice(if self.layout == Layout::Lines { b"}\n" } else { b"}" });
        self.rows += 1;
        Ok(())
    }

    fn pass_on(&mut self) -> Result<(), TableError> {
        self.output.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

impl Encoder for Json<'_> {
    fn write(&mut self, batch: &Batch) -> Result<(), TableError> {
        for row in batch.rows() {
            self.append_row(batch, row)?;
            if self.buffer.len() >= BUFFER {
                self.pass_on()?;
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), TableError> {
        match self.layout {
            Layout::Table => {
                let end = format!("\n],\"rowCount\":{}}}\n", self.rows);
                self.buffer.extend_from_slice(end.as_bytes());
            }
            Layout::Rows => self.buffer.extend_from_slice(b"\n]\n"),
            Layout::Lines => {}
        }
        self.pass_on()?;
        Ok(self.output.flush()?)
    }
}

fn append_cell(buffer: &mut Vec<u8>, batch: &Batch, cell: Cell) -> Result<(), TableError> {
    match cell {
        Cell::Empty => buffer.extend_from_slice(b"null"),
        Cell::Text(span) => append_json(buffer, batch.text(span))?,
        Cell::Date(_) => {
            buffer.push(b'"');
            text::append(buffer, cell);
            buffer.push(b'"');
        }
        cell => text::append(buffer, cell),
    }
    Ok(())
}

fn append_json(buffer: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) -> Result<(), TableError> {
    serde_json::to_writer(buffer, value).map_err(|error| TableError::Encode(error.to_string()))
}
