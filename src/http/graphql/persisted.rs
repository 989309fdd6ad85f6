//! Persisted queries: requests by digest or name instead of query text.
//!
//! *Trusted* queries are the saved queries, those of the operator included, known by name and digest. The service can be
//! restricted to them. *Persisted* queries were registered by clients, which sent the text with its digest.
//! Sources: Apollo automatic persisted queries, version 1; GraphQL over HTTP, persisted documents.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value as Json;

use super::request::GraphqlRequest;
use crate::graphql::cache::{Cache, CacheLimit, CacheStats};
use crate::graphql::saved::Library;
use crate::http::digest::digest;
use crate::http::error::{HttpCode, HttpError};

/// Options of persisted queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// True if only saved queries are allowed.
    pub trusted_only: bool,
    /// Capacity for the queries of clients; 0 entries disables registration.
    pub kept: CacheLimit,
}

impl Default for Options {
    fn default() -> Self {
        Self { trusted_only: false, kept: CacheLimit { entries: 1_000, bytes: 4 * 1024 * 1024 } }
    }
}

/// Store of trusted and persisted queries. Clones share state.
#[derive(Clone, Debug)]
pub(in crate::http) struct Persisted {
    options: Options,
    trusted: Arc<Mutex<Trusted>>,
    kept: Arc<Mutex<Cache<String, Arc<str>>>>,
}

/// Trusted queries of a library.
#[derive(Debug, Default)]
struct Trusted {
    /// The library; `None` before the first request.
    library: Option<Arc<Library>>,
    /// Texts by name and by digest.
    named: HashMap<String, Arc<str>>,
    /// Texts, trimmed.
    texts: HashSet<Arc<str>>,
}

/// A query to be registered once its text has passed validation.
#[derive(Debug)]
pub(in crate::http) struct Pending {
    digest: String,
    text: Arc<str>,
}

impl Persisted {
    pub(in crate::http) fn new(options: Options) -> Self {
        let kept = Arc::new(Mutex::new(Cache::new(options.kept)));
        Self { options, trusted: Arc::default(), kept }
    }

    /// Returns true if only saved queries are allowed.
    pub(in crate::http) fn is_trusted_only(&self) -> bool {
        self.options.trusted_only
    }

    /// Locks the trusted queries of the current library.
    fn trusted(&self, library: &Arc<Library>) -> MutexGuard<'_, Trusted> {
        // A panic cannot leave them inconsistent, so a poisoned lock is usable.
        let mut trusted = self.trusted.lock().unwrap_or_else(PoisonError::into_inner);
        if !trusted.library.as_ref().is_some_and(|known| Arc::ptr_eq(known, library)) {
            *trusted = Trusted::of(library);
        }
        trusted
    }

    /// Replaces a digest or name by its query text. Returns the query to register if a text came with its digest.
    ///
    /// # Errors
    /// `PERSISTED_QUERY_NOT_FOUND`, `PERSISTED_QUERY_NOT_SUPPORTED`, `NOT_TRUSTED`, and `BAD_USER_INPUT` for a digest that
    /// does not match the text.
    pub(in crate::http) fn resolve(
        &self,
        asked: &mut GraphqlRequest,
        library: &Arc<Library>,
    ) -> Result<Option<Pending>, HttpError> {
        let given = asked.extension("persistedQuery").filter(|given| !given.is_null());
        // An unsupported version is rejected regardless of the rest of the request.
        let by_digest = given.map(referred).transpose()?;
        let id = asked.document_id.as_deref().map(|id| id.strip_prefix("sha256:").unwrap_or(id));
        let named = match (&by_digest, id) {
            (Some(digest), None) => Some(digest.clone()),
            (_, id) => id.map(str::to_owned),
        };
        if asked.query.is_none()
            && let Some(name) = &named
            && let Some(text) = self.trusted(library).named.get(name)
        {
            asked.query = Some(text.to_string());
            return Ok(None);
        }
        if self.options.trusted_only {
            return self.require_trusted(asked, library).map(|()| None);
        }
        match (&asked.query, by_digest, named) {
            (Some(text), Some(given), _) if self.options.kept.entries > 0 => {
                if digest(text) != given {
                    let message =
                        "`sha256Hash` does not match `query`: send the sha256 of the query text";
                    return Err(HttpError::input(message));
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

    /// Allows only trusted queries.
    fn require_trusted(
        &self,
        asked: &GraphqlRequest,
        library: &Arc<Library>,
    ) -> Result<(), HttpError> {
        let trusted = self.trusted(library);
        if asked.query.as_deref().is_some_and(|text| trusted.texts.contains(text.trim())) {
            return Ok(());
        }
        let message = "query not trusted: send `documentId` with the name of a query that `/q` lists, \
                       or with the sha256 of its text";
        Err(HttpError::new(HttpCode::NotTrusted, message))
    }

    /// Registers a query that has passed validation.
    pub(in crate::http) fn register(&self, pending: Pending) {
        let bytes = pending.digest.len() + pending.text.len();
        self.kept().put(pending.digest, pending.text, bytes);
    }

    /// Returns hits, misses and size of the store of persisted queries.
    pub(in crate::http) fn tally(&self) -> CacheStats {
        self.kept().tally()
    }

    fn kept(&self) -> MutexGuard<'_, Cache<String, Arc<str>>> {
        // A panic cannot leave the cache inconsistent, so a poisoned lock is usable.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Trusted {
    fn of(library: &Arc<Library>) -> Self {
        let mut trusted = Self { library: Some(Arc::clone(library)), ..Self::default() };
        for query in library.iter() {
            let text: Arc<str> = query.text().into();
            // The playground sends the text without the final newline.
            let bare = query.text().trim();
            trusted.texts.insert(bare.into());
            for name in [query.name().to_owned(), digest(query.text()), digest(bare)] {
                trusted.named.insert(name, Arc::clone(&text));
            }
        }
        trusted
    }
}

/// Returns the error of an unknown digest. Clients match its message word for word.
fn unknown() -> HttpError {
    HttpError::new(HttpCode::PersistedQueryNotFound, "PersistedQueryNotFound")
}

fn unsupported() -> HttpError {
    HttpError::new(HttpCode::PersistedQueryNotSupported, "PersistedQueryNotSupported")
}

/// Returns the digest in `extensions.persistedQuery`, after a check of its version.
fn referred(given: &Json) -> Result<String, HttpError> {
    if given.get("version").and_then(Json::as_u64) != Some(1) {
        return Err(unsupported());
    }
    let digest = given.get("sha256Hash").and_then(Json::as_str).map(str::to_ascii_lowercase);
    let is_digest =
        |text: &String| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    digest.filter(is_digest).ok_or_else(|| {
        HttpError::input("`persistedQuery.sha256Hash` must be a sha256 in hexadecimal")
    })
}
