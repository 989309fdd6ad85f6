//! Invariants: every format holds the same rows in the same order, and the same input gives the same bytes.

use aidgraph::table::batch::Cell;
use aidgraph::table::format::{Format, LineEnd, Options, Provenance};
use proptest::prelude::*;

use super::random::{Random, Value, table};
use super::read::{Read, read};
use super::write;

fn provenance() -> Provenance {
    Provenance {
        data_version: Some("v1".to_owned()),
        licences: vec!["CC-BY-4.0".to_owned(), "ODbL-1.0".to_owned()],
        warnings: vec!["no row has the code `X\u{e9}`".to_owned()],
    }
}

/// Options that a format supports, each alone.
fn every_options(format: Format) -> Vec<Options> {
    let plain = Options::default();
    match format {
        Format::Csv => vec![
            plain.clone(),
            Options { byte_order_mark: true, ..plain.clone() },
            Options { line_end: LineEnd::Lf, ..plain },
        ],
        Format::Json => vec![plain.clone(), Options { rows_alone: true, ..plain }],
        _ => vec![plain],
    }
}

/// Text of a value in tests: unknown is empty, as is empty text.
fn expected(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Other(Cell::Integer(number)) => number.to_string(),
        Value::Other(Cell::Decimal(number)) => number.to_string(),
        Value::Other(Cell::Boolean(is_true)) => is_true.to_string(),
        Value::Other(Cell::Date(date)) => date.to_string(),
        Value::Other(Cell::Empty | Cell::Text(_)) => String::new(),
    }
}

/// True if a cell that was read is the value that was written, to the precision of the format.
fn is_same(format: Format, value: &Value, found: &str) -> bool {
    let text = expected(value);
    match (format, value) {
        (Format::Csv, Value::Text(_)) => {
            let guarded = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
            found == text || (guarded && found.strip_prefix('\'') == Some(text.as_str()))
        }
        (Format::Xlsx, Value::Other(Cell::Integer(_) | Cell::Decimal(_))) => {
            found.parse::<f64>().ok() == text.parse::<f64>().ok()
        }
        (Format::Parquet | Format::Arrow, Value::Other(Cell::Decimal(_))) => {
            without_zeros(found) == without_zeros(&text)
        }
        _ => found == text,
    }
}

/// Text of a decimal without the zeros at its end.
fn without_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

fn check(
    format: Format,
    options: &Options,
    table: &Random,
    found: &Read,
) -> Result<(), TestCaseError> {
    if let Some(columns) = &found.columns {
        let names: Vec<_> = table.description.columns.iter().map(|column| &*column.name).collect();
        prop_assert_eq!(columns, &names, "{:?} {:?}", format, options);
    }
    prop_assert_eq!(found.rows.len(), table.rows.len(), "{:?} {:?}", format, options);
    for (row, cells) in table.rows.iter().zip(&found.rows) {
        prop_assert_eq!(row.len(), cells.len());
        for (value, cell) in row.iter().zip(cells) {
            prop_assert!(
                is_same(format, value, cell),
                "{format:?}: wrote {value:?}, read {cell:?}"
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_format_holds_the_same_rows_and_the_same_bytes_each_time(table in table()) {
        let (provenance, batches) = (provenance(), table.batches());
        for format in Format::ALL.iter().copied() {
            for options in every_options(format) {
                let bytes = || {
                    write(format, &options, &table.description, &provenance, &batches).unwrap()
                };
                let first = bytes();
                prop_assert!(first == bytes(), "{format:?} differs from itself");
                check(format, &options, &table, &read(format, &options, &first, &table.description))?;
            }
        }
    }

    #[test]
    fn batch_sizes_do_not_change_the_bytes(table in table()) {
        let provenance = provenance();
        let other = Random { portion: table.rows.len().max(1), ..table.clone() };
        for format in Format::ALL.iter().copied() {
            let bytes = |of: &Random| {
                let batches = of.batches();
                write(format, &Options::default(), &of.description, &provenance, &batches).unwrap()
            };
            prop_assert!(bytes(&table) == bytes(&other), "{format:?} depends on the batches");
        }
    }
}
