//! A row that is being read: every look at a cell may add a problem or a link, and none ends the reading, so that
//! all problems of a row are told at once.

use std::str::FromStr;

use super::sheet::Target;
use super::table::{Cell, Table, TableRow};
use crate::ingest::nearest::did_you_mean;
use crate::ingest::problem::ProblemCode;
use crate::model::code::Code;
use crate::model::id::InvalidId;
use crate::model::ledger::{Problem, Severity};
use crate::model::origin::Origin;
use crate::model::text::Text;

/// A place where a row names another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// What is meant.
    pub(super) target: Target,
    /// Its identifier, as found.
    pub(super) id: String,
    /// The column that names it.
    pub(super) column: &'static str,
}

/// A row that is being read.
#[derive(Debug)]
pub(super) struct Row<'t> {
    table: &'t Table,
    cells: &'t TableRow,
    /// What is wrong with it.
    pub(super) problems: Vec<Problem>,
    /// What it names.
    pub(super) links: Vec<Link>,
    /// Whether it expects what would be a problem without that.
    pub(super) expects: bool,
}

impl<'t> Row<'t> {
    /// A row before anything of it is read.
    pub(super) fn new(table: &'t Table, cells: &'t TableRow) -> Self {
        Self { table, cells, problems: Vec::new(), links: Vec::new(), expects: false }
    }

    /// Whether nothing that was read of it so far is an error.
    pub(super) fn is_good(&self) -> bool {
        !self.cells.faulty
            && self.problems.iter().all(|problem| problem.severity != Severity::Error)
    }

    /// The line that it was read from.
    pub(super) fn origin(&self) -> Origin {
        Origin { file: self.table.sheet.name.to_owned(), line: self.cells.line }
    }

    /// The text of a cell; empty when there is none.
    pub(super) fn cell(&self, column: &str) -> &'t str {
        self.table.cell(self.cells, column).map_or("", Cell::text)
    }

    /// Whether the form of a cell is wrong, so that it was not read.
    pub(super) fn is_faulty(&self, column: &str) -> bool {
        matches!(self.table.cell(self.cells, column), Some(Cell::Faulty(_) | Cell::Withheld))
    }

    /// Notes an error.
    pub(super) fn error(
        &mut self,
        code: ProblemCode,
        column: &str,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        self.note(Severity::Error, code, column, message, help);
    }

    /// Notes a problem with a cell, unless its form is wrong: then the cell has its problem already.
    pub(super) fn note(
        &mut self,
        severity: Severity,
        code: ProblemCode,
        column: &str,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        if !self.is_faulty(column) {
            let problem =
                self.table.problem(self.cells, severity, code, Some(column), message, help);
            self.problems.push(problem);
        }
    }

    /// A text that may be missing.
    pub(super) fn optional(&self, column: &str) -> Option<String> {
        Some(self.cell(column)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A text that must be there.
    pub(super) fn required(&mut self, column: &str) -> Option<String> {
        let text = self.optional(column);
        if text.is_none() {
            self.missing(column);
        }
        text
    }

    /// Notes that a cell must not be empty.
    pub(super) fn missing(&mut self, column: &str) {
        let message = format!("`{column}` must not be empty");
        self.error(ProblemCode::MissingValue, column, message, None);
    }

    /// A name or title in English, French or both.
    pub(super) fn text(&mut self, english: &str, french: &str) -> Option<Text> {
        let text = Text::new(self.optional(english), self.optional(french));
        if text.is_none() && !self.is_faulty(french) {
            let message = format!("one of `{english}` and `{french}` must be there");
            self.error(ProblemCode::MissingValue, english, message, None);
        }
        text
    }

    /// A word of a closed list that must be there.
    pub(super) fn word<C: Code>(&mut self, column: &str) -> Option<C> {
        self.required(column)?;
        self.optional_word(column)
    }

    /// A word of a closed list.
    pub(super) fn optional_word<C: Code>(&mut self, column: &str) -> Option<C> {
        let word = self.cell(column);
        if word.is_empty() {
            return None;
        }
        let parsed = C::parse(word).ok();
        if parsed.is_none() {
            self.unknown_word(ProblemCode::UnknownWord, column, word, C::WORDS);
        }
        parsed
    }

    /// Notes that a word is not on its list.
    pub(super) fn unknown_word(
        &mut self,
        code: ProblemCode,
        column: &str,
        word: &str,
        words: &[&'static str],
    ) {
        let list = format!("the words are {}", words.join(", "));
        let help = did_you_mean(word, words.iter().copied())
            .map_or(list.clone(), |meant| format!("{meant} {list}"));
        self.error(code, column, format!("`{word}` is not a word of `{column}`"), Some(help));
    }

    /// `yes`, `no` or empty.
    pub(super) fn flag(&mut self, column: &str) -> Option<bool> {
        match self.cell(column) {
            "" => None,
            "yes" => Some(true),
            "no" => Some(false),
            word => {
                self.unknown_word(ProblemCode::UnknownWord, column, word, &["yes", "no"]);
                None
            }
        }
    }

    /// Whether the row expects, by the one word of its file, what would be a problem without it.
    pub(super) fn expect(&mut self, word: &'static str) {
        let found = self.cell("expect");
        self.expects = found == word;
        if !found.is_empty() && !self.expects {
            self.unknown_word(ProblemCode::UnknownExpect, "expect", found, &[word]);
        }
    }

    /// The identifier of the row itself.
    pub(super) fn id<T: FromStr<Err = InvalidId>>(&mut self, column: &str) -> Option<T> {
        let text = self.required(column)?;
        if let Some(bad) = text.chars().find(|c| !c.is_ascii_graphic() || ";,\"'`".contains(*c)) {
            let message = format!("an identifier must not hold `{bad}`");
            let help = "use letters without accents, digits and `-`, `_`, `.`, `/`".to_owned();
            self.error(ProblemCode::BadId, column, message, Some(help));
            return None;
        }
        let parsed = text.parse::<T>();
        if let Err(invalid) = &parsed {
            self.error(ProblemCode::BadId, column, invalid.to_string(), None);
        }
        parsed.ok()
    }

    /// The code of the row itself, in a file that holds a list of codes.
    pub(super) fn code<T: FromStr>(&mut self, column: &str) -> Option<T>
    where
        T::Err: ToString,
    {
        let parsed = self.required(column)?.parse::<T>();
        if let Err(invalid) = &parsed {
            self.error(ProblemCode::BadCode, column, invalid.to_string(), None);
        }
        parsed.ok()
    }

    /// A page on the web.
    pub(super) fn url(&mut self, column: &str) -> Option<String> {
        let url = self.optional(column)?;
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
        let good = host.is_some_and(|host| host.contains('.') && !host.starts_with('.'))
            && !url.contains(|c: char| c.is_whitespace() || "\"<>".contains(c));
        if !good {
            let message = format!("`{url}` is not the address of a page on the web");
            let help = "it begins with https:// or http://".to_owned();
            self.error(ProblemCode::BadUrl, column, message, Some(help));
        }
        good.then_some(url)
    }
}
