//! The file of tokens: who holds one, by its digest, and what it allows.
//!
//! A line is `NAME ROLES SHA256`, for example `grafana read 9f86…`; what begins with `#` is a remark. The file holds no
//! secret. Digests are plain SHA-256: a token is 256 random bits, so that nobody can guess his way from the digest back to
//! it, and what makes digests of passwords slow would only make every request slow.

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
use crate::http::persisted::digest;

/// What every token that is made here begins with, so that it is known for what it is where it should not be.
const PREFIX: &str = "aidgraph_";

/// Random bytes of a token.
const RANDOM: usize = 32;

/// The most tokens: each request is compared with all of them.
const MOST: usize = 1_000;

/// The longest name, in bytes.
const NAME: usize = 64;

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 512;

/// Why a file of tokens cannot be used. What stands in it is never repeated: it may be a secret that is out of place.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be read.
    #[error(
        "the tokens of {file}: {source}; `aidgraph token --auth-file {file} NAME` makes the file, and the service must be able to read it",
        file = path.display()
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A line is none.
    #[error("the tokens of {}, line {line}: {reason}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, the first is 1.
        line: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// There are too many.
    #[error("the tokens of {} are more than {MOST}", path.display())]
    TooMany {
        /// The file.
        path: PathBuf,
    },
    /// Its holder cannot be called so.
    #[error("a name has 1 to 64 letters, digits, dots, hyphens and underscores")]
    Name,
    /// A new one cannot be made.
    #[error("the system gives no random bytes: {0}")]
    Random(String),
}

/// Who holds a token.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) name: Arc<str>,
    pub(super) roles: Roles,
    digest: [u8; 32],
}

/// The tokens that are good.
#[derive(Debug, Default)]
pub(super) struct Tokens(Vec<Arc<Holder>>);

impl Tokens {
    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::Unreadable`], [`Error::Line`] and [`Error::TooMany`].
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path)
            .map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
        let mut tokens = Vec::new();
        let (mut names, mut digests) = (HashSet::new(), HashSet::new());
        for (at, line) in text.lines().enumerate() {
            let refused = |reason| Error::Line { path: path.to_owned(), line: at + 1, reason };
            let Some(holder) = Holder::parse(line).map_err(refused)? else { continue };
            if !names.insert(Arc::clone(&holder.name)) {
                return Err(refused("another line has the same name"));
            }
            if !digests.insert(holder.digest) {
                return Err(refused("another line has the same digest"));
            }
            tokens.push(Arc::new(holder));
        }
        if tokens.len() > MOST {
            Err(Error::TooMany { path: path.to_owned() })
        } else {
            Ok(Self(tokens))
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Who holds this token. All digests are compared, and each to its end, so that time tells nothing.
    pub(super) fn find(&self, token: &str) -> Option<&Arc<Holder>> {
        if token.len() > LONGEST {
            return None;
        }
        let digest = Sha256::digest(token);
        self.0.iter().fold(None, |found, holder| {
            if bool::from(holder.digest.ct_eq(&digest[..])) { Some(holder) } else { found }
        })
    }

    /// The line of a holder as it is now.
    pub(super) fn renewed(&self, holder: &Holder) -> Option<&Arc<Holder>> {
        self.0.iter().find(|other| other.digest == holder.digest && other.name == holder.name)
    }
}

impl Holder {
    /// Reads a line; nothing where it says nothing.
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
            return Err("a name has 1 to 64 letters, digits, dots, hyphens and underscores");
        }
        let roles = Roles::parse(roles)
            .ok_or("the roles are read, import and admin, with commas between them")?;
        let digest = unhex(digest)
            .ok_or("the digest is the sha256 of the token, in 64 hexadecimal digits")?;
        Ok(Some(Self { name: name.into(), roles, digest }))
    }
}

/// Whether a holder may be called so: the name stands in logs.
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

/// A new token, and its digest in hexadecimal.
///
/// # Errors
/// [`Error::Random`].
pub(super) fn make() -> Result<(String, String), Error> {
    let mut random = [0; RANDOM];
    let filled = rustix::rand::getrandom(&mut random, GetRandomFlags::empty());
    if filled.map_err(|err| Error::Random(err.to_string()))? < RANDOM {
        return Err(Error::Random("the system returned too few random bytes".to_owned()));
    }
    let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random));
    let digest = digest(&token);
    Ok((token, digest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::access::role::Role;

    fn read(text: &str) -> Result<Tokens, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens");
        fs::write(&path, text).unwrap();
        Tokens::read(&path).map_err(|err| err.to_string())
    }

    #[test]
    fn a_token_is_found_by_its_digest_and_by_nothing_else() {
        let ((one, digest), (other, _)) = (make().unwrap(), make().unwrap());
        let tokens = read(&format!("# who asks\n\n  grafana read {}  \n", digest.to_uppercase()));
        let tokens = tokens.unwrap();
        let holder = tokens.find(&one).unwrap();
        assert_eq!(&*holder.name, "grafana");
        assert!(holder.roles.allow(Role::Read) && !holder.roles.allow(Role::Import));
        for bad in [other.as_str(), "", &digest, &one[1..], &"x".repeat(100_000)] {
            assert_eq!(tokens.find(bad), None);
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_without_its_text() {
        let digest = make().unwrap().1;
        let secret = "aidgraph_secret";
        for bad in [
            secret.to_owned(),
            format!("a read {secret}"),
            format!("a {secret} {digest}"),
            format!("a/b read {digest}"),
            format!("a read {digest} {secret}"),
            format!("a read {digest}\na read {}", make().unwrap().1),
            format!("a read {digest}\nb read {digest}"),
            format!("a read {}é", &digest[2..]),
        ] {
            let said = read(&format!("#\n{bad}\n")).unwrap_err();
            assert!(said.contains("line 2: ") || said.contains("line 3: "), "{said}");
            assert!(!said.contains(secret) && !said.contains(&digest), "{said}");
        }
        assert_eq!(read("").unwrap().len(), 0);
    }
}
