//! Dataset of a seed: every row that was read, with its links and its outcome.

use std::collections::BTreeMap;

use super::SHEETS;
use super::file_schema::{FileSchema, ParsedRow};
use super::files::SeedFiles;
use super::row::{Row, RowLink};
use super::table::{SeedCell, SeedTable, TableRow, Target};
use crate::ingest::problem::ProblemCode;
use crate::model::ledger::{Ledger, Problem, Severity};

/// Outcome of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowOutcome {
    /// The row is in the dataset.
    Taken,
    /// The row is rejected for an error.
    LeftOut,
    /// The row is skipped, because the dataset has an equal one.
    Duplicate,
}

/// Row of a seed file.
#[derive(Debug)]
pub(super) struct SeedRow {
    /// Parsed content; `None` for a row with an error.
    pub(super) item: Option<ParsedRow>,
    /// References to other rows.
    pub(super) links: Vec<RowLink>,
    /// True if the row declares an exception that is otherwise a problem.
    pub(super) expects: bool,
    pub(super) fate: RowOutcome,
}

/// Seed file that was read.
#[derive(Debug)]
pub(super) struct SeedFile {
    pub(super) table: SeedTable,
    /// Rows, in file order.
    pub(super) entries: Vec<SeedRow>,
    problems: Vec<Problem>,
}

/// Position of a row in the dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RowPosition {
    page: usize,
    row: usize,
}

/// Dataset of all files of a seed.
#[derive(Debug)]
pub(super) struct Dataset {
    /// Files that are present, in the order of [`SHEETS`].
    pages: Vec<SeedFile>,
    /// Position of the first row with each identifier.
    ids: BTreeMap<Target, BTreeMap<String, RowPosition>>,
}

impl Dataset {
    /// Reads all files that are present.
    pub(super) fn read(files: &SeedFiles) -> Self {
        let mut book = Self { pages: Vec::new(), ids: BTreeMap::new() };
        for sheet in SHEETS {
            if let Some(bytes) = files.bytes(sheet.name) {
                book.pages.push(SeedFile::read(sheet, bytes));
            }
        }
        book.enter_ids();
        book
    }

    pub(super) fn pages(&self) -> &[SeedFile] {
        &self.pages
    }

    /// Iterates over the accepted rows with their content, in order.
    pub(super) fn taken(&self) -> impl Iterator<Item = (RowPosition, &SeedRow, &ParsedRow)> {
        self.pages.iter().enumerate().flat_map(|(page, contents)| {
            contents.entries.iter().enumerate().filter_map(move |(row, entry)| {
                let item = entry.item.as_ref().filter(|_| entry.fate == RowOutcome::Taken)?;
                Some((RowPosition { page, row }, entry, item))
            })
        })
    }

    /// Iterates over the links of accepted rows, in order.
    ///
    /// A row may have links and no content: a malformed identifier is not a reference, and its link is reported as
    /// unresolved.
    pub(super) fn links(&self) -> impl Iterator<Item = (RowPosition, &RowLink)> {
        self.links_of(RowOutcome::Taken)
    }

    /// Iterates over the links of rejected rows, in order.
    pub(super) fn links_left_out(&self) -> impl Iterator<Item = (RowPosition, &RowLink)> {
        self.links_of(RowOutcome::LeftOut)
    }

    fn links_of(&self, fate: RowOutcome) -> impl Iterator<Item = (RowPosition, &RowLink)> {
        self.pages.iter().enumerate().flat_map(move |(page, contents)| {
            let is_meant = move |entry: &&SeedRow| entry.fate == fate;
            let entries = contents.entries.iter().enumerate();
            let rows = entries.filter(move |(_, entry)| is_meant(entry));
            rows.flat_map(move |(row, entry)| {
                entry.links.iter().map(move |link| (RowPosition { page, row }, link))
            })
        })
    }

    /// Returns the row at a position.
    pub(super) fn entry(&self, place: RowPosition) -> Option<&SeedRow> {
        self.pages.get(place.page)?.entries.get(place.row)
    }

