//! Settings of access: tokens, rate limits, proxies and host names.

use std::path::PathBuf;

use super::error::Error;
use super::settings_macro::typed;
use crate::http::access::{Options, Proxies, ProxyHeader};
use crate::server::rate::RateLimit;

typed! {
    /// Settings of access, as given; `None` where nothing is set.
    #[command(next_help_heading = "Access")]
    AccessSettings {
        /// Token file: one line `NAME ROLES SHA256` per token, as written by `aidgraph token`; SIGHUP reloads it
        #[arg(long, value_name = "FILE", env = "AIDGRAPH_AUTH_FILE")]
        auth_file: PathBuf,
        /// Allow reads without a token [default: true on loopback if there is no token file]
        #[arg(long, value_name = "BOOL", env = "AIDGRAPH_OPEN_READING", num_args = 0..=1, default_missing_value = "true")]
        open_reading: bool,
        /// Requests per second per token, or per address without a token; 0 for no limit [default: 0]
        #[arg(long, value_name = "N", env = "AIDGRAPH_RATE_LIMIT")]
        rate_limit: u32,
        /// Requests that may arrive in one burst under `--rate-limit` [default: 100]
        #[arg(long, value_name = "N", env = "AIDGRAPH_RATE_BURST")]
        rate_burst: u32,
        /// Maximum bytes of a file sent to `POST /admin/import`, as transferred [default: 1073741824]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_IMPORT")]
        max_import: u64,
        /// Trusted proxies, as addresses or networks such as `127.0.0.1,10.0.0.0/8` [default: none]
        #[arg(long, value_name = "ADDR", env = "AIDGRAPH_TRUSTED_PROXY", value_delimiter = ',')]
        trusted_proxy: Vec<String>,
        /// Header in which trusted proxies pass the client address [default: x-forwarded-for]
        #[arg(long, value_name = "NAME", env = "AIDGRAPH_PROXY_HEADER")]
        proxy_header: ProxyHeader,
        /// Allow introspection; without it, errors suggest no names [default: true]
        #[arg(long, value_name = "BOOL", env = "AIDGRAPH_INTROSPECTION")]
        introspection: bool,
        /// Host names accepted besides addresses and localhost [default: none on loopback, otherwise any]
        #[arg(long, value_name = "NAME", env = "AIDGRAPH_ALLOWED_HOST", value_delimiter = ',')]
        allowed_host: Vec<String>,
    }
}

impl AccessSettings {
    /// Resolves the settings against the defaults, and parses proxies and host names.
    pub(super) fn resolve(self) -> Result<Options, Error> {
        let default = Options::default();
        let trusted = self.trusted_proxy.unwrap_or_default();
        let trusted = trusted.into_iter().map(|text| text.parse().map_err(|_| Error::Proxy(text)));
        let hosts = self.allowed_host.unwrap_or_default();
        let hosts = hosts.into_iter().map(|text| text.parse().map_err(|_| Error::Host(text)));
        Ok(Options {
            auth_file: self.auth_file,
            open_reading: self.open_reading,
            rate: RateLimit {
                per_second: self.rate_limit.unwrap_or(default.rate.per_second),
                burst: self.rate_burst.unwrap_or(default.rate.burst),
            },
            proxies: Proxies {
                trusted: trusted.collect::<Result<_, _>>()?,
                header: self.proxy_header.unwrap_or_default(),
            },
            hosts: hosts.collect::<Result<_, _>>()?,
        })
    }
}
