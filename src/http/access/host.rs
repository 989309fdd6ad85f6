//! Host validation: the names under which the service answers.
//!
//! Protects against DNS rebinding. Any web page can point its own name at 127.0.0.1 and then read a service on the
//! loopback interface as its own origin. Requests for such a name are rejected. Addresses are safe: a page that was
//! loaded from an address has that address as its origin.
//! Source: RFC 9110, 7.4 and 15.5.20; RFC 9112, 3.2.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use axum::extract::Request;
use axum::http::Version;
use axum::http::header::HOST;
use axum::http::uri::Authority;

use crate::http::error::{HttpCode, HttpError};

/// Host name, normalised for comparison: lower case, without the trailing dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostName(String);

/// Parse error of a [`HostName`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid host name: write it without scheme and port, such as aid.example.org")]
pub struct InvalidHost;

impl FromStr for HostName {
    type Err = InvalidHost;

    fn from_str(text: &str) -> Result<Self, InvalidHost> {
        let name = bare(text);
        let is_of_names = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || !name.chars().all(is_of_names) {
            return Err(InvalidHost);
        }
        Ok(Self(name.to_ascii_lowercase()))
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Allowed host names. Addresses and `localhost` are always allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hosts {
    /// Any name.
    Any,
    /// Only the listed names.
    Named(Vec<HostName>),
}

impl Hosts {
    /// Allows the configured names. Without any, allows every name on a public address, and none on loopback.
    pub(super) fn of(named: &[HostName], is_private: bool) -> Self {
        if named.is_empty() && !is_private { Self::Any } else { Self::Named(named.to_vec()) }
    }

    /// Rejects a request for a host that is not allowed. Without configured names, a trusted proxy may forward any host.
    ///
    /// # Errors
    /// `MISDIRECTED_REQUEST` for another host; `BAD_USER_INPUT` for a missing, repeated or invalid `Host`.
    pub(super) fn check(&self, request: &Request, is_proxied: bool) -> Result<(), HttpError> {
        let Some(host) = host(request)? else { return Ok(()) };
        let Self::Named(named) = self else { return Ok(()) };
        let host = bare(host.host());
        let is_named = || named.iter().any(|name| name.0.eq_ignore_ascii_case(host));
        if is_safe_from_rebinding(host) || is_named() || is_proxied && named.is_empty() {
            return Ok(());
        }
        Err(HttpError::new(
            HttpCode::MisdirectedRequest,
            "host not allowed: add it to `allowed-host`",
        ))
    }
}

/// Returns the host of a request, or `None` for HTTP/1.0 without `Host`.
fn host(request: &Request) -> Result<Option<Authority>, HttpError> {
    let mut given = request.headers().get_all(HOST).iter();
    let (first, second) = (given.next(), given.next());
    let named = match (request.uri().authority(), first) {
        _ if second.is_some() => {
            return Err(HttpError::input("more than one `Host` header: send one"));
        }
        (None, None) if request.version() < Version::HTTP_11 => return Ok(None),
        (_, None) if request.version() == Version::HTTP_11 => {
            return Err(HttpError::input("missing `Host` header"));
        }
        (Some(authority), _) => Ok(authority.clone()),
        (None, Some(host)) => Authority::try_from(host.as_bytes()),
        (None, None) => return Err(HttpError::input("missing `Host` header or `:authority`")),
    };
    named
        .ok()
        .filter(is_plain)
        .map(Some)
        .ok_or_else(|| HttpError::input("invalid `Host`: send a name or an address"))
}

/// Returns true if the authority contains only a host and an optional port.
fn is_plain(authority: &Authority) -> bool {
    let rest = authority.as_str().strip_prefix(authority.host());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// Strips the trailing dot of a host name.
fn bare(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

/// Returns true if DNS rebinding cannot use the host: an address, or `localhost`, which always resolves to the client's
/// own machine. Source: RFC 6761, 6.3.
fn is_safe_from_rebinding(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or(host);
    address.parse::<IpAddr>().is_ok() || last.eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::HeaderValue;

    use super::*;
    use crate::graphql::error::ErrorCode;
    use crate::http::error::Code;

    fn request_for(hosts: &[&'static str]) -> Request {
        let mut request = Request::new(Body::empty());
        for host in hosts {
            request.headers_mut().append(HOST, HeaderValue::from_static(host));
        }
        request
    }

    fn answer(named: &[&str], is_private: bool, hosts: &[&'static str]) -> Option<Code> {
        let named: Vec<HostName> = named.iter().map(|text| text.parse().unwrap()).collect();
        let answer = Hosts::of(&named, is_private).check(&request_for(hosts), false);
        answer.err().map(|refusal| refusal.code())
    }

    #[test]
    fn loopback_accepts_local_names_only() {
        let own = ["127.0.0.1:4000", "[::1]:4000", "localhost:4000", "LOCALHOST.", "a.localhost"];
        for host in own {
            assert_eq!(answer(&[], true, &[host]), None, "{host}");
        }
        let named = ["aid.example.org"];
        let others = [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:4000",
            "notlocalhost",
        ];
        for host in others {
            let rejected = Some(Code::from(HttpCode::MisdirectedRequest));
            assert_eq!(answer(&[], true, &[host]), rejected, "{host}");
            assert_eq!(answer(&named, true, &[host]), rejected, "{host}");
            assert_eq!(answer(&named, false, &[host]), rejected, "{host}");
            assert_eq!(answer(&[], false, &[host]), None, "{host}");
            assert!(Hosts::of(&[], true).check(&request_for(&[host]), true).is_ok(), "{host}");
            let named: Vec<HostName> = named.iter().map(|text| text.parse().unwrap()).collect();
            assert!(Hosts::of(&named, true).check(&request_for(&[host]), true).is_err(), "{host}");
        }
        assert_eq!(answer(&named, true, &["AID.example.org.:443"]), None);
    }

    #[test]
    fn a_request_has_exactly_one_host() {
        for hosts in [
            &[][..],
            &["localhost", "localhost"],
            &["a b"],
            &[""],
            &["evil.example@localhost"],
            &["[::1]evil.example"],
        ] {
            let rejected = answer(&[], false, hosts);
            assert_eq!(rejected, Some(Code::from(ErrorCode::BadUserInput)), "{hosts:?}");
        }
        let mut old = request_for(&[]);
        *old.version_mut() = Version::HTTP_10;
        assert!(Hosts::of(&[], true).check(&old, false).is_ok());
    }

    #[test]
    fn host_names_have_no_scheme_or_path() {
        for text in [
            "https://a.example",
            "a.example:443",
            "a@b",
            "",
            ".",
            "[::1]",
            "a b",
            "*",
            "*.a.example",
        ] {
            assert!(text.parse::<HostName>().is_err(), "{text}");
        }
        assert_eq!("Aid.Example.ORG.".parse::<HostName>().unwrap().to_string(), "aid.example.org");
    }
}
