//! GraphQL API: the schema, and the service that executes requests. Async code starts at this layer.
//!
//! The schema holds no data. Each request reads one generation from start to end, so no response mixes two versions.

pub mod bounds;
mod code_enum;
mod context;
pub mod current_generation;
mod cursor;
pub mod cut;
pub mod error;
pub mod execution;
pub mod flat_filter;
mod id;
mod input;
pub mod limit;
mod list;
mod node_kind;
mod prevalidation;
mod query;
pub mod rejected;
mod rules;
pub mod saved;
mod scalar;
mod schema;
mod subscription;
pub mod syntax;
mod types;
pub mod unknown;

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use async_graphql::{
    EmptyMutation, Request, Response, SDLExportOptions, Schema, SchemaBuilder, ValidationMode,
};

use axum::http::HeaderName;
use futures_util::FutureExt as _;
use tracing::Instrument as _;

use crate::model::client::Client;
use crate::model::noun::Kind;
pub use crate::read::cache;
use crate::read::reader::Reader;
use crate::read::work::Deadline;
use cache::{CacheLimit, CacheStats};
use context::{Cuts, PageLimit, RequestContext, Verdict};
use current_generation::CurrentGeneration;
use error::{ApiError, ErrorCode};
use execution::cost::{CostQuery, Estimator};
use execution::document::{Documents, ParsedDocument};
use execution::limiter::{Execution, Limiter};
use execution::prepared::{Answered, Prepared};
use execution::{json, length};
use limit::{ExecutionLimits, Limits};
use query::Query;
use rejected::{Rejected, was_refused};
use rules::Rules;
use subscription::Subscription;
use types::node::{CitingList, Node, Sourced};
use types::search::SearchList;
use types::statement::StatementList;

type Contract = Schema<Query, EmptyMutation, Subscription>;

/// Response header with the version of the data.
pub const DATA_VERSION: HeaderName = HeaderName::from_static("aidgraph-data-version");

/// Options of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Limits of a request.
    pub limits: Limits,
    /// True if introspection is allowed. Otherwise errors suggest no names either.
    pub introspection: bool,
    /// Maximum duration of an execution.
    pub time: Duration,
    /// Limits of the queue of executions.
    pub execution: ExecutionLimits,
    /// Bounds of the cache of parsed documents.
    pub documents: CacheLimit,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            introspection: true,
            time: Duration::from_secs(30),
            execution: ExecutionLimits::default(),
            documents: CacheLimit::of_bytes(16 * 1024 * 1024),
        }
    }
}

/// Maximum number of directives per field, and nesting depth of fragments and values; far above ordinary use.
const MAX_DIRECTIVES: usize = 5;
const MAX_RECURSION: usize = 32;

/// Description of every connection type; the types of the library have none.
const PAGE: &str = "Page of a list (Relay connection), with fields of the whole list.";

fn builder() -> SchemaBuilder<Query, EmptyMutation, Subscription> {
    let builder = Schema::build(Query, EmptyMutation, Subscription)
        .register_output_type::<Node>()
        .register_output_type::<Sourced>()
        .override_output_type_description::<CitingList>(PAGE)
        .override_output_type_description::<SearchList>(PAGE)
        .override_output_type_description::<StatementList>(PAGE);
    query::describe_pages(builder, PAGE)
}

/// Returns the schema in the schema definition language, as committed in `schema.graphql`.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().include_specified_by().prefer_single_line_descriptions();
    let mut text = builder().finish().sdl_with_options(options);
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// Status of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceStatus {
    /// True if the service has data and is not rebuilding a damaged generation.
    pub ready: bool,
    /// Version of the current data; `None` without data.
    pub data_version: Option<String>,
    /// Number of the current generation; `None` without data.
    pub generation: Option<u64>,
    /// Number of records by noun.
    pub counts: Vec<(String, u64)>,
    /// Number of generations that became current since the start.
    pub swaps: u64,
    /// Number of rebuilds of damaged generations since the start.
    pub rebuilds: u64,
}

/// Form of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ResponseForm {
    /// Values that the caller inspects.
    Values,
    /// JSON bytes.
    Json,
}

/// Request of a client, with the form of its response.
struct Asking<'a> {
    form: ResponseForm,
    client: &'a Client,
    prepared: Prepared,
}

/// Service that executes requests on the current generation. Clones share the state.
#[derive(Clone)]
pub struct Service {
    schema: Contract,
    estimator: Estimator,
    documents: Documents,
    live: CurrentGeneration,
    saved: Arc<ArcSwap<saved::Library>>,
    limits: Limits,
    introspection: bool,
    time: Duration,
    limiter: Limiter,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("live", &self.live).finish_non_exhaustive()
    }
}

