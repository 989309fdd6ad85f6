//! Evidence of a row: what its sources print, and the meaning of its codes in words.

use async_graphql::indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::error::TableError;
use super::record::RecordTable;
use super::window::{JsonParameters, Row, text, unknown_column};
use crate::model::code::Code;
use crate::model::money::{Absence, Qualifier};
use crate::model::noun::Record;
use crate::model::origin::Citation;
use crate::model::rate::RateSource;
use crate::read::reader::Reader;
use crate::read::total::ExclusionReason;

/// Statement of a publication that supports a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CitedStatement {
    /// Publication. Identifier of `sources`.
    pub source: String,
    /// Supported field; `None` for the whole record.
    pub field: Option<String>,
    /// Figure, date or name exactly as printed.
    pub as_published: Option<String>,
    /// Interpretation by the editors of the dataset, where it differs from the printed text.
    pub normalised: Option<String>,
    /// Position in the publication.
    pub locator: Option<String>,
    /// Remark by the editors of the dataset.
    pub note: Option<String>,
    /// Degree of support: `STATED`, `DERIVED` or `INFERRED`.
    pub assertion: &'static str,
    /// File of the citation.
    pub file: String,
    /// Line in `file`, from 1.
    pub line: u32,
}

impl From<&Citation> for CitedStatement {
    fn from(citation: &Citation) -> Self {
        Self {
            source: citation.source.as_str().to_owned(),
            field: citation.field.clone(),
            as_published: citation.as_published.clone(),
            normalised: citation.normalised.clone(),
            locator: citation.locator.clone(),
            note: citation.note.clone(),
            assertion: citation.assertion.as_str(),
            file: citation.origin.file.clone(),
            line: citation.origin.line,
        }
    }
}

/// Row with its evidence.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedRow {
    /// Figure in words: amount, rate, what counts and why not, file and line.
    pub explanation: String,
    /// Columns of the key, the amount and its provenance.
    pub figure: Row,
    /// Meanings of the codes in `figure`, by column.
    pub meanings: IndexMap<String, String>,
    /// Statements of publications that support the row.
    pub citations: Vec<CitedStatement>,
}

/// Rows of one record with their evidence.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Name of the table.
    pub table: &'static str,
    /// Identifier of the record.
    pub id: String,
    /// Version of the data.
    pub data_version: String,
    /// Rows of the record.
    pub rows: Vec<ExplainedRow>,
}

/// Selection of the rows to explain.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExplainQuery {
    /// Name of the table.
    pub table: String,
    /// Identifier of the record.
    pub id: String,
    /// Second part of the key, if the record has several rows; `None` for all of them.
    pub part: Option<String>,
    /// Further column to return.
    pub column: Option<String>,
    /// Parameters of the list in which the amount counts or not.
    #[serde(default)]
    pub parameters: JsonParameters,
}

/// Columns of an amount and of its provenance.
const FIGURE: [&str; 17] = [
    "value",
    "value_text",
    "currency",
    "qualifier",
    "absence",
    "rate",
    "rate_date",
    "rate_source",
    "counted",
    "counted_currency",
    "left_out",
    "share",
    "source",
    "source_url",
    "file",
    "line",
    "licence",
];

impl RecordTable {
    /// Explains the amounts of one record.
    ///
    /// # Errors
    /// [`TableError`]: a table without amounts, a row or column that does not exist, parameters, or reading.
    pub fn explain(
        &self,
        query: &ExplainQuery,
        reader: &Reader,
    ) -> Result<Explanation, TableError> {
        let invalid = |message: String| Err(TableError::Parameter(message));
        let about = self.listed();
        let is_known = |name: &str| about.columns.iter().any(|column| column.name == name);
        if !is_known("value") && !is_known("counted") {
            return invalid(format!("table `{}` has no amounts: read its rows", self.name));
        }
        if query.parameters.contains_key("by") {
            return invalid("`by` does not apply to a single row".to_owned());
        }
        let mut rows = self.rows_of(&query.parameters, &query.id, reader)?;
        let keys: Vec<&str> = about.key.iter().map(AsRef::as_ref).collect();
        if query.part.is_some() {
            rows.retain(|row| keys.iter().skip(1).any(|key| plain(row, key) == query.part));
        }
        let Some(first) = rows.first() else {
            let (id, name) = (&query.id, self.name);
            return invalid(format!("no such row `{id}` in the selection of `{name}`"));
        };
        if let Some(name) = query.column.as_ref().filter(|name| !first.contains_key(*name)) {
            return invalid(unknown_column(name, first.keys()));
        }
        let explained = rows.into_iter().map(|row| {
            let part = keys.get(1).and_then(|key| plain(&row, key));
            let citations = self.citations(&query.id, part.as_deref(), reader)?;
            Ok(explained(row, &keys, query.column.as_deref(), citations))
        });
        Ok(Explanation {
            table: self.name,
            id: query.id.clone(),
            data_version: reader.version().to_owned(),
            rows: explained.collect::<Result<_, TableError>>()?,
        })
    }

