//! Zip archives: imported like folders, within limits. Other archive formats are rejected by name.

use std::io::{Cursor, Write as _};
use std::process::Stdio;

use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Activity, Sandbox, WELLS, file};

const STORED: CompressionMethod = CompressionMethod::Stored;
const DEFLATED: CompressionMethod = CompressionMethod::Deflated;

/// Builds an archive from its members.
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

/// Returns the offset of the first or last occurrence of a signature.
fn find(bytes: &[u8], signature: &[u8], last: bool) -> usize {
    let mut at = bytes.windows(signature.len()).enumerate().filter(|(_, w)| *w == signature);
    if last { at.next_back() } else { at.next() }.unwrap().0
}

fn fates(report: &Value) -> Vec<(&str, &str)> {
    let files = report["files"].as_array().unwrap().iter();
    files.map(|f| (f["name"].as_str().unwrap(), f["fate"].as_str().unwrap())).collect()
}

/// Returns code, message and help of the first problem of the first file.
fn problem(report: &Value) -> (String, String) {
    let problem = &report["files"][0]["ledger"]["problems"][0];
    let text = |field: &str| problem[field].as_str().unwrap_or_default().to_owned();
    (text("code"), format!("{}; {}", text("message"), text("help")))
}

#[test]
fn an_archive_is_imported_like_a_folder_with_origins_by_member() {
    let sandbox = Sandbox::new();
    for (name, method) in [("stored.zip", STORED), ("packed.zip", DEFLATED)] {
        let id = name.trim_end_matches(".zip");
        let (a, b) = (one(&format!("{id}-A")), one(&format!("{id}-B")));
        let members = [("a.xml", a.as_bytes()), ("sub/b.xml", b.as_bytes()), (".hidden", b"x")];
        let (report, code) = sandbox.import(&sandbox.write(name, zip(method, &members)));
        assert_eq!(code, 0, "{report}");
        let expected = [format!("{name}/a.xml"), format!("{name}/sub/b.xml")];
        assert_eq!(fates(&report), expected.each_ref().map(|name| (name.as_str(), "ADDED")));
        assert_eq!(report["files"][0]["archive"], name);
    }
    let data = sandbox.run_query(
        "{ programmes(filter: { file: \"packed.zip/sub/b.xml\" }) { nodes { identifier origin { file line } } } }",
    );
    let node = &data["programmes"]["nodes"][0];
    assert_eq!(node["identifier"], "packed-B");
    assert_eq!(node["origin"]["file"], "packed.zip/sub/b.xml");
    assert_eq!(node["origin"]["line"], 3);
}

