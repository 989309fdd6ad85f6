//! A table as CSV, for spreadsheets.

use csv::{Terminator, WriterBuilder};

use super::table::{Cell, Kind, Table};

/// What makes a spreadsheet take a text for a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A table as CSV: UTF-8, a header, every unknown cell empty. Source: RFC 4180.
///
/// A cell of text that a spreadsheet would take for a formula gets an apostrophe before it. Numbers are left alone,
/// negative ones too.
///
/// # Errors
/// When the writer fails, which it does not in memory.
pub fn render(table: &Table) -> Result<Vec<u8>, csv::Error> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(table.columns.iter().map(|column| column.name.as_str()))?;
    for row in &table.rows {
        writer.write_record(
            table.columns.iter().zip(row).map(|(column, cell)| field(column.kind, cell)),
        )?;
    }
    writer.into_inner().map_err(|err| csv::Error::from(err.into_error()))
}

fn field(kind: Kind, cell: &Cell) -> String {
    let text = cell.clone().into_text();
    let harmless = match kind {
        Kind::Integer | Kind::Number | Kind::Boolean => true,
        Kind::Decimal => text.parse::<rust_decimal::Decimal>().is_ok(),
        Kind::Text | Kind::Date | Kind::DateTime => false,
    };
    if !harmless && text.starts_with(FORMULA) { format!("'{text}") } else { text }
}
