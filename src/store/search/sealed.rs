//! Checksummed index files: each block is verified before its bytes are used.
//!
//! The engine maps its files into memory and trusts them. A byte that changes on disk would change answers without
//! an error, even while the service runs. This directory copies each block that a read touches into memory and
//! verifies the copy, which cannot change with the disk. The checksums are in the file `sums`, whose digest is in
//! the manifest.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, OwnedBytes, WatchCallback, WatchHandle, WritePtr,
};
use tantivy::{HasLen, TantivyError};

use crate::store::atomic_write;
use crate::store::blob;
use crate::store::error::Error;

/// Name of the file with the checksums of the others.
pub(super) const SUMS: &str = "sums";

/// Number of bytes that one checksum covers.
const BLOCK: usize = 16 << 10;

/// Files up to this many bytes are read once and cached.
const SMALL: u64 = 256 << 10;

/// Extensions of files that every query reads as a whole. They are read once and cached too; they take a few bytes
/// per record.
const WHOLE: [&str; 2] = ["fieldnorm", "fast"];

/// Block checksums of one file.
#[derive(Debug, Serialize, Deserialize)]
struct BlockChecksums {
    /// Length of the file in bytes.
    length: u64,
    /// CRC-32 of each block of [`BLOCK`] bytes; the last may be shorter.
    blocks: Vec<u32>,
}

/// Returns true if a file is part of the index; lock files are not.
pub(super) fn is_content(name: &str) -> bool {
    !name.starts_with(".tantivy") && name != SUMS
}

/// Writes the checksums of all files of an index.
///
/// # Errors
/// [`Error::Io`] and [`Error::NoSpace`].
pub(in crate::store) fn seal(folder: &Path) -> Result<(), Error> {
    let mut all = BTreeMap::new();
    for path in atomic_write::list(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if is_content(&name) {
            all.insert(name, sums(&path).map_err(|e| Error::io("read", &path, e))?);
        }
    }
    let bytes = serde_json::to_vec(&all).map_err(|e| Error::Unstorable(e.to_string()))?;
    atomic_write::write(&folder.join(SUMS), &bytes)
}

fn sums(path: &Path) -> io::Result<BlockChecksums> {
    let mut file = File::open(path)?;
    let (mut length, mut blocks) = (0, Vec::new());
    loop {
        let mut block = Vec::with_capacity(BLOCK);
        file.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
        if block.is_empty() {
            return Ok(BlockChecksums { length, blocks });
        }
        length += block.len() as u64;
        blocks.push(crc32fast::hash(&block));
    }
}

/// A read-only index directory.
#[derive(Clone, Debug)]
pub(super) struct Sealed {
    folder: PathBuf,
    files: Arc<BTreeMap<String, BlockChecksums>>,
    damage: Damage,
}

/// The first damage detected; the engine does not pass every error on.
#[derive(Clone, Debug, Default)]
pub(super) struct Damage(Arc<OnceLock<String>>);

impl Damage {
    /// Description of the damage; `None` if there is none.
    pub(super) fn found(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }

    fn note(&self, path: &Path, reason: &str) -> io::Error {
        let said = format!("{}: {reason}", path.display());
        let error = io::Error::new(ErrorKind::InvalidData, said.clone());
        let _ = self.0.set(said);
        error
    }
}

impl Sealed {
    /// Opens an index whose checksum file has this digest.
    ///
    /// # Errors
    /// [`Error::Damaged`] if the checksum file does not match its digest.
    pub(super) fn open(folder: &Path, digest: &str) -> Result<Self, Error> {
        let path = folder.join(SUMS);
        let bytes = std::fs::read(&path).map_err(|e| Error::damaged_read(&path, e))?;
        if blob::sha256(&bytes) != digest {
            return Err(Error::damaged(&path, "it is not the one that the manifest describes"));
        }
        let files = serde_json::from_slice(&bytes).map_err(|e| Error::damaged(&path, &e))?;
        Ok(Self { folder: folder.to_path_buf(), files: Arc::new(files), damage: Damage::default() })
    }

