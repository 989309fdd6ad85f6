//! How one seed differs from another, file by file and row by row.

use std::collections::BTreeMap;

use super::SHEETS;
use super::files::{FOLDER, Files};
use super::sheet::Sheet;
use super::table::{Cell, Table, TableRow};

/// How many rows of a file are named.
const NAMED: usize = 10;

/// How a file of a seed has changed. Rows are told apart by their identifier; in files without one a changed row is one
/// that went and one that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// The file: `seed/budgets.csv`.
    pub file: &'static str,
    /// Rows that came.
    pub added: usize,
    /// Rows of which a cell is another.
    pub changed: usize,
    /// Rows that went.
    pub removed: usize,
    /// The identifiers of the first of them, in order: `+` came, `~` changed, `-` went.
    pub rows: Vec<String>,
}

impl FileChange {
    /// The name of the file in its folder: `budgets.csv`.
    pub fn name(&self) -> &'static str {
        self.file.strip_prefix(FOLDER).unwrap_or(self.file)
    }
}

/// What differs from one seed to another, by file. Files of which only the order or the spelling of cells changed have no
/// row that did.
pub fn changes(before: &Files, after: &Files) -> Vec<FileChange> {
    let differs = |sheet: &&&Sheet| before.bytes(sheet.name) != after.bytes(sheet.name);
    let change = |sheet: &&'static Sheet| {
        let read = |files: &Files| Table::read(sheet, files.bytes(sheet.name).unwrap_or_default());
        compare(sheet, &rows(sheet, &read(before)), &rows(sheet, &read(after)))
    };
    SHEETS.iter().filter(differs).map(change).collect()
}

/// The rows of a file by what tells them apart, each with its cells, and how often it is there.
type Rows = BTreeMap<String, (Vec<String>, usize)>;

fn rows(sheet: &Sheet, table: &Table) -> Rows {
    let mut rows = Rows::new();
    for row in table.rows.iter().filter(|row| row.readable) {
        let cells = texts(row);
        let id = cells.first().filter(|id| sheet.keys.is_some() && !id.is_empty());
        let key = id.cloned().unwrap_or_else(|| cells.join(","));
        rows.entry(key).or_insert((cells, 0)).1 += 1;
    }
    rows
}

fn texts(row: &TableRow) -> Vec<String> {
    row.cells.iter().map(|cell| Cell::text(cell).to_owned()).collect()
}

fn compare(sheet: &'static Sheet, before: &Rows, after: &Rows) -> FileChange {
    let mut change =
        FileChange { file: sheet.name, added: 0, changed: 0, removed: 0, rows: Vec::new() };
    let names = |key: &str| sheet.keys.is_some().then(|| key.to_owned());
    let mut tell = |sign: char, key: &str| {
        if let Some(name) = names(key).filter(|_| change.rows.len() < NAMED) {
            change.rows.push(format!("{sign}{name}"));
        }
    };
    for (key, (cells, count)) in after {
        match before.get(key) {
            None => {
                change.added += count;
                tell('+', key);
            }
            Some((old, old_count)) => {
                change.added += count.saturating_sub(*old_count);
                change.removed += old_count.saturating_sub(*count);
                if old != cells {
                    change.changed += 1;
                    tell('~', key);
                }
            }
        }
    }
    for (key, (_, count)) in before.iter().filter(|(key, _)| !after.contains_key(*key)) {
        change.removed += count;
        tell('-', key);
    }
    change
}
