//! Middleware of every request: request id, authentication, compression, security headers, panic handling and the request
//! log.
//!
//! One function around the router instead of a stack of tower layers: each layer would be cloned and boxed for every
//! request, which costs more than the work of most layers.

use std::convert::Infallible;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName,
    REFERRER_POLICY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, Request as HttpRequest, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{BoxError, Router};
use futures_util::FutureExt as _;
use tower::{Layer as _, Service};
use tower_http::cors::CorsLayer;
use tracing::Instrument as _;

use super::App;
use super::access::{self, Access, Caller};
use super::content::coding::Coding;
use super::content::compression::{self, Presses};
use super::error::{HttpError, panicked};
use super::limits::ClientLimits;
use super::request_log::Account;
use crate::model::client::Client;
use crate::server::in_flight::InFlight;
use crate::server::listener::{Application, Peer};
use crate::server::paced;
use crate::server::quota::Quota;
use crate::server::request_id::{self, REQUEST_ID};

/// Default content security policy, for responses other than pages: allows nothing.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// Default headers of every response; handlers may override them.
const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
];

/// `Cache-Control` of responses to authenticated requests: only the client itself may cache them.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// A router with its middleware. Clones share state.
#[derive(Clone, Debug)]
pub(super) struct Middleware(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    router: Router,
    access: Access,
    account: Account,
    cors: Option<CorsLayer>,
    presses: Presses,
    unsent: Quota,
}

impl Middleware {
    pub(super) fn of(router: Router, app: &App, cors: Option<CorsLayer>) -> Self {
        let (access, account) = (app.access.clone(), app.account.clone());
        let (presses, unsent) = (Presses::default(), app.edge.unsent.clone());
        Self(Arc::new(Inner { router, access, account, cors, presses, unsent }))
    }

    /// Wraps the routes of the metrics address, without a request log.
    pub(super) fn of_metrics(router: Router, access: Access) -> Self {
        Self(Arc::new(Inner {
            router,
            access,
            account: Account::default(),
            cors: None,
            presses: Presses::default(),
            unsent: Quota::new(usize::MAX, "bytes of unsent responses", ClientLimits::NAMES.unsent),
        }))
    }

    /// Routes a request that was authenticated.
    async fn route(&self, caller: &Caller, mut request: Request) -> Response {
        request.extensions_mut().insert(caller.clone());
        let answered = self.0.router.clone().call(request).await;
        answered.unwrap_or_else(|never| match never {})
    }

    /// Charges the rate limit, then rejects the request with `refused` or routes it.
    async fn inside(
        &self,
        caller: &Caller,
        refused: Option<HttpError>,
        request: Request,
    ) -> Response {
        // Health probes are not rate limited. Requests with invalid tokens are charged to their address.
        let is_watched = request.uri().path().starts_with("/health/");
        let charged = if is_watched { Ok(()) } else { self.0.access.charge(caller, 1) };
        if let Some(refusal) = charged.err().or(refused) {
            return refusal.into_response();
        }
        // A request shares no mutable state with the next one, so unwinding is safe.
        AssertUnwindSafe(self.route(caller, request)).catch_unwind().await.unwrap_or_else(panicked)
    }

    async fn answer(self, mut request: Request, peer: Peer) -> Response {
        let begin = Instant::now();
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let coding = Coding::of(request.headers());
        let is_private = request.headers().contains_key(AUTHORIZATION);
        if let Some(value) = request.headers_mut().get_mut(AUTHORIZATION) {
            value.set_sensitive(true);
        }
        let misdirected = self.0.access.check_host(peer.address, &request).err();
        let is_secure = self.0.access.is_secure(peer, request.headers());
        let identified = self.0.access.identify(peer.address, request.headers(), is_secure);
        let (caller, unknown) = match identified {
            Ok(caller) => (caller, None),
            Err(refused) => {
                let (refusal, caller) = *refused;
                (caller, Some(refusal))
            }
        };
        let refused = misdirected.or(unknown);
        let response = match &self.0.cors {
            // Other origins must be able to read errors too, including the response to a panic.
            Some(cors) => {
                let inside = InnerService { guard: self.clone(), caller: caller.clone(), refused };
                cors.layer(inside).call(request).await.unwrap_or_else(|never| match never {})
            }
            None => self.inside(&caller, refused, request).await,
        };
        let response = compression::compress(response, coding, &self.0.presses).await;
        let paced = paced::pace(response, &self.0.unsent, || caller.client());
        let mut response = paced.unwrap_or_else(|full| HttpError::from(full).into_response());
        let offers_basic = is_secure && (is_table(uri.path()) || is_page(&response));
        if offers_basic && response.status() == StatusCode::UNAUTHORIZED {
            response.headers_mut().append(WWW_AUTHENTICATE, access::BASIC);
        }
        let headers = response.headers_mut();
        if is_private {
            headers.entry(CACHE_CONTROL).or_insert(PRIVATE);
        }
        for (name, value) in HEADERS {
            headers.entry(name).or_insert(value);
        }
        self.0.account.request(&method, uri.path(), &caller, &response, begin.elapsed());
        response
    }
}

/// Returns true for a page. A browser that requests one can prompt for the token.
fn is_page(response: &Response) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|media| media.as_bytes().starts_with(b"text/html"))
}

/// Returns true for the paths of tables, which spreadsheets read. Elsewhere a challenge for Basic would make browsers
/// prompt for a password beside the playground.
fn is_table(path: &str) -> bool {
    path.strip_prefix("/q").is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
}

impl Application for Middleware {
    type Connection = MiddlewareService;

    fn client(&self, peer: IpAddr) -> Option<Client> {
        self.0.access.direct_client(peer)
    }

    fn connection(&self, peer: Peer, in_flight: Option<InFlight>) -> MiddlewareService {
        MiddlewareService { guard: self.clone(), peer, busy: in_flight }
    }
}

/// Inner service of the CORS layer, for a request whose caller is identified.
#[derive(Clone)]
struct InnerService {
    guard: Middleware,
    caller: Caller,
    /// Error with which the request is rejected.
    refused: Option<HttpError>,
}

type Answering = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

impl Service<Request> for InnerService {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Answering {
        let Self { guard, caller, refused } = self.clone();
        Box::pin(async move { Ok(guard.inside(&caller, refused, request).await) })
    }
}

/// Service of one connection.
#[derive(Clone, Debug)]
pub(super) struct MiddlewareService {
    guard: Middleware,
    peer: Peer,
    busy: Option<InFlight>,
}

impl<B> Service<HttpRequest<B>> for MiddlewareService
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequest<B>) -> Answering {
        let (guard, peer) = (self.guard.clone(), self.peer);
        let under_way = self.busy.as_ref().map(InFlight::begin);
        let id = request_id::of(request.headers());
        let span = tracing::info_span!("request", id = id.to_str().unwrap_or_default());
        let answering = async move {
            let mut response = guard.answer(request.map(Body::new), peer).await;
            response.headers_mut().insert(REQUEST_ID, id);
            Ok(match under_way {
                Some(under_way) => under_way.follow(response),
                None => response,
            })
        };
        Box::pin(answering.instrument(span))
    }
}
