//! Listener: accept loop, connection limits, protocol detection, timeouts and graceful shutdown.

use std::convert::Infallible;
use std::future::pending;
use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Sleep, sleep, timeout};
use tower::Service;

use super::Shutdown;
use super::counter::ConnectionCounts;
use super::in_flight::InFlight;
use super::paced::Streams;
use super::quota::Quota;
use super::tls::{self, Tls};
use crate::model::client::Client;

/// Connection preface of HTTP/2. Source: RFC 9113, 3.4.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Response to a connection beyond the limit.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nretry-after: 2\r\n\
    connection: close\r\ncontent-length: 101\r\n\r\n\
    {\"errors\":[{\"message\":\"connection limit reached: retry shortly\",\"extensions\":{\"code\":\"OVERLOADED\"}}]}";

/// Maximum number of headers of a request, and maximum size of its head in bytes.
const HEADERS: usize = 64;
const HEAD: usize = 32 * 1024;

/// Maximum number of requests in flight on one HTTP/2 connection.
const STREAMS: u32 = 100;

/// Maximum number of rejected connections that are drained at once, and the time limit of each.
const MAX_DRAINING: usize = 1_024;
const DRAIN_TIME: Duration = Duration::from_secs(1);

/// Pause after a failed accept, for example when no file descriptors are left.
const PAUSE: Duration = Duration::from_millis(200);

/// Interval at which protocol detection polls for more bytes.
const LOOK: Duration = Duration::from_millis(20);

/// Peer of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Peer {
    pub(crate) address: IpAddr,
    /// True if the connection speaks TLS.
    pub(crate) is_encrypted: bool,
}

/// Application behind a listener. Clones share state.
pub(crate) trait Application: Clone + Send + Sync + 'static {
    /// Service of one connection.
    type Connection: Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send>
        + Clone
        + Send
        + 'static;

    /// Returns the client of a connection with `peer`; `None` for a trusted proxy, which connects on behalf of many clients.
    fn client(&self, peer: IpAddr) -> Option<Client>;

    /// Returns the service of a connection with `peer`, which counts requests in flight if `in_flight` is given.
    fn connection(&self, peer: Peer, in_flight: Option<InFlight>) -> Self::Connection;
}

/// Timeouts of connections.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    /// Timeout of a request head, also of the next one on a persistent connection.
    pub(crate) head: Duration,
    /// Maximum time for which a client may accept no bytes.
    pub(crate) write: Duration,
}

/// Listener with its connections. Clones share state.
#[derive(Clone, Debug)]
pub(crate) struct Listener<A> {
    application: A,
    timeouts: Timeouts,
    connections: Quota,
    /// Permits of rejected connections while they are drained.
    draining: Arc<Semaphore>,
    tls: Option<Tls>,
    counts: Arc<ConnectionCounts>,
    stop: Shutdown,
}

impl<A: Application> Listener<A> {
    /// Creates a listener that accepts connections within the quota `connections` until `stop` begins.
    pub(crate) fn new(
        application: A,
        timeouts: Timeouts,
        connections: Quota,
        stop: Shutdown,
    ) -> Self {
        let draining = Arc::new(Semaphore::new(MAX_DRAINING));
        let counts = Arc::default();
        Self { application, timeouts, connections, draining, tls: None, counts, stop }
    }

    /// Encrypts the connections.
    pub(crate) fn encrypted(self, tls: Option<Tls>) -> Self {
        Self { tls, ..self }
    }

    /// Counts the connections in `counts`.
    pub(crate) fn counted(self, counts: Arc<ConnectionCounts>) -> Self {
        Self { counts, ..self }
    }

