//! What an operator may set, and how it is set: flags before `AIDGRAPH_…` before the file before defaults.
//!
//! Two stages. [`Settings`] is what was typed, with a gap wherever nothing was: the same shape from the command line
//! with its environment and from a file. [`Config`] is what is meant: the options of each layer, without a gap.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use axum::http::HeaderValue;
use clap::{Args, Command, ValueEnum};
use serde::Deserialize;

use crate::{graphql, http};

/// Where the data folder is when nobody says.
pub const DATA: &str = "./aidgraph-data";

/// Where the service listens when nobody says.
pub const LISTEN: &str = "127.0.0.1:4000";

/// What was typed.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Settings {
    /// Which data.
    #[command(flatten)]
    #[serde(flatten)]
    pub data: DataSettings,
    /// What a request may ask at most.
    #[command(flatten)]
    #[serde(flatten)]
    pub limits: LimitSettings,
    /// How the service is carried.
    #[command(flatten)]
    #[serde(flatten)]
    pub http: HttpSettings,
    /// What is logged.
    #[command(flatten)]
    #[serde(flatten)]
    pub log: LogSettings,
}

/// Which data: as typed.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[command(next_help_heading = "Data")]
pub struct DataSettings {
    /// The data folder; made where there is none [default: ./aidgraph-data]
    #[arg(long, value_name = "DIR", env = "AIDGRAPH_DATA")]
    pub data: Option<PathBuf>,
    /// A folder of seed files, instead of those in the binary
    #[arg(long, value_name = "DIR", env = "AIDGRAPH_SEED")]
    pub seed: Option<PathBuf>,
}

/// What a request may ask at most: as typed.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[command(next_help_heading = "Limits")]
pub struct LimitSettings {
    /// How deep the fields of a request may be nested [default: 20]
    #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_DEPTH")]
    pub max_depth: Option<usize>,
    /// How much a request may cost, roughly the fields of its largest answer [default: 500000]
    #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_COMPLEXITY")]
    pub max_complexity: Option<usize>,
    /// Whether clients may ask for the schema [default: true]
    #[arg(long, value_name = "BOOL", env = "AIDGRAPH_INTROSPECTION")]
    pub introspection: Option<bool>,
}

/// How the service is carried: as typed.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[command(next_help_heading = "HTTP")]
pub struct HttpSettings {
    /// Address and port; port 0 takes a free one, and the log says which [default: 127.0.0.1:4000]
    #[arg(long, value_name = "ADDR", env = "AIDGRAPH_LISTEN")]
    pub listen: Option<String>,
    /// Origins whose pages may read answers, such as `https://grafana.example.org`; `*` for all [default: none]
    #[arg(long, value_name = "ORIGIN", env = "AIDGRAPH_CORS_ORIGIN", value_delimiter = ',')]
    pub cors_origin: Option<Vec<String>>,
    /// How long an answer may take, such as 30s or 500ms [default: 30s]
    #[arg(long, value_name = "TIME", env = "AIDGRAPH_REQUEST_TIMEOUT")]
    pub request_timeout: Option<Span>,
    /// How long requests under way may go on after SIGTERM or SIGINT [default: 10s]
    #[arg(long, value_name = "TIME", env = "AIDGRAPH_SHUTDOWN_TIMEOUT")]
    pub shutdown_timeout: Option<Span>,
}

/// What is logged: as typed.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[command(next_help_heading = "Log")]
pub struct LogSettings {
    /// Lines for people, or one JSON object a line [default: human]
    #[arg(long, value_name = "FORM", env = "AIDGRAPH_LOG")]
    pub log: Option<LogForm>,
    /// error, warn, info, debug or trace, or a filter such as `info,aidgraph::http=debug` [default: info]
    #[arg(long, value_name = "LEVEL", env = "AIDGRAPH_LOG_LEVEL")]
    pub log_level: Option<String>,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogForm {
    /// Lines for people.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}

/// A span of time as people write it: `10s`, `500ms`, `2m`; a bare number is seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Span(pub Duration);

/// A text that is no span of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a time such as 30s, 500ms or 2m, longer than nothing")]
pub struct InvalidSpan;

/// What is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The data folder.
    pub data: PathBuf,
    /// A folder of seed files, instead of those in the binary.
    pub seed: Option<PathBuf>,
    /// Address and port to listen on.
    pub listen: String,
    /// What a request may ask at most.
    pub graphql: graphql::Options,
    /// How the service is carried.
    pub http: http::Options,
    /// The form of the log.
    pub log: LogForm,
    /// What is logged.
    pub log_level: String,
}

/// Why settings mean nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("the configuration {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is no TOML, or a value in it is not of its type.
    #[error("the configuration {}, line {line}: {message}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The line, the first is 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// The file has a key that nothing knows.
    #[error("the configuration {}, line {line}: there is no key `{key}`{}", path.display(), hint(near.as_deref()))]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The line, the first is 1.
        line: usize,
        /// The key.
        key: String,
        /// The one that was probably meant.
        near: Option<String>,
    },
    /// A text that is no address to listen on.
    #[error("`{0}` is no address to listen on; write IP:PORT, such as 127.0.0.1:4000 or [::1]:0")]
    Listen(String),
    /// A text that is no origin.
    #[error("`{0}` is no origin; write SCHEME://HOST or SCHEME://HOST:PORT, or `*` alone")]
    Origin(String),
}

