//! Bytes that change on the disk, anywhere in a data folder: the right answer, or damage that is reported and mended. Never
//! another answer.

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

use super::{Activity, Desk, WELLS, file};

/// Numbers that are the same in every run. Source: Marsaglia, "Xorshift RNGs", 2003.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

/// When the bytes change.
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

/// A data folder with a small seed and a file of activities, and copies of it to spoil.
struct Bench {
    desk: Desk,
    right: Value,
}

impl Bench {
    fn new() -> Self {
        let desk = Desk::new();
        let words = ["Wells", "Schools", "Clinics", "Roads", "Seeds", "Radio"];
        let ids: Vec<String> = (0..60).map(|n| format!("XX-{n}")).collect();
        let titles: Vec<String> =
            (0..60).map(|n| format!("{} number {n} of Ségou", words[n % 6])).collect();
        let activities: Vec<Activity<'_>> =
            ids.iter().zip(&titles).map(|(id, title)| Activity { id, title, ..WELLS }).collect();
        let path = desk.write("in/a.xml", file(&activities));
        let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/check/good");
        let words = ["import", "--seed", seed.to_str().unwrap(), path.to_str().unwrap()];
        let output = desk.run(&words);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let (generation, _) = prepare(&desk.data()).unwrap();
        let right = answers(generation).unwrap();
        Self { desk, right }
    }

    fn copy(&self) -> PathBuf {
        let copy = self.desk.path("copy");
        let _ = fs::remove_dir_all(&copy);
        copy_folder(&self.desk.data(), &copy);
        copy
    }

    /// The files of the generation and of the folder that can be made again, each with its length.
    fn files(&self) -> Vec<(PathBuf, usize)> {
        let data = self.desk.data();
        let mut files = Vec::new();
        walk(&data, &mut files);
        let short = |path: PathBuf| path.strip_prefix(&data).unwrap().to_path_buf();
        let files = files.into_iter().map(|path| {
            let length = usize::try_from(fs::metadata(&path).unwrap().len()).unwrap();
            (short(path), length)
        });
        files.filter(|(_, length)| *length > 0).collect()
    }
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
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

/// All answers of a generation; `None` when one of them is an error that reports damage.
fn answers(generation: Generation) -> Option<Value> {
    let live = CurrentGeneration::empty();
    live.swap(Reader::new(generation));
    ask(&live)
}

fn ask(live: &CurrentGeneration) -> Option<Value> {
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
    // In place, as a disk changes them: what has the file open sees it.
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, &bytes[at..=at], at as u64).unwrap();
}

/// What cannot be made again: it is refused by name where it is needed.
fn is_truth(file: &Path) -> bool {
    file.starts_with("sources") || file == Path::new("journal.jsonl") || file == Path::new("FORMAT")
}

/// Spoils a file and asks; tells whether the damage was found.
fn round(bench: &Bench, state: State, file: &Path, what: &str, spoil: impl Fn(&Path)) -> bool {
    let what = format!("{state:?}: {} {what}", file.display());
    let root = bench.copy();
    let serving = (state == State::Serving).then(|| prepare(&root).unwrap().0);
    spoil(&root.join(file));
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
            match answers(generation) {
                Some(answer) => assert_eq!(answer, bench.right, "{what}"),
                None => found = true,
            }
        }
        // What is no part of a generation cannot be made again, and is refused by name.
        Err(error) => {
            let said = error.to_string();
            assert!(is_truth(file) && said.contains(file.to_str().unwrap()), "{what}: {said}");
            return true;
        }
    }
    // The next start is right in any case.
    match prepare(&root) {
        Ok((generation, outcome)) => match answers(generation) {
            Some(answer) => {
                assert_eq!(answer, bench.right, "{what}, after a restart ({outcome:?})");
            }
            None => panic!("{what}: damage that a read has found is not mended ({outcome:?})"),
        },
        Err(error) => assert!(is_truth(file), "{what}: {error}"),
    }
    found
}

#[test]
fn no_file_that_is_spoilt_changes_an_answer() {
    let bench = Bench::new();
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    let is_thorough = std::env::var_os("AIDGRAPH_FLIP_ROUNDS").is_some();
    let few = |(file, _): &(PathBuf, usize)| !file.starts_with("sources") || is_one_of_few(file);
    for (at, (file, length)) in bench.files().iter().filter(|one| few(one)).enumerate() {
        // Each state has its turn over the files and the ways.
        let states = [State::StoppedClean, State::Serving, State::StoppedUnclean];
        let mut turn = at;
        let mut try_out = |how: &'static str, spoil: &dyn Fn(&Path)| {
            turn += 1;
            // Each file is spoilt in one way, all of them in all ways; in every way where more rounds are asked for.
            if !is_thorough && !turn.is_multiple_of(6) {
                return;
            }
            let is_found = round(&bench, states[(turn / 6 + turn) % 3], file, how, spoil);
            *found.entry(how).or_default() += usize::from(is_found);
        };
        try_out("begins otherwise", &|path| flip(path, 0, 0x41));
        try_out("is otherwise in the middle", &|path| flip(path, length / 2, 0x04));
        try_out("ends otherwise", &|path| flip(path, length - 1, 0x80));
        try_out("is cut", &|path| cut(path, length / 2));
        try_out("is gone", &|path| spoil(path, "gone"));
        try_out("is a folder", &|path| spoil(path, "another kind"));
    }
    println!("found: {found:?}");
}

