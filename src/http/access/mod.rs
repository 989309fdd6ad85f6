//! Who may ask what, and how often.
//!
//! A caller is the holder of a token, or nobody in particular. Tokens come in the header `Authorization: Bearer …`, over
//! sockets also in the first message; nowhere else, and never in an address, where logs and histories would keep them.

mod address;
mod host;
mod rate;
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
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::watch;

pub use address::{InvalidNetwork, Network, Proxies, ProxyHeader};
pub use host::{HostName, InvalidHost};
pub use rate::Rate;
pub use role::{Role, Roles};
pub use token::Error as TokenError;

use super::metrics::Attempts;
use super::refusal::Refusal;
use crate::graphql::error::ErrorCode;
pub(super) use crate::graphql::limiter::Client;
use host::Hosts;
use rate::Rates;
use token::{Holder, Tokens};

/// Who may ask what, and how often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The file of tokens.
    pub auth_file: Option<PathBuf>,
    /// Whether those without a token may read; where nobody says, on loopback and without a file of tokens.
    pub open_reading: Option<bool>,
    /// How often one client may ask.
    pub rate: Rate,
    /// The proxies that are believed who asks.
    pub proxies: Proxies,
    /// The names by which the service may be asked for, beside addresses and `localhost`; where there are none, any
    /// if other machines reach it.
    pub hosts: Vec<HostName>,
}

/// Why nobody may ask at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Everybody could.
    #[error(
        "{0} can be reached from other machines, and no --auth-file says who may read; name one, say --open-reading if everybody may, or listen on 127.0.0.1"
    )]
    Exposed(SocketAddr),
    /// The tokens cannot be used.
    #[error(transparent)]
    Tokens(#[from] TokenError),
}

/// Who asks.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    holder: Option<Arc<Holder>>,
    roles: Roles,
    address: IpAddr,
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.holder.as_ref().map_or("anonymous", |holder| &*holder.name))
    }
}

impl Caller {
    /// Refuses what he may not do.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` without a token, `FORBIDDEN` with one.
    pub(super) fn require(&self, role: Role) -> Result<(), Refusal> {
        if self.roles.allow(role) {
            return Ok(());
        }
        Err(match &self.holder {
            None => Refusal::new(
                ErrorCode::Unauthenticated,
                format!(
                    "this needs a token with the role `{role}`: send `Authorization: Bearer TOKEN`"
                ),
            ),
            Some(_) => {
                Refusal::new(ErrorCode::Forbidden, format!("this token has not the role `{role}`"))
            }
        })
    }

    pub(super) fn address(&self) -> IpAddr {
        self.address
    }

    /// As whom his requests, sockets and subscriptions count.
    pub(super) fn client(&self) -> Client {
        match &self.holder {
            Some(holder) => Client::Holder(Arc::clone(&holder.name)),
            None => Client::Address(address::one_client(self.address)),
        }
    }
}

/// Who may ask what. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Access(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: Option<PathBuf>,
    tokens: ArcSwap<Tokens>,
    /// Told when the tokens are others.
    changed: watch::Sender<()>,
    /// What those may do who have no token.
    anonymous: Roles,
    rates: Rates,
    proxies: Proxies,
    hosts: Hosts,
    reloads: Attempts,
}

impl Access {
    /// Reads the tokens, for a service that listens on these addresses.
    ///
    /// # Errors
    /// [`Error`].
    pub(super) fn open(options: &Options, listens: &[SocketAddr]) -> Result<Self, Error> {
        let exposed = listens.iter().find(|address| !is_loopback(**address));
        let open = options.open_reading.unwrap_or(exposed.is_none() && options.auth_file.is_none());
        if let (Some(address), None, false) = (exposed, &options.auth_file, open) {
            return Err(Error::Exposed(*address));
        }
        let tokens =
            options.auth_file.as_deref().map(Tokens::read).transpose()?.unwrap_or_default();
        if options.auth_file.is_some() {
            tracing::info!(tokens = tokens.len(), open_reading = open, "tokens are read");
        }
        let hosts = Hosts::of(&options.hosts, exposed.is_none());
        let anonymous = open.then_some(Role::Read).into_iter().collect();
        Ok(Self::new(options, tokens, anonymous, hosts))
    }

    /// Everybody at an address may read.
    pub(super) fn everybody_at(address: SocketAddr) -> Self {
        let hosts = Hosts::of(&[], is_loopback(address));
        let anonymous = [Role::Read].into_iter().collect();
        Self::new(&Options::default(), Tokens::default(), anonymous, hosts)
    }

    fn new(options: &Options, tokens: Tokens, anonymous: Roles, hosts: Hosts) -> Self {
        Self(Arc::new(Inner {
            file: options.auth_file.clone(),
            tokens: ArcSwap::from_pointee(tokens),
            changed: watch::Sender::new(()),
            anonymous,
            rates: Rates::new(options.rate),
            proxies: options.proxies.clone(),
            hosts,
            reloads: Attempts::default(),
        }))
    }

    /// Reads the tokens again. If they cannot be used, those that were read before stay good.
    pub(super) fn reload(&self) {
        let Some(file) = &self.0.file else { return };
        let read = Tokens::read(file);
        self.0.reloads.count(read.is_ok());
        match read {
            Ok(tokens) => {
                let count = tokens.len();
                self.0.tokens.store(Arc::new(tokens));
                self.0.changed.send_replace(());
                tracing::info!(tokens = count, "tokens are read again");
            }
            Err(err) => {
                tracing::error!("{err}; the tokens that were read before stay in force");
            }
        }
    }

