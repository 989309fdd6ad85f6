//! Seed file as a table: cells by column, rows by line, and the faults of its form. File schemas interpret the cells.

use std::collections::HashMap;

use super::line::{self, RawRow};
use crate::ingest::personal;
use crate::ingest::problem::{ProblemCode, shown};
use crate::ingest::suggestion::did_you_mean;
use crate::model::ledger::{Problem, Severity};
use crate::model::noun::Kind;

/// Advice on the format to choose in a spreadsheet program.
const SAVE: &str = "save it again as `CSV UTF-8`, with commas between the cells";

/// Maximum length of a cell in characters.
const MAX_CELL_CHARS: usize = 1000;

/// Columns that a file may lack, since older seeds do. Their cells are then empty.
const OPTIONAL: [(&str, &str); 21] = [
    ("seed/sources.csv", "licence"),
    ("seed/agencies.csv", "acronym_fr"),
    ("seed/agencies.csv", "translated"),
    ("seed/agreements.csv", "place_fr"),
    ("seed/agreements.csv", "context_fr"),
    ("seed/agreements.csv", "translated"),
    ("seed/dialogues.csv", "place_fr"),
    ("seed/dialogues.csv", "translated"),
    ("seed/events.csv", "translated"),
    ("seed/humanitarian_contributions.csv", "crisis_fr"),
    ("seed/humanitarian_contributions.csv", "purpose_fr"),
    ("seed/humanitarian_contributions.csv", "translated"),
    ("seed/locations.csv", "translated"),
    ("seed/mission_contributions.csv", "purpose_fr"),
    ("seed/mission_contributions.csv", "translated"),
    ("seed/missions.csv", "acronym_fr"),
    ("seed/missions.csv", "mandate_fr"),
    ("seed/missions.csv", "translated"),
    ("seed/programmes.csv", "translated"),
    ("seed/trust_funds.csv", "purpose_fr"),
    ("seed/trust_funds.csv", "translated"),
];

/// Cell of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SeedCell {
    /// Trimmed text.
    Text(String),
    /// Malformed text: shown in problems and not parsed.
    Faulty(String),
    /// Personal data: neither shown nor parsed.
    Withheld,
}

impl SeedCell {
    /// Returns the text to parse; empty when there is none.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Faulty(_) | Self::Withheld => "",
        }
    }

    /// Returns the text to show; empty when there is none.
    fn shown(&self) -> &str {
        match self {
            Self::Text(text) | Self::Faulty(text) => text,
            Self::Withheld => "",
        }
    }
}

/// Row below the header.
#[derive(Clone, Debug)]
pub(super) struct TableRow {
    /// First line of the row, counted from 1.
    pub(super) line: u32,
    /// Cells, in the order of the table's columns.
    pub(super) cells: Vec<SeedCell>,
    /// True if the cells match the header.
    pub(super) readable: bool,
    /// True if a cell is malformed, which rejects the row.
    pub(super) faulty: bool,
    /// Line of an earlier row with the same bytes.
    pub(super) twin: Option<u32>,
}

/// Kind of row that a reference can address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Target {
    /// Record with an identifier of its own.
    Record(Kind),
    /// Budget, which is part of a programme.
    Budget,
    /// Currency, which is part of the rates.
    Currency,
}

impl Target {
    /// Returns the name: `Programme`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Record(kind) => crate::model::code::Code::as_str(kind),
            Self::Budget => "Budget",
            Self::Currency => "Currency",
        }
    }
}

/// Seed file split into cells.
#[derive(Debug)]
pub(super) struct SeedTable {
    /// Name of the file.
    pub(super) name: &'static str,
    /// Kind that the first column identifies; `None` when rows have no identifier.
    pub(super) keys: Option<Target>,
    /// Columns, in the expected order.
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<TableRow>,
    /// True if rows can be read at all.
    pub(super) readable: bool,
    /// Problems of the form.
    pub(super) problems: Vec<Problem>,
}

