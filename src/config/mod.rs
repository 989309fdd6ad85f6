//! Configuration. Precedence: flags, `AIDGRAPH_…` variables, the configuration file, defaults.
//!
//! There are two stages. [`Settings`] holds what a source sets, and `None` otherwise; flags, environment and file share
//! this shape. [`Config`] holds the resolved options of each layer.

pub mod access;
pub mod cache;
pub mod duration;
pub mod error;
pub mod limits;
pub mod removed;
pub mod settings;
mod settings_macro;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderValue;

use crate::graphql::cache::CacheLimit;
use crate::{graphql, http, server};
use duration::HumanDuration;
use error::Error;
use settings::{LogForm, Settings};

/// Default data folder.
pub const DATA: &str = "./aidgraph-data";

/// Default listen address.
pub const LISTEN: &str = "127.0.0.1:4000";

/// Resolved configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Data folder.
    pub data: PathBuf,
    /// Folder of seed files; `None` means the built-in seed.
    pub seed: Option<PathBuf>,
    /// Folder of saved queries of the operator; `None` without one.
    pub queries: Option<PathBuf>,
    /// Listen address: `IP:PORT` or `HOST:PORT`.
    pub listen: String,
    /// Listen address of the metrics listener; `None` turns it off.
    pub metrics_listen: Option<String>,
    /// Options of GraphQL execution.
    pub graphql: graphql::Options,
    /// Options of the HTTP service.
    pub http: http::Options,
    /// Format of the log.
    pub log: LogForm,
    /// Log level or filter.
    pub log_level: String,
}

impl Settings {
    /// Resolves the settings against the defaults.
    ///
    /// # Errors
    /// [`Error::Listen`], [`Error::Origin`], [`Error::Proxy`] and [`Error::HalfOfTls`].
    pub fn resolve(self) -> Result<Config, Error> {
        let limits = graphql::Options::default();
        let carriage = http::Options::default();
        let listen = place(self.http.listen.unwrap_or_else(|| LISTEN.to_owned()))?;
        let metrics_listen = self.http.metrics_listen.map(place).transpose()?;
        Ok(Config {
            data: self.data.data.unwrap_or_else(|| DATA.into()),
            seed: self.data.seed,
            queries: self.kept.queries,
            listen,
            metrics_listen,
            graphql: graphql::Options {
                limits: self.limits.resolve(),
                introspection: self.access.introspection.unwrap_or(limits.introspection),
                time: span(self.http.request_timeout, carriage.request_timeout),
                execution: self.execution.resolve(),
                documents: bytes(self.kept.document_cache_bytes, limits.documents),
            },
            http: http::Options {
                access: self.access.clone().resolve()?,
                tls: match (self.http.tls_cert, self.http.tls_key) {
                    (Some(certificate), Some(key)) => {
                        Some(server::tls::CertificateFiles { certificate, key })
                    }
                    (None, None) => None,
                    _ => return Err(Error::HalfOfTls),
                },
                admin: http::admin::Options {
                    largest: self.access.max_import.unwrap_or(carriage.admin.largest),
                    ..carriage.admin
                },
                account: http::request_log::Options {
                    log: self.log.access_log.unwrap_or_default(),
                    slow: span(self.log.slow_query, carriage.account.slow),
                },
                limits: self.hold.resolve(),
                sockets: self.sockets.resolve(),
                persisted: http::graphql::persisted::Options {
                    trusted_only: self.kept.trusted_only.unwrap_or_default(),
                    ..carriage.persisted
                },
                answers: bytes(self.kept.response_cache_bytes, carriage.answers),
                temporary: carriage.temporary,
                shared_age: span(self.kept.shared_age, carriage.shared_age),
                cors: cors(&self.http.cors_origin.unwrap_or_default())?,
                embed: embed(&self.http.embed_origins.unwrap_or_default())?,
                request_timeout: span(self.http.request_timeout, carriage.request_timeout),
                shutdown_timeout: span(self.http.shutdown_timeout, carriage.shutdown_timeout),
            },
            log: self.log.log.unwrap_or_default(),
            log_level: self.log.log_level.unwrap_or_else(|| "info".to_owned()),
        })
    }
}

fn span(typed: Option<HumanDuration>, default: Duration) -> Duration {
    typed.map_or(default, |span| span.0)
}

fn bytes(typed: Option<usize>, default: CacheLimit) -> CacheLimit {
    typed.map_or(default, CacheLimit::of_bytes)
}

/// Validates a listen address.
fn place(text: String) -> Result<String, Error> {
    if text.parse::<SocketAddr>().is_ok() || names_a_host(&text) {
        Ok(text)
    } else {
        Err(Error::Listen(text))
    }
}

/// Returns true for a name and a port, such as `localhost:4000`.
fn names_a_host(listen: &str) -> bool {
    listen.rsplit_once(':').is_some_and(|(host, port)| {
        !host.is_empty() && !host.contains([':', '/', ' ']) && port.parse::<u16>().is_ok()
    })
}

fn cors(origins: &[String]) -> Result<http::Cors, Error> {
    if origins.is_empty() {
        return Ok(http::Cors::Own);
    }
    if origins == ["*"] {
        return Ok(http::Cors::Any);
    }
    origins.iter().map(|text| origin(text)).collect::<Result<_, _>>().map(http::Cors::Origins)
}

fn embed(origins: &[String]) -> Result<Vec<HeaderValue>, Error> {
    origins.iter().map(|text| origin(text)).collect()
}

