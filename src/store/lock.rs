//! Locks between processes: `flock`, released by the system however a process ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::error::Error;

/// An exclusive lock on a file, held until dropped. The file stays; only the lock on it counts.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock without waiting; `None` when somebody else has it, in this process or another.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] and [`Error::NoSpace`] when the file cannot be made, [`Error::Io`] otherwise.
    pub(super) fn take(path: &Path) -> Result<Option<Self>, Error> {
        if path.is_dir() {
            // An empty folder in its place is of no use to anybody; a full one is an error of the opening below.
            let _ = std::fs::remove_dir(path);
        }
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let file = file.map_err(|e| Error::io("open", path, e))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(Error::io("lock", path, error)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing is not enough: a process that another thread has just forked shares the lock until it execs.
        let _ = self.file.unlock();
    }
}
