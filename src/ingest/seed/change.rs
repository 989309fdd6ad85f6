//! Differences between two seeds, by file and row.

use std::collections::BTreeMap;

use super::SHEETS;
use super::file_schema::FileSchema;
use super::files::{FOLDER, SeedFiles};
use super::table::{SeedCell, SeedTable, TableRow};

/// Maximum number of rows per file that are listed.
const NAMED: usize = 10;

/// Changes of a seed file. Rows are matched by identifier; in files without one, a changed row counts as removed and
/// added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// Name of the file: `seed/budgets.csv`.
    pub file: &'static str,
    /// Number of added rows.
    pub added: usize,
    /// Number of rows with a changed cell.
    pub changed: usize,
    /// Number of removed rows.
    pub removed: usize,
    /// Identifiers of the first such rows, in order: `+` added, `~` changed, `-` removed.
    pub rows: Vec<String>,
}

impl FileChange {
    /// Returns the name of the file without its folder: `budgets.csv`.
    pub fn name(&self) -> &'static str {
        self.file.strip_prefix(FOLDER).unwrap_or(self.file)
    }
}

/// Compares two seeds by file. A file with only a changed order or spelling of cells has no changed rows.
pub fn changes(before: &SeedFiles, after: &SeedFiles) -> Vec<FileChange> {
    let differs = |sheet: &&&FileSchema| before.bytes(sheet.name) != after.bytes(sheet.name);
    let change = |sheet: &&'static FileSchema| {
        let read = |files: &SeedFiles| sheet.table(files.bytes(sheet.name).unwrap_or_default());
        compare(sheet, &rows(sheet, &read(before)), &rows(sheet, &read(after)))
    };
    SHEETS.iter().filter(differs).map(change).collect()
}

/// Rows of a file by their matching key, each with its cells and number of occurrences.
type KeyedRows = BTreeMap<String, (Vec<String>, usize)>;

fn rows(sheet: &FileSchema, table: &SeedTable) -> KeyedRows {
    let mut rows = KeyedRows::new();
    for row in table.rows.iter().filter(|row| row.readable) {
        let cells = texts(row);
        let id = cells.first().filter(|id| sheet.keys.is_some() && !id.is_empty());
        let key = id.cloned().unwrap_or_else(|| cells.join(","));
        rows.entry(key).or_insert((cells, 0)).1 += 1;
    }
    rows
}

fn texts(row: &TableRow) -> Vec<String> {
    row.cells.iter().map(|cell| SeedCell::text(cell).to_owned()).collect()
}

fn compare(sheet: &'static FileSchema, before: &KeyedRows, after: &KeyedRows) -> FileChange {
    let mut change =
        FileChange { file: sheet.name, added: 0, changed: 0, removed: 0, rows: Vec::new() };
    let names = |key: &str| sheet.keys.is_some().then(|| key.to_owned());
    let mut push = |sign: char, key: &str| {
        if let Some(name) = names(key).filter(|_| change.rows.len() < NAMED) {
            change.rows.push(format!("{sign}{name}"));
        }
    };
    for (key, (cells, count)) in after {
        match before.get(key) {
            None => {
                change.added += count;
                push('+', key);
            }
            Some((old, old_count)) => {
                change.added += count.saturating_sub(*old_count);
                change.removed += old_count.saturating_sub(*count);
                if old != cells {
                    change.changed += 1;
                    push('~', key);
                }
            }
        }
    }
    for (key, (_, count)) in before.iter().filter(|(key, _)| !after.contains_key(*key)) {
        change.removed += count;
        push('-', key);
    }
    change
}
