//! The carriage of the contract: HTTP, saved queries, pages, health, an orderly end.
//!
//! Knows [`crate::graphql`] and nothing below it. Every answer that is no page and no file is JSON, errors too, and
//! every error has `extensions.code`.

pub mod access;
pub mod account;
pub mod admin;
mod answer;
mod asked;
mod asset;
mod budget;
mod busy;
mod coding;
mod connection;
mod crowd;
mod encoding;
mod etag;
mod graphql;
mod guard;
mod health;
mod landing;
pub mod limits;
mod media;
mod metrics;
mod operation;
mod paced;
pub mod persisted;
mod playground;
mod ready;
mod refusal;
mod reply;
mod request_id;
mod rest;
mod router;
mod saved;
mod shutdown;
pub mod socket;
mod stream;
pub mod tls;

use std::net::SocketAddr;
use std::ops::Deref;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

pub use shutdown::Stop;

use crate::graphql::Service;
use crate::graphql::shelf::Bound;
use access::Access;
use account::Account;
use admin::{Desk, Import};
use budget::Budget;
use connection::Host;
use crowd::{Crowd, Shares};
use encoding::Forms;
use limits::{Limits, Room};
use persisted::Persisted;
use ready::Ready;
use tls::Tls;

/// How the service is carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Who may ask what, and how often.
    pub access: access::Options,
    /// The certificate, where the service speaks TLS.
    pub tls: Option<tls::Files>,
    /// What is kept of each request.
    pub account: account::Options,
    /// How files are taken.
    pub admin: admin::Options,
    /// Whose pages may read answers.
    pub cors: Cors,
    /// What a client may hold at a time.
    pub limits: Limits,
    /// What sockets and streams may hold.
    pub sockets: socket::Options,
    /// The queries that may be sent by digest or name.
    pub persisted: persisted::Options,
    /// The answers that are kept ready.
    pub answers: Bound,
    /// How long caches between the service and its clients may keep an answer to GET without asking.
    pub shared_age: Duration,
    /// How long an answer may take; whoever waits longer is told so with 504, as soon as its execution next reads data.
    pub request_timeout: Duration,
    /// How long requests under way may go on after the service was asked to stop.
    pub shutdown_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            access: access::Options::default(),
            tls: None,
            account: account::Options::default(),
            admin: admin::Options::default(),
            cors: Cors::Own,
            limits: Limits::default(),
            sockets: socket::Options::default(),
            persisted: persisted::Options::default(),
            answers: Bound { entries: 2_000, bytes: 64 * 1024 * 1024 },
            shared_age: Duration::from_secs(60),
            request_timeout: Duration::from_secs(30),
            shutdown_timeout: Duration::from_secs(10),
        }
    }
}

/// Whose pages may read answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cors {
    /// The service's own pages.
    Own,
    /// Also pages of these origins.
    Origins(Vec<HeaderValue>),
    /// Any page.
    Any,
}

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every request under way was answered.
    Complete,
    /// Time was up before every request was answered.
    Cut,
}

