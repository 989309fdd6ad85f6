//! Licences of imported files: as stated, otherwise unknown.

use std::fs;

use aidgraph::model::source::Source;
use aidgraph::read::reader::Reader;
use aidgraph::store::{Manifest, Store};
use serde_json::{Value, json};
use zip::CompressionMethod;

use super::archive::zip;
use super::{Activity, Sandbox, WELLS, file};

impl Sandbox {
    /// Imports a file with options, and returns the report of the first file.
    fn licensed(&self, name: &str, options: &[&str]) -> Value {
        let path = self.path(name);
        let words = [&["import", "--json"], options, &[path.to_str().unwrap()]].concat();
        let output = self.run(&words);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        let report: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{message}"));
        report["files"][0].clone()
    }

    /// Returns the licences of the imported files by name.
    fn licences(&self) -> Vec<(String, Option<String>)> {
        let data = self.run_query("{ dataset { sources(first: 1000) { name licence } } }");
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let files = data["dataset"]["sources"].as_array().unwrap();
        let files = files.iter().map(|file| (text(&file["name"]).unwrap(), text(&file["licence"])));
        files.filter(|(name, _)| !name.starts_with("seed/")).collect()
    }

    /// Returns the manifest of the current generation.
    fn manifest(&self) -> Manifest {
        Store::open(&self.data()).unwrap().manifest().unwrap().unwrap()
    }
}

fn is(name: &str, licence: Option<&str>) -> (String, Option<String>) {
    (name.to_owned(), licence.map(str::to_owned))
}

#[test]
fn licences_are_stated_kept_changed_and_removed() {
    let sandbox = Sandbox::new();
    sandbox.write("a.xml", file(&[WELLS]));
    let report = sandbox.licensed("a.xml", &[]);
    assert_eq!((&report["fate"], &report["licence"]), (&json!("ADDED"), &Value::Null));
    assert_eq!(sandbox.licences(), [is("a.xml", None)]);
    let before = sandbox.manifest();
    // The same bytes with another licence: only the licence changes.
    let report = sandbox.licensed("a.xml", &["--licence", "CC-BY-4.0"]);
    let expected = (&json!("UNCHANGED"), &json!("CC-BY-4.0"));
    assert_eq!((&report["fate"], &report["licence"]), expected);
    assert_eq!(sandbox.licences(), [is("a.xml", Some("CC-BY-4.0"))]);
    let after = sandbox.manifest();
    assert_ne!(after.data_version, before.data_version);
    // One database tree contains the data version; all others are unchanged.
    let changed = after.trees.iter().filter(|(name, sum)| before.trees.get(*name) != Some(*sum));
    assert_eq!((changed.count(), after.counts), (1, before.counts));
    // A licence stays until another one is stated, also for a new version of the file.
    let generation = sandbox.manifest().generation;
    assert_eq!(sandbox.licensed("a.xml", &[])["licence"], "CC-BY-4.0");
    assert_eq!(sandbox.manifest().generation, generation);
    sandbox.write("a.xml", file(&[Activity { updated: "2021-01-01", ..WELLS }]));
    assert_eq!(sandbox.licensed("a.xml", &[])["licence"], "CC-BY-4.0");
    sandbox.licensed("a.xml", &["--licence", "https://example.org/terms"]);
    assert_eq!(sandbox.licences(), [is("a.xml", Some("https://example.org/terms"))]);
    sandbox.licensed("a.xml", &["--licence", ""]);
    assert_eq!(sandbox.licences(), [is("a.xml", None)]);
    let bad =
        sandbox.run(&["import", "--licence", "a\nb", sandbox.path("a.xml").to_str().unwrap()]);
    assert_eq!(bad.status.code(), Some(2));
}

#[test]
fn a_rebuild_keeps_licences_by_file() {
    let sandbox = Sandbox::new();
    sandbox.write("a.xml", file(&[WELLS]));
    sandbox.write("b.xml", file(&[Activity { id: "XX-2", ..WELLS }]));
    sandbox.licensed("a.xml", &["--licence", "ODC-PDDL-1.0"]);
    for entry in fs::read_dir(sandbox.data()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.starts_with("gen-") {
            fs::remove_dir_all(path).unwrap();
        } else if name == "CURRENT" {
            fs::remove_file(path).unwrap();
        }
    }
    sandbox.licensed("b.xml", &[]);
    assert_eq!(sandbox.licences(), [is("a.xml", Some("ODC-PDDL-1.0")), is("b.xml", None)]);
    let output = sandbox.run(&["status"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("a.xml, licence ODC-PDDL-1.0\n") && text.contains("b.xml\n"), "{text}");
    let data = sandbox.run_query("{ source(identifier: \"GEONAMES\") { licence } }");
    assert_eq!(data["source"]["licence"], "CC-BY-4.0");

    let reader = Reader::new(Store::open(&sandbox.data()).unwrap().current().unwrap().unwrap());
    assert_eq!(reader.licence_of_file("a.xml"), Some("ODC-PDDL-1.0"));
    for unknown in ["b.xml", "c.xml", "seed/sources.csv"] {
        assert_eq!(reader.licence_of_file(unknown), None);
    }
    let of_source =
        |id: &str| reader.get::<Source>(id).unwrap().and_then(|source| source.licence.clone());
    let geonames = of_source("GEONAMES").unwrap();
    assert_eq!((geonames.as_str(), geonames.is_open()), ("CC-BY-4.0", true));
    assert_eq!((of_source("GOV-MALI-EN"), of_source("NO-SUCH")), (None, None));
}

#[test]
fn a_new_member_of_an_archive_inherits_the_licence_of_the_archive() {
    let sandbox = Sandbox::new();
    let member = |id: &str| file(&[Activity { id, ..WELLS }]);
    let (a, b) = (member("A-1"), member("A-2"));
    let first = [("a.xml", a.as_bytes())];
    sandbox.write("all.zip", zip(CompressionMethod::Deflated, &first));
    sandbox.licensed("all.zip", &["--licence", "CC0-1.0"]);
    let both = [("a.xml", a.as_bytes()), ("b.xml", b.as_bytes())];
    sandbox.write("all.zip", zip(CompressionMethod::Deflated, &both));
    sandbox.licensed("all.zip", &[]);
    let licence = Some("CC0-1.0");
    assert_eq!(sandbox.licences(), [is("all.zip/a.xml", licence), is("all.zip/b.xml", licence)]);
    // A file outside of the archive does not have it.
    sandbox.write("a.xml", member("A-3"));
    sandbox.licensed("a.xml", &[]);
    assert_eq!(sandbox.licences()[0], is("a.xml", None));
}
