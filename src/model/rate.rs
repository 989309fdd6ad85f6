//! Exchange rates, and conversions that explain themselves.
//!
//! Everything goes through the euro: parities that a law fixes, and the monthly means of the European Central
//! Bank's daily reference rates. A date that is only a year takes the mean of that year's months.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use super::date::{PartialDate, Precision};
use super::money::{Currency, Money};

super::code::codes! {
    /// Where a rate comes from.
    pub enum RateSource {
        /// Both currencies are the same.
        Identity = "IDENTITY",
        /// A parity with the euro that a law fixes.
        FixedParity = "FIXED_PARITY",
        /// The mean of the ECB's daily reference rates in a month.
        EcbMonthlyMean = "ECB_MONTHLY_MEAN",
        /// The mean of a year's monthly means, for a date that is only a year.
        EcbAnnualMean = "ECB_ANNUAL_MEAN",
    }
}

super::code::codes! {
    /// Why money could not be converted.
    pub enum NoConversion {
        /// There is no amount to convert.
        NoAmount = "NO_AMOUNT",
        /// No value date is known, and none was asked for.
        NoDate = "NO_DATE",
        /// No rate is known for the currency on that date.
        NoRate = "NO_RATE",
        /// The amount is too large to convert exactly.
        Overflow = "OVERFLOW",
    }
}

/// A parity with the euro.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parity {
    /// Units of the currency for one euro.
    pub rate: Decimal,
    /// First day on which it holds.
    pub from: PartialDate,
    /// Last day on which it held; `None` while it holds.
    pub until: Option<PartialDate>,
}

/// What is known of one currency's price: the record that the store keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rates {
    /// The currency.
    pub currency: Currency,
    /// Digits after the point in its smallest coin. Source: ISO 4217.
    pub minor_units: u32,
    /// Its parity with the euro, if a law fixes one.
    pub parity: Option<Parity>,
    /// Units for one euro by (year, month): means of the daily reference rates.
    pub months: BTreeMap<(u16, u8), Decimal>,
}

/// A rate, and how it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Units of the target for one unit of the origin.
    pub rate: Decimal,
    /// The month or year that it is for; `None` for an identity or a fixed parity.
    pub date: Option<PartialDate>,
    /// Where it comes from; of two rates, the less certain one is named.
    pub source: RateSource,
}

/// Money in another currency, with the rate that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Converted {
    /// The money, rounded half to even to the target's smallest coin; qualifier and date are kept.
    pub money: Money,
    /// The rate.
    pub rate: Rate,
}

/// All rates of a dataset.
#[derive(Clone, Debug, Default)]
pub struct RateTable {
    currencies: BTreeMap<Currency, Rates>,
}

impl FromIterator<Rates> for RateTable {
    fn from_iter<I: IntoIterator<Item = Rates>>(rates: I) -> Self {
        Self { currencies: rates.into_iter().map(|r| (r.currency, r)).collect() }
    }
}

impl RateTable {
    /// Whether the currency is known at all.
    pub fn knows(&self, currency: Currency) -> bool {
        currency == Currency::EUR || self.currencies.contains_key(&currency)
    }

    /// Converts money into a currency at the rate of `on`, or of its own value date.
    ///
    /// # Errors
    /// [`NoConversion`] says why there is no result; it is never 0.
    pub fn convert(
        &self,
        money: &Money,
        to: Currency,
        on: Option<PartialDate>,
    ) -> Result<Converted, NoConversion> {
        let (Some(value), Some(from)) = (money.value(), money.currency()) else {
            return Err(NoConversion::NoAmount);
        };
        if from == to {
            let rate = Rate { rate: Decimal::ONE, date: None, source: RateSource::Identity };
            return Ok(Converted { money: *money, rate });
        }
        let date = on.or(money.value_date);
        let origin = self.per_euro(from, date)?;
        let target = self.per_euro(to, date)?;
        // Multiply first: a parity must give the exact product, not the product of a rounded quotient.
        let value = value
            .checked_mul(target.rate)
            .and_then(|product| product.checked_div(origin.rate))
            .ok_or(NoConversion::Overflow)?
            .round_dp_with_strategy(self.minor_units(to), RoundingStrategy::MidpointNearestEven)
            .normalize();
        let rate = target.rate.checked_div(origin.rate).ok_or(NoConversion::Overflow)?;
        let less_certain = if origin.source > target.source { origin } else { target };
        Ok(Converted {
            money: money.with_value(value, to),
            rate: Rate {
                rate: rate.normalize(),
                date: less_certain.date,
                source: less_certain.source,
            },
        })
    }

    /// What converts between two currencies on a date: the number to multiply by, then the one to divide by.
    ///
    /// # Errors
    /// As [`RateTable::convert`].
    pub fn ratio(
        &self,
        from: Currency,
        to: Currency,
        date: Option<PartialDate>,
    ) -> Result<(Decimal, Decimal), NoConversion> {
        if from == to {
            return Ok((Decimal::ONE, Decimal::ONE));
        }
        let origin = self.per_euro(from, date)?;
        Ok((self.per_euro(to, date)?.rate, origin.rate))
    }

