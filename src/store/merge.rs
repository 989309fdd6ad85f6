//! K-way merge: the records of a draft and the segments of all files, in key order, grouped by key.
//!
//! Decompression and decoding run ahead on a thread of their own, so that the generation writer does not wait for
//! them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender};

use super::error::Error;
use super::key;
use super::record::{self, Invalid};
use super::segment::{RunReader, SegmentEntry};
use crate::model::activity::Description;
use crate::model::id::ProgrammeId;
use crate::model::noun::Record;
use crate::model::transaction::Transaction;

/// Number of groups that are sent at a time.
const BATCH: usize = 64;

/// Maximum number of batches in flight; a few megabytes of real activities.
const AHEAD: usize = 16;

/// One version of a record, from one source.
#[derive(Debug)]
pub(super) struct MergeInput {
    /// 0 for a record of the draft, otherwise the segment number, from 1.
    pub(super) source: usize,
    /// The record.
    pub(super) body: RecordBody,
}

/// A record in memory or from a segment.
#[derive(Debug)]
pub(super) enum RecordBody {
    /// A record of the draft.
    Made(Box<Record>),
    /// A record from a segment.
    Read(Box<Decoded>),
}

/// A decoded segment entry.
#[derive(Debug)]
pub(super) struct Decoded {
    /// The entry as read.
    pub(super) entry: SegmentEntry,
    /// The record.
    pub(super) record: Record,
    /// The descriptions in its details.
    pub(super) descriptions: Vec<Description>,
    /// The programmes that its details name as children.
    pub(super) children: Vec<ProgrammeId>,
    /// The transactions in its details.
    pub(super) rows: Vec<Transaction>,
}

impl Decoded {
    /// Wraps a record that has no segment entry.
    fn of(record: Record) -> Self {
        let entry = SegmentEntry {
            key: Vec::new(),
            updated: i64::MIN,
            position: 0,
            rows: 1,
            head: Vec::new(),
            details: Vec::new(),
        };
        Self { entry, record, descriptions: Vec::new(), children: Vec::new(), rows: Vec::new() }
    }

    /// Discards everything but the record.
    pub(super) fn into_record(self) -> Record {
        self.record
    }

    fn new(entry: SegmentEntry) -> Result<Self, Error> {
        let unstorable = |e: Invalid| Error::Unstorable(e.to_string());
        let kind = entry.key.first().and_then(|number| key::kind(*number));
        let kind =
            kind.ok_or_else(|| Error::Unstorable("key with an unknown noun number".to_owned()))?;
        let record = record::decode(kind, &entry.head).map_err(unstorable)?;
        let (mut descriptions, mut children, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        if let Record::Programme(programme) = &record
            && !entry.details.is_empty()
        {
            let file = &programme.provenance.origin.file;
            let related;
            (descriptions, related) =
                record::decode_descriptions_and_related(&entry.details).map_err(unstorable)?;
            let below = related.iter().filter(|other| other.is_child());
            children = below.filter_map(|other| other.identifier.parse().ok()).collect();
            rows = record::decode_transactions(&entry.details, &programme.id, file)
                .map_err(unstorable)?;
        }
        Ok(Self { entry, record, descriptions, children, rows })
    }
}

impl MergeInput {
    /// Returns the record of either kind.
    pub(super) fn record(&self) -> &Record {
        match &self.body {
            RecordBody::Made(record) => record,
            RecordBody::Read(decoded) => &decoded.record,
        }
    }

    /// Number of rows of its file that the record was made from.
    pub(super) fn rows(&self) -> u32 {
        match &self.body {
            RecordBody::Made(_) => 1,
            RecordBody::Read(read) => read.entry.rows,
        }
    }

    /// Converts to a decoded entry; a record of the draft has an empty one.
    pub(super) fn into_decoded(self) -> Decoded {
        match self.body {
            RecordBody::Read(decoded) => *decoded,
            RecordBody::Made(record) => Decoded::of(*record),
        }
    }

