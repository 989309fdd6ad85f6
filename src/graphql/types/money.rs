//! Amounts of money and their conversion.

use async_graphql::{Context, Object, SimpleObject};

use crate::graphql::code_enum::CodeEnum;
use crate::graphql::context::{known_currency, reader};
use crate::graphql::error::ApiResult;
use crate::graphql::scalar::{Decimal, PartialDate};
use crate::model::money::{Absence, Money as Amount, Qualifier};
use crate::model::rate::{NoConversion, RateSource};

/// Exact amount of money with its qualifier, or the reason for its absence. Unknown is never 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Money(pub(in crate::graphql) Amount);

/// Exact amount of money with its qualifier, or the reason for its absence. Unknown is never 0.
#[Object(serial)]
impl Money {
    /// Number as published, in major units (euros, not cents); null when there is an `absence`.
    async fn value(&self) -> Option<Decimal> {
        self.0.value().map(Decimal)
    }

    /// Currency of the number. ISO 4217, or three letters of the source that are not a currency; `XXX` when none is known.
    async fn currency(&self) -> Option<String> {
        self.0.currency().map(|currency| currency.to_string())
    }

    /// True if the source names a currency that ISO 4217 lists or listed: false for `CFA`, true for `ITL`. Null when the source
    /// names none, or there is no number. A currency off the list is never converted.
    async fn currency_on_codelist(&self) -> Option<bool> {
        self.0.is_currency_known()
    }

    /// Text in place of a currency code that names no currency, such as `$`; the amount is then in `XXX`.
    async fn currency_as_published(&self) -> Option<String> {
        self.0.currency_words.map(|words| words.as_str().to_owned())
    }

    /// Reading of the number: "more than 2.6 million" is `AT_LEAST`.
    async fn qualifier(&self) -> Option<CodeEnum<Qualifier>> {
        self.0.qualifier().map(CodeEnum)
    }

    /// Reason for the missing number.
    async fn absence(&self) -> Option<CodeEnum<Absence>> {
        self.0.absence().map(CodeEnum)
    }

    /// Lower bound, inclusive; null when there is none, as for `AT_MOST` and `ABOUT`.
    async fn lower(&self) -> Option<Decimal> {
        self.0.lower().map(Decimal)
    }

    /// Upper bound, inclusive; null when there is none, as for `AT_LEAST` and `ABOUT`.
    async fn upper(&self) -> Option<Decimal> {
        self.0.upper().map(Decimal)
    }

    /// Valuation date, whose exchange rate applies.
    async fn value_date(&self) -> Option<PartialDate> {
        self.0.value_date.map(PartialDate)
    }

    /// Amount in words, always with its qualifier: `more than 2600000 EUR`, `not stated`.
    async fn display(&self) -> String {
        self.0.to_string()
    }

    /// Same money in another currency, with the exchange rate, or the reason why it cannot be converted.
    async fn convert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Target currency. ISO 4217.")] to: String,
        #[graphql(desc = "Date whose rate applies. Default: the valuation date of the money.")] on: Option<PartialDate>,
    ) -> ApiResult<ConvertedMoney> {
        self.converted(ctx, &to, on)
    }
}

impl Money {
    pub(in crate::graphql) fn converted(
        &self,
        ctx: &Context<'_>,
        to: &str,
        on: Option<PartialDate>,
    ) -> ApiResult<ConvertedMoney> {
        let reader = reader(ctx)?;
        let target = known_currency(reader, to)?;
        let converted = reader.rates().convert(&self.0, target, on.map(|date| date.0));
        let money = converted.map(|converted| converted.money).ok();
        let rate = converted.map(|converted| converted.rate).ok();
        Ok(ConvertedMoney {
            value: money.and_then(|money| money.value()).map(Decimal),
            currency: target.to_string(),
            qualifier: money.and_then(|money| money.qualifier()).map(CodeEnum),
            lower: money.and_then(|money| money.lower()).map(Decimal),
            upper: money.and_then(|money| money.upper()).map(Decimal),
            rate: rate.map(|rate| Decimal(rate.rate)),
            rate_date: rate.and_then(|rate| rate.date).map(PartialDate),
            rate_source: rate.map(|rate| CodeEnum(rate.source)),
            reason_if_null: converted.err().map(CodeEnum),
        })
    }
}

/// Money in another currency, with the exchange rate.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct ConvertedMoney {
    /// Number, rounded half to even to the smallest unit of the currency; null when there is a `reasonIfNull`.
    value: Option<Decimal>,
    /// Target currency. ISO 4217.
    currency: String,
    /// Qualifier of the number, unchanged by the conversion.
    qualifier: Option<CodeEnum<Qualifier>>,
    /// Lower bound; null when there is none.
    lower: Option<Decimal>,
    /// Upper bound; null when there is none.
    upper: Option<Decimal>,
    /// Units of the target currency for one unit of the original.
    rate: Option<Decimal>,
    /// Month or year of the rate; null for a fixed parity.
    rate_date: Option<PartialDate>,
    /// Source of the rate.
    rate_source: Option<CodeEnum<RateSource>>,
    /// Reason for the missing number.
    reason_if_null: Option<CodeEnum<NoConversion>>,
}
