//! Detection of unsupported formats by their first bytes, with names and advice.

/// An unsupported format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Foreign {
    what: &'static str,
    then: Then,
}

/// Advice for such a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// Export a table.
    Export,
    /// Unpack an archive.
    Unpack,
    /// Import the source that the text was made from.
    Source,
    /// Download the file, not the page around it.
    Download,
    /// Import a supported form of the data.
    Other,
}

impl Foreign {
    /// Returns the problem message for the file.
    pub(super) fn message(self) -> String {
        format!("this is {}, which is not read", self.what)
    }

    /// Returns the advice.
    pub(super) fn help(self) -> &'static str {
        match self.then {
            Then::Export => {
                "export the table as CSV in UTF-8, with the names of the columns as published, and import that"
            }
            Then::Unpack => {
                "unpack it, and import what is inside: a file, a folder, or a zip archive of them"
            }
            Then::Source => {
                "import the data that it shows: IATI as XML, OCHA FTS and the OECD CRS as CSV"
            }
            Then::Download => {
                "a page of a portal was saved in place of the file: download the file itself"
            }
            Then::Other => {
                "import IATI as XML, OCHA FTS as CSV or as the JSON of its API of flows, the OECD CRS as CSV or text"
            }
        }
    }
}

const fn foreign(what: &'static str, then: Then) -> Foreign {
    Foreign { what, then }
}

/// Formats by the bytes at an offset of the file.
const BINARY: [(usize, &[u8], Foreign); 22] = [
    (0, b"PAR1", foreign("a Parquet file", Then::Export)),
    (0, b"%PDF", foreign("a PDF document", Then::Source)),
    (
        0,
        &[0xd0, 0xcf, 0x11, 0xe0],
        foreign("an old Microsoft Office file (xls, doc)", Then::Export),
    ),
    (0, &[b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c], foreign("a 7z archive", Then::Unpack)),
    (0, b"BZh", foreign("a file packed with bzip2 (bz2)", Then::Unpack)),
    (0, &[0xfd, b'7', b'z', b'X', b'Z', 0], foreign("a file packed with xz", Then::Unpack)),
    (0, b"Rar!\x1a\x07", foreign("a RAR archive", Then::Unpack)),
    (0, &[0x04, 0x22, 0x4d, 0x18], foreign("a file packed with lz4", Then::Unpack)),
    (0, b"LZIP", foreign("a file packed with lzip", Then::Unpack)),
    (0, &[0x1f, 0x9d], foreign("a file packed with compress (Z)", Then::Unpack)),
    (0, &[0x1f, 0x8b], foreign("a file packed with gzip twice", Then::Unpack)),
    (0, &[0x28, 0xb5, 0x2f, 0xfd], foreign("a file packed with zstd twice", Then::Unpack)),
    (0, b"PK\x03\x04", foreign("a zip archive within another archive", Then::Unpack)),
    (0, b"PK\x05\x06", foreign("an empty zip archive within another archive", Then::Unpack)),
    (257, b"ustar", foreign("a tar archive", Then::Unpack)),
    (0, b"SQLite format 3", foreign("an SQLite database", Then::Export)),
    (0, b"ARROW1", foreign("an Arrow or Feather file", Then::Export)),
    (0, b"Obj\x01", foreign("an Avro file", Then::Export)),
    (0, b"<stata_dta>", foreign("a Stata file", Then::Export)),
    (0, b"$FL2", foreign("an SPSS file", Then::Export)),
    (0, &[0x89, b'P', b'N', b'G'], foreign("a picture (PNG)", Then::Source)),
    (0, &[0xff, 0xd8, 0xff], foreign("a picture (JPEG)", Then::Source)),
];

/// Detects an unsupported format by the first bytes, where no supported file can begin with them.
pub(super) fn of_bytes(head: &[u8]) -> Option<Foreign> {
    let is = |(at, magic, _): &&(usize, &[u8], Foreign)| {
        head.get(*at..).is_some_and(|rest| rest.starts_with(magic))
    };
    BINARY.iter().find(is).map(|(_, _, foreign)| *foreign)
}

