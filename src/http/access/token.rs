//! Token file: the name, roles and digest of each token.
//!
//! A line is `NAME ROLES SHA256`, for example `grafana read 9f86…`; lines that begin with `#` are comments. The file
//! contains no secrets. Digests are plain SHA-256: a token has 256 random bits, so a digest cannot be reversed by guessing.
//! A slow password hash would add no security, and would delay every request.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustix::rand::GetRandomFlags;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::role::Roles;
use crate::http::digest::digest;

/// Prefix of every generated token, which lets secret scanners recognise it.
const PREFIX: &str = "aidgraph_";

/// Number of random bytes in a token.
const RANDOM: usize = 32;

/// Maximum number of tokens; each request is compared with all of them.
const MOST: usize = 1_000;

/// Maximum length of a name in bytes.
const NAME: usize = 64;

/// Maximum length of a token in bytes; longer tokens are rejected without a lookup.
const LONGEST: usize = 512;

/// Error of the token file. Messages never quote its content, which may be a misplaced secret.
#[derive(Debug, thiserror::Error)]
pub enum TokenFileError {
    /// The file cannot be read.
    #[error(
        "cannot read the token file {file}: {source}; create it with `aidgraph token --auth-file {file} NAME`, and let the service read it",
        file = path.display()
    )]
    Unreadable {
        /// Path of the token file.
        path: PathBuf,
        /// The I/O error.
        source: io::Error,
    },
    /// A line is invalid.
    #[error("token file {}, line {line}: {reason}", path.display())]
    Line {
        /// Path of the token file.
        path: PathBuf,
        /// Line number; the first is 1.
        line: usize,
        /// Reason why the line is invalid.
        reason: &'static str,
    },
    /// The file contains too many tokens.
    #[error("token file {} has more than {MOST} tokens", path.display())]
    TooMany {
        /// Path of the token file.
        path: PathBuf,
    },
    /// The name of the holder is invalid.
    #[error("invalid name: use 1 to 64 letters, digits, dots, hyphens and underscores")]
    Name,
    /// A token cannot be generated.
    #[error("no random bytes from the system: {0}")]
    Random(String),
}

/// The holder of a token.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) name: Arc<str>,
    pub(super) roles: Roles,
    digest: [u8; 32],
}

/// The valid tokens.
#[derive(Debug, Default)]
pub(super) struct Tokens(Vec<Arc<Holder>>);

impl Tokens {
    /// Reads the token file.
    ///
    /// # Errors
    /// [`TokenFileError::Unreadable`], [`TokenFileError::Line`] and [`TokenFileError::TooMany`].
    pub(super) fn read(path: &Path) -> Result<Self, TokenFileError> {
        let text = fs::read_to_string(path)
            .map_err(|source| TokenFileError::Unreadable { path: path.to_owned(), source })?;
        let mut tokens = Vec::new();
        let (mut names, mut digests) = (HashSet::new(), HashSet::new());
        for (at, line) in text.lines().enumerate() {
            let refused =
                |reason| TokenFileError::Line { path: path.to_owned(), line: at + 1, reason };
            let Some(holder) = Holder::parse(line).map_err(refused)? else { continue };
            if !names.insert(Arc::clone(&holder.name)) {
                return Err(refused("duplicate name"));
            }
            if !digests.insert(holder.digest) {
                return Err(refused("duplicate digest"));
            }
            tokens.push(Arc::new(holder));
        }
        if tokens.len() > MOST {
            Err(TokenFileError::TooMany { path: path.to_owned() })
        } else {
            Ok(Self(tokens))
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Finds the holder of a token. Compares all digests in constant time, so that timing reveals nothing.
    pub(super) fn find(&self, token: &str) -> Option<&Arc<Holder>> {
        if token.len() > LONGEST {
            return None;
        }
        let digest = Sha256::digest(token);
        self.0.iter().fold(None, |found, holder| {
            if bool::from(holder.digest.ct_eq(&digest[..])) { Some(holder) } else { found }
        })
    }

    /// Finds the current entry of a holder.
    pub(super) fn current(&self, holder: &Holder) -> Option<&Arc<Holder>> {
        self.0.iter().find(|other| other.digest == holder.digest && other.name == holder.name)
    }
}

impl Holder {
    /// Parses a line; `None` for blank lines and comments.
    fn parse(line: &str) -> Result<Option<Self>, &'static str> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let [name, roles, digest] = words[..] else {
            return Err("write NAME ROLES SHA256, such as `grafana read 9f86…`");
        };
        if !is_name(name) {
            return Err("invalid name: use 1 to 64 letters, digits, dots, hyphens and underscores");
        }
        let roles = Roles::parse(roles)
            .ok_or("invalid roles: write read, import or admin, separated by commas")?;
        let digest = unhex(digest)
            .ok_or("invalid digest: write the sha256 of the token in 64 hexadecimal digits")?;
        Ok(Some(Self { name: name.into(), roles, digest }))
    }
}

/// Returns true if a name is valid. Names appear in logs.
pub(super) fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=NAME).contains(&name.len()) && name.bytes().all(fits)
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| u8::try_from(digit.to_digit(16)?).ok()).collect();
    let bytes: Vec<u8> = digits?
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte: u8, digit| (byte << 4) | digit))
        .collect();
    if text.len() == 64 { bytes.try_into().ok() } else { None }
}

/// Generates a token. Returns it with its digest in hexadecimal.
///
/// # Errors
/// [`TokenFileError::Random`].
pub(super) fn make() -> Result<(String, String), TokenFileError> {
    let mut random = [0; RANDOM];
    let filled =
        rustix::io::retry_on_intr(|| rustix::rand::getrandom(&mut random, GetRandomFlags::empty()));
    if filled.map_err(|err| TokenFileError::Random(err.to_string()))? < RANDOM {
        return Err(TokenFileError::Random("the system returned too few random bytes".to_owned()));
    }
    let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random));
    let digest = digest(&token);
    Ok((token, digest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::access::role::AccessRole;

    fn read(text: &str) -> Result<Tokens, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens");
        fs::write(&path, text).unwrap();
        Tokens::read(&path).map_err(|err| err.to_string())
    }

    #[test]
    fn tokens_are_matched_by_digest_only() {
        let ((one, digest), (other, _)) = (make().unwrap(), make().unwrap());
        let tokens = read(&format!("# who asks\n\n  grafana read {}  \n", digest.to_uppercase()));
        let tokens = tokens.unwrap();
        let holder = tokens.find(&one).unwrap();
        assert_eq!(&*holder.name, "grafana");
        assert!(holder.roles.allow(AccessRole::Read) && !holder.roles.allow(AccessRole::Import));
        for invalid in [other.as_str(), "", &digest, &one[1..], &"x".repeat(100_000)] {
            assert_eq!(tokens.find(invalid), None);
        }
    }

    #[test]
    fn errors_name_the_line_and_not_its_text() {
        let digest = make().unwrap().1;
        let secret = "aidgraph_secret";
        for invalid in [
            secret.to_owned(),
            format!("a read {secret}"),
            format!("a {secret} {digest}"),
            format!("a/b read {digest}"),
            format!("a read {digest} {secret}"),
            format!("a read {digest}\na read {}", make().unwrap().1),
            format!("a read {digest}\nb read {digest}"),
            format!("a read {}é", &digest[2..]),
        ] {
            let message = read(&format!("#\n{invalid}\n")).unwrap_err();
            assert!(message.contains("line 2: ") || message.contains("line 3: "), "{message}");
            assert!(!message.contains(secret) && !message.contains(&digest), "{message}");
        }
        assert_eq!(read("").unwrap().len(), 0);
    }
}
