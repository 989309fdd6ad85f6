//! `aidgraph query`: runs one query without a server.

use std::collections::HashSet;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use async_graphql::{Name, Request, Response, Variables};
use clap::ValueEnum;
use tokio::runtime::Builder;

use super::error::CommandError;
use super::generation::generation;
use super::output;
use crate::config::Config;
use crate::graphql::current_generation::CurrentGeneration;
use crate::graphql::error::ApiError;
use crate::graphql::execution::prepared::Answered;
use crate::graphql::saved::query::warnings;
use crate::graphql::saved::{Library, csv};
use crate::graphql::{Service, syntax};
use crate::read::reader::Reader;

/// Arguments of `aidgraph query`.
#[derive(Debug)]
pub(super) struct QueryArgs {
    pub(super) query: PathBuf,
    pub(super) variables: Option<String>,
    pub(super) operation: Option<String>,
    pub(super) format: OutputFormat,
}

/// Output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OutputFormat {
    /// GraphQL response
    Json,
    /// Flat table; a comment `# rows: path.to.list` in the file names the list of rows
    Csv,
}

/// Runs a query on the data folder.
pub(super) fn run(config: &Config, question: &QueryArgs) -> Result<ExitCode, CommandError> {
    let text = read(&question.query)?;
    let variables = variables(question.variables.as_deref())?;
    let operation = question.operation.as_deref();
    warn_undeclared(&text, operation, &variables);
    let library = Library::embedded();
    let table = match question.format {
        OutputFormat::Json => None,
        OutputFormat::Csv => {
            Some(library.read(&text, operation).map_err(|err| CommandError::because(&err.defect))?)
        }
    };
    let request = if let Some(query) = &table {
        query.request_with(variables)
    } else {
        let request = Request::new(text).variables(variables);
        if let Some(name) = operation { request.operation_name(name) } else { request }
    };
    let answered = answer(config, library, request)?;
    let response = &answered.response;
    print_warnings(&answered);
    match table {
        Some(query) if response.is_ok() => {
            let bounds = answered.bounds(usize::MAX);
            let table = query.table_of(&answered, &bounds);
            let table = table.and_then(|table| csv::render_lines(&table, &bounds));
            let failed = |err: ApiError| CommandError::Failed(err.message().to_owned());
            output::write(&table.map_err(failed)?)
        }
        _ => print(response),
    }
}

fn answer(config: &Config, library: Library, request: Request) -> Result<Answered, CommandError> {
    let live = CurrentGeneration::empty();
    live.swap(Reader::new(generation(config)?));
    let service = Service::new(live, library, config.graphql);
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime =
        runtime.map_err(|err| CommandError::Failed(format!("cannot start the runtime: {err}")))?;
    Ok(runtime.block_on(service.look_into(request)))
}

/// Prints the warnings of a response, and its incomplete lists. Neither is an error.
fn print_warnings(answered: &Answered) {
    for warning in warnings(&answered.response) {
        output::message(&format!("warning: {warning}"));
    }
    for list in &answered.cut {
        output::message(&format!(
            "warning: the response contains only a part of `{list}`: raise `first`, or page with `after` or `offset`"
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
