//! The contract by example: what a client asks, and what the seed answers.

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
mod totals;
mod unknown;
mod wall;
mod words;

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

/// The embedded seed in force, built once for all tests.
static LIVE: LazyLock<CurrentGeneration> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap().keep();
    let store = Store::open(&folder).unwrap();
    let seed = ingest::seed::SeedFiles::embedded();
    let (generation, _) = ingest::prepare(&store, Some(&seed), &mut |_| {}).unwrap();
    let live = CurrentGeneration::empty();
    live.swap(Reader::new(generation));
    live
});

/// A service over the embedded seed.
static SERVICE: LazyLock<Service> =
    LazyLock::new(|| Service::new(LIVE.clone(), Library::embedded(), Options::default()));

/// What the service answers, errors and all.
pub(crate) fn respond(query: &str, variables: Value) -> Value {
    execute(&SERVICE, query, variables)
}

/// What a service of other options answers.
fn respond_within(options: Options, query: &str) -> Value {
    let service = Service::new(LIVE.clone(), Library::embedded(), options);
    execute(&service, query, Value::Null)
}

/// What a service answers: the same whether it is looked into or goes out.
fn execute(service: &Service, query: &str, variables: Value) -> Value {
    let variables = Variables::from_json(variables);
    let request = || Request::new(query).variables(variables.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let (found, sent) = runtime.block_on(async {
        let found = service.execute(request()).await;
        match service.prepare(request()) {
            Ok(prepared) => (found, service.run(prepared).await.response),
            Err(refused) => (found, refused.into()),
        }
    });
    let mut written = Vec::new();
    json::write(&mut written, &sent).unwrap();
    let written = String::from_utf8(written).unwrap();
    assert_eq!(written, serde_json::to_string(&found).unwrap(), "{query}");
    serde_json::from_str(&written).unwrap()
}

/// The data that a query gives; it must give no error.
fn ask_with(query: &str, variables: Value) -> Value {
    let response = respond(query, variables);
    assert!(response.get("errors").is_none(), "{query}\n{response:#}");
    response["data"].clone()
}

/// The data that a query without variables gives.
fn ask(query: &str) -> Value {
    ask_with(query, Value::Null)
}

/// The code and message of the first error that a query gives.
fn refused(query: &str) -> (String, String) {
    let response = respond(query, Value::Null);
    let error = &response["errors"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&error["extensions"]["code"]), text(&error["message"]))
}

/// The texts at a path in each item of a list.
fn texts(list: &Value, pointer: &str) -> Vec<String> {
    let list = list.as_array().unwrap_or_else(|| panic!("not a list: {list}"));
    list.iter()
        .map(|item| item.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned())
        .collect()
}
