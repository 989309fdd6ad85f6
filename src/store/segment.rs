//! Segments: the sorted, parsed records of one source file, so that it is parsed once and merged often.
//!
//! A segment is derived from its source file. It may be removed at any time, and a damaged one is recreated. It
//! holds one or more *runs*, each sorted by key. Each block of a run is compressed and checksummed separately:
//!
//! ```text
//! block*   raw length u32 | packed length u32 | crc32 of the packed bytes u32 | zstd
//! footer   JSON: the runs, and the ledger of the file
//! end      footer length u64 | crc32 of the footer u32 | "AIDGRSEG"
//! ```

use std::fs::{self, File};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zstd::bulk::Compressor;

use super::atomic_write;
use super::error::Error;
use super::key;
use super::record::{self, SCHEMA};
use crate::model::activity::Details;
use crate::model::ledger::Ledger;
use crate::model::noun::Record;

/// Size in bytes that is sorted in memory before it is written as a run.
const RUN_BYTES: usize = 48 << 20;

/// Size in bytes at which a block is compressed.
const BLOCK_BYTES: usize = 64 << 10;

/// A fast level: a segment is read again soon, and its source is compressed well already.
const LEVEL: i32 = 1;

const MAGIC: &[u8; 8] = b"AIDGRSEG";
const END_BYTES: usize = 20;

/// One sorted run of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    /// Offset of its first block in the file.
    from: u64,
    /// Offset after its last block.
    to: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Footer {
    schema: u16,
    /// Name of the file when it was parsed; its records carry this name in their origins.
    name: String,
    runs: Vec<Run>,
    ledger: Ledger,
}

/// One entry of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SegmentEntry {
    /// Key in the tree `record`.
    pub(super) key: Vec<u8>,
    /// Seconds since 1970; `i64::MIN` if unknown.
    pub(super) updated: i64,
    /// Position of the record in the file, from 0.
    pub(super) position: u64,
    /// Number of rows of the file that the record was made from.
    pub(super) rows: u32,
    /// The encoded record in its envelope.
    pub(super) head: Vec<u8>,
    /// The encoded details; empty if there are none.
    pub(super) details: Vec<u8>,
}

impl SegmentEntry {
    fn size(&self) -> usize {
        self.key.len() + self.head.len() + self.details.len() + 64
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.updated.to_le_bytes());
        to.extend_from_slice(&self.position.to_le_bytes());
        to.extend_from_slice(&self.rows.to_le_bytes());
        for part in [&self.key, &self.head, &self.details] {
            to.extend_from_slice(&(part.len() as u64).to_le_bytes());
            to.extend_from_slice(part);
        }
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let updated = i64::from_le_bytes(chunk(from)?);
        let position = u64::from_le_bytes(chunk(from)?);
        let rows = u32::from_le_bytes(chunk(from)?);
        let mut part = || {
            let length = usize::try_from(u64::from_le_bytes(chunk(from)?)).ok()?;
            let (part, rest) = from.split_at_checked(length)?;
            *from = rest;
            Some(part.to_vec())
        };
        Some(Self { updated, position, rows, key: part()?, head: part()?, details: part()? })
    }
}

fn chunk<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    let (chunk, rest) = from.split_first_chunk::<N>()?;
    *from = rest;
    Some(*chunk)
}

/// Writes the parsed records of one file.
pub struct SegmentWriter {
    path: PathBuf,
    name: String,
    file: BufWriter<File>,
    waiting: Vec<SegmentEntry>,
    size: usize,
    taken: u64,
    written: u64,
    runs: Vec<Run>,
    compressor: Compressor<'static>,
}

impl std::fmt::Debug for SegmentWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SegmentWriter").field("path", &self.path).finish_non_exhaustive()
    }
}

impl SegmentWriter {
    pub(super) fn create(path: &Path, name: &str) -> Result<Self, Error> {
        if let Some(folder) = path.parent() {
            if !folder.is_dir() {
                // Removes a file at the path of the folder, never a folder: another thread may just have created it.
                let _ = fs::remove_file(folder);
            }
            atomic_write::create_dir(folder)?;
        }
        let file = atomic_write::create_tmp(path)?;
        Ok(Self {
            compressor: Compressor::new(LEVEL).map_err(|e| Error::io("write", path, e))?,
            path: path.to_path_buf(),
            name: name.to_owned(),
            file: BufWriter::with_capacity(1 << 20, file),
            waiting: Vec::new(),
            size: 0,
            taken: 0,
            written: 0,
            runs: Vec::new(),
        })
    }

