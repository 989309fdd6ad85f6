//! XLSX: a sheet of the rows, one of the columns, one about the table. Source: ECMA-376.
//!
//! Codes and texts are text cells, never numbers, links or formulas. Numbers are floating-point, as in every spreadsheet.
//! Dates before 1900 are text, since spreadsheets have none.

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, IgnoreError, Workbook, Worksheet, XlsxError,
};
use time::Date;
use zip::result::ZipError;

use super::{Encoder, Options, Output, Provenance, text};
use crate::table::batch::{Batch, Cell};
use crate::table::column::{Column, ColumnType};
use crate::table::description::Description;
use crate::table::error::TableError;

/// Rows of a sheet without its header. Source: Excel specifications and limits.
pub(super) const MAX_ROWS: u64 = 1_048_575;

/// UTF-16 units in a cell. Source: Excel specifications and limits.
const MAX_TEXT: usize = 32_767;

/// Bytes of a sheet beyond which the archive needs 64-bit lengths; well below 4 GiB, since they are an estimate.
const LARGE: u64 = 2 << 30;

/// Estimated bytes of a cell without its text.
const CELL_BYTES: u64 = 64;

/// Width of the columns of long texts, in characters.
const WIDE: u8 = 60;

/// Formats of cells.
struct Styles {
    header: Format,
    date: Format,
    decimal: Format,
    prose: Format,
}

impl Styles {
    fn new() -> Self {
        Self {
            header: Format::new().set_bold(),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            decimal: Format::new().set_num_format("#,##0.00##########"),
            prose: Format::new().set_text_wrap().set_align(FormatAlign::Top),
        }
    }
}

/// Encoder of XLSX. Rows go to a temporary file, since the archive names them last.
pub(super) struct Xlsx<'a> {
    workbook: Workbook,
    styles: Styles,
    description: &'a Description,
    provenance: &'a Provenance,
    output: Output<'a>,
    /// Rows written, with the header.
    row: u32,
    bytes: u64,
    scratch: Vec<u8>,
}

impl<'a> Xlsx<'a> {
    pub(super) fn new(
        options: &Options,
        description: &'a Description,
        provenance: &'a Provenance,
        output: Output<'a>,
    ) -> Result<Self, TableError> {
        let styles = Styles::new();
        let workbook = guarded(|| {
            let mut workbook = Workbook::new();
            if let Some(folder) = &options.temporary_folder {
                workbook.set_tempdir(folder).map_err(failed)?;
            }
            workbook.set_properties(&properties(description).map_err(failed)?);
            begin_rows(&mut workbook, &styles, &description.columns)?;
            Ok(workbook)
        })?;
        let (row, bytes, scratch) = (1, 0, Vec::new());
        Ok(Self { workbook, styles, description, provenance, output, row, bytes, scratch })
    }

    fn write_rows(&mut self, batch: &Batch) -> Result<(), TableError> {
        self.bytes += batch.text_bytes() as u64 + CELL_BYTES * (batch.len() * batch.width()) as u64;
        let sheet = self.workbook.worksheet_from_index(0).map_err(failed)?;
        for row in batch.rows() {
            for ((at, column), cell) in (0..).zip(&self.description.columns).zip(row) {
                let place = (self.row, at);
                match *cell {
                    Cell::Empty => {}
                    Cell::Text(span) => put_text(sheet, place, batch.text(span), &column.name)?,
                    Cell::Boolean(is_true) => {
                        sheet.write_boolean(self.row, at, is_true).map_err(failed)?;
                    }
                    Cell::Date(date) => put_date(sheet, place, date, &self.styles)?,
                    Cell::Integer(_) | Cell::Decimal(_) => {
                        self.scratch.clear();
                        text::append(&mut self.scratch, *cell);
                        let number = number(&self.scratch)?;
                        put_number(sheet, place, number, *cell, &self.styles)?;
                    }
                }
            }
            self.row += 1;
        }
        Ok(())
    }

