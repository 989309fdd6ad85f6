//! A file of the seed as a table: cells by the name of their column, rows by their line, and whatever is wrong with
//! its form. What the cells mean is left to the sheets.

use std::collections::HashMap;

use super::form;
use super::line::{self, Line};
use super::sheet::Sheet;
use crate::ingest::nearest::did_you_mean;
use crate::ingest::personal;
use crate::ingest::problem::{ProblemCode, shown};
use crate::model::ledger::{Problem, Severity};

/// The longest cell, in characters.
const LONGEST: usize = 1000;

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// A text, without white space around it.
    Text(String),
    /// A text whose form is wrong: it is shown and not read.
    Faulty(String),
    /// Personal data: neither shown nor read.
    Withheld,
}

impl Cell {
    /// The text to be read; empty when there is none.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Faulty(_) | Self::Withheld => "",
        }
    }

    /// The text to be shown; empty when there is none.
    fn shown(&self) -> &str {
        match self {
            Self::Text(text) | Self::Faulty(text) => text,
            Self::Withheld => "",
        }
    }
}

/// A row under the header.
#[derive(Clone, Debug)]
pub(super) struct TableRow {
    /// The line where it begins.
    pub(super) line: u32,
    /// Its cells, in the order of the table's columns.
    pub(super) cells: Vec<Cell>,
    /// Whether its cells stand where they should.
    pub(super) readable: bool,
    /// Whether the form of a cell is wrong, which leaves the row out.
    pub(super) faulty: bool,
    /// The line of an earlier row with the same bytes.
    pub(super) twin: Option<u32>,
}

/// A file of the seed, cut into cells.
#[derive(Debug)]
pub(super) struct Table {
    /// What it should be.
    pub(super) sheet: &'static Sheet,
    /// Its columns, in the order agreed.
    pub(super) columns: Vec<&'static str>,
    /// The rows under the header.
    pub(super) rows: Vec<TableRow>,
    /// Whether its rows can be read at all.
    pub(super) readable: bool,
    /// What is wrong with its form.
    pub(super) problems: Vec<Problem>,
}

impl Table {
    /// Cuts a file into cells.
    pub(super) fn read(sheet: &'static Sheet, bytes: &[u8]) -> Self {
        let columns: Vec<_> = sheet.columns().collect();
        let mut table =
            Self { sheet, columns, rows: Vec::new(), readable: false, problems: Vec::new() };
        if let Some((code, message, help)) = form::fault(bytes) {
            table.of_file(code, &message, Some(help));
            return table;
        }
        let mut lines = line::split(bytes);
        if lines.is_empty() {
            table.of_file(ProblemCode::EmptyFile, "the file is empty", Some(table.header_help()));
            return table;
        }
        let header = lines.remove(0);
        let rows = table.without_empty_rows(lines);
        let places = table.header(&header, &rows);
        table.readable = places.is_some();
        if rows.is_empty() {
            let message = "the file has a header and no row";
            table.problems.push(ProblemCode::HeaderOnly.of_file(
                Severity::Warning,
                sheet.name,
                message,
                None,
            ));
        }
        let mut seen: HashMap<&[u8], u32> = HashMap::new();
        for line in &rows {
            let twin = seen.get(line.bytes).copied();
            seen.entry(line.bytes).or_insert(line.number);
            let row = table.row(line, places.as_ref(), twin);
            table.rows.push(row);
        }
        table
    }

