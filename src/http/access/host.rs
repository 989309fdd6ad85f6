//! The names by which a service may be asked for.
//!
//! Anybody's page can have its own name lead to 127.0.0.1, and then read as its own origin whatever is open to this
//! machine alone. What is asked for by such a name is refused; an address in its place is nobody's trick, since a page
//! that was loaded from an address is of that address.
//! Source: RFC 9110, 7.4 and 15.5.20; RFC 9112, 3.2.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use axum::extract::Request;
use axum::http::Version;
use axum::http::header::HOST;
use axum::http::uri::Authority;

use crate::graphql::error::ErrorCode;
use crate::http::refusal::Refusal;

/// The name of a host, as names are compared: in small letters, without the dot of the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostName(String);

/// A text that is no name of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no name of a host; write it without scheme and port, such as aid.example.org")]
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

/// The names by which a service may be asked for, beside addresses and `localhost`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hosts {
    /// Every name.
    Any,
    /// These.
    Named(Vec<HostName>),
}

impl Hosts {
    /// Those that are named; where none are, every name of a service that other machines reach, and no name of one
    /// that they do not.
    pub(super) fn of(named: &[HostName], is_private: bool) -> Self {
        if named.is_empty() && !is_private { Self::Any } else { Self::Named(named.to_vec()) }
    }

    /// Refuses a request for another. Where no names are given, a trusted proxy may pass on what it likes.
    ///
    /// # Errors
    /// `MISDIRECTED_REQUEST`, and `BAD_USER_INPUT` when nobody can say whom it is for.
    pub(super) fn check(&self, request: &Request, is_proxied: bool) -> Result<(), Refusal> {
        let Some(host) = host(request)? else { return Ok(()) };
        let Self::Named(named) = self else { return Ok(()) };
        let host = bare(host.host());
        let is_named = || named.iter().any(|name| name.0.eq_ignore_ascii_case(host));
        if cannot_be_led_here(host) || is_named() || is_proxied && named.is_empty() {
            return Ok(());
        }
        Err(Refusal::new(
            ErrorCode::MisdirectedRequest,
            "this service is not asked for by that name; whoever runs it can name it (allowed-host)",
        ))
    }
}

/// Whom a request is for; `None` where it need not say so.
fn host(request: &Request) -> Result<Option<Authority>, Refusal> {
    let mut given = request.headers().get_all(HOST).iter();
    let (first, second) = (given.next(), given.next());
    let named = match (request.uri().authority(), first) {
        _ if second.is_some() => return Err(Refusal::input("a request has one `Host`")),
        (None, None) if request.version() < Version::HTTP_11 => return Ok(None),
        (_, None) if request.version() == Version::HTTP_11 => {
            return Err(Refusal::input("a request of HTTP/1.1 has a `Host`"));
        }
        (Some(authority), _) => Ok(authority.clone()),
        (None, Some(host)) => Authority::try_from(host.as_bytes()),
        (None, None) => return Err(Refusal::input("the request says nobody whom it is for")),
    };
    named
        .ok()
        .filter(is_plain)
        .map(Some)
        .ok_or_else(|| Refusal::input("`Host` is no name or address of a host"))
}

/// Whether nothing stands beside the host but a port.
fn is_plain(authority: &Authority) -> bool {
    let rest = authority.as_str().strip_prefix(authority.host());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// A host without the dot of the root.
fn bare(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

/// Whether nobody can have a host lead here who does not run it: an address, or a name that leads nowhere but to the
/// machine of whoever asks. Source: RFC 6761, 6.3.
fn cannot_be_led_here(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or(host);
    address.parse::<IpAddr>().is_ok() || last.eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::HeaderValue;

    use super::*;

    fn asked(hosts: &[&'static str]) -> Request {
        let mut request = Request::new(Body::empty());
        for host in hosts {
            request.headers_mut().append(HOST, HeaderValue::from_static(host));
        }
        request
    }

    fn answer(named: &[&str], is_private: bool, hosts: &[&'static str]) -> Option<ErrorCode> {
        let named: Vec<HostName> = named.iter().map(|text| text.parse().unwrap()).collect();
        let answer = Hosts::of(&named, is_private).check(&asked(hosts), false);
        answer.err().map(|refusal| refusal.code())
    }

    #[test]
    fn what_only_this_machine_reaches_has_no_other_name() {
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
            let refused = Some(ErrorCode::MisdirectedRequest);
            assert_eq!(answer(&[], true, &[host]), refused, "{host}");
            assert_eq!(answer(&named, true, &[host]), refused, "{host}");
            assert_eq!(answer(&named, false, &[host]), refused, "{host}");
            assert_eq!(answer(&[], false, &[host]), None, "{host}");
            assert!(Hosts::of(&[], true).check(&asked(&[host]), true).is_ok(), "{host}");
            let named: Vec<HostName> = named.iter().map(|text| text.parse().unwrap()).collect();
            assert!(Hosts::of(&named, true).check(&asked(&[host]), true).is_err(), "{host}");
        }
        assert_eq!(answer(&named, true, &["AID.example.org.:443"]), None);
    }

    #[test]
    fn a_request_says_once_whom_it_is_for() {
        for hosts in [
            &[][..],
            &["localhost", "localhost"],
            &["a b"],
            &[""],
            &["evil.example@localhost"],
            &["[::1]evil.example"],
        ] {
            let refused = answer(&[], false, hosts);
            assert_eq!(refused, Some(ErrorCode::BadUserInput), "{hosts:?}");
        }
        let mut old = asked(&[]);
        *old.version_mut() = Version::HTTP_10;
        assert!(Hosts::of(&[], true).check(&old, false).is_ok());
    }

    #[test]
    fn a_name_is_a_name_alone() {
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