fn hint(near: Option<&str>) -> String {
    near.map_or_else(
        || format!("; there are {}", keys().join(", ")),
        |near| format!("; perhaps `{near}` is meant"),
    )
}

/// The keys of the file: the long names of the flags.
fn keys() -> Vec<String> {
    let command = Settings::augment_args(Command::new("aidgraph"));
    command.get_arguments().filter_map(|arg| arg.get_long().map(str::to_owned)).collect()
}

impl Settings {
    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::Unreadable`], [`Error::Invalid`] and [`Error::UnknownKey`].
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
        Self::from_toml(path, &text)
    }

    fn from_toml(path: &Path, text: &str) -> Result<Self, Error> {
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
            let start = text
                .lines()
                .position(|line| line.trim_start().trim_matches(['[', '"', '\'']).starts_with(key));
            let line = start.unwrap_or(0) + 1;
            return Err(Error::UnknownKey { path: path.to_owned(), line, key: key.clone(), near });
        }
        toml::from_str(text).map_err(invalid)
    }

    /// What was typed here, and what was typed there where there is a gap here.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            data: DataSettings {
                data: self.data.data.or(other.data.data),
                seed: self.data.seed.or(other.data.seed),
            },
            limits: LimitSettings {
                max_depth: self.limits.max_depth.or(other.limits.max_depth),
                max_complexity: self.limits.max_complexity.or(other.limits.max_complexity),
                introspection: self.limits.introspection.or(other.limits.introspection),
            },
            http: HttpSettings {
                listen: self.http.listen.or(other.http.listen),
                cors_origin: self.http.cors_origin.or(other.http.cors_origin),
                request_timeout: self.http.request_timeout.or(other.http.request_timeout),
                shutdown_timeout: self.http.shutdown_timeout.or(other.http.shutdown_timeout),
            },
            log: LogSettings {
                log: self.log.log.or(other.log.log),
                log_level: self.log.log_level.or(other.log.log_level),
            },
        }
    }

    /// What is meant.
    ///
    /// # Errors
    /// [`Error::Listen`] and [`Error::Origin`].
    pub fn resolve(self) -> Result<Config, Error> {
        let limits = graphql::Options::default();
        let carriage = http::Options::default();
        let listen = self.http.listen.unwrap_or_else(|| LISTEN.to_owned());
        if listen.parse::<std::net::SocketAddr>().is_err() && !names_a_host(&listen) {
            return Err(Error::Listen(listen));
        }
        Ok(Config {
            data: self.data.data.unwrap_or_else(|| DATA.into()),
            seed: self.data.seed,
            listen,
            graphql: graphql::Options {
                max_depth: self.limits.max_depth.unwrap_or(limits.max_depth),
                max_complexity: self.limits.max_complexity.unwrap_or(limits.max_complexity),
                introspection: self.limits.introspection.unwrap_or(limits.introspection),
            },
            http: http::Options {
                cors: cors(&self.http.cors_origin.unwrap_or_default())?,
                request_timeout: span(self.http.request_timeout, carriage.request_timeout),
                shutdown_timeout: span(self.http.shutdown_timeout, carriage.shutdown_timeout),
            },
            log: self.log.log.unwrap_or_default(),
            log_level: self.log.log_level.unwrap_or_else(|| "info".to_owned()),
        })
    }
}

fn span(typed: Option<Span>, default: Duration) -> Duration {
    typed.map_or(default, |span| span.0)
}

/// `localhost:4000`: a name and a port.
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

/// An origin as browsers write it: without a path, and without the slash before it.
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

/// The line of a byte.
fn line(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1
}

impl FromStr for Span {
    type Err = InvalidSpan;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let unit = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(unit);
        let number: u64 = number.parse().map_err(|_| InvalidSpan)?;
        let milliseconds = match unit.trim() {
            "ms" => 1,
            "" | "s" => 1_000,
            "m" => 60_000,
            _ => return Err(InvalidSpan),
        };
        match number.checked_mul(milliseconds) {
            Some(span) if span > 0 => Ok(Self(Duration::from_millis(span))),
            _ => Err(InvalidSpan),
        }
    }
}

impl TryFrom<String> for Span {
    type Error = InvalidSpan;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_millis() {
            whole if whole % 1000 == 0 => write!(f, "{}s", whole / 1000),
            part => write!(f, "{part}ms"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<Settings, String> {
        Settings::from_toml(Path::new("a.toml"), text).map_err(|err| err.to_string())
    }

    fn config(text: &str) -> Result<Config, String> {
        file(text).and_then(|settings| settings.resolve().map_err(|err| err.to_string()))
    }

    #[test]
    fn nothing_typed_means_the_defaults() {
        let config = Settings::default().resolve().unwrap();
        assert_eq!((config.data, config.listen.as_str()), (PathBuf::from(DATA), LISTEN));
        assert_eq!(
            (config.graphql, config.http),
            (graphql::Options::default(), http::Options::default())
        );
    }

    #[test]
    fn the_help_tells_the_defaults_that_are_in_force() {
        let mut command = Settings::augment_args(Command::new("aidgraph")).term_width(0);
        let help = command.render_long_help().to_string();
        let (limits, carriage) = (graphql::Options::default(), http::Options::default());
        for default in [
            DATA.to_owned(),
            LISTEN.to_owned(),
            limits.max_depth.to_string(),
            limits.max_complexity.to_string(),
            limits.introspection.to_string(),
            Span(carriage.request_timeout).to_string(),
            Span(carriage.shutdown_timeout).to_string(),
        ] {
            assert!(help.contains(&format!("[default: {default}]")), "{default}\n{help}");
        }
        for argument in
            command.get_arguments().filter(|argument| argument.get_long() != Some("help"))
        {
            let name = argument.get_long().unwrap().to_uppercase().replace('-', "_");
            let variable = argument.get_env().unwrap().to_str().unwrap();
            assert_eq!(variable, format!("AIDGRAPH_{name}"));
        }
    }

    #[test]
    fn a_file_sets_what_flags_set_and_flags_win() {
        let text = "listen = \"0.0.0.0:80\"\nmax-depth = 5\ncors-origin = [\"https://a.org/\"]\nrequest-timeout = \"2m\"\nlog = \"json\"";
        let typed = Settings {
            limits: LimitSettings { max_depth: Some(7), ..LimitSettings::default() },
            ..Settings::default()
        };
        let config = typed.or(file(text).unwrap()).resolve().unwrap();
        assert_eq!((config.listen.as_str(), config.graphql.max_depth), ("0.0.0.0:80", 7));
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
    fn what_a_file_cannot_mean_is_refused_with_its_line() {
        let cases = [
            (
                "data = \"x\"\nlistn = \"y\"",
                "a.toml, line 2: there is no key `listn`; perhaps `listen` is meant",
            ),
            ("[server]\nport = 1", "there is no key `server`; there are data, seed"),
            ("listen = ", "a.toml, line 1: "),
            ("data = \"x\"\nmax-depth = \"many\"", "invalid type"),
            ("request-timeout = \"soon\"", "30s, 500ms or 2m"),
            ("listen = \"4000\"", "`4000` is no address"),
            ("cors-origin = [\"example.org\"]", "`example.org` is no origin"),
            ("cors-origin = [\"*\", \"https://a.org\"]", "`*` is no origin"),
        ];
        for (text, expected) in cases {
            let message = config(text).unwrap_err();
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn spans_are_written_as_people_do() {
        let of = |text: &str| text.parse::<Span>().map(|span| span.0.as_millis());
        assert_eq!(
            (of("10s"), of("500ms"), of("2m"), of("3")),
            (Ok(10_000), Ok(500), Ok(120_000), Ok(3_000))
        );
        for bad in ["", "0s", "-1s", "1h", "s", "99999999999999999999s"] {
            assert_eq!(of(bad), Err(InvalidSpan), "{bad}");
        }
    }
}