    /// Where in the table a column stands; the first is 0.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| *column == name)
    }

    /// The cell of a row under a column.
    pub(super) fn cell<'t>(&self, row: &'t TableRow, column: &str) -> Option<&'t Cell> {
        row.cells.get(self.column(column)?)
    }

    /// A problem with a cell of a row, or with a row as a whole.
    pub(super) fn problem(
        &self,
        row: &TableRow,
        severity: Severity,
        code: ProblemCode,
        column: Option<&str>,
        message: impl Into<String>,
        help: Option<String>,
    ) -> Problem {
        let value = column.and_then(|name| self.cell(row, name)).map(Cell::shown);
        let id = self.sheet.keys.and_then(|_| row.cells.first()).map(Cell::text);
        Problem {
            line: Some(row.line),
            column: column.map(str::to_owned),
            id: id.filter(|id| !id.is_empty()).map(shown),
            value: value.filter(|value| !value.is_empty()).map(shown),
            ..code.of_file(severity, self.sheet.name, message, help)
        }
    }

    /// Where each column of the table stands in the file; `None` when rows cannot be read.
    fn header(&mut self, line: &Line<'_>, rows: &[Line<'_>]) -> Option<Places> {
        let found = cells(line.bytes);
        let names: Vec<String> =
            found.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
        let used = used(&names, rows);
        if used < names.len() {
            self.empty_columns(line.number, names.len() - used);
        }
        let mut readable = true;
        for (at, name) in names.iter().enumerate().take(used) {
            if self.column(name).is_none() {
                self.unknown_column(line.number, name);
            } else if names.iter().take(at).any(|earlier| earlier == name) {
                readable = false;
                let message = format!("the column `{name}` is there twice");
                self.in_header(line.number, ProblemCode::DuplicateColumn, name, message, None);
            }
        }
        for column in self.columns.clone() {
            if !names.iter().any(|name| name == column) {
                readable = false;
                let message = format!("the column `{column}` is missing; no row can be read");
                let help = Some(self.header_help());
                self.in_header(line.number, ProblemCode::MissingColumn, column, message, help);
            }
        }
        if !readable {
            return None;
        }
        let places: Vec<usize> =
            self.columns.iter().filter_map(|c| names.iter().position(|name| name == c)).collect();
        if !places.is_sorted() {
            let message = "the columns stand in another order than agreed".to_owned();
            self.at_line(line.number, ProblemCode::ColumnOrder, message, self.header_help());
        }
        Some(Places { places, width: names.len() })
    }

    /// The rows with content; says once that there are others.
    fn without_empty_rows<'l>(&mut self, lines: Vec<Line<'l>>) -> Vec<Line<'l>> {
        let (empty, rows): (Vec<_>, Vec<_>) = lines.into_iter().partition(is_empty);
        if let Some(first) = empty.first() {
            let message = match empty.len() {
                1 => "all cells of this row are empty; it is no row".to_owned(),
                count => {
                    format!("all cells of {count} rows are empty, here first; they are no rows")
                }
            };
            let help = "delete the rows in the spreadsheet".to_owned();
            self.at_line(first.number, ProblemCode::EmptyRow, message, help);
        }
        rows
    }

    fn empty_columns(&mut self, line: u32, count: usize) {
        let message = match count {
            1 => "the last column has neither a name nor content; it is no column".to_owned(),
            _ => format!(
                "the last {count} columns have neither names nor content; they are no columns"
            ),
        };
        let help = "delete the columns in the spreadsheet".to_owned();
        self.at_line(line, ProblemCode::EmptyColumn, message, help);
    }

    /// A warning that belongs to no column.
    fn at_line(&mut self, line: u32, code: ProblemCode, message: String, help: String) {
        let problem = code.of_file(Severity::Warning, self.sheet.name, message, Some(help));
        self.problems.push(Problem { line: Some(line), ..problem });
    }

    fn unknown_column(&mut self, line: u32, name: &str) {
        let name = if personal::is_in(name) { "" } else { name };
        let message = if name.is_empty() {
            "a column has no name that can be read; it is left out".to_owned()
        } else {
            format!("this file has no column `{}`; it is left out", shown(name))
        };
        let help =
            did_you_mean(name, self.columns.iter().copied()).unwrap_or_else(|| self.header_help());
        self.in_header(line, ProblemCode::UnknownColumn, name, message, Some(help));
    }

    fn in_header(
        &mut self,
        line: u32,
        code: ProblemCode,
        column: &str,
        message: String,
        help: Option<String>,
    ) {
        let column = Some(shown(column)).filter(|name| !name.is_empty());
        let problem = code.of_file(Severity::Error, self.sheet.name, message, help);
        self.problems.push(Problem { line: Some(line), column, ..problem });
    }

    fn of_file(&mut self, code: ProblemCode, message: &str, help: Option<String>) {
        self.problems.push(code.of_file(Severity::Error, self.sheet.name, message, help));
    }

    fn header_help(&self) -> String {
        format!("the header is: {}", self.columns.join(","))
    }

    /// One row; `places` is `None` when the header allows to read none.
    fn row(&mut self, line: &Line<'_>, places: Option<&Places>, twin: Option<u32>) -> TableRow {
        let mut row =
            TableRow { line: line.number, cells: Vec::new(), readable: false, faulty: false, twin };
        let Some(Places { places, width }) = places else { return row };
        let found = cells(line.bytes);
        let mut faults = Vec::new();
        for (place, column) in places.iter().zip(self.columns.clone()) {
            let bytes = found.get(*place).map_or(&[][..], |cell| cell.as_slice());
            let text = String::from_utf8_lossy(bytes);
            let fault = fault(bytes, &text);
            row.cells.push(match &fault {
                Some((_, ProblemCode::PersonalData, ..)) => Cell::Withheld,
                Some((Severity::Error, ..)) => Cell::Faulty(text.into_owned()),
                _ => Cell::Text(text.trim().to_owned()),
            });
            faults.extend(fault.map(|fault| (column, fault)));
        }
        row.readable = self.form(&row, line, found.len(), *width);
        for (column, (severity, code, message, help)) in faults {
            row.faulty |= severity == Severity::Error;
            let problem = self.problem(&row, severity, code, Some(column), message, help);
            self.problems.push(problem);
        }
        row
    }

    /// Whether a row has the form of one; says so if not.
    fn form(&mut self, row: &TableRow, line: &Line<'_>, found: usize, width: usize) -> bool {
        let (code, message, help) = if line.unclosed {
            (
                ProblemCode::UnclosedQuote,
                "a quote is opened in this row and never closed".to_owned(),
                "write a quote within a quoted cell twice, and close the cell with one",
            )
        } else if found != width {
            (
                ProblemCode::RaggedRow,
                format!("the row has {found} cells, the header {width}"),
                "put a cell that holds a comma in quotes, and keep the commas of empty cells",
            )
        } else {
            return true;
        };
        let help = Some(help.to_owned());
        let problem = self.problem(row, Severity::Error, code, None, message, help);
        self.problems.push(problem);
        false
    }
}

