//! Money: exact decimals with currency, valuation date and qualifier, or a stated absence.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use super::currency::{self, CurrencyWords};
use super::date::PartialDate;

super::code::codes! {
    /// Interpretation of a published amount.
    pub enum Qualifier {
        /// The exact amount.
        Exact = "EXACT",
        /// A lower bound: "more than 2.6 million".
        AtLeast = "AT_LEAST",
        /// An upper bound: "up to 10".
        AtMost = "AT_MOST",
        /// A value rounded by the source: "around 15 million". It is neither a lower nor an upper bound.
        About = "ABOUT",
    }
}

super::code::codes! {
    /// Reason for an absent amount. Unknown is never 0.
    pub enum Absence {
        /// The source mentions the money without an amount.
        NotStated = "NOT_STATED",
        /// An amount is impossible here.
        NotApplicable = "NOT_APPLICABLE",
        /// The publisher withholds it.
        Withheld = "WITHHELD",
        /// The source states zero.
        Zero = "ZERO",
    }
}

/// Currency code of three letters. Source: ISO 4217.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Error for a text that is not a currency code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a currency; write its three letters of ISO 4217, such as EUR")]
pub struct InvalidCurrency(pub String);

impl Currency {
    /// The euro, the pivot of every conversion.
    pub const EUR: Self = Self(*b"EUR");

    /// No currency: amounts whose source names none. Source: ISO 4217.
    pub const NONE: Self = Self(*b"XXX");

    /// Returns true if ISO 4217 lists or listed it.
    pub fn is_known(&self) -> bool {
        currency::is_known(self.as_str())
    }

    /// Returns the three letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Currency {
    type Err = InvalidCurrency;

    fn from_str(text: &str) -> Result<Self, InvalidCurrency> {
        <[u8; 3]>::try_from(text.as_bytes())
            .ok()
            .filter(|letters| letters.iter().all(u8::is_ascii_uppercase))
            .map(Self)
            .ok_or_else(|| InvalidCurrency(text.to_owned()))
    }
}

/// Amount, or the reason for its absence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Amount stated by the source.
    Stated {
        /// Value in major units (euros, not cents).
        value: Decimal,
        /// Interpretation of the value.
        qualifier: Qualifier,
        /// Currency of the value.
        currency: Currency,
    },
    /// Reason for the absent amount.
    Absent(Absence),
}

/// Amount or absence, with its valuation date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// Amount, or the reason for its absence.
    pub amount: Amount,
    /// Date of the applicable exchange rate; `None` when no date is known.
    pub value_date: Option<PartialDate>,
    /// Text of the source in place of a currency code that names none: the amount is in [`Currency::NONE`].
    pub currency_words: Option<CurrencyWords>,
}

impl Money {
    /// Returns money with a stated amount.
    pub fn stated(
        value: Decimal,
        currency: Currency,
        qualifier: Qualifier,
        value_date: Option<PartialDate>,
    ) -> Self {
        let amount = Amount::Stated { value, qualifier, currency };
        Self { amount, value_date, currency_words: None }
    }

    /// Returns money without an amount.
    pub fn absent(absence: Absence, value_date: Option<PartialDate>) -> Self {
        Self { amount: Amount::Absent(absence), value_date, currency_words: None }
    }

    /// Returns true if ISO 4217 lists or listed the currency that the source names; `None` when it names none, or there is no number.
    pub fn is_currency_known(&self) -> Option<bool> {
        let currency = self.currency()?;
        if self.currency_words.is_some() {
            return Some(false);
        }
        (currency != Currency::NONE).then(|| currency.is_known())
    }

    /// Returns the value as published, regardless of its qualifier.
    pub fn value(&self) -> Option<Decimal> {
        match self.amount {
            Amount::Stated { value, .. } => Some(value),
            Amount::Absent(_) => None,
        }
    }

    /// Returns the currency of a stated amount.
    pub fn currency(&self) -> Option<Currency> {
        match self.amount {
            Amount::Stated { currency, .. } => Some(currency),
            Amount::Absent(_) => None,
        }
    }

