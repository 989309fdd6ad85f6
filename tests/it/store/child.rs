//! Child process: this test binary again, running one task until it ends or is killed.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use aidgraph::model::code::Code;
use aidgraph::store::{BuildStep, NewFile, Store};

use super::dataset::{Dataset, start};

/// A running child process.
pub(super) struct Worker {
    pub(super) child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

/// Builds the command that runs a task in a child on a data folder.
pub(super) fn command(root: &Path, task: &str, dataset: Dataset, stop: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "store::child::work", "--ignored", "--nocapture", "--test-threads=1"])
        .env("AIDGRAPH_TEST_ROOT", root)
        .env("AIDGRAPH_TEST_TASK", task)
        .env("AIDGRAPH_TEST_DATASET", format!("{} {}", dataset.version, dataset.size))
        .env("AIDGRAPH_TEST_STOP", stop)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

impl Worker {
    pub(super) fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Waits for a line with a prefix, and returns the rest of the line.
    pub(super) fn wait_for(&mut self, beginning: &str) -> Option<String> {
        self.lines.by_ref().map_while(Result::ok).find_map(|line| {
            // libtest begins the line with the name of the test.
            let at = line.find(beginning)?;
            Some(line[at + beginning.len()..].trim().to_owned())
        })
    }

    /// Number in the last unread line with a prefix; 0 if there is none.
    pub(super) fn last_number(&mut self, beginning: &str) -> u32 {
        let mut last = 0;
        while let Some(number) = self.wait_for(beginning) {
            last = number.parse().unwrap_or(last);
        }
        last
    }

    /// Kills the child with SIGKILL. Its output up to then can still be read.
    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn report(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{line}").unwrap();
    out.flush().unwrap();
}

fn wait_for_the_end() -> ! {
    loop {
        sleep(Duration::from_secs(60));
    }
}

#[test]
#[ignore = "a task that other tests run in a child process"]
fn work() {
    let Ok(root) = std::env::var("AIDGRAPH_TEST_ROOT") else { return };
    let env = |name: &str| std::env::var(name).unwrap();
    let numbers = env("AIDGRAPH_TEST_DATASET");
    let (version, size) = numbers.split_once(' ').unwrap();
    let dataset = Dataset::new(version.parse().unwrap(), size.parse().unwrap());
    let stop = env("AIDGRAPH_TEST_STOP");
    let root = Path::new(&root);
    report("GO");
    match env("AIDGRAPH_TEST_TASK").as_str() {
        "build" => build(root, dataset, &stop),
        "open" => open(root),
        "put" => put(root),
        "start" => {
            start(root).unwrap();
            report("HOLDS");
            wait_for_the_end();
        }
        "write" => {
            let store = Store::open(root).unwrap();
            let _writer = store.writer().unwrap();
            report("HOLDS");
            wait_for_the_end();
        }
        "read" => {
            let _generation = Store::open(root).unwrap().current().unwrap().unwrap();
            report("HOLDS");
            wait_for_the_end();
        }
        "try" => attempt(root, dataset),
        task => panic!("{task}"),
    }
}

/// Activates a dataset, and stops before the given phase.
fn build(root: &Path, dataset: Dataset, stop: &str) {
    let store = Store::open(root).unwrap();
    let mut writer = store.writer().unwrap();
    dataset.put(&mut writer).unwrap();
    let mut observe = |step: BuildStep| {
        if matches!(step, BuildStep::Begin(phase, _) if phase.as_str() == stop) {
            report("STOP");
            wait_for_the_end();
        }
    };
    writer.build(dataset.draft(), &mut observe).unwrap();
    drop(writer);
    let generation = store.current().unwrap().unwrap();
    assert_eq!(Dataset::of(&generation).unwrap(), dataset);
    report("STOP");
    wait_for_the_end();
}

/// Opens and closes the current generation in a loop.
fn open(root: &Path) {
    loop {
        let generation = Store::open(root).unwrap().current().unwrap().unwrap();
        report(&format!("VERSION {}", Dataset::of(&generation).unwrap().version));
    }
}

/// Files of one version of a set; they belong together.
pub(super) fn set_of_files(version: u32) -> Vec<(String, String)> {
    (0..6)
        .map(|n| (format!("set/{n}.txt"), format!("{version} {n} {}", "x".repeat(9000))))
        .collect()
}

/// Stores one version of a set after the other, and reports each.
fn put(root: &Path) {
    let store = Store::open(root).unwrap();
    let mut writer = store.writer().unwrap();
    let first = store.files().unwrap().first().map_or(0, |file| {
        let bytes = writer.read_file(file).unwrap();
        version_of(&bytes)
    });
    for version in first + 1.. {
        let set = set_of_files(version);
        let files =
            set.iter().map(|(name, text)| NewFile { name, format: "txt", bytes: text.as_bytes() });
        writer.put_files("set", &files.collect::<Vec<_>>()).unwrap();
        report(&format!("PUT {version}"));
    }
}

/// The version that a file of a set states.
pub(super) fn version_of(bytes: &[u8]) -> u32 {
    std::str::from_utf8(bytes).unwrap().split(' ').next().unwrap().parse().unwrap()
}

/// Tries each operation once, and reports the result.
fn attempt(root: &Path, dataset: Dataset) {
    let store = match Store::open(root) {
        Ok(store) => store,
        Err(error) => return report(&format!("OPEN {error:?}")),
    };
    report(&format!("FILES {:?}", store.files().map(|files| files.len())));
    report(&format!("MANIFEST {:?}", store.manifest().map(|m| m.map(|m| m.generation))));
    report(&format!("CURRENT {:?}", store.current().map(|g| g.map(|g| Dataset::of(&g)))));
    report(&format!("INSTALL {:?}", dataset.install(&store).map(|m| m.generation)));
    report("DONE");
}
