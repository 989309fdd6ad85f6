//! The journal: whatever stands in it, it is read or refused; what a writer puts right changes no file in force, and is
//! right afterwards. A line that begins with `{` gets the checksum and length that it should have; others stand as they are.
#![no_main]

use std::fs;
use std::sync::LazyLock;

use aidgraph::store::Store;
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = TempDir::new().expect("a folder");
    let store = Store::open(folder.path()).expect("an empty store");
    drop(store.writer().expect("nobody else writes"));
    folder
});

/// The bytes of a journal.
fn journal(input: &[u8]) -> Vec<u8> {
    let mut journal = Vec::new();
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        let json = line.strip_suffix(b"\n").unwrap_or(line);
        if json.starts_with(b"{") {
            journal.extend(format!("{:08x} {} ", crc32fast::hash(json), json.len()).bytes());
        }
        journal.extend_from_slice(line);
    }
    journal
}

fuzz_target!(|input: &[u8]| {
    let path = FOLDER.path().join("journal.jsonl");
    fs::write(&path, journal(input)).expect("the folder can be written");
    let store = Store::open(FOLDER.path()).expect("the folder is one of ours");
    let Ok(files) = store.files() else {
        assert!(store.writer().is_err(), "a journal that cannot be read must not be written");
        return;
    };
    let before = fs::metadata(&path).expect("it is there").len();
    drop(store.writer().expect("a journal that can be read can be put right"));
    assert_eq!(store.files().expect("what was put right can be read"), files);
    let after = fs::metadata(&path).expect("it is there").len();
    drop(store.writer().expect("what is right stays right"));
    assert_eq!(fs::metadata(&path).expect("it is there").len(), after, "{before}");
});
