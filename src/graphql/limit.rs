//! What a document may hold at most, and how a refusal says it: the limit, the number that failed, the cheaper way.

use std::fmt;

/// What a document may hold at most. Each is counted before anything is executed, the first three before the parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a query.
    pub length: usize,
    /// Words, numbers, texts and signs of a query.
    pub tokens: usize,
    /// How deep brackets of all kinds may be nested.
    pub nesting: usize,
    /// Aliases, as they are written.
    pub aliases: usize,
    /// Bytes of an alias: what stands once in the query stands in the answer at each item.
    pub alias_length: usize,
    /// Fields of an operation at its root, fragments written out.
    pub root_fields: usize,
    /// Directives, as they are written.
    pub directives: usize,
    /// Fields of all operations, fragments written out.
    pub fields: usize,
    /// How deep fields may be nested, fragments written out.
    pub depth: usize,
    /// Lists of the schema inside each other, in questions about the schema: each holds all of the next.
    pub introspection: usize,
    /// Questions for the whole schema, fragments written out.
    pub schemas: usize,
    /// Roughly, the fields of the largest answer that the request could have.
    pub cost: usize,
    /// Items of a page. The schema itself allows 1000.
    pub page: usize,
    /// Records that are looked up, counted while the request is executed: lists without pages may hold more than the cost
    /// takes them for.
    pub records: usize,
    /// Texts that are searched for, counted likewise: in filters, again in their totals, and by `search`.
    pub texts: usize,
    /// Fields and items of an answer, counted likewise: lists inside a record have no pages.
    pub values: usize,
    /// Bytes of an answer, counted while it is made.
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

/// A limit by its name, which is also the name of its flag.
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
    /// How many records one request may look up.
    Records,
    /// How many texts one request may search for.
    Texts,
    /// How many fields and items one answer may have.
    Values,
    /// How many requests one body may hold.
    Batch,
    /// How many subscriptions and queries one socket may have under way.
    Operations,
}

impl Limit {
    /// Its name.
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

    /// What is counted, so that `{found} {counted}` reads.
    fn counted(self) -> &'static str {
        match self {
            Self::Length => "bytes of query",
            Self::Tokens => "tokens in the query",
            Self::Nesting => "brackets inside each other",
            Self::Aliases => "aliases",
            Self::AliasLength => "bytes of an alias",
            Self::RootFields => "fields at the root",
            Self::Directives => "directives",
            Self::Fields => "fields, fragments written out",
            Self::Depth => "fields inside each other",
            Self::Introspection => "lists of the schema inside each other",
            Self::Schemas => "questions for the whole schema",
            Self::Cost => "is what the request costs, too complex",
            Self::Page => "items on a page",
            Self::Records => "records looked up",
            Self::Texts => "texts searched for",
            Self::Values => "values in the answer",
            Self::Batch => "requests in one body",
            Self::Operations => "operations on one socket",
        }
    }

    /// What costs less.
    fn cheaper(self) -> &'static str {
        match self {
            Self::Length | Self::Tokens => {
                "send values as variables, and ask for less or in several requests"
            }
            Self::Nesting => "send values as variables, and begin a second request further down",
            Self::Aliases | Self::RootFields => {
                "ask for lists with a filter instead of many single records, or in several requests"
            }
            Self::AliasLength => "call fields by shorter names",
            Self::Directives => "leave out what is not needed instead of skipping it",
            Self::Fields => "select fewer fields, or ask in several requests",
            Self::Introspection | Self::Schemas => {
                "take `/schema.graphql`, or ask for each type by its name"
            }
            Self::Records | Self::Values => {
                "ask for smaller pages with `first`, or in several requests"
            }
            Self::Texts => "narrow by other questions of the filter, or search in several requests",
            Self::Depth => "begin a second request at the `id` of what lies deeper",
            Self::Cost => {
                "ask for smaller pages with `first`, or for fewer fields of each item; a list counts with its page (100 where none is asked for), or with the most that the data has there, where that is less"
            }
            Self::Page => "ask for the next page with `after` or `before`",
            Self::Batch => "send several bodies over one connection",
            Self::Operations => "complete some before you begin more, or open another socket",
        }
    }
}

/// A limit that a request exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// Which.
    pub limit: Limit,
    /// What is allowed.
    pub allowed: usize,
    /// What was found.
    pub found: usize,
}

impl Exceeded {
    /// Refuses what is more than is allowed.
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
        write!(f, "{found} {counted}, and the limit is {allowed} ({name}): {cheaper}")
    }
}
