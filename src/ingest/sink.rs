//! Destination of a file reader: receives one entry at a time, so that no file is held in memory whole.

use crate::model::activity::Details;
use crate::model::noun::Record;
use crate::store;

/// One record that was read from a file, with its separately stored details.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The record itself.
    pub record: Record,
    /// Details that are loaded on demand; only programmes have them.
    pub details: Option<Box<Details>>,
    /// Time of the publisher's last change, in seconds since 1970. Of two records with one identifier the later counts.
    /// `None` sorts before any time.
    pub updated: Option<i64>,
}

impl Entry {
    /// Creates an entry without details and without a time.
    pub fn of(record: impl Into<Record>) -> Self {
        Self { record: record.into(), details: None, updated: None }
    }
}

/// Receives the entries of a reader, in the order of the file.
pub trait Sink {
    /// Stores one entry.
    ///
    /// # Errors
    /// Returns the errors of the store; reading then stops.
    fn take(&mut self, entry: Entry) -> Result<(), store::Error>;

    /// Stores one entry that several rows of the file make up. If another file has a later version, all of these rows count
    /// as duplicates.
    ///
    /// # Errors
    /// Returns the errors of [`Sink::take`].
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
