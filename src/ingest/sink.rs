//! Where a reader of files puts what it has read, one entry at a time, so that no file is held in memory whole.

use crate::model::activity::Details;
use crate::model::noun::Record;
use crate::store;

/// One record that was read from a file, with what is kept apart of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The record.
    pub record: Record,
    /// What is read only when asked for; programmes alone have it.
    pub details: Option<Box<Details>>,
    /// When its publisher last changed it, in seconds since 1970: of two records with one identifier the later
    /// one counts. `None` counts as earlier than any.
    pub updated: Option<i64>,
}

impl Entry {
    /// An entry without details and without a time.
    pub fn of(record: impl Into<Record>) -> Self {
        Self { record: record.into(), details: None, updated: None }
    }
}

/// Takes what a reader has read, in the order of the file.
pub trait Sink {
    /// Takes one entry.
    ///
    /// # Errors
    /// What the store refuses; then reading stops.
    fn take(&mut self, entry: Entry) -> Result<(), store::Error>;

    /// Takes one entry that several rows of the file make up: when another file has it in a later version, all of them are
    /// duplicate.
    ///
    /// # Errors
    /// As [`Sink::take`].
    fn take_of_rows(&mut self, entry: Entry, _rows: u32) -> Result<(), store::Error> {
        self.take(entry)
    }
}

impl Sink for Vec<Entry> {
    fn take(&mut self, entry: Entry) -> Result<(), store::Error> {
        self.push(entry);
        Ok(())
    }
}
