//! The contract: the schema, and the service that answers requests by it. Async begins here.
//!
//! The schema holds no data. Each request gets the reader of one generation and keeps it to its end, so no answer
//! mixes two versions.

mod cursor;
pub mod error;
mod id;
mod input;
mod list;
pub mod live;
mod query;
mod request;
pub mod saved;
mod scalar;
mod types;
mod word;

use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use async_graphql::{
    EmptyMutation, EmptySubscription, Request, Response, SDLExportOptions, Schema, SchemaBuilder,
};

use axum::http::{HeaderName, HeaderValue};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::model::noun::Kind;
use error::{ApiError, ErrorCode};
use live::Live;
use query::Query;
use request::Deadline;
use types::node::{CitingList, Node, Sourced};
use types::search::SearchList;

type Contract = Schema<Query, EmptyMutation, EmptySubscription>;

/// Tells which version of the data gave an answer.
pub const DATA_VERSION: HeaderName = HeaderName::from_static("aidgraph-data-version");

/// What a request may ask at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How deep fields may be nested.
    pub max_depth: usize,
    /// How much a request may cost: roughly, the number of fields of its largest answer.
    pub max_complexity: usize,
    /// Whether the schema may be asked for.
    pub introspection: bool,
    /// How long an execution may take.
    pub time: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_depth: 20,
            max_complexity: 500_000,
            introspection: true,
            time: Duration::from_secs(30),
        }
    }
}

/// Directives that one field may have, and how deep fragments and values may be nested: no honest request comes near.
const MAX_DIRECTIVES: usize = 5;
const MAX_RECURSION: usize = 32;

/// What the schema says of every connection; the library's have no description of their own.
const PAGE: &str = "A page of a list, as Relay has it, with what is known of the whole list.";

fn builder() -> SchemaBuilder<Query, EmptyMutation, EmptySubscription> {
    let builder = Schema::build(Query, EmptyMutation, EmptySubscription)
        .register_output_type::<Node>()
        .register_output_type::<Sourced>()
        .override_output_type_description::<CitingList>(PAGE)
        .override_output_type_description::<SearchList>(PAGE);
    query::describe_pages(builder, PAGE)
}

/// The schema in the schema language, as it is committed.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().include_specified_by().prefer_single_line_descriptions();
    let mut text = builder().finish().sdl_with_options(options);
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The fewest executions at a time.
const MIN_PLACES: usize = 2;

/// An answer that is only an error.
fn refused(error: ApiError) -> Response {
    let error = async_graphql::Error::from(error);
    Response::from_errors(vec![error.into_server_error(async_graphql::Pos::default())])
}

/// What the service knows of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceStatus {
    /// Whether it can answer.
    pub ready: bool,
    /// The version of the data in force.
    pub data_version: Option<String>,
    /// The number of the build in force.
    pub generation: Option<u64>,
    /// How many records there are, by noun.
    pub counts: Vec<(String, u64)>,
}

/// The service: answers requests from the generation in force. Clones are the same.
#[derive(Clone)]
pub struct Service {
    schema: Contract,
    live: Live,
    saved: Arc<saved::Library>,
    time: Duration,
    places: Arc<Semaphore>,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("live", &self.live).finish_non_exhaustive()
    }
}

impl Service {
    /// A service over whatever is in force.
    pub fn new(live: Live, saved: saved::Library, options: Options) -> Self {
        let mut builder = builder()
            .limit_depth(options.max_depth)
            .limit_complexity(options.max_complexity)
            .limit_recursive_depth(MAX_RECURSION)
            .limit_directives(MAX_DIRECTIVES);
        if !options.introspection {
            builder = builder.disable_introspection().disable_suggestions();
        }
        let places =
            thread::available_parallelism().map_or(MIN_PLACES, |n| n.get().max(MIN_PLACES));
        Self {
            schema: builder.finish(),
            live,
            saved: Arc::new(saved),
            time: options.time,
            places: Arc::new(Semaphore::new(places)),
        }
    }

    /// Answers a request from one generation, whose version goes with the answer under [`DATA_VERSION`].
    pub async fn execute(&self, request: Request) -> Response {
        let Some(reader) = self.live.current() else {
            return refused(ApiError::rebuilding());
        };
        let generation = reader.generation_number();
        let version = HeaderValue::from_str(reader.version());
        let deadline = Deadline(Instant::now() + self.time);
        let mut response = self.run(request.data(reader).data(deadline)).await;
        if let Ok(version) = version {
            response.http_headers.insert(DATA_VERSION, version);
        }
        error::complete(&mut response.errors);
        let failed = |error| error::code_of(error) == Some(ErrorCode::InternalServerError);
        if response.errors.iter().any(failed) {
            self.live.report_damage(generation);
        }
        response
    }

    /// Executes on a thread that may block: resolvers read the disk and never wait, so that on a thread of the runtime
    /// a long one would hold up health, signals and everybody else. As many run at a time as there are processors.
    async fn run(&self, request: Request) -> Response {
        // The semaphore is never closed; without a place the execution would still be right.
        let place = self.places.clone().acquire_owned().await.ok();
        let schema = self.schema.clone();
        let runtime = Handle::current();
        let execution = tokio::task::spawn_blocking(move || {
            let response = runtime.block_on(schema.execute(request));
            drop(place);
            response
        });
        execution.await.unwrap_or_else(|_| refused(ApiError::failed()))
    }

    /// What the service knows of itself.
    pub fn status(&self) -> ServiceStatus {
        let reader = self.live.current();
        let reader = reader.as_deref();
        let count = |kind: &Kind| {
            (kind.to_string(), reader.map_or(0, |reader| u64::from(reader.count(*kind))))
        };
        ServiceStatus {
            ready: reader.is_some(),
            data_version: reader.map(|reader| reader.version().to_owned()),
            generation: reader.map(crate::read::reader::Reader::generation_number),
            counts: Kind::ALL.iter().map(count).collect(),
        }
    }

    /// The saved queries.
    pub fn saved(&self) -> &saved::Library {
        &self.saved
    }
}
