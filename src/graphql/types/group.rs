//! Aggregates of amounts by common keys.
//!
//! No field leads from a group to a record, as none leads from a total: keys are codes, identifiers and names.

use async_graphql::{Context, Object};

use super::text::Text;
use super::total::ExcludedSum;
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::context::reader;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::SerialList;
use crate::graphql::scalar::Decimal;
use crate::read::coverage::SumCoverage;
use crate::read::groups::{self, GroupDimension, KeyAbsence};

/// Amounts of a list, aggregated by keys.
#[derive(Clone, Debug)]
pub(crate) struct Groups(pub(in crate::graphql) groups::Groups);

/// Amounts of a list, aggregated by keys.
#[Object(serial)]
impl Groups {
    /// Number of groups before paging.
    async fn total_count(&self) -> usize {
        self.0.total
    }

    /// Groups of the requested page, in the requested order.
    #[graphql(complexity = "child_complexity")]
    async fn groups(&self) -> SerialList<Group> {
        self.0.groups.iter().cloned().map(Group).collect()
    }

    /// Amounts in no group, by reason and currency. The groups and these sums add up to the naive sum of the list, to the
    /// cent.
    async fn excluded(&self) -> Vec<ExcludedSum> {
        self.0.left_out.iter().map(ExcludedSum::from).collect()
    }
}

/// Amounts with the same keys, in one currency.
#[derive(Clone, Debug)]
pub(crate) struct Group(groups::Group);

/// Amounts with the same keys, in one currency. An amount for several countries or sectors contributes its share to the
/// group of each. The shares add up to the amount exactly.
#[Object(serial)]
impl Group {
    /// Keys of the group, in the requested order of dimensions.
    async fn keys(&self) -> SerialList<GroupKey> {
        self.0.keys.iter().cloned().map(GroupKey).collect()
    }

    /// Currency, ISO 4217; null when no amount is stated.
    async fn currency(&self) -> Option<String> {
        self.0.currency.map(|currency| currency.to_string())
    }

    /// Number of amounts that count, in full or with a share.
    async fn items(&self) -> usize {
        self.0.items
    }

    /// Number of programmes that the amounts belong to; 0 for contributions, which belong to none. Groups of programmes also
    /// count programmes without an amount.
    async fn programmes(&self) -> usize {
        self.0.programmes
    }

    /// Sum of the counted numbers as published, whatever their qualifiers: the figure to quote. Null when nothing counts;
    /// bounds may still exist then, from money shared with others.
    async fn counted(&self) -> Option<Decimal> {
        self.0.counted.map(Decimal)
    }

    /// Lower bound of the sum, by the rules of a total. The share of a country and the share of a sector may cover more or
    /// less of the same money. Their product counts; the bounds are the least and the most that the two can have in common.
    async fn lower(&self) -> Option<Decimal> {
        self.0.lower.map(Decimal)
    }

    /// Upper bound of the sum, by the rules of a total. Null when an amount has no upper bound, no number or no rate. Money
    /// that no source divides has a group of its own; in a list narrowed to a part of it, this bound includes it.
    async fn upper(&self) -> Option<Decimal> {
        self.0.upper.map(Decimal)
    }

    /// Number of amounts that are not stated; they count in the group of each currency.
    async fn not_stated(&self) -> usize {
        self.0.not_stated
    }

    /// Number of `ABOUT` amounts. Such an amount counts as its number and bounds the sum on neither side.
    async fn approximate(&self) -> usize {
        self.0.approximate
    }

    /// Share of the stated amounts that could be converted into the currency, from 0 to 1.
    async fn converted_share(&self) -> Option<Decimal> {
        self.0.converted_share.map(Decimal)
    }

    /// Coverage by published totals. A year of `ITEMS_ONLY` is not comparable with one of `PUBLISHED_TOTAL`.
    async fn coverage(&self) -> CodeEnum<SumCoverage> {
        CodeEnum(self.0.coverage)
    }

    /// Number of amounts for which sources publish rival figures: those widen `lower` and `upper`.
    async fn disputed(&self) -> usize {
        self.0.disputed
    }
}

/// Key that the amounts of a group share in one dimension.
#[derive(Clone, Debug)]
pub(crate) struct GroupKey(groups::Key);

/// Key that the amounts of a group share in one dimension.
#[Object(serial)]
impl GroupKey {
    /// Dimension of the key.
    async fn dimension(&self) -> CodeEnum<GroupDimension> {
        CodeEnum(self.0.dimension)
    }

    /// Code, year or identifier; null when there is an `absence`.
    async fn code(&self) -> Option<&str> {
        self.0.code.as_deref().ok()
    }

    /// Name of the key, from the data or from an official list; null when neither has one.
    async fn name(&self, ctx: &Context<'_>) -> ApiResult<Option<Text>> {
        let Ok(code) = &self.0.code else { return Ok(None) };
        Ok(reader(ctx)?.key_name(self.0.dimension, code)?.as_ref().map(Text::from))
    }

    /// Reason for the missing code.
    async fn absence(&self) -> Option<CodeEnum<KeyAbsence>> {
        self.0.code.as_ref().err().copied().map(CodeEnum)
    }
}
