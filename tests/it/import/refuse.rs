//! What cannot be taken is said, with its place, and changes nothing.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use aidgraph::ingest::import::{How, ImportObserver, Input, import};
use aidgraph::ingest::seed::SeedFiles;
use aidgraph::store::{BuildStep, Phase, Store};

use super::{Activity, Desk, WELLS, file};

#[test]
fn a_file_of_no_known_format_is_refused_and_the_others_are_taken() {
    let desk = Desk::new();
    desk.write("in/a.xml", file(&[WELLS]));
    desk.write("in/notes.txt", "just words");
    let (report, code) = desk.import(&desk.path("in"));
    assert_eq!(code, 3);
    let notes = &report["files"][1];
    assert_eq!(notes["fate"], "REFUSED");
    assert_eq!(notes["ledger"]["problems"][0]["code"], "UNKNOWN_FORMAT");
    let (_, code) = desk.import(&desk.path("in/notes.txt"));
    assert_eq!(code, 1, "nothing at all was taken");
    assert_eq!(desk.status()["generation"]["number"], report["generation"]);
}

#[test]
fn what_cannot_be_read_is_refused_and_the_others_are_taken() {
    let desk = Desk::new();
    desk.write("in/a.xml", file(&[WELLS]));
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(file(&[Activity { id: "XX-2", ..WELLS }]).as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    desk.write("in/b.csv.gz", &packed[..packed.len() / 2]);
    desk.write("in/c.csv.zst", [&[0x28, 0xb5, 0x2f, 0xfd][..], b"garbage"].concat());
    let (report, code) = desk.import(&desk.path("in"));
    assert_eq!((report["files"][0]["fate"].as_str(), code), (Some("ADDED"), 3));
    let zst = &report["files"][2];
    assert_eq!(zst["fate"], "REFUSED");
    // It is kept as far as it unpacks, which is nothing at all.
    let codes: Vec<&str> = zst["ledger"]["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["UNKNOWN_FORMAT", "TRUNCATED"]);
    let (_, code) = desk.import(&desk.path("in/c.csv.zst"));
    assert_eq!(code, 1);
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_or_back_and_pipes_stop_nothing() {
    let desk = Desk::new();
    desk.write("in/a.xml", file(&[WELLS]));
    std::os::unix::fs::symlink("nowhere", desk.path("in/b.xml")).unwrap();
    std::os::unix::fs::symlink(desk.path("in"), desk.path("in/loop")).unwrap();
    let pipe = std::process::Command::new("mkfifo").arg(desk.path("in/pipe")).status();
    assert!(pipe.unwrap().success());
    let output = desk.run(&["import", "--json", desk.path("in").to_str().unwrap()]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("loop: the link leads back"), "{said}");
    assert!(said.contains("pipe: not a regular file"), "{said}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["files"][0]["fate"], "ADDED");
    assert_eq!(report["files"][1]["ledger"]["problems"][0]["code"], "UNREADABLE_FILE");
    assert_eq!(report["files"].as_array().unwrap().len(), 2);
}

#[test]
fn a_newer_version_that_is_broken_leaves_the_older_in_force() {
    let desk = Desk::new();
    desk.import(&desk.write("in/a.xml", file(&[WELLS])));
    let (report, code) =
        desk.import(&desk.write("in/a.xml", "<iati-activities><iati-activity><title"));
    assert_eq!((report["files"][0]["fate"].as_str(), code), (Some("REFUSED"), 1));
    let data = desk.ask("{ programme(identifier: \"XX-1\") { title { value } } }");
    assert_eq!(data["programme"]["title"]["value"], "Wells in Ségou");
}

#[test]
fn rows_that_are_left_out_are_told_with_file_line_and_reason() {
    let desk = Desk::new();
    let long = "x".repeat(300);
    let path = desk.write("in/a.xml", file(&[WELLS, Activity { id: &long, ..WELLS }]));
    let output = desk.run(&["import", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("error[BAD_ID] 1"), "{said}");
    assert!(
        said.contains(
            "a.xml:13 iati-identifier: an activity's identifier must not be longer than 200 bytes"
        ),
        "{said}"
    );
    let output = desk.run(&["status", "--problems", "a.xml"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.starts_with("a.xml:13 "), "{said}");
    let data = desk.ask(
        "{ dataset { sources(name: \"a.xml\") { name ledger { rowsRead accepted quarantined duplicate problems(severity: ERROR, code: \"BAD_ID\", offset: 0) { code file line value } counts { code problems } } } } }",
    );
    let ledger = &data["dataset"]["sources"][0]["ledger"];
    assert_eq!(ledger["rowsRead"], "2");
    assert_eq!(ledger["problems"][0]["line"], 13);
    assert_eq!(ledger["problems"][0]["file"], "a.xml");
    assert_eq!(ledger["counts"][0]["code"], "BAD_ID");
}

#[test]
fn what_was_typed_wrongly_is_one_line() {
    let desk = Desk::new();
    let said = |words: &[&str]| {
        let output = desk.run(words);
        assert!(matches!(output.status.code(), Some(1 | 2)), "{words:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(said(&["import", "-"]).contains("set --name"));
    assert!(said(&["import", "/nowhere.xml"]).contains("cannot read /nowhere.xml"));
    assert!(said(&["import", "--format", "pdf", "x"]).contains("`pdf` is not one of iati"));
    desk.write("empty/.hidden", "");
    assert!(said(&["import", desk.path("empty").to_str().unwrap()]).contains("no files to import"));
    assert!(said(&["status", "--problems", "a.xml"]).contains("no data folder"));
}

/// Puts something in the way of a generation just before it gets its name.
struct InTheWay<'a>(&'a Path);

impl ImportObserver for InTheWay<'_> {
    fn step(&self, step: BuildStep) {
        if let BuildStep::Begin(Phase::Name, _) = step {
            fs::create_dir_all(self.0.join("gen-000002/full")).unwrap();
        }
    }
}

#[test]
fn a_build_that_fails_is_taken_back_with_one_line_of_the_journal() {
    let desk = Desk::new();
    desk.import(&desk.write("a.xml", file(&[WELLS])));
    let journal = || fs::read_to_string(desk.data().join("journal.jsonl")).unwrap();
    let before = journal().lines().count();
    let b = desk.write("b.xml", file(&[Activity { id: "XX-2", ..WELLS }]));
    let open = || Ok(Box::new(fs::File::open(&b).unwrap()) as Box<dyn std::io::Read + Send>);
    let input = Input { name: "b.xml".into(), bytes: 0, open: Box::new(open) };
    let seed = SeedFiles::embedded();
    let store = Store::open(&desk.data()).unwrap();
    let refused =
        import(&store, Some(&seed), vec![input], &[], &How::default(), &InTheWay(&desk.data()));
    assert!(refused.unwrap_err().to_string().contains("gen-000002"));
    drop(store);
    assert_eq!(journal().lines().count(), before + 2, "one line tries, one takes it back");
    let count = || {
        let of = "{ programmes(filter: { file: [\"a.xml\", \"b.xml\"] }) { totalCount } }";
        desk.ask(of)["programmes"]["totalCount"].clone()
    };
    assert_eq!(count(), 1);
    desk.import(&b);
    assert_eq!(count(), 2);
}
