//! After a kill at any moment the folder holds the old dataset or the new one, complete.
//!
//! `AIDGRAPH_KILL_ROUNDS=N` runs N rounds of each kind instead of the few of a normal run.

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use aidgraph::model::code::Code;
use aidgraph::store::{Phase, Store};

use super::child::{Worker, command, set_of_files, version_of};
use super::dataset::{Dataset, start};

fn rounds(normal: u32) -> u32 {
    std::env::var("AIDGRAPH_KILL_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(normal)
}

/// The datasets of the active files and of the current generation.
fn read_both(root: &Path) -> (Option<Dataset>, Option<Dataset>) {
    let store = Store::open(root).unwrap();
    let generation = store.current().unwrap().map(|g| Dataset::of(&g).unwrap());
    let files = Dataset::of_files(&store).unwrap();
    for leftover in std::fs::read_dir(root).unwrap() {
        let name = leftover.unwrap().file_name().into_string().unwrap();
        assert!(!name.contains(".tmp") && !name.contains(".del"), "{name} is left over");
    }
    (files, generation)
}

#[test]
fn a_kill_before_any_phase_leaves_the_old_dataset_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut before = None;
    let mut version = 0;
    for _ in 0..rounds(3) {
        for phase in Phase::ALL {
            version += 1;
            let new = Dataset::new(version, 2 + version % 3);
            let mut worker = Worker::start(command(folder.path(), "build", new, phase.as_str()));
            worker.wait_for("STOP").expect("the child reached its phase");
            worker.kill();
            let (files, generation) = read_both(folder.path());
            let expected = if phase == Phase::Sweep { Some(new) } else { before };
            assert_eq!(generation, expected, "killed before {phase}");
            assert_eq!(files, Some(new), "the file was stored before the build");
            before = generation;
        }
    }
    println!("{version} kills, one before each phase in turn");
}

#[test]
fn a_kill_during_a_start_or_build_leaves_the_old_dataset_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let (mut old, mut chance) = ((None, None), Chance(7));
    let (mut kept, mut changed) = (0, 0);
    let whole = build_micros();
    for version in 1..=rounds(60) {
        let new = Dataset::new(version, 1 + version % 4);
        let mut worker = Worker::start(command(folder.path(), "build", new, "none"));
        worker.wait_for("GO").unwrap();
        sleep(Duration::from_micros(chance.below(whole)));
        worker.kill();
        let (files, generation) = read_both(folder.path());
        assert!(files == old.0 || files == Some(new), "{files:?} after {old:?}");
        assert!(generation == old.1 || generation == Some(new), "{generation:?} after {old:?}");
        assert!(generation != Some(new) || files == Some(new), "a generation without its file");
        if generation == old.1 {
            kept += 1;
        } else {
            changed += 1;
        }
        old = (files, generation);
    }
    println!("{kept} kills left the old dataset, {changed} the new one");
    // A few rounds may all have the same outcome.
    assert!(rounds(60) < 20 || (kept > 0 && changed > 0), "{kept} kept, {changed} changed");
}

#[test]
fn a_kill_during_reads_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = Dataset::new(1, 40);
    dataset.install(&Store::open(folder.path()).unwrap()).unwrap();
    let mut chance = Chance(11);
    let rounds = rounds(40);
    for _ in 0..rounds {
        let mut worker = Worker::start(command(folder.path(), "open", dataset, "none"));
        worker.wait_for("GO").unwrap();
        sleep(Duration::from_micros(chance.below(60_000)));
        worker.kill();
        assert_eq!(read_both(folder.path()), (Some(dataset), Some(dataset)));
    }
    println!("{rounds} kills while opening and reading");
}

#[test]
fn acknowledged_files_survive_a_kill_and_sets_are_never_mixed() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let mut chance = Chance(17);
    let (rounds, mut acknowledged) = (rounds(40), 0);
    for _ in 0..rounds {
        let mut worker = Worker::start(command(folder.path(), "put", Dataset::new(1, 1), "none"));
        worker.wait_for("GO").unwrap();
        sleep(Duration::from_micros(chance.below(40_000)));
        worker.kill();
        acknowledged = acknowledged.max(worker.last_number("PUT "));
        let writer = store.writer().unwrap();
        let files = store.files().unwrap();
        let found: Vec<_> = files
            .iter()
            .map(|f| (f.name.clone(), String::from_utf8(writer.read_file(f).unwrap()).unwrap()))
            .collect();
        let version = found.first().map_or(0, |(_, text)| version_of(text.as_bytes()));
        assert!(
            version == acknowledged || version == acknowledged + 1,
            "{version} after {acknowledged}"
        );
        assert_eq!(found, if version == 0 { Vec::new() } else { set_of_files(version) });
        acknowledged = version;
    }
    println!("{rounds} kills while {acknowledged} sets were stored");
}

/// Duration of a build in a child in microseconds, plus half: the kills must hit the build on a busy machine as
/// well as on an idle one.
fn build_micros() -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let mut worker = Worker::start(command(folder.path(), "build", Dataset::new(1, 4), "none"));
    worker.wait_for("GO").unwrap();
    let begun = Instant::now();
    worker.wait_for("STOP").unwrap();
    worker.kill();
    u64::try_from(begun.elapsed().as_micros()).unwrap() * 3 / 2
}

#[test]
fn a_kill_during_a_repair_leaves_a_repairable_generation() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = Dataset::new(1, 5);
    let store = Store::open(folder.path()).unwrap();
    dataset.install(&store).unwrap();
    let mut chance = Chance(13);
    let rounds = rounds(30);
    for _ in 0..rounds {
        if let Ok(Some(manifest)) = store.manifest() {
            let database = format!("gen-{:06}/db/db", manifest.generation);
            std::fs::write(folder.path().join(database), b"no database").unwrap();
        }
        let mut worker = Worker::start(command(folder.path(), "start", dataset, "none"));
        worker.wait_for("GO").unwrap();
        sleep(Duration::from_micros(chance.below(60_000)));
        worker.kill();
        assert_eq!(start(folder.path()).unwrap(), Some(dataset));
    }
    println!("{rounds} kills while rebuilding");
}

/// Deterministic pseudo-random numbers. Source: Knuth's MMIX generator.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}
