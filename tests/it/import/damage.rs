//! Bit rot anywhere in a data folder: responses are correct, or the damage is reported and repaired. They are never
//! wrong.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aidgraph::graphql::current_generation::CurrentGeneration;
use aidgraph::graphql::saved::Library;
use aidgraph::graphql::{Options, Service};
use aidgraph::ingest;
use aidgraph::read::reader::Reader;
use aidgraph::store::{Generation, Store};
use async_graphql::Request;
use serde_json::Value;

use super::{Activity, Sandbox, WELLS, file};

/// Deterministic pseudo-random numbers. Source: Marsaglia, "Xorshift RNGs", 2003.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

/// State of the service when the bytes change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    StoppedClean,
    StoppedUnclean,
    Serving,
}

const QUERY: &str = "{
  dataset { version }
  agencies(first: 100) { totalCount nodes { label identifier } }
  programmes(first: 100) {
    totalCount
    nodes {
      identifier title { value } descriptions { text { value } }
      transactions(first: 20) { totalCount nodes { identifier money { display } } totals { currency counted } }
    }
  }
  transactions { groups(by: [COUNTRY, YEAR]) { groups { keys { code } items counted } } }
  SEARCHES
}";

/// A data folder with a small seed and a file of activities, and damaged copies of it.
struct Fixture {
    sandbox: Sandbox,
    right: Value,
}

