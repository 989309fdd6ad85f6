//! Reader of separated values.
//!
//! Finds columns by name, for any separator, encoding, line end and column order.
//!
//! An unclosed quote would swallow every following row. An invalid row that spans several lines is therefore reduced to its
//! first line, which is quarantined. Reading resumes with the next line.

use std::collections::HashMap;
use std::io::{self, BufRead as _, Read};

use super::cells::{RowCells, RowEnd};
use super::ledger_builder::{LedgerBuilder, ProblemSite};
use super::problem::ProblemCode;
use super::text_decoder::{Clean, LONGEST, Mended};

/// Candidate separators of cells.
const SEPARATORS: [u8; 4] = [b',', b'|', b';', b'\t'];

/// Length of the prefix that is searched for the header, in bytes.
const HEAD: usize = 16 << 10;

/// The rows of a file.
pub(super) struct Separated<R: Read> {
    input: Clean<R>,
    mended: Mended,
    /// Buffered text; the next row begins at `at`, on `line`.
    buffer: String,
    at: usize,
    line: u32,
    ended: bool,
    /// Line terminator: a line feed, or a carriage return in files without line feeds.
    line_end: u8,
    columns: ColumnMap,
    cells: RowCells,
    separator: u8,
}

/// Column positions, keyed by name.
#[derive(Debug, Default)]
struct ColumnMap {
    places: HashMap<String, usize>,
    count: usize,
    /// Names as written.
    names: Vec<String>,
    /// Names that occur twice.
    doubled: Vec<String>,
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub(super) struct DelimitedRow<'a> {
    columns: &'a ColumnMap,
    cells: &'a RowCells,
    /// Line number; the first line of the file is 1.
    pub(super) line: u32,
    fault: Option<RowFault>,
}

/// Reasons for which a row cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RowFault {
    /// A quote is opened and never closed.
    Unclosed,
    /// The row exceeds the length limit.
    TooLong,
}