#[test]
fn an_archive_on_standard_input_is_imported_like_a_file() {
    let sandbox = Sandbox::new();
    let (a, b) = (one("S-A"), one("S-B"));
    let content = zip(DEFLATED, &[("a.xml", a.as_bytes()), ("sub/b.xml", b.as_bytes())]);
    // The content decides the format, not the name.
    for name in ["in.zip", "in.bin"] {
        let mut command = sandbox.command(&["import", "--json", "-", "--name", name]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(&content).unwrap();
        let output = child.wait_with_output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let names: Vec<_> = fates(&report).into_iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(names, [format!("{name}/a.xml"), format!("{name}/sub/b.xml")], "{report}");
        assert_eq!(report["files"][0]["archive"], name);
    }
    let data = sandbox.run_query("{ programme(identifier: \"S-B\") { origin { file } } }");
    assert!(data["programme"]["origin"]["file"].as_str().unwrap().ends_with("/sub/b.xml"));
}

#[test]
fn deflate64_is_read() {
    let sandbox = Sandbox::new();
    let text = one("D-1");
    let mut bytes = zip(DEFLATED, &[("CRS 2022 data.txt", text.as_bytes())]);
    // A deflate stream without the longest match is valid Deflate64: only the number of the method differs.
    for (signature, offset) in [(b"PK\x03\x04", 8), (b"PK\x01\x02", 10)] {
        let at = find(&bytes, signature, false) + offset;
        bytes[at] = 9;
    }
    let (report, code) = sandbox.import(&sandbox.write("crs.zip", bytes));
    assert_eq!((fates(&report)[0], code), (("crs.zip/CRS 2022 data.txt", "ADDED"), 0), "{report}");
}

#[test]
fn a_newer_archive_replaces_the_older_and_remove_drops_all_members() {
    let sandbox = Sandbox::new();
    let (a, b, c) = (one("A-1"), one("B-1"), one("C-1"));
    let first = zip(DEFLATED, &[("a.xml", a.as_bytes()), ("b.xml", b.as_bytes())]);
    let path = sandbox.write("all.zip", &first);
    sandbox.import(&path);
    let (again, _) = sandbox.import(&path);
    assert_eq!(fates(&again), [("all.zip/a.xml", "UNCHANGED"), ("all.zip/b.xml", "UNCHANGED")]);
    assert_eq!(again["generation"], 1, "nothing was built");
    let second = zip(DEFLATED, &[("a.xml", a.as_bytes()), ("c.xml", c.as_bytes())]);
    let (report, code) = sandbox.import(&sandbox.write("all.zip", second));
    assert_eq!(fates(&report), [("all.zip/a.xml", "UNCHANGED"), ("all.zip/c.xml", "ADDED")]);
    assert_eq!(code, 0);
    let ids = "{ programmes(filter: { kind: ACTIVITY }) { nodes { identifier } } }";
    let found = sandbox.run_query(ids)["programmes"]["nodes"].to_string();
    assert!(found.contains("A-1") && found.contains("C-1") && !found.contains("B-1"), "{found}");
    let output = sandbox.run(&["remove", "all.zip/a.xml"]);
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && message.contains("remove all.zip"), "{message}");
    assert!(sandbox.run(&["remove", "all.zip"]).status.success());
    assert_eq!(sandbox.run_query(ids)["programmes"]["nodes"].as_array().unwrap().len(), 0);
}

#[test]
fn a_rejected_member_keeps_its_older_version() {
    let sandbox = Sandbox::new();
    let (a, b) = (one("A-1"), one("B-1"));
    let members = [("a.xml", a.as_bytes()), ("b.xml", b.as_bytes())];
    sandbox.import(&sandbox.write("all.zip", zip(DEFLATED, &members)));
    let newer = one("B-2");
    let members = [("a.xml", &b"words"[..]), ("b.xml", newer.as_bytes())];
    let (report, code) = sandbox.import(&sandbox.write("all.zip", zip(DEFLATED, &members)));
    assert_eq!(fates(&report), [("all.zip/a.xml", "REFUSED"), ("all.zip/b.xml", "REPLACED")]);
    assert_eq!(code, 3);
    let ids = "{ programmes(filter: { kind: ACTIVITY }, orderBy: ID) { nodes { identifier } } }";
    let found = sandbox.run_query(ids)["programmes"]["nodes"].to_string();
    assert!(found.contains("A-1") && found.contains("B-2") && !found.contains("B-1"), "{found}");
}

#[test]
fn path_traversal_and_nested_archives_are_rejected_and_other_members_imported() {
    let sandbox = Sandbox::new();
    let inner = zip(STORED, &[("x.xml", b"<iati-activities/>")]);
    let valid = one("G-1");
    let members: [(&str, &[u8]); 6] = [
        ("../up.xml", b"x"),
        ("/etc/passwd", b"x"),
        ("a\u{1b}[2J.xml", b"x"),
        ("inner.zip", &inner),
        ("good.xml", valid.as_bytes()),
        ("c:\\windows.xml", b"x"),
    ];
    let (report, code) = sandbox.import(&sandbox.write("odd.zip", zip(DEFLATED, &members)));
    let rejected = fates(&report).iter().filter(|(_, fate)| *fate == "REFUSED").count();
    assert_eq!((rejected, code), (5, 3), "{report}");
    assert!(!report.to_string().contains("\\u001b"), "{report}");
    let inner = &report["files"][3]["ledger"]["problems"][0];
    assert!(inner["message"].as_str().unwrap().contains("zip archive within"), "{inner}");
    assert!(inner["help"].as_str().unwrap().contains("unpack"));
}