    /// Returns the citations of a row: of its record, or of the part of its record that the row is about. `part` is the
    /// identifier of a budget, or the position of a participation.
    fn citations(
        &self,
        id: &str,
        part: Option<&str>,
        reader: &Reader,
    ) -> Result<Vec<CitedStatement>, TableError> {
        let Some(record) = reader.get_any(self.kind, id)? else { return Ok(Vec::new()) };
        let of_part = match (&record, self.name, part) {
            (Record::Programme(programme), "budgets", Some(id)) => {
                let own = programme.budgets.iter().find(|budget| budget.id.as_str() == id);
                own.map(|budget| budget.provenance.citations.as_slice())
            }
            (Record::Programme(programme), "participations", Some(position)) => {
                let at = position.parse::<usize>().ok().and_then(|place| place.checked_sub(1));
                let own = at.and_then(|at| programme.participations.get(at));
                own.map(|participation| participation.provenance.citations.as_slice())
            }
            _ => None,
        };
        let citations = of_part.unwrap_or_else(|| record.citations());
        Ok(citations.iter().map(CitedStatement::from).collect())
    }
}

/// Returns a cell as plain text: a text, or the digits of a number.
fn plain(row: &Row, column: &str) -> Option<String> {
    let digits = || row.get(column).map(|cell| cell.get().to_owned());
    text(row, column).or_else(digits).filter(|cell| cell != "null")
}

fn explained(
    mut row: Row,
    keys: &[&str],
    column: Option<&str>,
    citations: Vec<CitedStatement>,
) -> ExplainedRow {
    let explanation = in_words(&row);
    row.retain(|name, _| {
        let name = name.as_str();
        let is_figure = FIGURE.contains(&name) || name.starts_with("value_");
        is_figure || keys.contains(&name) || column == Some(name)
    });
    let of_code = |name: &String| meaning(name, &text(&row, name)?);
    let meanings = row.keys().filter_map(|name| Some((name.clone(), of_code(name)?))).collect();
    ExplainedRow { explanation, meanings, figure: row, citations }
}

/// Returns the figure in words.
fn in_words(row: &Row) -> String {
    let cell = |name: &str| plain(row, name);
    let meaning_of = |name: &str| meaning(name, &text(row, name)?);
    let mut words = Vec::new();
    match (meaning_of("absence"), cell("value_text"), meaning_of("qualifier")) {
        (Some(absence), ..) => words.push(format!("No amount: {absence}")),
        (None, Some(value), qualifier) => {
            let currency = cell("currency").unwrap_or_else(|| "without a currency".to_owned());
            words.push(format!("{value} {currency}. {}", qualifier.unwrap_or_default()));
        }
        (None, None, _) => {}
    }
    if let (Some(rate), Some(date)) = (cell("rate"), cell("rate_date")) {
        words.push(format!("Converted at the rate {rate} of {date}."));
    }
    match (cell("counted"), cell("counted_currency"), meaning_of("left_out")) {
        (Some(counted), Some(currency), None) => {
            words.push(format!("It counts with {counted} {currency}."));
        }
        (Some(counted), Some(currency), Some(reason)) => {
            words.push(format!("{counted} {currency} of it counts. The rest does not: {reason}"));
        }
        (_, _, Some(reason)) => words.push(format!("It does not count: {reason}")),
        _ => {}
    }
    if let (Some(file), Some(line)) = (cell("file"), cell("line")) {
        words.push(format!("Read from {file}, line {line}."));
    }
    words.join(" ")
}

/// Returns the meaning of a code in a column of an amount; `None` for other columns.
fn meaning(column: &str, code: &str) -> Option<String> {
    match column {
        "qualifier" => meaning_of::<Qualifier>(code),
        "absence" => meaning_of::<Absence>(code),
        "rate_source" => meaning_of::<RateSource>(code),
        "left_out" => meaning_of::<ExclusionReason>(code),
        _ => None,
    }
}

fn meaning_of<T: Code>(code: &str) -> Option<String> {
    let at = T::WORDS.iter().position(|word| *word == code)?;
    let lines = T::MEANINGS.get(at)?.iter().map(|line| line.trim());
    Some(lines.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_a_meaning_in_words() {
        for code in ExclusionReason::WORDS {
            assert!(meaning("left_out", code).is_some_and(|text| text.ends_with('.')), "{code}");
        }
        assert_eq!(meaning("absence", "WITHHELD").as_deref(), Some("The publisher withholds it."));
        assert_eq!(meaning("absence", "withheld"), None);
        assert_eq!(meaning("kind", "WITHHELD"), None);
    }
}