/// Folds a column name for lookup: case, spaces and signs are ignored.
pub(super) fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Detects the separator of a header.
pub(super) fn separator(header: &str) -> u8 {
    let count = |separator: u8| memchr::memchr_iter(separator, header.as_bytes()).count();
    SEPARATORS.into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

/// Splits the beginning of a file into lines, with any terminator.
pub(super) fn head_lines(head: &str) -> impl Iterator<Item = &str> {
    head.trim_start_matches('\u{feff}').split(['\n', '\r']).filter(|line| !line.is_empty())
}

impl<R: Read> Separated<R> {
    /// Reads the header of a file.
    ///
    /// # Errors
    /// Returns read errors of the file.
    pub(super) fn new(input: R) -> io::Result<Self> {
        let input = Clean::new(input);
        let mut file = Self {
            mended: input.mended(),
            input,
            buffer: String::new(),
            at: 0,
            line: 1,
            ended: false,
            line_end: b'\n',
            columns: ColumnMap::default(),
            cells: RowCells::default(),
            separator: b',',
        };
        while file.buffer.len() < HEAD && !file.buffer.contains('\n') && file.fill()? {}
        if !file.buffer.contains('\n') && file.buffer.contains('\r') {
            file.line_end = b'\r';
        }
        file.separator = separator(head_lines(&file.buffer).next().unwrap_or_default());
        file.step()?;
        // Trailing separators of the header produce columns without a name.
        let mut columns = ColumnMap { count: file.cells.filled(), ..ColumnMap::default() };
        for (at, name) in file.cells.iter().enumerate().take(columns.count) {
            let is_named = !name.trim().is_empty();
            if columns.places.contains_key(&folded(name)) && is_named {
                columns.doubled.push(name.trim().to_owned());
            } else if is_named {
                columns.names.push(name.trim().to_owned());
            }
            columns.places.entry(folded(name)).or_insert(at);
        }
        file.columns = columns;
        Ok(file)
    }

    /// Returns true if a column of this name exists.
    pub(super) fn has(&self, name: &str) -> bool {
        self.columns.places.contains_key(&folded(name))
    }

    /// Returns the column names as written in the header, without duplicates.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.names.iter().map(String::as_str)
    }

    /// Returns the separator of cells.
    pub(super) fn separator(&self) -> u8 {
        self.separator
    }

    /// Reports repaired bytes and header defects to the ledger.
    pub(super) fn tell(&self, tally: &mut LedgerBuilder) {
        self.mended.tell(tally);
        for name in &self.columns.doubled {
            let place = ProblemSite { line: Some(1), field: Some(name), ..ProblemSite::default() };
            let message = "the column is there twice; the first counts";
            tally.warn(ProblemCode::DuplicateColumn, &place, message, None);
        }
    }

    /// Returns the next row with content, skipping tags of the Humanitarian Exchange Language; `None` at the end.
    ///
    /// # Errors
    /// Returns read errors of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<DelimitedRow<'_>>> {
        loop {
            let Some((line, fault)) = self.step()? else { return Ok(None) };
            let is_tag = |cell: &str| cell.is_empty() || cell.starts_with('#');
            if fault.is_some() || !self.cells.iter().all(|cell| is_tag(cell.trim())) {
                return Ok(Some(DelimitedRow {
                    columns: &self.columns,
                    cells: &self.cells,
                    line,
                    fault,
                }));
            }
        }
    }

    /// Splits the next row and returns its line; `None` at the end.
    fn step(&mut self) -> io::Result<Option<(u32, Option<RowFault>)>> {
        loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            let blank = rest.len() - rest.trim_start_matches(['\n', '\r']).len();
            let is_over = blank == rest.len();
            self.pass(blank);
            if !is_over {
                break;
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
        let line = self.line;
        let mut wanted = 1;
        let cut = loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            let cut = self.cells.cut(rest, self.separator);
            if matches!(cut.end, RowEnd::Line(_)) || self.ended || rest.len() >= LONGEST {
                break cut;
            }
            // Doubles the window each time, so that a long row is not split over and over.
            wanted = (2 * rest.len()).max(wanted);
            while self.buffer.len() - self.at < wanted && self.fill()? {}
        };
        let rest = self.buffer.get(self.at..).unwrap_or_default();
        let first = memchr::memchr(self.line_end, rest.as_bytes()).map(|end| end + 1);
        let length = if let RowEnd::Line(length) = cut.end { length } else { rest.len() };
        let is_ended =
            matches!(cut.end, RowEnd::Line(_)) || (cut.end == RowEnd::Text && self.ended);
        let is_right = length <= LONGEST && !(cut.breaks && self.is_swallowed(first, cut.odd));
        let (length, fault) = if is_ended && is_right {
            (length, None)
        } else if cut.breaks || (cut.end == RowEnd::Open && (self.ended || first.is_some())) {
            (first.unwrap_or(rest.len()), Some(RowFault::Unclosed))
        } else {
            self.skip_line()?;
            return Ok(Some((line, Some(RowFault::TooLong))));
        };
        if fault.is_some() {
            self.cells.cut(rest.get(..length).unwrap_or_default(), self.separator);
        }
        self.pass(length);
        Ok(Some((line, fault)))
    }

    /// Returns true if an invalid row over several lines has swallowed another: its second line would be a valid row. `first` is
    /// the length of the first line.
    fn is_swallowed(&self, first: Option<usize>, is_odd: bool) -> bool {
        let (Some(first), true) = (first, self.columns.count > 1) else { return false };
        if !is_odd && surplus(&self.cells, self.columns.count) == 0 {
            return false;
        }
        let rest = self.buffer.get(self.at + first..).unwrap_or_default();
        let length = memchr::memchr(self.line_end, rest.as_bytes()).unwrap_or(rest.len());
        let mut second = RowCells::default();
        second.cut(rest.get(..length).unwrap_or_default(), self.separator);
        surplus(&second, self.columns.count) == 0
    }

    /// Advances by a number of bytes.
    fn pass(&mut self, bytes: usize) {
        let passed = self.buffer.as_bytes().get(self.at..self.at + bytes).unwrap_or_default();
        let lines = memchr::memchr_iter(self.line_end, passed).count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.at += bytes;
    }

    /// Skips to behind the line end, without buffering the line.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            let end = memchr::memchr(self.line_end, rest.as_bytes());
            self.pass(end.map_or(rest.len(), |end| end + 1));
            if end.is_some() || !self.fill()? {
                return Ok(());
            }
        }
    }

    /// Reads more input; returns `false` at the end.
    fn fill(&mut self) -> io::Result<bool> {
        self.buffer.drain(..self.at);
        self.at = 0;
        self.mended.begin();
        let chunk = self.input.fill_buf()?;
        let length = chunk.len();
        self.buffer.push_str(&String::from_utf8_lossy(chunk));
        self.input.consume(length);
        self.ended = length == 0;
        Ok(!self.ended)
    }
}

