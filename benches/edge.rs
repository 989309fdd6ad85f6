//! The edge against what stands in every textbook: our handlers beside the stock handler of async-graphql-axum over the
//! same service, which executes to values and encodes them with serde, and beside a bare handler of axum that returns ready
//! bytes. `cargo bench --bench edge`.
//!
//! All of them stand in this process, on one runtime, with the allocator of the binary, and are asked by turns over the
//! same number of connections. `cargo bench --bench edge -- nodes` measures the rows with that word alone. Compare the ratios; the rates depend on the machine and on what else it does.

#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "rates and ratios for people; no money"
)]

use std::env;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use aidgraph::graphql::cache::CacheLimit;
use aidgraph::graphql::current_generation::CurrentGeneration;
use aidgraph::graphql::execution::limiter;
use aidgraph::graphql::saved::Library;
use aidgraph::graphql::{self, Service};
use aidgraph::http as edge;
use aidgraph::read::reader::Reader;
use aidgraph::server::Shutdown;
use aidgraph::store::Store;
use async_graphql::{Data, Executor, Request, Response};
use async_graphql_axum::GraphQL;
use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::{post, post_service};
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt as _, StreamExt as _};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

#[expect(dead_code, reason = "each bench uses some of it")]
mod support;

use support::http::Client;
use support::{Load, Result, Server, load_for};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often each pair is asked by turns; the middle ratio counts.
const ROUNDS: usize = 7;

/// How long one is asked at a time; `AIDGRAPH_BENCH_SECONDS` says otherwise.
const SPAN: Duration = Duration::from_secs(2);

/// The least of what costs anything.
const TRIVIAL: &str = "{__typename}";

/// Fifty nodes with what hangs on them.
const NESTED: &str = "query Fifty { programmes(first: 50) { totalCount pageInfo { hasNextPage endCursor } \
    nodes { id identifier label kind status country { code label } \
    participations { role channel agency { id label } } budgets { money { display } } \
    sectors { percentage sector { code label } } } } }";

fn main() -> Result<()> {
    let seconds = env::var("AIDGRAPH_BENCH_SECONDS").ok().and_then(|text| text.parse().ok());
    let span = seconds.map_or(SPAN, Duration::from_secs_f64);
    let wanted = env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let folder = tempfile::tempdir()?;
    Server::start(folder.path())?.stop()?;
    let store = Store::open(folder.path())?;
    let generation = store.current()?.ok_or("the data folder has no generation")?;
    let runtime = limiter::runtime()?;
    let _inside = runtime.enter();

    let live = CurrentGeneration::empty();
    live.swap(Reader::new(generation));
    let stop = Shutdown::default();
    let none = CacheLimit { entries: 0, bytes: 0 };
    let cached = ours(&runtime, &live, &edge::Options::default(), &stop)?;
    let fresh = edge::Options { answers: none, ..edge::Options::default() };
    let fresh = ours(&runtime, &live, &fresh, &stop)?;
    let stock = stock(&runtime, &live)?;
    let nested = json!({ "query": NESTED }).to_string();
    let trivial = json!({ "query": TRIVIAL }).to_string();
    let bare = bare(&runtime, answer(&cached, &nested)?)?;
    for (one, other, body) in [(&cached, &stock, &trivial), (&cached, &fresh, &nested)] {
        if answer(one, body)? != answer(other, body)? {
            return Err("two servers give two answers".into());
        }
    }

    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:<34}{:>12}{:>12}{:>10}{:>10}{:>8}",
        "16 connections, by turns", "ours req/s", "their req/s", "p99 ms", "theirs", "ratio"
    )?;
    for (name, ours, theirs, body) in [
        ("trivial, stock handler", &cached, &stock, &trivial),
        ("trivial not cached, stock handler", &fresh, &stock, &trivial),
        ("50 nodes not cached, stock handler", &fresh, &stock, &nested),
        ("50 nodes cached, bare handler", &cached, &bare, &nested),
    ]
    .into_iter()
    .filter(|(name, ..)| wanted.as_ref().is_none_or(|wanted| name.contains(wanted)))
    {
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            rounds.push((load_for(span, ours, body)?, load_for(span, theirs, body)?));
        }
        row(&mut out, name, rounds)?;
    }
    stop.begin();
    Ok(())
}

/// The round with the middle ratio.
fn row(out: &mut impl io::Write, name: &str, mut rounds: Vec<(Load, Load)>) -> Result<()> {
    let ratio = |(ours, theirs): &(Load, Load)| ours.per_second / theirs.per_second;
    rounds.sort_by(|one, other| ratio(one).total_cmp(&ratio(other)));
    let middle = rounds.get(rounds.len() / 2).ok_or("no round")?;
    let (ours, theirs) = middle;
    let milliseconds = |load: &Load| load.slowest.as_secs_f64() * 1000.0;
    let (worst, theirs_worst) = (milliseconds(ours), milliseconds(theirs));
    writeln!(
        out,
        "{name:<34}{:>12.0}{:>12.0}{worst:>10.2}{theirs_worst:>10.2}{:>8.2}",
        ours.per_second,
        theirs.per_second,
        ratio(middle)
    )?;
    Ok(())
}

fn answer(address: &str, body: &str) -> Result<Vec<u8>> {
    let json = [("content-type", "application/json")];
    Ok(Client::connect(address)?.send("POST", "/graphql", &json, body)?.bytes)
}

fn listen(runtime: &Runtime) -> Result<(TcpListener, String)> {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let address = listener.local_addr()?.to_string();
    Ok((listener, address))
}

/// Our handlers, as the binary serves them.
fn ours(
    runtime: &Runtime,
    live: &CurrentGeneration,
    options: &edge::Options,
    stop: &Shutdown,
) -> Result<String> {
    let (listener, address) = listen(runtime)?;
    let service = Service::new(live.clone(), Library::embedded(), graphql::Options::default());
    let server = edge::Server::open(service, options, &[address.parse()?], None, stop.clone())?;
    runtime.spawn(server.serve(listener));
    Ok(address)
}

/// The service as an executor of the library.
#[derive(Clone)]
struct Stock(Service);

impl Executor for Stock {
    async fn execute(&self, request: Request) -> Response {
        self.0.execute(request).await
    }

    fn execute_stream(
        &self,
        request: Request,
        _: Option<Arc<Data>>,
    ) -> BoxStream<'static, Response> {
        let service = self.0.clone();
        stream::once(async move { service.execute(request).await }.boxed()).boxed()
    }
}

/// The handler of async-graphql-axum over the service, as its documentation shows it.
fn stock(runtime: &Runtime, live: &CurrentGeneration) -> Result<String> {
    let (listener, address) = listen(runtime)?;
    let service = Service::new(live.clone(), Library::embedded(), graphql::Options::default());
    let handler = GraphQL::new(Stock(service));
    let router = Router::new().route("/graphql", post_service(handler));
    runtime.spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

/// A handler that has read the request and returns bytes that it holds.
fn bare(runtime: &Runtime, bytes: Vec<u8>) -> Result<String> {
    let (listener, address) = listen(runtime)?;
    let bytes = Bytes::from(bytes);
    let handler = move |_: Bytes| async move { ([(CONTENT_TYPE, "application/json")], bytes) };
    let router = Router::new().route("/graphql", post(handler));
    runtime.spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}
