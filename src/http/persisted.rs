//! Queries that are sent by a digest or a name instead of their text.
//!
//! Two kinds. *Trusted* queries are those of `queries/`: they are known from the start, by name and by digest, and the
//! service can be told to answer nothing else. *Persisted* ones are what clients have sent once in full. Sources: Apollo's
//! automatic persisted queries, version 1; GraphQL over HTTP, persisted documents.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use super::asked::Asked;
use super::refusal::Refusal;
use crate::graphql::error::ErrorCode;
use crate::graphql::saved::Library;
use crate::graphql::shelf::{Bound, Shelf, Tally};

/// What may be sent by digest or name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether only the saved queries are answered.
    pub trusted_only: bool,
    /// The queries of clients that are kept.
    pub kept: Bound,
}

impl Default for Options {
    fn default() -> Self {
        Self { trusted_only: false, kept: Bound { entries: 1_000, bytes: 4 * 1024 * 1024 } }
    }
}

/// The queries that are known. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Persisted {
    options: Options,
    trusted: Arc<Trusted>,
    kept: Arc<Mutex<Shelf<String, Arc<str>>>>,
}

/// The queries that are known from the start.
#[derive(Debug, Default)]
struct Trusted {
    /// By name and by digest.
    named: HashMap<String, Arc<str>>,
    /// The texts, without the space around them.
    texts: HashSet<Arc<str>>,
}

/// A digest that becomes known once its text has passed the gate.
#[derive(Debug)]
pub(super) struct Pending {
    digest: String,
    text: Arc<str>,
}

impl Persisted {
    pub(super) fn new(options: Options, library: &Library) -> Self {
        let mut trusted = Trusted::default();
        for query in library.iter() {
            let text: Arc<str> = query.text().into();
            // The playground sends it without the line at its end.
            let bare = query.text().trim();
            trusted.texts.insert(bare.into());
            for name in [query.name().to_owned(), digest(query.text()), digest(bare)] {
                trusted.named.insert(name, Arc::clone(&text));
            }
        }
        let kept = Arc::new(Mutex::new(Shelf::new(options.kept)));
        Self { options, trusted: Arc::new(trusted), kept }
    }

    /// Puts the text in place of what stands for it. A text that comes with its digest is to be kept under it.
    ///
    /// # Errors
    /// `PERSISTED_QUERY_NOT_FOUND`, `PERSISTED_QUERY_NOT_SUPPORTED`, `NOT_TRUSTED`, and `BAD_USER_INPUT` for a digest that is not
    /// that of its text.
    pub(super) fn resolve(&self, asked: &mut Asked) -> Result<Option<Pending>, Refusal> {
        let given = asked.extension("persistedQuery").filter(|given| !given.is_null());
        // Whatever else the request holds, it cannot be taken by rules of another version.
        let by_digest = given.map(referred).transpose()?;
        let id = asked.document_id.as_deref().map(|id| id.strip_prefix("sha256:").unwrap_or(id));
        let named = match (&by_digest, id) {
            (Some(digest), None) => Some(digest.clone()),
            (_, id) => id.map(str::to_owned),
        };
        if asked.query.is_none()
            && let Some(text) = named.as_ref().and_then(|name| self.trusted.named.get(name))
        {
            asked.query = Some(text.to_string());
            return Ok(None);
        }
        if self.options.trusted_only {
            return self.only_trusted(asked).map(|()| None);
        }
        match (&asked.query, by_digest, named) {
            (Some(text), Some(given), _) if self.options.kept.entries > 0 => {
                if digest(text) != given {
                    let message = "`sha256Hash` is not the digest of `query`; send the one that is";
                    return Err(Refusal::input(message));
                }
                Ok(Some(Pending { digest: given, text: text.as_str().into() }))
            }
            (Some(_), _, _) | (None, None, None) => Ok(None),
            (None, Some(_), _) if self.options.kept.entries == 0 => Err(unsupported()),
            (None, _, Some(name)) => {
                let text = self.kept().get(name.as_str()).ok_or_else(unknown)?;
                asked.query = Some(text.to_string());
                Ok(None)
            }
            (None, Some(_), None) => Err(unknown()),
        }
    }

    /// Passes what the service knows by itself.
    fn only_trusted(&self, asked: &Asked) -> Result<(), Refusal> {
        if asked.query.as_deref().is_some_and(|text| self.trusted.texts.contains(text.trim())) {
            return Ok(());
        }
        let message = "this service answers only the queries that `/q` lists: send `documentId` with the name of one, \
                       or with the sha256 of its text";
        Err(Refusal::new(ErrorCode::NotTrusted, message))
    }

    /// Keeps a text that has passed the gate.
    pub(super) fn keep(&self, pending: Pending) {
        let bytes = pending.digest.len() + pending.text.len();
        self.kept().put(pending.digest, pending.text, bytes);
    }

    /// How the queries that are kept are used.
    pub(super) fn tally(&self) -> Tally {
        self.kept().tally()
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Shelf<String, Arc<str>>> {
        // What a panic left behind is a shelf all the same.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What clients match, word for word.
fn unknown() -> Refusal {
    Refusal::new(ErrorCode::PersistedQueryNotFound, "PersistedQueryNotFound")
}

fn unsupported() -> Refusal {
    Refusal::new(ErrorCode::PersistedQueryNotSupported, "PersistedQueryNotSupported")
}

/// The digest in `extensions.persistedQuery`, beside its version.
fn referred(given: &Json) -> Result<String, Refusal> {
    if given.get("version").and_then(Json::as_u64) != Some(1) {
        return Err(unsupported());
    }
    let digest = given.get("sha256Hash").and_then(Json::as_str).map(str::to_ascii_lowercase);
    let is_digest =
        |text: &String| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    digest.filter(is_digest).ok_or_else(|| {
        Refusal::input("`persistedQuery.sha256Hash` must be a sha256 in hexadecimal")
    })
}

/// The sha256 of a text, in hexadecimal.
pub(super) fn digest(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
