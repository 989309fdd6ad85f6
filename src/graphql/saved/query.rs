//! Saved query: a file with a comment header and one operation.

use std::collections::HashMap;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType,
};
use async_graphql::{Request, Response, Value, Variables};

use crate::graphql::bounds::Bounds;
use crate::graphql::error::ApiError;
use crate::graphql::execution::prepared::Answered;
use crate::graphql::schema::Schema;
use crate::graphql::syntax;
use crate::graphql::unknown::WARNINGS;

use super::columns::TableLayout;
use super::defect::Defect;
use super::table::Table;
use super::variables::{InvalidParameter, Variable, variables_from};

/// Saved query.
#[derive(Debug)]
pub struct SavedQuery {
    name: String,
    place: u32,
    title: String,
    answers: String,
    text: String,
    operation: String,
    variables: Vec<Variable>,
    layout: TableLayout,
}

/// Error of an invalid saved query.
#[derive(Debug, thiserror::Error)]
#[error("invalid saved query `{name}`: {defect}")]
pub struct InvalidQuery {
    /// Name of the query.
    pub name: String,
    /// Defect of the query.
    #[source]
    pub defect: Defect,
}

impl SavedQuery {
    /// Reads a saved query.
    ///
    /// # Errors
    /// [`InvalidQuery`] if a header line is missing, the document is not a single named query, or the schema does not
    /// support it.
    pub(super) fn parse(schema: &Schema, name: &str, text: &str) -> Result<Self, InvalidQuery> {
        let header = Header::read(text);
        header
            .complete()
            .and_then(|()| Self::read(schema, name, text, None, &header))
            .and_then(
                |query| {
                    if query.operation.is_empty() { Err(Defect::NotOneQuery) } else { Ok(query) }
                },
            )
            .map_err(|defect| InvalidQuery { name: name.to_owned(), defect })
    }

    /// Reads an ad hoc query: the header is optional, and `operation` selects among several operations.
    pub(super) fn parse_loose(
        schema: &Schema,
        text: &str,
        operation: Option<&str>,
    ) -> Result<Self, InvalidQuery> {
        let name = "query".to_owned();
        Self::read(schema, &name, text, operation, &Header::read(text))
            .map_err(|defect| InvalidQuery { name, defect })
    }

    fn read(
        schema: &Schema,
        name: &str,
        text: &str,
        operation: Option<&str>,
        header: &Header<'_>,
    ) -> Result<Self, Defect> {
        let document = syntax::parse(text).map_err(Defect::Syntax)?;
        let (operation, definition) = choose(&document, operation).ok_or(Defect::NotOneQuery)?;
        let rows =
            header.rows.map(|path| path.split('.').map(|key| key.trim().to_owned()).collect());
        let layout = TableLayout::new(schema, &document, &definition.selection_set.node, rows)?;
        Ok(Self {
            name: name.to_owned(),
            place: header.place.and_then(|place| place.parse().ok()).unwrap_or(u32::MAX),
            title: header.title.unwrap_or_default().to_owned(),
            answers: header.answers.unwrap_or_default().to_owned(),
            text: text.to_owned(),
            variables: variables_from(schema, definition)?,
            operation,
            layout,
        })
    }

    /// Returns the name: the stem of the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the position in a list of queries, the lowest first. A query without a header line `# place: …` comes last.
    pub fn place(&self) -> u32 {
        self.place
    }

    /// Returns the title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns the question that the query answers, in one sentence.
    pub fn answers(&self) -> &str {
        &self.answers
    }

    /// Returns the text of the file, header included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the declared variables.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// Creates a request from URL parameters, each a name and a text.
    ///
    /// # Errors
    /// [`InvalidParameter`] if a parameter is unknown, missing, or not of its type.
    pub fn request<'a>(
        &self,
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Request, InvalidParameter> {
        let mut given: HashMap<&str, Vec<&str>> = HashMap::new();
        for (name, text) in parameters {
            if name.starts_with('_') {
                continue; // Parameters that dashboards add.
            }
            if !self.variables.iter().any(|variable| variable.name() == name) {
                return Err(InvalidParameter::unknown(name, &self.variables));
            }
            if !text.trim().is_empty() {
                given.entry(name).or_default().push(text);
            }
        }
        let mut variables = Variables::default();
        for variable in &self.variables {
            let texts = given.get(variable.name()).map_or(&[][..], Vec::as_slice);
            if let Some(value) = variable.value(texts)? {
                variables.insert(async_graphql::Name::new(variable.name()), value);
            }
        }
        Ok(self.request_with(variables))
    }