    /// Returns the content of the row at a position, if it is accepted.
    pub(super) fn item(&self, place: RowPosition) -> Option<&ParsedRow> {
        let entry = self.entry(place)?;
        entry.item.as_ref().filter(|_| entry.fate == RowOutcome::Taken)
    }

    /// Returns true if the row at a position is accepted.
    pub(super) fn is_taken(&self, place: RowPosition) -> bool {
        self.entry(place).is_some_and(|entry| entry.fate == RowOutcome::Taken)
    }

    /// Returns the file and line of a position.
    pub(super) fn line(&self, place: RowPosition) -> (&'static str, u32) {
        let page = self.pages.get(place.page);
        let row = page.and_then(|page| page.table.rows.get(place.row));
        (page.map_or("", |page| page.table.name), row.map_or(0, |row| row.line))
    }

    /// Returns the position of the first row with an identifier.
    pub(super) fn find(&self, target: Target, id: &str) -> Option<RowPosition> {
        self.ids.get(&target)?.get(id).copied()
    }

    /// Returns the name of the file of a kind, if it is present and none of its rows can be read.
    pub(super) fn unreadable(&self, target: Target) -> Option<&'static str> {
        let tables = || self.pages.iter().map(|page| &page.table);
        let table = tables().find(|table| table.keys == Some(target))?;
        (!table.readable).then_some(table.name)
    }

    /// Iterates over the identifiers of a kind, including those of rejected rows.
    pub(super) fn ids(&self, target: Target) -> impl Iterator<Item = (&str, RowPosition)> {
        let ids = self.ids.get(&target).into_iter().flatten();
        ids.map(|(id, place)| (id.as_str(), *place))
    }

    /// Iterates over the kinds that have a row with this identifier.
    pub(super) fn kinds_of(&self, id: &str) -> impl Iterator<Item = Target> {
        self.ids.iter().filter(move |(_, ids)| ids.contains_key(id)).map(|(target, _)| *target)
    }

    /// Records a problem of a row; an error rejects the row.
    pub(super) fn note(&mut self, place: RowPosition, finding: RowFinding) {
        let Some(page) = self.pages.get_mut(place.page) else { return };
        if let (Some(entry), Severity::Error) = (page.entries.get_mut(place.row), finding.severity)
        {
            entry.fate = RowOutcome::LeftOut;
        }
        if let Some(row) = page.table.rows.get(place.row) {
            let RowFinding { severity, code, column, message, help } = finding;
            let problem = page.table.problem(row, severity, code, column, message, help);
            page.problems.push(problem);
        }
    }

    /// Rejects the duplicates of rejected rows. Call it once outcomes are final.
    pub(super) fn settle_duplicates(&mut self) {
        for page in &mut self.pages {
            page.settle_duplicates();
        }
    }

    fn enter_ids(&mut self) {
        let mut twice = Vec::new();
        for (page, contents) in self.pages.iter().enumerate() {
            let Some(target) = contents.table.keys else { continue };
            let ids = self.ids.entry(target).or_default();
            for (row, cells) in contents.table.rows.iter().enumerate() {
                let id = cells.cells.first().map_or("", SeedCell::text);
                let place = RowPosition { page, row };
                if id.is_empty() {
                    continue;
                }
                if let Some(first) = ids.get(id) {
                    twice.push((place, *first, id.to_owned(), cells.twin));
                } else {
                    ids.insert(id.to_owned(), place);
                }
            }
        }
        for (place, first, id, twin) in twice {
            let (_, line) = self.line(first);
            let message = format!("identifier `{id}` is defined on line {line} already");
            let message = match twin {
                Some(twin) => format!("{message}; the row is an exact repeat of line {twin}"),
                None => message,
            };
            let column = self.pages.get(place.page).and_then(|p| p.table.columns.first().copied());
            let finding =
                RowFinding::error(ProblemCode::DuplicateId, column.unwrap_or("id"), message);
            let repeat = "delete one of the two";
            self.note(place, if twin.is_some() { finding.help(repeat) } else { finding });
        }
    }
}

