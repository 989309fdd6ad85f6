//! Totals: sums with bounds, counts and exclusions.
//!
//! No field leads from a total to a record, so none leads from a total of defence to a humanitarian amount. Excluded amounts
//! are named by the identifier of their record.

use async_graphql::{Context, Object, SimpleObject};

use super::money::Money;
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::context::{count_texts, known_currency, note_cut, reader};
use crate::graphql::error::ApiResult;
use crate::graphql::scalar::Decimal;
use crate::read::coverage::SumCoverage;
use crate::read::filter::Filter;
use crate::read::total::{
    Addend, ExcludedSum as Left, ExclusionReason, Total as Sum, TotalsQuery, totals,
};

/// Computes the sums of a list's items: one per currency, or a single one in the requested currency.
pub(in crate::graphql) fn sums(
    ctx: &Context<'_>,
    filter: &Filter,
    currency: Option<&str>,
    items: impl FnOnce(&TotalsQuery<'_>) -> ApiResult<Vec<Addend>>,
) -> ApiResult<Vec<Total>> {
    let query = totals_query(ctx, filter, currency)?;
    let totals = totals(items(&query)?, query.convert);
    Ok(totals.into_iter().map(|total| Total::of(total, &query)).collect())
}

/// Parses a list's filter and the currency of its sums into a query for totals.
pub(in crate::graphql) fn totals_query<'a>(
    ctx: &Context<'a>,
    filter: &'a Filter,
    currency: Option<&str>,
) -> ApiResult<TotalsQuery<'a>> {
    let reader = reader(ctx)?;
    count_texts(ctx, filter.texts())?;
    let currency = currency.map(|code| known_currency(reader, code)).transpose()?;
    Ok(TotalsQuery { filter, convert: currency.map(|currency| (currency, reader.rates())) })
}

/// Sum in one currency, with its bounds, unstated amounts and exclusions.
#[derive(Clone, Debug)]
pub(crate) struct Total {
    sum: Sum,
    coverage: SumCoverage,
}

impl Total {
    /// Creates the total of a list.
    pub(in crate::graphql) fn of(sum: Sum, query: &TotalsQuery<'_>) -> Self {
        Self { coverage: sum.coverage(query.is_of_countries()), sum }
    }
}

impl From<Sum> for Total {
    fn from(sum: Sum) -> Self {
        Self { coverage: sum.coverage(false), sum }
    }
}

/// Sum in one currency, with its bounds, unstated amounts and exclusions.
#[Object(serial)]
impl Total {
    /// Currency, ISO 4217; null when no amount is stated.
    async fn currency(&self) -> Option<String> {
        self.sum.currency.map(|currency| currency.to_string())
    }

    /// Guaranteed lower bound of the sum. `AT_MOST` and `ABOUT` amounts, and money shared with others
    /// (`SHARED_WITH_OTHERS`), add 0 to it. Of several figures published for the same amount, the smallest counts. Null when
    /// nothing is stated.
    async fn lower(&self) -> Option<Decimal> {
        self.sum.lower.map(Decimal)
    }

    /// Guaranteed upper bound of the sum. It includes money shared with others in full, and the largest of several figures
    /// published for the same amount. Null when an amount is `AT_LEAST` or `ABOUT`, is not stated or has no rate, or when
    /// nothing is stated.
    async fn upper(&self) -> Option<Decimal> {
        self.sum.upper.map(Decimal)
    }

    /// Sum of the counted numbers as published, whatever their qualifiers: the figure to quote. Null when nothing counts;
    /// bounds may still exist then, from money shared with others.
    async fn counted(&self) -> Option<Decimal> {
        self.sum.counted.map(Decimal)
    }

    /// Sum of all numbers, counted and excluded: the result of a naive addition. It equals `counted` plus the amounts in
    /// `excludedSums`, to the cent.
    async fn naive(&self) -> Option<Decimal> {
        self.sum.naive.map(Decimal)
    }

    /// Number of items that count, with or without an amount. Items without an amount count in each currency's total, so do
    /// not add these numbers over totals.
    async fn items(&self) -> usize {
        self.sum.items
    }

    /// Number of counted items without an amount. Without a conversion each total counts all of them, since any may belong
    /// to it.
    async fn not_stated(&self) -> usize {
        self.sum.not_stated
    }

    /// Number of `ABOUT` amounts. Such an amount counts as its number and bounds the sum on neither side.
    async fn approximate(&self) -> usize {
        self.sum.approximate
    }

    /// Share of the stated items that could be converted into the currency, from 0 to 1.
    async fn converted_share(&self) -> Option<Decimal> {
        self.sum.converted_share.map(Decimal)
    }

    /// Coverage by published totals. Sums of `ITEMS_ONLY` and of `PUBLISHED_TOTAL` are not comparable.
    async fn coverage(&self) -> CodeEnum<SumCoverage> {
        CodeEnum(self.coverage)
    }

    /// Number of counted items for which sources publish rival figures: those widen `lower` and `upper`.
    async fn disputed(&self) -> usize {
        self.sum.disputed
    }

    /// Excluded amounts, summed by reason and currency.
    async fn excluded_sums(&self) -> Vec<ExcludedSum> {
        self.sum.excluded_sums.iter().map(ExcludedSum::from).collect()
    }

    /// Excluded amounts one by one, at most the first 1000; `excludedSums` covers all.
    #[graphql(complexity = "20 * child_complexity")]
    async fn excluded(&self, ctx: &Context<'_>) -> Vec<Exclusion> {
        let all: usize = self.sum.excluded_sums.iter().map(|sum| sum.items).sum();
        if all > self.sum.excluded.len() {
            note_cut(ctx, &[], all, self.sum.excluded.len());
        }
        self.sum
            .excluded
            .iter()
            .map(|exclusion| Exclusion {
                record: exclusion.item.key.clone(),
                kind: exclusion.item.kind.to_string(),
                part: exclusion.item.part.clone(),
                money: Money(exclusion.item.money),
                reason: CodeEnum(exclusion.reason),
            })
            .collect()
    }
}

/// Sum of the amounts excluded for one reason, in one currency.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct ExcludedSum {
    /// Reason for the exclusion.
    reason: CodeEnum<ExclusionReason>,
    /// Currency, ISO 4217; null for amounts that are not stated.
    currency: Option<String>,
    /// Sum of the amounts; null when none is stated.
    amount: Option<Decimal>,
    /// Number of amounts, in full or with a share.
    items: usize,
}

impl From<&Left> for ExcludedSum {
    fn from(sum: &Left) -> Self {
        Self {
            reason: CodeEnum(sum.reason),
            currency: sum.currency.map(|currency| currency.to_string()),
            amount: sum.amount.map(Decimal),
            items: sum.items,
        }
    }
}

/// Amount excluded from a total.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Exclusion {
    /// Identifier of the record that contains it.
    record: String,
    /// Noun of that record: `Programme`.
    kind: String,
    /// Identifier of the part of the record, such as a budget; null for the record itself.
    part: Option<String>,
    /// Amount in its own currency.
    money: Money,
    /// Reason for the exclusion.
    reason: CodeEnum<ExclusionReason>,
}
