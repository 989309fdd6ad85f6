//! The contract: the schema, and the service that answers requests by it. Async begins here.
//!
//! The schema holds no data. Each request gets the reader of one generation and keeps it to its end, so no answer
//! mixes two versions.

mod cost;
mod cursor;
mod document;
pub mod error;
mod estimate;
mod event;
mod gate;
mod id;
mod input;
pub mod json;
mod length;
pub mod limit;
pub mod limiter;
mod list;
pub mod live;
mod plain;
pub mod prepared;
mod query;
pub mod refused;
mod request;
mod rules;
pub mod saved;
mod scalar;
mod subscription;
pub mod syntax;
mod types;
pub mod unknown;
mod word;
pub mod yardstick;

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::{
    EmptyMutation, Request, Response, SDLExportOptions, Schema, SchemaBuilder, ValidationMode,
};

use axum::http::HeaderName;
use futures_util::FutureExt as _;
use tracing::Instrument as _;

use crate::model::noun::Kind;
pub use crate::read::shelf;
use crate::read::work::Deadline;
use cost::Estimator;
use document::{Document, Documents};
use error::{ApiError, ErrorCode};
use limit::Limits;
use limiter::{Client, Execution, Limiter};
use live::Live;
use prepared::{Answered, Prepared};
use query::Query;
use refused::{Refused, was_refused};
use request::{Cuts, Inquiry, PageLimit, Verdict};
use rules::Rules;
use shelf::{Bound, Tally};
use subscription::Subscription;
use types::node::{CitingList, Node, Sourced};
use types::search::SearchList;

type Contract = Schema<Query, EmptyMutation, Subscription>;

/// Tells which version of the data gave an answer.
pub const DATA_VERSION: HeaderName = HeaderName::from_static("aidgraph-data-version");

/// What a request may ask at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// What its document may hold.
    pub limits: Limits,
    /// Whether the schema may be asked for. Without it, errors suggest no names either.
    pub introspection: bool,
    /// How long an execution may take.
    pub time: Duration,
    /// How long a request may wait for its execution.
    pub wait: Duration,
    /// Executions that wait or run, all clients together.
    pub requests: usize,
    /// The parsed documents that are kept.
    pub documents: Bound,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            introspection: true,
            time: Duration::from_secs(30),
            wait: Duration::from_secs(2),
            requests: 512,
            documents: Bound { entries: 1_000, bytes: 16 * 1024 * 1024 },
        }
    }
}

/// Directives that one field may have, and how deep fragments and values may be nested: no honest request comes near.
const MAX_DIRECTIVES: usize = 5;
const MAX_RECURSION: usize = 32;

/// What the schema says of every connection; the library's have no description of their own.
const PAGE: &str = "A page of a list, as Relay has it, with what is known of the whole list.";

fn builder() -> SchemaBuilder<Query, EmptyMutation, Subscription> {
    let builder = Schema::build(Query, EmptyMutation, Subscription)
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

/// What the service knows of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceStatus {
    /// Whether it can answer, and is not building anew what a read has failed in.
    pub ready: bool,
    /// The version of the data in force.
    pub data_version: Option<String>,
    /// The number of the build in force.
    pub generation: Option<u64>,
    /// How many records there are, by noun.
    pub counts: Vec<(String, u64)>,
    /// How many builds were put in force since the start.
    pub swaps: u64,
    /// How many of them took the place of damaged ones.
    pub rebuilds: u64,
}

/// What becomes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// It is looked into.
    Values,
    /// It is written.
    Json,
}

/// A request of a client, and what becomes of its answer.
struct Asking<'a> {
    form: Form,
    client: &'a Client,
    prepared: Prepared,
}

/// The service: answers requests from the generation in force. Clones are the same.
#[derive(Clone)]
pub struct Service {
    schema: Contract,
    estimator: Estimator,
    documents: Documents,
    live: Live,
    saved: Arc<saved::Library>,
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
    /// A service over whatever is in force.
    pub fn new(live: Live, saved: saved::Library, options: Options) -> Self {
        // Depth and size are counted by the gate, which says what it found.
        let bounded = |builder: SchemaBuilder<_, _, _>| {
            let builder = builder
                .data(PageLimit(options.limits.page))
                // Each document has been held against the rules when it was first read.
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
            saved: Arc::new(saved),
            limits: options.limits,
            introspection: options.introspection,
            time: options.time,
            limiter: Limiter::new(options.requests, options.wait.min(options.time)),
        }
    }

    /// Lets a request through the gate: parses it, or knows it, and finds the operation that is meant.
    ///
    /// # Errors
    /// [`Refused`], with what the client is told.
    pub fn prepare(&self, request: Request) -> Result<Prepared, Refused> {
        Prepared::new(&self.documents, request)
    }

    /// Answers a request, as [`Service::prepare`] and [`Service::run`] do, with values to be looked into.
    pub async fn execute(&self, request: Request) -> Response {
        self.look_into(request).await.response
    }

    /// The same, with what is not in the answer: the lists of which it holds only a part.
    pub async fn look_into(&self, request: Request) -> Answered {
        self.execute_for(&Client::Local, request, |answered| answered).await
    }

