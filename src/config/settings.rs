//! Settings as given by flags, the environment or a file; `None` where nothing is set.

use std::path::{Path, PathBuf};

use clap::{Args, Command, ValueEnum};
use serde::Deserialize;

use super::access::AccessSettings;
use super::cache::CacheSettings;
use super::duration::HumanDuration;
use super::error::Error;
use super::limits::GivenLimits;
use super::removed;
use crate::graphql::limit::{ExecutionLimits, Limits};
use crate::http::limits::ClientLimits;
use crate::http::request_log::AccessLog;
use crate::http::socket;

/// Settings as given, before defaults apply.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Settings {
    /// Data folder and seed.
    #[command(flatten)]
    #[serde(flatten)]
    pub data: DataSettings,
    /// Limits of a query.
    #[command(flatten)]
    #[serde(flatten)]
    pub limits: GivenLimits<Limits>,
    /// Limits of the queue of executions.
    #[command(flatten)]
    #[serde(flatten)]
    pub execution: GivenLimits<ExecutionLimits>,
    /// Limits of clients.
    #[command(flatten)]
    #[serde(flatten)]
    pub hold: GivenLimits<ClientLimits>,
    /// Limits of sockets and streams.
    #[command(flatten)]
    #[serde(flatten)]
    pub sockets: GivenLimits<socket::Options>,
    /// Access: tokens, rate limits, proxies and host names.
    #[command(flatten)]
    #[serde(flatten)]
    pub access: AccessSettings,
    /// Caches, and the queries that may run.
    #[command(flatten)]
    #[serde(flatten)]
    pub kept: CacheSettings,
    /// Listeners, TLS, CORS and timeouts.
    #[command(flatten)]
    #[serde(flatten)]
    pub http: HttpSettings,
    /// Logging.
    #[command(flatten)]
    #[serde(flatten)]
    pub log: LogSettings,
}

/// Settings of the data, as given.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[command(next_help_heading = "Data")]
pub struct DataSettings {
    /// Data folder; created if missing [default: ./aidgraph-data]
    #[arg(long, value_name = "DIR", env = "AIDGRAPH_DATA")]
    pub data: Option<PathBuf>,
    /// Folder of seed files, instead of the built-in seed; `serve` reads it again when it changes, and at SIGHUP
    #[arg(long, value_name = "DIR", env = "AIDGRAPH_SEED")]
    pub seed: Option<PathBuf>,
}

/// Settings of HTTP, as given.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[command(next_help_heading = "HTTP")]
pub struct HttpSettings {
    /// Address and port to listen on; port 0 picks a free port and logs it [default: 127.0.0.1:4000]
    #[arg(long, value_name = "ADDR", env = "AIDGRAPH_LISTEN")]
    pub listen: Option<String>,
    /// Address and port that serve `/metrics` and `/health` without authentication; keep it private [default: none]
    #[arg(long, value_name = "ADDR", env = "AIDGRAPH_METRICS_LISTEN")]
    pub metrics_listen: Option<String>,
    /// PEM file with the certificate chain; the service then accepts only TLS [default: none]
    #[arg(long, value_name = "FILE", env = "AIDGRAPH_TLS_CERT")]
    pub tls_cert: Option<PathBuf>,
    /// PEM file with the private key; SIGHUP reloads certificate and key
    #[arg(long, value_name = "FILE", env = "AIDGRAPH_TLS_KEY")]
    pub tls_key: Option<PathBuf>,
    /// Origins allowed by CORS, such as `https://grafana.example.org`; `*` for all [default: none]
    #[arg(long, value_name = "ORIGIN", env = "AIDGRAPH_CORS_ORIGIN", value_delimiter = ',')]
    pub cors_origin: Option<Vec<String>>,
    /// Origins whose pages may embed pages of the service with `?embed`, such as `https://www.example.org` [default: none]
    #[arg(long, value_name = "ORIGIN", env = "AIDGRAPH_EMBED_ORIGINS", value_delimiter = ',')]
    pub embed_origins: Option<Vec<String>>,
    /// Timeout of a request, such as 30s or 500ms [default: 30s]
    #[arg(long, value_name = "TIME", env = "AIDGRAPH_REQUEST_TIMEOUT")]
    pub request_timeout: Option<HumanDuration>,
    /// Time for requests in flight to finish after SIGTERM or SIGINT [default: 10s]
    #[arg(long, value_name = "TIME", env = "AIDGRAPH_SHUTDOWN_TIMEOUT")]
    pub shutdown_timeout: Option<HumanDuration>,
}

