//! Tables that no format writes: they are rejected, never cut.

use aidgraph::table::batch::{Batch, Cell};
use aidgraph::table::error::TableError;
use aidgraph::table::format::{Format, Options, Provenance};

use super::{texts, write};

#[test]
fn cells_of_another_type_and_rows_of_another_length_are_rejected() {
    let (description, _) = texts(&[]);
    let mut number = Batch::new(1);
    number.push(Cell::Integer(1));
    let mut half = Batch::new(2);
    half.push_text("a");
    half.push_text("b");
    for format in Format::ALL {
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
    for format in Format::ALL {
        assert_eq!(Format::of_extension(format.extension()), Some(format));
    }
    assert_eq!(Format::of_extension("tsv"), None);
}
