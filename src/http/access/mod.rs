//! Access control: authentication by token, authorisation by role, and the rate limit of each client.
//!
//! A caller is the holder of a token, or anonymous. Tokens are read from `Authorization: Bearer …`, and on WebSockets
//! also from the first message. Over TLS or loopback a token may also be the password of `Authorization: Basic …`. URLs never
//! carry tokens, because logs and browser histories would store them.

mod address;
mod credentials;
mod host;
pub(super) mod origin;
mod role;
mod token;

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use arc_swap::ArcSwap;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, UPGRADE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::watch;

pub use address::{InvalidNetwork, Network, Proxies, ProxyHeader};
pub use host::{HostName, InvalidHost};
pub use role::{AccessRole, Roles};
pub use token::TokenFileError;

pub(super) use credentials::BASIC;

use super::error::{HttpCode, HttpError};
use crate::model::client::Client;
use crate::server::counter::Attempts;
use crate::server::listener::Peer;
use crate::server::rate::{RateLimit, RateLimiter};
use host::Hosts;
use token::{Holder, Tokens};

/// Options of access control.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Path of the token file; `None` for a service without tokens.
    pub auth_file: Option<PathBuf>,
    /// True if anonymous callers may read. `None` allows it only on loopback and without a token file.
    pub open_reading: Option<bool>,
    /// Rate limit of one client.
    pub rate: RateLimit,
    /// Proxies that are trusted to report the address of the client.
    pub proxies: Proxies,
    /// Allowed host names, besides addresses and `localhost`. If empty, a service on a public address allows any name.
    pub hosts: Vec<HostName>,
}

/// Error that prevents the service from starting with this access control.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// A public address without a token file and without `--open-reading`.
    #[error(
        "{0} is reachable from other machines without authentication: set --auth-file, set --open-reading to allow anonymous reads, or listen on 127.0.0.1"
    )]
    Exposed(SocketAddr),
    /// The token file is invalid.
    #[error(transparent)]
    Tokens(#[from] TokenFileError),
}

/// The caller of a request: the holder of a token, or an anonymous client.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    holder: Option<Arc<Holder>>,
    roles: Roles,
    address: IpAddr,
    /// True if the token was the password of Basic. Browsers repeat such a password in requests of any page.
    by_password: bool,
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.holder.as_ref().map_or("anonymous", |holder| &*holder.name))
    }
}

impl Caller {
    /// Checks that the caller has a role.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` without a token, `FORBIDDEN` with one.
    pub(super) fn require(&self, role: AccessRole) -> Result<(), HttpError> {
        let is_allowed = self.roles.allow(role);
        if is_allowed && !(self.by_password && role == AccessRole::Import) {
            return Ok(());
        }
        Err(match &self.holder {
            None => HttpError::new(
                HttpCode::Unauthenticated,
                format!("missing token with the role `{role}`: send `Authorization: Bearer TOKEN`"),
            ),
            Some(_) if is_allowed => HttpError::new(
                HttpCode::Forbidden,
                format!(
                    "`Basic` does not permit the role `{role}`: send `Authorization: Bearer TOKEN`"
                ),
            ),
            Some(_) => {
                HttpError::new(HttpCode::Forbidden, format!("this token lacks the role `{role}`"))
            }
        })
    }

    pub(super) fn address(&self) -> IpAddr {
        self.address
    }

    /// Returns the client to which requests, sockets and subscriptions are charged.
    pub(super) fn client(&self) -> Client {
        match &self.holder {
            Some(holder) => Client::Holder(Arc::clone(&holder.name)),
            None => Client::Address(address::client_network(self.address)),
        }
    }
}

/// Access control of a running service. Clones share state.
#[derive(Clone, Debug)]
pub(super) struct Access(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: Option<PathBuf>,
    tokens: ArcSwap<Tokens>,
    /// Notified after each reload of the tokens.
    changed: watch::Sender<()>,
    /// Roles of anonymous callers.
    anonymous: Roles,
    rates: RateLimiter,
    proxies: Proxies,
    hosts: Hosts,
    reloads: Attempts,
}

