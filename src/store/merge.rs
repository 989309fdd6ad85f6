//! Merging: the records of a draft and the segments of all files, in the order of keys, those of one key together.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use super::error::Error;
use super::key;
use super::segment::{Entry, RunReader};
use crate::model::noun::Record;

/// What there is of one key in one place.
#[derive(Debug)]
pub(super) struct Item {
    /// 0 for the draft's own records, else the number of the segment, from 1.
    pub(super) source: usize,
    /// What it is.
    pub(super) body: Body,
}

/// A record as it comes.
#[derive(Debug)]
pub(super) enum Body {
    /// Made in memory.
    Made(Box<Record>),
    /// Read from a segment.
    Read(Entry),
}

impl Item {
    /// How many rows of its file it is made of.
    pub(super) fn rows(&self) -> u32 {
        match &self.body {
            Body::Made(_) => 1,
            Body::Read(entry) => entry.rows,
        }
    }
}

/// What comes next from each place: the smallest key first, then the first place.
type Next = Reverse<(Vec<u8>, usize, u64, usize)>;

/// The merge of all places.
pub(super) struct Merge {
    own: std::iter::Peekable<std::vec::IntoIter<Record>>,
    runs: Vec<(usize, RunReader, Option<Entry>)>,
    heap: BinaryHeap<Next>,
}

impl Merge {
    /// Begins with the draft's records, which are sorted, and the runs with the numbers of their segments.
    pub(super) fn new(own: Vec<Record>, runs: Vec<(usize, RunReader)>) -> Result<Self, Error> {
        let mut merge = Self {
            own: own.into_iter().peekable(),
            runs: runs.into_iter().map(|(source, run)| (source, run, None)).collect(),
            heap: BinaryHeap::new(),
        };
        for at in 0..merge.runs.len() {
            merge.advance(at)?;
        }
        Ok(merge)
    }

    /// Everything of the next key, the draft's own first, then by segment and place; empty after the last.
    pub(super) fn next(&mut self, group: &mut Vec<Item>) -> Result<(), Error> {
        group.clear();
        let own = self.own.peek().map(|record| key::record(record.kind(), record.key()));
        let read = self.heap.peek().map(|Reverse((key, ..))| key.clone());
        let key = match (own.as_ref(), read) {
            (Some(own), Some(read)) => read.min(own.clone()),
            (Some(own), None) => own.clone(),
            (None, Some(read)) => read,
            (None, None) => return Ok(()),
        };
        if own.as_ref() == Some(&key)
            && let Some(record) = self.own.next()
        {
            group.push(Item { source: 0, body: Body::Made(Box::new(record)) });
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
                group.push(Item { source, body: Body::Read(entry) });
            }
            self.advance(at)?;
        }
        Ok(())
    }

    fn advance(&mut self, at: usize) -> Result<(), Error> {
        let Some((source, run, waiting)) = self.runs.get_mut(at) else { return Ok(()) };
        *waiting = run.next()?;
        if let Some(entry) = waiting {
            self.heap.push(Reverse((entry.key.clone(), *source, entry.position, at)));
        }
        Ok(())
    }
}