    /// Adds a record with its details. `rows` is the number of rows of the file that it was made from. `updated` is
    /// in seconds since 1970.
    ///
    /// # Errors
    /// [`Error::NoSpace`] and other write errors, [`Error::Unstorable`].
    pub fn take(
        &mut self,
        record: &Record,
        details: Option<&Details>,
        updated: Option<i64>,
        rows: u32,
    ) -> Result<(), Error> {
        let unstorable = |e: record::Invalid| Error::Unstorable(e.to_string());
        let entry = SegmentEntry {
            key: key::record(record.kind(), record.key()),
            updated: updated.unwrap_or(i64::MIN),
            position: self.taken,
            rows,
            head: record::encode(record).map_err(unstorable)?,
            details: match details {
                Some(details) => {
                    record::encode_details(details, &record.origin().file).map_err(unstorable)?
                }
                None => Vec::new(),
            },
        };
        self.taken += 1;
        self.size += entry.size();
        self.waiting.push(entry);
        if self.size >= RUN_BYTES { self.spill() } else { Ok(()) }
    }

    /// Writes the footer with the ledger of the file, syncs, and renames the segment into place.
    ///
    /// # Errors
    /// As [`SegmentWriter::take`].
    pub fn finish(mut self, ledger: Ledger) -> Result<(), Error> {
        self.spill()?;
        let footer = Footer {
            schema: SCHEMA,
            name: std::mem::take(&mut self.name),
            runs: std::mem::take(&mut self.runs),
            ledger,
        };
        let footer = serde_json::to_vec(&footer).map_err(|e| Error::Unstorable(e.to_string()))?;
        let end = [
            &(footer.len() as u64).to_le_bytes()[..],
            &crc32fast::hash(&footer).to_le_bytes(),
            MAGIC,
        ]
        .concat();
        let written = self.file.write_all(&footer).and_then(|()| self.file.write_all(&end));
        let synced = written.and_then(|()| self.file.flush());
        let synced = synced.and_then(|()| self.file.get_ref().sync_all());
        synced.map_err(|e| Error::io("write", &self.path, e))?;
        atomic_write::rename(&atomic_write::tmp(&self.path), &self.path)
    }

    /// Sorts the buffered entries and writes them as a run.
    fn spill(&mut self) -> Result<(), Error> {
        let mut waiting = std::mem::take(&mut self.waiting);
        self.size = 0;
        if waiting.is_empty() {
            return Ok(());
        }
        waiting.sort_by(|a, b| (&a.key, a.position).cmp(&(&b.key, b.position)));
        let from = self.written;
        let mut block = Vec::with_capacity(2 * BLOCK_BYTES);
        for entry in waiting {
            entry.write(&mut block);
            if block.len() >= BLOCK_BYTES {
                self.pack(&block)?;
                block.clear();
            }
        }
        if !block.is_empty() {
            self.pack(&block)?;
        }
        self.runs.push(Run { from, to: self.written });
        Ok(())
    }

    fn pack(&mut self, block: &[u8]) -> Result<(), Error> {
        let failed = |e| Error::io("write", &self.path, e);
        let packed = self.compressor.compress(block).map_err(failed)?;
        let length = |n: usize| u32::try_from(n).map(u32::to_le_bytes);
        let (Ok(raw), Ok(short)) = (length(block.len()), length(packed.len())) else {
            return Err(Error::Unstorable("a record is larger than 4 GB".to_owned()));
        };
        let head = [raw, short, crc32fast::hash(&packed).to_le_bytes()].concat();
        let written = self.file.write_all(&head).and_then(|()| self.file.write_all(&packed));
        written.map_err(|e| Error::io("write", &self.path, e))?;
        self.written += (head.len() + packed.len()) as u64;
        Ok(())
    }
}

impl Drop for SegmentWriter {
    fn drop(&mut self) {
        // A finished segment has no temporary file any more.
        let _ = fs::remove_file(atomic_write::tmp(&self.path));
    }
}

/// A readable segment.
#[derive(Debug)]
pub(super) struct Segment {
    path: PathBuf,
    footer: Footer,
}

