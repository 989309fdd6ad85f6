//! Files of separated values as publishers write them: found by the names of their columns, whatever the separator, the
//! encoding and the order of the columns.

use std::collections::HashMap;
use std::io::{self, BufRead as _, Chain, Cursor, Read};

use csv::{Reader, ReaderBuilder, StringRecord};

use super::clean::{Clean, Mended};

/// What may stand between cells.
const SEPARATORS: [u8; 4] = [b',', b'|', b';', b'\t'];

/// How far the beginning of a file is looked at for its header.
const HEAD: usize = 16 << 10;

/// The rows of a file.
pub(super) struct Separated<R: Read> {
    reader: Reader<Chain<Cursor<Vec<u8>>, Clean<R>>>,
    mended: Mended,
    columns: Columns,
    cells: StringRecord,
    separator: u8,
}

/// Where each column stands, by its name.
#[derive(Debug, Default)]
struct Columns {
    places: HashMap<String, usize>,
    count: usize,
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    columns: &'a Columns,
    cells: &'a StringRecord,
    /// Its line; the first line of the file is 1.
    pub(super) line: u32,
}

/// The name of a column as it is looked up: case, spaces and signs do not count.
pub(super) fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What stands between the cells of a header.
pub(super) fn separator(header: &str) -> u8 {
    let count = |separator: u8| memchr::memchr_iter(separator, header.as_bytes()).count();
    SEPARATORS.into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

impl<R: Read> Separated<R> {
    /// Reads the header of a file.
    ///
    /// # Errors
    /// Whatever the file says when it is read.
    pub(super) fn new(input: R) -> io::Result<Self> {
        let mut clean = Clean::new(input);
        let mended = clean.mended();
        let mut head = Vec::new();
        while head.len() < HEAD && !head.contains(&b'\n') {
            let chunk = clean.fill_buf()?;
            let length = chunk.len();
            if length == 0 {
                break;
            }
            head.extend_from_slice(chunk);
            clean.consume(length);
        }
        let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
        let separator = separator(&String::from_utf8_lossy(line));
        let mut reader = ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(Cursor::new(head).chain(clean));
        let mut cells = StringRecord::new();
        reader.read_record(&mut cells).map_err(unreadable)?;
        // Separators at the end of the header make columns without a name.
        let named = filled(&cells);
        let mut columns = Columns { places: HashMap::new(), count: named };
        for (at, name) in cells.iter().enumerate().take(named) {
            columns.places.entry(folded(name)).or_insert(at);
        }
        Ok(Self { reader, mended, columns, cells, separator })
    }

    /// Whether there is a column of a name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.columns.places.contains_key(&folded(name))
    }

    /// What stands between its cells.
    pub(super) fn separator(&self) -> u8 {
        self.separator
    }

    /// How many columns there are.
    pub(super) fn columns(&self) -> usize {
        self.columns.count
    }

    /// What was put right in its bytes.
    pub(super) fn mended(&self) -> &Mended {
        &self.mended
    }

    /// The next row that holds anything, tags of the Humanitarian Exchange Language apart; `None` at the end.
    ///
    /// # Errors
    /// Whatever the file says when it is read.
    pub(super) fn next(&mut self) -> io::Result<Option<Row<'_>>> {
        loop {
            self.mended.begin();
            if !self.reader.read_record(&mut self.cells).map_err(unreadable)? {
                return Ok(None);
            }
            let is_tag = |cell: &str| cell.is_empty() || cell.starts_with('#');
            if !self.cells.iter().all(|cell| is_tag(cell.trim())) {
                break;
            }
        }
        let line = self.cells.position().map_or(0, csv::Position::line);
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        Ok(Some(Row { columns: &self.columns, cells: &self.cells, line }))
    }
}

/// How many cells there are without the empty ones at the end.
fn filled(cells: &StringRecord) -> usize {
    let places = cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
    places.last().map_or(0, |(at, _)| at + 1)
}

fn unreadable(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        // Cells of any number in UTF-8, which `Clean` sees to, are what there can be.
        other => io::Error::other(format!("{other:?}")),
    }
}

impl<'a> Row<'a> {
    /// The cell of a column, without the space around it; `None` when it is empty, or there is no such column. The name
    /// is as [`folded`] gives it.
    pub(super) fn get(&self, column: &str) -> Option<&'a str> {
        let cell = self.cells.get(*self.columns.places.get(column)?)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    /// How many cells it has beyond or short of the header; 0 as it should be. Empty cells at the end do not count.
    pub(super) fn surplus(&self) -> isize {
        let cells = if self.cells.len() > self.columns.count {
            filled(self.cells).max(self.columns.count)
        } else {
            self.cells.len()
        };
        cells.cast_signed() - self.columns.count.cast_signed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u32, isize, Option<String>)> {
        let mut file = Separated::new(text.as_bytes()).unwrap();
        let mut rows = Vec::new();
        while let Some(row) = file.next().unwrap() {
            rows.push((row.line, row.surplus(), row.get("destplan").map(str::to_owned)));
        }
        rows
    }

    #[test]
    fn columns_are_found_by_name_whatever_stands_between_them() {
        for text in ["id,Dest Plan\n1, a \n", "id|DEST_PLAN\n1|a\n", "destPlan;id;;\na;1;;\n"] {
            assert_eq!(rows(text), [(2, 0, Some("a".to_owned()))], "{text}");
        }
    }

    #[test]
    fn tags_are_no_row_and_a_ragged_row_says_so() {
        let text = "id,destPlan\n#id,#plan\n1,\"a\nb\"\n2\n3,c,d\n,\n";
        let expected =
            [(3, 0, Some("a\nb".to_owned())), (5, -1, None), (6, 1, Some("c".to_owned()))];
        assert_eq!(rows(text), expected);
    }
}
