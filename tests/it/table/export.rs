//! `aidgraph export`: files, their descriptions, and rejected arguments.

use std::fs;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::import::{Sandbox, WELLS, file};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn an_export_describes_the_files_that_it_writes() {
    let sandbox = Sandbox::new();
    let dir = sandbox.path("out");
    let done = sandbox.run(&["export", dir.to_str().unwrap()]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let package = fs::read(dir.join("datapackage.json")).unwrap();
    let package: Value = serde_json::from_slice(&package).unwrap();
    let resources = package["resources"].as_array().unwrap();
    assert_eq!(resources.len(), text(&done.stdout).lines().count());
    for resource in resources {
        let path = dir.join(resource["path"].as_str().unwrap());
        let bytes = fs::read(&path).unwrap();
        let digest = Sha256::digest(&bytes)
            .iter()
            .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        assert_eq!(resource["hash"], format!("sha256:{digest}"));
        assert_eq!(resource["bytes"], bytes.len());
        let mut csv = csv::Reader::from_reader(bytes.as_slice());
        let header: Vec<String> = csv.headers().unwrap().iter().map(str::to_owned).collect();
        let fields = resource["schema"]["fields"].as_array().unwrap();
        let fields: Vec<&str> =
            fields.iter().map(|field| field["name"].as_str().unwrap()).collect();
        assert_eq!(header, fields);
        assert_eq!(resource["rowcount"], csv.records().count());
    }
    let views = fs::read_to_string(dir.join("views.sql")).unwrap();
    assert!(views.contains("CREATE OR REPLACE VIEW transaction_shares AS"), "{views}");
    assert!(fs::read_to_string(dir.join("README.md")).unwrap().contains("programmes.csv"));
    let again = sandbox.path("again");
    sandbox.run(&["export", again.to_str().unwrap()]);
    for resource in resources {
        let path = resource["path"].as_str().unwrap();
        assert_eq!(
            fs::read(dir.join(path)).unwrap(),
            fs::read(again.join(path)).unwrap(),
            "{path}"
        );
    }
}

#[test]
fn an_export_can_be_restricted_and_rejects_unknown_parameters() {
    let sandbox = Sandbox::new();
    let dir = sandbox.path("out");
    let dir = dir.to_str().unwrap();
    let run = |arguments: &[&str]| sandbox.run(&[&["export", dir], arguments].concat());
    let done =
        run(&["--table", "programmes,budgets", "--where", "country=ML", "--format", "ndjson"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let mut files: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(
        files,
        ["README.md", "budgets.ndjson", "datapackage.json", "programmes.ndjson", "views.sql"]
    );
    for (arguments, reason) in [
        (&["--table", "program"][..], "unknown table `program`"),
        (&["--where", "planet=Mars"], "no selected table has a parameter `planet`"),
        (&["--where", "limit=3"], "`limit` does not apply"),
        (&["--where", "country"], "NAME=VALUE"),
        (&["--where", "country=Mali"], "`MALI`"),
        (&["--format", "doc"], "csv"),
    ] {
        let done = run(arguments);
        assert_eq!(done.status.code(), Some(2), "{arguments:?}");
        assert!(text(&done.stderr).contains(reason), "{arguments:?}: {}", text(&done.stderr));
    }
}

#[test]
fn an_export_can_be_restricted_to_open_licences() {
    let sandbox = Sandbox::new();
    let path = sandbox.write("wells.xml", file(&[WELLS]));
    let done = sandbox.run(&["import", "--licence", "CC-BY-4.0", path.to_str().unwrap()]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let dir = sandbox.path("out");
    let arguments =
        ["export", dir.to_str().unwrap(), "--table", "programmes", "--where", "licence=open"];
    let done = sandbox.run(&arguments);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let mut csv = csv::Reader::from_path(dir.join("programmes.csv")).unwrap();
    let at = csv.headers().unwrap().iter().position(|name| name == "licence").unwrap();
    let rows: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 1, "the seed states no licence of its programmes");
    assert_eq!((&rows[0][0], &rows[0][at]), (WELLS.id, "CC-BY-4.0"));
}
