//! Splits a CSV file into rows of bytes, each with its first line.
//!
//! Quotes follow the `csv` crate (RFC 4180). A quote at the start of a cell opens it, and a doubled one inside is a
//! literal quote. A line break within quotes belongs to the cell. Own code, because the crate neither reports unclosed
//! quotes nor recovers from them.

/// Raw row of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawRow<'a> {
    /// First line of the row, counted from 1.
    pub(super) number: u32,
    /// Bytes of the row, without the final line break.
    pub(super) bytes: &'a [u8],
    /// True if a quote in it is never closed.
    pub(super) unclosed: bool,
}

/// State of the scanner within a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ScanState {
    CellStart,
    Bare,
    Quoted,
    /// After a quote within quotes: it closes, or the next one doubles it.
    QuoteInQuoted,
}

/// Splits a file into rows, without empty lines.
///
/// An unclosed quote would swallow the rest of the file. The first such row therefore ends at its line, and scanning
/// continues after it.
pub(super) fn split(bytes: &[u8]) -> Vec<RawRow<'_>> {
    let mut lines = Vec::new();
    let mut number = 1;
    let mut rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut recovered = false;
    while !rest.is_empty() {
        let (mut length, unclosed) = measure(rest);
        if unclosed && !recovered {
            recovered = true;
            length = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        }
        let (row, after) = rest.split_at(length);
        let content = row.strip_suffix(b"\r").unwrap_or(row);
        if !content.is_empty() {
            lines.push(RawRow { number, bytes: content, unclosed });
        }
        let lines_of_row = u32::try_from(row.split(|b| *b == b'\n').count()).unwrap_or(u32::MAX);
        number = number.saturating_add(lines_of_row);
        rest = after.strip_prefix(b"\n").unwrap_or(after);
    }
    lines
}

/// Returns the length of the first row without its line break, and true if a quote in it is never closed.
fn measure(bytes: &[u8]) -> (usize, bool) {
    let mut state = ScanState::CellStart;
    for (at, byte) in bytes.iter().enumerate() {
        state = match (state, byte) {
            (ScanState::Quoted, b'"') => ScanState::QuoteInQuoted,
            (ScanState::Quoted, _) | (ScanState::CellStart | ScanState::QuoteInQuoted, b'"') => {
                ScanState::Quoted
            }
            (_, b'\n') => return (at, false),
            (_, b',') => ScanState::CellStart,
            _ => ScanState::Bare,
        };
    }
    (bytes.len(), state == ScanState::Quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u32, &str, bool)> {
        let text_of = |l: &RawRow<'_>| std::str::from_utf8(l.bytes).unwrap().len();
        let lines = split(text.as_bytes());
        assert!(lines.iter().all(|l| text_of(l) > 0));
        lines
            .iter()
            .map(|l| {
                let at = l.bytes.as_ptr() as usize - text.as_ptr() as usize;
                (l.number, &text[at..at + l.bytes.len()], l.unclosed)
            })
            .collect()
    }

    #[test]
    fn rows_have_the_number_of_their_first_line() {
        assert_eq!(
            rows("a,b\r\n\n\"x\ny\",\"\"\"\"\nc,d"),
            [(1, "a,b", false), (3, "\"x\ny\",\"\"\"\"", false), (5, "c,d", false)]
        );
    }

    #[test]
    fn an_unclosed_quote_loses_one_line() {
        assert_eq!(
            rows("a,b\n1,\"x\n2,y\n3,z\n"),
            [(1, "a,b", false), (2, "1,\"x", true), (3, "2,y", false), (4, "3,z", false)]
        );
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_first_cell() {
        assert_eq!(rows("\u{feff}id\n"), [(1, "id", false)]);
    }
}
