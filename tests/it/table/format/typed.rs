//! XLSX, Parquet and Arrow: cells of their types, and tables of any length.

use std::io::Cursor;

use aidgraph::table::batch::{Batch, Cell};
use aidgraph::table::column::{Column, ColumnType};
use aidgraph::table::format::{Format, Options, Provenance};
use calamine::{Data, Range, Reader, Xlsx};
use time::{Date, Month};

use super::{description, texts, write};

fn data(bytes: &[u8]) -> Range<Data> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    book.worksheet_range("Data").unwrap()
}

#[test]
fn codes_and_formulas_are_text_in_a_sheet() {
    let codes = ["00123", "1E5", "NA", "=1+1", "http://example.org", "TRUE", "2015-03-01"];
    let (description, batches) = texts(&codes);
    let bytes =
        write(Format::Xlsx, &Options::default(), &description, &Provenance::default(), &batches);
    let sheet = data(&bytes.unwrap());
    for (row, code) in (1..).zip(codes) {
        assert_eq!(sheet.get((row, 0)), Some(&Data::String(code.to_owned())));
    }
}

#[test]
fn dates_before_spreadsheets_are_text() {
    let description = description(vec![Column::new("date", ColumnType::Date, "A day.")]);
    let day = |year, month, day| Date::from_calendar_date(year, month, day).unwrap();
    let mut batch = Batch::new(1);
    let days = [
        day(1899, Month::December, 31),
        day(1900, Month::January, 1),
        day(1900, Month::February, 28),
        day(1900, Month::March, 1),
        day(9999, Month::December, 31),
    ];
    for date in days {
        batch.push(Cell::Date(date));
    }
    let batches = [batch];
    let bytes =
        write(Format::Xlsx, &Options::default(), &description, &Provenance::default(), &batches);
    let sheet = data(&bytes.unwrap());
    assert_eq!(sheet.get((1, 0)), Some(&Data::String("1899-12-31".to_owned())));
    let serial = |row| match sheet.get((row, 0)) {
        Some(Data::DateTime(date)) => date.as_f64().to_string(),
        other => panic!("{other:?} is not a date"),
    };
    assert_eq!([2, 3, 4, 5].map(serial), ["1", "59", "61", "2958465"]);
}

#[cfg(feature = "columnar")]
#[test]
fn parquet_writes_groups_of_at_most_32768_rows_in_order() {
    use arrow_array::cast::AsArray;
    use arrow_array::types::Int64Type;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    let description = description(vec![Column::new("number", ColumnType::Integer, "A number.")]);
    let batch = |from: i64| {
        let mut batch = Batch::new(1);
        (from..from + 1_000).map(Cell::Integer).for_each(|cell| batch.push(cell));
        batch
    };
    let batches: Vec<_> = (0..150).map(|at| batch(at * 1_000)).collect();
    let bytes =
        write(Format::Parquet, &Options::default(), &description, &Provenance::default(), &batches);
    let mut file = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut file, &bytes.unwrap()).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let groups = reader
        .metadata()
        .row_groups()
        .iter()
        .map(parquet::file::metadata::RowGroupMetaData::num_rows);
    assert_eq!(groups.collect::<Vec<_>>(), [32_768, 32_768, 32_768, 32_768, 18_928]);
    let read = reader
        .build()
        .unwrap()
        .flat_map(|batch| batch.unwrap().column(0).as_primitive::<Int64Type>().values().to_vec());
    assert!(read.eq(0..150_000));
}
