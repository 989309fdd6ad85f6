//! Conversion of plain amounts: exact rational arithmetic, rounded as in [`RateTable::convert`].

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::converted::ConvertedColumn;
use crate::model::money::Currency;
use crate::model::rate::RateTable;
use crate::store::columns::{AmountColumns, Columns, ODD};

/// Conversion factor of a plain amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Factor {
    /// No rate is known.
    None,
    /// Same currency: nothing is rounded.
    Same,
    /// Converts into the smallest coins of the target.
    Ratio(Ratio),
    /// A ratio too long for integer arithmetic.
    Long,
}

/// Hundredths times `times` divided by `by` are the smallest coins of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ratio {
    times: i64,
    by: i64,
    /// Quotient as a binary fraction, rounded down: a multiplication is much cheaper than a
    /// division.
    quotient: i128,
    /// Number of binary places of the quotient.
    places: u32,
}

impl Ratio {
    fn new(times: i128, by: i128) -> Option<Self> {
        // A plain amount has 54 bits, so its product with either number fits. So does its product
        // with a quotient of 72 bits, which with 54 places is off by less than one coin.
        let (times, by) = (i64::try_from(times).ok()?, i64::try_from(by).ok()?);
        let places = [64, 54].into_iter().find(|places| {
            (i128::from(times) << (places - 1))
                .checked_div(i128::from(by))
                .is_some_and(|q| q < 1 << 71)
        })?;
        // The value before the shift has at most 62 bits, so the shift fits.
        let quotient = (i128::from(times) << places).checked_div(i128::from(by))?;
        (times > 0 && by > 0 && times < 1 << 62).then_some(Self { times, by, quotient, places })
    }

    /// Returns the product, rounded half to even.
    fn apply(self, hundredths: i64) -> i128 {
        let amount = i128::from(hundredths.unsigned_abs());
        let (times, by) = (i128::from(self.times), i128::from(self.by));
        let mut coins = (amount * self.quotient) >> self.places;
        let mut rest = amount * times - coins * by;
        if rest >= by {
            coins += 1;
            rest -= by;
        }
        if 2 * rest > by || (2 * rest == by && coins & 1 == 1) {
            coins += 1;
        }
        if hundredths < 0 { -coins } else { coins }
    }
}

/// Result of converting a plain amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ConvertedAmount {
    /// Units of the target, with [`Converter::digits`] decimals.
    Units(i64),
    /// Must be converted as a decimal.
    Long,
    /// No rate is known.
    NoRate,
}

/// Cache of factors into one currency, valid for one generation.
#[derive(Debug)]
pub(in crate::read) struct Factors {
    /// By currency and date, the index in `all` plus 1; 0 if not yet computed.
    known: Vec<u32>,
    all: Vec<Factor>,
    /// Index of the factor of two rates: all days of a month share one.
    of_rates: HashMap<(Decimal, Decimal), u32>,
}

/// Indices of the first two factors, plus 1.
const NO_RATE: u32 = 1;
const SAME: u32 = 2;

impl Default for Factors {
    fn default() -> Self {
        let all = vec![Factor::None, Factor::Same];
        Self { known: Vec::new(), all, of_rates: HashMap::new() }
    }
}

/// Converts amounts into one currency.
#[derive(Debug)]
pub(super) struct Converter<'a> {
    pub(super) target: Currency,
    pub(super) rates: &'a RateTable,
    /// Decimals of the units: at least two, so that amounts in the target currency are unchanged.
    pub(super) digits: u32,
    columns: &'a Columns,
    pub(super) factors: Factors,
    /// Units per smallest coin.
    coin: i64,
    /// Units per hundredth.
    hundredth: i64,
}

fn ten(power: u32) -> i64 {
    10_i64.checked_pow(power).unwrap_or(1)
}

