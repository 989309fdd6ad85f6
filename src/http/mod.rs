//! HTTP server: GraphQL endpoint, saved queries, pages, health, metrics, import endpoint and graceful shutdown.
//!
//! Depends on [`crate::server`], [`crate::service`], [`crate::table`] and [`crate::graphql`], and on nothing below them. Errors are JSON, and every error has `extensions.code`.

pub mod access;
pub mod admin;
mod content;
mod digest;
mod endpoint;
mod error;
pub mod graphql;
pub mod limits;
mod mcp;
mod metrics;
mod middleware;
mod pages;
pub mod request_log;
mod router;
mod site;
pub mod socket;
mod tables;

use std::net::SocketAddr;
use std::ops::Deref;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use tokio::net::TcpListener;

use crate::graphql::Service;
use crate::graphql::cache::CacheLimit;
use crate::server::Shutdown;
use crate::server::listener::Listener;
use crate::server::quota::Quota;
use crate::server::tls::{self, Tls};
use crate::service::import::ImportService;
use crate::table::catalogue::Catalogue;
use access::Access;
use admin::ImportEndpoint;
use content::compression::Forms;
use content::spool::Spool;
use graphql::persisted::{self, Persisted};
use graphql::response_cache::ResponseCache;
use limits::ClientLimits;
use middleware::Middleware;
use request_log::Account;

/// Options of the HTTP server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Access control.
    pub access: access::Options,
    /// Certificate and key; `None` for plain HTTP.
    pub tls: Option<tls::CertificateFiles>,
    /// Request log.
    pub account: request_log::Options,
    /// Import endpoint.
    pub admin: admin::Options,
    /// Origins whose pages may read responses.
    pub cors: Cors,
    /// Origins whose pages may embed pages of the service.
    pub embed: Vec<HeaderValue>,
    /// Limits of requests, connections and clients.
    pub limits: ClientLimits,
    /// Limits of sockets and streams.
    pub sockets: socket::Options,
    /// Persisted queries.
    pub persisted: persisted::Options,
    /// Capacity of the response cache.
    pub answers: CacheLimit,
    /// Folder of temporary files; `None` for that of the system.
    pub temporary: Option<PathBuf>,
    /// Time for which shared caches may reuse a response to GET without revalidation.
    pub shared_age: Duration,
    /// Deadline of a request. Execution checks it when it reads data; a request beyond it gets status 504.
    pub request_timeout: Duration,
    /// Time for which requests in flight may continue after the start of the shutdown.
    pub shutdown_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            access: access::Options::default(),
            tls: None,
            account: request_log::Options::default(),
            admin: admin::Options::default(),
            cors: Cors::Own,
            embed: Vec::new(),
            limits: ClientLimits::default(),
            sockets: socket::Options::default(),
            persisted: persisted::Options::default(),
            answers: CacheLimit::of_bytes(64 * 1024 * 1024),
            temporary: None,
            shared_age: Duration::from_secs(60),
            request_timeout: Duration::from_secs(30),
            shutdown_timeout: Duration::from_secs(10),
        }
    }
}

/// Origins whose pages may read responses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cors {
    /// Only the origin of the service.
    Own,
    /// Also the listed origins.
    Origins(Vec<HeaderValue>),
    /// Any origin.
    Any,
}

/// Result of a shutdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All requests in flight completed.
    Complete,
    /// The shutdown timeout passed before all requests completed.
    Cut,
}

/// State of the handlers. Clones share state.
#[derive(Clone, Debug)]
struct App(Arc<AppParts>);

#[derive(Debug)]
struct AppParts {
    service: Service,
    tables: Catalogue,
    sdl: Arc<str>,
    sdl_forms: Arc<Forms>,
    stop: Shutdown,
    access: Access,
    account: Account,
    metrics: metrics::SharedMetrics,
    desk: Option<ImportEndpoint>,
    tls: Option<Tls>,
    edge: Edge,
}

impl Deref for App {
    type Target = AppParts;

    fn deref(&self) -> &AppParts {
        &self.0
    }
}

/// Caches, quotas and limits that all requests share.
#[derive(Debug)]
struct Edge {
    limits: ClientLimits,
    sockets: socket::Options,
    cors: Cors,
    /// Content security policies of the pages.
    policies: site::Policies,
    connections: Quota,
    streams: Quota,
    places: Quota,
    bodies: Quota,
    /// Bytes of responses that clients have not yet received, over all transports.
    unsent: Quota,
    persisted: Persisted,
    ready: ResponseCache,
    spool: Spool,
    shared_age: Duration,
    time: Duration,
    beat: Duration,
}

