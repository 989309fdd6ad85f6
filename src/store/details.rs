//! Details of programmes: loaded on demand, in compressed blocks beside the database of a generation.
//!
//! `details` is written once, in the order of the programmes. A block is `raw length u32 | packed length u32 |
//! crc32 u32 | zstd`. It holds the details of neighbouring programmes, so that a page of programmes reads few
//! blocks. A column holds the address of each programme's details.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufWriter, Read as _, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};
use zstd::bulk::Compressor;

use super::blob;
use super::error::Error;
use super::tables::TreeSum;

/// Size in bytes at which a block is compressed.
const BLOCK_BYTES: usize = 48 << 10;

const LEVEL: i32 = 1;

const HEAD_BYTES: usize = 12;

/// Number of decompressed blocks in the cache, and of their bytes. A larger block is not cached.
const CACHED: usize = 64;
const CACHED_BYTES: usize = 16 << 20;

/// Address of the details of a programme: the offset of the block in the file in the upper 40 bits, the offset in
/// the decompressed block in the lower 24.
pub(super) type DetailsAddress = u64;

/// Address of a programme without details.
pub(super) const NO_DETAILS: DetailsAddress = u64::MAX;

const WITHIN: u64 = (1 << 24) - 1;

/// Writes the file `details`.
pub(super) struct DetailsWriter {
    path: PathBuf,
    file: BufWriter<File>,
    hasher: Sha256,
    written: u64,
    block: Vec<u8>,
    entries: u64,
    compressor: Compressor<'static>,
}

impl DetailsWriter {
    pub(super) fn create(path: &Path) -> Result<Self, Error> {
        let failed = |e| Error::io("write", path, e);
        let file = File::create(path).map_err(failed)?;
        Ok(Self {
            compressor: Compressor::new(LEVEL).map_err(failed)?,
            path: path.to_path_buf(),
            file: BufWriter::with_capacity(1 << 20, file),
            hasher: Sha256::new(),
            written: 0,
            block: Vec::with_capacity(2 * BLOCK_BYTES),
            entries: 0,
        })
    }

    /// Appends the details of the next programme; returns their address.
    pub(super) fn put(&mut self, details: &[u8]) -> Result<DetailsAddress, Error> {
        if details.is_empty() {
            return Ok(NO_DETAILS);
        }
        if self.block.len() >= BLOCK_BYTES {
            self.pack()?;
        }
        let place = (self.written << 24) | (self.block.len() as u64 & WITHIN);
        self.block.extend_from_slice(&(details.len() as u64).to_le_bytes());
        self.block.extend_from_slice(details);
        self.entries += 1;
        Ok(place)
    }

    /// Writes the last block; returns the expected entry count and digest of the file.
    pub(super) fn finish(mut self) -> Result<TreeSum, Error> {
        if !self.block.is_empty() {
            self.pack()?;
        }
        self.file.flush().map_err(|e| Error::io("write", &self.path, e))?;
        Ok(TreeSum { entries: self.entries, sha256: blob::hex(&self.hasher.finalize()) })
    }

    fn pack(&mut self) -> Result<(), Error> {
        let block = std::mem::take(&mut self.block);
        let failed = |e| Error::io("write", &self.path, e);
        let packed = self.compressor.compress(&block).map_err(failed)?;
        let length = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
        let crc = crc32fast::hash(&packed).to_le_bytes();
        for bytes in [&length(block.len())[..], &length(packed.len()), &crc, &packed] {
            self.hasher.update(bytes);
            self.file.write_all(bytes).map_err(failed)?;
        }
        self.written += (HEAD_BYTES + packed.len()) as u64;
        self.block = block;
        self.block.clear();
        Ok(())
    }
}

/// Computes the digest of the file, to compare with the one that was written.
pub(super) fn digest(path: &Path) -> Result<String, Error> {
    let mut file = File::open(path).map_err(|e| Error::damaged_read(path, e))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 << 10];
    loop {
        let read = file.read(&mut buffer).map_err(|e| Error::damaged_read(path, e))?;
        match buffer.get(..read).filter(|chunk| !chunk.is_empty()) {
            Some(chunk) => hasher.update(chunk),
            None => break,
        }
    }
    Ok(blob::hex(&hasher.finalize()))
}

/// Cached blocks with their offsets, the most recently used last.
type Blocks = VecDeque<(u64, Arc<Vec<u8>>)>;

/// The open file `details`, readable from any number of threads.
#[derive(Debug)]
pub(super) struct DetailsFile {
    path: PathBuf,
    file: File,
    blocks: Mutex<Blocks>,
}

impl DetailsFile {
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(|e| Error::damaged_read(path, e))?;
        if !file.metadata().is_ok_and(|meta| meta.is_file()) {
            return Err(Error::damaged(path, "expected a file"));
        }
        Ok(Self { path: path.to_path_buf(), file, blocks: Mutex::default() })
    }

    /// Reads the details at an address.
    ///
    /// # Errors
    /// [`Error::Damaged`] if they do not read back as written.
    pub(super) fn get(&self, place: DetailsAddress) -> Result<Vec<u8>, Error> {
        let block = self.block(place >> 24)?;
        let within = usize::try_from(place & WITHIN).unwrap_or(usize::MAX);
        let entry = || {
            let (length, rest) = block.get(within..)?.split_first_chunk::<8>()?;
            let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
            rest.get(..length).map(<[u8]>::to_vec)
        };
        entry().ok_or_else(|| Error::damaged(&self.path, &"truncated entry"))
    }

    fn block(&self, at: u64) -> Result<Arc<Vec<u8>>, Error> {
        let lock = || self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let mut blocks = lock();
            if let Some(found) = blocks.iter().position(|(place, _)| *place == at)
                && let Some(entry) = blocks.remove(found)
            {
                let block = entry.1.clone();
                blocks.push_back(entry);
                return Ok(block);
            }
        }
        let block = Arc::new(self.load(at)?);
        let mut blocks = lock();
        blocks.push_back((at, block.clone()));
        let bytes = |blocks: &Blocks| blocks.iter().map(|(_, block)| block.len()).sum::<usize>();
        while blocks.len() > CACHED || bytes(&blocks) > CACHED_BYTES {
            blocks.pop_front();
        }
        Ok(block)
    }

    fn load(&self, at: u64) -> Result<Vec<u8>, Error> {
        let damaged = |reason: &dyn std::fmt::Display| Error::damaged(&self.path, &reason);
        let mut head = [0; HEAD_BYTES];
        self.file.read_exact_at(&mut head, at).map_err(|e| damaged(&e))?;
        let number = |from: usize| {
            let bytes = head.get(from..from + 4).and_then(|b| <[u8; 4]>::try_from(b).ok());
            u32::from_le_bytes(bytes.unwrap_or_default())
        };
        let length = self.file.metadata().map_or(0, |m| m.len());
        if at + u64::from(number(4)) > length {
            return Err(damaged(&"block is longer than the file"));
        }
        let mut packed = vec![0; number(4) as usize];
        self.file.read_exact_at(&mut packed, at + HEAD_BYTES as u64).map_err(|e| damaged(&e))?;
        if crc32fast::hash(&packed) != number(8) {
            return Err(damaged(&"checksum mismatch"));
        }
        zstd::bulk::decompress(&packed, number(0) as usize).map_err(|e| damaged(&e))
    }
}
