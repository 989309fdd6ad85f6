//! CSV output of tables, for spreadsheets.

use csv::{Terminator, Writer, WriterBuilder};

use super::table::{SEPARATOR, Table};
use crate::graphql::bounds::{BoundedBuffer, Bounds};
use crate::graphql::error::ApiError;

/// Leading characters that make a spreadsheet read text as a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Renders a table as CSV: UTF-8, with a header, and empty cells for unknown values. Source: RFC 4180.
///
/// Text that a spreadsheet would read as a formula (`=A1`, `-2+3`, `+1`, `@x`) is prefixed with an apostrophe. Numbers
/// are not, in any column: `-1234.5` stays `-1234.5`, also in a list, `-1 | 2`.
///
/// # Errors
/// The error of the exceeded bound.
pub fn render(table: &Table, bounds: &Bounds) -> Result<Vec<u8>, ApiError> {
    written(table, Terminator::CRLF, bounds)
}

/// Renders a table as CSV with Unix line ends, for `grep -x` and `cut`.
///
/// # Errors
/// As [`render`].
pub fn render_lines(table: &Table, bounds: &Bounds) -> Result<Vec<u8>, ApiError> {
    written(table, Terminator::Any(b'\n'), bounds)
}

fn written(table: &Table, terminator: Terminator, bounds: &Bounds) -> Result<Vec<u8>, ApiError> {
    let mut buffer = bounds.buffer();
    let mut writer = WriterBuilder::new().terminator(terminator).from_writer(&mut buffer);
    let written = write(table, &mut writer);
    drop(writer);
    buffer.finish(written)
}

fn write(table: &Table, writer: &mut Writer<&mut BoundedBuffer>) -> Result<(), csv::Error> {
    writer.write_record(table.columns.iter().map(|column| guarded(column.name.clone())))?;
    for row in &table.rows {
        writer.write_record(row.iter().map(|cell| guarded(cell.clone().into_text())))?;
    }
    Ok(writer.flush()?)
}

/// Escapes the text of a cell against evaluation as a formula.
fn guarded(text: String) -> String {
    let is_formula = text.starts_with(FORMULA) && !text.split(SEPARATOR).all(is_number);
    if is_formula { format!("'{text}") } else { text }
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
    fn numbers_are_left_alone_and_formulas_are_guarded() {
        for number in ["-1234.5", "-0", "-0.0", "-1e5", "-1.5E-7", "-2e+3", "7", "-1 | 2 | -3", ""]
        {
            assert_eq!(guarded(number.to_owned()), number);
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
            assert_eq!(guarded(text.to_owned()), format!("'{text}"));
        }
    }
}
