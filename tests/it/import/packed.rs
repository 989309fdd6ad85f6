//! Files that are packed, broken, empty or said twice, as a whole import meets them.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Stdio;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Activity, Desk, WELLS, file};

fn gzip(text: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

/// Many activities, so that half of what they are packed into holds some.
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
fn a_packed_file_that_breaks_is_kept_as_far_as_it_goes_and_the_others_are_taken() {
    let desk = Desk::new();
    desk.write("in/a.xml", file(&[WELLS]));
    let packed = gzip(&many());
    desk.write("in/b.xml.gz", &packed[..packed.len() / 2]);
    desk.write("in/c.xml.zst", &zstd::encode_all(many().as_bytes(), 1).unwrap()[..40]);
    desk.write(
        "in/d.xml.gz",
        [gzip(&file(&[Activity { id: "D-1", ..WELLS }])), vec![0; 512]].concat(),
    );
    desk.write(
        "in/e.xml.gz",
        [gzip(&file(&[Activity { id: "E-1", ..WELLS }])), b"more".to_vec()].concat(),
    );
    let (report, code) = desk.import(&desk.path("in"));
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
fn a_truncated_file_is_done_with_something_left_out() {
    let desk = Desk::new();
    let whole = file(&[WELLS, Activity { id: "XX-2", ..WELLS }]);
    let cut = &whole[..whole.rfind("<transaction>").unwrap()];
    let (report, code) = desk.import(&desk.write("a.xml", cut));
    let ledger = &report["files"][0]["ledger"];
    assert_eq!(
        (ledger["accepted"].as_u64(), ledger["quarantined"].as_u64(), code),
        (Some(1), Some(1), 3)
    );
    // Nothing of a row is missing here, and yet the file is not whole.
    let cut = &whole[..whole.rfind("</iati-activities>").unwrap()];
    let (report, code) = desk.import(&desk.write("a.xml", cut));
    assert_eq!((report["files"][0]["ledger"]["quarantined"].as_u64(), code), (Some(0), 3));
}

#[test]
fn duplicates_are_in_the_report_of_the_import() {
    let desk = Desk::new();
    let (report, code) = desk.import(&desk.write("a.xml", file(&[WELLS, WELLS])));
    let ledger = &report["files"][0]["ledger"];
    assert_eq!(
        (ledger["accepted"].as_u64(), ledger["duplicate"].as_u64(), code),
        (Some(1), Some(1), 0)
    );
    assert_eq!(ledger["counts"]["DUPLICATE_IDENTIFIER"], 1);
}

#[test]
fn an_empty_list_takes_back_what_its_publisher_said() {
    let desk = Desk::new();
    desk.import(&desk.write("a.xml", file(&[WELLS])));
    let (report, code) = desk.import(&desk.write("a.xml", "<iati-activities version=\"2.03\"/>"));
    assert_eq!((report["files"][0]["fate"].as_str(), code), (Some("REPLACED"), 0), "{report}");
    assert!(desk.ask("{ programme(identifier: \"XX-1\") { label } }")["programme"].is_null());
}

#[test]
fn a_name_given_to_standard_input_loses_the_ending_of_what_packed_it() {
    let desk = Desk::new();
    let mut command = desk.command(&["import", "--json", "-", "--name", "a.xml.gz"]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&gzip(&file(&[WELLS]))).unwrap();
    let output = child.wait_with_output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["files"][0]["name"], "a.xml");
}
