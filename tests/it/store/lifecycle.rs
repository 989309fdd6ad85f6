//! Files and generations over time: what is kept, removed and reported.

use std::fs;
use std::path::Path;

use aidgraph::store::{Error, NewFile, SCHEMA, Store};

use super::dataset::{Dataset, sha256, start};

fn folders(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root).unwrap().map(|e| e.unwrap().file_name());
    let mut names: Vec<_> = entries.map(|n| n.into_string().unwrap()).collect();
    names.retain(|name| name.starts_with("gen-"));
    names.sort();
    names
}

fn file<'a>(name: &'a str, bytes: &'a [u8]) -> NewFile<'a> {
    NewFile { name, format: "seed-csv", bytes }
}

#[test]
fn files_are_stored_byte_for_byte_and_only_changes_add_a_journal_line() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let mut writer = store.writer().unwrap();
    let (a, b) = (file("seed/a.csv", b"a,b\r\n\xff"), file("seed/b.csv", b""));
    assert!(writer.put_files("seed", &[b, a]).unwrap());
    assert!(!writer.put_files("seed", &[a, b]).unwrap());
    assert!(writer.put_files("other", &[file("other/x.csv", b"x")]).unwrap());
    let names = |store: &Store| -> Vec<String> {
        store.files().unwrap().into_iter().map(|f| f.name).collect()
    };
    assert_eq!(names(&store), ["other/x.csv", "seed/a.csv", "seed/b.csv"]);
    for entry in store.files().unwrap() {
        let bytes = writer.read_file(&entry).unwrap();
        assert_eq!((sha256(&bytes), bytes.len() as u64), (entry.sha256, entry.bytes));
    }
    assert!(writer.put_files("seed", &[file("seed/a.csv", b"changed")]).unwrap());
    assert_eq!(names(&store), ["other/x.csv", "seed/a.csv"]);
    assert!(matches!(writer.put_files("seed", &[a, a]), Err(Error::Unstorable(_))));
    assert_eq!(fs::read_to_string(folder.path().join("journal.jsonl")).unwrap().lines().count(), 3);
    let disk = store.disk_use().unwrap();
    assert!(disk.sources > 0 && disk.journal > 0 && disk.generations == 0, "{disk:?}");
}

#[test]
fn the_previous_generation_stays_until_the_new_one_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    Dataset::new(1, 1).install(&store).unwrap();
    drop(store.current().unwrap());
    Dataset::new(2, 1).install(&store).unwrap();
    assert_eq!(folders(folder.path()), ["gen-000001", "gen-000002"]);
    drop(store.writer().unwrap());
    assert_eq!(folders(folder.path()), ["gen-000001", "gen-000002"]);
    drop(store.current().unwrap());
    drop(store.writer().unwrap());
    assert_eq!(folders(folder.path()), ["gen-000002"]);
}

#[test]
fn an_open_generation_stays_readable_after_newer_ones() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    Dataset::new(1, 3).install(&store).unwrap();
    let first = store.current().unwrap().unwrap();
    for version in 2..5 {
        Dataset::new(version, 3).install(&store).unwrap();
        assert_eq!(Dataset::of(&first).unwrap(), Dataset::new(1, 3));
        let now = store.current().unwrap().unwrap();
        assert_eq!(Dataset::of(&now).unwrap(), Dataset::new(version, 3));
    }
    assert!(folders(folder.path()).contains(&"gen-000001".to_owned()));
    drop(first);
    drop(store.writer().unwrap());
    assert_eq!(folders(folder.path()), ["gen-000004"]);
}

#[test]
fn a_generation_set_aside_is_kept_once_and_its_number_is_not_reused() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for version in 1..4 {
        let mut writer = store.writer().unwrap();
        let dataset = Dataset::new(version, 1);
        dataset.put(&mut writer).unwrap();
        writer.build(dataset.draft(), &mut |_| {}).unwrap();
        writer.set_aside(None, "a test").unwrap();
        assert!(store.current().unwrap().is_none());
    }
    Dataset::new(9, 1).install(&store).unwrap();
    assert_eq!(folders(folder.path()), ["gen-000003.bad-1", "gen-000004"]);
    let reason = fs::read_to_string(folder.path().join("gen-000003.bad-1/REASON")).unwrap();
    assert_eq!(reason, "a test\n");
    // Without a current generation there is nothing to set aside, which is no error.
    fs::remove_file(folder.path().join("CURRENT")).unwrap();
    store.writer().unwrap().set_aside(None, "again").unwrap();
}

