//! What a request may ask, and what a client may hold, at most: as typed, and as meant.

use super::span::Span;
use super::typed::typed;
use crate::graphql::limit;
use crate::http::limits;

typed! {
    /// What a request may ask at most: as typed.
    #[command(next_help_heading = "Limits of a query")]
    LimitSettings {
        /// How many bytes a query may have [default: 32768]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_QUERY_LENGTH")]
        max_query_length: usize,
        /// How many words, numbers, texts and signs a query may have [default: 4000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_TOKENS")]
        max_tokens: usize,
        /// How deep brackets of all kinds may be nested; more than 200 can end the process [default: 64]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_NESTING")]
        max_nesting: usize,
        /// How many aliases a query may have [default: 60]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_ALIASES")]
        max_aliases: usize,
        /// How many bytes an alias may have [default: 64]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_ALIAS_LENGTH")]
        max_alias_length: usize,
        /// How many fields a query may have at its root [default: 30]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_ROOT_FIELDS")]
        max_root_fields: usize,
        /// How many directives a query may have [default: 30]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_DIRECTIVES")]
        max_directives: usize,
        /// How many fields a query may have, fragments written out [default: 5000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_FIELDS")]
        max_fields: usize,
        /// How deep the fields of a request may be nested [default: 20]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_DEPTH")]
        max_depth: usize,
        /// How many lists of the schema may be inside each other where the schema is asked for [default: 2]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_INTROSPECTION")]
        max_introspection: usize,
        /// How often one query may ask for the whole schema [default: 2]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_SCHEMAS")]
        max_schemas: usize,
        /// How much a request may cost, roughly the fields of its largest answer [default: 500000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_COMPLEXITY")]
        max_complexity: usize,
        /// How many items a page may have; never more than 1000 [default: 1000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_PAGE")]
        max_page: usize,
        /// How many records a request may look up while it is executed [default: 200000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_RECORDS")]
        max_records: usize,
        /// How many texts a request may search for [default: 20]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_TEXTS")]
        max_texts: usize,
        /// How many fields and items of lists an answer may have, counted while it is made [default: 1000000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_VALUES")]
        max_values: usize,
        /// Whether clients may ask for the schema; without it, errors suggest no names [default: true]
        #[arg(long, value_name = "BOOL", env = "AIDGRAPH_INTROSPECTION")]
        introspection: bool,
    }
}

impl LimitSettings {
    /// What is meant.
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
    /// What a client may hold at a time: as typed.
    #[command(next_help_heading = "Limits of clients")]
    HoldSettings {
        /// How many bytes a body may have [default: 262144]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_BODY")]
        max_body: usize,
        /// How many requests one body may hold [default: 10]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_BATCH")]
        max_batch: usize,
        /// How many bytes an answer may have, and all answers to one body together [default: 16777216]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_ANSWER")]
        max_answer: usize,
        /// How many requests may be under way; one more is answered 503 with `Retry-After` [default: 512]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_REQUESTS")]
        max_requests: usize,
        /// How long a request may wait for its execution before it is answered 503 [default: 2s]
        #[arg(long, value_name = "TIME", env = "AIDGRAPH_MAX_WAIT")]
        max_wait: Span,
        /// How many connections may be open; one more is closed [default: 4096]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_CONNECTIONS")]
        max_connections: usize,
        /// How many connections one address may have open, trusted proxies apart [default: 2048]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_ADDRESS_CONNECTIONS")]
        max_address_connections: usize,
        /// How many bytes of answers may be made and not taken yet, by all transports; one more answer is 503 [default: 268435456]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_UNSENT")]
        max_unsent: usize,
        /// How many bodies may have begun to come and not be there yet; one more is answered 503 [default: 1000]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_SLOW_BODIES")]
        max_slow_bodies: usize,
        /// How much of the sockets, subscriptions, slow bodies and answers not taken yet one client may hold, in
        /// hundredths; one more is answered 429 [default: 25]
        #[arg(long, value_name = "N", env = "AIDGRAPH_MAX_CLIENT_SHARE")]
        max_client_share: usize,
        /// How long the head of a request may take, and a connection be idle [default: 15s]
        #[arg(long, value_name = "TIME", env = "AIDGRAPH_HEADER_TIMEOUT")]
        header_timeout: Span,
        /// How long a body may take [default: 15s]
        #[arg(long, value_name = "TIME", env = "AIDGRAPH_BODY_TIMEOUT")]
        body_timeout: Span,
        /// How long a client may take nothing of what is sent to it [default: 30s]
        #[arg(long, value_name = "TIME", env = "AIDGRAPH_WRITE_TIMEOUT")]
        write_timeout: Span,
    }
}

impl HoldSettings {
    /// What is meant.
    pub(super) fn resolve(&self) -> limits::Limits {
        let default = limits::Limits::default();
        limits::Limits {
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
