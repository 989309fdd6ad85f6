//! `aidgraph serve`: listens first, prepares the data meanwhile, answers until it is asked to stop.

use std::future::pending;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::again::Again;
use super::desk::Desk;
use super::failure::{Failure, sentence};
use super::keeper::{Keeper, Ready};
use super::log;
use super::signal::Orders;
use crate::config::Config;
use crate::graphql::Service;
use crate::graphql::limiter;
use crate::graphql::live::Live;
use crate::graphql::saved::Library;
use crate::http::{Ended, Server, Stop};

/// How long the end waits for the keeper; a build that takes longer is cut off, which it is made for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Serves until SIGTERM or SIGINT.
pub(super) fn run(config: &Config) -> Result<ExitCode, Failure> {
    let start = Instant::now();
    let threadless = |err| Failure::Failed(format!("no threads could be started: {err}"));
    let runtime = limiter::runtime().map_err(threadless)?;
    let deaf = |err| Failure::Failed(format!("signals cannot be heard: {err}"));
    let orders = {
        let _inside = runtime.enter();
        Orders::hear().map_err(deaf)?
    };
    log::start(config)?;
    let saved = Library::embedded();
    let live = Live::empty();
    let service = Service::new(live.clone(), saved, config.graphql);
    let ended = runtime.block_on(serve(config, live, service, orders, start));
    runtime.shutdown_timeout(Duration::ZERO);
    match ended? {
        Ended::Complete => tracing::info!("stopped; every request under way was answered"),
        Ended::Cut => tracing::warn!("stopped; time was up before every request was answered"),
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(
    config: &Config,
    live: Live,
    service: Service,
    orders: Orders,
    start: Instant,
) -> Result<Ended, Failure> {
    let stop = Stop::default();
    let again = orders.follow(stop.clone());
    let (server, addresses) = tokio::select! {
        opened = open(config, service, stop.clone()) => opened?,
        // Whoever waits for a name or a file need not wait any longer.
        () = stop.begun() => return Ok(Ended::Complete),
    };
    let (listener, address) = listen(&config.listen, &addresses).await?;
    let seed_again = Again::default();
    again.follow(server.reload(), seed_again.clone());
    let watched = match &config.metrics_listen {
        Some(wanted) => {
            let (listener, address) = listen(wanted, &resolve(wanted).await?).await?;
            tracing::info!(metrics = format!("http://{address}/metrics"), "figures are told");
            Some(tokio::spawn(server.watched(listener, address)))
        }
        None => None,
    };
    tracing::info!(address = %address, "listening; the data is being prepared");
    let (prepared, keeping) = keep(config, live, address, start, seed_again);
    let ended = tokio::select! {
        ended = server.serve(listener) => Ok(ended),
        failure = failed(prepared) => Err(failure),
    };
    keeping.end().await;
    if let Some(watched) = watched {
        watched.abort();
    }
    ended
}

/// Sets the server up, and says on which addresses. Its files are read where they hold up nobody.
async fn open(
    config: &Config,
    service: Service,
    stop: Stop,
) -> Result<(Server, Vec<SocketAddr>), Failure> {
    let addresses = resolve(&config.listen).await?;
    let import = Arc::new(Desk::new(config));
    let (options, listens) = (config.http.clone(), addresses.clone());
    let opening = tokio::task::spawn_blocking(move || {
        Server::open(service, &options, &listens, Some(import), stop)
    });
    match opening.await {
        Ok(opened) => Ok((opened.map_err(|err| Failure::Usage(sentence(&err)))?, addresses)),
        Err(_) => Err(Failure::Failed("the service failed; its log says why".to_owned())),
    }
}

/// Ends when the data could not be prepared, and else never.
async fn failed(prepared: oneshot::Receiver<Result<(), Failure>>) -> Failure {
    match prepared.await {
        Ok(Ok(())) => pending().await,
        Ok(Err(failure)) => failure,
        Err(_) => Failure::Failed("the data could not be prepared; the log says why".to_owned()),
    }
}

/// The addresses of a name, or the address that it is.
async fn resolve(wanted: &str) -> Result<Vec<SocketAddr>, Failure> {
    let found = tokio::net::lookup_host(wanted).await;
    found
        .map(Iterator::collect)
        .map_err(|err| Failure::Failed(format!("{wanted} cannot be listened on: {err}")))
}

/// Listens on the first of the addresses that can be.
async fn listen(
    wanted: &str,
    addresses: &[SocketAddr],
) -> Result<(TcpListener, SocketAddr), Failure> {
    let listening = async {
        let listener = TcpListener::bind(addresses).await?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    listening.await.map_err(|err: io::Error| {
        Failure::Failed(match err.kind() {
            ErrorKind::AddrInUse => {
                format!("{wanted} is in use by another program; choose another address with --listen")
            }
            ErrorKind::AddrNotAvailable => {
                format!("{wanted} is no address of this machine; choose another with --listen")
            }
            ErrorKind::PermissionDenied => {
                format!("{wanted} may not be listened on by this user; choose a port above 1023 with --listen")
            }
            _ => format!("{wanted} cannot be listened on: {err}"),
        })
    })
}

/// A keeper at work; it ends when this is dropped.
struct Keeping {
    stop: mpsc::Sender<()>,
    ended: oneshot::Receiver<()>,
}

impl Keeping {
    /// Lets the keeper put its things away, unless that takes long.
    async fn end(self) {
        drop(self.stop);
        let _ = tokio::time::timeout(PATIENCE, self.ended).await;
    }
}

/// Starts the keeper; the receiver hears how its preparation went.
fn keep(
    config: &Config,
    live: Live,
    address: SocketAddr,
    start: Instant,
    again: Again,
) -> (oneshot::Receiver<Result<(), Failure>>, Keeping) {
    let (say, prepared) = oneshot::channel();
    let (stop, stopped) = mpsc::channel();
    let (say_ended, ended) = oneshot::channel();
    let config = config.clone();
    thread::spawn(move || {
        let keeper = Keeper::new(&config, live, again);
        let ready = keeper.and_then(|mut keeper| Ok((keeper.prepare()?, keeper)));
        // Nobody listens when the service was asked to stop meanwhile.
        match ready {
            Ok((ready, keeper)) => {
                let scheme = if config.http.tls.is_some() { "https" } else { "http" };
                announce(&ready, &config, scheme, address, start);
                let _ = say.send(Ok(()));
                keeper.keep(&stopped);
            }
            Err(failure) => {
                let _ = say.send(Err(failure));
            }
        }
        let _ = say_ended.send(());
    });
    (prepared, Keeping { stop, ended })
}

fn announce(ready: &Ready, config: &Config, scheme: &str, address: SocketAddr, start: Instant) {
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
            "rows have errors and are left out; `aidgraph check {folder}` says which of a seed, `aidgraph status` how many of each file"
        );
    }
}
