//! Why data could not be taken in at all. What is wrong with single rows is no error: it is told in the ledger.

use std::io;
use std::path::PathBuf;

use crate::store;

/// Why the way in is closed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no folder to read a seed from.
    #[error("there is no folder {path}; name the folder that holds the seed's .csv files")]
    NoFolder {
        /// What was asked for.
        path: PathBuf,
    },
    /// The operating system does not let us read.
    #[error("could not read {path}: {source}")]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The data folder holds no files, and none were given.
    #[error("the data folder {path} holds no data yet; start with a seed")]
    NoFiles {
        /// The data folder.
        path: PathBuf,
    },
    /// Not one row of the seed can be used. What was in force before stays in force.
    #[error(
        "the seed yields no record at all: it has {errors} errors; run `aidgraph check` to see them"
    )]
    NothingAccepted {
        /// How many errors it has.
        errors: usize,
    },
    /// A file cannot be read from where it lies.
    #[error("could not read {name}: {error}")]
    Read {
        /// The name of the file.
        name: String,
        /// What the system said.
        error: io::Error,
    },
    /// Two files of one import have one name.
    #[error(
        "two files are called {name}; import the folder that both lie in, so that their names differ, or one of them with a --name of its own"
    )]
    Twice {
        /// The name.
        name: String,
    },
    /// The import was asked to stop before it had read all files.
    #[error("stopped before all files were read; nothing of them is in force")]
    Stopped,
    /// A file that is to be removed is not there.
    #[error("no file called {name} is in force; `aidgraph status` lists those that are")]
    NotInForce {
        /// The name.
        name: String,
    },
    /// A member of an archive is to be removed by itself.
    #[error(
        "{name} came in with the archive {archive}; remove {archive}, or import it again without that member"
    )]
    OfArchive {
        /// The name.
        name: String,
        /// The name of the archive.
        archive: String,
    },
    /// A file in force is of a format that this program does not know.
    #[error(
        "{name} was imported as `{format}`, which this aidgraph cannot read; use the newer one that imported it"
    )]
    UnknownFormat {
        /// The name of the file.
        name: String,
        /// The format.
        format: String,
    },
    /// What the store refused.
    #[error(transparent)]
    Store(#[from] store::Error),
}
