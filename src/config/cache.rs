//! Settings of the caches, and of the queries that may run.

use super::duration::HumanDuration;
use super::settings_macro::typed;
use crate::graphql;
use crate::graphql::cache::CacheLimit;
use crate::http;
use crate::http::graphql::persisted;

typed! {
    /// Settings of the caches, as given; `None` where nothing is set.
    #[command(next_help_heading = "Caches")]
    CacheSettings {
        /// Execute only the queries of `queries/`, by name, digest or text [default: false]
        #[arg(long, value_name = "BOOL", env = "AIDGRAPH_TRUSTED_ONLY", num_args = 0..=1, default_missing_value = "true")]
        trusted_only: bool,
        /// Maximum automatic persisted queries; 0 turns them off [default: 1000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_PERSISTED_QUERIES")]
        persisted_queries: usize,
        /// Maximum parsed queries in the cache [default: 1000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_DOCUMENT_CACHE")]
        document_cache: usize,
        /// Approximate maximum bytes of the cache of parsed queries [default: 16777216]
        #[arg(long, value_name = "N", env = "AIDGRAPH_DOCUMENT_CACHE_BYTES")]
        document_cache_bytes: usize,
        /// Maximum responses in the cache; 0 turns it off [default: 2000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_RESPONSE_CACHE")]
        response_cache: usize,
        /// Maximum bytes of the response cache, compressed forms included [default: 67108864]
        #[arg(long, value_name = "N", env = "AIDGRAPH_RESPONSE_CACHE_BYTES")]
        response_cache_bytes: usize,
        /// Time a CDN may serve a GET response without revalidation (`s-maxage`) [default: 60s]
        #[arg(long, value_name = "TIME", env = "AIDGRAPH_SHARED_AGE")]
        shared_age: HumanDuration,
    }
}

impl CacheSettings {
    pub(super) fn documents(&self) -> CacheLimit {
        let default = graphql::Options::default().documents;
        CacheLimit {
            entries: self.document_cache.unwrap_or(default.entries),
            bytes: self.document_cache_bytes.unwrap_or(default.bytes),
        }
    }

    pub(super) fn answers(&self) -> CacheLimit {
        let default = http::Options::default().answers;
        CacheLimit {
            entries: self.response_cache.unwrap_or(default.entries),
            bytes: self.response_cache_bytes.unwrap_or(default.bytes),
        }
    }

    pub(super) fn persisted(&self) -> persisted::Options {
        let default = persisted::Options::default();
        persisted::Options {
            trusted_only: self.trusted_only.unwrap_or(default.trusted_only),
            kept: CacheLimit {
                entries: self.persisted_queries.unwrap_or(default.kept.entries),
                ..default.kept
            },
        }
    }
}