impl Fixture {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        let words = ["Wells", "Schools", "Clinics", "Roads", "Seeds", "Radio"];
        let ids: Vec<String> = (0..60).map(|n| format!("XX-{n}")).collect();
        let titles: Vec<String> =
            (0..60).map(|n| format!("{} number {n} of Ségou", words[n % 6])).collect();
        let activities: Vec<Activity<'_>> =
            ids.iter().zip(&titles).map(|(id, title)| Activity { id, title, ..WELLS }).collect();
        let path = sandbox.write("in/a.xml", file(&activities));
        let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/check/good");
        let words = ["import", "--seed", seed.to_str().unwrap(), path.to_str().unwrap()];
        let output = sandbox.run(&words);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let (generation, _) = prepare(&sandbox.data()).unwrap();
        let right = responses(generation).unwrap();
        Self { sandbox, right }
    }

    fn copy(&self) -> PathBuf {
        let copy = self.sandbox.path("copy");
        let _ = fs::remove_dir_all(&copy);
        copy_folder(&self.sandbox.data(), &copy);
        copy
    }

    /// Returns the files of the generation and the derived files of the folder, each with its length.
    fn files(&self) -> Vec<(PathBuf, usize)> {
        let data = self.sandbox.data();
        let mut files = Vec::new();
        collect(&data, &mut files);
        let short = |path: PathBuf| path.strip_prefix(&data).unwrap().to_path_buf();
        let files = files.into_iter().map(|path| {
            let length = usize::try_from(fs::metadata(&path).unwrap().len()).unwrap();
            (short(path), length)
        });
        files.filter(|(_, length)| *length > 0).collect()
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
    files.sort();
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn prepare(root: &Path) -> Result<(Generation, ingest::Preparation), ingest::Error> {
    ingest::prepare(&Store::open(root)?, None, &mut |_| {})
}

/// Runs all queries on a generation; `None` if one of them reports damage.
fn responses(generation: Generation) -> Option<Value> {
    let live = CurrentGeneration::empty();
    live.swap(Reader::new(generation));
    run_query(&live)
}

fn run_query(live: &CurrentGeneration) -> Option<Value> {
    let words = ["wells", "schools", "deep ones", "\\\"of segou\\\"", "clinicz", "radio number"];
    let search = |(n, word): (usize, &&str)| {
        format!(
            "s{n}: search(text: \"{word}\", first: 50) {{ totalCount edges {{ score node {{ id }} }} }}
             p{n}: programmes(filter: {{ text: \"{word}\" }}, first: 50) {{ nodes {{ identifier }} }}"
        )
    };
    let searches: String = words.iter().enumerate().map(search).collect();
    let query = QUERY.replace("SEARCHES", &searches);
    let options = Options::default();
    let service = Service::new(live.clone(), Library::embedded(), options);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let response = runtime.block_on(service.execute(Request::new(query)));
    if response.is_err() {
        assert!(live.is_damaged(), "an error without damage: {:?}", response.errors);
        return None;
    }
    Some(response.data.into_json().unwrap())
}

fn flip(path: &Path, at: usize, mask: u8) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= mask;
    // In place, as a disk changes them: processes with the open file see the change.
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, &bytes[at..=at], at as u64).unwrap();
}

/// Returns true for files that cannot be derived again. They are rejected by name when they are needed.
fn is_authoritative(file: &Path) -> bool {
    file.starts_with("sources") || file == Path::new("journal.jsonl") || file == Path::new("FORMAT")
}

/// Damages a file and runs the queries. Returns true if the damage was detected.
fn round(fixture: &Fixture, state: State, file: &Path, case: &str, damage: impl Fn(&Path)) -> bool {
    let case = format!("{state:?}: {} {case}", file.display());
    let root = fixture.copy();
    let serving = (state == State::Serving).then(|| prepare(&root).unwrap().0);
    damage(&root.join(file));
    if state == State::StoppedUnclean {
        for generation in fs::read_dir(&root).unwrap().flatten() {
            if generation.file_name().to_str().unwrap().starts_with("gen-") {
                fs::write(generation.path().join("RUNNING"), "").unwrap();
            }
        }
    }
    let opened = match serving {
        Some(generation) => Ok((generation, ingest::Preparation::Unchanged)),
        None => prepare(&root),
    };
    let mut found = false;
    match opened {
        Ok((generation, outcome)) => {
            found |= matches!(outcome, ingest::Preparation::Rebuilt { .. });
            match responses(generation) {
                Some(response) => assert_eq!(response, fixture.right, "{case}"),
                None => found = true,
            }
        }
        // Files outside of generations cannot be derived again, and are rejected by name.
        Err(error) => {
            let message = error.to_string();
            assert!(
                is_authoritative(file) && message.contains(file.to_str().unwrap()),
                "{case}: {message}"
            );
            return true;
        }
    }
    // After the next start the result is always correct.
    match prepare(&root) {
        Ok((generation, outcome)) => match responses(generation) {
            Some(response) => {
                assert_eq!(response, fixture.right, "{case}, after a restart ({outcome:?})");
            }
            None => panic!("{case}: damage detected by a read was not repaired ({outcome:?})"),
        },
        Err(error) => assert!(is_authoritative(file), "{case}: {error}"),
    }
    found
}

#[test]
fn damaged_files_never_change_a_response() {
    let fixture = Fixture::new();
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    let is_thorough = std::env::var_os("AIDGRAPH_FLIP_ROUNDS").is_some();
    let few = |(file, _): &(PathBuf, usize)| !file.starts_with("sources") || is_one_of_few(file);
    for (at, (file, length)) in fixture.files().iter().filter(|one| few(one)).enumerate() {
        // States alternate over the files and the kinds of damage.
        let states = [State::StoppedClean, State::Serving, State::StoppedUnclean];
        let mut turn = at;
        let mut try_kind = |kind: &'static str, damage: &dyn Fn(&Path)| {
            turn += 1;
            // Each file gets one kind of damage, and all kinds occur. With more rounds each file gets every kind.
            if !is_thorough && !turn.is_multiple_of(6) {
                return;
            }
            let is_found = round(&fixture, states[(turn / 6 + turn) % 3], file, kind, damage);
            *found.entry(kind).or_default() += usize::from(is_found);
        };
        try_kind("first byte changed", &|path| flip(path, 0, 0x41));
        try_kind("middle byte changed", &|path| flip(path, length / 2, 0x04));
        try_kind("last byte changed", &|path| flip(path, length - 1, 0x80));
        try_kind("truncated", &|path| cut(path, length / 2));
        try_kind("removed", &|path| damage(path, "gone"));
        try_kind("replaced by another kind", &|path| damage(path, "another kind"));
    }
    println!("found: {found:?}");
}

/// Sources are alike: one in eight is tested.
fn is_one_of_few(file: &Path) -> bool {
    let name = file.file_name().unwrap().to_str().unwrap();
    name.starts_with(['0', '8'])
}

/// Truncates a file in place.
fn cut(path: &Path, length: usize) {
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(length as u64).unwrap();
}

#[test]
fn the_daily_check_names_sources_that_were_damaged_while_serving() {
    let fixture = Fixture::new();
    let is_tried =
        |(file, _): &(PathBuf, usize)| file.starts_with("sources") && is_one_of_few(file);
    let sources: Vec<_> = fixture.files().into_iter().filter(is_tried).collect();
    assert!(!sources.is_empty(), "{:?}", fixture.files());
    let mut found = 0;
    for (file, length) in &sources {
        for at in [length / 3, length / 2, length - 1] {
            let root = fixture.copy();
            let serving = prepare(&root).unwrap().0;
            let store = Store::open(&root).unwrap();
            flip(&root.join(file), at, 0x10);
            let message: Vec<String> = store
                .files()
                .unwrap()
                .iter()
                .filter_map(|entry| store.check_source(entry, Duration::ZERO).err())
                .map(|error| error.to_string())
                .collect();
            assert!(message.len() < 2, "one file is damaged: {message:?}");
            if let Some(message) = message.first() {
                assert!(message.contains(file.to_str().unwrap()), "{message}");
                found += 1;
            }
            assert_eq!(responses(serving).as_ref(), Some(&fixture.right), "responses stay correct");
        }
    }
    assert!(found > sources.len(), "{found} of {}", 3 * sources.len());
}

#[test]
fn a_flipped_byte_never_changes_a_response() {
    let rounds = std::env::var("AIDGRAPH_FLIP_ROUNDS").ok().and_then(|n| n.parse().ok());
    let rounds: usize = rounds.unwrap_or(8);
    let fixture = Fixture::new();
    let files = fixture.files();
    let index: Vec<_> =
        files.iter().filter(|(path, _)| path.to_str().unwrap().contains("/search/")).collect();
    assert!(index.len() > 5, "{files:?}");
    let mut random = Random(20_261_129);
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for state in [State::StoppedClean, State::StoppedUnclean, State::Serving] {
        for n in 0..rounds {
            // Every second round is in the full-text index, where only checksums detect a change.
            let (file, length) = if n % 2 == 0 {
                index[random.below(index.len())]
            } else {
                &files[random.below(files.len())]
            };
            let (at, bit) = (random.below(*length), random.below(8));
            let is_found =
                round(&fixture, state, file, &format!("at {at}"), |path| flip(path, at, 1 << bit));
            *found.entry(format!("{state:?}")).or_default() += usize::from(is_found);
        }
    }
    println!("{rounds} flips in each state, found: {found:?}");
    // Served data is small and in memory by then. `search/sealed.rs` tests reads from disk.
    assert!(found["StoppedClean"] > 0 && found["StoppedUnclean"] > 0, "{found:?}");
}

/// Replaces a file or folder by something unexpected.
fn damage(path: &Path, kind: &str) {
    let is_folder = path.is_dir();
    match kind {
        "gone" if is_folder => fs::remove_dir_all(path).unwrap(),
        "gone" => fs::remove_file(path).unwrap(),
        "empty" if is_folder => {
            fs::remove_dir_all(path).unwrap();
            fs::create_dir(path).unwrap();
        }
        "empty" => fs::write(path, "").unwrap(),
        "another kind" if is_folder => {
            fs::remove_dir_all(path).unwrap();
            fs::write(path, "a file").unwrap();
        }
        "another kind" => {
            fs::remove_file(path).unwrap();
            fs::create_dir(path).unwrap();
            fs::write(path.join("inside"), "a file").unwrap();
        }
        "a link to elsewhere" => {
            damage(path, "gone");
            std::os::unix::fs::symlink("/etc/hostname", path).unwrap();
        }
        _ => unreachable!(),
    }
}

#[test]
fn missing_and_replaced_files_are_restored() {
    let fixture = Fixture::new();
    let generation = fs::read_dir(fixture.sandbox.data()).unwrap().flatten().find_map(|entry| {
        let name = entry.file_name().into_string().unwrap();
        name.starts_with("gen-").then_some(name)
    });
    let generation = generation.unwrap();
    let below = |name: &str| format!("{generation}/{name}");
    let names = [
        "CURRENT".to_owned(),
        "LOCK".to_owned(),
        "parsed".to_owned(),
        generation.clone(),
        below("MANIFEST"),
        below("LOCK"),
        below("OPENED"),
        below("details"),
        below("db"),
        below("db/db"),
        below("search"),
        below("search/sums"),
        below("RUNNING"),
    ];
    for name in names {
        for kind in ["gone", "empty", "another kind", "a link to elsewhere"] {
            // Only an empty folder in place of the lock is replaced, and a link leads out of the folder.
            if name.ends_with("LOCK") && (kind == "another kind" || kind.starts_with("a link")) {
                continue;
            }
            let root = fixture.copy();
            if name.ends_with("RUNNING") {
                if kind == "gone" || kind.starts_with("a link") {
                    continue;
                }
                fs::write(root.join(&name), "").unwrap();
            }
            damage(&root.join(&name), kind);
            let case = format!("{name} is {kind}");
            let (generation, _) = prepare(&root).unwrap_or_else(|e| panic!("{case}: {e}"));
            let Some(response) = responses(generation) else {
                // A read has reported the damage; the next start repairs it.
                let (generation, outcome) = prepare(&root).unwrap();
                assert!(
                    matches!(outcome, ingest::Preparation::Rebuilt { .. }),
                    "{case}: {outcome:?}"
                );
                assert_eq!(responses(generation).as_ref(), Some(&fixture.right), "{case}");
                continue;
            };
            assert_eq!(response, fixture.right, "{case}");
        }
    }
}
