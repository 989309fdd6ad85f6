//! Zip archives are taken like folders, within limits; files of other formats are refused by their names.

use std::io::{Cursor, Write as _};
use std::process::Stdio;

use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Activity, Desk, WELLS, file};

const STORED: CompressionMethod = CompressionMethod::Stored;
const DEFLATED: CompressionMethod = CompressionMethod::Deflated;

/// An archive of some members.
pub(crate) fn zip(method: CompressionMethod, members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        let options = SimpleFileOptions::default().compression_method(method);
        archive.start_file(*name, options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn one(id: &str) -> String {
    file(&[Activity { id, ..WELLS }])
}

/// Where a signature stands first, or last.
fn find(bytes: &[u8], signature: &[u8], last: bool) -> usize {
    let mut at = bytes.windows(signature.len()).enumerate().filter(|(_, w)| *w == signature);
    if last { at.next_back() } else { at.next() }.unwrap().0
}

fn fates(report: &Value) -> Vec<(&str, &str)> {
    let files = report["files"].as_array().unwrap().iter();
    files.map(|f| (f["name"].as_str().unwrap(), f["fate"].as_str().unwrap())).collect()
}

/// What is wrong with the first file: code, message and help.
fn problem(report: &Value) -> (String, String) {
    let problem = &report["files"][0]["ledger"]["problems"][0];
    let text = |field: &str| problem[field].as_str().unwrap_or_default().to_owned();
    (text("code"), format!("{}; {}", text("message"), text("help")))
}

#[test]
fn an_archive_is_taken_like_a_folder_and_each_figure_keeps_file_and_line() {
    let desk = Desk::new();
    for (name, method) in [("stored.zip", STORED), ("packed.zip", DEFLATED)] {
        let id = name.trim_end_matches(".zip");
        let (a, b) = (one(&format!("{id}-A")), one(&format!("{id}-B")));
        let members = [("a.xml", a.as_bytes()), ("sub/b.xml", b.as_bytes()), (".hidden", b"x")];
        let (report, code) = desk.import(&desk.write(name, zip(method, &members)));
        assert_eq!(code, 0, "{report}");
        let expected = [format!("{name}/a.xml"), format!("{name}/sub/b.xml")];
        assert_eq!(fates(&report), expected.each_ref().map(|name| (name.as_str(), "ADDED")));
        assert_eq!(report["files"][0]["archive"], name);
    }
    let data = desk.ask(
        "{ programmes(filter: { file: \"packed.zip/sub/b.xml\" }) { nodes { identifier origin { file line } } } }",
    );
    let node = &data["programmes"]["nodes"][0];
    assert_eq!(node["identifier"], "packed-B");
    assert_eq!(node["origin"]["file"], "packed.zip/sub/b.xml");
    assert_eq!(node["origin"]["line"], 3);
}

#[test]
fn an_archive_on_standard_input_is_taken_like_one_that_lies_there() {
    let desk = Desk::new();
    let (a, b) = (one("S-A"), one("S-B"));
    let content = zip(DEFLATED, &[("a.xml", a.as_bytes()), ("sub/b.xml", b.as_bytes())]);
    // The content says what it is, not the name.
    for name in ["in.zip", "in.bin"] {
        let mut command = desk.command(&["import", "--json", "-", "--name", name]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(&content).unwrap();
        let output = child.wait_with_output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let names: Vec<_> = fates(&report).into_iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(names, [format!("{name}/a.xml"), format!("{name}/sub/b.xml")], "{report}");
        assert_eq!(report["files"][0]["archive"], name);
    }
    let data = desk.ask("{ programme(identifier: \"S-B\") { origin { file } } }");
    assert!(data["programme"]["origin"]["file"].as_str().unwrap().ends_with("/sub/b.xml"));
}

#[test]
fn deflate64_is_read() {
    let desk = Desk::new();
    let text = one("D-1");
    let mut bytes = zip(DEFLATED, &[("CRS 2022 data.txt", text.as_bytes())]);
    // Without the longest match, a stream of deflate is one of Deflate64: only the number of the method differs.
    for (signature, offset) in [(b"PK\x03\x04", 8), (b"PK\x01\x02", 10)] {
        let at = find(&bytes, signature, false) + offset;
        bytes[at] = 9;
    }
    let (report, code) = desk.import(&desk.write("crs.zip", bytes));
    assert_eq!((fates(&report)[0], code), (("crs.zip/CRS 2022 data.txt", "ADDED"), 0), "{report}");
}

#[test]
fn a_newer_archive_replaces_the_older_and_remove_takes_all_of_it_out() {
    let desk = Desk::new();
    let (a, b, c) = (one("A-1"), one("B-1"), one("C-1"));
    let first = zip(DEFLATED, &[("a.xml", a.as_bytes()), ("b.xml", b.as_bytes())]);
    let path = desk.write("all.zip", &first);
    desk.import(&path);
    let (again, _) = desk.import(&path);
    assert_eq!(fates(&again), [("all.zip/a.xml", "UNCHANGED"), ("all.zip/b.xml", "UNCHANGED")]);
    assert_eq!(again["generation"], 1, "nothing was built");
    let second = zip(DEFLATED, &[("a.xml", a.as_bytes()), ("c.xml", c.as_bytes())]);
    let (report, code) = desk.import(&desk.write("all.zip", second));
    assert_eq!(fates(&report), [("all.zip/a.xml", "UNCHANGED"), ("all.zip/c.xml", "ADDED")]);
    assert_eq!(code, 0);
    let ids = "{ programmes(filter: { kind: ACTIVITY }) { nodes { identifier } } }";
    let found = desk.ask(ids)["programmes"]["nodes"].to_string();
    assert!(found.contains("A-1") && found.contains("C-1") && !found.contains("B-1"), "{found}");
    let output = desk.run(&["remove", "all.zip/a.xml"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("remove all.zip"), "{said}");
    assert!(desk.run(&["remove", "all.zip"]).status.success());
    assert_eq!(desk.ask(ids)["programmes"]["nodes"].as_array().unwrap().len(), 0);
}

#[test]
fn a_member_that_is_refused_keeps_its_older_version() {
    let desk = Desk::new();
    let (a, b) = (one("A-1"), one("B-1"));
    let members = [("a.xml", a.as_bytes()), ("b.xml", b.as_bytes())];
    desk.import(&desk.write("all.zip", zip(DEFLATED, &members)));
    let newer = one("B-2");
    let members = [("a.xml", &b"words"[..]), ("b.xml", newer.as_bytes())];
    let (report, code) = desk.import(&desk.write("all.zip", zip(DEFLATED, &members)));
    assert_eq!(fates(&report), [("all.zip/a.xml", "REFUSED"), ("all.zip/b.xml", "REPLACED")]);
    assert_eq!(code, 3);
    let ids = "{ programmes(filter: { kind: ACTIVITY }, orderBy: ID) { nodes { identifier } } }";
    let found = desk.ask(ids)["programmes"]["nodes"].to_string();
    assert!(found.contains("A-1") && found.contains("B-2") && !found.contains("B-1"), "{found}");
}

#[test]
fn names_that_lead_out_and_archives_within_are_refused_and_the_others_are_taken() {
    let desk = Desk::new();
    let inner = zip(STORED, &[("x.xml", b"<iati-activities/>")]);
    let good = one("G-1");
    let members: [(&str, &[u8]); 6] = [
        ("../up.xml", b"x"),
        ("/etc/passwd", b"x"),
        ("a\u{1b}[2J.xml", b"x"),
        ("inner.zip", &inner),
        ("good.xml", good.as_bytes()),
        ("c:\\windows.xml", b"x"),
    ];
    let (report, code) = desk.import(&desk.write("odd.zip", zip(DEFLATED, &members)));
    let refused = fates(&report).iter().filter(|(_, fate)| *fate == "REFUSED").count();
    assert_eq!((refused, code), (5, 3), "{report}");
    assert!(!report.to_string().contains("\\u001b"), "{report}");
    let inner = &report["files"][3]["ledger"]["problems"][0];
    assert!(inner["message"].as_str().unwrap().contains("zip archive within"), "{inner}");
    assert!(inner["help"].as_str().unwrap().contains("unpack"));
}

#[test]
fn bombs_are_refused_by_what_they_say_and_by_what_they_do() {
    let desk = Desk::new();
    let zeros = vec![0; 80 << 20];
    // What it says: the directory declares what it unpacks to.
    let honest = zip(DEFLATED, &[("bomb.xml", &zeros)]);
    let (report, code) = desk.import(&desk.write("honest.zip", &honest));
    assert_eq!((fates(&report), code), (vec![("honest.zip", "REFUSED")], 1));
    assert!(problem(&report).1.contains("200 times its size"), "{report}");
    // What it does: the directory lies.
    let mut lying = honest;
    let at = find(&lying, b"PK\x01\x02", true) + 24;
    lying[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
    let (report, code) = desk.import(&desk.write("lying.zip", lying));
    assert_eq!((report["files"][0]["fate"].as_str(), code), (Some("REFUSED"), 1), "{report}");
    // The same for a file that is packed by itself.
    let (report, code) =
        desk.import(&desk.write("bomb.xml.zst", zstd::encode_all(&zeros[..], 1).unwrap()));
    assert_eq!((report["files"][0]["fate"].as_str(), code), (Some("REFUSED"), 1));
    assert_eq!(problem(&report).0, "TOO_LARGE");
}

#[test]
fn damaged_encrypted_and_foreign_archives_say_what_they_are() {
    let desk = Desk::new();
    let text = one("A-1");
    let good = zip(DEFLATED, &[("a.xml", text.as_bytes())]);
    let mut encrypted = good.clone();
    for (signature, offset) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at = find(&encrypted, signature, false) + offset;
        encrypted[at] |= 1;
    }
    let mut method = good.clone();
    for (signature, offset) in [(b"PK\x03\x04", 8), (b"PK\x01\x02", 10)] {
        let at = find(&method, signature, false) + offset;
        method[at] = 12;
    }
    let mut broken = good.clone();
    let middle = broken.len() / 3;
    broken[middle] ^= 0xff;
    let office = zip(DEFLATED, &[("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"x")]);
    let word = zip(DEFLATED, &[("[Content_Types].xml", b"x"), ("word/document.xml", b"x")]);
    let sheet = zip(STORED, &[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")]);
    for (name, bytes, expected) in [
        ("cut.zip", good[..good.len() - 30].to_vec(), "damaged or cut off"),
        ("encrypted.zip", encrypted, "encrypted"),
        ("method.zip", method, "method of compression"),
        ("broken.zip", broken, "get it anew"),
        ("empty.zip", zip(STORED, &[]), "holds no file"),
        ("book.xlsx", office, "Excel workbook (xlsx)"),
        ("text.docx", word, "Word document (docx)"),
        ("book.ods", sheet, "spreadsheet (ods)"),
    ] {
        let (report, code) = desk.import(&desk.write(name, bytes));
        assert_eq!((report["files"][0]["fate"].as_str(), code), (Some("REFUSED"), 1), "{name}");
        assert!(problem(&report).1.contains(expected), "{name}: {report}");
    }
}

#[test]
fn formats_that_are_not_read_are_named_with_what_to_do() {
    let desk = Desk::new();
    let tar = [vec![b'a'; 257], b"ustar\x0000".to_vec(), vec![0; 300]].concat();
    for (name, bytes, what, help) in [
        ("a.parquet", b"PAR1\0\0\0\0PAR1".to_vec(), "Parquet", "CSV"),
        ("a.pdf", b"%PDF-1.7\n".to_vec(), "PDF", "IATI"),
        ("a.html", b"<!DOCTYPE html><html><body>x</body></html>".to_vec(), "HTML", "download"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "xls", "CSV"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c\0\x04".to_vec(), "7z", "unpack"),
        ("a.bz2", b"BZh91AY&SY".to_vec(), "bz2", "unpack"),
        ("a.xz", b"\xfd7zXZ\0\0".to_vec(), "xz", "unpack"),
        ("a.rar", b"Rar!\x1a\x07\0".to_vec(), "RAR", "unpack"),
        ("a.tar", tar, "tar", "unpack"),
        ("a.json", b"{\"rows\": []}".to_vec(), "JSON", "FTS"),
        ("a.rss", b"<?xml version=\"1.0\"?><rss/>".to_vec(), "XML, but not of IATI", "IATI"),
        ("a.csv", b"".to_vec(), "the file is empty", "get it anew"),
        ("b.csv", b"\xef\xbb\xbf \r\n".to_vec(), "the file is empty", "get it anew"),
    ] {
        let (report, code) = desk.import(&desk.write(name, bytes));
        assert_eq!((report["files"][0]["fate"].as_str(), code), (Some("REFUSED"), 1), "{name}");
        let (_, said) = problem(&report);
        assert!(said.contains(what) && said.contains(help), "{name}: {said}");
    }
    let help = desk.run(&["import", "--help"]);
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    for word in ["IATI", "FTS", "CRS", "zip", "gz", "zst"] {
        assert!(help.contains(word), "{word}: {help}");
    }
}
