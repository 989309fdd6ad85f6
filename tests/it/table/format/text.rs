//! CSV, JSON and NDJSON byte by byte.

use aidgraph::table::batch::{Batch, Cell};
use aidgraph::table::column::{Column, ColumnType};
use aidgraph::table::description::Description;
use aidgraph::table::format::{Format, LineEnd, Options};
use rust_decimal::Decimal;
use time::{Date, Month};

use super::{text_of, texts};

/// One row of each type, and one of unknown cells.
fn each_type() -> (Description, Vec<Batch>) {
    let columns = vec![
        Column::new("country_code", ColumnType::Text, "Country.").with_codes("ISO 3166-1"),
        Column::new("year", ColumnType::Integer, "Year."),
        Column::new("value", ColumnType::Decimal, "Value.").in_unit("EUR"),
        Column::new("is_flagged", ColumnType::Boolean, "Flag."),
        Column::new("date", ColumnType::Date, "Day."),
    ];
    let mut batch = Batch::new(columns.len());
    batch.push_text("NA");
    batch.push(Cell::Integer(2015));
    batch.push(Cell::Decimal(Decimal::new(-123_450, 2)));
    batch.push(Cell::Boolean(true));
    batch.push(Cell::Date(Date::from_calendar_date(2015, Month::March, 1).unwrap()));
    (0..columns.len()).for_each(|_| batch.push_empty());
    (super::description(columns), vec![batch])
}

#[test]
fn csv_has_a_header_and_leaves_unknown_cells_empty() {
    assert_eq!(
        text_of(Format::Csv, &Options::default(), &each_type()),
        "country_code,year,value,is_flagged,date\r\nNA,2015,-1234.50,true,2015-03-01\r\n,,,,\r\n"
    );
}

#[test]
fn csv_quotes_separators_and_neutralises_formulas() {
    let table =
        texts(&["00123", "1E5", "=A1", "-12.5", "-2+3", "a,b", "\"", "x\r\ny", "", "-1 | 2"]);
    let options = Options { line_end: LineEnd::Lf, byte_order_mark: true, ..Options::default() };
    assert_eq!(
        text_of(Format::Csv, &options, &table),
        "\u{feff}code\n00123\n1E5\n'=A1\n-12.5\n'-2+3\n\"a,b\"\n\"\"\"\"\n\"x\r\ny\"\n\"\"\n-1 | 2\n"
    );
}

#[test]
fn ndjson_is_one_object_per_line() {
    assert_eq!(
        text_of(Format::Ndjson, &Options::default(), &each_type()),
        "{\"country_code\":\"NA\",\"year\":2015,\"value\":-1234.50,\"is_flagged\":true,\"date\":\"2015-03-01\"}\n\
         {\"country_code\":null,\"year\":null,\"value\":null,\"is_flagged\":null,\"date\":null}\n"
    );
}

#[test]
fn json_describes_the_table_before_its_rows() {
    assert_eq!(
        text_of(Format::Json, &Options::default(), &texts(&["a"])),
        "{\"name\":\"payments\",\"title\":\"Payments\",\"question\":\"Who pays \u{201c}how much\u{201d}?\",\
         \"dataVersion\":null,\"licences\":[],\"columns\":[{\"name\":\"code\",\"type\":\"string\",\"unit\":null,\
         \"codes\":null,\"description\":\"A code.\"}],\"warnings\":[],\"rows\":[\n{\"code\":\"a\"}\n],\"rowCount\":1}\n"
    );
    let options = Options { rows_alone: true, ..Options::default() };
    assert_eq!(
        text_of(Format::Json, &options, &texts(&["a", "b"])),
        "[\n{\"code\":\"a\"},\n{\"code\":\"b\"}\n]\n"
    );
    assert_eq!(text_of(Format::Json, &options, &texts(&[])), "[\n]\n");
}

#[test]
fn a_table_without_rows_has_its_header() {
    let table = texts(&[]);
    assert_eq!(text_of(Format::Csv, &Options::default(), &table), "code\r\n");
    assert_eq!(text_of(Format::Ndjson, &Options::default(), &table), "");
    assert!(
        text_of(Format::Json, &Options::default(), &table)
            .ends_with("\"rows\":[\n],\"rowCount\":0}\n")
    );
}
