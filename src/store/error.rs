//! Storage errors, each with a remedy for the operator.

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

/// An error of the store. Every message names the file or folder concerned.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process holds the writer lock.
    #[error(
        "another aidgraph writes to this data folder (lock {path}); wait until it has finished, or use another data folder"
    )]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// The generation is open in another process, or elsewhere in this one.
    #[error(
        "{path} is open in another aidgraph; query that instance over GraphQL, stop it, or use a copy of the data folder"
    )]
    InUse {
        /// Folder of the generation.
        path: PathBuf,
    },
    /// A file occupies the path of the data folder.
    #[error("{path} is a file, not a folder; give the path of a data folder")]
    NotAFolder {
        /// The file.
        path: PathBuf,
    },
    /// The folder is not writable.
    #[error(
        "{path} is not writable; the data folder must belong to the user that runs aidgraph, on a writable file system"
    )]
    ReadOnly {
        /// The file or folder to write.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// The disk is full, or the disk quota of the user is exhausted.
    #[error(
        "no space left on the disk for {path}; the current data is unchanged; free some space and try again"
    )]
    NoSpace {
        /// The file or folder to write.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// The current generation is unusable: set it aside and rebuild.
    #[error("{path} is unusable: {reason}; it can be rebuilt from the sources")]
    Damaged {
        /// The unusable file or folder.
        path: PathBuf,
        /// The finding.
        reason: String,
    },
    /// The current generation has another layout: it is intact, but must be rebuilt.
    #[error(
        "{path} was written by another version of aidgraph: {found}; it is rebuilt from the sources"
    )]
    OtherLayout {
        /// The file or folder that states the layout.
        path: PathBuf,
        /// The finding: `layout 6, this version reads 7`.
        found: String,
    },
    /// A built generation did not read back as written; the current generation is untouched.
    #[error(
        "the generation built in {path} did not read back as written: {reason}; the current generation is unchanged; check the disk and try again"
    )]
    BuildFailed {
        /// Folder of the build, removed since.
        path: PathBuf,
        /// The finding.
        reason: String,
    },
    /// The journal holds something other than valid lines and a torn tail.
    #[error(
        "{path}, line {line}: {reason}; nothing was changed; restore the file from a copy, or move the data folder away and import again"
    )]
    DamagedJournal {
        /// The journal.
        path: PathBuf,
        /// Number of the line, from 1.
        line: u64,
        /// The finding.
        reason: String,
    },
    /// The content of an active file is missing.
    #[error(
        "the content of {name} is missing ({path}); restore it from a copy, or import the file again"
    )]
    MissingSource {
        /// Name of the file: `seed/programmes.csv`.
        name: String,
        /// Expected path of its content.
        path: PathBuf,
    },
    /// The content of an active file does not match its digest.
    #[error(
        "the content of {name} is damaged ({path}): {reason}; restore it from a copy, or import the file again"
    )]
    DamagedSource {
        /// Name of the file: `seed/programmes.csv`.
        name: String,
        /// Path of its content.
        path: PathBuf,
        /// The finding.
        reason: String,
    },
    /// A segment is unusable; it is recreated from its source file.
    #[error("the parsed segment {path} is damaged: {reason}; the file must be parsed again")]
    DamagedSegment {
        /// Path of the segment.
        path: PathBuf,
        /// The finding.
        reason: String,
    },
    /// A newer aidgraph wrote the folder.
    #[error(
        "{path} has format {found}, and this version supports up to {known}; use the newer aidgraph that wrote it"
    )]
    NewerFormat {
        /// The file that states the format.
        path: PathBuf,
        /// The format found.
        found: u32,
        /// The newest format that this version supports.
        known: u32,
    },
    /// The folder does not state a known format.
    #[error(
        "{path} does not state the format of the data folder: {reason}; check that it is an aidgraph data folder"
    )]
    UnknownFormat {
        /// The file that should state it.
        path: PathBuf,
        /// The finding.
        reason: String,
    },
    /// The dataset is inconsistent or too large to store; the text is the reason.
    #[error("the dataset cannot be stored: {0}")]
    Unstorable(String),
    /// Any other error of the operating system.
    #[error("could not {action} {path}: {source}")]
    Io {
        /// The attempted action: `read`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
}

impl Error {
    /// Returns true if the remedy is to set the generation aside and rebuild it.
    pub fn needs_rebuild(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::OtherLayout { .. })
    }

    /// Wraps an I/O error on a path; full disks and missing permissions get variants of their own.
    pub(super) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::NoSpace { path, source },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
                if action != "read" =>
            {
                Self::ReadOnly { path, source }
            }
            _ => Self::Io { action, path, source },
        }
    }

    /// Builds the error for a part of a generation that does not read back as written.
    pub(super) fn damaged(path: &Path, reason: &(impl Display + ?Sized)) -> Self {
        Self::Damaged { path: path.to_path_buf(), reason: reason.to_string() }
    }

    /// Builds the error for an unreadable file of a generation. It counts as damage, unless the cause is a
    /// temporary shortage of resources.
    pub(super) fn damaged_read(path: &Path, source: io::Error) -> Self {
        if Self::is_passing(&source) {
            Self::io("read", path, source)
        } else {
            Self::damaged(path, &source)
        }
    }

    /// Converts an error of the database.
    pub(super) fn sled(path: &Path, error: sled::Error) -> Self {
        match error {
            // Out of memory or of file handles: the data may be intact and must not be discarded.
            sled::Error::Io(source) if Self::is_passing(&source) => Self::io("use", path, source),
            sled::Error::Io(source) => match Self::io("use", path, source) {
                Self::Io { source, .. } => Self::damaged(path, &source),
                error => error,
            },
            error => Self::damaged(path, &error),
        }
    }

    /// Returns true for a temporary shortage of resources. Source: errno 23 ENFILE, 24 EMFILE.
    pub(super) fn is_passing(error: &io::Error) -> bool {
        let kind = error.kind();
        matches!(kind, io::ErrorKind::OutOfMemory | io::ErrorKind::Interrupted)
            || matches!(error.raw_os_error(), Some(23 | 24))
    }
}