    fn complete(&mut self) -> Result<(), TableError> {
        let sheet = self.workbook.worksheet_from_index(0).map_err(failed)?;
        accept_digits_as_text(sheet, &self.description.columns, self.row)?;
        describe_columns(&mut self.workbook, &self.styles, self.description)?;
        describe_table(
            &mut self.workbook,
            &self.styles,
            self.description,
            self.provenance,
            self.row,
        )?;
        self.workbook.use_zip_large_file(self.bytes > LARGE);
        let output = Broken { output: &mut self.output, is_broken: false };
        self.workbook.save_to_writer(output).map_err(failed)?;
        Ok(self.output.flush()?)
    }
}

impl Encoder for Xlsx<'_> {
    fn write(&mut self, batch: &Batch) -> Result<(), TableError> {
        guarded(|| self.write_rows(batch))
    }

    fn finish(mut self: Box<Self>) -> Result<(), TableError> {
        guarded(|| self.complete())
    }
}

/// Output that reports its first error alone: the archive tries to complete itself after it, and prints a second one.
struct Broken<'o, 'a> {
    output: &'o mut Output<'a>,
    is_broken: bool,
}

impl Write for Broken<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_broken {
            return Ok(bytes.len());
        }
        let written = self.output.write(bytes);
        let is_retried = |error: &io::Error| error.kind() == io::ErrorKind::Interrupted;
        self.is_broken = written.as_ref().is_err_and(|error| !is_retried(error));
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_broken { Ok(()) } else { self.output.flush() }
    }
}

/// Returns the properties of the document, with a fixed time of creation: the same rows give the same bytes.
fn properties(description: &Description) -> Result<DocProperties, XlsxError> {
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    Ok(DocProperties::new()
        .set_title(&*description.title)
        .set_comment(&*description.question)
        .set_creation_datetime(&created))
}

fn begin_rows(
    workbook: &mut Workbook,
    styles: &Styles,
    columns: &[Column],
) -> Result<(), TableError> {
    let heads: Vec<_> = columns.iter().map(|column| (&*column.name, width(column))).collect();
    begin_sheet(workbook, "Data", &heads, styles)?;
    Ok(())
}

/// Adds a sheet with a bold header that stays in view.
fn begin_sheet<'a>(
    workbook: &'a mut Workbook,
    name: &str,
    columns: &[(&str, u8)],
    styles: &Styles,
) -> Result<&'a mut Worksheet, TableError> {
    let sheet = workbook.add_worksheet_with_constant_memory().map_err(failed)?;
    sheet.set_name(name).map_err(failed)?;
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    for (at, (title, width)) in (0..).zip(columns) {
        sheet.set_column_width(at, f64::from(*width)).map_err(failed)?;
        sheet.write_string_with_format(0, at, *title, &styles.header).map_err(failed)?;
    }
    Ok(sheet)
}

/// Width of a column, in characters: wide enough for its name and for usual cells of its type.
fn width(column: &Column) -> u8 {
    let cells = match column.r#type {
        ColumnType::Text if column.codes.is_none() => 28,
        ColumnType::Text | ColumnType::Date => 12,
        ColumnType::Integer | ColumnType::Boolean => 10,
        ColumnType::Decimal => 18,
    };
    let name = column.name.chars().count() + 2;
    u8::try_from(name).unwrap_or(WIDE).clamp(cells, WIDE)
}

fn put_text(
    sheet: &mut Worksheet,
    (row, at): (u32, u16),
    text: &str,
    column: &str,
) -> Result<(), TableError> {
    check_length(text, column)?;
    sheet.write_string(row, at, text).map(drop).map_err(failed)
}

/// Rejects a text that a cell cannot hold. It is never cut.
fn check_length(text: &str, column: &str) -> Result<(), TableError> {
    // A UTF-16 unit takes at least one byte of UTF-8.
    let units = if text.len() > MAX_TEXT { text.encode_utf16().count() } else { 0 };
    if units > MAX_TEXT {
        return Err(TableError::Encode(format!(
            "a text in column `{column}` has {units} characters, a cell of XLSX holds {MAX_TEXT}: choose csv or parquet"
        )));
    }
    Ok(())
}

fn put_date(
    sheet: &mut Worksheet,
    (row, at): (u32, u16),
    date: Date,
    styles: &Styles,
) -> Result<(), TableError> {
    let (year, month, day) = date.to_calendar_date();
    let found = u16::try_from(year).ok().filter(|year| *year >= 1900);
    let Some(year) = found else {
        return sheet.write_string(row, at, date.to_string()).map(drop).map_err(failed);
    };
    let day = ExcelDateTime::from_ymd(year, u8::from(month), day).map_err(failed)?;
    sheet.write_datetime_with_format(row, at, &day, &styles.date).map(drop).map_err(failed)
}

