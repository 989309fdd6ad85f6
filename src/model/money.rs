//! Money that says what it knows: exact decimals with currency, date and qualifier, or a told absence.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use super::date::PartialDate;

super::code::codes! {
    /// How a published amount is to be read.
    pub enum Qualifier {
        /// The amount itself.
        Exact = "EXACT",
        /// "More than 2.6 million": a lower bound.
        AtLeast = "AT_LEAST",
        /// "Up to 10": an upper bound.
        AtMost = "AT_MOST",
        /// "Around 15 million": rounded by the source. It bounds the amount neither from below nor from above.
        About = "ABOUT",
    }
}

super::code::codes! {
    /// Why there is no amount. Unknown is never 0.
    pub enum Absence {
        /// The source speaks of the money but not of the amount.
        NotStated = "NOT_STATED",
        /// There can be no amount here.
        NotApplicable = "NOT_APPLICABLE",
        /// The publisher keeps it back.
        Withheld = "WITHHELD",
        /// The source says that it is nothing.
        Zero = "ZERO",
    }
}

/// A currency, by its three letters. Source: ISO 4217.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// A text that is no currency code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a currency; write its three letters of ISO 4217, such as EUR")]
pub struct InvalidCurrency(pub String);

impl Currency {
    /// The euro, through which every conversion goes.
    pub const EUR: Self = Self(*b"EUR");

    /// No currency: of amounts whose source names none. Source: ISO 4217.
    pub const NONE: Self = Self(*b"XXX");

    /// The three letters.
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

/// An amount, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// The source gives a number.
    Stated {
        /// The number in major units (euros, not cents).
        value: Decimal,
        /// How it is to be read.
        qualifier: Qualifier,
        /// What it is counted in.
        currency: Currency,
    },
    /// It does not.
    Absent(Absence),
}

/// Money: an amount or an absence, and the date for which it is valued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// The amount or the absence.
    pub amount: Amount,
    /// The date whose exchange rate applies; `None` when no date is known.
    pub value_date: Option<PartialDate>,
}

impl Money {
    /// Money that a source gives a number for.
    pub fn stated(
        value: Decimal,
        currency: Currency,
        qualifier: Qualifier,
        value_date: Option<PartialDate>,
    ) -> Self {
        Self { amount: Amount::Stated { value, qualifier, currency }, value_date }
    }

    /// Money without an amount.
    pub fn absent(absence: Absence, value_date: Option<PartialDate>) -> Self {
        Self { amount: Amount::Absent(absence), value_date }
    }

    /// The number as published, whatever its qualifier.
    pub fn value(&self) -> Option<Decimal> {
        match self.amount {
            Amount::Stated { value, .. } => Some(value),
            Amount::Absent(_) => None,
        }
    }

    /// The currency, where there is a number.
    pub fn currency(&self) -> Option<Currency> {
        match self.amount {
            Amount::Stated { currency, .. } => Some(currency),
            Amount::Absent(_) => None,
        }
    }

    /// How the number is to be read, where there is one.
    pub fn qualifier(&self) -> Option<Qualifier> {
        match self.amount {
            Amount::Stated { qualifier, .. } => Some(qualifier),
            Amount::Absent(_) => None,
        }
    }

    /// Why there is no number.
    pub fn absence(&self) -> Option<Absence> {
        match self.amount {
            Amount::Stated { .. } => None,
            Amount::Absent(absence) => Some(absence),
        }
    }

    /// The least that it can be; `None` when nothing bounds it from below, as of `AT_MOST` and `ABOUT`.
    pub fn lower(&self) -> Option<Decimal> {
        match self.amount {
            Amount::Stated { qualifier: Qualifier::AtMost | Qualifier::About, .. } => None,
            Amount::Stated { value, .. } => Some(value),
            Amount::Absent(Absence::Zero) => Some(Decimal::ZERO),
            Amount::Absent(_) => None,
        }
    }

    /// The most that it can be; `None` when nothing bounds it from above, as of `AT_LEAST` and `ABOUT`.
    pub fn upper(&self) -> Option<Decimal> {
        match self.amount {
            Amount::Stated { qualifier: Qualifier::AtLeast | Qualifier::About, .. } => None,
            Amount::Stated { value, .. } => Some(value),
            Amount::Absent(Absence::Zero) => Some(Decimal::ZERO),
            Amount::Absent(_) => None,
        }
    }

    /// Exactly so much money, valued on the same date.
    #[must_use]
    pub fn with_exact(&self, value: Decimal, currency: Currency) -> Self {
        Self::stated(value, currency, Qualifier::Exact, self.value_date)
    }

    /// The same money with another number and currency, for a conversion; absences stay.
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
    /// The printed form never drops the qualifier: `more than 2600000 EUR`.
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
    fn a_lower_bound_stays_one() {
        let money = Money::stated(2_600_000.into(), Currency::EUR, Qualifier::AtLeast, None);
        assert_eq!((money.lower(), money.upper()), (Some(2_600_000.into()), None));
        assert_eq!(money.to_string(), "more than 2600000 EUR");
    }

    #[test]
    fn about_bounds_nothing() {
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
    fn currencies_are_three_capitals() {
        assert_eq!("XOF".parse::<Currency>().unwrap().as_str(), "XOF");
        for text in ["", "eur", "EURO", "E R", "€"] {
            assert!(text.parse::<Currency>().is_err(), "{text}");
        }
    }
}