impl Service {
    /// Creates a service over the current generation of `live`.
    pub fn new(live: CurrentGeneration, saved: saved::Library, options: Options) -> Self {
        // Pre-validation checks depth and size, and reports the measured numbers.
        let bounded = |builder: SchemaBuilder<_, _, _>| {
            let builder = builder
                .data(PageLimit(options.limits.page))
                // Each document is fully validated when it is first parsed.
                .validation_mode(ValidationMode::Fast)
                .limit_recursive_depth(MAX_RECURSION)
                .limit_directives(MAX_DIRECTIVES);
            if options.introspection {
                builder
            } else {
                builder.disable_introspection().disable_suggestions()
            }
        };
        let schema = bounded(builder()).limit_complexity(options.limits.cost).finish();
        let rules = Rules::of(&schema.sdl(), options.introspection);
        Self {
            schema,
            estimator: Estimator::new(bounded(builder()), options.limits.cost),
            documents: Documents::new(options.limits, rules, options.documents),
            live,
            saved: Arc::new(ArcSwap::from_pointee(saved)),
            limits: options.limits,
            introspection: options.introspection,
            time: options.time,
            limiter: Limiter::new(options.execution, options.time),
        }
    }

    /// Prepares a request: pre-validates and parses the document, or takes it from the cache, and selects the operation.
    ///
    /// # Errors
    /// [`Rejected`], with the errors for the client.
    pub fn prepare(&self, request: Request) -> Result<Prepared, Rejected> {
        Prepared::new(&self.documents, request)
    }

    /// Prepares and executes a request for inspection: as [`Service::prepare`] and [`Service::run`], but with plain values.
    pub async fn execute(&self, request: Request) -> Response {
        self.look_into(request).await.response
    }

    /// As [`Service::execute`], and reports the lists that the response truncates.
    pub async fn look_into(&self, request: Request) -> Answered {
        self.execute_for(&Client::Local, request, |answered| answered).await
    }

