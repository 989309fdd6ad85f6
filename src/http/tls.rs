//! TLS 1.2 and 1.3, by rustls. The certificate can be read again while the service runs; connections that stand keep theirs.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use super::metrics::Attempts;

/// HTTP/2 and HTTP/1.1, as clients ask for them. Source: RFC 7301.
pub(super) const HTTP2: &[u8] = b"h2";
const HTTP1: &[u8] = b"http/1.1";

/// Where the certificate lies, and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// PEM: the certificate of the service, and those between it and its root.
    pub certificate: PathBuf,
    /// PEM: the private key.
    pub key: PathBuf,
}

/// Why nothing can be spoken in secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read, or holds nothing of its kind.
    #[error("the {what} {}: {reason}", path.display())]
    File {
        /// What it should hold.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Both do not go together.
    #[error("the certificate {} and its key cannot be used: {source}", path.display())]
    Unusable {
        /// The certificate.
        path: PathBuf,
        /// What rustls said.
        source: rustls::Error,
    },
}

/// What is spoken in secret. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Tls(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    files: Files,
    config: ArcSwap<ServerConfig>,
    reloads: Attempts,
}

impl Tls {
    /// Reads a certificate and its key.
    ///
    /// # Errors
    /// [`Error`].
    pub(super) fn open(files: &Files) -> Result<Self, Error> {
        Ok(Self(Arc::new(Inner {
            files: files.clone(),
            config: ArcSwap::from_pointee(read(files)?),
            reloads: Attempts::default(),
        })))
    }

    /// Reads them again. If they cannot be used, those that were read before stay in force.
    pub(super) fn reload(&self) {
        let read = read(&self.0.files);
        self.0.reloads.count(read.is_ok());
        match read {
            Ok(config) => {
                self.0.config.store(Arc::new(config));
                tracing::info!("the certificate is read again");
            }
            Err(err) => {
                tracing::error!("{err}; the certificate that was read before stays in force");
            }
        }
    }

    /// How often it was read again, and how often it could not be used.
    pub(super) fn reloads(&self) -> &Attempts {
        &self.0.reloads
    }

    /// What shakes hands with the next client.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        self.0.config.load_full().into()
    }
}

fn read(files: &Files) -> Result<ServerConfig, Error> {
    let Files { certificate, key } = files;
    let wrong = |what, path: &PathBuf, err: &pem::Error| Error::File {
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
    let unusable = |source| Error::Unusable { path: certificate.clone(), source };
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(unusable)?;
    config.alpn_protocols = vec![HTTP2.to_vec(), HTTP1.to_vec()];
    Ok(config)
}

/// What is wrong with a file, and nothing of what it holds.
fn sentence(err: &pem::Error, what: &str) -> String {
    match err {
        pem::Error::Io(err) if err.kind() == io::ErrorKind::InvalidData => {
            "it is no text".to_owned()
        }
        pem::Error::Io(err) => err.to_string(),
        pem::Error::NoItemsFound => format!("it holds no {what} in PEM"),
        _ => "it is no PEM, or is cut off".to_owned(),
    }
}