/// What every handler may use. Clones are the same.
#[derive(Clone, Debug)]
struct App(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    service: Service,
    sdl: Arc<str>,
    sdl_forms: Arc<Forms>,
    stop: Stop,
    access: Access,
    account: Account,
    metrics: metrics::Shared,
    desk: Option<Desk>,
    tls: Option<Tls>,
    edge: Edge,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// What all requests share before the service.
#[derive(Debug)]
struct Edge {
    limits: Limits,
    sockets: socket::Options,
    cors: Cors,
    connections: Room,
    streams: Shares,
    places: Shares,
    bodies: Shares,
    budget: Budget,
    persisted: Persisted,
    ready: Ready,
    shared_age: Duration,
    time: Duration,
    beat: Duration,
}

impl Edge {
    fn new(options: &Options, service: &Service) -> Self {
        let (limits, sockets) = (options.limits, options.sockets);
        let shares = |size, of, limit| Shares::new(Room::new(size, of, limit), limits.share(size));
        // One answer finds room in every share.
        let share = limits.share(limits.unsent).max(2 * limits.answer);
        Self {
            limits,
            sockets,
            budget: Budget::new(limits.unsent, share),
            cors: options.cors.clone(),
            connections: Room::new(limits.connections, "connections", "max-connections"),
            streams: shares(sockets.streams, "subscriptions", "max-subscriptions"),
            places: shares(sockets.sockets, "sockets", "max-sockets"),
            bodies: shares(limits.slow_bodies, "slow bodies", "max-slow-bodies"),
            persisted: Persisted::new(options.persisted, service.saved()),
            ready: Ready::new(options.answers),
            shared_age: options.shared_age,
            time: options.request_timeout,
            beat: sockets.ping,
        }
    }

    /// What caches may do with an answer: it changes only when other data comes into force, and then they may be late
    /// by so long. What was asked with a token is nobody else's.
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

/// Why a service cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Nobody could say who may ask.
    #[error(transparent)]
    Access(#[from] access::Error),
    /// Nothing could be spoken in secret.
    #[error(transparent)]
    Tls(#[from] tls::Error),
}

/// A service that is set up, and may be served.
#[derive(Debug)]
pub struct Server {
    host: Host,
    app: App,
    reload: Reload,
    places: Room,
    patience: Duration,
}

/// What can be read again while a server serves. Clones are the same.
#[derive(Clone, Debug)]
pub struct Reload {
    access: Access,
    tls: Option<Tls>,
}

impl Reload {
    /// Reads it again. What cannot be used is logged, and what was read before stays in force.
    pub fn now(&self) {
        self.access.reload();
        if let Some(tls) = &self.tls {
            tls.reload();
        }
    }
}

impl Server {
    /// Sets a service up that listens on these addresses, and serves until `stop` begins. It takes files where something
    /// is there to bring them in.
    ///
    /// # Errors
    /// [`SetupError`], when everybody could read what nobody meant them to, or a file cannot be used.
    pub fn open(
        service: Service,
        options: &Options,
        listens: &[SocketAddr],
        import: Option<Arc<dyn Import>>,
        stop: Stop,
    ) -> Result<Self, SetupError> {
        let (limits, metrics) = (options.limits, metrics::Shared::default());
        let tls = options.tls.as_ref().map(Tls::open).transpose()?;
        let edge = Edge::new(options, &service);
        let app = App(Arc::new(Parts {
            service,
            sdl: crate::graphql::sdl().into(),
            sdl_forms: Forms::of_file(),
            stop: stop.clone(),
            access: Access::open(&options.access, listens)?,
            account: Account { metrics: Arc::clone(&metrics), options: options.account },
            metrics: Arc::clone(&metrics),
            desk: import.map(|import| {
                Desk::new(import, options.admin, limits.body_time, limits.client_share)
            }),
            tls: tls.clone(),
            edge,
        }));
        let (guard, connections) = (router::router(&app), app.edge.connections.clone());
        let crowd = Crowd::new(limits.address_connections);
        Ok(Self {
            places: app.edge.places.room().clone(),
            reload: Reload { access: app.access.clone(), tls: tls.clone() },
            app,
            host: Host {
                guard,
                limits,
                places: connections,
                leaving: Arc::new(Semaphore::new(connection::LEAVING)),
                crowd,
                tls,
                metrics,
                stop,
            },
            patience: options.shutdown_timeout,
        })
    }

    /// What reads again what can be.
    pub fn reload(&self) -> Reload {
        self.reload.clone()
    }

    /// Tells figures and health at an address of their own, for as long as it is polled: also while the service stops.
    pub fn watched(
        &self,
        listener: TcpListener,
        address: SocketAddr,
    ) -> impl Future<Output = ()> + Send + use<> {
        let everybody = Access::everybody_at(address);
        let host = Host {
            guard: router::figures(self.app.clone(), everybody),
            places: Room::new(self.host.limits.connections, "connections", "max-connections"),
            tls: None,
            crowd: Crowd::new(usize::MAX),
            metrics: metrics::Shared::default(),
            stop: Stop::default(),
            ..self.host.clone()
        };
        host.accept(listener)
    }

    /// Serves until it is asked to stop, then lets the requests under way end.
    pub async fn serve(self, listener: TcpListener) -> Ended {
        let Self { host, places, patience, .. } = self;
        let stop = host.stop.clone();
        let mut server = pin!(async {
            host.accept(listener).await;
            // A connection that became a socket is no longer one of HTTP, and says goodbye in its own way.
            places.emptied().await;
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
