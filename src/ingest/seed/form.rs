//! The form of a file as a whole: what keeps all of it from being read, told once and not row by row.

use crate::ingest::problem::ProblemCode;

/// How a spreadsheet writes what we read.
const SAVE: &str = "save it again as `CSV UTF-8`, with commas between the cells";

/// Why nothing of a file can be read: the code, what it is, and how to save it instead.
pub(super) fn fault(bytes: &[u8]) -> Option<(ProblemCode, String, String)> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let message = "the file is UTF-16, not UTF-8; none of it can be read".to_owned();
        let help = format!("{SAVE}; not as `Unicode text`");
        return Some((ProblemCode::WrongEncoding, message, help));
    }
    if bytes.contains(&b'\r') && !bytes.contains(&b'\n') {
        let message = "the lines of the file end as on an old Mac; none of it can be read";
        let help = format!("{SAVE}; not as `CSV (Macintosh)`");
        return Some((ProblemCode::WrongLineEnds, message.to_owned(), help));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = bytes.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty())?;
    separator(first).map(|(message, help)| (ProblemCode::WrongSeparator, message, help))
}

/// What is wrong with the separators of a file, by its first line.
fn separator(first: &[u8]) -> Option<(String, String)> {
    let word = first.trim_ascii();
    let word = word.strip_prefix(b"\"").unwrap_or(word);
    if word.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"sep=")) {
        let message = "the first line is `sep=`, a sign for one spreadsheet; the header is missing";
        let help = "leave out that line, so that the header is the first one".to_owned();
        return Some((message.to_owned(), help));
    }
    let name = match first {
        line if line.contains(&b',') => return None,
        line if line.contains(&b';') => "semicolons",
        line if line.contains(&b'\t') => "tabs",
        _ => return None,
    };
    let message = format!("{name} separate the cells, not commas; none of the file can be read");
    Some((message, SAVE.to_owned()))
}
