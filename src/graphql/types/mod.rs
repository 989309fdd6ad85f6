//! Output objects of the schema, one per file. Each wraps the record type of the same name in the model.

pub(super) mod activity;
pub(super) mod agency;
pub(super) mod agreement;
pub(super) mod boundary;
pub(super) mod change;
pub(super) mod code;
pub(super) mod country;
pub(super) mod dataset;
pub(super) mod detail;
pub(super) mod dialogue;
pub(super) mod engagement;
pub(super) mod event;
pub(super) mod facet;
pub(super) mod flow;
pub(super) mod gap;
pub(super) mod group;
pub(super) mod humanitarian_contribution;
pub(super) mod location;
pub(super) mod mission;
pub(super) mod mission_contribution;
pub(super) mod money;
pub(super) mod node;
pub(super) mod oda_figure;
pub(super) mod origin;
pub(super) mod part;
pub(super) mod partnership;
pub(super) mod period;
pub(super) mod programme;
pub(super) mod relation;
pub(super) mod search;
pub(super) mod sector;
pub(super) mod source;
pub(super) mod statement;
pub(super) mod text;
pub(super) mod total;
pub(super) mod transaction;
pub(super) mod trust_fund;

use async_graphql::Context;

use super::context::record;
use super::error::ApiResult;
use super::execution::serial::{Serial, SerialList};
use super::list::Wraps;

/// Returns the object of a record by its identifier; `None` when there is none.
pub(super) fn find<N: Wraps>(ctx: &Context<'_>, key: &str) -> ApiResult<Option<Serial<N>>> {
    Ok(record::<N::Record>(ctx, key)?.map(N::wrap).map(Serial))
}

/// Returns the objects of records in the order of their identifiers. Skips identifiers without a record.
pub(super) fn find_all<N: Wraps>(
    ctx: &Context<'_>,
    keys: impl IntoIterator<Item = impl AsRef<str>>,
) -> ApiResult<SerialList<N>> {
    keys.into_iter()
        .filter_map(|key| record::<N::Record>(ctx, key.as_ref()).transpose())
        .map(|found| found.map(N::wrap))
        .collect()
}

/// Declares the object of a noun, with the fields common to all nouns and its own.
macro_rules! noun {
    ($(#[doc = $about:literal])* $name:ident($record:ty), $filter:ident, $order:ident, $list:ident; $($fields:tt)*) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug)]
        pub(crate) struct $name(pub(in crate::graphql) std::sync::Arc<$record>);

        impl $crate::graphql::list::Wraps for $name {
            type Record = $record;

            fn wrap(record: std::sync::Arc<$record>) -> Self {
                Self(record)
            }
        }

        impl $crate::graphql::list::Listed for $name {
            type Filter = $crate::graphql::input::$filter;
            type Order = $crate::graphql::list::$order;
            type List = $crate::graphql::types::list_type!($list, $name);

            fn list(
                ctx: &async_graphql::Context<'_>,
                filter: $crate::read::filter::Filter,
                order: $crate::read::reader::Ordering,
                window: &$crate::graphql::list::Window,
            ) -> $crate::graphql::error::ApiResult<Self::List> {
                $crate::graphql::list::$list::<Self>(ctx, filter, order, window)
            }
        }

        $(#[doc = $about])*
        #[async_graphql::Object(serial)]
        impl $name {
            /// Opaque global identifier for `node`; stable across rebuilds.
            pub(in crate::graphql) async fn id(&self) -> async_graphql::ID {
                $crate::graphql::id::encode(<$record as $crate::model::noun::Noun>::KIND, $crate::model::noun::Noun::key(&*self.0))
            }

            /// Identifier as in the source files.
            pub(in crate::graphql) async fn identifier(&self) -> &str {
                $crate::model::noun::Noun::key(&*self.0)
            }

            /// Name of the record in lists: its name or title, and what tells it apart from others of that name, such as
            /// agencies, countries and years: `Mali crisis · ICRC · 2012`.
            pub(in crate::graphql) async fn label(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "Languages, in order of preference. Each name in the label falls back as `Text.value` does.")]
                languages: Option<Vec<$crate::graphql::scalar::Tag>>,
            ) -> $crate::graphql::error::ApiResult<String> {
                $crate::graphql::types::text::label(ctx, &*self.0, languages)
            }

            /// File and line that the record was read from.
            pub(in crate::graphql) async fn origin(&self) -> $crate::graphql::types::origin::Origin {
                $crate::model::noun::Noun::origin(&*self.0).into()
            }

            /// Publications that support the record, those of its own line first.
            pub(in crate::graphql) async fn citations(&self) -> $crate::graphql::execution::serial::SerialList<$crate::graphql::types::origin::Citation> {
                $crate::graphql::types::origin::citations($crate::model::noun::Noun::citations(&*self.0))
            }

            /// Degree to which its sources support the record's own line. The citation of a single field may have a weaker
            /// assertion.
            pub(in crate::graphql) async fn assertion(&self) -> $crate::graphql::code_enum::CodeEnum<$crate::model::origin::Assertion> {
                $crate::graphql::code_enum::CodeEnum($crate::model::noun::Noun::assertion(&*self.0))
            }

            $($fields)*
        }
    };
}
pub(in crate::graphql) use noun;

/// Selects the list type of a noun: plain, with totals, or with totals and groups.
macro_rules! list_type {
    (list, $name:ident) => { $crate::graphql::list::List<$name> };
    (money_list, $name:ident) => { $crate::graphql::list::MoneyList<$name> };
    (grouped_list, $name:ident) => { $crate::graphql::list::GroupedList<$name> };
}
pub(in crate::graphql) use list_type;
