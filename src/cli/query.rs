//! `aidgraph query`: runs one query without a server.

use std::collections::HashSet;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use async_graphql::{Name, Request, Response, Variables};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use tokio::runtime::{Builder, Runtime};

use super::error::CommandError;
use super::generation::generation;
use super::output;
use crate::config::Config;
use crate::graphql::current_generation::CurrentGeneration;
use crate::graphql::execution::prepared::Answered;
use crate::graphql::saved::Library;
use crate::graphql::saved::query::warnings;
use crate::graphql::{Service, syntax};
use crate::model::client::Client;
use crate::read::reader::Reader;
use crate::table::format::{Format, LineEnd, Options};
use crate::table::query::error::QueryTableError;
use crate::table::query::{QueryTable, make};

/// Arguments of `aidgraph query`.
#[derive(Debug)]
pub(super) struct QueryArgs {
    pub(super) query: PathBuf,
    pub(super) variables: Option<String>,
    pub(super) operation: Option<String>,
    pub(super) format: OutputFormat,
}

/// Output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OutputFormat {
    /// GraphQL response.
    Response,
    /// Table; a comment `# rows: path.to.list` in the file names the list of rows.
    Table(Format),
}

impl OutputFormat {
    /// Returns the parser of the flag: `json` is the GraphQL response, the others are tables.
    pub(super) fn parser() -> impl TypedValueParser<Value = Self> {
        let tables = Format::ALL.iter().copied().filter(|format| *format != Format::Json);
        let names = tables.map(Format::extension).chain(["svg", "json"]);
        PossibleValuesParser::new(names).map(|name| match Format::of_extension(&name) {
            Some(format) if format != Format::Json => Self::Table(format),
            _ => Self::Response,
        })
    }
}

/// Runs a query on the data folder.
pub(super) fn run(config: &Config, question: &QueryArgs) -> Result<ExitCode, CommandError> {
    let text = read(&question.query)?;
    let variables = variables(question.variables.as_deref())?;
    let operation = question.operation.as_deref();
    warn_undeclared(&text, operation, &variables);
    match question.format {
        OutputFormat::Response => {
            let request = Request::new(text).variables(variables);
            let request =
                if let Some(name) = operation { request.operation_name(name) } else { request };
            let service = service(config)?;
            let answered = runtime()?.block_on(service.look_into(request));
            print_warnings(&answered);
            print(&answered.response)
        }
        OutputFormat::Table(format) => table(config, &text, operation, variables, format),
    }
}

/// Writes all rows of a query, or none.
fn table(
    config: &Config,
    text: &str,
    operation: Option<&str>,
    variables: Variables,
    format: Format,
) -> Result<ExitCode, CommandError> {
    let library = Library::embedded();
    let query = library.read(text, operation, None);
    let query = query.map_err(|err| CommandError::because(&err.defect))?;
    let service = service(config)?;
    let options = Options { line_end: LineEnd::Lf, ..Options::default() };
    let page_limit = Some(service.limits().page as u64);
    let query = Arc::new(query);
    let table = QueryTable { query, variables, format, options, joins: false, page_limit };
    let table = Arc::new(table);
    let made = make(&service, &Client::Local, &table, |_| Vec::new());
    let made = runtime()?.block_on(made).map_err(|err| failed(&err))?;
    made.warnings.iter().for_each(|warning| output::message(&format!("warning: {warning}")));
    output::write(&made.output)
}

/// Converts the error of a table. The command line has no parameter `join`.
fn failed(error: &QueryTableError) -> CommandError {
    let message = error.to_string();
    CommandError::Failed(message.replace("give `join=list`", "begin the file with `# join: list`"))
}

fn service(config: &Config) -> Result<Service, CommandError> {
    let live = CurrentGeneration::empty();
    live.swap(Reader::new(generation(config)?));
    Ok(Service::new(live, Library::embedded(), config.graphql))
}

fn runtime() -> Result<Runtime, CommandError> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|err| CommandError::Failed(format!("cannot start the runtime: {err}")))
}

/// Prints the warnings of a response, and its incomplete lists. Neither is an error.
fn print_warnings(answered: &Answered) {
    for warning in warnings(&answered.response) {
        output::message(&format!("warning: {warning}"));
    }
    for cut in &answered.cut {
        output::message(&format!(
            "warning: the response contains only a part of `{}`: raise `first`, or page with `after` or `offset`",
            cut.list
        ));
    }
}

/// Warns of variables that the query does not declare: GraphQL ignores them silently.
fn warn_undeclared(text: &str, operation: Option<&str>, variables: &Variables) {
    let Ok(document) = syntax::parse(text) else { return };
    let selected =
        |name: Option<&Name>| operation.is_none_or(|wanted| name.is_some_and(|n| n == wanted));
    let operations = document.operations.iter().filter(|(name, _)| selected(*name));
    let declared: HashSet<&str> = operations
        .flat_map(|(_, operation)| &operation.node.variable_definitions)
        .map(|variable| variable.node.name.node.as_str())
        .collect();
    let undeclared: Vec<&str> =
        variables.keys().map(Name::as_str).filter(|name| !declared.contains(name)).collect();
    if !undeclared.is_empty() {
        let undeclared = undeclared.join("`, `");
        output::message(&format!("warning: undeclared variables `{undeclared}`"));
    }
}

/// Prints the response as JSON; fails if it contains errors.
fn print(response: &Response) -> Result<ExitCode, CommandError> {
    let json = serde_json::to_string_pretty(response)
        .map_err(|err| CommandError::Failed(format!("cannot write the response: {err}")))?;
    let written = output::print_json(&format!("{json}\n"))?;
    Ok(if response.is_err() { ExitCode::FAILURE } else { written })
}

fn read(path: &Path) -> Result<String, CommandError> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    read.map_err(|err| CommandError::Failed(format!("cannot read {}: {err}", path.display())))
}

fn variables(text: Option<&str>) -> Result<Variables, CommandError> {
    let Some(text) = text else { return Ok(Variables::default()) };
    let object: serde_json::Map<_, _> = serde_json::from_str(text).map_err(|err| {
        CommandError::Usage(format!("invalid --variables, expected a JSON object: {err}"))
    })?;
    Ok(Variables::from_json(object.into()))
}
