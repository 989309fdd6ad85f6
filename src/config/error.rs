//! Why settings mean nothing, each with the place and what would be right.

use std::path::PathBuf;

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
    #[error("the configuration {}, line {line}: there is no key `{key}`{}", path.display(), hint(near.as_deref(), known))]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The line, the first is 1.
        line: usize,
        /// The key.
        key: String,
        /// The one that was probably meant.
        near: Option<String>,
        /// The keys that there are.
        known: Vec<String>,
    },
    /// A text that is no address to listen on.
    #[error("`{0}` is no address to listen on; write IP:PORT, such as 127.0.0.1:4000 or [::1]:0")]
    Listen(String),
    /// A certificate without its key, or a key without its certificate.
    #[error("a certificate and its key go together; name both with --tls-cert and --tls-key")]
    HalfOfTls,
    /// A text that is no proxy.
    #[error(
        "`{0}` is no proxy; write an address or a network, such as 127.0.0.1, 10.0.0.0/8 or fd00::/8"
    )]
    Proxy(String),
    /// A text that is no name of a host.
    #[error(
        "`{0}` is no name of a host; write it without scheme and port, such as aid.example.org"
    )]
    Host(String),
    /// A text that is no origin.
    #[error("`{0}` is no origin; write SCHEME://HOST or SCHEME://HOST:PORT, or `*` alone")]
    Origin(String),
}

fn hint(near: Option<&str>, known: &[String]) -> String {
    near.map_or_else(
        || format!("; there are {}", known.join(", ")),
        |near| format!("; perhaps `{near}` is meant"),
    )
}