    /// Creates a request from typed variables.
    pub fn request_with(&self, variables: Variables) -> Request {
        let request = Request::new(self.text.as_str()).variables(variables);
        if self.operation.is_empty() {
            request
        } else {
            request.operation_name(self.operation.as_str())
        }
    }

    /// Returns the table of a response, with truncated lists and warnings.
    ///
    /// # Errors
    /// As [`SavedQuery::table`].
    pub fn table_of(&self, answered: &Answered, bounds: &Bounds) -> Result<Table, ApiError> {
        let mut table = self.table(&answered.response.data, bounds)?;
        table.cut.clone_from(&answered.cut);
        table.has_more |= !table.cut.is_empty();
        table.warnings = warnings(&answered.response);
        Ok(table)
    }

    /// Returns the table of the data of a response.
    ///
    /// # Errors
    /// `LIMIT_EXCEEDED` for a table with too many bytes, `TIMEOUT` after the deadline.
    pub fn table(&self, data: &Value, bounds: &Bounds) -> Result<Table, ApiError> {
        Table::new(&self.layout, data, bounds)
    }
}

/// Returns the warnings of a response.
pub fn warnings(response: &Response) -> Vec<String> {
    let Some(Value::List(warnings)) = response.extensions.get(WARNINGS) else { return Vec::new() };
    let message = |warning: &Value| match warning {
        Value::Object(warning) => match warning.get("message") {
            Some(Value::String(message)) => Some(message.clone()),
            _ => None,
        },
        _ => None,
    };
    warnings.iter().filter_map(message).collect()
}

/// Header lines `# key: value` before the operation.
#[derive(Debug, Default)]
struct Header<'a> {
    title: Option<&'a str>,
    answers: Option<&'a str>,
    rows: Option<&'a str>,
    place: Option<&'a str>,
}

impl<'a> Header<'a> {
    fn complete(&self) -> Result<(), Defect> {
        for (line, key) in [(self.title, "title"), (self.answers, "answers"), (self.rows, "rows")] {
            line.ok_or(Defect::NoHeader(key))?;
        }
        Ok(())
    }

    fn read(text: &'a str) -> Self {
        let mut header = Self::default();
        for line in text.lines() {
            let line = line.trim_start_matches('\u{feff}').trim();
            if line.is_empty() {
                continue;
            }
            let Some(comment) = line.strip_prefix('#') else { break };
            let Some((key, value)) = comment.split_once(':') else { continue };
            let slot = match key.trim() {
                "title" => &mut header.title,
                "answers" => &mut header.answers,
                "rows" => &mut header.rows,
                "place" => &mut header.place,
                _ => continue,
            };
            *slot = Some(value.trim()).filter(|value| !value.is_empty());
        }
        header
    }
}

/// Selects the operation of a name, or the only one.
fn choose<'a>(
    document: &'a ExecutableDocument,
    wanted: Option<&str>,
) -> Option<(String, &'a OperationDefinition)> {
    let (name, definition) = match (&document.operations, wanted) {
        (DocumentOperations::Single(only), None) => (String::new(), &only.node),
        (DocumentOperations::Single(_), Some(_)) => return None,
        (DocumentOperations::Multiple(several), _) => {
            let mut matching = several
                .iter()
                .filter(|(name, _)| wanted.is_none_or(|wanted| wanted == name.as_str()));
            let (name, definition) = matching.next()?;
            if matching.next().is_some() {
                return None;
            }
            (name.to_string(), &definition.node)
        }
    };
    (definition.ty == OperationType::Query).then_some((name, definition))
}
