//! External damage: a correct answer after a rebuild from the files, or a clear error. Never a panic, and never
//! fewer records than before.

use std::fs;
use std::path::{Path, PathBuf};

use aidgraph::model::noun::Kind;
use aidgraph::store::search::SearchQuery;
use aidgraph::store::{Error, Store};

use super::dataset::{Dataset, copy, files_below, start, within};

const DATASET: Dataset = Dataset { version: 1, size: 30 };

/// An intact data folder, and damaged copies of it.
struct Fixture {
    folder: tempfile::TempDir,
    files: Vec<PathBuf>,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let good = folder.path().join("good");
        let store = Store::open(&good).unwrap();
        DATASET.install(&store).unwrap();
        drop(store.current().unwrap());
        let files =
            files_below(&good).iter().map(|f| f.strip_prefix(&good).unwrap().into()).collect();
        Self { folder, files }
    }

    /// Files of the folder whose path has a prefix.
    fn files(&self, beginning: &str) -> Vec<PathBuf> {
        let begins = |f: &&PathBuf| f.to_str().unwrap().starts_with(beginning);
        let files: Vec<_> = self.files.iter().filter(begins).cloned().collect();
        assert!(!files.is_empty(), "{beginning} is in {:?}", self.files);
        files
    }

    /// Makes a fresh copy with one damaged file.
    fn damaged_copy(&self, file: &Path, damage: impl Fn(&mut Vec<u8>)) -> PathBuf {
        let root = self.folder.path().join("spoilt");
        let _ = fs::remove_dir_all(&root);
        copy(&self.folder.path().join("good"), &root);
        let mut bytes = fs::read(root.join(file)).unwrap();
        damage(&mut bytes);
        fs::write(root.join(file), bytes).unwrap();
        root
    }
}

/// Offsets spread over a file, including its beginning and its end.
fn places(length: usize, count: usize) -> Vec<usize> {
    let mut places: Vec<_> = (0..count).map(|n| n * length / count).collect();
    places.extend([1, 7, 11, length.saturating_sub(1)]);
    places.retain(|place| *place < length);
    places.sort_unstable();
    places.dedup();
    places
}

/// Offsets of the non-zero bytes of a file.
fn used(fixture: &Fixture, file: &Path, count: usize) -> Vec<usize> {
    let bytes = fs::read(fixture.folder.path().join("good").join(file)).unwrap();
    let used: Vec<_> = (0..bytes.len()).filter(|at| bytes[*at] != 0).collect();
    places(used.len(), count).into_iter().map(|n| used[n]).collect()
}

fn length(fixture: &Fixture, file: &Path) -> usize {
    fs::read(fixture.folder.path().join("good").join(file)).unwrap().len()
}

#[test]
fn a_flipped_byte_in_a_generation_is_harmless_or_repaired() {
    let fixture = Fixture::new();
    let mut flips = 0;
    for file in fixture.files("gen-000001/").iter().chain(&fixture.files("CURRENT")) {
        for at in used(&fixture, file, 40) {
            let root = fixture.damaged_copy(file, |bytes| bytes[at] ^= 0x41);
            let found = start(&root).unwrap_or_else(|e| panic!("{} at {at}: {e}", file.display()));
            assert_eq!(found, Some(DATASET), "{} at {at}", file.display());
            flips += 1;
        }
    }
    println!("{flips} flipped bytes");
}

#[test]
fn after_an_unclean_stop_a_flipped_byte_in_a_record_is_detected_or_harmless() {
    let fixture = Fixture::new();
    let database = Path::new("gen-000001/db/db");
    let (mut found, mut harmless) = (0, 0);
    for at in used(&fixture, database, 60) {
        let root = fixture.damaged_copy(database, |bytes| bytes[at] ^= 0x01);
        fs::write(root.join("gen-000001/RUNNING"), "").unwrap();
        match Store::open(&root).unwrap().current() {
            Ok(generation) => {
                assert_eq!(Dataset::of(&generation.unwrap()).unwrap(), DATASET);
                harmless += 1;
            }
            Err(error) => {
                assert!(error.needs_rebuild(), "{error:?}");
                found += 1;
            }
        }
    }
    println!("{found} found at the start, {harmless} in dead space");
    assert!(found > 0);
}

