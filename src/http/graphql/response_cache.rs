//! Response cache: the same request to the same generation returns the same bytes.
//!
//! A request is identified by its query text, operation name and variables as sent. Errors are never cached. The first
//! request to a newer generation evicts all older entries.

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderValue;

use super::request::GraphqlRequest;
use super::response::EncodedResponse;
use crate::graphql::cache::{Cache, CacheLimit, CacheStats};
use crate::http::content::etag;
use crate::http::content::negotiation::Media;

/// Cache key: a digest of the query text, operation name, variables and cost flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::http) struct CacheKey([u8; 32]);

impl CacheKey {
    /// Returns the key of a request, or `None` without a query text.
    pub(in crate::http) fn of(asked: &GraphqlRequest) -> Option<Self> {
        let operation = asked.operation_name.as_deref();
        let cost = if asked.requests_cost() { "cost" } else { "" };
        // No operation name differs from an empty one.
        let is_named = if operation.is_some() { "named" } else { "" };
        let parts = [
            asked.query.as_deref()?,
            operation.unwrap_or_default(),
            is_named,
            asked.variables(),
            cost,
        ];
        Some(Self(etag::digest(parts.map(str::as_bytes))))
    }

    /// Returns the key of a page, by the digest of everything beside the data that determines it.
    pub(in crate::http) fn of_page(identity: [u8; 32]) -> Self {
        Self(etag::digest([b"page", &identity]))
    }

    /// Returns the entity tag of the response. Data version, program version, request and media type determine its bytes.
    pub(in crate::http) fn tag(self, generation: u64, version: &str, media: Media) -> HeaderValue {
        let form = format!("{generation} {media:?}");
        let program = env!("CARGO_PKG_VERSION");
        etag::of(&etag::digest([version.as_bytes(), program.as_bytes(), form.as_bytes(), &self.0]))
    }
}

/// Response cache. Clones share state.
#[derive(Clone, Debug)]
pub(in crate::http) struct ResponseCache(Arc<Mutex<CachedResponses>>);

#[derive(Debug)]
struct CachedResponses {
    generation: u64,
    shelf: Cache<CacheKey, EncodedResponse>,
}

impl ResponseCache {
    pub(in crate::http) fn new(bound: CacheLimit) -> Self {
        Self(Arc::new(Mutex::new(CachedResponses { generation: 0, shelf: Cache::new(bound) })))
    }

    /// Returns hits, misses and size of the cache.
    pub(in crate::http) fn tally(&self) -> CacheStats {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).shelf.tally()
    }

    /// Returns the cached response of a generation.
    pub(in crate::http) fn get(
        &self,
        generation: u64,
        question: CacheKey,
    ) -> Option<EncodedResponse> {
        self.with(generation, |shelf| shelf.get(&question))?
    }

    /// Caches a response, unless it contains an error or its generation is outdated.
    pub(in crate::http) fn put(
        &self,
        generation: u64,
        question: CacheKey,
        answer: &EncodedResponse,
    ) {
        if !answer.is_err {
            let text = answer.text.as_ref().map_or(0, |text| text.len());
            // Cached encodings together are no larger than the response.
            let entry = size_of::<CacheKey>() + size_of::<EncodedResponse>();
            let bytes = 2 * answer.bytes.len() + text + entry;
            self.with(generation, |shelf| shelf.put(question, answer.clone(), bytes));
        }
    }

    fn with<T>(
        &self,
        generation: u64,
        then: impl FnOnce(&mut Cache<CacheKey, EncodedResponse>) -> T,
    ) -> Option<T> {
        // A panic cannot leave the cache inconsistent, so a poisoned lock is usable.
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if generation > answers.generation {
            answers.shelf.clear();
            answers.generation = generation;
        }
        (generation == answers.generation).then(|| then(&mut answers.shelf))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::graphql::request::RequestBody;
    use std::collections::HashSet;

    fn key_of(json: &str) -> CacheKey {
        let Ok(RequestBody::One(key_of)) = RequestBody::parse(json.as_bytes(), 1) else {
            panic!("{json}")
        };
        CacheKey::of(&key_of).unwrap()
    }

    #[test]
    fn responses_of_another_generation_are_evicted() {
        let ready = ResponseCache::new(CacheLimit { entries: 10, bytes: 1_000 });
        let question = key_of(r#"{"query":"{a}"}"#);
        let answer = EncodedResponse::new(b"{}".to_vec());
        ready.put(1, question, &answer);
        assert!(ready.get(1, question).is_some());
        assert!(ready.get(2, question).is_none());
        // Late responses of the first generation are neither cached nor found.
        ready.put(1, question, &answer);
        assert!(ready.get(1, question).is_none());
        assert!(ready.get(2, question).is_none());
    }

    #[test]
    fn every_part_of_a_request_changes_its_key() {
        let questions = [
            r#"{"query":"{a}"}"#,
            r#"{"query":"{b}"}"#,
            r#"{"query":"{a}","operationName":""}"#,
            r#"{"query":"","operationName":"{a}"}"#,
            r#"{"query":"{a}","operationName":"a"}"#,
            r#"{"query":"{a}","variables":{}}"#,
            r#"{"query":"{a}","variables":{"a":1}}"#,
            r#"{"query":"{a}","extensions":{"cost":true}}"#,
        ];
        let tag = |json: &&str| key_of(json).tag(1, "v", Media::Json);
        let tags: HashSet<_> = questions.iter().map(tag).collect();
        assert_eq!(tags.len(), questions.len());
        let one = key_of(questions[0]);
        assert_eq!(one, key_of(r#"{"query":"{a}","variables":null,"extensions":{"other":1}}"#));
        assert_ne!(one.tag(2, "v", Media::Json), one.tag(1, "v", Media::Json));
        assert_ne!(one.tag(1, "w", Media::Json), one.tag(1, "v", Media::Json));
        assert_ne!(one.tag(1, "v", Media::GraphqlJson), one.tag(1, "v", Media::Json));
    }
}