impl Access {
    /// Loads the tokens for a service that listens on the addresses `listens`.
    ///
    /// # Errors
    /// [`AccessError`].
    pub(super) fn open(options: &Options, listens: &[SocketAddr]) -> Result<Self, AccessError> {
        let exposed = listens.iter().find(|address| !is_loopback(**address));
        let open = options.open_reading.unwrap_or(exposed.is_none() && options.auth_file.is_none());
        if let (Some(address), None, false) = (exposed, &options.auth_file, open) {
            return Err(AccessError::Exposed(*address));
        }
        let tokens =
            options.auth_file.as_deref().map(Tokens::read).transpose()?.unwrap_or_default();
        if options.auth_file.is_some() {
            tracing::info!(tokens = tokens.len(), open_reading = open, "tokens loaded");
        }
        let hosts = Hosts::of(&options.hosts, exposed.is_none());
        let anonymous = open.then_some(AccessRole::Read).into_iter().collect();
        Ok(Self::new(options, tokens, anonymous, hosts))
    }

    /// Allows every caller to read at an address.
    pub(super) fn open_to_all(address: SocketAddr) -> Self {
        let hosts = Hosts::of(&[], is_loopback(address));
        let anonymous = [AccessRole::Read].into_iter().collect();
        Self::new(&Options::default(), Tokens::default(), anonymous, hosts)
    }

    fn new(options: &Options, tokens: Tokens, anonymous: Roles, hosts: Hosts) -> Self {
        Self(Arc::new(Inner {
            file: options.auth_file.clone(),
            tokens: ArcSwap::from_pointee(tokens),
            changed: watch::Sender::new(()),
            anonymous,
            rates: RateLimiter::new(options.rate),
            proxies: options.proxies.clone(),
            hosts,
            reloads: Attempts::default(),
        }))
    }

    /// Reloads the tokens. If the file is invalid, the previous tokens stay valid.
    pub(super) fn reload(&self) {
        let Some(file) = &self.0.file else { return };
        let read = Tokens::read(file);
        self.0.reloads.count(read.is_ok());
        match read {
            Ok(tokens) => {
                let count = tokens.len();
                self.0.tokens.store(Arc::new(tokens));
                self.0.changed.send_replace(());
                tracing::info!(tokens = count, "tokens reloaded");
            }
            Err(err) => {
                tracing::error!("{err}; keeping the previous tokens");
            }
        }
    }

    /// Returns the client of a connection, or `None` for a trusted proxy, which connects on behalf of many clients.
    pub(super) fn direct_client(&self, peer: IpAddr) -> Option<Client> {
        self.0.proxies.direct_client(peer).map(Client::Address)
    }

    /// Rejects a request for a host that is not allowed.
    ///
    /// # Errors
    /// `MISDIRECTED_REQUEST` for another host; `BAD_USER_INPUT` for a missing, repeated or invalid `Host`.
    pub(super) fn check_host(&self, peer: IpAddr, request: &Request) -> Result<(), HttpError> {
        self.0.hosts.check(request, self.0.proxies.trust(peer))
    }

    /// Returns true if a secret may be sent in a form that anyone on the way can read: over TLS, or from loopback. Behind a
    /// trusted proxy, the connection between the client and the proxy decides, as far as the proxy reports it.
    pub(super) fn is_secure(&self, peer: Peer, headers: &HeaderMap) -> bool {
        let proxies = &self.0.proxies;
        let is_direct = || {
            peer.is_encrypted || proxies.client(peer.address, headers).to_canonical().is_loopback()
        };
        proxies.reports_tls(peer.address, headers).unwrap_or_else(is_direct)
    }

    /// Identifies the caller of a request on a connection with `peer`. `is_secure` permits passwords.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` for an invalid token, together with the anonymous caller to which the request is charged.
    pub(super) fn identify(
        &self,
        peer: IpAddr,
        headers: &HeaderMap,
        is_secure: bool,
    ) -> Result<Caller, Box<(HttpError, Caller)>> {
        let address = self.0.proxies.client(peer, headers);
        let roles = self.0.anonymous;
        let anonymous = Caller { holder: None, roles, address, by_password: false };
        let mut given = headers.get_all(AUTHORIZATION).iter();
        match (given.next(), given.next()) {
            (Some(one), None) => {
                let claimed = one.to_str().unwrap_or_default();
                // CORS does not apply to WebSockets, so a password that a browser repeats opens none.
                let basic = credentials::after("basic", claimed);
                let caller = match basic.filter(|_| !headers.contains_key(UPGRADE)) {
                    Some(encoded) => self.authenticate_basic(&anonymous, encoded, is_secure),
                    None => self.authenticate(&anonymous, claimed),
                };
                caller.map_err(|refusal| Box::new((refusal, anonymous)))
            }
            (None, _) => Ok(anonymous),
            (Some(_), Some(_)) => {
                let message = "more than one `Authorization` header: send one";
                Err(Box::new((HttpError::new(HttpCode::Unauthenticated, message), anonymous)))
            }
        }
    }

