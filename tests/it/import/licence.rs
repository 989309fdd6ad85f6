//! Licences of imported files: as stated, and unknown otherwise.

use std::fs;

use aidgraph::model::source::Source;
use aidgraph::read::reader::Reader;
use aidgraph::store::{Manifest, Store};
use serde_json::{Value, json};
use zip::CompressionMethod;

use super::archive::zip;
use super::{Activity, Desk, WELLS, file};

impl Desk {
    /// Imports a file of the desk with options; gives the report of its first file.
    fn licensed(&self, name: &str, options: &[&str]) -> Value {
        let path = self.path(name);
        let words = [&["import", "--json"], options, &[path.to_str().unwrap()]].concat();
        let output = self.run(&words);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let report: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"));
        report["files"][0].clone()
    }

    /// Licences of the files that were imported, by name.
    fn licences(&self) -> Vec<(String, Option<String>)> {
        let data = self.ask("{ dataset { sources(first: 1000) { name licence } } }");
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let files = data["dataset"]["sources"].as_array().unwrap();
        let files = files.iter().map(|file| (text(&file["name"]).unwrap(), text(&file["licence"])));
        files.filter(|(name, _)| !name.starts_with("seed/")).collect()
    }

    /// Manifest of the current generation.
    fn manifest(&self) -> Manifest {
        Store::open(&self.data()).unwrap().manifest().unwrap().unwrap()
    }
}

fn is(name: &str, licence: Option<&str>) -> (String, Option<String>) {
    (name.to_owned(), licence.map(str::to_owned))
}

#[test]
fn a_licence_is_stated_kept_changed_and_withdrawn() {
    let desk = Desk::new();
    desk.write("a.xml", file(&[WELLS]));
    let report = desk.licensed("a.xml", &[]);
    assert_eq!((&report["fate"], &report["licence"]), (&json!("ADDED"), &Value::Null));
    assert_eq!(desk.licences(), [is("a.xml", None)]);
    let before = desk.manifest();
    // The same bytes with another licence: only the licence changes.
    let report = desk.licensed("a.xml", &["--licence", "CC-BY-4.0"]);
    let expected = (&json!("UNCHANGED"), &json!("CC-BY-4.0"));
    assert_eq!((&report["fate"], &report["licence"]), expected);
    assert_eq!(desk.licences(), [is("a.xml", Some("CC-BY-4.0"))]);
    let after = desk.manifest();
    assert_ne!(after.data_version, before.data_version);
    // One tree has the version of the data; all others are the same.
    let changed = after.trees.iter().filter(|(name, sum)| before.trees.get(*name) != Some(*sum));
    assert_eq!((changed.count(), after.counts), (1, before.counts));
    // It stays until another one is stated, also for a new version of the file.
    let generation = desk.manifest().generation;
    assert_eq!(desk.licensed("a.xml", &[])["licence"], "CC-BY-4.0");
    assert_eq!(desk.manifest().generation, generation);
    desk.write("a.xml", file(&[Activity { updated: "2021-01-01", ..WELLS }]));
    assert_eq!(desk.licensed("a.xml", &[])["licence"], "CC-BY-4.0");
    desk.licensed("a.xml", &["--licence", "https://example.org/terms"]);
    assert_eq!(desk.licences(), [is("a.xml", Some("https://example.org/terms"))]);
    desk.licensed("a.xml", &["--licence", ""]);
    assert_eq!(desk.licences(), [is("a.xml", None)]);
    let bad = desk.run(&["import", "--licence", "a\nb", desk.path("a.xml").to_str().unwrap()]);
    assert_eq!(bad.status.code(), Some(2));
}

#[test]
fn a_rebuild_keeps_licences_and_readers_have_them_by_file() {
    let desk = Desk::new();
    desk.write("a.xml", file(&[WELLS]));
    desk.write("b.xml", file(&[Activity { id: "XX-2", ..WELLS }]));
    desk.licensed("a.xml", &["--licence", "ODC-PDDL-1.0"]);
    for entry in fs::read_dir(desk.data()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.starts_with("gen-") {
            fs::remove_dir_all(path).unwrap();
        } else if name == "CURRENT" {
            fs::remove_file(path).unwrap();
        }
    }
    desk.licensed("b.xml", &[]);
    assert_eq!(desk.licences(), [is("a.xml", Some("ODC-PDDL-1.0")), is("b.xml", None)]);
    let output = desk.run(&["status"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("a.xml, licence ODC-PDDL-1.0\n") && text.contains("b.xml\n"), "{text}");
    let data = desk.ask("{ source(identifier: \"GEONAMES\") { licence } }");
    assert_eq!(data["source"]["licence"], "CC-BY-4.0");

    let reader = Reader::new(Store::open(&desk.data()).unwrap().current().unwrap().unwrap());
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
fn a_new_member_of_an_archive_has_the_licence_of_the_others() {
    let desk = Desk::new();
    let member = |id: &str| file(&[Activity { id, ..WELLS }]);
    let (a, b) = (member("A-1"), member("A-2"));
    let first = [("a.xml", a.as_bytes())];
    desk.write("all.zip", zip(CompressionMethod::Deflated, &first));
    desk.licensed("all.zip", &["--licence", "CC0-1.0"]);
    let both = [("a.xml", a.as_bytes()), ("b.xml", b.as_bytes())];
    desk.write("all.zip", zip(CompressionMethod::Deflated, &both));
    desk.licensed("all.zip", &[]);
    let licence = Some("CC0-1.0");
    assert_eq!(desk.licences(), [is("all.zip/a.xml", licence), is("all.zip/b.xml", licence)]);
    // A file of its own has none of it.
    desk.write("a.xml", member("A-3"));
    desk.licensed("a.xml", &[]);
    assert_eq!(desk.licences()[0], is("a.xml", None));
}
