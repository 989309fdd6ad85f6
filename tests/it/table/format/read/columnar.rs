//! Readers of Parquet and Arrow files.

use std::io::{Cursor, Seek, Write};

use aidgraph::table::column::ColumnType;
use aidgraph::table::description::Description;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::Schema;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use time::Date;

use super::Read;

pub(super) fn parquet(bytes: &[u8], description: &Description) -> Read {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let facts = reader.metadata().file_metadata();
    assert_eq!(facts.created_by(), Some("aidgraph version 1"));
    let pairs = facts.key_value_metadata().unwrap();
    let fact = |name: &str| pairs.iter().find(|pair| pair.key == name)?.value.as_deref();
    assert_eq!(fact("title"), Some(&*description.title));
    assert_eq!(fact("data_version"), Some("v1"));
    assert_eq!(fact("licences"), Some(r#"["CC-BY-4.0","ODbL-1.0"]"#));
    check_fields(reader.schema(), description);
    let names = names(reader.schema());
    let batches: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
    Read { columns: Some(names), rows: rows(&batches, description) }
}

pub(super) fn arrow(bytes: &[u8], description: &Description) -> Read {
    let reader = arrow_ipc::reader::FileReader::try_new(Cursor::new(bytes), None).unwrap();
    let schema = reader.schema();
    assert_eq!(schema.metadata().get("title").map(String::as_str), Some(&*description.title));
    check_fields(&schema, description);
    let batches: Vec<_> = reader.map(Result::unwrap).collect();
    Read { columns: Some(names(&schema)), rows: rows(&batches, description) }
}

fn names(schema: &Schema) -> Vec<String> {
    schema.fields().iter().map(|field| field.name().clone()).collect()
}

fn check_fields(schema: &Schema, description: &Description) {
    for (field, column) in schema.fields().iter().zip(&description.columns) {
        let fact = |name: &str| field.metadata().get(name).map(String::as_str);
        assert_eq!(fact("description"), Some(&*column.description));
        assert_eq!(fact("unit"), column.unit.as_deref());
        assert_eq!(fact("code_list"), column.codes.as_deref());
    }
}

fn rows(batches: &[RecordBatch], description: &Description) -> Vec<Vec<String>> {
    let row = |batch: &RecordBatch, row: usize| {
        let columns = batch.columns().iter().zip(&description.columns);
        columns.map(|(cells, column)| cell(cells, row, column.r#type)).collect()
    };
    let of =
        |batch: &RecordBatch| (0..batch.num_rows()).map(|at| row(batch, at)).collect::<Vec<_>>();
    batches.iter().flat_map(of).collect()
}

fn cell(cells: &dyn Array, row: usize, r#type: ColumnType) -> String {
    if cells.is_null(row) {
        return String::new();
    }
    match r#type {
        ColumnType::Text => cells.as_string::<i32>().value(row).to_owned(),
        ColumnType::Integer => cells.as_primitive::<Int64Type>().value(row).to_string(),
        ColumnType::Decimal => cells.as_primitive::<Decimal128Type>().value_as_string(row),
        ColumnType::Boolean => cells.as_boolean().value(row).to_string(),
        ColumnType::Date => {
            let epoch = Date::from_ordinal_date(1970, 1).unwrap().to_julian_day();
            let days = cells.as_primitive::<Date32Type>().value(row);
            Date::from_julian_day(epoch + days).unwrap().to_string()
        }
    }
}
