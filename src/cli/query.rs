//! `aidgraph query`: one answer without a server.

use std::collections::HashSet;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use async_graphql::{Name, Request, Response, Variables};
use clap::ValueEnum;
use tokio::runtime::Builder;

use super::failure::Failure;
use super::{meant, output};
use crate::config::Config;
use crate::graphql::Service;
use crate::graphql::live::Live;
use crate::graphql::prepared::Answered;
use crate::graphql::saved::query::warnings;
use crate::graphql::saved::{Library, csv};
use crate::graphql::syntax;
use crate::ingest::{self, seed};
use crate::read::reader::Reader;
use crate::store::{self, Generation, Store};

/// How long another may take to build what is asked about.
const BUILD_PATIENCE: Duration = Duration::from_secs(60);

/// How long others may take to answer from it; a server never ends.
const ANSWER_PATIENCE: Duration = Duration::from_secs(5);

/// How often to look whether it is done.
const LOOK: Duration = Duration::from_millis(50);

/// What is asked, and how the answer should look.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) query: PathBuf,
    pub(super) variables: Option<String>,
    pub(super) operation: Option<String>,
    pub(super) format: Format,
}

/// How an answer looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// As GraphQL answers.
    Json,
    /// A flat table; the comment `# rows: path.to.list` in the file says what its rows are.
    Csv,
}

/// The seed that is meant.
fn seed(config: &Config) -> Result<seed::Files, Failure> {
    meant::seed(config).map_err(|err| Failure::because(&err))
}

/// Answers a question from the data folder.
pub(super) fn run(config: &Config, question: &Question) -> Result<ExitCode, Failure> {
    let text = read(&question.query)?;
    let variables = variables(question.variables.as_deref())?;
    let operation = question.operation.as_deref();
    warn_of_strangers(&text, operation, &variables);
    let library = Library::embedded();
    let table = match question.format {
        Format::Json => None,
        Format::Csv => {
            Some(library.read(&text, operation).map_err(|err| Failure::because(&err.defect))?)
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
    complain(&answered);
    match table {
        Some(query) if response.is_ok() => {
            let table = csv::render_lines(&query.table_of(&answered));
            output::write(&table.map_err(|err| Failure::because(&err))?)
        }
        _ => print(response),
    }
}

fn answer(config: &Config, library: Library, request: Request) -> Result<Answered, Failure> {
    let live = Live::empty();
    live.swap(Reader::new(generation(config)?));
    let service = Service::new(live, library, config.graphql);
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime =
        runtime.map_err(|err| Failure::Failed(format!("no runtime could be started: {err}")))?;
    Ok(runtime.block_on(service.look_into(request)))
}

/// The generation in force. Another that builds it at the same time, or answers from it, is waited for a while.
fn generation(config: &Config) -> Result<Generation, Failure> {
    let named = config.seed.is_some().then(|| seed(config)).transpose()?;
    let store = Store::open(&config.data).map_err(|err| Failure::because(&err))?;
    let (mut start, mut before) = (Instant::now(), None);
    loop {
        let patience = match prepare(config, &store, named.as_ref())? {
            Ok(generation) => return Ok(generation),
            Err(ingest::Error::Store(store::Error::Locked { .. })) => BUILD_PATIENCE,
            Err(ingest::Error::Store(store::Error::InUse { .. })) => ANSWER_PATIENCE,
            Err(err) => return Err(Failure::because(&err)),
        };
        // Whoever waited for a build has not yet waited for an answer.
        if before.replace(patience).is_some_and(|before| before != patience) {
            start = Instant::now();
        }
        if start.elapsed() > patience {
            return Err(Failure::Failed(format!(
                "{} is in use by another aidgraph; ask that server, or name another folder with --data",
                config.data.display()
            )));
        }
        thread::sleep(LOOK);
    }
}

/// Looks at what is in force. What the folder holds stays as it is, unless a seed is named or there is nothing yet.
fn prepare(
    config: &Config,
    store: &Store,
    named: Option<&seed::Files>,
) -> Result<Result<Generation, ingest::Error>, Failure> {
    let is_empty = store.files().map_err(|err| Failure::because(&err))?.is_empty();
    let first = (is_empty && named.is_none()).then(|| seed(config)).transpose()?;
    let prepared = ingest::prepare(store, named.or(first.as_ref()), &mut |_| ());
    Ok(prepared.map(|(generation, _)| generation))
}

/// Says what the answer warns of, and which lists are not whole in it. Neither is an error: the answer is what was asked for.
fn complain(answered: &Answered) {
    for warning in warnings(&answered.response) {
        output::complain(&format!("warning: {warning}"));
    }
    for list in &answered.cut {
        output::complain(&format!(
            "warning: only a part of `{list}` is in the answer; ask for more with `first`, or for the next with `after` or `offset`"
        ));
    }
}

/// Says which variables the query does not declare: GraphQL passes over them in silence.
fn warn_of_strangers(text: &str, operation: Option<&str>, variables: &Variables) {
    let Ok(document) = syntax::parse(text) else { return };
    let meant =
        |name: Option<&Name>| operation.is_none_or(|meant| name.is_some_and(|n| n == meant));
    let operations = document.operations.iter().filter(|(name, _)| meant(*name));
    let declared: HashSet<&str> = operations
        .flat_map(|(_, operation)| &operation.node.variable_definitions)
        .map(|variable| variable.node.name.node.as_str())
        .collect();
    let strangers: Vec<&str> =
        variables.keys().map(Name::as_str).filter(|name| !declared.contains(name)).collect();
    if !strangers.is_empty() {
        let strangers = strangers.join("`, `");
        output::complain(&format!("warning: the query declares no variable `{strangers}`"));
    }
}

/// The answer as JSON; it fails when it holds errors, and says them all the same.
fn print(response: &Response) -> Result<ExitCode, Failure> {
    let json = serde_json::to_string_pretty(response)
        .map_err(|err| Failure::Failed(format!("the answer could not be written: {err}")))?;
    let written = output::print_json(&format!("{json}\n"))?;
    Ok(if response.is_err() { ExitCode::FAILURE } else { written })
}

fn read(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    read.map_err(|err| Failure::Failed(format!("{} cannot be read: {err}", path.display())))
}

fn variables(text: Option<&str>) -> Result<Variables, Failure> {
    let Some(text) = text else { return Ok(Variables::default()) };
    let object: serde_json::Map<_, _> = serde_json::from_str(text)
        .map_err(|err| Failure::Usage(format!("--variables is no JSON object: {err}")))?;
    Ok(Variables::from_json(object.into()))
}