    /// Returns a handle to the recorded damage.
    pub(super) fn damage(&self) -> Damage {
        self.damage.clone()
    }

    fn file(&self, name: &Path) -> Result<SealedFile, OpenReadError> {
        let missing = || OpenReadError::FileDoesNotExist(name.to_path_buf());
        let word = name.to_str().filter(|word| self.files.contains_key(*word));
        let word = word.ok_or_else(missing)?.to_owned();
        let path = self.folder.join(&word);
        let failed = |error| OpenReadError::wrap_io_error(error, name.to_path_buf());
        let damaged = |reason: &str| failed(self.damage.note(&path, reason));
        let file = match File::open(&path) {
            Ok(file) => file,
            // A shortage such as too many open files: the index is not damaged.
            Err(error) if Error::is_passing(&error) => return Err(failed(error)),
            Err(error) => return Err(damaged(&error.to_string())),
        };
        let length = file.metadata().map_err(failed)?;
        if !length.is_file() || self.files.get(&word).map(|sums| sums.length) != Some(length.len())
        {
            return Err(damaged("it has another length than it was written with"));
        }
        let length = usize::try_from(length.len()).unwrap_or(usize::MAX);
        let (files, damage) = (self.files.clone(), self.damage.clone());
        Ok(SealedFile { file, path, word, length, files, damage, whole: OnceLock::new() })
    }
}

impl Directory for Sealed {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(Arc::new(self.file(path)?))
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        Ok(path.to_str().is_some_and(|name| self.files.contains_key(name)))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let file = self.file(path)?;
        let read = file.blocks(0..file.length);
        read.map_err(|error| OpenReadError::wrap_io_error(error, path.to_path_buf()))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        let (io_error, filepath) = (Arc::new(read_only()), path.to_path_buf());
        Err(DeleteError::IoError { io_error, filepath })
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(read_only(), path.to_path_buf()))
    }

    fn atomic_write(&self, _path: &Path, _data: &[u8]) -> io::Result<()> {
        Err(read_only())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    /// The index is read-only, so no lock is needed.
    fn acquire_lock(&self, _lock: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _callback: WatchCallback) -> Result<WatchHandle, TantivyError> {
        Ok(WatchHandle::empty())
    }
}

fn read_only() -> io::Error {
    io::Error::new(ErrorKind::Unsupported, "a finished index is only read")
}

/// One file of an index.
#[derive(Debug)]
struct SealedFile {
    file: File,
    path: PathBuf,
    word: String,
    length: usize,
    files: Arc<BTreeMap<String, BlockChecksums>>,
    damage: Damage,
    whole: OnceLock<OwnedBytes>,
}

impl SealedFile {
    /// Returns true if the file is cached once it has been read.
    fn is_kept(&self) -> bool {
        let extension = Path::new(&self.word).extension().and_then(|end| end.to_str());
        self.length as u64 <= SMALL || extension.is_some_and(|end| WHOLE.contains(&end))
    }

    /// Reads a range, verifying every block that it touches.
    fn blocks(&self, range: Range<usize>) -> io::Result<Vec<u8>> {
        let first = range.start / BLOCK;
        let from = first * BLOCK;
        let to = range.end.div_ceil(BLOCK).saturating_mul(BLOCK).min(self.length);
        let mut bytes = vec![0; to.saturating_sub(from)];
        self.file.read_exact_at(&mut bytes, from as u64).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => self.damage.note(&self.path, "it is cut off"),
            _ => self.damage.note(&self.path, &error.to_string()),
        })?;
        let sums = self.files.get(&self.word).map_or(&[][..], |sums| &sums.blocks);
        for (number, block) in (first..).zip(bytes.chunks(BLOCK)) {
            if sums.get(number) != Some(&crc32fast::hash(block)) {
                return Err(self.damage.note(&self.path, "a checksum is wrong"));
            }
        }
        bytes.truncate(range.end - from);
        Ok(bytes.split_off(range.start - from))
    }

    fn whole(&self) -> io::Result<OwnedBytes> {
        if let Some(whole) = self.whole.get() {
            return Ok(whole.clone());
        }
        let whole = OwnedBytes::new(self.blocks(0..self.length)?);
        Ok(self.whole.get_or_init(|| whole).clone())
    }
}

