//! Movements of money with an end inside the boundary, and their pieces. A movement may be shared
//! with others in part, reported twice in part, or passed on in part. Its pieces always add up to
//! the movement.

use rust_decimal::Decimal;

use super::boundary::{Agencies, BoundaryLine, MovementSide, Way};
use crate::model::date::PartialDate;
use crate::model::money::{Currency, Money};
use crate::model::noun::Kind;
use crate::model::share::WHOLE;
use crate::read::total::ExclusionReason;
use crate::store::columns::NO_ORDINAL;

/// Address of a record: its noun and its ordinal.
pub(super) type Name = (Kind, u32);

/// A movement of money with an end inside.
#[derive(Clone, Debug)]
pub(super) struct BoundaryMovement {
    /// Record that reports the movement.
    pub(super) name: Name,
    /// Direction in which it crosses.
    pub(super) way: Way,
    /// Amount as published.
    pub(super) money: Money,
    /// Share of it for the inside, of [`WHOLE`].
    pub(super) share: u32,
    /// Reason for not counting it, independent of other movements.
    pub(super) left_out: Option<ExclusionReason>,
    /// Paying agencies.
    pub(super) from: Agencies,
    /// Receiving agencies.
    pub(super) to: Agencies,
    /// Date of the movement.
    pub(super) date: Option<PartialDate>,
    /// True if it is reported by its receiver.
    pub(super) is_receipt: bool,
    /// Activities of its ends, if a publisher names them.
    pub(super) activities: ActivityLink,
}

/// Activities joined by a publisher's movement.
#[derive(Clone, Copy, Debug)]
pub(super) struct ActivityLink {
    /// Activity that reports it, or [`NO_ORDINAL`].
    pub(super) own: u32,
    /// Activity named on the other side, or [`NO_ORDINAL`].
    pub(super) other: u32,
    /// True if the receiver is known by name only, or not at all.
    pub(super) is_vague: bool,
}

impl Default for ActivityLink {
    fn default() -> Self {
        Self { own: NO_ORDINAL, other: NO_ORDINAL, is_vague: false }
    }
}

/// A movement as its record reports it, without its ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct RecordedMovement {
    pub(super) name: Name,
    pub(super) money: Money,
    pub(super) left_out: Option<ExclusionReason>,
    pub(super) date: Option<PartialDate>,
    pub(super) is_receipt: bool,
}

impl BoundaryMovement {
    /// Returns true if it is a humanitarian contribution.
    pub(super) fn is_flow(&self) -> bool {
        self.name.0 == Kind::HumanitarianContribution
    }

    /// Returns the identified agencies that receive what moves in a direction; none of what leaves.
    pub(super) fn receivers(&self, way: Way) -> impl Iterator<Item = u32> {
        self.to.identified().filter(move |_| way != Way::Outgoing)
    }

    /// Returns true if an agency is among the payers.
    pub(super) fn gives(&self, agency: u32) -> bool {
        self.from.all().contains(&agency)
    }

    /// Builds a movement between two ends; `None` if both lie outside the boundary.
    pub(super) fn across(
        line: &BoundaryLine,
        source: MovementSide,
        destination: MovementSide,
        recorded: RecordedMovement,
    ) -> Option<Self> {
        let way = line.way(&source, &destination)?;
        let inside = if way == Way::Outgoing { &source } else { &destination };
        let is_shared = line.shares(inside);
        let RecordedMovement { name, money, left_out, date, is_receipt } = recorded;
        let left_out = left_out.or(is_shared.then_some(ExclusionReason::SharedWithOthers));
        let (from, to) = (source.agencies, destination.agencies);
        let (share, activities) = (WHOLE, ActivityLink::default());
        Some(Self { name, way, money, share, left_out, from, to, date, is_receipt, activities })
    }
}

/// A part of a movement, or all of it.
#[derive(Clone, Debug)]
pub(super) struct MovementPart {
    /// Index of its movement.
    pub(super) of: usize,
    /// Direction in which it crosses.
    pub(super) way: Way,
    /// Amount in the currency of its source.
    pub(super) money: Money,
    /// Amount in the currency of the sum; `None` without a rate.
    pub(super) sum: Option<Money>,
    /// Reason for which its direction does not count it.
    pub(super) left_out: Option<ExclusionReason>,
    /// True if it is known to be for others, so that no bound includes it.
    pub(super) of_others: bool,
}

impl MovementPart {
    /// Returns its currency and value in the sum if it counts.
    pub(super) fn counted(&self) -> Option<(Currency, Decimal)> {
        let sum = self.sum.filter(|_| self.left_out.is_none())?;
        sum.currency().zip(sum.value())
    }

    /// Cuts off a piece worth `value` in the sum, and returns it with the rest.
    pub(super) fn cut(&self, value: Decimal) -> (Self, Self) {
        let rest = self.sum.and_then(|sum| sum.value()).unwrap_or_default() - value;
        (self.with(value), self.with(rest))
    }

    fn with(&self, value: Decimal) -> Self {
        let whole = self.sum.and_then(|sum| sum.value());
        let own = match (self.money.value(), whole) {
            (Some(own), Some(whole)) if own != whole => {
                own.checked_mul(value).and_then(|product| product.checked_div(whole))
            }
            _ => Some(value),
        };
        let set = |money: &Money, value: Option<Decimal>| match (money.currency(), value) {
            (Some(currency), Some(value)) => money.with_value(value.normalize(), currency),
            _ => *money,
        };
        Self {
            money: set(&self.money, own),
            sum: self.sum.map(|sum| set(&sum, Some(value))),
            ..self.clone()
        }
    }
}

/// Cuts a movement into the piece for the inside and the piece for others.
pub(super) fn pieces(
    of: usize,
    movement: &BoundaryMovement,
    sum: Option<Money>,
) -> (MovementPart, Option<MovementPart>) {
    let BoundaryMovement { way, money, left_out, share, .. } = *movement;
    let whole = MovementPart { of, way, money, sum, left_out, of_others: false };
    if share >= WHOLE || left_out.is_some() {
        return (whole, None);
    }
    let others = Some(ExclusionReason::SharedWithOthers);
    let part =
        |value: Decimal| value.checked_mul(Decimal::from(share))?.checked_div(Decimal::from(WHOLE));
    let Some(part) = sum.and_then(|sum| part(sum.value()?)).filter(|_| share > 0) else {
        // Without an amount or a rate nothing can be divided. A movement entirely for others is not
        // a part of the sum.
        return (MovementPart { left_out: others.filter(|_| share == 0), ..whole }, None);
    };
    let (inside, rest) = whole.cut(part);
    (inside, Some(MovementPart { left_out: others, of_others: true, ..rest }))
}