    /// As [`Service::look_into`], for a client. `finish` processes the response on the execution thread.
    pub async fn execute_for<T: Send + 'static>(
        &self,
        client: &Client,
        request: Request,
        finish: impl FnOnce(Answered) -> T + Send + 'static + Clone,
    ) -> T {
        let refused = match self.prepare(request) {
            Ok(prepared) => {
                let made = finish.clone();
                let execution = Asking { form: ResponseForm::Values, client, prepared };
                match self.run_as(execution, made).await {
                    Ok(found) => return found,
                    Err(err) => Rejected::from(err),
                }
            }
            Err(refused) => refused,
        };
        finish(Answered::without_data(refused.into()))
    }

    /// Executes a request on one generation, and sets the version of the data in header [`DATA_VERSION`]. The response may
    /// only be encoded by [`json::write`].
    pub async fn run(&self, prepared: Prepared) -> Answered {
        let answered = self.run_for(&Client::Local, prepared, |answered| answered).await;
        answered.unwrap_or_else(|err| Answered::without_data(Rejected::from(err).into()))
    }

    /// As [`Service::run`], for a client. `finish` processes the response on the execution thread, including its encoding.
    ///
    /// # Errors
    /// `OVERLOADED` when no permit is free in time, `TIMEOUT` when the deadline passes first, `REBUILDING` without data,
    /// `INTERNAL_SERVER_ERROR` after a panic.
    pub async fn run_for<T: Send + 'static>(
        &self,
        client: &Client,
        prepared: Prepared,
        finish: impl FnOnce(Answered) -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        self.run_as(Asking { form: ResponseForm::Json, client, prepared }, finish).await
    }

    async fn run_as<T: Send + 'static>(
        &self,
        asking: Asking<'_>,
        finish: impl FnOnce(Answered) -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let Asking { form, client, prepared } = asking;
        let reader = self.live.current().ok_or_else(ApiError::rebuilding)?;
        let deadline = Arc::new(Deadline::after(self.time));
        let goes_out = form == ResponseForm::Json && prepared.document.keeps_apart();
        let mut inquiry = RequestContext::within(&reader, &deadline, &self.limits, goes_out);
        if form == ResponseForm::Values {
            inquiry = inquiry.noting(Cuts::default());
        }
        let execution = Execution { client, estimate: prepared.estimate, deadline };
        let span = tracing::debug_span!("execute", kind = %prepared.kind());
        let service = self.clone();
        let execute = async move { finish(service.answered(prepared, inquiry).await) };
        self.limiter.run(execution, execute.instrument(span)).await
    }

    /// Reads the current generation on an execution thread, with the permits and the deadline of a request. `estimate` is
    /// the expected time in microseconds. A failed read reports the generation as damaged.
    ///
    /// # Errors
    /// As [`Service::run_for`], without a panic's.
    pub async fn read_for<T: Send + 'static>(
        &self,
        client: &Client,
        estimate: u64,
        read: impl FnOnce(&Reader) -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let reader = self.live.current().ok_or_else(ApiError::rebuilding)?;
        let deadline = Arc::new(Deadline::after(self.time));
        let reader = reader.until(Arc::clone(&deadline));
        let execution = Execution { client, estimate, deadline: Arc::clone(&deadline) };
        let execute = async move {
            deadline.begin();
            read(&reader)
        };
        self.limiter.run(execution, execute).await
    }

    /// Reports that a read of a generation failed, so that it is rebuilt.
    pub fn report_damage(&self, generation: u64) {
        self.live.report_damage(generation);
    }

    /// Executes a request, on a thread of the limiter.
    async fn answered(&self, prepared: Prepared, inquiry: RequestContext) -> Answered {
        let begin = Instant::now();
        inquiry.begin();
        let (generation, version) = (inquiry.generation(), inquiry.version());
        let (verdict, document) = (inquiry.verdict(), Arc::clone(&prepared.document));
        let name = prepared.name.clone();
        let (reader, cuts, deadline) = (inquiry.reader(), inquiry.cuts(), inquiry.deadline());
        let warnings = unknown::warnings(self.documents.rules(), &prepared, &reader);
        let answering = self.respond(prepared.with(inquiry));
        let answering = AssertUnwindSafe(length::by(reader, answering));
        // A panic is a defect of the program, not of the data.
        let Ok(mut response) = answering.catch_unwind().await else {
            return Answered::without_data(Rejected::from(ApiError::failed()).into());
        };
        document.took(u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX));
        self.settle(&document, name.as_deref(), &verdict, &mut response);
        if let Some(version) = version {
            response.http_headers.insert(DATA_VERSION, version);
        }
        if let Some(warnings) = warnings.filter(|_| !was_refused(&response)) {
            response.extensions.insert(unknown::WARNINGS.to_owned(), warnings);
        }
        if cuts.is_some() {
            json::bare(&mut response.data);
        }
        let failed = |error| error::code_of(error) == Some(ErrorCode::InternalServerError);
        if response.errors.iter().any(failed) {
            self.live.report_damage(generation);
        }
        let cut = cuts.map(|cuts| cuts.lists()).unwrap_or_default();
        Answered::of(response, generation, cut, deadline)
    }

    /// Executes a request, and adds its cost if that is requested or exceeds the limit.
    async fn respond(&self, prepared: Prepared) -> Response {
        let query = CostQuery::of(&prepared);
        // The future of an execution is large, and so would be every future that awaits it inline; boxing avoids the moves.
        let response = Box::pin(self.schema.execute(prepared.request)).await;
        self.estimator.complete(query, response).await
    }

    /// Replaces the response by the error that ended the execution early, or propagates the nulls of failed fields.
    fn settle(
        &self,
        document: &ParsedDocument,
        name: Option<&str>,
        verdict: &Verdict,
        response: &mut Response,
    ) {
        response.errors.iter().for_each(|error| verdict.note_whole(error));
        if let Some(error) = verdict.ended() {
            *response = Rejected::from(error).into();
        } else if let Ok(operation) = document.operation(name) {
            self.documents.rules().propagate(&document.parsed, &operation.node, response);
        }
        error::complete(&mut response.errors);
    }

    /// Number of executions that wait or run.
    pub fn under_way(&self) -> usize {
        self.limiter.under_way()
    }

    /// Number of the current generation; `None` without data.
    pub fn generation(&self) -> Option<u64> {
        self.live.current().map(|reader| reader.generation_number())
    }

    /// Number of the current generation and version of its data; `None` without data.
    pub fn in_force(&self) -> Option<(u64, String)> {
        let reader = self.live.current()?;
        Some((reader.generation_number(), reader.version().to_owned()))
    }

    /// Status of the service.
    pub fn status(&self) -> ServiceStatus {
        let reader = self.live.current();
        let reader = reader.as_deref();
        let count = |kind: &Kind| {
            (kind.to_string(), reader.map_or(0, |reader| u64::from(reader.count(*kind))))
        };
        ServiceStatus {
            ready: reader.is_some() && !self.live.is_rebuilding(),
            data_version: reader.map(|reader| reader.version().to_owned()),
            generation: reader.map(Reader::generation_number),
            counts: Kind::ALL.iter().map(count).collect(),
            swaps: self.live.swaps(),
            rebuilds: self.live.rebuilds(),
        }
    }

    /// Statistics of the cache of parsed documents.
    pub fn documents(&self) -> CacheStats {
        self.documents.tally()
    }

    /// Returns true if the schema is public, by introspection and as a file.
    pub fn tells_schema(&self) -> bool {
        self.introspection
    }

    /// Limits of a request.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Library of saved queries.
    pub fn saved(&self) -> Arc<saved::Library> {
        self.saved.load_full()
    }

    /// Replaces the library of saved queries.
    pub fn replace_saved(&self, library: saved::Library) {
        self.saved.store(Arc::new(library));
    }

    /// Applies the rules and limits of a request to a document.
    ///
    /// # Errors
    /// [`Rejected`], with the errors for the client.
    pub fn validate(&self, text: &str) -> Result<(), Rejected> {
        self.documents.read(text).map(|_| ())
    }
}
