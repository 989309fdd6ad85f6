//! Two processes on one folder, and folders that are not writable.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;

use aidgraph::store::{Error, Store};

use super::child::{Worker, command};
use super::dataset::{Dataset, files_below, start};

#[test]
fn a_second_writer_is_rejected_as_locked() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = Dataset::new(1, 2);
    let mut other = Worker::start(command(folder.path(), "write", dataset, ""));
    other.wait_for("HOLDS").unwrap();
    let store = Store::open(folder.path()).unwrap();
    let rejected = store.writer().unwrap_err();
    assert!(matches!(rejected, Error::Locked { .. }), "{rejected:?}");
    assert!(rejected.to_string().contains("another aidgraph writes"), "{rejected}");
    assert!(store.files().unwrap().is_empty() && store.current().unwrap().is_none());
    other.kill();
    dataset.install(&store).unwrap();
}

#[test]
fn a_generation_open_in_another_process_is_in_use_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let dataset = Dataset::new(1, 2);
    dataset.install(&store).unwrap();
    let mut other = Worker::start(command(folder.path(), "read", dataset, ""));
    other.wait_for("HOLDS").unwrap();
    let rejected = store.current().unwrap_err();
    assert!(matches!(rejected, Error::InUse { .. }), "{rejected:?}");
    assert!(store.manifest().unwrap().is_some(), "the manifest is readable without a lock");
    for version in 2..5 {
        Dataset::new(version, 2).install(&store).unwrap();
        drop(store.current().unwrap());
    }
    assert!(folder.path().join("gen-000001/db").is_dir());
    assert!(!folder.path().join("gen-000002").exists());
    other.kill();
    drop(store.writer().unwrap());
    assert!(!folder.path().join("gen-000001").exists());
    assert_eq!(start(folder.path()).unwrap(), Some(Dataset::new(4, 2)));
}

#[test]
fn two_handles_in_one_process_get_the_same_errors() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    Dataset::new(1, 2).install(&store).unwrap();
    let held = (store.writer().unwrap(), store.current().unwrap());
    assert!(matches!(store.writer(), Err(Error::Locked { .. })));
    assert!(matches!(store.current(), Err(Error::InUse { .. })));
    drop(held);
    drop((store.writer().unwrap(), store.current().unwrap()));
}

#[test]
fn a_reader_follows_generations_of_another_process() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    Dataset::new(1, 2).install(&store).unwrap();
    let mut reader = Worker::start(command(folder.path(), "open", Dataset::new(1, 2), ""));
    reader.wait_for("VERSION").unwrap();
    for version in 2..=30 {
        Dataset::new(version, 2).install(&store).unwrap();
    }
    while reader.wait_for("VERSION").expect("the reader continues") != "30" {}
    assert!(reader.child.try_wait().unwrap().is_none());
    reader.kill();
    drop(store.writer().unwrap());
    drop(store.current().unwrap());
    drop(store.writer().unwrap());
    let left = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name());
    assert_eq!(left.filter(|name| name.to_string_lossy().starts_with("gen-")).count(), 1);
}

fn set_modes(root: &Path, folder_mode: u32, file_mode: u32) {
    let chmod =
        |path: &Path, mode| fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    for file in files_below(root) {
        chmod(&file, file_mode);
    }
    for folder in ["", "sources", "gen-000001", "gen-000001/db", "gen-000001/db/blobs"] {
        if root.join(folder).is_dir() {
            chmod(&root.join(folder), folder_mode);
        }
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0)
}

#[test]
fn a_read_only_folder_is_reported_and_its_state_is_readable() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("data");
    Dataset::new(1, 2).install(&Store::open(&root).unwrap()).unwrap();
    fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    set_modes(&root, 0o555, 0o444);
    let mut command = command(&root, "try", Dataset::new(2, 2), "");
    if is_root() {
        command.uid(65534).gid(65534).current_dir("/");
    }
    let mut other = Worker::start(command);
    assert_eq!(other.wait_for("FILES").as_deref(), Some("Ok(1)"));
    assert_eq!(other.wait_for("MANIFEST").as_deref(), Some("Ok(Some(1))"));
    for task in ["CURRENT", "INSTALL"] {
        let message = other.wait_for(task).unwrap_or_default();
        assert!(message.starts_with("Err(ReadOnly"), "{task} {message}");
    }
    assert!(other.wait_for("DONE").is_some(), "no panic");
    other.child.wait().unwrap();
    set_modes(&root, 0o755, 0o644);
    assert_eq!(start(&root).unwrap(), Some(Dataset::new(1, 2)));
}

#[test]
fn a_read_only_file_system_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let (root, mount) = (folder.path().join("data"), folder.path().join("mount"));
    Dataset::new(1, 2).install(&Store::open(&root).unwrap()).unwrap();
    fs::create_dir(&mount).unwrap();
    let Some(_mounted) = super::full_disk::Mounted::bind_read_only(&root, &mount) else {
        super::full_disk::report_skipped("a read-only bind mount could not be made");
        return;
    };
    let store = Store::open(&mount).unwrap();
    assert_eq!(store.files().unwrap().len(), 1);
    assert!(store.manifest().unwrap().is_some());
    assert!(matches!(store.current(), Err(Error::ReadOnly { .. })));
    assert!(matches!(store.writer(), Err(Error::ReadOnly { .. })));
}