    /// Returns the qualifier of a stated amount.
    pub fn qualifier(&self) -> Option<Qualifier> {
        match self.amount {
            Amount::Stated { qualifier, .. } => Some(qualifier),
            Amount::Absent(_) => None,
        }
    }

    /// Returns the reason for an absent amount.
    pub fn absence(&self) -> Option<Absence> {
        match self.amount {
            Amount::Stated { .. } => None,
            Amount::Absent(absence) => Some(absence),
        }
    }

    /// Returns the lower bound; `None` for unbounded amounts, such as `AT_MOST` and `ABOUT`.
    pub fn lower(&self) -> Option<Decimal> {
        match self.amount {
            Amount::Stated { qualifier: Qualifier::AtMost | Qualifier::About, .. } => None,
            Amount::Stated { value, .. } => Some(value),
            Amount::Absent(Absence::Zero) => Some(Decimal::ZERO),
            Amount::Absent(_) => None,
        }
    }

    /// Returns the upper bound; `None` for unbounded amounts, such as `AT_LEAST` and `ABOUT`.
    pub fn upper(&self) -> Option<Decimal> {
        match self.amount {
            Amount::Stated { qualifier: Qualifier::AtLeast | Qualifier::About, .. } => None,
            Amount::Stated { value, .. } => Some(value),
            Amount::Absent(Absence::Zero) => Some(Decimal::ZERO),
            Amount::Absent(_) => None,
        }
    }

    /// Returns an exact amount with the same valuation date.
    #[must_use]
    pub fn with_exact(&self, value: Decimal, currency: Currency) -> Self {
        Self::stated(value, currency, Qualifier::Exact, self.value_date)
    }

    /// Returns the same money with another value and currency, for conversions; absences stay.
    #[must_use]
    pub fn with_value(&self, value: Decimal, currency: Currency) -> Self {
        match self.amount {
            Amount::Stated { qualifier, .. } => {
                Self::stated(value, currency, qualifier, self.value_date)
            }
            Amount::Absent(_) => *self,
        }
    }
}

impl fmt::Display for Money {
    /// Formats the amount with its qualifier: `more than 2600000 EUR`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.amount {
            Amount::Stated { value, qualifier, currency } => {
                let word = match qualifier {
                    Qualifier::Exact => "",
                    Qualifier::AtLeast => "more than ",
                    Qualifier::AtMost => "at most ",
                    Qualifier::About => "about ",
                };
                write!(f, "{word}{value} {currency}")
            }
            Amount::Absent(Absence::NotStated) => f.write_str("not stated"),
            Amount::Absent(Absence::NotApplicable) => f.write_str("not applicable"),
            Amount::Absent(Absence::Withheld) => f.write_str("withheld"),
            Amount::Absent(Absence::Zero) => f.write_str("nothing"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lower_bound_stays_a_lower_bound() {
        let money = Money::stated(2_600_000.into(), Currency::EUR, Qualifier::AtLeast, None);
        assert_eq!((money.lower(), money.upper()), (Some(2_600_000.into()), None));
        assert_eq!(money.to_string(), "more than 2600000 EUR");
    }

    #[test]
    fn approximate_amounts_have_no_bounds() {
        let money = Money::stated(15_000_000.into(), Currency::EUR, Qualifier::About, None);
        assert_eq!((money.lower(), money.upper()), (None, None));
        assert_eq!(money.value(), Some(15_000_000.into()));
    }

    #[test]
    fn an_absence_is_not_zero() {
        let money = Money::absent(Absence::NotStated, None);
        assert_eq!((money.value(), money.lower(), money.upper()), (None, None, None));
        assert_eq!(Money::absent(Absence::Zero, None).upper(), Some(Decimal::ZERO));
    }

    #[test]
    fn currencies_are_three_capital_letters() {
        assert_eq!("XOF".parse::<Currency>().unwrap().as_str(), "XOF");
        for text in ["", "eur", "EURO", "E R", "€"] {
            assert!(text.parse::<Currency>().is_err(), "{text}");
        }
    }
}
