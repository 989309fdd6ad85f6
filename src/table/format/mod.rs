//! Formats: writers of the rows of a table. Each writes the same rows in the same order.

use std::fmt::Debug;
use std::io::Write;

use super::batch::Batch;
use super::description::Description;
use super::error::TableError;

/// Facts of one table of one data version, beside its description.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// Version of the data; `None` without data.
    pub data_version: Option<String>,
    /// Licences of the sources of the table, each once; unknown ones are left out.
    pub licences: Vec<String>,
    /// Warnings, such as a code that the data does not contain.
    pub warnings: Vec<String>,
}

/// Writer of one table. The bytes depend on the description, the rows and the provenance alone.
pub trait TableWriter: Debug {
    /// Writes some rows.
    ///
    /// # Errors
    /// [`TableError::Write`] if the output fails, [`TableError::TooLarge`] beyond the limit of the format,
    /// [`TableError::Encode`] for a value that the format cannot represent.
    fn write(&mut self, batch: &Batch) -> Result<(), TableError>;

    /// Completes the table and flushes the output.
    ///
    /// # Errors
    /// As [`TableWriter::write`].
    fn finish(self: Box<Self>) -> Result<(), TableError>;
}

/// Creates the writer of a table: writes what precedes the rows.
pub type NewWriter<'a> = fn(
    &'a Description,
    &'a Provenance,
    Box<dyn Write + Send + 'a>,
) -> Result<Box<dyn TableWriter + 'a>, TableError>;