#[test]
fn an_open_generation_set_aside_can_be_read_and_closed() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let dataset = Dataset::new(1, 5);
    dataset.install(&store).unwrap();
    let old = store.current().unwrap().unwrap();
    store.writer().unwrap().set_aside(None, "a test").unwrap();
    dataset.install(&store).unwrap();
    let new = store.current().unwrap().unwrap();
    assert_eq!(Dataset::of(&old).unwrap(), Dataset::of(&new).unwrap());
    drop(old);
    drop(new);
    assert_eq!(folders(folder.path()), ["gen-000001.bad-1", "gen-000002"]);
    assert_eq!(start(folder.path()).unwrap(), Some(dataset));
}

#[test]
fn only_an_unclean_stop_leaves_the_running_mark() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    Dataset::new(1, 1).install(&store).unwrap();
    let mark = folder.path().join("gen-000001/RUNNING");
    let generation = store.current().unwrap();
    assert!(mark.exists());
    drop(generation);
    assert!(!mark.exists());
    fs::write(&mark, "").unwrap();
    drop(store.current().unwrap());
    assert!(!mark.exists());
}

#[test]
fn an_invalid_current_file_is_damage_and_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let dataset = Dataset::new(1, 2);
    dataset.install(&store).unwrap();
    let current = folder.path().join("CURRENT");
    let good = fs::read_to_string(&current).unwrap();
    let elsewhere = good.replace("gen-000001", "gen-000777");
    for invalid in ["", "\n", "gen-000001", "gen-000001\n", "../../etc 00\n", &elsewhere] {
        fs::write(&current, invalid).unwrap();
        assert!(matches!(store.manifest(), Err(Error::Damaged { .. })), "{invalid:?}");
        assert!(store.current().unwrap_err().needs_rebuild(), "{invalid:?}");
        assert_eq!(start(folder.path()).unwrap(), Some(dataset), "{invalid:?}");
    }
}

#[test]
fn a_current_file_that_names_the_previous_generation_is_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    Dataset::new(1, 2).install(&store).unwrap();
    Dataset::new(2, 2).install(&store).unwrap();
    let current = folder.path().join("CURRENT");
    let text = fs::read_to_string(&current).unwrap().replace("gen-000002", "gen-000001");
    fs::write(&current, text).unwrap();
    assert!(store.current().unwrap_err().needs_rebuild());
    assert_eq!(start(folder.path()).unwrap(), Some(Dataset::new(2, 2)));
}

/// Changes the manifest and rebinds CURRENT to it, as another version of the program would have written both.
fn edit_manifest(root: &Path, edit: impl Fn(&mut serde_json::Value)) {
    let path = root.join("gen-000001/MANIFEST");
    let mut json: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    edit(&mut json);
    let bytes = serde_json::to_vec(&json).unwrap();
    fs::write(&path, &bytes).unwrap();
    fs::write(root.join("CURRENT"), format!("gen-000001 {}\n", sha256(&bytes))).unwrap();
}

#[test]
fn a_generation_of_another_layout_is_rebuilt() {
    for other in [SCHEMA - 1, SCHEMA + 1] {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        Dataset::new(1, 2).install(&store).unwrap();
        edit_manifest(folder.path(), |json| json["schema"] = other.into());
        let error = store.current().unwrap_err();
        assert!(error.needs_rebuild() && error.to_string().contains("layout"), "{error}");
        assert_eq!(start(folder.path()).unwrap(), Some(Dataset::new(1, 2)));
    }
}

#[test]
fn a_folder_of_a_newer_format_is_rejected_and_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    Dataset::new(1, 2).install(&store).unwrap();
    edit_manifest(folder.path(), |json| json["format"] = 2.into());
    for error in [store.current().map(drop), store.manifest().map(drop), store.writer().map(drop)] {
        assert!(matches!(error, Err(Error::NewerFormat { found: 2, known: 1, .. })), "{error:?}");
    }
    fs::write(folder.path().join("FORMAT"), "aidgraph 7\n").unwrap();
    let rejected = Store::open(folder.path());
    assert!(matches!(rejected, Err(Error::NewerFormat { found: 7, known: 1, .. })), "{rejected:?}");
    assert!(matches!(store.writer(), Err(Error::NewerFormat { .. })));
    fs::write(folder.path().join("FORMAT"), "something else").unwrap();
    assert!(matches!(Store::open(folder.path()), Err(Error::UnknownFormat { .. })));
    assert!(folder.path().join("gen-000001/db").is_dir());
}

#[test]
fn foreign_files_in_the_folder_are_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let foreign = ["theirs.tmp", "gen-1", "gen-000001x", "notes.txt"];
    for name in foreign {
        fs::write(folder.path().join(name), "theirs").unwrap();
    }
    let store = Store::open(folder.path()).unwrap();
    for version in 1..4 {
        Dataset::new(version, 1).install(&store).unwrap();
        drop(store.current().unwrap());
    }
    for name in foreign {
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), "theirs", "{name}");
    }
}
