//! What the fuzz targets have in common: a service over the embedded seed, asked as a client asks it.

use std::sync::LazyLock;

use aidgraph::graphql::error::{ErrorCode, code_of};
use aidgraph::graphql::limit::Limits;
use aidgraph::graphql::current_generation::CurrentGeneration;
use aidgraph::graphql::rejected::was_refused;
use aidgraph::graphql::saved::Library;
use aidgraph::graphql::{Options, Service};
use aidgraph::graphql::execution::json;
use aidgraph::ingest::build;
use aidgraph::ingest::seed::SeedFiles;
use aidgraph::read::reader::Reader;
use aidgraph::store::Store;
use async_graphql::{Request, Response, ServerError, Variables};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

/// What a request may cost here: little, so that no single one holds up the others.
const COST: usize = 3_000;

/// The service over the embedded seed, in a folder that no other target uses.
pub static SERVICE: LazyLock<Service> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder").keep();
    let store = Store::open(&folder).expect("the data folder opens");
    let built = build::prepare(&store, Some(&SeedFiles::embedded()), &mut |_| {});
    let (generation, _) = built.expect("the embedded seed is good");
    let live = CurrentGeneration::empty();
    live.swap(Reader::new(generation));
    let limits = Limits { cost: COST, ..Limits::default() };
    Service::new(live, Library::embedded(), Options { limits, ..Options::default() })
});

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_time().build().expect("a runtime"));

/// Asks the service. Whatever is asked, the service does not fail, and answers the same whether the answer is looked
/// into or goes out.
pub fn ask(query: &str, variables: Value) -> Response {
    let variables = Variables::from_json(variables);
    let request = || Request::new(query).variables(variables.clone());
    let response = RUNTIME.block_on(SERVICE.execute(request()));
    never_fails(&response.errors);
    // What is wrong with a request itself, the library tells in any order.
    if let Some(prepared) = SERVICE.prepare(request()).ok().filter(|_| !was_refused(&response)) {
        let sent = RUNTIME.block_on(SERVICE.run(prepared)).response;
        let mut written = Vec::new();
        json::write(&mut written, &sent).expect("memory takes everything");
        let found = serde_json::to_vec(&response).expect("an answer is JSON");
        assert_eq!(String::from_utf8_lossy(&written), String::from_utf8_lossy(&found));
    }
    response
}

/// Every error has a code and one short line, and none says that the service failed.
pub fn never_fails(errors: &[ServerError]) {
    for error in errors {
        let code = code_of(error).unwrap_or_else(|| panic!("an error without a code: {error:?}"));
        assert_ne!(code, ErrorCode::InternalServerError, "{error:?}");
        assert!(!error.message.contains('\n'), "{error:?}");
        assert!(error.message.len() < 2_000, "{error:?}");
    }
}
