//! Parses the four columns of money: amount, currency and qualifier, or the reason for an absent amount.

use rust_decimal::Decimal;

use super::row::Row;
use super::table::Target;
use crate::ingest::problem::ProblemCode;
use crate::model::date::PartialDate;
use crate::model::money::{Absence, Amount, Currency, Money, Qualifier};

/// Columns of money, in order.
const COLUMNS: [&str; 4] = ["amount", "currency", "qualifier", "absence"];

impl Row<'_> {
    /// Parses required money: an amount or an absence.
    pub(super) fn money(&mut self, value_date: Option<PartialDate>) -> Option<Money> {
        let is_missing = |column: &str| self.cell(column).is_empty() && !self.is_faulty(column);
        if COLUMNS.iter().all(|column| is_missing(column)) {
            let help = "write an amount, or a reason under `absence`: NOT_STATED when the source states none";
            let message = "neither an amount nor an absence is given";
            self.error(ProblemCode::MissingAmount, "amount", message, Some(help.to_owned()));
            return None;
        }
        self.optional_money(value_date)
    }

    /// Parses optional money; `None` if all four cells are empty.
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
            return None; // the other cells cannot be judged
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
        Some(Money { amount, value_date, currency_words: None })
    }

    /// Reports a zero: it is written as the absence ZERO.
    pub(super) fn zero(&mut self, column: &str, absence: &str, empty: &str) {
        let message =
            format!("`{}` is not a valid `{column}`: zero is an absence", self.cell(column));
        let help = format!(
            "{empty}, and write ZERO under `{absence}`, or NOT_STATED where the source states none"
        );
        self.error(ProblemCode::ZeroAmount, column, message, Some(help));
    }

    fn with_amount(&mut self, currency: &str, absence: &str) {
        if currency.is_empty() {
            let help = "write three letters of ISO 4217, such as EUR".to_owned();
            let message = "the amount has no currency";
            self.error(ProblemCode::AmountWithoutCurrency, "currency", message, Some(help));
        }
        if !absence.is_empty() {
            let message = "both an amount and an absence are given";
            let help = "keep one of the two".to_owned();
            self.error(ProblemCode::AmountAndAbsence, "absence", message, Some(help));
        }
    }

    fn without_amount(&mut self, currency: &str, qualifier: &str, absence: &str) {
        if !currency.is_empty() {
            let message = "the currency has no amount";
            self.error(ProblemCode::CurrencyWithoutAmount, "currency", message, None);
        }
        if !qualifier.is_empty() {
            let message = "the qualifier has no amount";
            self.error(ProblemCode::QualifierWithoutAmount, "qualifier", message, None);
        }
        if absence.is_empty() && (!currency.is_empty() || !qualifier.is_empty()) {
            let help = "write the amount, or only a reason under `absence`".to_owned();
            let message = "neither an amount nor an absence is given";
            self.error(ProblemCode::MissingAmount, "amount", message, Some(help));
        }
    }
}

/// Returns the lower bound for checks. An ABOUT amount counts as exact, because checks look for slips.
pub(super) fn least(money: &Money) -> Option<Decimal> {
    if money.qualifier() == Some(Qualifier::About) { money.value() } else { money.lower() }
}

/// Returns the upper bound for checks. An ABOUT amount counts as exact, because checks look for slips.
pub(super) fn most(money: &Money) -> Option<Decimal> {
    if money.qualifier() == Some(Qualifier::About) { money.value() } else { money.upper() }
}