/// Detects a web page by the beginning of its text.
pub(super) fn of_page(head: &str) -> Option<Foreign> {
    let begin: String = trimmed(head).chars().take(1_000).collect::<String>().to_lowercase();
    let begin = begin
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"))
        .map_or(&*begin, |(_, rest)| rest);
    let begin = begin.trim_start();
    let is_page =
        ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| begin.starts_with(tag));
    is_page.then_some(foreign("a web page (HTML)", Then::Download))
}

/// Detects the format of an unsupported text.
pub(super) fn of_text(head: &str) -> Option<Foreign> {
    let text = trimmed(head);
    if text.starts_with("{\\rtf") {
        Some(foreign("a text of a word processor (RTF)", Then::Source))
    } else if text.starts_with(['{', '[']) {
        Some(foreign("JSON, but no answer of FTS with flows", Then::Other))
    } else if text.starts_with('<') {
        Some(foreign("XML, but not of IATI", Then::Other))
    } else {
        None
    }
}

/// Detects a document format in a zip archive, by its declared type and its member names.
pub(super) fn of_archive(kind: &str, has: impl Fn(&str) -> bool) -> Option<Foreign> {
    let document = |what| Some(foreign(what, Then::Source));
    match kind.strip_prefix("application/vnd.oasis.opendocument.") {
        Some("spreadsheet") => {
            return Some(foreign("an OpenDocument spreadsheet (ods)", Then::Export));
        }
        Some(_) => return document("an OpenDocument text (odt)"),
        None if kind == "application/epub+zip" => return document("a book (epub)"),
        None => {}
    }
    if !has("[Content_Types].xml") {
        None
    } else if has("xl/") {
        Some(foreign("an Excel workbook (xlsx)", Then::Export))
    } else if has("word/") {
        document("a Word document (docx)")
    } else {
        document("a Microsoft Office file")
    }
}

/// Returns true if a text is blank.
pub(super) fn is_empty(text: &str) -> bool {
    trimmed(text).is_empty()
}

fn trimmed(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_recognised_by_their_first_bytes() {
        let what = |foreign: Option<Foreign>| foreign.map_or("", |foreign| foreign.what);
        assert_eq!(what(of_bytes(b"PAR1\0\0")), "a Parquet file");
        assert_eq!(what(of_bytes(b"%PDF-1.7")), "a PDF document");
        assert_eq!(what(of_bytes(b"<iati-activities>")), "");
        let tar = [vec![b'a'; 257], b"ustar\0".to_vec()].concat();
        assert_eq!(what(of_bytes(&tar)), "a tar archive");
        assert_eq!(what(of_page("\u{feff} <!DOCTYPE HTML>")), "a web page (HTML)");
        assert_eq!(
            what(of_page("<?xml version=\"1.0\"?>\n<html xmlns=\"x\">")),
            "a web page (HTML)"
        );
        assert_eq!(what(of_page("<iati-activities>")), "");
        assert_eq!(what(of_text("[1]")), "JSON, but no answer of FTS with flows");
        assert_eq!(what(of_text("words")), "");
        assert!(is_empty("\u{feff} \n") && !is_empty("a"));
    }

    #[test]
    fn documents_in_zip_containers_are_named() {
        let names = |all: &'static [&'static str]| {
            move |name: &str| all.iter().any(|other| other.starts_with(name))
        };
        let xlsx = names(&["[Content_Types].xml", "xl/workbook.xml"]);
        assert!(of_archive("", xlsx).unwrap().message().contains("Excel workbook (xlsx)"));
        let ods = "application/vnd.oasis.opendocument.spreadsheet";
        assert!(of_archive(ods, names(&[])).unwrap().message().contains("ods"));
        assert_eq!(of_archive("", names(&["a.xml"])), None);
    }
}
