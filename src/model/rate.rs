//! Exchange rates and traceable currency conversion.
//!
//! Every conversion goes through the euro: by parities fixed by law, or by monthly means of the European Central Bank's
//! daily reference rates. A date that is only a year uses the mean of that year's months.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use super::date::{PartialDate, Precision};
use super::money::{Currency, Money};

super::code::codes! {
    /// Source of an exchange rate.
    pub enum RateSource {
        /// Both currencies are the same.
        Identity = "IDENTITY",
        /// A legally fixed parity with the euro.
        FixedParity = "FIXED_PARITY",
        /// The monthly mean of the ECB's daily reference rates.
        EcbMonthlyMean = "ECB_MONTHLY_MEAN",
        /// The annual mean of the monthly means, for a date that is only a year.
        EcbAnnualMean = "ECB_ANNUAL_MEAN",
    }
}

super::code::codes! {
    /// Reason why money cannot be converted.
    pub enum NoConversion {
        /// There is no amount to convert.
        NoAmount = "NO_AMOUNT",
        /// No valuation date is known, and none was requested.
        NoDate = "NO_DATE",
        /// No rate is known for the currency on that date.
        NoRate = "NO_RATE",
        /// The amount is too large to convert exactly.
        Overflow = "OVERFLOW",
    }
}

/// Fixed parity with the euro.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parity {
    /// Units of the currency for one euro.
    pub rate: Decimal,
    /// First date of validity, inclusive.
    pub from: PartialDate,
    /// Last date of validity, inclusive; `None` while it is valid.
    pub until: Option<PartialDate>,
}

/// Rates of one currency, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Currency of the rates.
    pub currency: Currency,
    /// Number of decimal places of the currency. Source: ISO 4217.
    pub minor_units: u32,
    /// Parity with the euro, if one is fixed by law.
    pub parity: Option<Parity>,
    /// Units of the currency for one euro by (year, month): monthly means of the daily reference rates.
    pub months: BTreeMap<(u16, u8), Decimal>,
}

/// Exchange rate with its date and source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Units of the target currency for one unit of the origin.
    pub rate: Decimal,
    /// Month or year of the rate; `None` for an identity or a fixed parity.
    pub date: Option<PartialDate>,
    /// Source of the rate; of two rates, that of the less certain one.
    pub source: RateSource,
}

/// Converted money with the applied rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Converted {
    /// Converted money, rounded half to even to the target's decimal places; qualifier and date are retained.
    pub money: Money,
    /// Applied rate.
    pub rate: Rate,
}

/// Rates of all currencies of a dataset.
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
    /// Returns true if the currency is known.
    pub fn knows(&self, currency: Currency) -> bool {
        currency == Currency::EUR || self.currencies.contains_key(&currency)
    }

    /// Converts money into a currency at the rate of `on`, otherwise of its own valuation date.
    ///
    /// # Errors
    /// [`NoConversion`] with the reason; a failed conversion is never 0.
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
        let value = self.rounded(value, (target.rate, origin.rate), to)?;
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

    /// Converts money as [`RateTable::convert`] does, without the rate; `None` if it cannot be converted.
    pub fn money(&self, money: &Money, to: Currency) -> Option<Money> {
        let (value, from) = money.value().zip(money.currency())?;
        if from == to {
            return Some(*money);
        }
        let ratio = self.ratio(from, to, money.value_date).ok()?;
        Some(money.with_value(self.rounded(value, ratio, to).ok()?, to))
    }

    /// Applies a multiplier and a divisor, and rounds half to even to the decimal places of a currency.
    fn rounded(
        &self,
        value: Decimal,
        (times, by): (Decimal, Decimal),
        to: Currency,
    ) -> Result<Decimal, NoConversion> {
        // Multiply first: a parity must give the exact product, not the product of a rounded quotient.
        let quotient = value.checked_mul(times).and_then(|product| product.checked_div(by));
        let places = self.minor_units(to);
        let quotient = quotient.ok_or(NoConversion::Overflow)?;
        Ok(quotient
            .round_dp_with_strategy(places, RoundingStrategy::MidpointNearestEven)
            .normalize())
    }

    /// Returns the conversion between two currencies on a date: the multiplier, then the divisor.
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

    /// Returns the number of decimal places of a currency; 2 for an unknown one.
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
            // A parity in force needs no date; every other rate does.
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
    /// Returns the mean of a year's months; `None` with fewer than twelve known months, since a part is not the whole.
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
    fn money_is_converted_alike_with_and_without_its_rate() {
        let table = table();
        for (code, date) in [
            ("USD", "2015-01-20"),
            ("USD", "1980"),
            ("XOF", "2015"),
            ("EUR", "2015"),
            ("ZZZ", "2015"),
        ] {
            let value = "1234.565".parse().unwrap();
            let money = Money::stated(value, currency(code), Qualifier::About, date.parse().ok());
            for to in [Currency::EUR, currency("XOF")] {
                let whole = table.convert(&money, to, None).ok().map(|converted| converted.money);
                assert_eq!(table.money(&money, to), whole, "{code} {date}");
            }
        }
        assert_eq!(table.money(&Money::absent(Absence::NotStated, None), Currency::EUR), None);
    }

    #[test]
    fn failed_conversions_give_the_reason() {
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
