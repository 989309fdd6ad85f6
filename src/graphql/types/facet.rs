//! Facets of a list: values of a field of its filter, with their numbers of items.

use async_graphql::{Context, Object};

use super::text::Text;
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::context::reader;
use crate::graphql::error::{ApiError, ApiResult};
use crate::graphql::execution::serial::SerialList;
use crate::model::code::Code as _;
use crate::model::noun::Kind;
use crate::model::page::DEFAULT_PAGE;
use crate::read::facets::{FacetCounts, FacetField, FacetQuery};
use crate::read::filter::Filter;

/// Maximum number of values in one answer.
const MAX_VALUES: i32 = 10_000;
/// Maximum number of values to include by name.
const MAX_INCLUDED: usize = 100;
/// Base cost of a facet: the postings of all values are counted.
const FACET_COST: usize = 20;

/// Cost of a facet with a number of values.
pub(in crate::graphql) fn facet_cost(first: i32, child: usize) -> usize {
    let first = usize::try_from(first.clamp(1, MAX_VALUES)).unwrap_or(1);
    first.saturating_mul(child.max(1)).div_ceil(DEFAULT_PAGE).saturating_add(FACET_COST)
}

/// Counts the items of a list by the values of a field.
///
/// # Errors
/// `BAD_USER_INPUT` for a field that the noun lacks, and for numbers out of range.
pub(in crate::graphql) fn facet(
    ctx: &Context<'_>,
    kind: Kind,
    filter: &Filter,
    field: FacetField,
    first: i32,
    including: &[String],
) -> ApiResult<Facet> {
    if !(0..=MAX_VALUES).contains(&first) {
        return Err(ApiError::input(format!(
            "`first` must be from 0 to {MAX_VALUES}, not {first}"
        )));
    }
    if including.len() > MAX_INCLUDED {
        return Err(ApiError::input(format!("`including` takes at most {MAX_INCLUDED} values")));
    }
    let first = usize::try_from(first).unwrap_or(0);
    let query = FacetQuery { field, first, including };
    let counts = reader(ctx)?.facet(kind, filter, query)?;
    let counts = counts.ok_or_else(|| {
        let own = FacetField::VALUES.iter().filter(|field| field.criterion(kind).is_some());
        let own: Vec<&str> = own.map(|field| field.as_str()).collect();
        ApiError::input(format!("{kind} has no facet {field}; it has {}", own.join(", ")))
    })?;
    Ok(Facet { field, counts })
}

/// Values that the items of a list have in a field.
#[derive(Clone, Debug)]
pub(crate) struct Facet {
    field: FacetField,
    counts: FacetCounts,
}

/// Values that the items of a list have in a field. An item with several values counts at each, so do not add them up.
#[Object(serial)]
impl Facet {
    /// Field of the filter.
    async fn field(&self) -> CodeEnum<FacetField> {
        CodeEnum(self.field)
    }

    /// Number of values that at least one item has.
    async fn total_count(&self) -> usize {
        self.counts.total
    }

    /// Number of items without any value: the field does not apply to them, or no source states it.
    async fn without(&self) -> usize {
        self.counts.without
    }

    /// Values, the most frequent first, then those of `including`.
    #[graphql(complexity = "child_complexity")]
    async fn values(&self) -> SerialList<FacetValue> {
        let field = self.field;
        let values = self.counts.values.iter();
        values
            .map(|(code, items)| FacetValue { field, code: code.clone(), items: *items })
            .collect()
    }
}

/// Value of a field, with its number of items.
#[derive(Clone, Debug)]
pub(crate) struct FacetValue {
    field: FacetField,
    code: String,
    items: usize,
}

/// Value of a field, with its number of items.
#[Object(serial)]
impl FacetValue {
    /// Value as the filter takes it.
    async fn code(&self) -> &str {
        &self.code
    }

    /// Name of the value, from the data or from an official list; null when neither has one.
    async fn name(&self, ctx: &Context<'_>) -> ApiResult<Option<Text>> {
        Ok(reader(ctx)?.facet_name(self.field, &self.code)?.as_ref().map(Text::from))
    }

    /// Number of items of the list with this value.
    async fn items(&self) -> usize {
        self.items
    }
}
