//! Arrow IPC file, also called Feather: uncompressed, so that it can be mapped and every reader opens it.
//!
//! Source: Arrow columnar format, 1.

use std::io::{BufWriter, Write};

use arrow_ipc::writer::FileWriter;

use super::columnar::{Collector, failed};
use super::{BUFFER, Encoder, Output, Provenance};
use crate::table::batch::Batch;
use crate::table::description::Description;
use crate::table::error::TableError;

/// Encoder of Arrow IPC files.
pub(super) struct Arrow<'a> {
    collector: Collector<'a>,
    writer: FileWriter<BufWriter<Output<'a>>>,
}

impl<'a> Arrow<'a> {
    pub(super) fn new(
        description: &'a Description,
        provenance: &Provenance,
        output: Output<'a>,
    ) -> Result<Self, TableError> {
        let collector = Collector::new(description, provenance)?;
        let output = BufWriter::with_capacity(BUFFER, output);
        let writer = FileWriter::try_new(output, &collector.schema).map_err(failed)?;
        Ok(Self { collector, writer })
    }
}

impl Encoder for Arrow<'_> {
    fn write(&mut self, batch: &Batch) -> Result<(), TableError> {
        self.collector.append(batch, |rows| self.writer.write(rows).map_err(failed))
    }

    fn finish(mut self: Box<Self>) -> Result<(), TableError> {
        self.collector.complete(|rows| self.writer.write(rows).map_err(failed))?;
        Ok(self.writer.into_inner().map_err(failed)?.flush()?)
    }
}
