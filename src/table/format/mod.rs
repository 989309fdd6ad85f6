//! Formats: writers of the rows of a table. Each writes the same rows in the same order. The drawing adds them up.

#[cfg(feature = "columnar")]
mod arrow;
mod checked;
#[cfg(feature = "columnar")]
mod columnar;
mod csv;
mod json;
mod options;
#[cfg(feature = "columnar")]
mod parquet;
mod svg;
mod text;
mod xlsx;

use std::fmt::Debug;
use std::io::Write;

pub use self::options::{LineEnd, Options};
use super::batch::Batch;
use super::description::Description;
use super::error::TableError;

/// Facts of one table of one data version, beside its description.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// Version of the data; `None` without data.
    pub data_version: Option<String>,
    /// Licences of the data, each once; unknown ones are left out. The column `licence` has that of each row.
    pub licences: Vec<String>,
    /// Warnings, such as a code that the data does not contain.
    pub warnings: Vec<String>,
}

/// Writer of one table. The bytes depend on the description, the rows, the provenance and the options alone.
pub trait TableWriter: Debug + Send {
    /// Writes some rows.
    ///
    /// # Errors
    /// [`TableError::Write`] if the output fails, [`TableError::TooLarge`] beyond the limit of the format,
    /// [`TableError::Encode`] for a value that the format cannot represent. The table is then incomplete.
    fn write(&mut self, batch: &Batch) -> Result<(), TableError>;

    /// Completes the table and flushes the output.
    ///
    /// # Errors
    /// As [`TableWriter::write`].
    fn finish(self: Box<Self>) -> Result<(), TableError>;
}

/// Bytes that an encoder collects before it passes them on.
const BUFFER: usize = 64 << 10;

/// Output of a table.
pub type Output<'a> = Box<dyn Write + Send + 'a>;

/// Format of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Comma-separated values. Source: RFC 4180.
    Csv,
    /// One JSON object, with the rows in `rows`.
    Json,
    /// One JSON object per row and line.
    Ndjson,
    /// Workbook of Excel and other spreadsheets. Source: ECMA-376.
    Xlsx,
    /// Compressed columns, for data frames and SQL engines.
    Parquet,
    /// Arrow IPC file.
    Arrow,
    /// Drawing of the table, if its description says how it is drawn.
    Svg,
}

impl Format {
    /// Formats of rows of this build, in the order in which they are listed.
    #[cfg(feature = "columnar")]
    pub const ALL: &[Self] =
        &[Self::Csv, Self::Json, Self::Ndjson, Self::Xlsx, Self::Parquet, Self::Arrow];

    /// Formats of rows of this build, in the order in which they are listed.
    #[cfg(not(feature = "columnar"))]
    pub const ALL: &[Self] = &[Self::Csv, Self::Json, Self::Ndjson, Self::Xlsx];

    /// Returns the format of a file name extension without its dot.
    pub fn of_extension(extension: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied().chain([Self::Svg]);
        all.find(|format| format.extension() == extension)
    }

    /// Lists the formats of a table: those of rows, then the drawing if it has one.
    pub fn of(description: &Description) -> impl Iterator<Item = Self> {
        let drawing = description.chart.as_ref().map(|_| Self::Svg);
        Self::ALL.iter().copied().chain(drawing)
    }

    /// Extension of a file name, without its dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
            Self::Svg => "svg",
        }
    }

    /// Name in texts for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Ndjson => "NDJSON",
            Self::Xlsx => "XLSX",
            Self::Parquet => "Parquet",
            Self::Arrow => "Arrow",
            Self::Svg => "SVG",
        }
    }

    /// Media type of a response.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json",
            Self::Ndjson => "application/x-ndjson",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Parquet => "application/vnd.apache.parquet",
            Self::Arrow => "application/vnd.apache.arrow.file",
            Self::Svg => "image/svg+xml",
        }
    }

    /// Returns true for a format that is not text. XLSX and Parquet are compressed in themselves, Arrow is not.
    pub fn is_binary(self) -> bool {
        match self {
            Self::Csv | Self::Json | Self::Ndjson | Self::Svg => false,
            Self::Xlsx | Self::Parquet | Self::Arrow => true,
        }
    }

    /// Largest number of rows; `None` without a limit.
    pub fn max_rows(self) -> Option<u64> {
        match self {
            Self::Xlsx => Some(xlsx::MAX_ROWS),
            Self::Csv | Self::Json | Self::Ndjson | Self::Parquet | Self::Arrow | Self::Svg => None,
        }
    }

    /// Rejects more rows than the format can hold. A maker that knows its rows in advance calls it before it writes any.
    ///
    /// # Errors
    /// [`TableError::TooLarge`], with the formats that hold more.
    pub fn check_row_count(self, found: u64) -> Result<(), TableError> {
        let advice = "choose csv or parquet, or narrow the filter".into();
        match self.max_rows() {
            Some(limit) if found > limit => {
                Err(TableError::TooLarge { found, limit, unit: "rows", advice })
            }
            _ => Ok(()),
        }
    }

    /// Creates the writer of a table, and writes the bytes before its rows.
    ///
    /// # Errors
    /// As [`TableWriter::write`].
    pub fn writer<'a>(
        self,
        options: &Options,
        description: &'a Description,
        provenance: &'a Provenance,
        output: Output<'a>,
    ) -> Result<Box<dyn TableWriter + 'a>, TableError> {
        let encoder: Box<dyn Encoder + 'a> = match self {
            Self::Csv => Box::new(csv::Csv::new(options, description, output)?),
            Self::Json => Box::new(json::Json::new(options, description, provenance, output)?),
            Self::Ndjson => Box::new(json::Json::lines(description, output)?),
            Self::Xlsx => Box::new(xlsx::Xlsx::new(options, description, provenance, output)?),
            Self::Svg => Box::new(svg::Svg::new(options, description, provenance, output)?),
            #[cfg(feature = "columnar")]
            Self::Parquet => Box::new(parquet::Parquet::new(description, provenance, output)?),
            #[cfg(feature = "columnar")]
            Self::Arrow => Box::new(arrow::Arrow::new(description, provenance, output)?),
            #[cfg(not(feature = "columnar"))]
            Self::Parquet | Self::Arrow => {
                let name = self.name();
                return Err(TableError::Encode(format!(
                    "this build writes no {name}: use the feature `columnar`"
                )));
            }
        };
        Ok(Box::new(checked::Checked::new(self, description, encoder)))
    }
}

/// Encoder of batches whose cells have the types of their columns.
trait Encoder: Send {
    fn write(&mut self, batch: &Batch) -> Result<(), TableError>;

    fn finish(self: Box<Self>) -> Result<(), TableError>;
}
