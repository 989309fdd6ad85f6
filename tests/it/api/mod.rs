//! The GraphQL contract by example: queries and their responses over the embedded seed.

mod coerce;
mod deadline;
mod errors;
mod gaps;
mod golden;
mod groups;
mod labels;
mod language;
mod nulls;
mod objects;
mod paginate;
mod relations;
mod rules;
mod saved;
mod search;
mod separation;
mod statements;
mod totals;
mod unknown;

use std::sync::LazyLock;

use aidgraph::graphql::current_generation::CurrentGeneration;
use aidgraph::graphql::execution::json;
use aidgraph::graphql::saved::Library;
use aidgraph::graphql::{Options, Service};
use aidgraph::ingest;
use aidgraph::read::reader::Reader;
use aidgraph::store::Store;
use async_graphql::{Request, Variables};
use serde_json::Value;

/// Current generation with the embedded seed, built once for all tests.
static LIVE: LazyLock<CurrentGeneration> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap().keep();
    let store = Store::open(&folder).unwrap();
    let seed = ingest::seed::SeedFiles::embedded();
    let (generation, _) = ingest::prepare(&store, Some(&seed), &mut |_| {}).unwrap();
    let live = CurrentGeneration::empty();
    live.swap(Reader::new(generation));
    live
});

/// Service over the embedded seed.
static SERVICE: LazyLock<Service> =
    LazyLock::new(|| Service::new(LIVE.clone(), Library::embedded(), Options::default()));

/// Returns the response of the service, including errors.
pub(crate) fn respond(query: &str, variables: Value) -> Value {
    execute(&SERVICE, query, variables)
}

/// Returns the response of a service with other options.
fn respond_within(options: Options, query: &str) -> Value {
    let service = Service::new(LIVE.clone(), Library::embedded(), options);
    execute(&service, query, Value::Null)
}

/// Executes a request and returns the response as JSON.
fn execute(service: &Service, query: &str, variables: Value) -> Value {
    let variables = Variables::from_json(variables);
    let request = || Request::new(query).variables(variables.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let (found, sent) = runtime.block_on(async {
        let found = service.execute(request()).await;
        match service.prepare(request()) {
            Ok(prepared) => (found, service.run(prepared).await.response),
            Err(rejected) => (found, rejected.into()),
        }
    });
    let mut written = Vec::new();
    json::write(&mut written, &sent).unwrap();
    let written = String::from_utf8(written).unwrap();
    assert_eq!(written, serde_json::to_string(&found).unwrap(), "{query}");
    serde_json::from_str(&written).unwrap()
}

/// Returns the data of a query that must have no errors.
fn run_query_with(query: &str, variables: Value) -> Value {
    let response = respond(query, variables);
    assert!(response.get("errors").is_none(), "{query}\n{response:#}");
    response["data"].clone()
}

/// Returns the data of a query without variables.
fn run_query(query: &str) -> Value {
    run_query_with(query, Value::Null)
}

/// Returns the code and message of the first error of a query.
fn rejected(query: &str) -> (String, String) {
    let response = respond(query, Value::Null);
    let error = &response["errors"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&error["extensions"]["code"]), text(&error["message"]))
}

/// Returns the texts at a JSON pointer in each item of a list.
fn texts(list: &Value, pointer: &str) -> Vec<String> {
    let list = list.as_array().unwrap_or_else(|| panic!("not a list: {list}"));
    list.iter()
        .map(|item| item.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned())
        .collect()
}
