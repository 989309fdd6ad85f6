//! Readers of the formats: the texts of all cells.

#[cfg(feature = "columnar")]
mod columnar;
mod xlsx;

use aidgraph::table::description::Description;
use aidgraph::table::format::{Format, Options};
use serde_json::value::RawValue;

/// Cells that were read. Unknown is empty.
pub(super) struct Read {
    /// Names of the columns; `None` if the format has no rows that name them.
    pub(super) columns: Option<Vec<String>>,
    pub(super) rows: Vec<Vec<String>>,
}

pub(super) fn read(
    format: Format,
    options: &Options,
    bytes: &[u8],
    description: &Description,
) -> Read {
    match format {
        Format::Csv => csv(options, bytes),
        Format::Json if options.rows_alone => json_rows(text(bytes), description),
        Format::Json => json(text(bytes), description),
        Format::Ndjson => objects(text(bytes).lines(), description),
        Format::Xlsx => xlsx::read(bytes, description),
        #[cfg(feature = "columnar")]
        Format::Parquet => columnar::parquet(bytes, description),
        #[cfg(feature = "columnar")]
        Format::Arrow => columnar::arrow(bytes, description),
        Format::Svg => panic!("a drawing has no rows"),
        #[cfg(not(feature = "columnar"))]
        Format::Parquet | Format::Arrow => panic!("this build has no {}", format.name()),
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn csv(options: &Options, bytes: &[u8]) -> Read {
    let mark: &[u8] = if options.byte_order_mark { b"\xef\xbb\xbf" } else { b"" };
    let bytes = bytes.strip_prefix(mark).unwrap();
    let mut records = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let mut rows: Vec<Vec<String>> =
        records.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    Read { columns: Some(rows.remove(0)), rows }
}

fn json(text: &str, description: &Description) -> Read {
    let table: serde_json::Value = serde_json::from_str(text).unwrap();
    let raw: std::collections::HashMap<String, Box<RawValue>> = serde_json::from_str(text).unwrap();
    let read = json_rows(raw["rows"].get(), description);
    assert_eq!(table["rowCount"], read.rows.len());
    assert_eq!(table["name"], *description.name);
    assert_eq!(table["dataVersion"], "v1");
    assert_eq!(table["licences"][1], "ODbL-1.0");
    assert_eq!(table["warnings"].as_array().unwrap().len(), 1);
    let columns = table["columns"].as_array().unwrap();
    for (found, column) in columns.iter().zip(&description.columns) {
        assert_eq!(found["type"], column.r#type.name());
        assert_eq!(found["description"], *column.description);
        assert_eq!(found["unit"].as_str(), column.unit.as_deref());
        assert_eq!(found["codes"].as_str(), column.codes.as_deref());
    }
    let names = columns.iter().map(|column| column["name"].as_str().unwrap().to_owned());
    Read { columns: Some(names.collect()), ..read }
}

fn json_rows(text: &str, description: &Description) -> Read {
    let rows: Vec<&RawValue> = serde_json::from_str(text).unwrap();
    objects(rows.iter().map(|row| row.get()), description)
}

/// Reads objects by key; keys are in the order of the columns.
fn objects<'a>(rows: impl Iterator<Item = &'a str>, description: &Description) -> Read {
    let cells = |row: &str| {
        let object: std::collections::HashMap<String, Box<RawValue>> =
            serde_json::from_str(row).unwrap();
        assert_eq!(object.len(), description.columns.len());
        let mut from = 0;
        let cell = |name: &str| {
            from += row[from..].find(&format!("\"{name}\":")).unwrap();
            cell(object[name].get())
        };
        description.columns.iter().map(|column| &*column.name).map(cell).collect()
    };
    Read { columns: None, rows: rows.map(cells).collect() }
}

/// Text of a JSON value: numbers keep all their digits.
fn cell(raw: &str) -> String {
    match serde_json::from_str(raw).unwrap() {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text,
        serde_json::Value::Number(_) | serde_json::Value::Bool(_) => raw.to_owned(),
        other => panic!("{other} is not a cell"),
    }
}
