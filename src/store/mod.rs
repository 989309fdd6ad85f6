//! Storage: the data folder on disk, its source files, its journal and its generations.
//!
//! This module alone names the database and the codec. It is synchronous and depends only on [`crate::model`].
//!
//! The source files are the truth: `sources/` holds their content, and `journal.jsonl` lists the active ones. A
//! [`Generation`] is derived from them. It is built once, verified, activated by one rename and never changed. It
//! is rebuilt whenever its integrity is in doubt. `layout.rs` describes the folder, `tables.rs` the trees.

mod atomic_write;
mod blob;
mod build;
pub mod columns;
mod current;
mod details;
mod draft;
mod error;
mod garbage;
mod generation;
mod generation_writer;
mod identity;
mod in_force;
mod index;
mod index_builder;
mod journal;
mod key;
mod layout;
mod lock;
mod manifest;
mod merge;
mod order;
mod private;
mod record;
mod record_compression;
mod resident_index;
pub mod search;
mod segment;
mod superseded;
mod tables;
mod transaction_scan;
mod unite;
mod writer;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use blob::{StoredBlob, Stream, sha256};
pub use draft::{BuildStep, Draft, Phase};
pub use error::Error;
pub use generation::Generation;
pub use journal::{FileEntry, Mark};
pub use manifest::Manifest;
pub use order::Order;
pub use record::{Invalid, SCHEMA, Stored};
pub use segment::SegmentWriter;
pub(crate) use superseded::DIFFERS;
pub use tables::TreeSum;
pub use transaction_scan::{OfProgramme, TransactionScan};
pub use writer::{NewFile, Writer};

use current::Current;
use journal::Journal;
use layout::{FORMAT, Layout};

/// A data folder.
#[derive(Clone, Debug)]
pub struct Store {
    layout: Layout,
}

/// Disk usage of a data folder, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskUse {
    /// Content of source files, including files that are no longer active.
    pub sources: u64,
    /// Parsed segments.
    pub parsed: u64,
    /// The journal.
    pub journal: u64,
    /// All generations, including those being built, removed or set aside.
    pub generations: u64,
}

impl Store {
    /// Opens a data folder, and creates it if it does not exist. Takes no lock.
    ///
    /// # Errors
    /// [`Error::NewerFormat`] if a newer aidgraph wrote the folder. [`Error::UnknownFormat`] if it is not a data
    /// folder. [`Error::NotAFolder`] if it is a file.
    pub fn open(root: &Path) -> Result<Self, Error> {
        if root.exists() && !root.is_dir() {
            return Err(Error::NotAFolder { path: root.to_path_buf() });
        }
        private::create(root).map_err(|e| Error::io("create", root, e))?;
        let layout = Layout::new(root);
        check_format(&layout)?;
        Ok(Self { layout })
    }

    /// Path of the data folder.
    pub fn root(&self) -> &Path {
        self.layout.root()
    }

    /// Restricts everything in the folder to its owner: folders become 0700 and files 0600. This includes files
    /// that an older aidgraph or another umask created. The folder itself keeps its mode if it also holds foreign
    /// files. Returns the paths that could not be changed because another user owns them.
    ///
    /// # Errors
    /// [`Error::Io`] if a folder cannot be read.
    pub fn make_private(&self) -> Result<Vec<PathBuf>, Error> {
        private::make(&self.layout)
    }

    /// Returns the active files, sorted by name.
    ///
    /// # Errors
    /// [`Error::DamagedJournal`] if journal lines are invalid, or if lines that the current generation was built
    /// from are missing.
    pub fn files(&self) -> Result<Vec<FileEntry>, Error> {
        // Read the manifest first: a writer may append to the journal and build in between.
        let manifest = self.manifest();
        let journal = Journal::read(&self.layout.journal())?;
        match manifest {
            Ok(Some(manifest)) if manifest.journal_seq > journal.seq => {
                Err(journal.missing_lines(manifest.journal_seq))
            }
            _ => Ok(journal.files),
        }
    }

