//! Bytes on disk: the only place that names the database or the codec. Synchronous; knows only [`crate::model`].
//!
//! Files are the truth: their content lies in `sources/`, and `journal.jsonl` says which of them are in force. A
//! [`Generation`] is what was made of them: built once, verified, put in force by one rename, never changed, and
//! built again whenever anything about it is in doubt. `layout.rs` has the picture, `tables.rs` the trees.

mod blob;
mod build;
pub mod columns;
mod current;
mod details;
mod durable;
mod error;
mod fill;
mod gather;
mod generation;
mod identity;
mod index;
mod journal;
mod key;
mod layout;
mod lock;
mod manifest;
mod memory;
mod merge;
mod order;
mod pack;
mod private;
mod record;
pub mod search;
mod segment;
mod sweep;
mod tables;
mod unite;
mod writer;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use blob::{Kept, Stream, sha256};
pub use build::{Draft, Phase, Step};
pub use error::Error;
pub(crate) use fill::DIFFERS;
pub use generation::Generation;
pub use journal::{FileEntry, Mark};
pub use manifest::Manifest;
pub use order::{Days, Order};
pub use record::{Invalid, SCHEMA, Stored};
pub use segment::SegmentWriter;
pub use tables::TreeSum;
pub use writer::{NewFile, Writer};

use current::Current;
use journal::Journal;
use layout::{FORMAT, Layout};

/// A data folder.
#[derive(Clone, Debug)]
pub struct Store {
    layout: Layout,
}

/// What a data folder takes of the disk, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskUse {
    /// The content of files, those no longer in force included.
    pub sources: u64,
    /// What files were read into.
    pub parsed: u64,
    /// The journal.
    pub journal: u64,
    /// All generations, those being built, removed or set aside included.
    pub generations: u64,
}

impl Store {
    /// Opens a data folder, and makes it where there is none. Takes no lock.
    ///
    /// # Errors
    /// [`Error::NewerFormat`] when a newer aidgraph wrote it, [`Error::UnknownFormat`] when it is no such folder,
    /// [`Error::NotAFolder`] when it is a file.
    pub fn open(root: &Path) -> Result<Self, Error> {
        if root.exists() && !root.is_dir() {
            return Err(Error::NotAFolder { path: root.to_path_buf() });
        }
        private::create(root).map_err(|e| Error::io("create", root, e))?;
        let layout = Layout::new(root);
        check_format(&layout)?;
        Ok(Self { layout })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        self.layout.root()
    }

    /// Takes all rights from others on what the folder holds: folders become 0700 and files 0600, also those that an older
    /// aidgraph or another umask has made. The folder itself stays as it is where it holds files of somebody else. Gives
    /// what could not be changed, since it belongs to another user.
    ///
    /// # Errors
    /// [`Error::Io`] when a folder cannot be read.
    pub fn make_private(&self) -> Result<Vec<PathBuf>, Error> {
        private::make(&self.layout)
    }

    /// The files in force, by name.
    ///
    /// # Errors
    /// [`Error::DamagedJournal`] when lines of the journal are bad, or miss what the generation was built from.
    pub fn files(&self) -> Result<Vec<FileEntry>, Error> {
        // The manifest first: a writer may append to the journal and build between the two.
        let manifest = self.manifest();
        let journal = Journal::read(&self.layout.journal())?;
        match manifest {
            Ok(Some(manifest)) if manifest.journal_seq > journal.seq => {
                Err(journal.lacks(manifest.journal_seq))
            }
            _ => Ok(journal.files),
        }
    }

    /// Compares the content of a file in force with its digest, with a pause after each 256 KiB of it. Takes no lock.
    ///
    /// # Errors
    /// [`Error::MissingSource`] and [`Error::DamagedSource`]; also for a file that went out of force meanwhile.
    pub fn check_source(&self, entry: &FileEntry, pause: Duration) -> Result<(), Error> {
        blob::check(&self.layout, entry, pause)
    }

    /// What the generation in force is, without opening it; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::Damaged`] when CURRENT or the manifest cannot be used, [`Error::OtherLayout`] when another version of
    /// aidgraph wrote it.
    pub fn manifest(&self) -> Result<Option<Manifest>, Error> {
        Current::read(&self.layout)?.map(|current| current.manifest(&self.layout)).transpose()
    }

    /// Whether files were put in force after a generation was built.
    ///
    /// # Errors
    /// [`Error::DamagedJournal`].
    pub fn is_behind(&self, manifest: &Manifest) -> Result<bool, Error> {
        Ok(Journal::read(&self.layout.journal())?.seq > manifest.journal_seq)
    }

    /// How long the journal is: it only ever grows, so that another length is another content.
    pub fn journal_bytes(&self) -> u64 {
        fs::metadata(self.layout.journal()).map_or(0, |meta| meta.len())
    }

    /// What the folder takes of the disk.
    ///
    /// # Errors
    /// [`Error::Io`] when a folder cannot be read.
    pub fn disk_use(&self) -> Result<DiskUse, Error> {
        let mut generations = 0;
        for path in durable::list(self.root())? {
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

    /// Becomes the one writer, and puts right what a kill may have left.
    ///
    /// # Errors
    /// [`Error::Locked`] when another writes, [`Error::ReadOnly`], [`Error::DamagedJournal`].
    pub fn writer(&self) -> Result<Writer, Error> {
        check_format(&self.layout)?;
        Writer::open(self.layout.clone())
    }

    /// Opens the generation in force; `None` when there is none, as in a new folder. A generation of another
    /// layout is [`Error::OtherLayout`]: it is of no use, and is built again.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it is not as it was written ([`Error::needs_rebuild`]); [`Error::InUse`] when it is
    /// open elsewhere, in this process or another; [`Error::ReadOnly`] and [`Error::NoSpace`], because sled writes
    /// even when it only reads.
    pub fn current(&self) -> Result<Option<Generation>, Error> {
        loop {
            let Some(current) = Current::read(&self.layout)? else { return Ok(None) };
            let opened = current.manifest(&self.layout).and_then(|manifest| {
                Generation::open(&self.layout.generation(current.name), manifest)
            });
            // A writer may have put another one in force and removed this one meanwhile.
            if Current::read(&self.layout)?.as_ref() == Some(&current) {
                return opened.map(Some);
            }
        }
    }
}

fn check_format(layout: &Layout) -> Result<(), Error> {
    let path = layout.format();
    let Some(bytes) = durable::read(&path)? else { return Ok(()) };
    let text = String::from_utf8_lossy(&bytes);
    let number = text.trim_end().strip_prefix("aidgraph ").and_then(|n| n.parse::<u32>().ok());
    match number {
        Some(FORMAT) => Ok(()),
        Some(found) if found > FORMAT => Err(Error::NewerFormat { path, found, known: FORMAT }),
        _ => {
            let reason = format!("it should read `aidgraph {FORMAT}`");
            Err(Error::UnknownFormat { path, reason })
        }
    }
}

fn bytes_in(folder: &Path) -> Result<u64, Error> {
    let mut bytes = 0;
    for path in durable::list(folder)? {
        if path.is_dir() {
            bytes += bytes_in(&path)?;
        } else {
            // A file that is being removed takes nothing.
            bytes += fs::metadata(&path).map_or(0, |m| m.len());
        }
    }
    Ok(bytes)
}
