//! Limits of query documents and responses, and the messages of their rejections: limit, measured number, cheaper
//! alternative.

use std::fmt;

/// Limits of a request. Each counts before execution, unless its field says otherwise; the first three count before the
/// parser runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Maximum length of the query in bytes.
    pub length: usize,
    /// Maximum number of tokens in the query: names, numbers, strings and punctuation.
    pub tokens: usize,
    /// Maximum nesting depth of brackets of all kinds.
    pub nesting: usize,
    /// Maximum number of aliases in the document.
    pub aliases: usize,
    /// Maximum length of an alias in bytes. An alias appears once in the query, but at every item of the response.
    pub alias_length: usize,
    /// Maximum number of root fields of an operation, with fragments expanded.
    pub root_fields: usize,
    /// Maximum number of directives in the document.
    pub directives: usize,
    /// Maximum number of fields in all operations, with fragments expanded.
    pub fields: usize,
    /// Maximum nesting depth of fields, with fragments expanded.
    pub depth: usize,
    /// Maximum nesting depth of schema lists in introspection; each level multiplies the next.
    pub introspection: usize,
    /// Maximum number of `__schema` fields, with fragments expanded.
    pub schemas: usize,
    /// Maximum cost: roughly, the number of fields in the largest possible response.
    pub cost: usize,
    /// Maximum number of items on a page. The schema itself allows 1000.
    pub page: usize,
    /// Maximum number of record lookups, counted during execution. Lists without pages may hold more records than the cost
    /// assumes.
    pub records: usize,
    /// Maximum number of text searches, counted during execution: in filters, again in their totals, and by `search`.
    pub texts: usize,
    /// Maximum number of fields and items in a response, counted during execution. Lists inside a record have no pages.
    pub values: usize,
    /// Maximum size of a response in bytes, counted while it is written.
    pub answer: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            length: 32_768,
            tokens: 4_000,
            nesting: 64,
            aliases: 60,
            alias_length: 64,
            root_fields: 30,
            directives: 30,
            fields: 5_000,
            depth: 20,
            introspection: 2,
            schemas: 2,
            cost: 500_000,
            page: 1_000,
            records: 200_000,
            texts: 20,
            values: 1_000_000,
            answer: 16 * 1024 * 1024,
        }
    }
}

/// Limit, identified by the name of its flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// [`Limits::length`].
    Length,
    /// [`Limits::tokens`].
    Tokens,
    /// [`Limits::nesting`].
    Nesting,
    /// [`Limits::aliases`].
    Aliases,
    /// [`Limits::alias_length`].
    AliasLength,
    /// [`Limits::root_fields`].
    RootFields,
    /// [`Limits::directives`].
    Directives,
    /// [`Limits::fields`].
    Fields,
    /// [`Limits::depth`].
    Depth,
    /// [`Limits::introspection`].
    Introspection,
    /// [`Limits::schemas`].
    Schemas,
    /// [`Limits::cost`].
    Cost,
    /// [`Limits::page`].
    Page,
    /// [`Limits::records`].
    Records,
    /// [`Limits::texts`].
    Texts,
    /// [`Limits::values`].
    Values,
    /// Number of requests in one body.
    Batch,
    /// Number of operations in flight on one socket.
    Operations,
}

impl Limit {
    /// Name of the limit, equal to its flag.
    pub fn name(self) -> &'static str {
        match self {
            Self::Length => "max-query-length",
            Self::Tokens => "max-tokens",
            Self::Nesting => "max-nesting",
            Self::Aliases => "max-aliases",
            Self::AliasLength => "max-alias-length",
            Self::RootFields => "max-root-fields",
            Self::Directives => "max-directives",
            Self::Fields => "max-fields",
            Self::Depth => "max-depth",
            Self::Introspection => "max-introspection",
            Self::Schemas => "max-schemas",
            Self::Cost => "max-complexity",
            Self::Page => "max-page",
            Self::Records => "max-records",
            Self::Texts => "max-texts",
            Self::Values => "max-values",
            Self::Batch => "max-batch",
            Self::Operations => "max-socket-operations",
        }
    }

    /// Describes the counted quantity, to follow a number: `{found} {counted}`.
    fn counted(self) -> &'static str {
        match self {
            Self::Length => "bytes in the query",
            Self::Tokens => "tokens in the query",
            Self::Nesting => "levels of nested brackets",
            Self::Aliases => "aliases",
            Self::AliasLength => "bytes in an alias",
            Self::RootFields => "root fields",
            Self::Directives => "directives",
            Self::Fields => "fields with fragments expanded",
            Self::Depth => "levels of nested fields",
            Self::Introspection => "levels of nested schema lists",
            Self::Schemas => "`__schema` fields",
            Self::Cost => "points of query cost",
            Self::Page => "items on a page",
            Self::Records => "record lookups",
            Self::Texts => "text searches",
            Self::Values => "values in the response",
            Self::Batch => "requests in one body",
            Self::Operations => "operations in flight on one socket",
        }
    }

    /// Suggests a cheaper request.
    fn cheaper(self) -> &'static str {
        match self {
            Self::Length | Self::Tokens => {
                "send values as variables, select less, or split the request"
            }
            Self::Nesting => "send values as variables, or continue in a second request",
            Self::Aliases | Self::RootFields => {
                "use a filtered list instead of many single records, or split the request"
            }
            Self::AliasLength => "use shorter aliases",
            Self::Directives => "omit unneeded fields instead of skipping them",
            Self::Fields => "select fewer fields, or split the request",
            Self::Introspection | Self::Schemas => {
                "download `/schema.graphql`, or query single types by name"
            }
            Self::Records | Self::Values => {
                "request smaller pages with `first`, or split the request"
            }
            Self::Texts => "filter by other fields, or split the request",
            Self::Depth => "continue in a second request, from the `id` of the deeper object",
            Self::Cost => {
                "request smaller pages with `first`, or fewer fields per item; a list costs its page (default 100), or its maximum length in the data if that is smaller"
            }
            Self::Page => "request further pages with `after` or `before`",
            Self::Batch => "send several bodies over the same connection",
            Self::Operations => "complete some operations first, or open another socket",
        }
    }
}

/// Rejection of a request that exceeds a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// Exceeded limit.
    pub limit: Limit,
    /// Maximum allowed number, inclusive.
    pub allowed: usize,
    /// Measured number.
    pub found: usize,
}

impl Exceeded {
    /// Rejects a number above its limit.
    ///
    /// # Errors
    /// [`Exceeded`] when `found` is more than `allowed`.
    pub fn check(limit: Limit, allowed: usize, found: usize) -> Result<(), Self> {
        if found > allowed { Err(Self { limit, allowed, found }) } else { Ok(()) }
    }
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit, allowed, found } = self;
        let (counted, name, cheaper) = (limit.counted(), limit.name(), limit.cheaper());
        write!(f, "{found} {counted}, above the limit of {allowed} ({name}): {cheaper}")
    }
}
