//! Reader of a single row. Each access to a cell may add a problem or a link, and none aborts. One pass therefore
//! reports all problems of a row.

use std::str::FromStr;

use super::table::{SeedCell, SeedTable, TableRow, Target};
use crate::ingest::problem::ProblemCode;
use crate::ingest::suggestion::did_you_mean;
use crate::model::code::Code;
use crate::model::id::InvalidId;
use crate::model::ledger::{Problem, Severity};
use crate::model::origin::Origin;
use crate::model::text::{Language, Text};

/// Column that lists the text columns of a row that the editors translated.
pub(super) const TRANSLATED: &str = "translated";

/// Reference from a row to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RowLink {
    /// Kind of the row referred to.
    pub(super) target: Target,
    /// Identifier as found.
    pub(super) id: String,
    /// Column of the reference.
    pub(super) column: &'static str,
}

/// Row that is being read.
#[derive(Debug)]
pub(super) struct Row<'t> {
    table: &'t SeedTable,
    cells: &'t TableRow,
    pub(super) problems: Vec<Problem>,
    /// References to other rows.
    pub(super) links: Vec<RowLink>,
    /// True if the row declares an exception that is otherwise a problem.
    pub(super) expects: bool,
    /// Columns that were read as texts in a language.
    texts: Vec<&'static str>,
}

impl<'t> Row<'t> {
    pub(super) fn new(table: &'t SeedTable, cells: &'t TableRow) -> Self {
        Self {
            table,
            cells,
            problems: Vec::new(),
            links: Vec::new(),
            expects: false,
            texts: Vec::new(),
        }
    }

    /// Returns true if no error has been found in the row so far.
    pub(super) fn is_valid(&self) -> bool {
        !self.cells.faulty
            && self.problems.iter().all(|problem| problem.severity != Severity::Error)
    }

    /// Returns the file and line of the row.
    pub(super) fn origin(&self) -> Origin {
        Origin { file: self.table.name.to_owned(), line: self.cells.line }
    }