/// Normalises an origin to the form that browsers send: no path, no trailing slash.
fn origin(text: &str) -> Result<HeaderValue, Error> {
    let bare = text.strip_suffix('/').unwrap_or(text);
    let host = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://"));
    match (host, HeaderValue::from_str(bare)) {
        (Some(host), Ok(value)) if !host.is_empty() && !host.contains(['/', '*', ' ', '?']) => {
            Ok(value)
        }
        _ => Err(Error::Origin(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::{Args as _, Command};

    use super::*;

    fn file(text: &str) -> Result<Settings, String> {
        Settings::from_toml(Path::new("a.toml"), text).map_err(|err| err.to_string())
    }

    fn config(text: &str) -> Result<Config, String> {
        file(text).and_then(|settings| settings.resolve().map_err(|err| err.to_string()))
    }

    #[test]
    fn no_flags_give_the_defaults() {
        let config = Settings::default().resolve().unwrap();
        assert_eq!((config.data, config.listen.as_str()), (PathBuf::from(DATA), LISTEN));
        assert_eq!(
            (config.graphql, config.http),
            (graphql::Options::default(), http::Options::default())
        );
    }

    #[test]
    fn the_help_states_the_defaults() {
        let mut command = Settings::augment_args(Command::new("aidgraph")).term_width(0);
        let help = command.render_long_help().to_string();
        let (limits, carriage) = (graphql::Options::default(), http::Options::default());
        for default in [
            DATA.to_owned(),
            LISTEN.to_owned(),
            limits.limits.aliases.to_string(),
            limits.limits.depth.to_string(),
            limits.limits.cost.to_string(),
            limits.limits.page.to_string(),
            limits.limits.records.to_string(),
            limits.limits.answer.to_string(),
            limits.execution.requests.to_string(),
            HumanDuration(limits.execution.wait).to_string(),
            carriage.limits.body.to_string(),
            carriage.limits.connections.to_string(),
            carriage.limits.address_connections.to_string(),
            carriage.limits.unsent.to_string(),
            carriage.limits.client_share.to_string(),
            carriage.limits.spool.to_string(),
            HumanDuration(carriage.limits.head_time).to_string(),
            HumanDuration(carriage.limits.body_time).to_string(),
            HumanDuration(carriage.limits.write_time).to_string(),
            carriage.sockets.sockets.to_string(),
            carriage.sockets.streams.to_string(),
            HumanDuration(carriage.sockets.ping).to_string(),
            limits.documents.bytes.to_string(),
            carriage.answers.bytes.to_string(),
            carriage.persisted.trusted_only.to_string(),
            HumanDuration(carriage.shared_age).to_string(),
            HumanDuration(carriage.account.slow).to_string(),
            carriage.access.rate.per_second.to_string(),
            carriage.admin.largest.to_string(),
            carriage.access.rate.burst.to_string(),
            carriage.access.proxies.header.to_string(),
            limits.introspection.to_string(),
            HumanDuration(carriage.request_timeout).to_string(),
            HumanDuration(carriage.shutdown_timeout).to_string(),
        ] {
            assert!(help.contains(&format!("[default: {default}]")), "{default}\n{help}");
        }
        for argument in
            command.get_arguments().filter(|argument| argument.get_long() != Some("help"))
        {
            let name = argument.get_long().unwrap();
            assert_eq!(argument.get_env().unwrap().to_str().unwrap(), limits::variable(name));
            assert_eq!(removed::instead_of(name), None, "{name}");
        }
        // The settings of an operator; other limits are constants. `queries` is one: no other place names the folder;
        // and `embed-origins`: only the operator knows the pages that may embed.
        assert!(settings::keys().len() <= 48, "{:?}", settings::keys());
    }

    #[test]
    fn a_file_sets_the_options_of_flags_and_flags_win() {
        let text = "listen = \"0.0.0.0:80\"\nmax-depth = 5\ncors-origin = [\"https://a.org/\"]\nrequest-timeout = \"2m\"\nlog = \"json\"";
        let typed = file("max-depth = 7").unwrap();
        let config = typed.or(file(text).unwrap()).resolve().unwrap();
        assert_eq!((config.listen.as_str(), config.graphql.limits.depth), ("0.0.0.0:80", 7));
        assert_eq!(
            config.http.cors,
            http::Cors::Origins(vec![HeaderValue::from_static("https://a.org")])
        );
        assert_eq!(
            (config.http.request_timeout, config.log),
            (Duration::from_secs(120), LogForm::Json)
        );
    }

    #[test]
    fn invalid_settings_of_a_file_are_rejected_with_their_line() {
        let cases = [
            (
                "data = \"x\"\nlistn = \"y\"",
                "a.toml, line 2: unknown key `listn`; did you mean `listen`?",
            ),
            ("[server]\nport = 1", "unknown key `server`; known keys: data, seed"),
            ("listen = ", "a.toml, line 1: "),
            (
                "data = \"x\"\nmax-tokens = 9",
                "a.toml, line 2: `max-tokens` is no longer a setting: the limit is fixed at 4000",
            ),
            (
                "data = \"x\"\nmax-depth = \"many\"",
                "a.toml, line 2: `max-depth`: invalid type: string \"many\"",
            ),
            ("request-timeout = \"soon\"", "30s, 500ms or 2m"),
            ("listen = \"4000\"", "invalid listen address `4000`"),
            ("cors-origin = [\"example.org\"]", "invalid origin `example.org`"),
            ("trusted-proxy = [\"proxy\"]", "invalid trusted proxy `proxy`"),
            ("allowed-host = [\"https://a.org\"]", "invalid host name `https://a.org`"),
            ("cors-origin = [\"*\", \"https://a.org\"]", "invalid origin `*`"),
        ];
        for (text, expected) in cases {
            let message = config(text).unwrap_err();
            assert!(message.contains(expected), "{message}");
        }
    }
}