impl Segment {
    /// Opens the segment of the file with this name. `None` if there is no usable one, so that it must be
    /// recreated.
    pub(super) fn open(path: &Path, name: &str) -> Option<Self> {
        let mut file = File::open(path).ok()?;
        let length = file.metadata().ok()?.len();
        let mut end = [0; END_BYTES];
        file.seek(SeekFrom::Start(length.checked_sub(END_BYTES as u64)?)).ok()?;
        file.read_exact(&mut end).ok()?;
        let mut rest = &end[..];
        let footer_length = u64::from_le_bytes(chunk(&mut rest)?);
        let crc = u32::from_le_bytes(chunk(&mut rest)?);
        let at = length.checked_sub(END_BYTES as u64)?.checked_sub(footer_length)?;
        if rest != MAGIC {
            return None;
        }
        let mut footer = vec![0; usize::try_from(footer_length).ok()?];
        file.seek(SeekFrom::Start(at)).ok()?;
        file.read_exact(&mut footer).ok()?;
        if crc32fast::hash(&footer) != crc {
            return None;
        }
        let footer: Footer = serde_json::from_slice(&footer).ok()?;
        (footer.schema == SCHEMA && footer.name == name)
            .then(|| Self { path: path.to_path_buf(), footer })
    }

    /// Ledger of the file: the outcome of its rows.
    pub(super) fn ledger(&self) -> &Ledger {
        &self.footer.ledger
    }

    /// Total size of its runs in compressed bytes.
    pub(super) fn packed(&self) -> u64 {
        self.footer.runs.iter().map(|run| run.to - run.from).sum()
    }

    /// Readers of its runs.
    pub(super) fn runs(&self) -> impl Iterator<Item = RunReader> {
        let run = |run: &Run| RunReader {
            path: self.path.clone(),
            at: run.from,
            to: run.to,
            block: Vec::new(),
            read: 0,
        };
        self.footer.runs.iter().map(run)
    }
}

/// Reads a run in order, one block at a time. The file is open only while a block is read, so any number of runs
/// can be merged.
#[derive(Debug)]
pub(super) struct RunReader {
    path: PathBuf,
    at: u64,
    to: u64,
    block: Vec<u8>,
    read: usize,
}

impl RunReader {
    /// Number of compressed bytes left to read.
    pub(super) fn left(&self) -> u64 {
        self.to.saturating_sub(self.at)
    }

    /// Returns the next entry; `None` after the last.
    ///
    /// # Errors
    /// [`Error::DamagedSegment`]: the segment must be recreated.
    pub(super) fn next(&mut self) -> Result<Option<SegmentEntry>, Error> {
        if self.read >= self.block.len() {
            if self.at >= self.to {
                return Ok(None);
            }
            self.block = self
                .load()
                .map_err(|reason| Error::DamagedSegment { path: self.path.clone(), reason })?;
            self.read = 0;
        }
        let mut rest = self.block.get(self.read..).unwrap_or_default();
        let before = rest.len();
        let entry = SegmentEntry::read(&mut rest).ok_or_else(|| Error::DamagedSegment {
            path: self.path.clone(),
            reason: "truncated entry".to_owned(),
        })?;
        self.read += before - rest.len();
        Ok(Some(entry))
    }

    fn load(&mut self) -> Result<Vec<u8>, String> {
        let text = |e: std::io::Error| e.to_string();
        let mut file = File::open(&self.path).map_err(text)?;
        file.seek(SeekFrom::Start(self.at)).map_err(text)?;
        let mut head = [0; 12];
        file.read_exact(&mut head).map_err(text)?;
        let mut rest = &head[..];
        let mut number = || chunk(&mut rest).map(u32::from_le_bytes).unwrap_or_default();
        let (raw, packed, crc) = (number(), number(), number());
        if self.at + 12 + u64::from(packed) > self.to {
            return Err("block is longer than its run".to_owned());
        }
        let mut bytes = vec![0; packed as usize];
        file.read_exact(&mut bytes).map_err(text)?;
        if crc32fast::hash(&bytes) != crc {
            return Err("checksum mismatch".to_owned());
        }
        self.at += 12 + u64::from(packed);
        zstd::bulk::decompress(&bytes, raw as usize).map_err(text)
    }
}
