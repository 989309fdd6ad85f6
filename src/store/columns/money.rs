//! Amounts as integers of hundredths, and the few that need more.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::model::code::Code;
use crate::model::date::PartialDate;
use crate::model::money::{Absence, Amount, Currency, Money, Qualifier};

/// Marks an amount that is stored in [`AmountColumns::odd`](super::AmountColumns::odd).
pub const ODD: i64 = i64::MIN;
/// Largest plain amount in hundredths, so that billions of shares of them still add up.
pub const LARGEST: i64 = 1 << 53;

/// An amount that is not an exact number of at most two decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Odd {
    /// The decimal in its 16-byte serialisation.
    number: [u8; 16],
    /// Index of the qualifier.
    qualifier: u8,
    /// Index of the absence plus 1; 0 for a number.
    absence: u8,
}

fn place<T: Code>(value: T) -> u8 {
    let place = T::VALUES.iter().position(|other| *other == value);
    place.and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX)
}

impl Odd {
    /// Wraps a stated number.
    pub(super) fn stated(value: Decimal, qualifier: Qualifier) -> Self {
        Self { number: value.serialize(), qualifier: place(qualifier), absence: 0 }
    }

    /// Converts to money.
    pub(super) fn money(
        self,
        currency: Option<Currency>,
        value_date: Option<PartialDate>,
    ) -> Option<Money> {
        let amount = match self.absence.checked_sub(1) {
            Some(absence) => Amount::Absent(*Absence::VALUES.get(usize::from(absence))?),
            None => Amount::Stated {
                value: Decimal::deserialize(self.number),
                qualifier: *Qualifier::VALUES.get(usize::from(self.qualifier))?,
                currency: currency?,
            },
        };
        Some(Money { amount, value_date, currency_words: None })
    }
}

/// Splits money into hundredths, or into an [`Odd`] amount.
pub(super) fn split(money: &Money) -> Result<i64, Odd> {
    match money.amount {
        Amount::Stated { value, qualifier, .. } => {
            let plain = hundredths(value).filter(|_| qualifier == Qualifier::Exact);
            plain.ok_or(Odd::stated(value, qualifier))
        }
        Amount::Absent(absence) => {
            Err(Odd { number: [0; 16], qualifier: 0, absence: place(absence).saturating_add(1) })
        }
    }
}

fn hundredths(value: Decimal) -> Option<i64> {
    let value = value.normalize();
    let missing = 2_u32.checked_sub(value.scale())?;
    let hundredths = value.mantissa().checked_mul(10_i128.checked_pow(missing)?)?;
    i64::try_from(hundredths).ok().filter(|h| h.abs() <= LARGEST)
}

/// Converts hundredths to money.
pub(super) fn plain(hundredths: i64, currency: Currency, value_date: Option<PartialDate>) -> Money {
    let value = Decimal::new(hundredths, 2).normalize();
    Money::stated(value, currency, Qualifier::Exact, value_date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_decimals_are_inline_and_others_are_exact() {
        let euros = |text: &str, qualifier| {
            Money::stated(text.parse().unwrap(), Currency::EUR, qualifier, None)
        };
        assert_eq!(split(&euros("-12.50", Qualifier::Exact)), Ok(-1250));
        assert_eq!(split(&euros("7", Qualifier::Exact)), Ok(700));
        for money in [
            euros("1.234567", Qualifier::Exact),
            euros("5", Qualifier::AtLeast),
            euros("99999999999999999", Qualifier::Exact),
            Money::absent(Absence::Withheld, None),
        ] {
            let odd = split(&money).unwrap_err();
            assert_eq!(odd.money(Some(Currency::EUR), None), Some(money));
        }
    }
}