    /// Accepts connections until shutdown, then waits until the requests in flight have completed.
    pub(crate) async fn accept(self, listener: TcpListener) {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = self.stop.begun() => break,
            };
            match accepted {
                Ok((stream, peer)) => {
                    // The quota per client does not apply to trusted proxies.
                    let client = self.application.client(peer.ip());
                    let Ok(permit) = self.connections.acquire_many(client, 1) else {
                        self.counts.rejected.count();
                        self.reject(stream);
                        continue;
                    };
                    self.counts.accepted.count();
                    let listener = self.clone();
                    tokio::spawn(async move {
                        listener.serve(stream, peer.ip()).await;
                        drop(permit);
                    });
                }
                Err(err) if is_client_error(&err) => {}
                Err(err) => {
                    tracing::error!(error = &err as &dyn std::error::Error, "accept failed");
                    sleep(PAUSE).await;
                }
            }
        }
        drop(listener);
        self.connections.drained().await;
    }

    /// Rejects a connection with a 503 response, then drains it for a short time. Without draining, a close with unread
    /// bytes would reset the connection, and the response would be lost. The number of drained connections is bounded.
    fn reject(&self, stream: TcpStream) {
        if self.tls.is_some() {
            return;
        }
        match Arc::clone(&self.draining).try_acquire_owned() {
            Ok(place) => {
                tokio::spawn(async move {
                    let _ = timeout(DRAIN_TIME, drain_and_close(stream)).await;
                    drop(place);
                });
            }
            Err(_) => {
                let _ = stream.try_write(FULL);
            }
        }
    }

    /// Serves a connection after the TLS handshake and protocol detection.
    async fn serve(&self, stream: TcpStream, peer: IpAddr) {
        // Responses are written whole, so Nagle's algorithm only delays the last segment. Fails on a closed connection.
        let _ = stream.set_nodelay(true);
        let Timeouts { head: patience, write: limit } = self.timeouts;
        match &self.tls {
            None => {
                if let Ok(Some(version)) = timeout(patience, version(&stream)).await {
                    self.serve_http(Patient::new(stream, limit), version, peer).await;
                }
            }
            Some(tls) => {
                let shaking = tls.acceptor().accept(Patient::new(stream, limit));
                if let Ok(Ok(stream)) = timeout(patience, shaking).await {
                    let is_two = stream.get_ref().1.alpn_protocol() == Some(tls::HTTP2);
                    let version = if is_two { Version::Two } else { Version::One };
                    self.serve_http(stream, version, peer).await;
                }
            }
        }
    }

    /// Serves the requests of a connection until either side closes it.
    async fn serve_http<S>(&self, stream: S, version: Version, peer: IpAddr)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let timeouts = self.timeouts;
        let mut builder = Builder::new(Streams(timeouts.write));
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(timeouts.head)
            .max_headers(HEADERS)
            .max_buf_size(HEAD);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(u32::try_from(HEAD).unwrap_or(u32::MAX))
            .keep_alive_interval(timeouts.head)
            .keep_alive_timeout(timeouts.head);
        let builder = match version {
            Version::One => builder.http1_only(),
            Version::Two => builder.http2_only(),
        };
        // HTTP/1.1 has a header read timeout. An idle HTTP/2 connection would stay open as long as it answers pings.
        let busy = (version == Version::Two).then(InFlight::default);
        let peer = Peer { address: peer, is_encrypted: self.tls.is_some() };
        let service = TowerToHyperService::new(self.application.connection(peer, busy.clone()));
        let io = TokioIo::new(stream);
        let mut connection = pin!(builder.serve_connection_with_upgrades(io, service));
        let idle = async {
            match &busy {
                Some(busy) => busy.idle(timeouts.head).await,
                None => pending().await,
            }
        };
        let done = tokio::select! {
            done = connection.as_mut() => done,
            () = self.stop.begun() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
            () = idle => {
                connection.as_mut().graceful_shutdown();
                // Unsent responses are dropped if the client does not read them in time.
                match timeout(timeouts.write, connection).await {
                    Ok(done) => done,
                    Err(_) => return,
                }
            }
        };
        if let Err(err) = done {
            tracing::debug!(
                error = &*err as &dyn std::error::Error,
                "connection closed with an error"
            );
        }
    }
}

/// Sends the 503 response and discards input until the client closes the connection.
async fn drain_and_close(mut stream: TcpStream) -> io::Result<()> {
    stream.write_all(FULL).await?;
    stream.shutdown().await?;
    let mut discarded = [0; 1_024];
    while stream.read(&mut discarded).await? > 0 {}
    Ok(())
}

fn is_client_error(err: &io::Error) -> bool {
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(err.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Major version of HTTP on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

/// Detects the version of HTTP from the first bytes; `None` if the connection closes without any.
async fn version(stream: &TcpStream) -> Option<Version> {
    let mut first = [0; PREFACE.len()];
    loop {
        let seen = stream.peek(&mut first).await.ok().filter(|seen| *seen > 0)?;
        let seen = first.get(..seen)?;
        if seen == PREFACE {
            return Some(Version::Two);
        }
        if !PREFACE.starts_with(seen) {
            return Some(Version::One);
        }
        sleep(LOOK).await;
    }
}

/// A connection with a write timeout: fails when the peer accepts no bytes for too long. Otherwise its buffers and
/// permits could be held indefinitely.
struct Patient {
    stream: TcpStream,
    limit: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    fn new(stream: TcpStream, limit: Duration) -> Self {
        Self { stream, limit, waiting: None }
    }

    /// Passes on the result of a write, or fails with a timeout.
    fn check_timeout<T>(
        &mut self,
        ctx: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.waiting = None;
            return written;
        }
        let limit = self.limit;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(limit)));
        match waiting.as_mut().poll(ctx) {
            Poll::Ready(()) => Poll::Ready(Err(ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(ctx, buffer)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(ctx, bytes);
        self.check_timeout(ctx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(ctx, slices);
        self.check_timeout(ctx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(ctx);
        self.check_timeout(ctx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(ctx);
        self.check_timeout(ctx, shut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_response_to_a_surplus_connection_is_complete() {
        let response = std::str::from_utf8(FULL).unwrap();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", body.len())), "{}", body.len());
        assert!(serde_json::from_str::<serde_json::Value>(body).is_ok());
    }
}