impl Edge {
    fn new(options: &Options, service: &Service) -> Self {
        let (limits, sockets) = (options.limits, options.sockets);
        let shares = |size, of, limit| Quota::new(size, of, limit).per_client(limits.share(size));
        // Every quota has room for one response.
        let share = limits.share(limits.unsent).max(2 * service.limits().answer);
        Self {
            limits,
            sockets,
            unsent: Quota::new(
                limits.unsent,
                "bytes of unsent responses",
                ClientLimits::NAMES.unsent,
            )
            .per_client(share),
            cors: options.cors.clone(),
            policies: site::Policies::new(&options.embed),
            connections: limits.connections().per_client(limits.address_connections),
            streams: shares(sockets.streams, "subscriptions", socket::Options::NAMES.streams),
            places: shares(sockets.sockets, "sockets", socket::Options::NAMES.sockets),
            bodies: shares(limits.slow_bodies, "slow bodies", ClientLimits::NAMES.slow_bodies),
            persisted: Persisted::new(options.persisted),
            ready: ResponseCache::new(options.answers),
            spool: Spool::new(options.temporary.clone(), limits.spool),
            shared_age: options.shared_age,
            time: options.request_timeout,
            beat: sockets.ping,
        }
    }

    /// Returns `Cache-Control` of a response. Responses change only with the generation; shared caches may then be stale for
    /// `shared_age`. Responses to authenticated requests are private.
    fn cache_control(&self, private: bool) -> HeaderValue {
        let age = self.shared_age.as_secs();
        let text = match (private, age) {
            (true, _) => "private, no-cache".to_owned(),
            (false, 0) => "public, no-cache".to_owned(),
            (false, age) => format!("public, max-age=0, s-maxage={age}, must-revalidate"),
        };
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("no-cache"))
    }
}

/// Error of the server setup.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Access control cannot be set up.
    #[error(transparent)]
    Access(#[from] access::AccessError),
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] tls::TlsError),
}

/// An HTTP server that is ready to accept connections.
#[derive(Debug)]
pub struct Server {
    listener: Listener<Middleware>,
    app: App,
    reload: Reload,
    sockets: Quota,
    patience: Duration,
}

/// Handle that reloads tokens and certificate while the server runs. Clones share state.
#[derive(Clone, Debug)]
pub struct Reload {
    access: Access,
    tls: Option<Tls>,
}

impl Reload {
    /// Reloads tokens and certificate. On error, logs it and keeps the previous ones.
    pub fn now(&self) {
        self.access.reload();
        if let Some(tls) = &self.tls {
            tls.reload();
        }
    }
}

impl Server {
    /// Sets up a server for the addresses `listens` that serves until `stop` begins. `import` enables the import endpoint.
    ///
    /// # Errors
    /// [`SetupError`] for a public address without access control, or an invalid token file or certificate.
    pub fn open(
        service: Service,
        options: &Options,
        listens: &[SocketAddr],
        import: Option<Arc<ImportService>>,
        stop: Shutdown,
    ) -> Result<Self, SetupError> {
        let (limits, metrics) = (options.limits, metrics::SharedMetrics::default());
        let tls = options.tls.as_ref().map(Tls::open).transpose()?;
        let edge = Edge::new(options, &service);
        site::check(&service);
        let app = App(Arc::new(AppParts {
            service,
            tables: Catalogue::default(),
            sdl: crate::graphql::sdl().into(),
            sdl_forms: Forms::of_file(),
            stop: stop.clone(),
            access: Access::open(&options.access, listens)?,
            account: Account { metrics: Arc::clone(&metrics), options: options.account },
            metrics: Arc::clone(&metrics),
            desk: import.map(|import| {
                ImportEndpoint::new(import, options.admin, limits.body_time, limits.client_share)
            }),
            tls: tls.clone(),
            edge,
        }));
        let connections = app.edge.connections.clone();
        let listener = Listener::new(router::router(&app), limits.timeouts(), connections, stop);
        Ok(Self {
            sockets: app.edge.places.clone(),
            reload: Reload { access: app.access.clone(), tls: tls.clone() },
            app,
            listener: listener.encrypted(tls).counted(Arc::clone(&metrics.connections)),
            patience: options.shutdown_timeout,
        })
    }

    /// Returns the handle for reloads.
    pub fn reload(&self) -> Reload {
        self.reload.clone()
    }

    /// Serves metrics and health at an address of their own while it is polled, also during the shutdown.
    pub fn watched(
        &self,
        listener: TcpListener,
        address: SocketAddr,
    ) -> impl Future<Output = ()> + Send + use<> {
        let access = Access::open_to_all(address);
        let (app, limits) = (self.app.clone(), self.app.edge.limits);
        let router = router::metrics_router(app, access);
        Listener::new(router, limits.timeouts(), limits.connections(), Shutdown::default())
            .accept(listener)
    }

    /// Serves until shutdown, then waits until the requests in flight have completed.
    pub async fn serve(self, listener: TcpListener) -> Ended {
        let Self { listener: connections, app, sockets, patience, .. } = self;
        let stop = app.stop.clone();
        let mut server = pin!(async {
            connections.accept(listener).await;
            // Upgraded connections are no longer tracked as HTTP, and close by their own protocol.
            sockets.drained().await;
        });
        tokio::select! {
            () = &mut server => return Ended::Complete,
            () = stop.begun() => {}
        }
        match tokio::time::timeout(patience, server).await {
            Ok(()) => Ended::Complete,
            Err(_) => Ended::Cut,
        }
    }
}