    /// The client that a connection is of; `None` for a trusted proxy, which has connections for many.
    pub(super) fn one_behind(&self, peer: IpAddr) -> Option<Client> {
        self.0.proxies.one_behind(peer).map(Client::Address)
    }

    /// Refuses a request for somebody else.
    ///
    /// # Errors
    /// `MISDIRECTED_REQUEST`, and `BAD_USER_INPUT` when nobody can say whom it is for.
    pub(super) fn refuse_misdirected(
        &self,
        peer: IpAddr,
        request: &Request,
    ) -> Result<(), Refusal> {
        self.0.hosts.check(request, self.0.proxies.trust(peer))
    }

    /// Who sends a request over a connection with somebody.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` for a token that is none, and who is refused.
    pub(super) fn identify(
        &self,
        peer: IpAddr,
        headers: &HeaderMap,
    ) -> Result<Caller, Box<(Refusal, Caller)>> {
        let address = self.0.proxies.client(peer, headers);
        let anonymous = Caller { holder: None, roles: self.0.anonymous, address };
        let mut given = headers.get_all(AUTHORIZATION).iter();
        match (given.next(), given.next()) {
            (Some(one), None) => {
                let claimed = one.to_str().unwrap_or_default();
                self.believe(&anonymous, claimed).map_err(|refusal| Box::new((refusal, anonymous)))
            }
            (None, _) => Ok(anonymous),
            (Some(_), Some(_)) => {
                let message = "send one `Authorization`";
                Err(Box::new((Refusal::new(ErrorCode::Unauthenticated, message), anonymous)))
            }
        }
    }

    /// Who a caller is that shows a token: `Bearer TOKEN`. Where there are no tokens, nothing is read from it.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`.
    pub(super) fn believe(&self, caller: &Caller, claimed: &str) -> Result<Caller, Refusal> {
        if self.0.file.is_none() {
            return Ok(caller.clone());
        }
        let wrong = |message| Refusal::new(ErrorCode::Unauthenticated, message);
        let (scheme, token) = claimed.split_once(' ').unwrap_or_default();
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(wrong("a token is sent as `Authorization: Bearer TOKEN`"));
        }
        let tokens = self.0.tokens.load();
        let holder =
            tokens.find(token.trim()).ok_or_else(|| wrong("this token is not known here"))?;
        Ok(Caller {
            holder: Some(Arc::clone(holder)),
            roles: holder.roles,
            address: caller.address,
        })
    }

    /// What a caller is after the tokens have changed.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` when his token is good no longer.
    pub(super) fn renew(&self, caller: &Caller) -> Result<Caller, Refusal> {
        let Some(holder) = &caller.holder else { return Ok(caller.clone()) };
        let tokens = self.0.tokens.load();
        let gone = || Refusal::new(ErrorCode::Unauthenticated, "this token is good no longer");
        let holder = tokens.renewed(holder).ok_or_else(gone)?;
        Ok(Caller {
            holder: Some(Arc::clone(holder)),
            roles: holder.roles,
            address: caller.address,
        })
    }

    /// Tells when the tokens are others.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.0.changed.subscribe()
    }

    /// Ends when a caller may no longer do what he does, and else never.
    pub(super) async fn withdrawn(self, caller: Caller, role: Role) {
        let mut changes = self.changes();
        while self.renew(&caller).and_then(|caller| caller.require(role)).is_ok() {
            // The sender lives as long as `self` does.
            let _ = changes.changed().await;
        }
    }

    /// How often the tokens were read again, and how often they could not be used.
    pub(super) fn reloads(&self) -> &Attempts {
        &self.0.reloads
    }

    /// Counts requests of a caller.
    ///
    /// # Errors
    /// `RATE_LIMITED`, with the time to wait.
    pub(super) fn spend(&self, caller: &Caller, requests: usize) -> Result<(), Refusal> {
        let spent = self.0.rates.spend(caller.client(), requests, Instant::now());
        spent.map_err(|wait| {
            let rate = self.0.rates.rate().per_second;
            let message =
                format!("more than {rate} requests a second (rate-limit): ask more slowly");
            Refusal::new(ErrorCode::RateLimited, message).wait(wait).at("rate-limit")
        })
    }
}

/// Whether only this machine reaches an address.
fn is_loopback(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// Lets those through who have a role.
pub(super) async fn require(State(role): State<Role>, request: Request, next: Next) -> Response {
    let refused = match request.extensions().get::<Caller>() {
        Some(caller) => caller.require(role).err(),
        None => Some(Refusal::new(ErrorCode::Unauthenticated, "nobody said who asks")),
    };
    match refused {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    }
}

/// Makes a token: the token itself, and the line of it for the file of tokens.
///
/// # Errors
/// [`TokenError::Name`] and [`TokenError::Random`].
pub fn make_token(name: &str, roles: &[Role]) -> Result<(String, String), TokenError> {
    if !token::is_name(name) {
        return Err(TokenError::Name);
    }
    let (token, digest) = token::make()?;
    let roles: Vec<&str> = roles.iter().map(|role| role.name()).collect();
    Ok((token, format!("{name} {} {digest}\n", roles.join(","))))
}
