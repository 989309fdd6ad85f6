//! Errors of settings: each names the position and a valid form.

use std::path::PathBuf;

/// Error of a configuration file or a setting.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration file cannot be read.
    #[error("cannot read the configuration {}: {source}", path.display())]
    Unreadable {
        /// Path of the configuration file.
        path: PathBuf,
        /// Error of the operating system.
        source: std::io::Error,
    },
    /// The file is not TOML, or a value has the wrong type.
    #[error("the configuration {}, line {line}: {message}", path.display())]
    Invalid {
        /// Path of the configuration file.
        path: PathBuf,
        /// Line number, from 1.
        line: usize,
        /// Message of the TOML parser.
        message: String,
    },
    /// The file has an unknown key.
    #[error("the configuration {}, line {line}: unknown key `{key}`{}", path.display(), hint(near.as_deref(), known))]
    UnknownKey {
        /// Path of the configuration file.
        path: PathBuf,
        /// Line number, from 1.
        line: usize,
        /// The unknown key.
        key: String,
        /// Known key within an edit distance of 2, if any.
        near: Option<String>,
        /// All known keys.
        known: Vec<String>,
    },
    /// The file has a key that is no longer a setting.
    #[error("the configuration {}, line {line}: `{key}` is no longer a setting: {instead}", path.display())]
    RemovedKey {
        /// Path of the configuration file.
        path: PathBuf,
        /// Line number, from 1.
        line: usize,
        /// The key.
        key: String,
        /// Replacement, or the fixed size.
        instead: String,
    },
    /// The environment has a variable that is no longer a setting.
    #[error("`{variable}` is no longer a setting: {instead}")]
    RemovedVariable {
        /// Name of the variable.
        variable: String,
        /// Replacement, or the fixed size.
        instead: String,
    },
    /// Invalid listen address.
    #[error("invalid listen address `{0}`: write HOST:PORT, such as 127.0.0.1:4000 or [::1]:0")]
    Listen(String),
    /// A certificate without its key, or a key without its certificate.
    #[error("--tls-cert and --tls-key must be set together")]
    HalfOfTls,
    /// Invalid address or network of a trusted proxy.
    #[error(
        "invalid trusted proxy `{0}`: write an address or a network, such as 127.0.0.1, 10.0.0.0/8 or fd00::/8"
    )]
    Proxy(String),
    /// Invalid host name.
    #[error("invalid host name `{0}`: omit scheme and port, as in aid.example.org")]
    Host(String),
    /// Invalid CORS origin.
    #[error("invalid origin `{0}`: write SCHEME://HOST or SCHEME://HOST:PORT, or `*` alone")]
    Origin(String),
}

fn hint(near: Option<&str>, known: &[String]) -> String {
    near.map_or_else(
        || format!("; known keys: {}", known.join(", ")),
        |near| format!("; did you mean `{near}`?"),
    )
}
