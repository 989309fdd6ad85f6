//! Atomic, durable file writes: a file is synced before its name appears, and the folder after it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::error::Error;

/// Writes a whole file: `.tmp`, fsync, rename, fsync of the folder. Readers see the old bytes or the new ones.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let written = create_tmp(path).and_then(|mut file| {
        let synced = file.write_all(bytes).and_then(|()| file.sync_all());
        synced.map_err(|e| Error::io("write", path, e))
    });
    if let Err(error) = written {
        // After a full disk a torn file would only occupy space.
        let _ = fs::remove_file(tmp(path));
        return Err(error);
    }
    rename(&tmp(path), path)
}

/// Creates the `.tmp` file of a path, in place of whatever has its name.
pub(super) fn create_tmp(path: &Path) -> Result<File, Error> {
    let tmp = tmp(path);
    if tmp.is_dir() {
        remove(&tmp)?;
    }
    File::create(tmp).map_err(|e| Error::io("write", path, e))
}

/// Renames a path and syncs its parent folder, which both names share. A folder at the target of a file is removed.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    if from.is_file() && to.is_dir() {
        remove(to)?;
    }
    fs::rename(from, to).map_err(|e| Error::io("rename", from, e))?;
    sync_parent(to)
}

/// Creates a folder and syncs its parent. An existing folder is fine, an existing file is an error.
pub(super) fn create_dir(path: &Path) -> Result<(), Error> {
    match fs::create_dir(path) {
        Ok(()) => sync_parent(path),
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(Error::io("create", path, error)),
    }
}

/// Removes a file, or a folder at its path, and syncs the parent folder. A missing file is fine.
pub(super) fn remove_file(path: &Path) -> Result<(), Error> {
    if path.symlink_metadata().is_err_and(|e| e.kind() == ErrorKind::NotFound) {
        return Ok(());
    }
    remove(path)?;
    sync_parent(path)
}

/// Removes a folder recursively, or a file or link at its path. A missing path is fine.
pub(super) fn remove(path: &Path) -> Result<(), Error> {
    let is_folder = path.symlink_metadata().is_ok_and(|meta| meta.is_dir());
    let removed = if is_folder { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io("remove", path, error)),
        _ => Ok(()),
    }
}

/// Syncs a folder, every file in it and every folder below it.
pub(super) fn sync_tree(folder: &Path) -> Result<(), Error> {
    for path in list(folder)? {
        if path.is_dir() {
            sync_tree(&path)?;
        } else {
            let file = OpenOptions::new().read(true).write(true).open(&path);
            file.and_then(|f| f.sync_all()).map_err(|e| Error::io("sync", &path, e))?;
        }
    }
    sync_dir(folder)
}

/// Lists the entries of a folder, sorted by name; empty if the folder is missing.
pub(super) fn list(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("read", folder, error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(|e| Error::io("read", folder, e))?.path());
    }
    paths.sort();
    Ok(paths)
}

/// Reads a whole file; `None` if it is missing.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", path, error)),
    }
}

/// Syncs the directory entries of a folder.
pub(super) fn sync_dir(folder: &Path) -> Result<(), Error> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| Error::io("sync", folder, e))
}

fn sync_parent(path: &Path) -> Result<(), Error> {
    path.parent().map_or(Ok(()), sync_dir)
}

/// Returns the temporary name of a file, used until it is complete.
pub(super) fn tmp(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".tmp");
    PathBuf::from(name)
}
