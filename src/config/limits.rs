//! Settings of the limits of queries and of clients.

use super::duration::HumanDuration;
use super::settings_macro::typed;
use crate::graphql::limit;
use crate::http::limits;

typed! {
    /// Settings of the limits of a query, as given; `None` where nothing is set.
    #[command(next_help_heading = "Query limits")]
    LimitSettings {
        /// Maximum bytes of a query [default: 32768]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_QUERY_LENGTH")]
        max_query_length: usize,
        /// Maximum tokens of a query: names, numbers, strings and punctuators [default: 4000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_TOKENS")]
        max_tokens: usize,
        /// Maximum nesting of brackets of all kinds; above 200 the stack may overflow [default: 64]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_NESTING")]
        max_nesting: usize,
        /// Maximum aliases in a query [default: 60]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_ALIASES")]
        max_aliases: usize,
        /// Maximum bytes of an alias [default: 64]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_ALIAS_LENGTH")]
        max_alias_length: usize,
        /// Maximum root fields of a query [default: 30]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_ROOT_FIELDS")]
        max_root_fields: usize,
        /// Maximum directives in a query [default: 30]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_DIRECTIVES")]
        max_directives: usize,
        /// Maximum fields of a query, with fragments expanded [default: 5000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_FIELDS")]
        max_fields: usize,
        /// Maximum nesting of fields [default: 20]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_DEPTH")]
        max_depth: usize,
        /// Maximum nesting of lists in an introspection query [default: 2]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_INTROSPECTION")]
        max_introspection: usize,
        /// Maximum `__schema` fields in one query [default: 2]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_SCHEMAS")]
        max_schemas: usize,
        /// Maximum cost of a request: roughly the fields of its largest possible response [default: 500000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_COMPLEXITY")]
        max_complexity: usize,
        /// Maximum items of a page, at most 1000 [default: 1000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_PAGE")]
        max_page: usize,
        /// Maximum records that one request may look up [default: 200000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_RECORDS")]
        max_records: usize,
        /// Maximum full-text searches in one request [default: 20]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_TEXTS")]
        max_texts: usize,
        /// Maximum fields and list items of a response, counted during execution [default: 1000000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_VALUES")]
        max_values: usize,
        /// Allow introspection; without it, errors suggest no names [default: true]
        #[arg(long, value_name = "BOOL", env = "AIDGRAPH_INTROSPECTION")]
        introspection: bool,
    }
}

impl LimitSettings {
    /// Resolves the settings against the defaults.
    pub(super) fn resolve(&self) -> limit::Limits {
        let default = limit::Limits::default();
        limit::Limits {
            length: self.max_query_length.unwrap_or(default.length),
            tokens: self.max_tokens.unwrap_or(default.tokens),
            nesting: self.max_nesting.unwrap_or(default.nesting),
            aliases: self.max_aliases.unwrap_or(default.aliases),
            alias_length: self.max_alias_length.unwrap_or(default.alias_length),
            root_fields: self.max_root_fields.unwrap_or(default.root_fields),
            directives: self.max_directives.unwrap_or(default.directives),
            fields: self.max_fields.unwrap_or(default.fields),
            depth: self.max_depth.unwrap_or(default.depth),
            introspection: self.max_introspection.unwrap_or(default.introspection),
            schemas: self.max_schemas.unwrap_or(default.schemas),
            cost: self.max_complexity.unwrap_or(default.cost),
            page: self.max_page.unwrap_or(default.page),
            records: self.max_records.unwrap_or(default.records),
            texts: self.max_texts.unwrap_or(default.texts),
            values: self.max_values.unwrap_or(default.values),
            answer: default.answer,
        }
    }
}

typed! {
    /// Settings of the limits of clients, as given; `None` where nothing is set.
    #[command(next_help_heading = "Client limits")]
    ClientLimitSettings {
        /// Maximum bytes of a request body [default: 262144]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_BODY")]
        max_body: usize,
        /// Maximum requests in one batch [default: 10]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_BATCH")]
        max_batch: usize,
        /// Maximum bytes of a response, and of all responses to one batch [default: 16777216]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_ANSWER")]
        max_answer: usize,
        /// Maximum executions queued or running; beyond it, the client with the most queued loses its largest: 503 [default: 512]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_REQUESTS")]
        max_requests: usize,
        /// Maximum wait of a request for execution before it receives 503 [default: 2s]
        #[arg(long, value_name = "TIME", env = "AIDGRAPH_MAX_WAIT")]
        max_wait: HumanDuration,
        /// Maximum open connections; further ones receive 503, or are closed under TLS [default: 4096]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_CONNECTIONS")]
        max_connections: usize,
        /// Maximum open connections per address, except trusted proxies [default: 2048]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_ADDRESS_CONNECTIONS")]
        max_address_connections: usize,
        /// Maximum unsent response bytes over all transports; further requests receive 503 [default: 268435456]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_UNSENT")]
        max_unsent: usize,
        /// Maximum request bodies in transfer; further ones receive 503 [default: 1000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_SLOW_BODIES")]
        max_slow_bodies: usize,
        /// Share of sockets, subscriptions, bodies in transfer and unsent bytes that one client may hold, in percent;
        /// further requests receive 429 [default: 25]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_CLIENT_SHARE")]
        max_client_share: usize,
        /// Timeout for request headers, and for idle connections [default: 15s]
        #[arg(long, value_name = "TIME", env = "AIDGRAPH_HEADER_TIMEOUT")]
        header_timeout: HumanDuration,
        /// Timeout for a request body [default: 15s]
        #[arg(long, value_name = "TIME", env = "AIDGRAPH_BODY_TIMEOUT")]
        body_timeout: HumanDuration,
        /// Timeout for a client that reads nothing of a response [default: 30s]
        #[arg(long, value_name = "TIME", env = "AIDGRAPH_WRITE_TIMEOUT")]
        write_timeout: HumanDuration,
    }
}

impl ClientLimitSettings {
    /// Resolves the settings against the defaults.
    pub(super) fn resolve(&self) -> limits::ClientLimits {
        let default = limits::ClientLimits::default();
        limits::ClientLimits {
            body: self.max_body.unwrap_or(default.body),
            batch: self.max_batch.unwrap_or(default.batch),
            answer: self.max_answer.unwrap_or(default.answer),
            requests: self.max_requests.unwrap_or(default.requests),
            connections: self.max_connections.unwrap_or(default.connections),
            address_connections: self
                .max_address_connections
                .unwrap_or(default.address_connections),
            unsent: self.max_unsent.unwrap_or(default.unsent),
            slow_bodies: self.max_slow_bodies.unwrap_or(default.slow_bodies),
            client_share: self.max_client_share.unwrap_or(default.client_share),
            head_time: self.header_timeout.map_or(default.head_time, |span| span.0),
            body_time: self.body_timeout.map_or(default.body_time, |span| span.0),
            write_time: self.write_timeout.map_or(default.write_time, |span| span.0),
        }
    }
}
