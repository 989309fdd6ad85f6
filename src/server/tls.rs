//! TLS 1.2 and 1.3 by rustls, with reload of the certificate. Open connections keep their certificate.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use super::counter::Attempts;

/// ALPN names of HTTP/2 and HTTP/1.1. Source: RFC 7301.
pub(super) const HTTP2: &[u8] = b"h2";
const HTTP1: &[u8] = b"http/1.1";

/// Paths of the certificate and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFiles {
    /// PEM file with the certificate of the service and the intermediate certificates.
    pub certificate: PathBuf,
    /// PEM file with the private key.
    pub key: PathBuf,
}

/// Error of the TLS setup.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or has no valid content.
    #[error("invalid {what} {}: {reason}", path.display())]
    File {
        /// Expected content: `certificate` or `key`.
        what: &'static str,
        /// Path of the file.
        path: PathBuf,
        /// Reason why it is invalid.
        reason: String,
    },
    /// Certificate and key do not match, or are not supported.
    #[error("certificate {} and its key cannot be used: {source}", path.display())]
    Unusable {
        /// Path of the certificate.
        path: PathBuf,
        /// The error of rustls.
        source: rustls::Error,
    },
}

/// TLS configuration of a running service. Clones share state.
#[derive(Clone, Debug)]
pub(crate) struct Tls(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    files: CertificateFiles,
    config: ArcSwap<ServerConfig>,
    reloads: Attempts,
}

impl Tls {
    /// Loads a certificate and its key.
    ///
    /// # Errors
    /// [`TlsError`].
    pub(crate) fn open(files: &CertificateFiles) -> Result<Self, TlsError> {
        Ok(Self(Arc::new(Inner {
            files: files.clone(),
            config: ArcSwap::from_pointee(read(files)?),
            reloads: Attempts::default(),
        })))
    }

    /// Reloads the certificate and key. If they are invalid, the previous ones stay in use.
    pub(crate) fn reload(&self) {
        let read = read(&self.0.files);
        self.0.reloads.count(read.is_ok());
        match read {
            Ok(config) => {
                self.0.config.store(Arc::new(config));
                tracing::info!("certificate reloaded");
            }
            Err(err) => {
                tracing::error!("{err}; keeping the previous certificate");
            }
        }
    }

    /// Returns the counts of successful and failed reloads.
    pub(crate) fn reloads(&self) -> &Attempts {
        &self.0.reloads
    }

    /// Returns the acceptor for the next handshake.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        self.0.config.load_full().into()
    }
}

fn read(files: &CertificateFiles) -> Result<ServerConfig, TlsError> {
    let CertificateFiles { certificate, key } = files;
    let wrong = |what, path: &PathBuf, err: &pem::Error| TlsError::File {
        what,
        path: path.clone(),
        reason: sentence(err, what),
    };
    let of_certificate = |err| wrong("certificate", certificate, &err);
    let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(of_certificate)?;
    if chain.is_empty() {
        return Err(of_certificate(pem::Error::NoItemsFound));
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|err| wrong("key", key, &err))?;
    let unusable = |source| TlsError::Unusable { path: certificate.clone(), source };
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(unusable)?;
    config.alpn_protocols = vec![HTTP2.to_vec(), HTTP1.to_vec()];
    Ok(config)
}

/// Describes an error without quoting the content of the file.
fn sentence(err: &pem::Error, what: &str) -> String {
    match err {
        pem::Error::Io(err) if err.kind() == io::ErrorKind::InvalidData => {
            "not a text file".to_owned()
        }
        pem::Error::Io(err) => err.to_string(),
        pem::Error::NoItemsFound => format!("contains no {what} in PEM format"),
        _ => "not valid PEM, or truncated".to_owned(),
    }
}
