//! Checks before the encoder of a format: complete rows, types of cells, number of rows.

use std::fmt;

use super::{Encoder, Format, TableWriter};
use crate::table::batch::{Batch, Cell};
use crate::table::column::ColumnType;
use crate::table::description::Description;
use crate::table::error::TableError;

/// Bytes of text in a batch. Below the range of offsets in [`Batch`] and in the columnar formats.
const MAX_TEXT_BYTES: usize = 1 << 30;

/// Writer that passes checked batches to an encoder.
pub(super) struct Checked<'a> {
    format: Format,
    description: &'a Description,
    encoder: Box<dyn Encoder + 'a>,
    rows: u64,
}

impl<'a> Checked<'a> {
    pub(super) fn new(
        format: Format,
        description: &'a Description,
        encoder: Box<dyn Encoder + 'a>,
    ) -> Self {
        Self { format, description, encoder, rows: 0 }
    }

    fn check_rows(&self, batch: &Batch) -> Result<(), TableError> {
        let (width, columns) = (batch.width(), self.description.columns.len());
        if width != columns || !batch.is_complete() {
            let name = &self.description.name;
            let message = format!("`{name}` has {columns} columns, and rows of another length");
            return Err(TableError::Encode(message));
        }
        if batch.text_bytes() > MAX_TEXT_BYTES {
            let message = format!("{} bytes of text in one batch", batch.text_bytes());
            return Err(TableError::Encode(message));
        }
        Ok(())
    }

    fn check_cells(&self, batch: &Batch) -> Result<(), TableError> {
        for row in batch.rows() {
            for (column, cell) in self.description.columns.iter().zip(row) {
                if !fits(column.r#type, cell) {
                    let (name, kind) = (&column.name, column.r#type.name());
                    let message = format!("column `{name}` is of type {kind}, found {cell:?}");
                    return Err(TableError::Encode(message));
                }
            }
        }
        Ok(())
    }
}

impl TableWriter for Checked<'_> {
    fn write(&mut self, batch: &Batch) -> Result<(), TableError> {
        self.check_rows(batch)?;
        self.check_cells(batch)?;
        self.rows = self.rows.saturating_add(batch.len() as u64);
        self.format.check_row_count(self.rows)?;
        self.encoder.write(batch)
    }

    fn finish(self: Box<Self>) -> Result<(), TableError> {
        self.encoder.finish()
    }
}

impl fmt::Debug for Checked<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut of = formatter.debug_struct("Checked");
        of.field("format", &self.format).field("rows", &self.rows).finish_non_exhaustive()
    }
}

fn fits(r#type: ColumnType, cell: &Cell) -> bool {
    matches!(
        (r#type, cell),
        (_, Cell::Empty)
            | (ColumnType::Text, Cell::Text(_))
            | (ColumnType::Integer, Cell::Integer(_))
            | (ColumnType::Decimal, Cell::Decimal(_))
            | (ColumnType::Boolean, Cell::Boolean(_))
            | (ColumnType::Date, Cell::Date(_))
    )
}
