//! Errors of an import as a whole. Defects of single rows are no errors: they are recorded in the ledger.

use std::io;
use std::path::PathBuf;

use crate::store;

/// Reasons for which an import fails.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No folder to read a seed from.
    #[error("there is no folder {path}; name the folder that holds the seed's .csv files")]
    NoFolder {
        /// The requested path.
        path: PathBuf,
    },
    /// The operating system denies access.
    #[error("could not read {path}: {source}")]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Message of the operating system.
        source: io::Error,
    },
    /// The data folder holds no files, and none were given.
    #[error("the data folder {path} holds no data yet; start with a seed")]
    NoFiles {
        /// The data folder.
        path: PathBuf,
    },
    /// No row of the seed is usable. The current generation stays unchanged.
    #[error(
        "the seed yields no record at all: it has {errors} errors; run `aidgraph check` to see them"
    )]
    NothingAccepted {
        /// Number of its errors.
        errors: usize,
    },
    /// A source file cannot be read.
    #[error("could not read {name}: {error}")]
    Read {
        /// Name of the file.
        name: String,
        /// Message of the operating system.
        error: io::Error,
    },
    /// Two files of one import have the same name.
    #[error(
        "two files are called {name}; import the folder that both lie in, so that their names differ, or one of them with a --name of its own"
    )]
    Twice {
        /// The name in question.
        name: String,
    },
    /// The import was stopped before it had read all files.
    #[error("stopped before all files were read; nothing of them is in force")]
    Stopped,
    /// A file to be removed does not exist.
    #[error("no file called {name} is in force; `aidgraph status` lists those that are")]
    NotInForce {
        /// The name in question.
        name: String,
    },
    /// A single member of an archive was to be removed.
    #[error(
        "{name} came in with the archive {archive}; remove {archive}, or import it again without that member"
    )]
    OfArchive {
        /// Name of the member.
        name: String,
        /// Name of the archive.
        archive: String,
    },
    /// A stored file has a format that this program does not know.
    #[error(
        "{name} was imported as `{format}`, which this aidgraph cannot read; use the newer one that imported it"
    )]
    UnknownFormat {
        /// Name of the file.
        name: String,
        /// Word for the format.
        format: String,
    },
    /// Error of the store.
    #[error(transparent)]
    Store(#[from] store::Error),
}
