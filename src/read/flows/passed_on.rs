//! Money that is passed on: the shapes that the count of all money once and its circles of payments share.

use rust_decimal::Decimal;

use crate::model::money::Currency;

/// An agency in one currency.
pub(super) type Node = (u32, Currency);

/// The part of a piece that is money already counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PassedOn {
    Nothing,
    All,
    /// `passed` of it; for `open` more, no source gives the order of payments.
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

/// The giver of a counted piece that is not incoming, its currency and its amount.
pub(super) type Given = Option<(u32, Currency, Decimal)>;