    /// Discards everything but the record.
    pub(super) fn into_record(self) -> Record {
        match self.body {
            RecordBody::Made(record) => *record,
            RecordBody::Read(decoded) => decoded.record,
        }
    }
}

/// All versions of one record.
pub(super) type KeyGroup = Vec<MergeInput>;

/// Receives groups in key order; an error ends the stream.
pub(super) type KeyGroups = Receiver<Result<Vec<KeyGroup>, Error>>;

/// Creates the bounded channel that carries groups between the threads.
pub(super) fn channel() -> (SyncSender<Result<Vec<KeyGroup>, Error>>, KeyGroups) {
    std::sync::mpsc::sync_channel(AHEAD)
}

/// Heads of the runs in a min-heap: the smallest key first, then the lowest segment.
type MergeHeads = Reverse<(Vec<u8>, usize, u64, usize)>;

/// The merge of the draft and all runs.
pub(super) struct Merge {
    own: std::iter::Peekable<std::vec::IntoIter<Record>>,
    runs: Vec<(usize, RunReader, Option<SegmentEntry>)>,
    heap: BinaryHeap<MergeHeads>,
    read: u64,
}

impl Merge {
    /// Starts with the sorted records of the draft, and the runs with their segment numbers.
    pub(super) fn new(own: Vec<Record>, runs: Vec<(usize, RunReader)>) -> Result<Self, Error> {
        let mut merge = Self {
            own: own.into_iter().peekable(),
            runs: runs.into_iter().map(|(source, run)| (source, run, None)).collect(),
            heap: BinaryHeap::new(),
            read: 0,
        };
        for at in 0..merge.runs.len() {
            merge.advance(at)?;
        }
        Ok(merge)
    }

    /// Sends all groups until the end or until the receiver is dropped. `read` accumulates the compressed bytes
    /// that were read.
    pub(super) fn run(mut self, to: &SyncSender<Result<Vec<KeyGroup>, Error>>, read: &AtomicU64) {
        loop {
            let batch = self.batch();
            read.fetch_add(std::mem::take(&mut self.read), Ordering::Relaxed);
            let is_last = batch.as_ref().map_or(true, |batch| batch.len() < BATCH);
            if to.send(batch).is_err() || is_last {
                return;
            }
        }
    }

    fn batch(&mut self) -> Result<Vec<KeyGroup>, Error> {
        let mut batch = Vec::with_capacity(BATCH);
        while batch.len() < BATCH {
            let group = self.next()?;
            if group.is_empty() {
                break;
            }
            batch.push(group);
        }
        Ok(batch)
    }

    /// Returns all versions of the next key: the draft first, then by segment and position. Empty after the last
    /// key.
    fn next(&mut self) -> Result<KeyGroup, Error> {
        let mut group = KeyGroup::new();
        let own = self.own.peek().map(|record| key::record(record.kind(), record.key()));
        let read = self.heap.peek().map(|Reverse((key, ..))| key.clone());
        let key = match (own.as_ref(), read) {
            (Some(own), Some(read)) => read.min(own.clone()),
            (Some(own), None) => own.clone(),
            (None, Some(read)) => read,
            (None, None) => return Ok(group),
        };
        if own.as_ref() == Some(&key)
            && let Some(record) = self.own.next()
        {
            group.push(MergeInput { source: 0, body: RecordBody::Made(Box::new(record)) });
        }
        loop {
            let Some(next) = self.heap.peek_mut() else { break };
            if next.0.0 != key {
                break;
            }
            let at = PeekMut::pop(next).0.3;
            let taken = self
                .runs
                .get_mut(at)
                .and_then(|(source, _, waiting)| Some((*source, waiting.take()?)));
            if let Some((source, entry)) = taken {
                group.push(MergeInput {
                    source,
                    body: RecordBody::Read(Box::new(Decoded::new(entry)?)),
                });
            }
            self.advance(at)?;
        }
        Ok(group)
    }

    fn advance(&mut self, at: usize) -> Result<(), Error> {
        let Some((source, run, waiting)) = self.runs.get_mut(at) else { return Ok(()) };
        let before = run.left();
        *waiting = run.next()?;
        self.read += before - run.left();
        if let Some(entry) = waiting {
            self.heap.push(Reverse((entry.key.clone(), *source, entry.position, at)));
        }
        Ok(())
    }
}
