//! Saved query: a file with a comment header and one operation.

use std::collections::HashMap;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType,
};
use async_graphql::{Request, Response, Value, Variables};

use crate::draw::chart::Spec;
use crate::graphql::bounds::Bounds;
use crate::graphql::error::ApiError;
use crate::graphql::schema::Schema;
use crate::graphql::syntax;
use crate::graphql::unknown::WARNINGS;

use super::column::Column;
use super::columns::TableLayout;
use super::defect::Defect;
use super::lists::{Lists, Paging};
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
    /// Variables whose defaults request a part of a list.
    page: Vec<String>,
    /// True if lists beside the rows are joined into cells.
    joins: bool,
    /// Chart of its rows.
    chart: Option<Spec>,
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

    /// Reads an ad hoc query: the header is optional, `operation` selects among several operations, and `rows` replaces the
    /// path of the header.
    pub(super) fn parse_loose(
        schema: &Schema,
        text: &str,
        operation: Option<&str>,
        rows: Option<&str>,
    ) -> Result<Self, InvalidQuery> {
        let name = "query".to_owned();
        let header = Header::read(text);
        let header = Header { rows: rows.or(header.rows), ..header };
        Self::read(schema, &name, text, operation, &header)
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
        let variables = variables_from(schema, definition)?;
        let page = header.page(&variables)?;
        Ok(Self {
            name: name.to_owned(),
            place: header.place.and_then(|place| place.parse().ok()).unwrap_or(u32::MAX),
            title: header.title.unwrap_or_default().to_owned(),
            answers: header.answers.unwrap_or_default().to_owned(),
            text: text.to_owned(),
            page,
            joins: header.joins()?,
            chart: header.chart(&layout)?,
            variables,
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

    /// Names of the variables whose defaults request a part of a list: header line `# page: …`.
    pub fn page_variables(&self) -> &[String] {
        &self.page
    }

    /// Returns true if lists beside the rows are joined into cells: header line `# join: list`.
    pub fn joins(&self) -> bool {
        self.joins
    }

    /// Chart of its rows: header line `# chart: …`.
    pub fn chart(&self) -> Option<&Spec> {
        self.chart.as_ref()
    }

    /// Lists the columns in the order of the query.
    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        self.layout.columns.iter().map(|place| &place.column)
    }

    /// Lists of the query.
    pub fn lists(&self) -> &Lists {
        &self.layout.lists
    }

    /// Connection that can be read page by page, if there is one.
    pub fn paging(&self) -> Option<&Paging> {
        self.layout.paging.as_ref()
    }

    /// Returns true if the query declares a variable.
    pub fn declares(&self, name: &str) -> bool {
        self.variables.iter().any(|variable| variable.name() == name)
    }

    /// Returns the error of a variable that the query does not declare.
    pub fn undeclared(&self, name: &str) -> InvalidParameter {
        InvalidParameter::unknown(name, self.variables.iter().map(Variable::name))
    }

    /// Reads the variables from URL parameters, each a name and a text, beside those given as `variables`.
    ///
    /// # Errors
    /// [`InvalidParameter`] if a parameter is unknown, missing, or not of its type.
    pub fn variables_of<'a>(
        &self,
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
        mut variables: Variables,
    ) -> Result<Variables, InvalidParameter> {
        let mut given: HashMap<&str, Vec<&str>> = HashMap::new();
        for (name, text) in parameters {
            if name.starts_with('_') {
                continue; // Parameters that dashboards add.
            }
            if !self.declares(name) {
                return Err(self.undeclared(name));
            }
            if !text.trim().is_empty() {
                given.entry(name).or_default().push(text);
            }
        }
        for variable in &self.variables {
            let name = async_graphql::Name::new(variable.name());
            let texts = given.get(variable.name()).map_or(&[][..], Vec::as_slice);
            let is_given = variables.contains_key(&name);
            if is_given && !texts.is_empty() {
                return Err(InvalidParameter::Repeated { name: name.to_string() });
            }
            let value = if is_given { None } else { variable.value(texts)? };
            variables.extend(value.map(|value| (name, value)));
        }
        Ok(variables)
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

    /// Returns the rows of the data of a response.
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
    page: Option<&'a str>,
    join: Option<&'a str>,
    chart: Option<&'a str>,
}

impl<'a> Header<'a> {
    /// Returns the variables of the line `page`.
    fn page(&self, variables: &[Variable]) -> Result<Vec<String>, Defect> {
        let names = self.page.into_iter().flat_map(|names| names.split(','));
        let declared = |name: &str| {
            let name = name.trim().trim_start_matches('$');
            let is_declared = variables.iter().any(|variable| variable.name() == name);
            if is_declared { Ok(name.to_owned()) } else { Err(Defect::NoVariable(name.to_owned())) }
        };
        names.map(declared).collect()
    }

    /// Returns true if the line `join` has the word `list`.
    fn joins(&self) -> Result<bool, Defect> {
        match self.join {
            None => Ok(false),
            Some("list") => Ok(true),
            Some(word) => Err(Defect::UnknownJoin(word.to_owned())),
        }
    }

    /// Returns the line `chart`, whose columns the query must have.
    fn chart(&self, layout: &TableLayout) -> Result<Option<Spec>, Defect> {
        let Some(line) = self.chart else { return Ok(None) };
        let spec: Spec = line.parse().map_err(Defect::Chart)?;
        let is_there = |name: &str| layout.columns.iter().any(|place| place.column.name == name);
        if let Some(name) = spec.columns().find(|name| !is_there(name)) {
            return Err(Defect::NoColumn(name.to_owned()));
        }
        Ok(Some(spec))
    }

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
                "page" => &mut header.page,
                "join" => &mut header.join,
                "chart" => &mut header.chart,
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
