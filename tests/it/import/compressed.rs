//! Compressed, truncated, empty and duplicate files in an import.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Stdio;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Activity, Sandbox, WELLS, file};

fn gzip(text: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

/// Builds many activities, so that half of their compressed file contains some.
fn many() -> String {
    let mut noise = 7_u32;
    let ids: Vec<String> = (0..300)
        .map(|number| {
            let mut id = format!("XX-{number}-");
            for _ in 0..10 {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                write!(id, "{noise:x}").unwrap();
            }
            id
        })
        .collect();
    file(&ids.iter().map(|id| Activity { id, ..WELLS }).collect::<Vec<_>>())
}

#[test]
fn a_truncated_compressed_file_is_read_up_to_the_error_and_others_are_imported() {
    let sandbox = Sandbox::new();
    sandbox.write("in/a.xml", file(&[WELLS]));
    let compressed = gzip(&many());
    sandbox.write("in/b.xml.gz", &compressed[..compressed.len() / 2]);
    sandbox.write("in/c.xml.zst", &zstd::encode_all(many().as_bytes(), 1).unwrap()[..40]);
    sandbox.write(
        "in/d.xml.gz",
        [gzip(&file(&[Activity { id: "D-1", ..WELLS }])), vec![0; 512]].concat(),
    );
    sandbox.write(
        "in/e.xml.gz",
        [gzip(&file(&[Activity { id: "E-1", ..WELLS }])), b"more".to_vec()].concat(),
    );
    let (report, code) = sandbox.import(&sandbox.path("in"));
    assert_eq!(code, 3, "{report}");
    let fates: Vec<_> =
        report["files"].as_array().unwrap().iter().map(|f| f["fate"].as_str().unwrap()).collect();
    assert_eq!(fates, ["ADDED", "ADDED", "REFUSED", "ADDED", "ADDED"]);
    let broken = &report["files"][1]["ledger"];
    assert!(broken["accepted"].as_u64().unwrap() > 10, "{broken}");
    assert_eq!(broken["counts"]["TRUNCATED"], 1);
    assert_eq!(report["files"][2]["ledger"]["counts"]["TRUNCATED"], 1);
    assert_eq!(report["files"][3]["ledger"]["problems"].as_array().unwrap().len(), 0);
    assert_eq!(report["files"][4]["ledger"]["problems"][0]["code"], "TRAILING_BYTES");
}

#[test]
fn a_truncated_file_is_imported_with_losses() {
    let sandbox = Sandbox::new();
    let whole = file(&[WELLS, Activity { id: "XX-2", ..WELLS }]);
    let cut = &whole[..whole.rfind("<transaction>").unwrap()];
    let (report, code) = sandbox.import(&sandbox.write("a.xml", cut));
    let ledger = &report["files"][0]["ledger"];
    assert_eq!(
        (ledger["accepted"].as_u64(), ledger["quarantined"].as_u64(), code),
        (Some(1), Some(1), 3)
    );
    // No row is incomplete, and yet the file is truncated.
    let cut = &whole[..whole.rfind("</iati-activities>").unwrap()];
    let (report, code) = sandbox.import(&sandbox.write("a.xml", cut));
    assert_eq!((report["files"][0]["ledger"]["quarantined"].as_u64(), code), (Some(0), 3));
}

#[test]
fn duplicates_are_in_the_import_report() {
    let sandbox = Sandbox::new();
    let (report, code) = sandbox.import(&sandbox.write("a.xml", file(&[WELLS, WELLS])));
    let ledger = &report["files"][0]["ledger"];
    assert_eq!(
        (ledger["accepted"].as_u64(), ledger["duplicate"].as_u64(), code),
        (Some(1), Some(1), 0)
    );
    assert_eq!(ledger["counts"]["DUPLICATE_IDENTIFIER"], 1);
}

#[test]
fn an_empty_list_replaces_earlier_activities() {
    let sandbox = Sandbox::new();
    sandbox.import(&sandbox.write("a.xml", file(&[WELLS])));
    let (report, code) =
        sandbox.import(&sandbox.write("a.xml", "<iati-activities version=\"2.03\"/>"));
    assert_eq!((report["files"][0]["fate"].as_str(), code), (Some("REPLACED"), 0), "{report}");
    assert!(
        sandbox.run_query("{ programme(identifier: \"XX-1\") { label } }")["programme"].is_null()
    );
}

#[test]
fn the_name_of_standard_input_loses_its_compression_extension() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(&["import", "--json", "-", "--name", "a.xml.gz"]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&gzip(&file(&[WELLS]))).unwrap();
    let output = child.wait_with_output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["files"][0]["name"], "a.xml");
}
