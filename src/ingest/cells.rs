//! Row cells of separated values: one text, cut at its separators and quotes.

/// The cells of a row.
#[derive(Debug, Default)]
pub(super) struct RowCells {
    text: String,
    ends: Vec<usize>,
}

/// The end of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowEnd {
    /// At a line end; the next row may begin at this offset.
    Line(usize),
    /// At the end of the text.
    Text,
    /// At the end of the text, inside quotes.
    Open,
}

/// Result of splitting one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CutRow {
    /// The end of the row.
    pub(super) end: RowEnd,
    /// True if the row spans several lines.
    pub(super) breaks: bool,
    /// True if a closing quote is followed by anything but a separator.
    pub(super) odd: bool,
}

impl RowCells {
    /// Returns the number of cells.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the cell at an index.
    pub(super) fn get(&self, at: usize) -> Option<&str> {
        let from = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(from..*self.ends.get(at)?)
    }

    /// Iterates over all cells.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// Returns the number of cells, without empty ones at the end.
    pub(super) fn filled(&self) -> usize {
        let places = self.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
        places.last().map_or(0, |(at, _)| at + 1)
    }

    /// Splits the row at the start of a text. A quote counts at the start of a cell; a doubled quote inside quotes is one quote.
    pub(super) fn cut(&mut self, text: &str, separator: u8) -> CutRow {
        self.text.clear();
        self.ends.clear();
        let (mut at, mut breaks, mut odd) = (0, false, false);
        let end = loop {
            if byte(text, at) == Some(b'"') {
                let Some(behind) = self.quoted(text, at + 1, &mut breaks) else {
                    break RowEnd::Open;
                };
                at = behind;
                let next = byte(text, at);
                odd |= next.is_some_and(|b| b != separator && !matches!(b, b'\n' | b'\r'));
            }
            let rest = text.get(at..).unwrap_or_default();
            let stop = memchr::memchr3(separator, b'\n', b'\r', rest.as_bytes());
            self.text.push_str(rest.get(..stop.unwrap_or(rest.len())).unwrap_or_default());
            self.ends.push(self.text.len());
            let Some(stop) = stop else { break RowEnd::Text };
            at += stop + 1;
            if byte(rest, stop) != Some(separator) {
                break RowEnd::Line(at);
            }
        };
        CutRow { end, breaks, odd }
    }

    /// Reads a quoted part from behind its opening quote; returns the offset behind the closing one.
    fn quoted(&mut self, text: &str, from: usize, breaks: &mut bool) -> Option<usize> {
        let mut at = from;
        loop {
            let rest = text.get(at..).unwrap_or_default();
            let quote = memchr::memchr(b'"', rest.as_bytes());
            let part = rest.get(..quote.unwrap_or(rest.len())).unwrap_or_default();
            *breaks |= memchr::memchr2(b'\n', b'\r', part.as_bytes()).is_some();
            self.text.push_str(part);
            let Some(quote) = quote else {
                self.ends.push(self.text.len());
                return None;
            };
            at += quote + 1;
            if byte(text, at) != Some(b'"') {
                return Some(at);
            }
            self.text.push('"');
            at += 1;
        }
    }
}

fn byte(text: &str, at: usize) -> Option<u8> {
    text.as_bytes().get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> (Vec<String>, CutRow) {
        let mut cells = RowCells::default();
        let cut = cells.cut(text, b',');
        (cells.iter().map(str::to_owned).collect(), cut)
    }

    #[test]
    fn cells_are_split_at_unquoted_separators() {
        let plain = |end| CutRow { end, breaks: false, odd: false };
        assert_eq!(cut("a,,b\nc").0, ["a", "", "b"]);
        assert_eq!(cut("a,,b\nc").1, plain(RowEnd::Line(5)));
        assert_eq!(cut("a,\"x,\"\"y\"\"\",\r\n").0, ["a", "x,\"y\"", ""]);
        assert_eq!(cut("é,b"), (vec!["é".to_owned(), "b".to_owned()], plain(RowEnd::Text)));
        assert_eq!(cut("a\"b,c").0, ["a\"b", "c"]);
    }

    #[test]
    fn misplaced_and_unclosed_quotes_are_reported() {
        let (cells, found) = cut("a,\"b\nc\",d\n");
        assert_eq!((cells.len(), found.breaks, found.odd), (3, true, false));
        let (cells, found) = cut("a,\"b\"c,d\n");
        assert_eq!((cells, found.odd), (vec!["a".into(), "bc".into(), "d".into()], true));
        assert_eq!(cut("a,\"b\nc,d\n").1.end, RowEnd::Open);
    }
}
