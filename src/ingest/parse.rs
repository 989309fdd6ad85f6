//! Parses stored files into segments, several in parallel.

use std::io::{self, Read};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;

use super::error::Error;
use super::format::Format;
use super::sink::{Entry, Sink};
use crate::model::code::Code as _;
use crate::model::ledger::Ledger;
use crate::store::{self, FileEntry, SegmentWriter, Writer};

impl Sink for SegmentWriter {
    fn take(&mut self, entry: Entry) -> Result<(), store::Error> {
        self.take_of_rows(entry, 1)
    }

    fn take_of_rows(&mut self, entry: Entry, rows: u32) -> Result<(), store::Error> {
        Self::take(self, &entry.record, entry.details.as_deref(), entry.updated, rows)
    }
}

/// Returns the format of a stored file; `None` for a word that this program does not know.
pub(super) fn format(file: &FileEntry) -> Option<Format> {
    Format::parse(&file.format).ok()
}

/// Reads a stored file into its segment, unless that exists, and returns the ledger. `tell` may add problems that are known
/// apart from the content. `told` is called with the number of bytes read.
///
/// # Errors
/// Returns the errors of the store and of the reader.
pub(super) fn parse(
    writer: &Writer,
    file: &FileEntry,
    format: Format,
    tell: &dyn Fn(&mut Ledger),
    told: &dyn Fn(u64),
) -> Result<Ledger, Error> {
    if let Some(ledger) = writer.ledger(file, format.reading()) {
        told(file.bytes);
        return Ok(ledger);
    }
    let mut segment = writer.segment(file, format.reading())?;
    let mut content = CountingReader { content: writer.stream(file)?, told };
    let mut ledger = format.read(&file.name, &mut content, &mut segment)?;
    tell(&mut ledger);
    // A reader may stop before the end, where the digest is compared.
    io::copy(&mut content, &mut io::sink())
        .map_err(|error| Error::Read { name: file.name.clone(), error })?;
    segment.finish(ledger.clone())?;
    Ok(ledger)
}

/// The content of a file; reports the number of bytes read.
pub(super) struct CountingReader<R, T: Fn(u64)> {
    pub(super) content: R,
    pub(super) told: T,
}

impl<R: Read, T: Fn(u64)> Read for CountingReader<R, T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read(buffer)?;
        (self.told)(read as u64);
        Ok(read)
    }
}

/// Maps items on one thread per processor; results keep the order of the items. After the first error no further item
/// is started.
pub(super) fn each<I: Send, O: Send>(
    items: Vec<I>,
    act: impl Fn(I) -> Result<O, Error> + Sync,
) -> Result<Vec<O>, Error> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(items.len().max(1));
    let waiting = Mutex::new(items.into_iter().enumerate());
    let done = Mutex::new((Vec::new(), None));
    let work = || loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
        let Some((number, item)) = next else { break };
        let result = act(item);
        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
        match result {
            Ok(output) => done.0.push((number, output)),
            Err(error) => {
                done.1.get_or_insert(error);
            }
        }
        if done.1.is_some() {
            break;
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    let (mut outputs, error) = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = error {
        return Err(error);
    }
    outputs.sort_by_key(|(number, _)| *number);
    Ok(outputs.into_iter().map(|(_, output)| output).collect())
}
