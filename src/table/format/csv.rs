//! CSV: UTF-8 with a header; unknown is empty. Source: RFC 4180.
//!
//! Text that a spreadsheet reads as a formula (`=A1`, `-2+3`, `+1`, `@x`) is prefixed with an apostrophe. Numbers are not,
//! in any column: `-1234.5` stays `-1234.5`, also in a list, `-1 | 2`.

use std::io;

use csv::{Terminator, Writer, WriterBuilder};

use super::{BUFFER, Encoder, LineEnd, Options, Output, text};
use crate::table::batch::{Batch, Cell};
use crate::table::description::Description;
use crate::table::error::TableError;

/// Leading characters that make a spreadsheet read text as a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Separator of list items in one cell.
const SEPARATOR: &str = " | ";

/// Byte order mark of UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Encoder of CSV.
pub(super) struct Csv<'a> {
    writer: Writer<Output<'a>>,
    scratch: Vec<u8>,
}

impl<'a> Csv<'a> {
    pub(super) fn new(
        options: &Options,
        description: &Description,
        mut output: Output<'a>,
    ) -> Result<Self, TableError> {
        if options.byte_order_mark {
            output.write_all(MARK)?;
        }
        let terminator = match options.line_end {
            LineEnd::CrLf => Terminator::CRLF,
            LineEnd::Lf => Terminator::Any(b'\n'),
        };
        let mut builder = WriterBuilder::new();
        builder.terminator(terminator).buffer_capacity(BUFFER).flexible(true);
        let mut csv = Self { writer: builder.from_writer(output), scratch: Vec::new() };
        csv.write_header(description).map_err(io::Error::from)?;
        Ok(csv)
    }

    fn write_header(&mut self, description: &Description) -> Result<(), csv::Error> {
        for column in &description.columns {
            self.write_text(&column.name)?;
        }
        self.end_row()
    }

    fn write_row(&mut self, batch: &Batch, row: &[Cell]) -> Result<(), csv::Error> {
        for cell in row {
            match *cell {
                Cell::Text(span) => self.write_text(batch.text(span))?,
                cell => {
                    self.scratch.clear();
                    text::append(&mut self.scratch, cell);
                    self.writer.write_field(&self.scratch)?;
                }
            }
        }
        self.end_row()
    }

    /// Writes a text, escaped against evaluation as a formula.
    fn write_text(&mut self, text: &str) -> Result<(), csv::Error> {
        if !is_formula(text) {
            return self.writer.write_field(text);
        }
        self.scratch.clear();
        self.scratch.push(b'\'');
        self.scratch.extend_from_slice(text.as_bytes());
        self.writer.write_field(&self.scratch)
    }

    fn end_row(&mut self) -> Result<(), csv::Error> {
        self.writer.write_record(None::<&[u8]>)
    }
}

impl Encoder for Csv<'_> {
    fn write(&mut self, batch: &Batch) -> Result<(), TableError> {
        for row in batch.rows() {
            self.write_row(batch, row).map_err(io::Error::from)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), TableError> {
        Ok(self.writer.flush()?)
    }
}

/// Returns true for a text that a spreadsheet evaluates; a number, or a list of numbers, is none.
fn is_formula(text: &str) -> bool {
    text.starts_with(FORMULA) && !text.split(SEPARATOR).all(is_number)
}

/// Returns true for a JSON number: `-12`, `-0`, `-1.5`, `-1e-7`; no other sign than a leading minus.
/// Source: RFC 8259, section 6.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let exponent = exponent.map(|text| text.strip_prefix(['-', '+']).unwrap_or(text));
    digits(whole) && fraction.is_none_or(digits) && exponent.is_none_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unchanged_and_formulas_are_escaped() {
        for number in
            ["-1234.5", "-0", "-0.0", "-1e5", "-1.5E-7", "-2e+3", "7", "-1 | 2 | -3", "", "a=b"]
        {
            assert!(!is_formula(number), "{number}");
        }
        for text in [
            "=A1",
            "-2+3",
            "+1",
            "@x",
            "\tx",
            "\r=1",
            "-",
            "-.5",
            "-1.",
            "-1e",
            "-1-1",
            "--1",
            "-1,5",
            "-1 |",
            "-1 | =A1",
            "-A1",
            "-1 2",
            "-\u{0661}",
        ] {
            assert!(is_formula(text), "{text}");
        }
    }
}