impl SeedTable {
    /// Splits a file into cells.
    pub(super) fn read(
        name: &'static str,
        keys: Option<Target>,
        columns: Vec<&'static str>,
        bytes: &[u8],
    ) -> Self {
        let (rows, problems) = (Vec::new(), Vec::new());
        let mut table = Self { name, keys, columns, rows, readable: false, problems };
        if let Some((code, message, help)) = file_fault(bytes) {
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
            let message = "the file has a header but no rows";
            table.problems.push(ProblemCode::HeaderOnly.of_file(
                Severity::Warning,
                name,
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

    /// Returns the index of a column in the table, counted from 0.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| *column == name)
    }

    /// Returns the cell of a row in a column.
    pub(super) fn cell<'t>(&self, row: &'t TableRow, column: &str) -> Option<&'t SeedCell> {
        row.cells.get(self.column(column)?)
    }

    /// Builds a problem of a cell, or of a row as a whole.
    pub(super) fn problem(
        &self,
        row: &TableRow,
        severity: Severity,
        code: ProblemCode,
        column: Option<&str>,
        message: impl Into<String>,
        help: Option<String>,
    ) -> Problem {
        let value = column.and_then(|name| self.cell(row, name)).map(SeedCell::shown);
        let id = self.keys.and_then(|_| row.cells.first()).map(SeedCell::text);
        Problem {
            line: Some(row.line),
            column: column.map(str::to_owned),
            id: id.filter(|id| !id.is_empty()).map(shown),
            value: value.filter(|value| !value.is_empty()).map(shown),
            ..code.of_file(severity, self.name, message, help)
        }
    }

    /// Returns the position of each column in the file; `None` when rows cannot be read.
    fn header(&mut self, line: &RawRow<'_>, rows: &[RawRow<'_>]) -> Option<ColumnPositions> {
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
                let message = format!("the column `{name}` appears twice");
                self.in_header(line.number, ProblemCode::DuplicateColumn, name, message, None);
            }
        }
        for column in self.columns.clone() {
            if !names.iter().any(|name| name == column) && !OPTIONAL.contains(&(self.name, column))
            {
                readable = false;
                let message = format!("the column `{column}` is missing; no row can be read");
                let help = Some(self.header_help());
                self.in_header(line.number, ProblemCode::MissingColumn, column, message, help);
            }
        }
        if !readable {
            return None;
        }
        let places: Vec<Option<usize>> =
            self.columns.iter().map(|c| names.iter().position(|name| name == c)).collect();
        if !places.iter().flatten().is_sorted() {
            let message = "the columns are not in the expected order".to_owned();
            self.at_line(line.number, ProblemCode::ColumnOrder, message, self.header_help());
        }
        Some(ColumnPositions { places, width: names.len() })
    }

    /// Returns the rows with content, and reports the empty ones once.
    fn without_empty_rows<'l>(&mut self, lines: Vec<RawRow<'l>>) -> Vec<RawRow<'l>> {
        let (empty, rows): (Vec<_>, Vec<_>) = lines.into_iter().partition(is_empty);
        if let Some(first) = empty.first() {
            let message = match empty.len() {
                1 => "all cells of this row are empty; the row is ignored".to_owned(),
                count => {
                    format!(
                        "all cells of {count} rows are empty, first on this line; the rows are ignored"
                    )
                }
            };
            let help = "delete the rows in the spreadsheet".to_owned();
            self.at_line(first.number, ProblemCode::EmptyRow, message, help);
        }
        rows
    }

    fn empty_columns(&mut self, line: u32, count: usize) {
        let message = match count {
            1 => "the last column has neither a name nor content; it is ignored".to_owned(),
            _ => {
                format!("the last {count} columns have neither names nor content; they are ignored")
            }
        };
        let help = "delete the columns in the spreadsheet".to_owned();
        self.at_line(line, ProblemCode::EmptyColumn, message, help);
    }

    /// Adds a warning that concerns no column.
    fn at_line(&mut self, line: u32, code: ProblemCode, message: String, help: String) {
        let problem = code.of_file(Severity::Warning, self.name, message, Some(help));
        self.problems.push(Problem { line: Some(line), ..problem });
    }

    fn unknown_column(&mut self, line: u32, name: &str) {
        let name = if personal::is_in(name) { "" } else { name };
        let message = if name.is_empty() {
            "a column has no name that can be read; it is ignored".to_owned()
        } else {
            format!("unknown column `{}`; it is ignored", shown(name))
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
        let problem = code.of_file(Severity::Error, self.name, message, help);
        self.problems.push(Problem { line: Some(line), column, ..problem });
    }

    fn of_file(&mut self, code: ProblemCode, message: &str, help: Option<String>) {
        self.problems.push(code.of_file(Severity::Error, self.name, message, help));
    }

    fn header_help(&self) -> String {
        format!("expected header: {}", self.columns.join(","))
    }

    /// Builds one row; `places` is `None` when the header makes rows unreadable.
    fn row(
        &mut self,
        line: &RawRow<'_>,
        places: Option<&ColumnPositions>,
        twin: Option<u32>,
    ) -> TableRow {
        let mut row =
            TableRow { line: line.number, cells: Vec::new(), readable: false, faulty: false, twin };
        let Some(ColumnPositions { places, width }) = places else { return row };
        let found = cells(line.bytes);
        let mut faults = Vec::new();
        for (place, column) in places.iter().zip(self.columns.clone()) {
            let bytes = place.and_then(|at| found.get(at)).map_or(&[][..], |cell| cell.as_slice());
            let text = String::from_utf8_lossy(bytes);
            let fault = fault(bytes, &text);
            row.cells.push(match &fault {
                Some((_, ProblemCode::PersonalData, ..)) => SeedCell::Withheld,
                Some((Severity::Error, ..)) => SeedCell::Faulty(text.into_owned()),
                _ => SeedCell::Text(text.trim().to_owned()),
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

    /// Returns true if a row is well-formed; reports it otherwise.
    fn form(&mut self, row: &TableRow, line: &RawRow<'_>, found: usize, width: usize) -> bool {
        let (code, message, help) = if line.unclosed {
            (
                ProblemCode::UnclosedQuote,
                "a quote in this row is never closed".to_owned(),
                "double each quote within a quoted cell, and close the cell with a single one",
            )
        } else if found != width {
            (
                ProblemCode::RaggedRow,
                format!("the row has {found} cells, the header {width}"),
                "quote cells that contain commas, and keep the commas of empty cells",
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

/// Positions of the table's columns in its file.
struct ColumnPositions {
    /// `None` for a column that the file lacks.
    places: Vec<Option<usize>>,
    /// Number of cells in a row of the file.
    width: usize,
}

/// Returns the fault that makes a file unreadable: code, message and help.
fn file_fault(bytes: &[u8]) -> Option<(ProblemCode, String, String)> {
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

type TableFault = (Severity, ProblemCode, String, Option<String>);

/// Returns the fault of a cell's form.
fn fault(bytes: &[u8], text: &str) -> Option<TableFault> {
    let error = |code, message: &str, help: &str| {
        Some((Severity::Error, code, message.to_owned(), Some(help.to_owned())))
    };
    if personal::is_in(text) {
        error(
            ProblemCode::PersonalData,
            "the cell contains an e-mail address or telephone number; it is not repeated here",
            "remove contact details of persons: the data covers programmes and money",
        )
    } else if std::str::from_utf8(bytes).is_err() {
        error(ProblemCode::BadUtf8, "the cell is not valid UTF-8", "save the file as UTF-8")
    } else if text.chars().any(char::is_control) {
        error(
            ProblemCode::ControlCharacter,
            "the cell contains a line break, a tab or another control character",
            "write the cell on one line; an unclosed quote has the same effect",
        )
    } else if text.chars().nth(MAX_CELL_CHARS).is_some() {
        let message = format!("the cell has more than {MAX_CELL_CHARS} characters");
        error(ProblemCode::CellTooLong, &message, "keep the fact, and leave the rest to the source")
    } else if text.trim() != text {
        let message = "leading or trailing white space of the cell is ignored".to_owned();
        Some((Severity::Warning, ProblemCode::OuterSpace, message, None))
    } else {
        None
    }
}

/// Returns true if a row has no content: only commas, quotes and white space.
fn is_empty(line: &RawRow<'_>) -> bool {
    !line.unclosed
        && line.bytes.iter().all(|byte| matches!(byte, b',' | b'"' | b' ' | b'\t' | b'\r' | b'\n'))
        && cells(line.bytes).iter().all(|cell| cell.trim_ascii().is_empty())
}

/// Returns the number of columns in use, without trailing ones that have neither name nor content.
fn used(names: &[String], rows: &[RawRow<'_>]) -> usize {
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

/// Splits a row into cells.
fn cells(row: &[u8]) -> Vec<Vec<u8>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .terminator(csv::Terminator::Any(b'\n'))
        .buffer_capacity(row.len().max(1))
        .from_reader(row);
    let mut record = csv::ByteRecord::new();
    // Reading from memory cannot fail, and any length is allowed.
    match reader.read_byte_record(&mut record) {
        Ok(true) => record.iter().map(<[u8]>::to_vec).collect(),
        _ => Vec::new(),
    }
}