/// Where the columns of a table stand in its file.
struct Places {
    places: Vec<usize>,
    /// How many cells a row of the file has.
    width: usize,
}

type Fault = (Severity, ProblemCode, String, Option<String>);

/// What is wrong with the form of a cell.
fn fault(bytes: &[u8], text: &str) -> Option<Fault> {
    let error = |code, message: &str, help: &str| {
        Some((Severity::Error, code, message.to_owned(), Some(help.to_owned())))
    };
    if personal::is_in(text) {
        error(
            ProblemCode::PersonalData,
            "the cell holds an e-mail address or a telephone number; it is not repeated here",
            "leave contacts of persons out: the data is about programmes and money",
        )
    } else if std::str::from_utf8(bytes).is_err() {
        error(ProblemCode::BadUtf8, "the cell is not UTF-8", "save the file as UTF-8")
    } else if text.chars().any(char::is_control) {
        error(
            ProblemCode::ControlCharacter,
            "the cell holds a line break, a tab or another control character",
            "write the cell on one line; a quote that is not closed has the same effect",
        )
    } else if text.chars().nth(LONGEST).is_some() {
        let message = format!("the cell has more than {LONGEST} characters");
        error(
            ProblemCode::CellTooLong,
            &message,
            "state the fact, and leave the rest to its source",
        )
    } else if text.trim() != text {
        let message = "there is white space around the cell's content; it is left out".to_owned();
        Some((Severity::Warning, ProblemCode::OuterSpace, message, None))
    } else {
        None
    }
}

/// Whether a row has no content: only commas, quotes and white space.
fn is_empty(line: &Line<'_>) -> bool {
    !line.unclosed
        && line.bytes.iter().all(|byte| matches!(byte, b',' | b'"' | b' ' | b'\t' | b'\r' | b'\n'))
        && cells(line.bytes).iter().all(|cell| cell.trim_ascii().is_empty())
}

/// How many columns are in use: those at the end that have neither a name nor content are not.
fn used(names: &[String], rows: &[Line<'_>]) -> usize {
    let end = |is_used: &dyn Fn(usize) -> bool| {
        (0..names.len()).rev().find(|at| is_used(*at)).map_or(0, |at| at + 1)
    };
    let titled = end(&|at| names.get(at).is_some_and(|name| !name.is_empty()));
    if titled == names.len() {
        return titled;
    }
    rows.iter().map(|row| cells(row.bytes)).fold(titled, |end_of, row| {
        let has_content =
            |at| row.get(at).is_some_and(|cell: &Vec<u8>| !cell.trim_ascii().is_empty());
        end_of.max(end(&has_content))
    })
}

/// The cells of a row.
fn cells(row: &[u8]) -> Vec<Vec<u8>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .terminator(csv::Terminator::Any(b'\n'))
        .buffer_capacity(row.len().max(1))
        .from_reader(row);
    let mut record = csv::ByteRecord::new();
    // Reading from memory cannot fail, and every length is allowed.
    match reader.read_byte_record(&mut record) {
        Ok(true) => record.iter().map(<[u8]>::to_vec).collect(),
        _ => Vec::new(),
    }
}
