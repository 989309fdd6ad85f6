//! What storage can refuse, and what an operator can do about it.

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

/// Why the store did not do what was asked. Every message names the file or folder that it is about.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process holds the writer's lock.
    #[error(
        "another aidgraph writes to this data folder (lock {path}); wait until it is done, or give this one a folder of its own"
    )]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// Another process, or another part of this one, has the generation open.
    #[error(
        "{path} is open in another aidgraph; ask that one (it serves GraphQL), stop it, or use a copy of the data folder"
    )]
    InUse {
        /// The folder of the generation.
        path: PathBuf,
    },
    /// A file stands where the data folder should be.
    #[error("{path} is a file, not a folder; name a folder for the data")]
    NotAFolder {
        /// The file.
        path: PathBuf,
    },
    /// The folder cannot be written to.
    #[error(
        "{path} cannot be written to; the data folder must belong to the user that runs aidgraph, on a file system that is not read-only"
    )]
    ReadOnly {
        /// The file or folder that was to be written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The disk, or the user's share of it, is full.
    #[error(
        "no room is left on the disk for {path}; what was in force before stays in force; make room and try again"
    )]
    NoSpace {
        /// The file or folder that was to be written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The generation in force cannot be used, or is of another layout: set it aside and build anew.
    #[error("{path} cannot be used: {reason}; it can be built again from the sources")]
    Damaged {
        /// The file or folder that was found unusable.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// The generation in force is of another layout: nothing is wrong with it, and it is built again.
    #[error(
        "{path} was written by another version of aidgraph: {found}; it is built again from the sources"
    )]
    OtherLayout {
        /// The file or folder that says so.
        path: PathBuf,
        /// What was found: `layout 6 where 7 is read`.
        found: String,
    },
    /// What was built does not read back as it was written; the generation in force is untouched.
    #[error(
        "the generation built in {path} did not read back as it was written: {reason}; the one in force stays; check the disk and try again"
    )]
    BuildFailed {
        /// The folder that it was built in, removed since.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// The journal holds something other than good lines and a torn tail.
    #[error(
        "{path}, line {line}: {reason}; nothing was changed; put the file back from a copy, or move the data folder away and import anew"
    )]
    DamagedJournal {
        /// The journal.
        path: PathBuf,
        /// The line, the first is 1.
        line: u64,
        /// What was found.
        reason: String,
    },
    /// The content of a file in force is not there.
    #[error(
        "the content of {name} is missing ({path}); put it back from a copy, or import the file again"
    )]
    MissingSource {
        /// Name of the file: `seed/programmes.csv`.
        name: String,
        /// Where its content belongs.
        path: PathBuf,
    },
    /// The content of a file in force is not what its digest says.
    #[error(
        "the content of {name} is damaged ({path}): {reason}; put it back from a copy, or import the file again"
    )]
    DamagedSource {
        /// Name of the file: `seed/programmes.csv`.
        name: String,
        /// Where its content is.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// What a file was read into is of no use; it is made again from the file.
    #[error("what a file was read into is damaged ({path}): {reason}; it has to be read again")]
    DamagedSegment {
        /// Where it is.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// The folder was written by a newer aidgraph.
    #[error(
        "{path} is of format {found}, and this aidgraph knows {known}; use the newer aidgraph that wrote it"
    )]
    NewerFormat {
        /// The file that says so.
        path: PathBuf,
        /// The format found.
        found: u32,
        /// The newest format that this program knows.
        known: u32,
    },
    /// The folder does not say what it is.
    #[error(
        "{path} does not say which format the data folder has: {reason}; is it a folder of aidgraph?"
    )]
    UnknownFormat {
        /// The file that should say so.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// What was handed over to be stored contradicts itself.
    #[error("the dataset cannot be stored: {0}")]
    Unstorable(String),
    /// Anything else that the operating system refused.
    #[error("could not {action} {path}: {source}")]
    Io {
        /// What was tried: `read`.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Error {
    /// Whether setting the generation aside and building it again is the way out.
    pub fn needs_rebuild(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::OtherLayout { .. })
    }

    /// The error of an operation on a path: full disks and closed doors get their own variants.
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

    /// Something in a generation that is not as it was written.
    pub(super) fn damaged(path: &Path, reason: &(impl Display + ?Sized)) -> Self {
        Self::Damaged { path: path.to_path_buf(), reason: reason.to_string() }
    }

    /// A file of a generation that cannot be read: whatever the reason, it is of no use as it is, unless the system only
    /// lacks something for a while.
    pub(super) fn damaged_read(path: &Path, source: io::Error) -> Self {
        if Self::is_passing(&source) {
            Self::io("read", path, source)
        } else {
            Self::damaged(path, &source)
        }
    }

    /// What the database says, in our words.
    pub(super) fn sled(path: &Path, error: sled::Error) -> Self {
        match error {
            // Out of memory or of file handles: the data may be good, so nobody should throw it away.
            sled::Error::Io(source) if Self::is_passing(&source) => Self::io("use", path, source),
            sled::Error::Io(source) => match Self::io("use", path, source) {
                Self::Io { source, .. } => Self::damaged(path, &source),
                error => error,
            },
            error => Self::damaged(path, &error),
        }
    }

    /// Whether the system lacks something that it may have later. Source: errno 23 ENFILE, 24 EMFILE.
    pub(super) fn is_passing(error: &io::Error) -> bool {
        let kind = error.kind();
        matches!(kind, io::ErrorKind::OutOfMemory | io::ErrorKind::Interrupted)
            || matches!(error.raw_os_error(), Some(23 | 24))
    }
}