#[test]
fn zip_bombs_are_rejected_by_declared_and_by_actual_size() {
    let sandbox = Sandbox::new();
    let zeros = vec![0; 80 << 20];
    // The directory declares the true uncompressed size.
    let declared = zip(DEFLATED, &[("bomb.xml", &zeros)]);
    let (report, code) = sandbox.import(&sandbox.write("honest.zip", &declared));
    assert_eq!((fates(&report), code), (vec![("honest.zip", "REFUSED")], 1));
    assert!(problem(&report).1.contains("200 times its size"), "{report}");
    // The directory declares a false size.
    let mut falsified = declared;
    let at = find(&falsified, b"PK\x01\x02", true) + 24;
    falsified[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
    let (report, code) = sandbox.import(&sandbox.write("lying.zip", falsified));
    assert_eq!((report["files"][0]["fate"].as_str(), code), (Some("REFUSED"), 1), "{report}");
    // The same for a compressed file without an archive.
    let (report, code) =
        sandbox.import(&sandbox.write("bomb.xml.zst", zstd::encode_all(&zeros[..], 1).unwrap()));
    assert_eq!((report["files"][0]["fate"].as_str(), code), (Some("REFUSED"), 1));
    assert_eq!(problem(&report).0, "TOO_LARGE");
}

#[test]
fn damaged_encrypted_and_foreign_archives_are_reported() {
    let sandbox = Sandbox::new();
    let text = one("A-1");
    let valid = zip(DEFLATED, &[("a.xml", text.as_bytes())]);
    let mut encrypted = valid.clone();
    for (signature, offset) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at = find(&encrypted, signature, false) + offset;
        encrypted[at] |= 1;
    }
    let mut method = valid.clone();
    for (signature, offset) in [(b"PK\x03\x04", 8), (b"PK\x01\x02", 10)] {
        let at = find(&method, signature, false) + offset;
        method[at] = 12;
    }
    let mut broken = valid.clone();
    let middle = broken.len() / 3;
    broken[middle] ^= 0xff;
    let office = zip(DEFLATED, &[("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"x")]);
    let word = zip(DEFLATED, &[("[Content_Types].xml", b"x"), ("word/document.xml", b"x")]);
    let sheet = zip(STORED, &[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")]);
    for (name, bytes, expected) in [
        ("cut.zip", valid[..valid.len() - 30].to_vec(), "damaged or cut off"),
        ("encrypted.zip", encrypted, "encrypted"),
        ("method.zip", method, "method of compression"),
        ("broken.zip", broken, "get it anew"),
        ("empty.zip", zip(STORED, &[]), "holds no file"),
        ("book.xlsx", office, "Excel workbook (xlsx)"),
        ("text.docx", word, "Word document (docx)"),
        ("book.ods", sheet, "spreadsheet (ods)"),
    ] {
        let (report, code) = sandbox.import(&sandbox.write(name, bytes));
        assert_eq!((report["files"][0]["fate"].as_str(), code), (Some("REFUSED"), 1), "{name}");
        assert!(problem(&report).1.contains(expected), "{name}: {report}");
    }
}

#[test]
fn unsupported_formats_are_named_with_help() {
    let sandbox = Sandbox::new();
    let tar = [vec![b'a'; 257], b"ustar\x0000".to_vec(), vec![0; 300]].concat();
    for (name, bytes, expected, help) in [
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
        let (report, code) = sandbox.import(&sandbox.write(name, bytes));
        assert_eq!((report["files"][0]["fate"].as_str(), code), (Some("REFUSED"), 1), "{name}");
        let (_, message) = problem(&report);
        assert!(message.contains(expected) && message.contains(help), "{name}: {message}");
    }
    let help = sandbox.run(&["import", "--help"]);
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    for word in ["IATI", "FTS", "CRS", "zip", "gz", "zst"] {
        assert!(help.contains(word), "{word}: {help}");
    }
}
