//! Writes that survive a power cut: the file is synced before its name appears, and the folder after it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::error::Error;

/// Writes a whole file: `.tmp`, fsync, rename, fsync of the folder. Readers see the old bytes or the new ones.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let tmp = tmp(path);
    if tmp.is_dir() {
        remove(&tmp)?;
    }
    let written = (|| {
        let mut file = File::create(&tmp)?;
        file.write_all(bytes)?;
        file.sync_all()
    })();
    if let Err(error) = written {
        // A torn file of a full disk would only take room.
        let _ = fs::remove_file(&tmp);
        return Err(Error::io("write", path, error));
    }
    rename(&tmp, path)
}

/// Renames, and syncs the folder that both names are in. A folder in the place of a file gives way.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    if from.is_file() && to.is_dir() {
        remove(to)?;
    }
    fs::rename(from, to).map_err(|e| Error::io("rename", from, e))?;
    sync_parent(to)
}

/// Creates a folder and syncs the one above; a folder that is there is as good, a file is not.
pub(super) fn create_dir(path: &Path) -> Result<(), Error> {
    match fs::create_dir(path) {
        Ok(()) => sync_parent(path),
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(Error::io("create", path, error)),
    }
}

/// Removes a file, or a folder in its place, and syncs its folder; what is not there is as good.
pub(super) fn remove_file(path: &Path) -> Result<(), Error> {
    if path.symlink_metadata().is_err_and(|e| e.kind() == ErrorKind::NotFound) {
        return Ok(());
    }
    remove(path)?;
    sync_parent(path)
}

/// Removes a folder with all that is in it, or a file or link in its place; what is not there is as good.
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

/// The entries of a folder by name; none when it is not there.
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

/// Reads a whole file; `None` when it is not there.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", path, error)),
    }
}

/// Syncs the names in a folder.
pub(super) fn sync_dir(folder: &Path) -> Result<(), Error> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| Error::io("sync", folder, e))
}

fn sync_parent(path: &Path) -> Result<(), Error> {
    path.parent().map_or(Ok(()), sync_dir)
}

/// The name that a file has until it is whole.
pub(super) fn tmp(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".tmp");
    PathBuf::from(name)
}
