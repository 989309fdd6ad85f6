//! Client address: the peer of the connection, or the address that a trusted proxy reports.
//!
//! Only the configured header counts, and only from trusted proxies: a proxy forwards every other header unchanged, so
//! a client could forge it.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderName};
use clap::ValueEnum;
use serde::Deserialize;

/// A network in CIDR notation, such as `10.0.0.0/8`, or a single address, such as `::1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    bits: u128,
    /// Length of the prefix in bits of an IPv6 address, 0 to 128. IPv4 networks are stored as mapped addresses.
    prefix: u32,
}

/// Parse error of a [`Network`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid network: write an address or a network, such as 127.0.0.1, 10.0.0.0/8 or fd00::/8"
)]
pub struct InvalidNetwork;

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| InvalidNetwork)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix =
            prefix.map_or(Ok(longest), |prefix| prefix.parse().map_err(|_| InvalidNetwork))?;
        if prefix > longest {
            return Err(InvalidNetwork);
        }
        Ok(Self { bits: bits(address), prefix: prefix + 128 - longest })
    }
}

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        let differ = self.bits ^ bits(address);
        differ.checked_shr(128 - self.prefix).unwrap_or(0) == 0
    }
}

/// Returns an address as a number; IPv4 addresses are mapped to IPv6.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(four) => u128::from(four.to_ipv6_mapped()),
        IpAddr::V6(six) => u128::from(six),
    }
}

/// Header in which proxies report the address of their client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyHeader {
    /// `X-Forwarded-For`: a list to which each proxy appends the address of its peer.
    #[default]
    XForwardedFor,
    /// `X-Real-IP`: a single address.
    XRealIp,
}

impl fmt::Display for ProxyHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name().as_str())
    }
}

impl ProxyHeader {
    fn name(self) -> HeaderName {
        match self {
            Self::XForwardedFor => HeaderName::from_static("x-forwarded-for"),
            Self::XRealIp => HeaderName::from_static("x-real-ip"),
        }
    }
}

/// Header in which a proxy reports the scheme of the connection to its client.
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Trusted proxies, and the header that they set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    /// Networks of the trusted proxies.
    pub trusted: Vec<Network>,
    /// Header with the address of the client.
    pub header: ProxyHeader,
}

impl Proxies {
    /// Returns true if an address belongs to a trusted proxy.
    pub(super) fn trust(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(address))
    }

    /// Returns the client of a connection, or `None` for a trusted proxy, which connects on behalf of many clients.
    pub(super) fn direct_client(&self, peer: IpAddr) -> Option<IpAddr> {
        let peer = peer.to_canonical();
        (!self.trust(peer)).then(|| client_network(peer))
    }

    /// Returns true if a trusted proxy reports that its client uses TLS, false if it reports that it does not. `None` without
    /// a report, or if the peer is no trusted proxy. With several proxies, each connection must use TLS.
    pub(super) fn reports_tls(&self, peer: IpAddr, headers: &HeaderMap) -> Option<bool> {
        if !self.trust(peer.to_canonical()) || !headers.contains_key(&FORWARDED_PROTO) {
            return None;
        }
        let given = headers.get_all(&FORWARDED_PROTO).iter();
        let mut given = given.flat_map(|value| value.to_str().unwrap_or_default().split(','));
        Some(given.all(|scheme| scheme.trim().eq_ignore_ascii_case("https")))
    }

    /// Returns the address of the client: read from the end of the list, the first that is no trusted proxy. An entry that
    /// cannot be parsed ends the list.
    pub(super) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let given: Vec<&str> = headers
            .get_all(self.header.name())
            .iter()
            .map(|value| value.to_str().unwrap_or_default())
            .flat_map(|value| value.split(','))
            .collect();
        for named in given.iter().rev() {
            if !self.trust(client) {
                break;
            }
            let Some(address) = address(named.trim()) else { break };
            client = address.to_canonical();
        }
        client
    }
}

/// Parses an address with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(with_port)
}

/// Returns the address by which a client is counted: an IPv4 address, or the /64 network of an IPv6 address.
pub(super) fn client_network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(peer: &str, header: &str, given: &[&'static str]) -> String {
        let trusted = ["127.0.0.1", "10.0.0.0/8", "fd00::/8"];
        let trusted = trusted.iter().map(|text| text.parse().unwrap()).collect();
        let proxies = Proxies { trusted, header: ProxyHeader::XForwardedFor };
        let mut headers = HeaderMap::new();
        for value in given {
            let name: HeaderName = header.parse().unwrap();
            headers.append(name, HeaderValue::from_static(value));
        }
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn only_trusted_proxies_identify_clients() {
        let xff = "x-forwarded-for";
        assert_eq!(client("192.0.2.1", xff, &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(client("127.0.0.1", xff, &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("::ffff:127.0.0.1", xff, &["198.51.100.7:443"]), "198.51.100.7");
        // Entries of the client precede the entry that the proxy appended.
        assert_eq!(
            client("127.0.0.1", xff, &["127.0.0.1, 203.0.113.9", "198.51.100.7"]),
            "198.51.100.7"
        );
        assert_eq!(client("127.0.0.1", xff, &["203.0.113.9, 10.1.2.3, fd00::1"]), "203.0.113.9");
        assert_eq!(client("127.0.0.1", xff, &["203.0.113.9, unknown"]), "127.0.0.1");
        assert_eq!(client("127.0.0.1", xff, &["203.0.113.9, unknown, 10.0.0.1"]), "10.0.0.1");
        assert_eq!(client("127.0.0.1", xff, &[]), "127.0.0.1");
        // Other headers are ignored.
        assert_eq!(client("127.0.0.1", "forwarded", &["for=203.0.113.9"]), "127.0.0.1");
        assert_eq!(client("127.0.0.1", "x-real-ip", &["203.0.113.9"]), "127.0.0.1");
    }

    #[test]
    fn networks_contain_addresses_with_their_prefix() {
        let holds = |network: &str, address: &str| {
            network.parse::<Network>().unwrap().contains(address.parse().unwrap())
        };
        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("0.0.0.0/0", "192.0.2.1") && !holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("::/0", "2001:db8::1") && holds("::1", "::1") && !holds("::1", "::2"));
        for invalid in ["", "10.0.0.0/33", "10.0.0", "::1/129", "localhost", "10.0.0.0/"] {
            assert_eq!(invalid.parse::<Network>(), Err(InvalidNetwork), "{invalid}");
        }
    }

    #[test]
    fn an_ipv6_prefix_is_one_client() {
        let one = |text: &str| client_network(text.parse().unwrap()).to_string();
        assert_eq!(one("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(one("192.0.2.1"), "192.0.2.1");
    }
}
