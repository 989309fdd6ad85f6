//! Rejected input: errors name the position, and change nothing.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use aidgraph::ingest::import::{How, ImportObserver, Input, import};
use aidgraph::ingest::seed::SeedFiles;
use aidgraph::store::{BuildStep, Phase, Store};

use super::{Activity, Sandbox, WELLS, file};

#[test]
fn a_file_of_unknown_format_is_rejected_and_others_are_imported() {
    let sandbox = Sandbox::new();
    sandbox.write("in/a.xml", file(&[WELLS]));
    sandbox.write("in/notes.txt", "just words");
    let (report, code) = sandbox.import(&sandbox.path("in"));
    assert_eq!(code, 3);
    let notes = &report["files"][1];
    assert_eq!(notes["fate"], "REFUSED");
    assert_eq!(notes["ledger"]["problems"][0]["code"], "UNKNOWN_FORMAT");
    let (_, code) = sandbox.import(&sandbox.path("in/notes.txt"));
    assert_eq!(code, 1, "nothing was imported");
    assert_eq!(sandbox.status()["generation"]["number"], report["generation"]);
}

#[test]
fn unreadable_files_are_rejected_and_others_are_imported() {
    let sandbox = Sandbox::new();
    sandbox.write("in/a.xml", file(&[WELLS]));
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(file(&[Activity { id: "XX-2", ..WELLS }]).as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    sandbox.write("in/b.csv.gz", &packed[..packed.len() / 2]);
    sandbox.write("in/c.csv.zst", [&[0x28, 0xb5, 0x2f, 0xfd][..], b"garbage"].concat());
    let (report, code) = sandbox.import(&sandbox.path("in"));
    assert_eq!((report["files"][0]["fate"].as_str(), code), (Some("ADDED"), 3));
    let zst = &report["files"][2];
    assert_eq!(zst["fate"], "REFUSED");
    // The file is kept as far as it decompresses, which is nothing at all.
    let codes: Vec<&str> = zst["ledger"]["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["UNKNOWN_FORMAT", "TRUNCATED"]);
    let (_, code) = sandbox.import(&sandbox.path("in/c.csv.zst"));
    assert_eq!(code, 1);
}

#[cfg(unix)]
#[test]
fn dangling_links_loops_and_pipes_do_not_stop_an_import() {
    let sandbox = Sandbox::new();
    sandbox.write("in/a.xml", file(&[WELLS]));
    std::os::unix::fs::symlink("nowhere", sandbox.path("in/b.xml")).unwrap();
    std::os::unix::fs::symlink(sandbox.path("in"), sandbox.path("in/loop")).unwrap();
    let pipe = std::process::Command::new("mkfifo").arg(sandbox.path("in/pipe")).status();
    assert!(pipe.unwrap().success());
    let output = sandbox.run(&["import", "--json", sandbox.path("in").to_str().unwrap()]);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{message}");
    assert!(message.contains("loop: the link leads back"), "{message}");
    assert!(message.contains("pipe: not a regular file"), "{message}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["files"][0]["fate"], "ADDED");
    assert_eq!(report["files"][1]["ledger"]["problems"][0]["code"], "UNREADABLE_FILE");
    assert_eq!(report["files"].as_array().unwrap().len(), 2);
}

#[test]
fn a_broken_newer_version_leaves_the_older_current() {
    let sandbox = Sandbox::new();
    sandbox.import(&sandbox.write("in/a.xml", file(&[WELLS])));
    let (report, code) =
        sandbox.import(&sandbox.write("in/a.xml", "<iati-activities><iati-activity><title"));
    assert_eq!((report["files"][0]["fate"].as_str(), code), (Some("REFUSED"), 1));
    let data = sandbox.run_query("{ programme(identifier: \"XX-1\") { title { value } } }");
    assert_eq!(data["programme"]["title"]["value"], "Wells in Ségou");
}

#[test]
fn rejected_rows_are_reported_with_file_line_and_reason() {
    let sandbox = Sandbox::new();
    let long = "x".repeat(300);
    let path = sandbox.write("in/a.xml", file(&[WELLS, Activity { id: &long, ..WELLS }]));
    let output = sandbox.run(&["import", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3));
    let message = String::from_utf8_lossy(&output.stdout);
    assert!(message.contains("error[BAD_ID] 1"), "{message}");
    assert!(
        message.contains(
            "a.xml:13 iati-identifier: an activity's identifier must not be longer than 200 bytes"
        ),
        "{message}"
    );
    let output = sandbox.run(&["status", "--problems", "a.xml"]);
    let message = String::from_utf8_lossy(&output.stdout);
    assert!(message.starts_with("a.xml:13 "), "{message}");
    let data = sandbox.run_query(
        "{ dataset { sources(name: \"a.xml\") { name ledger { rowsRead accepted quarantined duplicate problems(severity: ERROR, code: \"BAD_ID\", offset: 0) { code file line value } counts { code problems } } } } }",
    );
    let ledger = &data["dataset"]["sources"][0]["ledger"];
    assert_eq!(ledger["rowsRead"], "2");
    assert_eq!(ledger["problems"][0]["line"], 13);
    assert_eq!(ledger["problems"][0]["file"], "a.xml");
    assert_eq!(ledger["counts"][0]["code"], "BAD_ID");
}

#[test]
fn usage_errors_are_one_line() {
    let sandbox = Sandbox::new();
    let message = |words: &[&str]| {
        let output = sandbox.run(words);
        assert!(matches!(output.status.code(), Some(1 | 2)), "{words:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(message(&["import", "-"]).contains("set --name"));
    assert!(message(&["import", "/nowhere.xml"]).contains("cannot read /nowhere.xml"));
    assert!(message(&["import", "--format", "pdf", "x"]).contains("`pdf` is not one of iati"));
    sandbox.write("empty/.hidden", "");
    assert!(
        message(&["import", sandbox.path("empty").to_str().unwrap()])
            .contains("no files to import")
    );
    assert!(message(&["status", "--problems", "a.xml"]).contains("no data folder"));
}

/// Blocks the folder of a generation just before it is renamed.
struct Blocker<'a>(&'a Path);

impl ImportObserver for Blocker<'_> {
    fn step(&self, step: BuildStep) {
        if let BuildStep::Begin(Phase::Name, _) = step {
            fs::create_dir_all(self.0.join("gen-000002/full")).unwrap();
        }
    }
}

#[test]
fn a_failed_build_is_reverted_with_one_line_of_the_journal() {
    let sandbox = Sandbox::new();
    sandbox.import(&sandbox.write("a.xml", file(&[WELLS])));
    let journal = || fs::read_to_string(sandbox.data().join("journal.jsonl")).unwrap();
    let before = journal().lines().count();
    let b = sandbox.write("b.xml", file(&[Activity { id: "XX-2", ..WELLS }]));
    let open = || Ok(Box::new(fs::File::open(&b).unwrap()) as Box<dyn std::io::Read + Send>);
    let input = Input { name: "b.xml".into(), bytes: 0, open: Box::new(open) };
    let seed = SeedFiles::embedded();
    let store = Store::open(&sandbox.data()).unwrap();
    let rejected =
        import(&store, Some(&seed), vec![input], &[], &How::default(), &Blocker(&sandbox.data()));
    assert!(rejected.unwrap_err().to_string().contains("gen-000002"));
    drop(store);
    assert_eq!(journal().lines().count(), before + 2, "one line applies the file, one reverts it");
    let count = || {
        let of = "{ programmes(filter: { file: [\"a.xml\", \"b.xml\"] }) { totalCount } }";
        sandbox.run_query(of)["programmes"]["totalCount"].clone()
    };
    assert_eq!(count(), 1);
    sandbox.import(&b);
    assert_eq!(count(), 2);
}