    /// Digits after the point in the smallest coin; 2 for a currency that is not known.
    pub fn minor_units(&self, currency: Currency) -> u32 {
        self.currencies.get(&currency).map_or(2, |rates| rates.minor_units)
    }

    fn per_euro(
        &self,
        currency: Currency,
        date: Option<PartialDate>,
    ) -> Result<Rate, NoConversion> {
        if currency == Currency::EUR {
            return Ok(Rate { rate: Decimal::ONE, date: None, source: RateSource::Identity });
        }
        let rates = self.currencies.get(&currency).ok_or(NoConversion::NoRate)?;
        let fixed = |parity: Parity| Rate {
            rate: parity.rate,
            date: None,
            source: RateSource::FixedParity,
        };
        let Some(date) = date else {
            // A parity that still holds needs no date; every other rate does.
            return rates
                .parity
                .filter(|p| p.until.is_none())
                .map(fixed)
                .ok_or(NoConversion::NoDate);
        };
        let holds = |p: &Parity| {
            p.from.first_day() <= date.last_day()
                && p.until.is_none_or(|until| date.first_day() <= until.last_day())
        };
        if let Some(parity) = rates.parity.filter(holds) {
            return Ok(fixed(parity));
        }
        match (date.precision(), date.month()) {
            (Precision::Month | Precision::Day, Some(month)) => rates
                .months
                .get(&(date.year(), month))
                .map(|rate| Rate {
                    rate: *rate,
                    date: month_of(date),
                    source: RateSource::EcbMonthlyMean,
                })
                .ok_or(NoConversion::NoRate),
            _ => rates.annual_mean(date.year()).ok_or(NoConversion::NoRate),
        }
    }
}

impl Rates {
    /// The mean of a year's months. A year of which fewer than twelve are known has none: a part is not the whole.
    fn annual_mean(&self, year: u16) -> Option<Rate> {
        let months: Vec<Decimal> =
            self.months.range((year, 1)..=(year, 12)).map(|(_, rate)| *rate).collect();
        if months.len() < 12 {
            return None;
        }
        let rate = months.iter().sum::<Decimal>().checked_div(Decimal::from(12))?;
        Some(Rate { rate, date: PartialDate::from_year(year), source: RateSource::EcbAnnualMean })
    }
}

fn month_of(date: PartialDate) -> Option<PartialDate> {
    PartialDate::from_month(date.year(), date.month()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::money::{Absence, Qualifier};

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    fn table() -> RateTable {
        let xof = Rates {
            currency: currency("XOF"),
            minor_units: 0,
            parity: Some(Parity {
                rate: "655.957".parse().unwrap(),
                from: "1999".parse().unwrap(),
                until: None,
            }),
            months: BTreeMap::new(),
        };
        let usd = Rates {
            currency: currency("USD"),
            minor_units: 2,
            parity: None,
            months: (1..=12).map(|m| ((2015, m), Decimal::new(110 + i64::from(m), 2))).collect(),
        };
        [xof, usd].into_iter().collect()
    }

    #[test]
    fn fifty_five_million_euros_are_the_published_francs() {
        let euros = Money::stated(55_000_000.into(), Currency::EUR, Qualifier::Exact, None);
        let francs = table().convert(&euros, currency("XOF"), None).unwrap();
        assert_eq!(francs.money.value(), Some(Decimal::from(36_077_635_000_i64)));
        assert_eq!(francs.rate.source, RateSource::FixedParity);
    }

    #[test]
    fn two_value_dates_give_two_results() {
        let at = |date: &str| {
            Money::stated(111.into(), currency("USD"), Qualifier::AtLeast, date.parse().ok())
        };
        let convert = |date: &str| table().convert(&at(date), Currency::EUR, None).unwrap();
        assert_eq!(convert("2015-01-20").money.value(), Some(100.into()));
        assert_ne!(convert("2015-06").money.value(), Some(100.into()));
        assert_eq!(convert("2015").rate.source, RateSource::EcbAnnualMean);
        assert_eq!(convert("2015-01-20").money.qualifier(), Some(Qualifier::AtLeast));
    }

    #[test]
    fn what_cannot_be_converted_says_why() {
        let table = table();
        let usd = Money::stated(1.into(), currency("USD"), Qualifier::Exact, None);
        assert_eq!(table.convert(&usd, Currency::EUR, None), Err(NoConversion::NoDate));
        assert_eq!(
            table.convert(&usd, Currency::EUR, "2016".parse().ok()),
            Err(NoConversion::NoRate)
        );
        assert_eq!(
            table.convert(&usd, currency("ZZZ"), "2015".parse().ok()),
            Err(NoConversion::NoRate)
        );
        let absent = Money::absent(Absence::NotStated, None);
        assert_eq!(table.convert(&absent, Currency::EUR, None), Err(NoConversion::NoAmount));
    }
}