#[test]
fn after_an_unclean_stop_a_flipped_byte_in_the_full_text_index_is_detected() {
    let fixture = Fixture::new();
    let mut flips = 0;
    for file in fixture.files("gen-000001/search/") {
        if file.to_str().unwrap().contains("/.tantivy") {
            continue;
        }
        for at in used(&fixture, &file, 3) {
            let root = fixture.damaged_copy(&file, |bytes| bytes[at] ^= 0x01);
            fs::write(root.join("gen-000001/RUNNING"), "").unwrap();
            let error = Store::open(&root).unwrap().current().unwrap_err();
            assert!(error.needs_rebuild(), "{} at {at}: {error:?}", file.display());
            flips += 1;
        }
    }
    assert!(flips > 20, "{flips}");
}

#[test]
fn a_search_of_a_damaged_index_succeeds_or_reports_damage() {
    let fixture = Fixture::new();
    let question = SearchQuery::new("segou").unwrap();
    for file in fixture.files("gen-000001/search/") {
        for at in used(&fixture, &file, 12) {
            let root = fixture.damaged_copy(&file, |bytes| bytes[at] ^= 0x41);
            let Ok(generation) = Store::open(&root).unwrap().current() else { continue };
            let found = generation.unwrap().search().matching(&question, Kind::Location, &within());
            assert!(found.is_ok_and(|f| f.len() <= 30) || true_damage(&root), "{}", file.display());
        }
    }
}

/// Returns true if a search of the generation in a folder reports damage.
fn true_damage(root: &Path) -> bool {
    let question = SearchQuery::new("segou").unwrap();
    let generation = Store::open(root).unwrap().current().unwrap().unwrap();
    let found = generation.search().matching(&question, Kind::Location, &within());
    found.is_err_and(|error| error.needs_rebuild())
}

#[test]
fn a_truncated_generation_is_repaired() {
    let fixture = Fixture::new();
    let mut cuts = 0;
    for file in fixture.files("gen-000001/").iter().chain(&fixture.files("CURRENT")) {
        for at in places(length(&fixture, file), 30) {
            let root = fixture.damaged_copy(file, |bytes| bytes.truncate(at));
            let found = start(&root).unwrap_or_else(|e| panic!("{} at {at}: {e}", file.display()));
            assert_eq!(found, Some(DATASET), "{} at {at}", file.display());
            cuts += 1;
        }
    }
    println!("{cuts} cuts");
}

#[test]
fn missing_files_of_a_generation_are_restored() {
    let fixture = Fixture::new();
    for file in fixture.files("gen-000001/").iter().chain(&fixture.files("CURRENT")) {
        let root = fixture.damaged_copy(file, |_| {});
        fs::remove_file(root.join(file)).unwrap();
        assert_eq!(start(&root).unwrap(), Some(DATASET), "{}", file.display());
    }
    for folder in ["gen-000001", "gen-000001/db"] {
        let root = fixture.damaged_copy(Path::new("CURRENT"), |_| {});
        fs::remove_dir_all(root.join(folder)).unwrap();
        assert_eq!(start(&root).unwrap(), Some(DATASET), "{folder}");
    }
}

#[test]
fn a_partial_database_snapshot_is_removed_before_opening() {
    let fixture = Fixture::new();
    for length in [0, 1, 100] {
        let root = fixture.damaged_copy(Path::new("CURRENT"), |_| {});
        let snapshot = root.join("gen-000001/db/snap.00000000000FFFFF.generating");
        fs::write(&snapshot, vec![7; length]).unwrap();
        let generation = Store::open(&root).unwrap().current().unwrap().unwrap();
        assert_eq!(Dataset::of(&generation).unwrap(), DATASET);
        assert!(!snapshot.exists());
    }
}

