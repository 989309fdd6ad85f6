//! Output of a maker: collects rows into batches, within the requested offset and limit.

use super::batch::{BATCH, Batch};
use super::error::TableError;
use super::format::TableWriter;

/// Number of bytes of texts after which a batch is passed on.
const BATCH_BYTES: usize = 1 << 20;

/// Output of the rows of one table.
#[derive(Debug)]
pub struct Output<'w> {
    writer: Box<dyn TableWriter + 'w>,
    batch: Batch,
    skip: u64,
    left: u64,
    rows: u64,
}

impl<'w> Output<'w> {
    /// Creates an output of rows of `width` cells. It skips `offset` rows, and ends after `limit` rows.
    pub fn new(
        writer: Box<dyn TableWriter + 'w>,
        width: usize,
        offset: u64,
        limit: Option<u64>,
    ) -> Self {
        let left = limit.unwrap_or(u64::MAX);
        Self { writer, batch: Batch::new(width), skip: offset, left, rows: 0 }
    }

    /// Returns true if no further row is written.
    pub fn is_full(&self) -> bool {
        self.left == 0
    }

    /// Takes the place of the next row; `None` if the row is skipped.
    pub(super) fn row(&mut self) -> Option<&mut Batch> {
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        self.left = self.left.checked_sub(1)?;
        self.rows += 1;
        Some(&mut self.batch)
    }

    /// Passes the batch on if it is full. Called after each row.
    ///
    /// # Errors
    /// The error of the writer.
    pub(super) fn pass(&mut self) -> Result<(), TableError> {
        if self.batch.len() >= BATCH || self.batch.text_bytes() >= BATCH_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), TableError> {
        if !self.batch.is_empty() {
            self.writer.write(&self.batch)?;
            self.batch.clear();
        }
        Ok(())
    }

    /// Completes the table; returns the number of its rows.
    ///
    /// # Errors
    /// The error of the writer.
    pub fn finish(mut self) -> Result<u64, TableError> {
        self.flush()?;
        self.writer.finish()?;
        Ok(self.rows)
    }
}
