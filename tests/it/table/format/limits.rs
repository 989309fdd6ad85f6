//! Tables that no format writes: they are rejected, never cut.

use std::io::{self, Write};

use aidgraph::table::batch::{Batch, Cell};
use aidgraph::table::column::{Column, ColumnType};
use aidgraph::table::error::TableError;
use aidgraph::table::format::{Format, Options, Provenance};

use rust_decimal::Decimal;

use super::{description, texts, write};

/// Output that fails after some bytes, like a client that is gone.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let free = self.0.min(bytes.len());
        self.0 -= free;
        if free == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        Ok(free)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write_to_full(format: Format, free: usize) -> Result<(), TableError> {
    let (description, batches) = texts(&["a", "b", "c"]);
    let provenance = Provenance::default();
    let output = Box::new(Full(free));
    let mut writer = format.writer(&Options::default(), &description, &provenance, output)?;
    for batch in &batches {
        writer.write(batch)?;
    }
    writer.finish()
}

#[test]
fn a_failing_output_is_reported_as_output_error() {
    for format in Format::ALL.iter().copied() {
        let (description, batches) = texts(&["a", "b", "c"]);
        let provenance = Provenance::default();
        let whole = write(format, &Options::default(), &description, &provenance, &batches);
        let whole = whole.unwrap().len();
        assert!(write_to_full(format, whole).is_ok());
        for free in [0, 1, whole / 2, whole - 1] {
            let error = write_to_full(format, free).unwrap_err();
            assert!(
                matches!(error, TableError::Write(_)),
                "{format:?} {free} of {whole}: {error:?}"
            );
        }
    }
}

#[test]
fn xlsx_rejects_more_rows_than_a_sheet_has() {
    let (description, _) = texts(&[]);
    let mut batch = Batch::new(1);
    for _ in 0..1 << 16 {
        batch.push_empty();
    }
    let provenance = Provenance::default();
    let (format, output) = (Format::Xlsx, Box::new(io::sink()));
    let mut writer = format.writer(&Options::default(), &description, &provenance, output).unwrap();
    for _ in 0..15 {
        writer.write(&batch).unwrap();
    }
    let error = writer.write(&batch).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the table has 1048576 rows, the limit is 1048575: choose csv or parquet, or narrow the filter"
    );
    assert!(format.check_row_count(1_048_575).is_ok());
    assert!(format.check_row_count(1_048_576).is_err());
    assert!(Format::Csv.check_row_count(u64::MAX).is_ok());
}

#[test]
fn xlsx_rejects_a_text_that_a_cell_cannot_hold() {
    let write = |text: &str| {
        let (description, batches) = texts(&[text]);
        let options = Options::default();
        write(Format::Xlsx, &options, &description, &Provenance::default(), &batches)
    };
    assert!(write(&"\u{e9}".repeat(32_767)).is_ok());
    let error = write(&"\u{e9}".repeat(32_768)).unwrap_err().to_string();
    assert!(error.contains("column `code` has 32768 characters"), "{error}");
    let error = write(&"\u{1f30d}".repeat(16_384)).unwrap_err().to_string();
    assert!(error.contains("choose csv or parquet"), "{error}");
}

#[test]
fn failing_temporary_files_are_an_error() {
    let (description, _) = texts(&[]);
    let folder = tempfile::tempdir().unwrap();
    let gone = folder.path().join("gone");
    let options = Options { temporary_folder: Some(gone), ..Options::default() };
    assert!(write(Format::Xlsx, &options, &description, &Provenance::default(), &[]).is_err());
    let here = Some(folder.path().to_owned());
    let options = Options { temporary_folder: here, ..Options::default() };
    assert!(write(Format::Xlsx, &options, &description, &Provenance::default(), &[]).is_ok());
}

#[cfg(feature = "columnar")]
#[test]
fn columnar_formats_reject_a_decimal_of_more_than_38_digits() {
    let description = description(vec![Column::new("value", ColumnType::Decimal, "A value.")]);
    let mut batch = Batch::new(1);
    batch.push(Cell::Decimal(Decimal::MAX));
    for format in [Format::Parquet, Format::Arrow] {
        let batches = std::slice::from_ref(&batch);
        let error =
            write(format, &Options::default(), &description, &Provenance::default(), batches);
        let error = error.unwrap_err().to_string();
        assert!(error.contains("column `value` has 38 digits, 12 of them"), "{error}");
    }
}

#[test]
fn cells_of_another_type_and_rows_of_another_length_are_rejected() {
    let (description, _) = texts(&[]);
    let mut number = Batch::new(1);
    number.push(Cell::Integer(1));
    let mut half = Batch::new(2);
    half.push_text("a");
    half.push_text("b");
    for format in Format::ALL.iter().copied() {
        for (batch, words) in [(&number, "column `code` is of type string"), (&half, "1 columns")] {
            let batches = std::slice::from_ref(batch);
            let error =
                write(format, &Options::default(), &description, &Provenance::default(), batches);
            let error = error.unwrap_err();
            assert!(matches!(&error, TableError::Encode(text) if text.contains(words)), "{error}");
        }
    }
}

#[test]
fn a_row_without_its_last_cell_is_rejected() {
    let mut batch = Batch::new(2);
    batch.push_text("a");
    assert!(!batch.is_complete());
    batch.push_empty();
    assert!(batch.is_complete());
}

#[test]
fn a_format_is_found_by_its_extension() {
    for format in Format::ALL.iter().copied() {
        assert_eq!(Format::of_extension(format.extension()), Some(format));
    }
    assert_eq!(Format::of_extension("tsv"), None);
}