impl HasLen for SealedFile {
    fn len(&self) -> usize {
        self.length
    }
}

impl FileHandle for SealedFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.start > range.end || range.end > self.length {
            return Err(io::Error::new(ErrorKind::InvalidInput, "a range outside of the file"));
        }
        if self.is_kept() {
            Ok(self.whole()?.slice(range))
        } else {
            self.blocks(range).map(OwnedBytes::new)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Creates a folder with a checksummed file of `length` bytes, and returns the digest of the checksums.
    fn sealed(length: usize) -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().unwrap();
        let bytes: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
        std::fs::write(folder.path().join("a.idx"), bytes).unwrap();
        seal(folder.path()).unwrap();
        let digest = blob::sha256(&std::fs::read(folder.path().join(SUMS)).unwrap());
        (folder, digest)
    }

    fn flip(folder: &tempfile::TempDir, at: u64) {
        let path = folder.path().join("a.idx");
        let file = std::fs::OpenOptions::new().read(true).write(true).open(path).unwrap();
        let mut byte = [0];
        file.read_exact_at(&mut byte, at).unwrap();
        file.write_all_at(&[byte[0] ^ 1], at).unwrap();
    }

    #[test]
    fn ranges_round_trip() {
        let length = 400_000;
        let (folder, digest) = sealed(length);
        let index = Sealed::open(folder.path(), &digest).unwrap();
        let file = index.get_file_handle(Path::new("a.idx")).unwrap();
        for range in [0..1, 0..length, BLOCK..2 * BLOCK, BLOCK - 1..BLOCK + 1, 7..length, 5..5] {
            let expected: Vec<u8> = range.clone().map(|n| u8::try_from(n % 251).unwrap()).collect();
            assert_eq!(file.read_bytes(range).unwrap().as_slice(), expected);
        }
        assert!(file.read_bytes(0..length + 1).is_err());
        assert_eq!(index.damage().found(), None);
    }

    #[test]
    fn a_byte_changed_in_an_open_file_is_detected_by_the_next_read_of_its_block() {
        let (folder, digest) = sealed(400_000);
        let index = Sealed::open(folder.path(), &digest).unwrap();
        let file = index.get_file_handle(Path::new("a.idx")).unwrap();
        let first = file.read_bytes(0..BLOCK).unwrap();
        flip(&folder, 100_000);
        assert_eq!(file.read_bytes(0..BLOCK).unwrap().as_slice(), first.as_slice());
        assert_eq!(index.damage().found(), None);
        let error = file.read_bytes(99_000..99_001).unwrap_err();
        assert!(error.to_string().contains("checksum"), "{error}");
        assert!(index.damage().found().is_some_and(|message| message.contains("a.idx")));
    }

    #[test]
    fn small_files_stay_in_memory_after_the_first_read() {
        let (folder, digest) = sealed(1000);
        let index = Sealed::open(folder.path(), &digest).unwrap();
        let file = index.get_file_handle(Path::new("a.idx")).unwrap();
        let before = file.read_bytes(0..1000).unwrap();
        flip(&folder, 10);
        assert_eq!(file.read_bytes(0..1000).unwrap().as_slice(), before.as_slice());
        let again = index.get_file_handle(Path::new("a.idx")).unwrap();
        assert!(again.read_bytes(0..1).is_err(), "another open reads it anew");
    }

    #[test]
    fn other_lengths_and_other_checksums_are_damage() {
        let (folder, digest) = sealed(1000);
        std::fs::write(folder.path().join("a.idx"), [0; 999]).unwrap();
        let index = Sealed::open(folder.path(), &digest).unwrap();
        assert!(index.get_file_handle(Path::new("a.idx")).is_err());
        assert!(index.damage().found().is_some());
        assert!(Sealed::open(folder.path(), "another").is_err());
    }
}
