//! Settings of the caches, and of the queries that may run.

use std::path::PathBuf;

use super::duration::HumanDuration;
use super::settings_macro::typed;

typed! {
    /// Settings of the caches, as given; `None` where nothing is set.
    #[command(next_help_heading = "Caches")]
    CacheSettings {
        /// Folder of saved queries, `NAME.graphql` each, beside the shipped ones; `serve` reads it again when it changes, and at SIGHUP [default: none]
        #[arg(long, value_name = "DIR", env = "AIDGRAPH_QUERIES")]
        queries: PathBuf,
        /// Execute only saved queries, by name, digest or text [default: false]
        #[arg(long, value_name = "BOOL", env = "AIDGRAPH_TRUSTED_ONLY", num_args = 0..=1, default_missing_value = "true")]
        trusted_only: bool,
        /// Approximate maximum bytes of the cache of parsed queries; 0 turns it off [default: 16777216]
        #[arg(long, value_name = "N", env = "AIDGRAPH_DOCUMENT_CACHE_BYTES")]
        document_cache_bytes: usize,
        /// Maximum bytes of the response cache, compressed forms included; 0 turns it off [default: 67108864]
        #[arg(long, value_name = "N", env = "AIDGRAPH_RESPONSE_CACHE_BYTES")]
        response_cache_bytes: usize,
        /// Time a CDN may serve a GET response without revalidation (`s-maxage`) [default: 60s]
        #[arg(long, value_name = "TIME", env = "AIDGRAPH_SHARED_AGE")]
        shared_age: HumanDuration,
    }
}
