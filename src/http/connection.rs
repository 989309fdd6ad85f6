//! Connections: how many, how long each may take to say what it wants, and how long it may refuse to listen.

use std::future::pending;
use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Sleep, sleep, timeout};

use super::busy::Busy;
use super::crowd::Crowd;
use super::guard::Guard;
use super::limits::{Limits, Room};
use super::metrics::Shared;
use super::paced::Streams;
use super::shutdown::Stop;
use super::tls::{self, Tls};

/// What a connection of HTTP/2 begins with. Source: RFC 9113, 3.4.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What one connection too many is told.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nretry-after: 2\r\n\
    connection: close\r\ncontent-length: 118\r\n\r\n\
    {\"errors\":[{\"message\":\"there are as many connections as there may be; ask again\",\"extensions\":{\"code\":\"OVERLOADED\"}}]}";

/// Headers of a request, and bytes of its head.
const HEADERS: usize = 64;
const HEAD: usize = 32 * 1024;

/// Requests under way on one connection of HTTP/2.
const STREAMS: u32 = 100;

/// How many are seen off at once who find no room, and how long each.
pub(super) const LEAVING: usize = 1_024;
const FAREWELL: Duration = Duration::from_secs(1);

/// How long to wait when no connection can be taken, for example because there are no file descriptors left.
const PAUSE: Duration = Duration::from_millis(200);

/// How often to look whether a connection has said more of its first line.
const LOOK: Duration = Duration::from_millis(20);

/// What answers on connections. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Host {
    pub(super) guard: Guard,
    pub(super) limits: Limits,
    /// Places of connections.
    pub(super) places: Room,
    /// Places of those who find none, until they have heard it.
    pub(super) leaving: Arc<Semaphore>,
    /// Connections by their clients.
    pub(super) crowd: Crowd,
    pub(super) tls: Option<Tls>,
    pub(super) metrics: Shared,
    pub(super) stop: Stop,
}

impl Host {
    /// Takes connections until it is asked to stop, then lets the requests under way end.
    pub(super) async fn accept(self, listener: TcpListener) {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = self.stop.begun() => break,
            };
            match accepted {
                Ok((stream, peer)) => {
                    // A proxy has connections for all who stand behind it.
                    let client = self.guard.access().one_behind(peer.ip());
                    let member = client.map(|client| self.crowd.enter(client)).transpose();
                    let (Ok(place), Ok(member)) = (self.places.enter(), member) else {
                        self.metrics.turned_away.count();
                        self.turn_away(stream);
                        continue;
                    };
                    self.metrics.connections.count();
                    let host = self.clone();
                    tokio::spawn(async move {
                        host.serve(stream, peer.ip()).await;
                        drop((place, member));
                    });
                }
                Err(err) if is_the_client_s(&err) => {}
                Err(err) => {
                    tracing::error!(
                        error = &err as &dyn std::error::Error,
                        "no connection was taken"
                    );
                    sleep(PAUSE).await;
                }
            }
        }
        drop(listener);
        self.places.emptied().await;
    }

    /// Says that there is no room, and stays until the client has taken it, as long as few are turned away at once and for
    /// a moment: a connection that is closed with something unread on it is reset, and what was said is lost.
    fn turn_away(&self, stream: TcpStream) {
        if self.tls.is_some() {
            return;
        }
        match Arc::clone(&self.leaving).try_acquire_owned() {
            Ok(place) => {
                tokio::spawn(async move {
                    let _ = timeout(FAREWELL, see_off(stream)).await;
                    drop(place);
                });
            }
            Err(_) => {
                let _ = stream.try_write(FULL);
            }
        }
    }

    /// Serves a connection, once it is known what is spoken on it.
    async fn serve(&self, stream: TcpStream, peer: IpAddr) {
        // Answers are written whole; waiting for more of them only delays the last piece. Fails on a closed connection.
        let _ = stream.set_nodelay(true);
        let (patience, limit) = (self.limits.head_time, self.limits.write_time);
        match &self.tls {
            None => {
                if let Ok(Some(version)) = timeout(patience, version(&stream)).await {
                    self.talk(Patient::new(stream, limit), version, peer).await;
                }
            }
            Some(tls) => {
                let shaking = tls.acceptor().accept(Patient::new(stream, limit));
                if let Ok(Ok(stream)) = timeout(patience, shaking).await {
                    let is_two = stream.get_ref().1.alpn_protocol() == Some(tls::HTTP2);
                    let version = if is_two { Version::Two } else { Version::One };
                    self.talk(stream, version, peer).await;
                }
            }
        }
    }

    /// Answers what is asked on a connection, until either side ends it.
    async fn talk<S>(&self, stream: S, version: Version, peer: IpAddr)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let limits = &self.limits;
        let mut builder = Builder::new(Streams(limits.write_time));
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_time)
            .max_headers(HEADERS)
            .max_buf_size(HEAD);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(u32::try_from(HEAD).unwrap_or(u32::MAX))
            .keep_alive_interval(limits.head_time)
            .keep_alive_timeout(limits.head_time);
        let builder = match version {
            Version::One => builder.http1_only(),
            Version::Two => builder.http2_only(),
        };
        // The next head has its time on a connection of HTTP/1.1; one of HTTP/2 would stay for as long as it answers pings.
        let busy = (version == Version::Two).then(Busy::default);
        let service = TowerToHyperService::new(self.guard.before(peer, busy.clone()));
        let io = TokioIo::new(stream);
        let mut connection = pin!(builder.serve_connection_with_upgrades(io, service));
        let idle = async {
            match &busy {
                Some(busy) => busy.idle(limits.head_time).await,
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
                // What is left of answers is not kept for a client that takes nothing.
                match timeout(limits.write_time, connection).await {
                    Ok(done) => done,
                    Err(_) => return,
                }
            }
        };
        if let Err(err) = done {
            tracing::debug!(error = &*err as &dyn std::error::Error, "a connection ended");
        }
    }
}

/// Says that there is no room, and reads what nobody wants until the client has ended.
async fn see_off(mut stream: TcpStream) -> io::Result<()> {
    stream.write_all(FULL).await?;
    stream.shutdown().await?;
    let mut unwanted = [0; 1_024];
    while stream.read(&mut unwanted).await? > 0 {}
    Ok(())
}

fn is_the_client_s(err: &io::Error) -> bool {
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(err.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// What is spoken on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

/// Waits until the first bytes say what is spoken; `None` when none come.
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

/// A connection that is given up when its other side takes nothing for too long: what is sent to it, and all that is
/// held for it, would else be kept for ever.
struct Patient {
    stream: TcpStream,
    limit: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    fn new(stream: TcpStream, limit: Duration) -> Self {
        Self { stream, limit, waiting: None }
    }

    /// Passes on what a write has come to, or gives up.
    fn judge<T>(
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
        self.judge(ctx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(ctx, slices);
        self.judge(ctx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(ctx);
        self.judge(ctx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(ctx);
        self.judge(ctx, shut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_connection_too_many_is_told_is_whole() {
        let told = std::str::from_utf8(FULL).unwrap();
        let (head, body) = told.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", body.len())), "{}", body.len());
        assert!(serde_json::from_str::<serde_json::Value>(body).is_ok());
    }
}
