//! Passed-on money: types shared by the total that counts all money once and by circular payments.

use rust_decimal::Decimal;

use crate::model::money::Currency;

/// An agency in one currency.
pub(super) type Node = (u32, Currency);

/// The part of a piece that is money already counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PassedOn {
    Nothing,
    All,
    /// `passed` of it already counts. For `open` more, no source states the order of payments.
    Part {
        passed: Decimal,
        open: Decimal,
    },
}

impl PassedOn {
    /// Classifies a value by the amount passed on and the amount whose order is unknown.
    pub(super) fn of(value: Decimal, passed: Decimal, open: Decimal) -> Self {
        match (passed, open) {
            (passed, open) if passed.is_zero() && open.is_zero() => Self::Nothing,
            (passed, _) if passed == value => Self::All,
            (passed, open) => Self::Part { passed, open },
        }
    }
}

/// Payer, currency and value of a counted piece that is not incoming.
pub(super) type GivenAmount = Option<(u32, Currency, Decimal)>;
