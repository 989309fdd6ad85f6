//! The four columns of money: an amount with currency and qualifier, or a reason why there is none.

use rust_decimal::Decimal;

use super::row::Row;
use super::sheet::Target;
use crate::ingest::problem::ProblemCode;
use crate::model::date::PartialDate;
use crate::model::money::{Absence, Amount, Currency, Money, Qualifier};

/// The columns of money, in order.
const COLUMNS: [&str; 4] = ["amount", "currency", "qualifier", "absence"];

impl Row<'_> {
    /// Money that must be there, or be said to be absent.
    pub(super) fn money(&mut self, value_date: Option<PartialDate>) -> Option<Money> {
        let is_missing = |column: &str| self.cell(column).is_empty() && !self.is_faulty(column);
        if COLUMNS.iter().all(|column| is_missing(column)) {
            let help = "write an amount, or a reason under `absence`: NOT_STATED when the source does not say";
            let message = "there is neither an amount nor a reason why there is none";
            self.error(ProblemCode::MissingAmount, "amount", message, Some(help.to_owned()));
            return None;
        }
        self.optional_money(value_date)
    }

    /// Money, or nothing said of it: all four cells empty.
    pub(super) fn optional_money(&mut self, value_date: Option<PartialDate>) -> Option<Money> {
        let [amount, currency, qualifier, absence] = COLUMNS.map(|column| self.cell(column));
        let value = self.decimal("amount");
        let currency_code: Option<Currency> = self.optional_reference("currency", Target::Currency);
        let qualifier_word: Option<Qualifier> = self.optional_word("qualifier");
        let absence_word: Option<Absence> = self.optional_word("absence");
        if let Some(value) = value.filter(Decimal::is_sign_negative) {
            let message = format!("an amount must not be negative, this one is {value}");
            self.error(ProblemCode::NegativeAmount, "amount", message, None);
        }
        if value.is_some_and(|value| value.is_zero()) {
            self.zero("amount", "absence", "leave amount, currency and qualifier empty");
        }
        if COLUMNS.iter().any(|column| self.is_faulty(column)) {
            return None; // what the others lack cannot be told
        }
        if amount.is_empty() {
            self.without_amount(currency, qualifier, absence);
        } else {
            self.with_amount(currency, absence);
        }
        let stated = value.zip(currency_code).map(|(value, currency)| Amount::Stated {
            value,
            qualifier: qualifier_word.unwrap_or(Qualifier::Exact),
            currency,
        });
        let amount = stated.or(absence_word.map(Amount::Absent))?;
        Some(Money { amount, value_date })
    }

    /// Notes a zero, which is the absence ZERO and no amount.
    pub(super) fn zero(&mut self, column: &str, absence: &str, empty: &str) {
        let message = format!("`{}` is no `{column}`: zero is an absence", self.cell(column));
        let help = format!(
            "{empty}, and write ZERO under `{absence}`; where the source does not say, write NOT_STATED"
        );
        self.error(ProblemCode::ZeroAmount, column, message, Some(help));
    }

    fn with_amount(&mut self, currency: &str, absence: &str) {
        if currency.is_empty() {
            let help = "write its three letters of ISO 4217, such as EUR".to_owned();
            let message = "there is an amount without a currency";
            self.error(ProblemCode::AmountWithoutCurrency, "currency", message, Some(help));
        }
        if !absence.is_empty() {
            let message = "there is an amount, and a reason why there is none";
            let help = "keep one of the two".to_owned();
            self.error(ProblemCode::AmountAndAbsence, "absence", message, Some(help));
        }
    }

    fn without_amount(&mut self, currency: &str, qualifier: &str, absence: &str) {
        if !currency.is_empty() {
            let message = "there is a currency without an amount";
            self.error(ProblemCode::CurrencyWithoutAmount, "currency", message, None);
        }
        if !qualifier.is_empty() {
            let message = "there is a qualifier without an amount";
            self.error(ProblemCode::QualifierWithoutAmount, "qualifier", message, None);
        }
        if absence.is_empty() && (!currency.is_empty() || !qualifier.is_empty()) {
            let help = "write the amount, or only a reason under `absence`".to_owned();
            let message = "there is neither an amount nor a reason why there is none";
            self.error(ProblemCode::MissingAmount, "amount", message, Some(help));
        }
    }
}

/// The least that a check takes an amount for: one that is ABOUT a number as that number, since the check looks for slips.
pub(super) fn least(money: &Money) -> Option<Decimal> {
    if money.qualifier() == Some(Qualifier::About) { money.value() } else { money.lower() }
}

/// The most that a check takes an amount for, by the same rule.
pub(super) fn most(money: &Money) -> Option<Decimal> {
    if money.qualifier() == Some(Qualifier::About) { money.value() } else { money.upper() }
}