    /// The same for a client, and what is made of the answer where it was executed.
    pub async fn execute_for<T: Send + 'static>(
        &self,
        client: &Client,
        request: Request,
        finish: impl FnOnce(Answered) -> T + Send + 'static + Clone,
    ) -> T {
        let refused = match self.prepare(request) {
            Ok(prepared) => {
                let made = finish.clone();
                let execution = Asking { form: Form::Values, client, prepared };
                match self.run_as(execution, made).await {
                    Ok(found) => return found,
                    Err(err) => Refused::from(err),
                }
            }
            Err(refused) => refused,
        };
        finish(Answered::without_data(refused.into()))
    }

    /// Answers a request from one generation, whose version goes with the answer under [`DATA_VERSION`]. The answer goes
    /// out by [`json::write`] and no other way.
    pub async fn run(&self, prepared: Prepared) -> Answered {
        let answered = self.run_for(&Client::Local, prepared, |answered| answered).await;
        answered.unwrap_or_else(|err| Answered::without_data(Refused::from(err).into()))
    }

    /// The same for a client, and what is made of the answer where it was executed: it is written there too.
    ///
    /// # Errors
    /// `OVERLOADED` when the execution finds no place in time, `TIMEOUT` when its time passes first, `REBUILDING` when there
    /// is no data, `INTERNAL_SERVER_ERROR` when it panics.
    pub async fn run_for<T: Send + 'static>(
        &self,
        client: &Client,
        prepared: Prepared,
        finish: impl FnOnce(Answered) -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        self.run_as(Asking { form: Form::Json, client, prepared }, finish).await
    }

    async fn run_as<T: Send + 'static>(
        &self,
        asking: Asking<'_>,
        finish: impl FnOnce(Answered) -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let Asking { form, client, prepared } = asking;
        let reader = self.live.current().ok_or_else(ApiError::rebuilding)?;
        let deadline = Arc::new(Deadline::after(self.time));
        let goes_out = form == Form::Json && prepared.document.keeps_apart();
        let mut inquiry = Inquiry::within(&reader, &deadline, &self.limits, goes_out);
        if form == Form::Values {
            inquiry = inquiry.noting(Cuts::default());
        }
        let execution = Execution { client, estimate: prepared.estimate, deadline };
        let span = tracing::debug_span!("execute", kind = %prepared.kind());
        let service = self.clone();
        let execute = async move { finish(service.answered(prepared, inquiry).await) };
        self.limiter.run(execution, execute.instrument(span)).await
    }

    /// Executes, on a thread of the limiter.
    async fn answered(&self, prepared: Prepared, inquiry: Inquiry) -> Answered {
        let begin = Instant::now();
        inquiry.begin();
        let (generation, version) = (inquiry.generation(), inquiry.version());
        let (verdict, document) = (inquiry.verdict(), Arc::clone(&prepared.document));
        let name = prepared.name.clone();
        let (reader, cuts) = (inquiry.reader(), inquiry.cuts());
        let warnings = unknown::warnings(self.documents.rules(), &prepared, &reader);
        let answering = self.estimator.answer(&self.schema, prepared.with(inquiry));
        let answering = AssertUnwindSafe(length::by(reader, answering));
        // A panic is a mistake of the program, and says nothing of the data.
        let Ok(mut response) = answering.catch_unwind().await else {
            return Answered::without_data(Refused::from(ApiError::failed()).into());
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
        Answered::of(response, generation, cuts.map(|cuts| cuts.lists()).unwrap_or_default())
    }

    /// Says what has ended an execution early, and gives each field that failed its null.
    fn settle(
        &self,
        document: &Document,
        name: Option<&str>,
        verdict: &Verdict,
        response: &mut Response,
    ) {
        if let Some(error) = verdict.ended() {
            *response = Refused::from(error).into();
        } else if let Ok(operation) = document.operation(name) {
            self.documents.rules().propagate(&document.parsed, &operation.node, response);
        }
        error::complete(&mut response.errors);
    }

    /// How many executions wait or run.
    pub fn under_way(&self) -> usize {
        self.limiter.under_way()
    }

    /// The generation in force.
    pub fn generation(&self) -> Option<u64> {
        self.live.current().map(|reader| reader.generation_number())
    }

    /// The generation in force, and the version of its data.
    pub fn in_force(&self) -> Option<(u64, String)> {
        let reader = self.live.current()?;
        Some((reader.generation_number(), reader.version().to_owned()))
    }

    /// What the service knows of itself.
    pub fn status(&self) -> ServiceStatus {
        let reader = self.live.current();
        let reader = reader.as_deref();
        let count = |kind: &Kind| {
            (kind.to_string(), reader.map_or(0, |reader| u64::from(reader.count(*kind))))
        };
        ServiceStatus {
            ready: reader.is_some() && !self.live.is_rebuilding(),
            data_version: reader.map(|reader| reader.version().to_owned()),
            generation: reader.map(crate::read::reader::Reader::generation_number),
            counts: Kind::ALL.iter().map(count).collect(),
            swaps: self.live.swaps(),
            rebuilds: self.live.rebuilds(),
        }
    }

    /// How the parsed documents that are kept are used.
    pub fn documents(&self) -> Tally {
        self.documents.tally()
    }

    /// Whether the schema may be asked for, by introspection or as a file.
    pub fn tells_schema(&self) -> bool {
        self.introspection
    }

    /// The saved queries.
    pub fn saved(&self) -> &saved::Library {
        &self.saved
    }
}