fn divisor(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl<'a> Converter<'a> {
    /// Creates a converter that starts with cached factors.
    pub(super) fn new(
        target: Currency,
        rates: &'a RateTable,
        columns: &'a Columns,
        mut factors: Factors,
    ) -> Self {
        factors.known.resize(columns.currencies.len() * columns.dates.len(), 0);
        let minor = rates.minor_units(target).min(6);
        let digits = minor.max(2);
        Self {
            target,
            rates,
            digits,
            columns,
            factors,
            coin: ten(digits - minor),
            hundredth: ten(digits - 2),
        }
    }

    /// Converts the amount of a row into units, and adds it to the cached ones; `None` if it is not
    /// plain, must be converted as a decimal, or has no rate.
    pub(super) fn units(
        &mut self,
        rows: &AmountColumns,
        row: u32,
        cached: Option<&ConvertedColumn>,
    ) -> Option<i64> {
        let at = row as usize;
        let value = *rows.value.get(at).filter(|value| **value != ODD)?;
        let ConvertedAmount::Units(units) =
            self.convert(value, *rows.currency.get(at)?, *rows.value_date.get(at)?)
        else {
            return None;
        };
        if let Some(cached) = cached {
            cached.set(row, units);
        }
        Some(units)
    }

    /// Converts hundredths of a currency at the rate of a date, both given by number.
    fn convert(&mut self, hundredths: i64, currency: u16, date: u16) -> ConvertedAmount {
        let at = usize::from(currency) * self.columns.dates.len() + usize::from(date);
        let known = self.factors.known.get(at).copied().unwrap_or(0);
        let place = if known == 0 { self.find(at, currency, date) } else { known };
        let factor = self.factors.all.get(place as usize - 1).copied().unwrap_or(Factor::None);
        let units = match factor {
            Factor::None => return ConvertedAmount::NoRate,
            Factor::Long => None,
            Factor::Same => hundredths.checked_mul(self.hundredth),
            Factor::Ratio(ratio) => {
                let coins = ratio.apply(hundredths);
                i64::try_from(coins).ok().and_then(|coins| coins.checked_mul(self.coin))
            }
        };
        units.map_or(ConvertedAmount::Long, ConvertedAmount::Units)
    }

    fn find(&mut self, at: usize, currency: u16, date: u16) -> u32 {
        let place = self.place(currency, date);
        if let Some(known) = self.factors.known.get_mut(at) {
            *known = place;
        }
        place
    }

    fn place(&mut self, currency: u16, date: u16) -> u32 {
        let currency = self.columns.currencies.get(usize::from(currency)).copied().flatten();
        let date = self.columns.dates.get(usize::from(date)).copied().flatten();
        let Some(currency) = currency else { return NO_RATE };
        if currency == self.target {
            return SAME;
        }
        let Ok(rates) = self.rates.ratio(currency, self.target, date) else {
            return NO_RATE;
        };
        if let Some(place) = self.factors.of_rates.get(&rates) {
            return *place;
        }
        let factor = self.ratio(rates.0, rates.1).unwrap_or(Factor::Long);
        self.factors.all.push(factor);
        let place = u32::try_from(self.factors.all.len()).unwrap_or(u32::MAX);
        self.factors.of_rates.insert(rates, place);
        place
    }

    fn ratio(&self, times: Decimal, by: Decimal) -> Option<Factor> {
        let (times, by) = (times.normalize(), by.normalize());
        let minor = self.rates.minor_units(self.target);
        let power = |n: u32| 10_i128.checked_pow(n);
        let up = times.mantissa().checked_mul(power(minor + by.scale())?)?;
        let down = by.mantissa().checked_mul(power(2 + times.scale())?)?;
        let common = divisor(up, down).max(1);
        let (up, down) = (up / common, down / common);
        Ratio::new(up, down).map(Factor::Ratio)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::money::{Money, Qualifier};
    use crate::model::rate::Rates;
    use proptest::prelude::*;

    fn rates() -> RateTable {
        let of = |currency: &str, minor_units, rate: &str| Rates {
            currency: currency.parse().unwrap(),
            minor_units,
            parity: None,
            months: (1..=12).map(|month| ((2015, month), rate.parse().unwrap())).collect(),
        };
        [of("USD", 2, "1.0854"), of("JPY", 0, "134.12"), of("KWD", 3, "0.3361")]
            .into_iter()
            .collect()
    }

    #[test]
    fn rounding_is_half_to_even() {
        let tenth = Ratio::new(1, 10).unwrap();
        let found: Vec<i128> = [25, 35, -25, -35, 24, 26].map(|n| tenth.apply(n)).to_vec();
        assert_eq!(found, [2, 4, -2, -4, 2, 3]);
    }

    proptest! {
        #[test]
        fn columns_convert_as_money_does(hundredths in -(1_i64 << 53)..(1_i64 << 53), from in 1_u16..4, to in 0_usize..4) {
            let codes = ["EUR", "USD", "JPY", "KWD"].map(|code| code.parse::<Currency>().unwrap());
            let columns = Columns {
                currencies: vec![None, Some(codes[1]), Some(codes[2]), Some(codes[3])],
                dates: vec![None, "2015-06-30".parse().ok()],
                ..Columns::default()
            };
            let rates = rates();
            let mut converter = Converter::new(codes[to], &rates, &columns, Factors::default());
            let currency = columns.currencies[usize::from(from)].unwrap();
            let money = Money::stated(Decimal::new(hundredths, 2), currency, Qualifier::Exact, columns.dates[1]);
            let expected = rates.convert(&money, codes[to], None).unwrap().money.value().unwrap();
            if let ConvertedAmount::Units(units) = converter.convert(hundredths, from, 1) {
                prop_assert_eq!(Decimal::new(units, converter.digits), expected);
            } else {
                prop_assert!(false, "no units");
            }
            prop_assert_eq!(converter.convert(hundredths, from, 0), if currency == codes[to] { ConvertedAmount::Units(hundredths * converter.hundredth) } else { ConvertedAmount::NoRate });
        }
    }
}