/// Sources are alike: one in eight is tried out.
fn is_one_of_few(file: &Path) -> bool {
    let name = file.file_name().unwrap().to_str().unwrap();
    name.starts_with(['0', '8'])
}

/// Cuts a file in its place.
fn cut(path: &Path, length: usize) {
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(length as u64).unwrap();
}

#[test]
fn sources_that_are_spoilt_while_they_are_served_are_named_by_the_daily_check() {
    let bench = Bench::new();
    let is_tried =
        |(file, _): &(PathBuf, usize)| file.starts_with("sources") && is_one_of_few(file);
    let sources: Vec<_> = bench.files().into_iter().filter(is_tried).collect();
    assert!(!sources.is_empty(), "{:?}", bench.files());
    let mut found = 0;
    for (file, length) in &sources {
        for at in [length / 3, length / 2, length - 1] {
            let root = bench.copy();
            let serving = prepare(&root).unwrap().0;
            let store = Store::open(&root).unwrap();
            flip(&root.join(file), at, 0x10);
            let said: Vec<String> = store
                .files()
                .unwrap()
                .iter()
                .filter_map(|entry| store.check_source(entry, Duration::ZERO).err())
                .map(|error| error.to_string())
                .collect();
            assert!(said.len() < 2, "one file is damaged: {said:?}");
            if let Some(said) = said.first() {
                assert!(said.contains(file.to_str().unwrap()), "{said}");
                found += 1;
            }
            assert_eq!(answers(serving).as_ref(), Some(&bench.right), "answers stay right");
        }
    }
    assert!(found > sources.len(), "{found} of {}", 3 * sources.len());
}

#[test]
fn a_byte_that_changes_anywhere_never_changes_an_answer() {
    let rounds = std::env::var("AIDGRAPH_FLIP_ROUNDS").ok().and_then(|n| n.parse().ok());
    let rounds: usize = rounds.unwrap_or(8);
    let bench = Bench::new();
    let files = bench.files();
    let index: Vec<_> =
        files.iter().filter(|(path, _)| path.to_str().unwrap().contains("/search/")).collect();
    assert!(index.len() > 5, "{files:?}");
    let mut random = Random(20_261_129);
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for state in [State::StoppedClean, State::StoppedUnclean, State::Serving] {
        for n in 0..rounds {
            // Every second round in the index of words: nothing else but checksums can tell there.
            let (file, length) = if n % 2 == 0 {
                index[random.below(index.len())]
            } else {
                &files[random.below(files.len())]
            };
            let (at, bit) = (random.below(*length), random.below(8));
            let is_found =
                round(&bench, state, file, &format!("at {at}"), |path| flip(path, at, 1 << bit));
            *found.entry(format!("{state:?}")).or_default() += usize::from(is_found);
        }
    }
    println!("{rounds} flips in each state, found: {found:?}");
    // What is served is small, and in memory by then; `search/sealed.rs` has the test of what is read from the disk.
    assert!(found["StoppedClean"] > 0 && found["StoppedUnclean"] > 0, "{found:?}");
}

/// Something that stands where it should not.
fn spoil(path: &Path, how: &str) {
    let is_folder = path.is_dir();
    match how {
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
            spoil(path, "gone");
            std::os::unix::fs::symlink("/etc/hostname", path).unwrap();
        }
        _ => unreachable!(),
    }
}

#[test]
fn whatever_is_missing_or_stands_in_the_place_of_something_else_is_made_again() {
    let bench = Bench::new();
    let generation = fs::read_dir(bench.desk.data()).unwrap().flatten().find_map(|entry| {
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
        for how in ["gone", "empty", "another kind", "a link to elsewhere"] {
            // Of the lock only an empty folder gives way, and a link leads out of the folder.
            if name.ends_with("LOCK") && (how == "another kind" || how.starts_with("a link")) {
                continue;
            }
            let root = bench.copy();
            if name.ends_with("RUNNING") {
                if how == "gone" || how.starts_with("a link") {
                    continue;
                }
                fs::write(root.join(&name), "").unwrap();
            }
            spoil(&root.join(&name), how);
            let what = format!("{name} is {how}");
            let (generation, _) = prepare(&root).unwrap_or_else(|e| panic!("{what}: {e}"));
            let Some(answer) = answers(generation) else {
                // A read has told of it; the next start mends it.
                let (generation, outcome) = prepare(&root).unwrap();
                assert!(
                    matches!(outcome, ingest::Preparation::Rebuilt { .. }),
                    "{what}: {outcome:?}"
                );
                assert_eq!(answers(generation).as_ref(), Some(&bench.right), "{what}");
                continue;
            };
            assert_eq!(answer, bench.right, "{what}");
        }
    }
}