/// Problem of a row found by a check across rows.
#[derive(Clone, Debug)]
pub(super) struct RowFinding {
    severity: Severity,
    code: ProblemCode,
    column: Option<&'static str>,
    message: String,
    help: Option<String>,
}

impl RowFinding {
    /// Builds an error, which rejects the row.
    pub(super) fn error(code: ProblemCode, column: &'static str, message: String) -> Self {
        Self { severity: Severity::Error, code, column: Some(column), message, help: None }
    }

    /// Builds a warning, which deserves a review.
    pub(super) fn warning(code: ProblemCode, column: &'static str, message: String) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, column, message) }
    }

    /// Returns true if it only follows from a problem of another row or file.
    pub(super) fn is_effect(&self) -> bool {
        self.code == ProblemCode::LeftOut
    }

    /// Adds a suggested correction.
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

impl SeedFile {
    fn read(sheet: &FileSchema, bytes: &[u8]) -> Self {
        let mut table = sheet.table(bytes);
        let mut problems = std::mem::take(&mut table.problems);
        let mut entries = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            let (entry, found) = read_row(sheet, &table, row);
            entries.push(entry);
            problems.extend(found);
        }
        Self { table, entries, problems }
    }

    /// Returns the row counts, with the problems in file order.
    pub(super) fn ledger(&self) -> Ledger {
        let count = |fate| self.entries.iter().filter(|entry| entry.fate == fate).count() as u64;
        let mut problems = self.problems.clone();
        problems.sort_by_key(|problem| {
            let column = problem.column.as_deref().and_then(|name| self.table.column(name));
            (problem.line, column)
        });
        Ledger {
            rows_read: self.entries.len() as u64,
            accepted: count(RowOutcome::Taken),
            quarantined: count(RowOutcome::LeftOut),
            duplicate: count(RowOutcome::Duplicate),
            problems,
            counts: std::collections::BTreeMap::new(),
        }
    }

    fn settle_duplicates(&mut self) {
        let left_out: Vec<u32> = self
            .table
            .rows
            .iter()
            .zip(&self.entries)
            .filter(|(_, entry)| entry.fate == RowOutcome::LeftOut)
            .map(|(row, _)| row.line)
            .collect();
        for (row, entry) in self.table.rows.iter().zip(&mut self.entries) {
            let Some(twin) = row.twin.filter(|twin| left_out.binary_search(twin).is_ok()) else {
                continue;
            };
            if entry.fate == RowOutcome::Duplicate {
                entry.fate = RowOutcome::LeftOut;
                let message = format!("the row repeats line {twin}, which is rejected");
                let (severity, code) = (Severity::Error, ProblemCode::LeftOut);
                self.problems.push(self.table.problem(row, severity, code, None, message, None));
            }
        }
    }
}

fn read_row(sheet: &FileSchema, table: &SeedTable, row: &TableRow) -> (SeedRow, Vec<Problem>) {
    let mut entry =
        SeedRow { item: None, links: Vec::new(), expects: false, fate: RowOutcome::LeftOut };
    if !row.readable {
        return (entry, Vec::new());
    }
    if let (Some(twin), None) = (row.twin, table.keys) {
        entry.fate = RowOutcome::Duplicate;
        let message = format!("the row is an exact repeat of line {twin}");
        let (severity, code) = (Severity::Warning, ProblemCode::DuplicateRow);
        return (entry, vec![table.problem(row, severity, code, None, message, None)]);
    }
    let mut reading = Row::new(table, row);
    let item = (sheet.read)(&mut reading);
    reading.check_translated();
    let is_valid = reading.is_valid();
    entry.fate = if is_valid { RowOutcome::Taken } else { RowOutcome::LeftOut };
    entry.item = item.filter(|_| is_valid);
    entry.links = reading.links;
    entry.expects = reading.expects;
    (entry, reading.problems)
}