/// Settings of the log, as given.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[command(next_help_heading = "Log")]
pub struct LogSettings {
    /// Log format: text, or one JSON object per line [default: human]
    #[arg(long, value_name = "FORM", env = "AIDGRAPH_LOG")]
    pub log: Option<LogForm>,
    /// Log level: error, warn, info, debug or trace, or a filter such as `info,aidgraph::http=debug` [default: info]
    #[arg(long, value_name = "LEVEL", env = "AIDGRAPH_LOG_LEVEL")]
    pub log_level: Option<String>,
    /// Log each request and operation at level info, without or with query texts [default: off]
    #[arg(long, value_name = "WHAT", env = "AIDGRAPH_ACCESS_LOG")]
    pub access_log: Option<AccessLog>,
    /// Duration after which an operation is logged as slow, with the SHA-256 of its text [default: 2s]
    #[arg(long, value_name = "TIME", env = "AIDGRAPH_SLOW_QUERY")]
    pub slow_query: Option<HumanDuration>,
}

/// Format of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogForm {
    /// Text lines.
    #[default]
    Human,
    /// One JSON object per line.
    Json,
}

/// Returns the keys of the configuration file: the long names of the flags.
pub(super) fn keys() -> Vec<String> {
    let command = Settings::augment_args(Command::new("aidgraph"));
    command.get_arguments().filter_map(|arg| arg.get_long().map(str::to_owned)).collect()
}

impl Settings {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// [`Error::Unreadable`], [`Error::Invalid`] and [`Error::UnknownKey`].
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
        Self::from_toml(path, &text)
    }

    pub(super) fn from_toml(path: &Path, text: &str) -> Result<Self, Error> {
        let invalid = |err: toml::de::Error| Error::Invalid {
            path: path.to_owned(),
            line: line(text, err.span().map_or(0, |span| span.start)),
            message: err.message().to_owned(),
        };
        let table: toml::Table = toml::from_str(text).map_err(invalid)?;
        let known = keys();
        if let Some(key) = table.keys().find(|key| !known.contains(key)) {
            let near = known
                .iter()
                .map(|known| (strsim::damerau_levenshtein(key, known), known))
                .filter(|(distance, _)| *distance <= 2)
                .min()
                .map(|(_, near)| near.clone());
            let line = line_of(text, key);
            let (path, key) = (path.to_owned(), key.clone());
            if let Some(instead) = removed::instead_of(&key) {
                return Err(Error::RemovedKey { path, line, key, instead });
            }
            return Err(Error::UnknownKey { path, line, key, near, known });
        }
        // Flattened groups lose the position of a value, so each key is deserialized alone first.
        for (key, value) in &table {
            let alone = toml::Table::from_iter([(key.clone(), value.clone())]);
            alone.try_into::<Self>().map_err(|err| Error::Invalid {
                path: path.to_owned(),
                line: line_of(text, key),
                message: format!("`{key}`: {}", err.message()),
            })?;
        }
        table.try_into().map_err(invalid)
    }

    /// Merges two sources of settings; `self` takes precedence.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            data: DataSettings {
                data: self.data.data.or(other.data.data),
                seed: self.data.seed.or(other.data.seed),
            },
            limits: self.limits.or(other.limits),
            execution: self.execution.or(other.execution),
            hold: self.hold.or(other.hold),
            sockets: self.sockets.or(other.sockets),
            access: self.access.or(other.access),
            kept: self.kept.or(other.kept),
            http: HttpSettings {
                listen: self.http.listen.or(other.http.listen),
                metrics_listen: self.http.metrics_listen.or(other.http.metrics_listen),
                tls_cert: self.http.tls_cert.or(other.http.tls_cert),
                tls_key: self.http.tls_key.or(other.http.tls_key),
                cors_origin: self.http.cors_origin.or(other.http.cors_origin),
                embed_origins: self.http.embed_origins.or(other.http.embed_origins),
                request_timeout: self.http.request_timeout.or(other.http.request_timeout),
                shutdown_timeout: self.http.shutdown_timeout.or(other.http.shutdown_timeout),
            },
            log: LogSettings {
                log: self.log.log.or(other.log.log),
                log_level: self.log.log_level.or(other.log.log_level),
                access_log: self.log.access_log.or(other.log.access_log),
                slow_query: self.log.slow_query.or(other.log.slow_query),
            },
        }
    }
}

/// Returns the line of a key, from 1.
fn line_of(text: &str, key: &str) -> usize {
    let begins = |line: &str| line.trim_start().trim_matches(['[', '"', '\'']).starts_with(key);
    text.lines().position(begins).unwrap_or(0) + 1
}

/// Returns the line of a byte offset, from 1.
fn line(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1
}
