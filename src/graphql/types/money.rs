//! Money, and its conversion.

use async_graphql::{Context, Object, SimpleObject};

use crate::graphql::error::Answer;
use crate::graphql::request::{known_currency, reader};
use crate::graphql::scalar::{Decimal, PartialDate};
use crate::graphql::word::Word;
use crate::model::money::{Absence, Money as Amount, Qualifier};
use crate::model::rate::{NoConversion, RateSource};

/// Money: an exact amount that says how it is to be read, or why there is none. Unknown is never 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Money(pub(in crate::graphql) Amount);

/// Money: an exact amount that says how it is to be read, or why there is none. Unknown is never 0.
#[Object(serial)]
impl Money {
    /// The number as published, in major units (euros, not cents); null when there is an `absence`.
    async fn value(&self) -> Option<Decimal> {
        self.0.value().map(Decimal)
    }

    /// The currency of the number. ISO 4217, or three letters of the source that are no currency; `XXX` where none is known.
    async fn currency(&self) -> Option<String> {
        self.0.currency().map(|currency| currency.to_string())
    }

    /// Whether ISO 4217 has or had the currency that the source names: false for `CFA`, true for `ITL`. Null where the source
    /// names none, or there is no number. Nothing converts what is not on the list.
    async fn currency_on_codelist(&self) -> Option<bool> {
        self.0.is_currency_known()
    }

    /// What the source writes in the place of a currency, where that means none, such as `$`; the amount is in `XXX` then.
    async fn currency_as_published(&self) -> Option<String> {
        self.0.currency_words.map(|words| words.as_str().to_owned())
    }

    /// How the number is to be read: "more than 2.6 million" is `AT_LEAST`.
    async fn qualifier(&self) -> Option<Word<Qualifier>> {
        self.0.qualifier().map(Word)
    }

    /// Why there is no number.
    async fn absence(&self) -> Option<Word<Absence>> {
        self.0.absence().map(Word)
    }

    /// The least that it can be; null when nothing bounds it from below, as of `AT_MOST` and `ABOUT`.
    async fn lower(&self) -> Option<Decimal> {
        self.0.lower().map(Decimal)
    }

    /// The most that it can be; null when nothing bounds it from above, as of `AT_LEAST` and `ABOUT`.
    async fn upper(&self) -> Option<Decimal> {
        self.0.upper().map(Decimal)
    }

    /// The date whose exchange rate applies.
    async fn value_date(&self) -> Option<PartialDate> {
        self.0.value_date.map(PartialDate)
    }

    /// In words, never without its qualifier: `more than 2600000 EUR`, `not stated`.
    async fn display(&self) -> String {
        self.0.to_string()
    }

    /// The same money in another currency, with the rate that made it, or the reason why there is none.
    async fn convert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The currency to convert into. ISO 4217.")] to: String,
        #[graphql(desc = "The date whose rate applies, instead of the money's own value date.")] on: Option<PartialDate>,
    ) -> Answer<ConvertedMoney> {
        self.converted(ctx, &to, on)
    }
}

impl Money {
    pub(in crate::graphql) fn converted(
        &self,
        ctx: &Context<'_>,
        to: &str,
        on: Option<PartialDate>,
    ) -> Answer<ConvertedMoney> {
        let reader = reader(ctx)?;
        let target = known_currency(reader, to)?;
        let converted = reader.rates().convert(&self.0, target, on.map(|date| date.0));
        let money = converted.map(|converted| converted.money).ok();
        let rate = converted.map(|converted| converted.rate).ok();
        Ok(ConvertedMoney {
            value: money.and_then(|money| money.value()).map(Decimal),
            currency: target.to_string(),
            qualifier: money.and_then(|money| money.qualifier()).map(Word),
            lower: money.and_then(|money| money.lower()).map(Decimal),
            upper: money.and_then(|money| money.upper()).map(Decimal),
            rate: rate.map(|rate| Decimal(rate.rate)),
            rate_date: rate.and_then(|rate| rate.date).map(PartialDate),
            rate_source: rate.map(|rate| Word(rate.source)),
            reason_if_null: converted.err().map(Word),
        })
    }
}

/// Money in another currency, with the rate that made it.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct ConvertedMoney {
    /// The number, rounded half to even to the currency's smallest coin; null when `reasonIfNull` says why.
    value: Option<Decimal>,
    /// The currency. ISO 4217.
    currency: String,
    /// How the number is to be read; a conversion keeps it.
    qualifier: Option<Word<Qualifier>>,
    /// The least that it can be.
    lower: Option<Decimal>,
    /// The most that it can be.
    upper: Option<Decimal>,
    /// Units of this currency for one unit of the original.
    rate: Option<Decimal>,
    /// The month or year that the rate is for; null for a fixed parity.
    rate_date: Option<PartialDate>,
    /// Where the rate comes from.
    rate_source: Option<Word<RateSource>>,
    /// Why there is no number.
    reason_if_null: Option<Word<NoConversion>>,
}
