//! Parquet: compressed columns, in groups of rows.
//!
//! Source: Apache Parquet format, 2.

use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::columnar::{Collector, facts};
use super::{Encoder, Output, Provenance};
use crate::table::batch::Batch;
use crate::table::description::Description;
use crate::table::error::TableError;

/// Rows of a group. A group is in memory, encoded, until it is written.
const GROUP: usize = 32_768;

/// Name of the writer in the form that readers expect. The number changes with the layout, not with the program.
const CREATED_BY: &str = "aidgraph version 1";

/// Encoder of Parquet.
pub(super) struct Parquet<'a> {
    collector: Collector<'a>,
    writer: ArrowWriter<Output<'a>>,
}

impl<'a> Parquet<'a> {
    pub(super) fn new(
        description: &'a Description,
        provenance: &Provenance,
        output: Output<'a>,
    ) -> Result<Self, TableError> {
        let collector = Collector::new(description, provenance)?;
        let facts = facts(description, provenance)?;
        let facts = facts.into_iter().map(|(name, text)| KeyValue::new(name.to_owned(), text));
        let properties = WriterProperties::builder()
            .set_created_by(CREATED_BY.to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(GROUP))
            .set_key_value_metadata(Some(facts.collect()))
            .build();
        let writer = ArrowWriter::try_new(output, collector.schema.clone(), Some(properties));
        Ok(Self { collector, writer: writer.map_err(failed)? })
    }
}

impl Encoder for Parquet<'_> {
    fn write(&mut self, batch: &Batch) -> Result<(), TableError> {
        self.collector.append(batch, |rows| self.writer.write(rows).map_err(failed))
    }

    fn finish(mut self: Box<Self>) -> Result<(), TableError> {
        self.collector.complete(|rows| self.writer.write(rows).map_err(failed))?;
        // Flushes the output too.
        self.writer.finish().map(drop).map_err(failed)
    }
}

fn failed(error: ParquetError) -> TableError {
    match error {
        ParquetError::External(cause) => match cause.downcast::<std::io::Error>() {
            Ok(error) => TableError::Write(*error),
            Err(cause) => TableError::Encode(cause.to_string()),
        },
        error => TableError::Encode(error.to_string()),
    }
}
