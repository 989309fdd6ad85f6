//! Batches: the rows of a table in bounded portions.

use std::fmt::{Display, Write as _};

use rust_decimal::Decimal;
use time::Date;

/// Number of rows after which a maker passes a batch on.
pub const BATCH: usize = 1_024;

/// Cell of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Unknown or not applicable.
    Empty,
    /// True or false.
    Boolean(bool),
    /// Whole number.
    Integer(i64),
    /// Exact decimal.
    Decimal(Decimal),
    /// Full day.
    Date(Date),
    /// Text; see [`Batch::text`].
    Text(Span),
}

/// Position of a text in its batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    from: u32,
    to: u32,
}

/// Rows of equal width. Texts share one buffer, so that a row allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    width: usize,
    cells: Vec<Cell>,
    texts: String,
}

impl Batch {
    /// Creates an empty batch for rows of `width` cells.
    pub fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// Removes all rows and keeps the memory.
    pub fn clear(&mut self) {
        self.cells.clear();
        self.texts.clear();
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.cells.len().checked_div(self.width).unwrap_or(0)
    }

    /// Returns true without rows.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Returns true if every row has all its cells.
    pub fn is_complete(&self) -> bool {
        self.cells.len().is_multiple_of(self.width.max(1))
    }

    /// Number of bytes of its texts.
    pub fn text_bytes(&self) -> usize {
        self.texts.len()
    }

    /// Number of cells in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Lists the rows.
    pub fn rows(&self) -> impl Iterator<Item = &[Cell]> {
        self.cells.chunks_exact(self.width.max(1))
    }

    /// Lists the cells of one column.
    pub fn column(&self, at: usize) -> impl Iterator<Item = Cell> {
        self.rows().map(move |row| row.get(at).copied().unwrap_or(Cell::Empty))
    }

    /// Returns a text of this batch.
    pub fn text(&self, span: Span) -> &str {
        self.texts.get(span.from as usize..span.to as usize).unwrap_or_default()
    }

    /// Appends a cell other than a text.
    pub fn push(&mut self, cell: Cell) {
        self.cells.push(cell);
    }

    /// Appends an empty cell.
    pub fn push_empty(&mut self) {
        self.push(Cell::Empty);
    }

    /// Appends a text, or an empty cell for an empty text.
    pub fn push_text(&mut self, text: &str) {
        let from = self.texts.len();
        self.texts.push_str(text);
        self.close(from);
    }

    /// Appends the text of a value.
    pub fn push_display(&mut self, value: impl Display) {
        let from = self.texts.len();
        // Writing to a string cannot fail.
        let _ = write!(self.texts, "{value}");
        self.close(from);
    }

    /// Appends a text, or an empty cell for none.
    pub fn push_some(&mut self, text: Option<&str>) {
        self.push_text(text.unwrap_or_default());
    }

    fn close(&mut self, from: usize) {
        let span = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let to = self.texts.len();
        let span = Span { from: span(from), to: span(to) };
        self.push(if from == to { Cell::Empty } else { Cell::Text(span) });
    }
}
