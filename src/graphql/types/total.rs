//! Sums that say what they hold.
//!
//! From a total no path leads to a record, and so none from a total of defence to a humanitarian amount: what was
//! left out is named by its identifier and label.

use async_graphql::{Context, Object, SimpleObject};

use super::money::Money;
use crate::graphql::error::Answer;
use crate::graphql::request::{count_texts, known_currency, note_cut, reader};
use crate::graphql::scalar::Decimal;
use crate::graphql::word::Word;
use crate::read::filter::Filter;
use crate::read::total::{Asked, ExcludedSum as Left, ExclusionReason, Item, Total as Sum, totals};

/// The sums of a list's items: one for each currency, or one in all in the currency that a client asks for.
pub(in crate::graphql) fn sums(
    ctx: &Context<'_>,
    filter: &Filter,
    currency: Option<&str>,
    items: impl FnOnce(&Asked<'_>) -> Answer<Vec<Item>>,
) -> Answer<Vec<Total>> {
    let asked = asked(ctx, filter, currency)?;
    Ok(totals(items(&asked)?, asked.convert).into_iter().map(Total).collect())
}

/// A list, and the currency that a client wants its sums in.
pub(in crate::graphql) fn asked<'a>(
    ctx: &Context<'a>,
    filter: &'a Filter,
    currency: Option<&str>,
) -> Answer<Asked<'a>> {
    let reader = reader(ctx)?;
    count_texts(ctx, filter.texts())?;
    let currency = currency.map(|code| known_currency(reader, code)).transpose()?;
    Ok(Asked { filter, convert: currency.map(|currency| (currency, reader.rates())) })
}

/// A sum in one currency: its bounds, what is not stated, and what was left out and why.
#[derive(Clone, Debug)]
pub(crate) struct Total(pub(in crate::graphql) Sum);

/// A sum in one currency: its bounds, what is not stated, and what was left out and why.
#[Object(serial)]
impl Total {
    /// The currency, ISO 4217; null when no amount is stated at all.
    async fn currency(&self) -> Option<String> {
        self.0.currency.map(|currency| currency.to_string())
    }

    /// The least that the sum can be: a guarantee. `AT_MOST` and `ABOUT` amounts add 0 to it, and so does what is for others too
    /// (`SHARED_WITH_OTHERS`); of several figures that are published for the same amount the smallest counts here. Null when
    /// nothing is stated.
    async fn lower(&self) -> Option<Decimal> {
        self.0.lower.map(Decimal)
    }

    /// The most that the sum can be: a guarantee. What is for others too is in it as a whole, and of several figures that are
    /// published for the same amount the largest. Null when an amount is `AT_LEAST` or `ABOUT`, is not stated or has no rate, or when
    /// nothing is stated.
    async fn upper(&self) -> Option<Decimal> {
        self.0.upper.map(Decimal)
    }

    /// The sum of the counted numbers as published, whatever their qualifiers: the figure to quote. Null when nothing counts,
    /// though there may be bounds then: of money that is for others too.
    async fn counted(&self) -> Option<Decimal> {
        self.0.counted.map(Decimal)
    }

    /// The sum of all numbers, counted and left out: what a naive sum would give. `counted` plus what `excludedSums`
    /// says is this, to the cent.
    async fn naive(&self) -> Option<Decimal> {
        self.0.naive.map(Decimal)
    }

    /// How many items count, with an amount or without. Those without stand in each currency's total: do not add these
    /// numbers up over totals.
    async fn items(&self) -> usize {
        self.0.items
    }

    /// How many of them have no amount. Without a conversion each total counts them all, since any may belong to it.
    async fn not_stated(&self) -> usize {
        self.0.not_stated
    }

    /// How many of them are ABOUT their amount: such an amount counts as its number and bounds the sum on neither side.
    async fn approximate(&self) -> usize {
        self.0.approximate
    }

    /// How many of the stated items that should count could be expressed in the currency, from 0 to 1.
    async fn converted_share(&self) -> Option<Decimal> {
        self.0.converted_share.map(Decimal)
    }

    /// What was left out, by reason and currency.
    async fn excluded_sums(&self) -> Vec<ExcludedSum> {
        self.0.excluded_sums.iter().map(ExcludedSum::from).collect()
    }

    /// What was left out, one by one; of more than a thousand amounts the first. See `excludedSums`.
    #[graphql(complexity = "20 * child_complexity")]
    async fn excluded(&self, ctx: &Context<'_>) -> Vec<Exclusion> {
        let all: usize = self.0.excluded_sums.iter().map(|sum| sum.items).sum();
        if all > self.0.excluded.len() {
            note_cut(ctx, &[]);
        }
        self.0
            .excluded
            .iter()
            .map(|exclusion| Exclusion {
                record: exclusion.item.key.clone(),
                kind: exclusion.item.kind.to_string(),
                part: exclusion.item.part.clone(),
                money: Money(exclusion.item.money),
                reason: Word(exclusion.reason),
            })
            .collect()
    }
}

/// What is left out for one reason in one currency.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct ExcludedSum {
    /// Why.
    reason: Word<ExclusionReason>,
    /// The currency, ISO 4217; null of amounts that are not stated.
    currency: Option<String>,
    /// What the amounts add up to; null when none is stated.
    amount: Option<Decimal>,
    /// How many amounts, in full or with a share.
    items: usize,
}

impl From<&Left> for ExcludedSum {
    fn from(sum: &Left) -> Self {
        Self {
            reason: Word(sum.reason),
            currency: sum.currency.map(|currency| currency.to_string()),
            amount: sum.amount.map(Decimal),
            items: sum.items,
        }
    }
}

/// An amount that a total leaves out.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Exclusion {
    /// Identifier of the record that holds it.
    record: String,
    /// The noun of that record: `Programme`.
    kind: String,
    /// Identifier of the part of the record, a budget for instance.
    part: Option<String>,
    /// The amount, in its own currency.
    money: Money,
    /// Why it is left out.
    reason: Word<ExclusionReason>,
}