#[test]
fn a_damaged_journal_is_reported_and_never_truncated() {
    let fixture = Fixture::new();
    let journal = Path::new("journal.jsonl");
    let all = length(&fixture, journal);
    for at in 0..all {
        let root = fixture.damaged_copy(journal, |bytes| bytes[at] ^= 0x41);
        assert_journal_is_rejected(&root, &format!("flipped at {at}"));
    }
    // Truncated in the last line, it looks like a torn tail; but the generation records that the line was complete.
    for at in 0..all - 1 {
        let root = fixture.damaged_copy(journal, |bytes| bytes.truncate(at));
        assert_journal_is_rejected(&root, &format!("cut at {at}"));
    }
    let root = fixture.damaged_copy(journal, |_| {});
    fs::remove_file(root.join(journal)).unwrap();
    assert_journal_is_rejected(&root, "removed");
    let root = fixture.damaged_copy(journal, |bytes| bytes.truncate(all - 1));
    assert_eq!(
        Store::open(&root).unwrap().files().unwrap().len(),
        1,
        "only the line break is gone"
    );
    assert_eq!(start(&root).unwrap(), Some(DATASET));
    DATASET.install(&Store::open(&root).unwrap()).unwrap();
}

fn assert_journal_is_rejected(root: &Path, what: &str) {
    let before = fs::read(root.join("journal.jsonl")).unwrap_or_default();
    let store = Store::open(root).unwrap();
    let rejected = store.files();
    assert!(matches!(rejected, Err(Error::DamagedJournal { .. })), "{what}: {rejected:?}");
    let rejected = store.writer();
    assert!(matches!(rejected, Err(Error::DamagedJournal { .. })), "{what}: {rejected:?}");
    assert_eq!(fs::read(root.join("journal.jsonl")).unwrap_or_default(), before, "{what}");
}

#[test]
fn a_damaged_source_is_reported_and_repaired_by_storing_it_again() {
    let fixture = Fixture::new();
    let source = fixture.files("sources/").remove(0);
    let mut harmless = 0;
    for at in 0..length(&fixture, &source) {
        for damage in [
            Box::new(|bytes: &mut Vec<u8>| bytes[at] ^= 0x41) as Box<dyn Fn(&mut Vec<u8>)>,
            Box::new(|bytes: &mut Vec<u8>| bytes.truncate(at)),
        ] {
            let root = fixture.damaged_copy(&source, damage);
            let store = Store::open(&root).unwrap();
            let entry = store.files().unwrap().remove(0);
            let mut writer = store.writer().unwrap();
            match writer.read_file(&entry) {
                Ok(bytes) => {
                    assert_eq!(bytes, DATASET.file().as_bytes());
                    harmless += 1;
                }
                Err(error) => assert!(matches!(error, Error::DamagedSource { .. }), "{error:?}"),
            }
            assert!(!DATASET.put(&mut writer).unwrap(), "nothing changes for the journal");
            assert_eq!(writer.read_file(&entry).unwrap(), DATASET.file().as_bytes());
        }
    }
    println!("{harmless} flips without effect on zstd");
}

#[test]
fn a_missing_source_stops_a_rebuild_without_losing_records() {
    let fixture = Fixture::new();
    let source = fixture.files("sources/").remove(0);
    let root = fixture.damaged_copy(&source, |_| {});
    fs::remove_file(root.join(&source)).unwrap();
    assert_eq!(start(&root).unwrap(), Some(DATASET), "the generation is valid");
    fs::write(root.join("gen-000001/db/db"), "").unwrap();
    let rejected = start(&root);
    assert!(matches!(rejected, Err(Error::MissingSource { .. })), "{rejected:?}");
    let store = Store::open(&root).unwrap();
    assert!(!DATASET.put(&mut store.writer().unwrap()).unwrap());
    assert_eq!(start(&root).unwrap(), Some(DATASET));
}

#[test]
fn damage_of_an_open_generation_fails_the_read() {
    let fixture = Fixture::new();
    let root = fixture.damaged_copy(Path::new("CURRENT"), |_| {});
    let store = Store::open(&root).unwrap();
    let generation = store.current().unwrap().unwrap();
    let database = root.join("gen-000001/db/db");
    let zeros = vec![0_u8; fs::read(&database).unwrap().len()];
    fs::write(&database, zeros).unwrap();
    for kind in Kind::ALL {
        for ordinal in 0..generation.len(*kind) {
            match generation.any_at(*kind, ordinal) {
                Ok(record) => assert_eq!(record.unwrap().kind(), *kind, "from the cache"),
                Err(error) => assert!(error.needs_rebuild(), "{error:?}"),
            }
        }
    }
    drop(generation);
    assert_eq!(start(&root).unwrap(), Some(DATASET));
}
