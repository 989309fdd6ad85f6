//! File-level checks: faults that make a whole file unreadable are reported once, not for each row.

use crate::ingest::problem::ProblemCode;

/// Advice on the format to choose in a spreadsheet program.
const SAVE: &str = "save it again as `CSV UTF-8`, with commas between the cells";

/// Returns the fault that makes a file unreadable: code, message and help.
pub(super) fn fault(bytes: &[u8]) -> Option<(ProblemCode, String, String)> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let message = "the file is UTF-16, not UTF-8; none of it can be read".to_owned();
        let help = format!("{SAVE}; not as `Unicode text`");
        return Some((ProblemCode::WrongEncoding, message, help));
    }
    if bytes.contains(&b'\r') && !bytes.contains(&b'\n') {
        let message =
            "the lines of the file end in CR only, as on classic Mac OS; none of it can be read";
        let help = format!("{SAVE}; not as `CSV (Macintosh)`");
        return Some((ProblemCode::WrongLineEnds, message.to_owned(), help));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = bytes.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty())?;
    separator(first).map(|(message, help)| (ProblemCode::WrongSeparator, message, help))
}

/// Returns the fault of a file's separators, judged by its first line: message and help.
fn separator(first: &[u8]) -> Option<(String, String)> {
    let word = first.trim_ascii();
    let word = word.strip_prefix(b"\"").unwrap_or(word);
    if word.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"sep=")) {
        let message = "the first line is `sep=`, a hint for spreadsheets; the header is missing";
        let help = "remove that line, so that the header comes first".to_owned();
        return Some((message.to_owned(), help));
    }
    let name = match first {
        line if line.contains(&b',') => return None,
        line if line.contains(&b';') => "semicolons",
        line if line.contains(&b'\t') => "tabs",
        _ => return None,
    };
    let message =
        format!("the cells are separated by {name}, not commas; none of the file can be read");
    Some((message, SAVE.to_owned()))
}