/// Returns the number of cells beyond (positive) or short of the header; empty trailing cells are ignored.
fn surplus(cells: &RowCells, columns: usize) -> isize {
    let found = if cells.len() > columns { cells.filled().max(columns) } else { cells.len() };
    found.cast_signed() - columns.cast_signed()
}

impl<'a> DelimitedRow<'a> {
    /// Returns the trimmed cell of a column; `None` if it is empty or the column does not exist. The name is in the form
    /// that [`folded`] returns.
    pub(super) fn get(&self, column: &str) -> Option<&'a str> {
        let cell = self.cells.get(*self.columns.places.get(column)?)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    /// Returns true if the row can be read; otherwise quarantines it. `id` names the column of the identifier, if any.
    pub(super) fn is_whole(&self, id: Option<&str>, tally: &mut LedgerBuilder) -> bool {
        let surplus = surplus(self.cells, self.columns.count);
        let id = id.and_then(|column| self.get(column));
        let place = ProblemSite { line: Some(self.line), id, ..ProblemSite::default() };
        let (code, message, help) = match self.fault {
            None if surplus == 0 => return true,
            None => (
                ProblemCode::RaggedRow,
                format!(
                    "the row has {} cells and the header {}",
                    self.columns.count.cast_signed() + surplus,
                    self.columns.count
                ),
                "its cells would stand under wrong names; ask for the file anew",
            ),
            Some(RowFault::Unclosed) => (
                ProblemCode::UnclosedQuote,
                "a quote is opened on this line and not closed; the line is left out, and reading goes on behind it".to_owned(),
                "close the quote, or write two where one is meant",
            ),
            Some(RowFault::TooLong) => (
                ProblemCode::TooLarge,
                format!("the line is longer than {} MiB and is left out", LONGEST >> 20),
                "is this a file of separated values? Ask for it anew",
            ),
        };
        tally.quarantine(code, &place, &message, Some(help));
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u32, isize, Option<String>)> {
        let mut file = Separated::new(text.as_bytes()).unwrap();
        let mut rows = Vec::new();
        while let Some(row) = file.next().unwrap() {
            let surplus = surplus(row.cells, row.columns.count);
            rows.push((row.line, surplus, row.get("destplan").map(str::to_owned)));
        }
        rows
    }

    #[test]
    fn columns_are_found_by_name_with_any_separator() {
        for text in ["id,Dest Plan\n1, a \n", "id|DEST_PLAN\n1|a\n", "destPlan;id;;\na;1;;\n"] {
            assert_eq!(rows(text), [(2, 0, Some("a".to_owned()))], "{text}");
        }
    }

    #[test]
    fn tag_rows_are_skipped_and_ragged_rows_reported() {
        let text = "id,destPlan\n#id,#plan\n1,\"a\nb\"\n2\n3,c,d\n,\n";
        let expected =
            [(3, 0, Some("a\nb".to_owned())), (5, -1, None), (6, 1, Some("c".to_owned()))];
        assert_eq!(rows(text), expected);
    }

    #[test]
    fn lines_are_counted_with_any_line_ending() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["id,destPlan", "1,a", "", "2,b", ""].join(end);
            let lines: Vec<u32> = rows(&text).into_iter().map(|(line, ..)| line).collect();
            assert_eq!(lines, [2, 4], "{end:?}");
        }
    }

    #[test]
    fn an_overlong_line_is_skipped_and_the_next_is_read() {
        let text = format!("id,destPlan\n1,{}\n2,b\n", "x".repeat(LONGEST + 1));
        let mut file = Separated::new(text.as_bytes()).unwrap();
        assert_eq!(file.next().unwrap().unwrap().fault, Some(RowFault::TooLong));
        let row = file.next().unwrap().unwrap();
        assert_eq!((row.line, row.get("destplan"), row.fault), (3, Some("b"), None));
    }
}
