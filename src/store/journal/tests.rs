//! Tests of line parsing and of every kind of tail.

use super::*;

fn entry(name: &str, scope: &str) -> FileEntry {
    FileEntry {
        name: name.into(),
        sha256: "00".repeat(32),
        bytes: 3,
        format: "seed-csv".into(),
        scope: scope.into(),
        unite: false,
        licence: None,
    }
}

fn two_lines() -> (tempfile::TempDir, PathBuf, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let mut journal = Journal::read(&path).unwrap();
    journal
        .append(vec![(
            "seed".to_owned(),
            vec![entry("seed/b.csv", "seed"), entry("seed/a.csv", "seed")],
        )])
        .unwrap();
    journal.append(vec![("iati".to_owned(), vec![entry("iati/x.xml", "iati")])]).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    (folder, path, bytes)
}

fn names(journal: &Journal) -> Vec<&str> {
    journal.files.iter().map(|f| f.name.as_str()).collect()
}

#[test]
fn a_line_replaces_the_files_of_its_scope_only() {
    let (_folder, path, _) = two_lines();
    let mut journal = Journal::read(&path).unwrap();
    assert_eq!(names(&journal), ["iati/x.xml", "seed/a.csv", "seed/b.csv"]);
    journal.append(vec![("seed".to_owned(), vec![entry("seed/c.csv", "seed")])]).unwrap();
    let journal = Journal::read(&path).unwrap();
    assert_eq!((journal.seq, names(&journal)), (3, vec!["iati/x.xml", "seed/c.csv"]));
}

#[test]
fn lines_without_licences_are_read_and_licences_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let json = r#"{"seq":1,"at":0,"scope":"a.xml","files":[{"name":"a.xml","sha256":"00","bytes":3,"format":"iati","scope":"a.xml"}]}"#;
    let line = format!("{:08x} {} {json}\n", crc32fast::hash(json.as_bytes()), json.len());
    std::fs::write(&path, line).unwrap();
    let mut journal = Journal::read(&path).unwrap();
    assert_eq!((names(&journal), &journal.files[0].licence), (vec!["a.xml"], &None));
    // A file without a licence is written as before.
    let files = json.find("[{").unwrap();
    assert_eq!(serde_json::to_string(&journal.files).unwrap(), json[files..json.len() - 1]);
    let licence: Option<Licence> = Some("CC-BY-4.0".parse().unwrap());
    let stated = FileEntry { licence: licence.clone(), ..journal.files[0].clone() };
    journal.append(vec![("a.xml".to_owned(), vec![stated])]).unwrap();
    assert_eq!(Journal::read(&path).unwrap().files[0].licence, licence);
}

#[test]
fn a_torn_tail_of_any_length_is_truncated_and_overwritten() {
    let (_folder, path, bytes) = two_lines();
    let first = bytes.iter().position(|b| *b == b'\n').unwrap() + 1;
    for length in first..bytes.len() {
        for zeros in [0, 1, 700] {
            let mut torn = bytes[..length].to_vec();
            torn.resize(length + zeros, 0);
            std::fs::write(&path, &torn).unwrap();
            let mut journal = Journal::read(&path).unwrap();
            // The line that lacks only its line break is complete and is kept.
            let kept = if length == bytes.len() - 1 { 2 } else { 1 };
            assert_eq!(journal.seq, kept, "cut at {length} with {zeros} zeros");
            journal.append(vec![("iati".to_owned(), vec![entry("iati/y.xml", "iati")])]).unwrap();
            let journal = Journal::read(&path).unwrap();
            assert_eq!((journal.seq, journal.tail), (kept + 1, Tail::Clean));
        }
    }
}

#[test]
fn a_flipped_bit_is_damage_and_nothing_is_truncated() {
    let (_folder, path, bytes) = two_lines();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            std::fs::write(&path, &flipped).unwrap();
            let error = Journal::read(&path).map(|j| (j.seq, j.tail));
            assert!(matches!(error, Err(Error::DamagedJournal { .. })), "{at} {bit} {error:?}");
        }
    }
}

#[test]
fn a_missing_line_is_detected() {
    let (_folder, path, bytes) = two_lines();
    let first = bytes.iter().position(|b| *b == b'\n').unwrap() + 1;
    std::fs::write(&path, &bytes[first..]).unwrap();
    assert!(matches!(Journal::read(&path), Err(Error::DamagedJournal { line: 1, .. })));
}
