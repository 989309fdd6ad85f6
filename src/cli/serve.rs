//! `aidgraph serve`: listens at once, prepares the data in the background, and serves until shutdown.

use std::future::pending;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::error::CommandError;
use super::signal::SignalListener;
use super::{log, output};
use crate::config::Config;
use crate::graphql::Service;
use crate::graphql::current_generation::CurrentGeneration;
use crate::graphql::execution::limiter;
use crate::graphql::saved::Library;
use crate::graphql::saved::folder::FileProblem;
use crate::http::{self, Ended, Server};
use crate::model::printable::sentence;
use crate::server::Shutdown;
use crate::service::error::Error;
use crate::service::import::ImportService;
use crate::service::query_watch::WatchedQueries;
use crate::service::seed_watch::ReloadFlag;
use crate::service::supervisor::{self, StartState};
use crate::table::catalogue::Catalogue;

/// Serves until SIGTERM or SIGINT.
pub(super) fn run(config: &Config) -> Result<ExitCode, CommandError> {
    let start = Instant::now();
    let no_threads = |err| CommandError::Failed(format!("cannot start threads: {err}"));
    let runtime = limiter::runtime().map_err(no_threads)?;
    let no_signals = |err| CommandError::Failed(format!("cannot listen for signals: {err}"));
    let orders = {
        let _inside = runtime.enter();
        SignalListener::listen().map_err(no_signals)?
    };
    log::start(config)?;
    let saved = Library::embedded();
    let live = CurrentGeneration::empty();
    let service = Service::new(live.clone(), saved, config.graphql);
    let queries = queries(config, &service)?;
    let ended = runtime.block_on(serve(config, live, service, queries, orders, start));
    runtime.shutdown_timeout(Duration::ZERO);
    match ended? {
        Ended::Complete => tracing::info!("stopped; all requests in flight completed"),
        Ended::Cut => tracing::warn!("stopped; shutdown timeout reached with requests in flight"),
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads the folder of the operator's queries. Each problem is a line on standard error.
fn queries(config: &Config, service: &Service) -> Result<Option<WatchedQueries>, CommandError> {
    let Some(folder) = config.queries.clone() else { return Ok(None) };
    let mut reserved = vec!["catalog", "openapi"];
    reserved.extend(Catalogue::default().tables().iter().map(|table| table.name));
    let watched = WatchedQueries::open(folder.clone(), reserved, service.clone());
    let invalid = |problems: Vec<FileProblem>| {
        for problem in &problems {
            output::message(&problem.to_string());
        }
        let (problems, folder) = (problems.len(), folder.display());
        CommandError::Usage(format!(
            "{problems} problems in --queries {folder}: correct the files above"
        ))
    };
    watched.map(Some).map_err(invalid)
}

async fn serve(
    config: &Config,
    live: CurrentGeneration,
    service: Service,
    queries: Option<WatchedQueries>,
    orders: SignalListener,
    start: Instant,
) -> Result<Ended, CommandError> {
    let stop = Shutdown::default();
    let hangups = orders.follow(stop.clone());
    let (server, addresses) = tokio::select! {
        opened = open(config, service, stop.clone()) => opened?,
        // A shutdown ends the wait for name resolution and files.
        () = stop.begun() => return Ok(Ended::Complete),
    };
    let (listener, address) = listen("--listen", &config.listen, &addresses).await?;
    let seed_reload = ReloadFlag::default();
    let folders = queries.iter().map(WatchedQueries::reload).chain([seed_reload.clone()]);
    hangups.follow(server.reload(), folders.collect());
    if let Some(queries) = queries {
        tokio::spawn(queries.follow());
    }
    let watched = match &config.metrics_listen {
        Some(wanted) => {
            let (listener, address) =
                listen("--metrics-listen", wanted, &resolve(wanted).await?).await?;
            tracing::info!(metrics = format!("http://{address}/metrics"), "serving metrics");
            Some(tokio::spawn(server.watched(listener, address)))
        }
        None => None,
    };
    tracing::info!(address = %address, "listening; preparing data");
    let announced = config.clone();
    let announce = move |ready: &StartState| announce(ready, &announced, address, start);
    let (prepared, supervisor) =
        supervisor::start(super::data_options(config), live, seed_reload, announce);
    let ended = tokio::select! {
        ended = server.serve(listener) => Ok(ended),
        failure = failed(prepared) => Err(failure),
    };
    supervisor.stop().await;
    if let Some(watched) = watched {
        watched.abort();
    }
    ended
}

/// Opens the server and resolves its addresses. Files are read on the blocking pool.
async fn open(
    config: &Config,
    service: Service,
    stop: Shutdown,
) -> Result<(Server, Vec<SocketAddr>), CommandError> {
    let addresses = resolve(&config.listen).await?;
    let import = Arc::new(ImportService::new(super::data_options(config)));
    // A container may have no other folder that can be written.
    let options = http::Options { temporary: Some(config.data.clone()), ..config.http.clone() };
    let listens = addresses.clone();
    let opening = tokio::task::spawn_blocking(move || {
        Server::open(service, &options, &listens, Some(import), stop)
    });
    match opening.await {
        Ok(opened) => Ok((opened.map_err(|err| CommandError::Usage(sentence(&err)))?, addresses)),
        Err(_) => Err(CommandError::Failed("the service panicked; see the log".to_owned())),
    }
}

/// Completes if the preparation of the data fails; otherwise stays pending.
async fn failed(prepared: oneshot::Receiver<Result<(), Error>>) -> CommandError {
    match prepared.await {
        Ok(Ok(())) => pending().await,
        Ok(Err(err)) => err.into(),
        Err(_) => CommandError::Failed("cannot prepare the data; see the log".to_owned()),
    }
}

/// Resolves a name or an address.
async fn resolve(wanted: &str) -> Result<Vec<SocketAddr>, CommandError> {
    let found = tokio::net::lookup_host(wanted).await;
    found
        .map(Iterator::collect)
        .map_err(|err| CommandError::Failed(format!("cannot listen on {wanted}: {err}")))
}

/// Binds the first available address. Errors name the flag that sets it.
async fn listen(
    flag: &str,
    wanted: &str,
    addresses: &[SocketAddr],
) -> Result<(TcpListener, SocketAddr), CommandError> {
    let listening = async {
        let listener = TcpListener::bind(addresses).await?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    listening.await.map_err(|err: io::Error| {
        CommandError::Failed(match err.kind() {
            ErrorKind::AddrInUse => {
                format!("{wanted} is in use by another program: choose another address with {flag}")
            }
            ErrorKind::AddrNotAvailable => {
                format!("{wanted} is not an address of this machine: choose another with {flag}")
            }
            ErrorKind::PermissionDenied => {
                format!(
                    "permission denied to listen on {wanted}: choose a port above 1023 with {flag}"
                )
            }
            _ => format!("cannot listen on {wanted}: {err}"),
        })
    })
}

fn announce(ready: &StartState, config: &Config, address: SocketAddr, start: Instant) {
    let scheme = if config.http.tls.is_some() { "https" } else { "http" };
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        playground = format!("{scheme}://{address}/playground/"),
        graphql = format!("{scheme}://{address}/graphql"),
        records = ready.records,
        counts = ready.counts,
        data_version = ready.data_version,
        took_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
        "ready"
    );
    if ready.left_out > 0 {
        let folder = config.seed.as_ref().map_or("DIR".to_owned(), |dir| dir.display().to_string());
        tracing::warn!(
            rows = ready.left_out,
            "rows with errors left out; list them with `aidgraph check {folder}` for a seed, count them per file with `aidgraph status`"
        );
    }
}