    /// Returns the text of a cell; empty when there is none.
    pub(super) fn cell(&self, column: &str) -> &'t str {
        self.table.cell(self.cells, column).map_or("", SeedCell::text)
    }

    /// Returns true if the cell is malformed, so that its text is not read.
    pub(super) fn is_faulty(&self, column: &str) -> bool {
        matches!(
            self.table.cell(self.cells, column),
            Some(SeedCell::Faulty(_) | SeedCell::Withheld)
        )
    }

    /// Records an error.
    pub(super) fn error(
        &mut self,
        code: ProblemCode,
        column: &str,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        self.note(Severity::Error, code, column, message, help);
    }

    /// Records a problem of a cell, unless the cell is malformed: then it has its own problem.
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

    /// Parses an optional text.
    pub(super) fn optional(&self, column: &str) -> Option<String> {
        Some(self.cell(column)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Parses a required text.
    pub(super) fn required(&mut self, column: &str) -> Option<String> {
        let text = self.optional(column);
        if text.is_none() {
            self.missing(column);
        }
        text
    }

    /// Reports an empty cell that must not be empty.
    pub(super) fn missing(&mut self, column: &str) {
        let message = format!("`{column}` must not be empty");
        self.error(ProblemCode::MissingValue, column, message, None);
    }

    /// Parses an optional text in English, French or both.
    pub(super) fn optional_text(
        &mut self,
        english: &'static str,
        french: &'static str,
    ) -> Option<Text> {
        self.texts.extend([english, french]);
        let text = Text::new(self.optional(english), self.optional(french))?;
        let forms = [(english, Language::EN), (french, Language::FR)];
        let ours = forms.into_iter().filter(|(column, _)| self.is_translated(column));
        Some(ours.fold(text, |text, (_, language)| text.with_translated(language)))
    }

    fn is_translated(&self, column: &str) -> bool {
        self.cell(TRANSLATED).split(';').any(|item| item.trim() == column)
    }

    /// Reports columns listed as translations of the editors that are none. Call it once all texts are read.
    pub(super) fn check_translated(&mut self) {
        for column in self.list(TRANSLATED) {
            if !self.texts.contains(&column) {
                let message = format!("`{column}` is not a column with a text in a language");
                let texts = self.texts.join(", ");
                let list = format!("columns with such a text: {texts}");
                let help = did_you_mean(column, self.texts.iter().copied())
                    .map_or(list.clone(), |meant| format!("{meant} {list}"));
                self.error(ProblemCode::UnknownField, TRANSLATED, message, Some(help));
            } else if self.cell(column).is_empty() && !self.is_faulty(column) {
                let message = format!("`{column}` is listed as a translation, but it is empty");
                let help =
                    format!("write the translation under `{column}`, or remove it from the list");
                self.error(ProblemCode::MissingValue, TRANSLATED, message, Some(help));
            }
        }
    }

    /// Parses a name or title in English, French or both.
    pub(super) fn text(&mut self, english: &'static str, french: &'static str) -> Option<Text> {
        let text = self.optional_text(english, french);
        if text.is_none() && !self.is_faulty(french) {
            let message = format!("`{english}` and `{french}` must not both be empty");
            self.error(ProblemCode::MissingValue, english, message, None);
        }
        text
    }

    /// Parses a required word of a closed list.
    pub(super) fn word<C: Code>(&mut self, column: &str) -> Option<C> {
        self.required(column)?;
        self.optional_word(column)
    }

    /// Parses an optional word of a closed list.
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

    /// Reports a word that its list lacks.
    pub(super) fn unknown_word(
        &mut self,
        code: ProblemCode,
        column: &str,
        word: &str,
        words: &[&'static str],
    ) {
        let list = format!("allowed values: {}", words.join(", "));
        let help = did_you_mean(word, words.iter().copied())
            .map_or(list.clone(), |meant| format!("{meant} {list}"));
        self.error(code, column, format!("`{word}` is not a value of `{column}`"), Some(help));
    }

    /// Parses `yes`, `no` or an empty cell.
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

    /// Parses the declared exception: the one word of the file for what is otherwise a problem.
    pub(super) fn expect(&mut self, word: &'static str) {
        let found = self.cell("expect");
        self.expects = found == word;
        if !found.is_empty() && !self.expects {
            self.unknown_word(ProblemCode::UnknownExpect, "expect", found, &[word]);
        }
    }

    /// Parses the identifier of the row itself.
    pub(super) fn id<T: FromStr<Err = InvalidId>>(&mut self, column: &str) -> Option<T> {
        let text = self.required(column)?;
        if let Some(bad) = text.chars().find(|c| !c.is_ascii_graphic() || ";,\"'`".contains(*c)) {
            let message = format!("an identifier must not contain `{bad}`");
            let help = "use unaccented letters, digits and `-`, `_`, `.`, `/`".to_owned();
            self.error(ProblemCode::BadId, column, message, Some(help));
            return None;
        }
        let parsed = text.parse::<T>();
        if let Err(invalid) = &parsed {
            self.error(ProblemCode::BadId, column, invalid.to_string(), None);
        }
        parsed.ok()
    }

    /// Parses the code of the row itself, in a file that holds a list of codes.
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

    /// Parses an optional web address.
    pub(super) fn url(&mut self, column: &str) -> Option<String> {
        let url = self.optional(column)?;
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
        let valid = host.is_some_and(|host| host.contains('.') && !host.starts_with('.'))
            && !url.contains(|c: char| c.is_whitespace() || "\"<>".contains(c));
        if !valid {
            let message = format!("`{url}` is not a web address");
            let help = "begin it with https:// or http://".to_owned();
            self.error(ProblemCode::BadUrl, column, message, Some(help));
        }
        valid.then_some(url)
    }

    /// Returns the items of a cell, in order; an empty cell has none.
    pub(super) fn list(&mut self, column: &str) -> Vec<&'t str> {
        let cell = self.cell(column);
        let mut items: Vec<&str> = Vec::new();
        if cell.is_empty() {
            return items;
        }
        for item in cell.split(';').map(str::trim) {
            if item.is_empty() {
                let help = "separate items by a single `;`, with none at the ends".to_owned();
                let message = "an item of the list is empty";
                self.error(ProblemCode::EmptyItem, column, message, Some(help));
            } else if items.contains(&item) {
                let message = format!("the list contains `{item}` twice");
                self.error(ProblemCode::DoubledItem, column, message, None);
            } else {
                items.push(item);
            }
        }
        items
    }

    /// Returns the items of a cell as owned texts.
    pub(super) fn texts(&mut self, column: &str) -> Vec<String> {
        self.list(column).into_iter().map(str::to_owned).collect()
    }

    /// Parses a required reference.
    pub(super) fn reference<T: FromStr>(
        &mut self,
        column: &'static str,
        target: Target,
    ) -> Option<T> {
        self.required(column)?;
        self.optional_reference(column, target)
    }

    /// Parses an optional reference.
    ///
    /// A malformed identifier stays unresolved and is reported with the links.
    pub(super) fn optional_reference<T: FromStr>(
        &mut self,
        column: &'static str,
        target: Target,
    ) -> Option<T> {
        let id = self.cell(column);
        if id.is_empty() {
            return None;
        }
        self.links.push(RowLink { target, id: id.to_owned(), column });
        id.parse().ok()
    }

    /// Parses a list of references.
    pub(super) fn references<T: FromStr>(
        &mut self,
        column: &'static str,
        target: Target,
    ) -> Vec<T> {
        let ids = self.list(column);
        let links = ids.iter().map(|id| RowLink { target, id: (*id).to_owned(), column });
        self.links.extend(links);
        ids.into_iter().filter_map(|id| id.parse().ok()).collect()
    }

    /// Parses a required list of references.
    pub(super) fn some_references<T: FromStr>(
        &mut self,
        column: &'static str,
        target: Target,
    ) -> Option<Vec<T>> {
        self.required(column)?;
        Some(self.references(column, target))
    }
}
