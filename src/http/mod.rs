//! The carriage of the contract: HTTP, saved queries, pages, health, an orderly end.
//!
//! Knows [`crate::graphql`] and nothing below it. Every answer that is no page and no file is JSON, errors too, and
//! every error has `extensions.code`.

mod answer;
mod asked;
mod asset;
mod etag;
mod graphql;
mod guard;
mod health;
mod landing;
pub mod limits;
mod media;
mod playground;
mod refusal;
mod request_id;
mod router;
mod saved;
mod shutdown;

use std::future::IntoFuture;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use tokio::net::TcpListener;

pub use shutdown::Stop;

use crate::graphql::Service;
use limits::{Limits, Room};

/// How the service is carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whose pages may read answers.
    pub cors: Cors,
    /// What a client may hold at a time.
    pub limits: Limits,
    /// How long an answer may take; whoever waits longer is told so with 504.
    pub request_timeout: Duration,
    /// How long requests under way may go on after the service was asked to stop.
    pub shutdown_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            cors: Cors::Own,
            limits: Limits::default(),
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

/// What every handler may use.
#[derive(Clone, Debug)]
struct App {
    service: Service,
    sdl: Arc<str>,
    stop: Stop,
    edge: Edge,
}

/// What all requests share before the service. Clones are the same.
#[derive(Clone, Debug)]
struct Edge {
    limits: Limits,
    requests: Room,
}

impl Edge {
    fn new(options: &Options) -> Self {
        let limits = options.limits;
        Self { limits, requests: Room::new(limits.requests, "requests") }
    }
}

/// Serves until `stop` begins, then lets the requests under way end.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    service: Service,
    options: &Options,
    stop: Stop,
) -> io::Result<Ended> {
    let sdl = crate::graphql::sdl().into();
    let app = App { service, sdl, stop: stop.clone(), edge: Edge::new(options) };
    let router = router::router(app, options);
    let begun = stop.clone();
    let server = axum::serve(listener, router)
        .with_graceful_shutdown(async move { begun.begun().await })
        .into_future();
    let mut server = pin!(server);
    tokio::select! {
        ended = &mut server => return ended.map(|()| Ended::Complete),
        () = stop.begun() => {}
    }
    match tokio::time::timeout(options.shutdown_timeout, server).await {
        Ok(ended) => ended.map(|()| Ended::Complete),
        Err(_) => Ok(Ended::Cut),
    }
}
