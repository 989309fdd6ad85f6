//! Who may ask what, and how often: as typed, and as meant.

use std::path::PathBuf;

use super::error::Error;
use super::typed::typed;
use crate::http::access::{Options, Proxies, ProxyHeader, Rate};

typed! {
    /// Who may ask what, and how often: as typed.
    #[command(next_help_heading = "Access")]
    AccessSettings {
        /// A file of tokens, a line `NAME ROLES SHA256` for each, as `aidgraph token` writes it; SIGHUP reads it again
        #[arg(long, value_name = "FILE", env = "AIDGRAPH_AUTH_FILE")]
        auth_file: PathBuf,
        /// Whether those may read who have no token [default: on loopback, where no file of tokens is named]
        #[arg(long, value_name = "BOOL", env = "AIDGRAPH_OPEN_READING", num_args = 0..=1, default_missing_value = "true")]
        open_reading: bool,
        /// How many requests a second one token may send, or one address without a token; 0 for any number [default: 0]
        #[arg(long, value_name = "N", env = "AIDGRAPH_RATE_LIMIT")]
        rate_limit: u32,
        /// How many of them may come at once [default: 100]
        #[arg(long, value_name = "N", env = "AIDGRAPH_RATE_BURST")]
        rate_burst: u32,
        /// How many bytes a file may have that comes by `POST /admin/import`, packed as it comes [default: 1073741824]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_IMPORT")]
        max_import: u64,
        /// How many files may be coming by `POST /admin/import` at a time; they are brought in one after the other [default: 8]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_UPLOADS")]
        max_uploads: usize,
        /// How many bytes a second such a file must come with, over each `--body-timeout`; a slower one is answered 408
        /// [default: 1024]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MIN_UPLOAD_RATE")]
        min_upload_rate: u64,
        /// Proxies that are believed whom they heard, by address or network, such as `127.0.0.1,10.0.0.0/8` [default: none]
        #[arg(long, value_name = "ADDR", env = "AIDGRAPH_TRUSTED_PROXY", value_delimiter = ',')]
        trusted_proxy: Vec<String>,
        /// The one header in which they say it [default: x-forwarded-for]
        #[arg(long, value_name = "NAME", env = "AIDGRAPH_PROXY_HEADER")]
        proxy_header: ProxyHeader,
        /// Names by which the service may be asked for, beside addresses and localhost [default: none on loopback, else any]
        #[arg(long, value_name = "NAME", env = "AIDGRAPH_ALLOWED_HOST", value_delimiter = ',')]
        allowed_host: Vec<String>,
    }
}

impl AccessSettings {
    /// What is meant.
    pub(super) fn resolve(self) -> Result<Options, Error> {
        let default = Options::default();
        let trusted = self.trusted_proxy.unwrap_or_default();
        let trusted = trusted.into_iter().map(|text| text.parse().map_err(|_| Error::Proxy(text)));
        let hosts = self.allowed_host.unwrap_or_default();
        let hosts = hosts.into_iter().map(|text| text.parse().map_err(|_| Error::Host(text)));
        Ok(Options {
            auth_file: self.auth_file,
            open_reading: self.open_reading,
            rate: Rate {
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