    /// Authenticates a caller by a claim of the form `Bearer TOKEN`. A service without a token file ignores the claim.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`.
    pub(super) fn authenticate(&self, caller: &Caller, claimed: &str) -> Result<Caller, HttpError> {
        if self.0.file.is_none() {
            return Ok(caller.clone());
        }
        let wrong = || unknown("invalid `Authorization`: send `Authorization: Bearer TOKEN`");
        self.holder_of(caller, credentials::after("bearer", claimed).ok_or_else(wrong)?)
    }

    /// Authenticates a caller by Basic credentials, whose password is a token.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`.
    fn authenticate_basic(
        &self,
        caller: &Caller,
        encoded: &str,
        is_secure: bool,
    ) -> Result<Caller, HttpError> {
        if self.0.file.is_none() {
            return Ok(caller.clone());
        }
        if !is_secure {
            return Err(unknown(
                "`Basic` needs TLS: use https, or send `Authorization: Bearer TOKEN`",
            ));
        }
        let wrong =
            || unknown("invalid `Authorization`: after `Basic` send `NAME:TOKEN` in base64");
        let token = credentials::password(encoded).ok_or_else(wrong)?;
        Ok(Caller { by_password: true, ..self.holder_of(caller, &token)? })
    }

    /// Finds the holder of a token.
    fn holder_of(&self, caller: &Caller, token: &str) -> Result<Caller, HttpError> {
        let tokens = self.0.tokens.load();
        let holder = tokens.find(token).ok_or_else(|| unknown("unknown token"))?;
        Ok(Caller { holder: Some(Arc::clone(holder)), roles: holder.roles, ..caller.clone() })
    }

    /// Revalidates a caller after a reload of the tokens.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` if the token was revoked.
    pub(super) fn revalidate(&self, caller: &Caller) -> Result<Caller, HttpError> {
        let Some(holder) = &caller.holder else { return Ok(caller.clone()) };
        let tokens = self.0.tokens.load();
        let holder = tokens.current(holder).ok_or_else(|| unknown("token revoked"))?;
        Ok(Caller { holder: Some(Arc::clone(holder)), roles: holder.roles, ..caller.clone() })
    }

    /// Subscribes to reloads of the tokens.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.0.changed.subscribe()
    }

    /// Completes when the caller loses the role; otherwise never completes.
    pub(super) async fn revoked(self, caller: Caller, role: AccessRole) {
        let mut changes = self.changes();
        while self.revalidate(&caller).and_then(|caller| caller.require(role)).is_ok() {
            // The sender lives as long as `self` does.
            let _ = changes.changed().await;
        }
    }

    /// Returns the counts of successful and failed reloads.
    pub(super) fn reloads(&self) -> &Attempts {
        &self.0.reloads
    }

    /// Charges requests to the rate limit of a caller.
    ///
    /// # Errors
    /// `RATE_LIMITED` with the time to wait.
    pub(super) fn charge(&self, caller: &Caller, requests: usize) -> Result<(), HttpError> {
        let charged = self.0.rates.charge(caller.client(), requests, Instant::now());
        charged.map_err(|wait| {
            let rate = self.0.rates.rate().per_second;
            let message = format!("more than {rate} requests a second (rate-limit): slow down");
            HttpError::new(HttpCode::RateLimited, message).wait(wait).at("rate-limit")
        })
    }
}

/// Returns the error of a caller that is not authenticated.
fn unknown(message: &str) -> HttpError {
    HttpError::new(HttpCode::Unauthenticated, message)
}

/// Returns true if an address is a loopback address, which other machines cannot reach.
fn is_loopback(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// Middleware that rejects callers without a role.
pub(super) async fn require(
    State(role): State<AccessRole>,
    request: Request,
    next: Next,
) -> Response {
    let refused = match request.extensions().get::<Caller>() {
        Some(caller) => caller.require(role).err(),
        None => Some(HttpError::new(HttpCode::Unauthenticated, "caller not identified")),
    };
    match refused {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    }
}

/// Generates a token. Returns the token and its line for the token file.
///
/// # Errors
/// [`TokenFileError::Name`] and [`TokenFileError::Random`].
pub fn make_token(name: &str, roles: &[AccessRole]) -> Result<(String, String), TokenFileError> {
    if !token::is_name(name) {
        return Err(TokenFileError::Name);
    }
    let (token, digest) = token::make()?;
    let roles: Vec<&str> = roles.iter().map(|role| role.name()).collect();
    Ok((token, format!("{name} {} {digest}\n", roles.join(","))))
}
