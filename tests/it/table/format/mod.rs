//! Formats of tables: the same rows in the same order in each, and the same bytes each time.

mod limits;
mod random;
mod read;
mod same;
mod svg;
mod text;
mod typed;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use aidgraph::table::batch::Batch;
use aidgraph::table::column::{Column, ColumnType};
use aidgraph::table::description::Description;
use aidgraph::table::error::TableError;
use aidgraph::table::format::{Format, Options, Provenance};

/// Output that several owners read.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write(
    format: Format,
    options: &Options,
    description: &Description,
    provenance: &Provenance,
    batches: &[Batch],
) -> Result<Vec<u8>, TableError> {
    let output = Shared::default();
    let mut writer = format.writer(options, description, provenance, Box::new(output.clone()))?;
    for batch in batches {
        writer.write(batch)?;
    }
    writer.finish()?;
    Ok(std::mem::take(&mut *output.0.lock().unwrap()))
}

fn text_of(format: Format, options: &Options, table: &(Description, Vec<Batch>)) -> String {
    let bytes = write(format, options, &table.0, &Provenance::default(), &table.1).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn description(columns: Vec<Column>) -> Description {
    Description {
        name: "payments".into(),
        title: "Payments".into(),
        question: "Who pays \u{201c}how much\u{201d}?".into(),
        parameters: Vec::new(),
        columns,
        chart: None,
        key: Vec::new(),
    }
}

/// Table of one text column.
fn texts(texts: &[&str]) -> (Description, Vec<Batch>) {
    let mut batch = Batch::new(1);
    for text in texts {
        batch.push_text(text);
    }
    (description(vec![Column::new("code", ColumnType::Text, "A code.")]), vec![batch])
}
