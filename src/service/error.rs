//! Errors of the service.

use crate::model::printable::sentence;
use crate::{ingest, store};

/// Error of the supervisor.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The data could not be prepared, built or imported.
    #[error(transparent)]
    Ingest(#[from] ingest::Error),
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The folder of the seed could not be read.
    #[error("{}; the previous seed stays current", sentence(.0))]
    Seed(ingest::Error),
}