    /// Verifies the content of an active file against its digest, pausing after each 256 KiB. Takes no lock.
    ///
    /// # Errors
    /// [`Error::MissingSource`] and [`Error::DamagedSource`], also for a file that was deactivated meanwhile.
    pub fn check_source(&self, entry: &FileEntry, pause: Duration) -> Result<(), Error> {
        blob::check(&self.layout, entry, pause)
    }

    /// Returns the manifest of the current generation without opening it; `None` if there is no generation.
    ///
    /// # Errors
    /// [`Error::Damaged`] if CURRENT or the manifest is unusable. [`Error::OtherLayout`] if another version of
    /// aidgraph wrote it.
    pub fn manifest(&self) -> Result<Option<Manifest>, Error> {
        Current::read(&self.layout)?.map(|current| current.manifest(&self.layout)).transpose()
    }

    /// Returns true if the journal changed after the generation with this manifest was built.
    ///
    /// # Errors
    /// [`Error::DamagedJournal`].
    pub fn is_behind(&self, manifest: &Manifest) -> Result<bool, Error> {
        Ok(Journal::read(&self.layout.journal())?.seq > manifest.journal_seq)
    }

    /// Length of the journal in bytes; 0 if it does not exist. The journal is append-only, so a different length
    /// means different content.
    pub fn journal_bytes(&self) -> u64 {
        fs::metadata(self.layout.journal()).map_or(0, |meta| meta.len())
    }

    /// Measures the disk usage of the folder.
    ///
    /// # Errors
    /// [`Error::Io`] if a folder cannot be read.
    pub fn disk_use(&self) -> Result<DiskUse, Error> {
        let mut generations = 0;
        for path in atomic_write::list(self.root())? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with("gen-") {
                generations += bytes_in(&path)?;
            }
        }
        Ok(DiskUse {
            sources: bytes_in(&self.layout.sources())?,
            parsed: bytes_in(&self.layout.parsed())?,
            journal: self.journal_bytes(),
            generations,
        })
    }

    /// Acquires the writer lock, and cleans up after a killed writer.
    ///
    /// # Errors
    /// [`Error::Locked`] if another process writes. [`Error::ReadOnly`], [`Error::DamagedJournal`].
    pub fn writer(&self) -> Result<Writer, Error> {
        check_format(&self.layout)?;
        Writer::open(self.layout.clone())
    }

    /// Opens the current generation; `None` if there is none, as in a new folder.
    ///
    /// # Errors
    /// - [`Error::OtherLayout`] if the generation has another layout; it must be rebuilt.
    /// - [`Error::Damaged`] if it does not read back as written ([`Error::needs_rebuild`]).
    /// - [`Error::InUse`] if it is open elsewhere, in this process or another.
    /// - [`Error::ReadOnly`] and [`Error::NoSpace`], because sled writes even when it only reads.
    pub fn current(&self) -> Result<Option<Generation>, Error> {
        loop {
            let Some(current) = Current::read(&self.layout)? else { return Ok(None) };
            let opened = current.manifest(&self.layout).and_then(|manifest| {
                Generation::open(&self.layout.generation(current.name), manifest)
            });
            // A writer may have activated another generation and removed this one meanwhile.
            if Current::read(&self.layout)?.as_ref() == Some(&current) {
                return opened.map(Some);
            }
        }
    }
}

fn check_format(layout: &Layout) -> Result<(), Error> {
    let path = layout.format();
    let Some(bytes) = atomic_write::read(&path)? else { return Ok(()) };
    let text = String::from_utf8_lossy(&bytes);
    let number = text.trim_end().strip_prefix("aidgraph ").and_then(|n| n.parse::<u32>().ok());
    match number {
        Some(FORMAT) => Ok(()),
        Some(found) if found > FORMAT => Err(Error::NewerFormat { path, found, known: FORMAT }),
        _ => {
            let reason = format!("expected `aidgraph {FORMAT}`");
            Err(Error::UnknownFormat { path, reason })
        }
    }
}

fn bytes_in(folder: &Path) -> Result<u64, Error> {
    let mut bytes = 0;
    for path in atomic_write::list(folder)? {
        if path.is_dir() {
            bytes += bytes_in(&path)?;
        } else {
            // A file that is being removed counts as 0.
            bytes += fs::metadata(&path).map_or(0, |m| m.len());
        }
    }
    Ok(bytes)
}
