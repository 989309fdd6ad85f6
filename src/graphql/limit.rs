//! Limits of query documents and responses, and the messages of their rejections: limit, measured number, cheaper
//! alternative.

use std::fmt;
use std::time::Duration;

use crate::model::limit_table::LimitName::{self, Constant, Flag};
use crate::model::limit_table::limits;

/// Declares the limits of a request, and [`Limit`] with the words of their rejections. A row is
/// `/// HELP`, `FIELD = DEFAULT, Flag("NAME")` and `VARIANT "COUNTED" => "CHEAPER"`. A rejection of `uncounted` states no
/// number; the rows of `beside` are limits of other tables.
macro_rules! request_limits {
    (
        $(#[$of:meta])*
        pub struct $table:ident, $names:ident, $heading:literal {
            $($(#[doc = $help:literal])+ $field:ident = $default:expr, $kind:ident($name:literal),
                $variant:ident $counted:literal => $cheaper:literal;)+
        }
        uncounted {
            $($(#[doc = $whole_help:literal])+ $whole:ident = $whole_default:expr, $whole_kind:ident($whole_name:literal);)+
        }
        beside {
            $($(#[doc = $other_help:literal])+ $other_kind:ident($other_name:literal),
                $other:ident $other_counted:literal => $other_cheaper:literal;)+
        }
    ) => {
        limits! {
            $(#[$of])*
            pub struct $table, $names, $heading {
                $($(#[doc = $help])+ $field: usize = $default, $kind($name);)+
                $($(#[doc = $whole_help])+ $whole: usize = $whole_default, $whole_kind($whole_name);)+
            }
        }

        /// Limit that a request can exceed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Limit {
            $($(#[doc = $help])+ $variant,)+
            $($(#[doc = $other_help])+ $other,)+
        }

        impl Limit {
            /// Name of the limit.
            pub const fn name(self) -> LimitName {
                match self {
                    $(Self::$variant => $kind($name),)+
                    $(Self::$other => $other_kind($other_name),)+
                }
            }

            /// Describes the counted quantity, to follow a number: `{found} {counted}`.
            const fn counted(self) -> &'static str {
                match self {
                    $(Self::$variant => $counted,)+
                    $(Self::$other => $other_counted,)+
                }
            }

            /// Suggests a cheaper request.
            const fn cheaper(self) -> &'static str {
                match self {
                    $(Self::$variant => $cheaper,)+
                    $(Self::$other => $other_cheaper,)+
                }
            }
        }
    };
}

request_limits! {
    /// Limits of a request. Each counts before execution, unless its field says otherwise; the first three count before the
    /// parser runs.
    pub struct Limits, LimitNames, "Query limits" {
        /// Maximum bytes of a query.
        length = 32_768, Constant("max-query-length"),
            Length "bytes in the query" => "send values as variables, select less, or split the request";
        /// Maximum tokens of a query: names, numbers, strings and punctuators.
        tokens = 4_000, Constant("max-tokens"),
            Tokens "tokens in the query" => "send values as variables, select less, or split the request";
        /// Maximum nesting of brackets of all kinds.
        nesting = 64, Constant("max-nesting"),
            Nesting "levels of nested brackets" => "send values as variables, or continue in a second request";
        /// Maximum aliases in a query.
        aliases = 60, Flag("max-aliases"),
            Aliases "aliases" => "use a filtered list instead of many single records, or split the request";
        /// Maximum bytes of an alias. It appears once in the query, but at every item of the response.
        alias_length = 64, Constant("max-alias-length"),
            AliasLength "bytes in an alias" => "use shorter aliases";
        /// Maximum root fields of an operation, with fragments expanded.
        root_fields = 30, Constant("max-root-fields"),
            RootFields "root fields" => "use a filtered list instead of many single records, or split the request";
        /// Maximum directives in a query.
        directives = 30, Constant("max-directives"),
            Directives "directives" => "omit unneeded fields instead of skipping them";
        /// Maximum fields of a query, with fragments expanded.
        fields = 5_000, Constant("max-fields"),
            Fields "fields with fragments expanded" => "select fewer fields, or split the request";
        /// Maximum nesting of fields, with fragments expanded.
        depth = 20, Flag("max-depth"),
            Depth "levels of nested fields" => "continue in a second request, from the `id` of the deeper object";
        /// Maximum nesting of lists in an introspection query; each level multiplies the next.
        introspection = 2, Constant("max-introspection"),
            Introspection "levels of nested schema lists" => "download `/schema.graphql`, or query single types by name";
        /// Maximum `__schema` fields in one query, with fragments expanded.
        schemas = 2, Constant("max-schemas"),
            Schemas "`__schema` fields" => "download `/schema.graphql`, or query single types by name";
        /// Maximum cost of a request: roughly the fields of its largest possible response.
        cost = 500_000, Flag("max-complexity"),
            Cost "points of query cost" => "request smaller pages with `first`, or fewer fields per item; a list costs its page (default 100), or its maximum length in the data if that is smaller";
        /// Maximum items of a page, at most 1000.
        page = 1_000, Flag("max-page"),
            Page "items on a page" => "request further pages with `after` or `before`";
        /// Maximum records that one request may look up, counted during execution.
        records = 200_000, Flag("max-records"),
            Records "record lookups" => "request smaller pages with `first`, or split the request";
        /// Maximum full-text searches in one request, counted during execution: in filters, again in their totals, and by
        /// `search`.
        texts = 20, Constant("max-texts"),
            Texts "text searches" => "filter by other fields, or split the request";
        /// Maximum fields and list items of a response, counted during execution.
        values = 1_000_000, Constant("max-values"),
            Values "values in the response" => "request smaller pages with `first`, or split the request";
    }
    uncounted {
        /// Maximum bytes of a response, and of all responses to one batch.
        answer = 16 * 1024 * 1024, Flag("max-answer");
    }
    beside {
        /// Maximum requests in one body.
        Constant("max-batch"),
            Batch "requests in one body" => "send several bodies over the same connection";
        /// Maximum operations in flight on one socket.
        Constant("max-socket-operations"),
            Operations "operations in flight on one socket" => "complete some operations first, or open another socket";
    }
}

limits! {
    /// Limits of the queue of executions.
    pub struct ExecutionLimits, ExecutionLimitNames, "Execution" {
        /// Maximum executions queued or running; beyond it, the client with the most queued loses its largest: 503.
        requests: usize = 512, Flag("max-requests");
        /// Maximum wait of a request for execution before it receives 503.
        wait: Duration = Duration::from_secs(2), Flag("max-wait");
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
        write!(f, "{found} {counted}, above the limit of {allowed}{name}: {cheaper}")
    }
}