fn put_number(
    sheet: &mut Worksheet,
    (row, at): (u32, u16),
    number: f64,
    cell: Cell,
    styles: &Styles,
) -> Result<(), TableError> {
    match cell {
        Cell::Decimal(_) => sheet.write_number_with_format(row, at, number, &styles.decimal),
        _ => sheet.write_number(row, at, number),
    }
    .map(drop)
    .map_err(failed)
}

/// Returns the nearest floating-point number.
fn number(digits: &[u8]) -> Result<f64, TableError> {
    let digits = String::from_utf8_lossy(digits);
    digits.parse().map_err(|_| TableError::Encode(format!("`{digits}` is not a number")))
}

/// Turns off the mark of Excel at texts of digits: they are codes.
fn accept_digits_as_text(
    sheet: &mut Worksheet,
    columns: &[Column],
    rows: u32,
) -> Result<(), TableError> {
    for (at, column) in (0..).zip(columns) {
        if column.r#type == ColumnType::Text && rows > 1 {
            let kind = IgnoreError::NumberStoredAsText;
            sheet.ignore_error_range(1, at, rows - 1, at, kind).map_err(failed)?;
        }
    }
    Ok(())
}

/// Adds the sheet of the columns.
fn describe_columns(
    workbook: &mut Workbook,
    styles: &Styles,
    description: &Description,
) -> Result<(), TableError> {
    let heads =
        [("name", 28), ("type", 10), ("unit", 12), ("code_list", 28), ("description", WIDE)];
    let sheet = begin_sheet(workbook, "Columns", &heads, styles)?;
    for (row, column) in (1..).zip(&description.columns) {
        let or_empty = |text: &Option<_>| text.clone().unwrap_or_default();
        let (unit, codes) = (or_empty(&column.unit), or_empty(&column.codes));
        let texts = [&*column.name, column.r#type.name(), &*unit, &*codes, &*column.description];
        put_row(sheet, row, &texts, styles)?;
    }
    Ok(())
}

/// Adds the sheet about the table: question, version, licences and warnings.
fn describe_table(
    workbook: &mut Workbook,
    styles: &Styles,
    description: &Description,
    provenance: &Provenance,
    rows: u32,
) -> Result<(), TableError> {
    let sheet = begin_sheet(workbook, "About", &[("property", 16), ("value", WIDE)], styles)?;
    let count = rows.saturating_sub(1).to_string();
    let version = provenance.data_version.as_deref().unwrap_or_default();
    let facts = [
        ("table", &*description.name),
        ("title", &*description.title),
        ("question", &*description.question),
        ("data_version", version),
        ("rows", &*count),
    ];
    let licences = provenance.licences.iter().map(|text| ("licence", &**text));
    let warnings = provenance.warnings.iter().map(|text| ("warning", &**text));
    for (row, (name, value)) in (1..).zip(facts.into_iter().chain(licences).chain(warnings)) {
        put_row(sheet, row, &[name, value], styles)?;
    }
    Ok(())
}

fn put_row(
    sheet: &mut Worksheet,
    row: u32,
    texts: &[&str],
    styles: &Styles,
) -> Result<(), TableError> {
    for (at, text) in (0..).zip(texts).filter(|(_, text)| !text.is_empty()) {
        check_length(text, "description")?;
        sheet.write_string_with_format(row, at, *text, &styles.prose).map_err(failed)?;
    }
    Ok(())
}

/// Converts an error of the library.
fn failed(error: XlsxError) -> TableError {
    match error {
        XlsxError::IoError(error) | XlsxError::ZipError(ZipError::Io(error)) => error.into(),
        error => TableError::Encode(error.to_string()),
    }
}

/// Reports a panic as an error: the library panics when it cannot write its temporary files.
fn guarded<T>(act: impl FnOnce() -> Result<T, TableError>) -> Result<T, TableError> {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map_or("no reason", String::as_str);
        Err(io::Error::other(format!("the temporary file failed: {text}")).into())
    })
}
