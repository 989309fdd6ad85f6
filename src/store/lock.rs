//! Inter-process locks with `flock`; the system releases them however a process ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::error::Error;

/// An exclusive file lock, held until dropped. The file itself stays and carries no meaning.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Tries to take the lock without waiting; `None` if it is held elsewhere, in this process or another.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] and [`Error::NoSpace`] if the file cannot be created, [`Error::Io`] otherwise.
    pub(super) fn take(path: &Path) -> Result<Option<Self>, Error> {
        if path.is_dir() {
            // An empty folder at this path is useless, so remove it; with a full one, opening the file fails below.
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
