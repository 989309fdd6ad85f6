//! File permissions of a data folder: access for its owner only, since some source files hold contact data.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::atomic_write;
use super::error::Error;
use super::layout::{GenerationName, Layout};

/// Mode of folders.
const FOLDER: u32 = 0o700;

/// Mode of files.
const FILE: u32 = 0o600;

/// Creates a folder and its missing parents, accessible to this user only.
pub(super) fn create(root: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER).create(root)
}

/// Sets the mode of all known entries of a data folder. Returns the paths that another user owns.
pub(super) fn make(layout: &Layout) -> Result<Vec<PathBuf>, Error> {
    let mut failed = Vec::new();
    let entries = atomic_write::list(layout.root())?;
    let (ours, others): (Vec<_>, Vec<_>) = entries.into_iter().partition(|path| is_ours(path));
    for path in &ours {
        restrict_tree(path, &mut failed)?;
    }
    // A badly chosen folder, such as /tmp, must stay open to other users.
    if others.is_empty() && layout.format().exists() {
        set(layout.root(), FOLDER, &mut failed);
    }
    Ok(failed)
}

/// Returns true if aidgraph creates entries of this name in a data folder.
fn is_ours(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.split('.').next().unwrap_or_default();
    matches!(stem, "FORMAT" | "LOCK" | "CURRENT" | "journal" | "sources" | "parsed")
        || GenerationName::parse(stem).is_some()
}

fn restrict_tree(path: &Path, failed: &mut Vec<PathBuf>) -> Result<(), Error> {
    let Ok(meta) = path.symlink_metadata() else { return Ok(()) };
    if meta.is_dir() {
        set(path, FOLDER, failed);
        for inside in atomic_write::list(path)? {
            restrict_tree(&inside, failed)?;
        }
    } else if meta.is_file() {
        set(path, FILE, failed);
    }
    // Links are not followed: their target is foreign.
    Ok(())
}

fn set(path: &Path, wanted: u32, failed: &mut Vec<PathBuf>) {
    let Ok(meta) = path.symlink_metadata() else { return };
    if meta.permissions().mode() & 0o777 == wanted {
        return;
    }
    match fs::set_permissions(path, Permissions::from_mode(wanted)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => failed.push(path.to_path_buf()),
        _ => {}
    }
}
