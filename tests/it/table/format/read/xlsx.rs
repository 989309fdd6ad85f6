//! Reader of XLSX: the sheet of rows, and the two sheets about the table.

use std::io::Cursor;

use aidgraph::table::column::ColumnType;
use aidgraph::table::description::Description;
use calamine::{Data, Range, Reader, Xlsx};
use time::Date;

use super::Read;

pub(super) fn read(bytes: &[u8], description: &Description) -> Read {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["Data", "Columns", "About"]);
    let sheet = book.worksheet_range("Data").unwrap();
    let about = book.worksheet_range("About").unwrap();
    check_columns(&book.worksheet_range("Columns").unwrap(), description);
    assert_eq!(value(&about, "title").as_deref(), Some(&*description.title));
    assert_eq!(value(&about, "question").as_deref(), Some(&*description.question));
    assert_eq!(value(&about, "data_version").as_deref(), Some("v1"));
    assert_eq!(value(&about, "licence").as_deref(), Some("CC-BY-4.0"));
    let count = value(&about, "rows").unwrap().parse().unwrap();
    let text = |at: (usize, usize)| sheet.get(at).cloned().unwrap_or_default();
    let width = description.columns.len();
    let header = (0..width).map(|at| cell(&text((0, at)), ColumnType::Text)).collect();
    let row = |row: usize| {
        let cells = description.columns.iter().enumerate();
        cells.map(|(at, column)| cell(&text((row, at)), column.r#type)).collect()
    };
    Read { columns: Some(header), rows: (1..=count).map(row).collect() }
}

fn check_columns(sheet: &Range<Data>, description: &Description) {
    for (row, column) in (1..).zip(&description.columns) {
        let text = |at| cell(sheet.get((row, at)).unwrap_or(&Data::Empty), ColumnType::Text);
        assert_eq!(text(0), column.name);
        assert_eq!(text(1), column.r#type.name());
        assert_eq!(text(2), column.unit.as_deref().unwrap_or_default());
        assert_eq!(text(3), column.codes.as_deref().unwrap_or_default());
        assert_eq!(text(4), column.description);
    }
}

/// First value of a property in the sheet about the table.
fn value(about: &Range<Data>, name: &str) -> Option<String> {
    let row = about.rows().find(|row| row[0] == *name)?;
    Some(cell(&row[1], ColumnType::Text))
}

/// Text of a cell, which has the type of its column.
fn cell(data: &Data, r#type: ColumnType) -> String {
    match (data, r#type) {
        (Data::Empty, _) => String::new(),
        (Data::Float(number), ColumnType::Integer | ColumnType::Decimal) => number.to_string(),
        (Data::Bool(is_true), ColumnType::Boolean) => is_true.to_string(),
        (Data::DateTime(moment), ColumnType::Date) => date(moment.as_f64()),
        (Data::String(text), ColumnType::Text | ColumnType::Date) => text.clone(),
        other => panic!("a cell of another type: {other:?}"),
    }
}

/// Date of the serial number of a day from March 1900.
fn date(serial: f64) -> String {
    let days: i32 = serial.to_string().parse().unwrap();
    let first = Date::from_calendar_date(1899, time::Month::December, 30).unwrap();
    Date::from_julian_day(first.to_julian_day() + days).unwrap().to_string()
}
