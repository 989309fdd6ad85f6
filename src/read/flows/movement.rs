//! Movements of money with an end inside, and the pieces that they are cut into: a movement may be for others in part, told
//! twice in part, or passed on in part. The pieces of a movement always make it up again.

use rust_decimal::Decimal;

use super::line::{Agencies, Line, Side, Way};
use crate::model::date::PartialDate;
use crate::model::money::{Currency, Money};
use crate::model::noun::Kind;
use crate::model::share::WHOLE;
use crate::read::total::ExclusionReason;
use crate::store::columns::NOBODY;

/// Which record: its noun, and its ordinal there.
pub(super) type Name = (Kind, u32);

/// A movement of money with an end inside.
#[derive(Clone, Debug)]
pub(super) struct Movement {
    /// The record that tells of it.
    pub(super) name: Name,
    /// Which way it crosses.
    pub(super) way: Way,
    /// How much.
    pub(super) money: Money,
    /// The part of it that is for what lies inside, of [`WHOLE`].
    pub(super) share: u32,
    /// Why it does not count in itself.
    pub(super) left_out: Option<ExclusionReason>,
    /// Who gives.
    pub(super) from: Agencies,
    /// Who receives.
    pub(super) to: Agencies,
    /// When.
    pub(super) date: Option<PartialDate>,
    /// Whether it is told by who receives it.
    pub(super) is_receipt: bool,
    /// The activities of its ends, where a publisher names them.
    pub(super) activities: Link,
}

/// The activities that a publisher's movement joins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    /// The activity that tells of it, or [`NOBODY`].
    pub(super) own: u32,
    /// The activity that it names on the other side, or [`NOBODY`].
    pub(super) other: u32,
    /// Whether who receives is known by a name alone, or not at all.
    pub(super) is_vague: bool,
}

impl Default for Link {
    fn default() -> Self {
        Self { own: NOBODY, other: NOBODY, is_vague: false }
    }
}

/// What a record tells of a movement, its ends apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub(super) name: Name,
    pub(super) money: Money,
    pub(super) left_out: Option<ExclusionReason>,
    pub(super) date: Option<PartialDate>,
    pub(super) is_receipt: bool,
}

impl Movement {
    /// Whether it is a humanitarian contribution.
    pub(super) fn is_flow(&self) -> bool {
        self.name.0 == Kind::HumanitarianContribution
    }

    /// A movement from one end to the other; `None` where a line leaves both outside.
    pub(super) fn across(line: &Line, source: Side, destination: Side, told: Told) -> Option<Self> {
        let way = line.way(&source, &destination)?;
        let inside = if way == Way::Outgoing { &source } else { &destination };
        let is_shared = line.shares(inside);
        let Told { name, money, left_out, date, is_receipt } = told;
        let left_out = left_out.or(is_shared.then_some(ExclusionReason::SharedWithOthers));
        let (from, to) = (source.agencies, destination.agencies);
        let (share, activities) = (WHOLE, Link::default());
        Some(Self { name, way, money, share, left_out, from, to, date, is_receipt, activities })
    }
}

/// A part of a movement, or all of it.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// The place of its movement.
    pub(super) of: usize,
    /// Which way it crosses.
    pub(super) way: Way,
    /// Its money, as its source gives it.
    pub(super) money: Money,
    /// Its money in the currency of the sum; `None` where there is no rate.
    pub(super) sum: Option<Money>,
    /// Why its way does not count it.
    pub(super) left_out: Option<ExclusionReason>,
    /// Whether it is known to be for others, so that no bound needs it.
    pub(super) of_others: bool,
}

impl Piece {
    /// Its number in the currency of the sum, when it counts.
    pub(super) fn counted(&self) -> Option<(Currency, Decimal)> {
        let sum = self.sum.filter(|_| self.left_out.is_none())?;
        sum.currency().zip(sum.value())
    }

    /// A piece of so much of the sum, and what is left.
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

/// The pieces of a movement by itself: what is for inside, and what is for others.
pub(super) fn pieces(of: usize, movement: &Movement, sum: Option<Money>) -> (Piece, Option<Piece>) {
    let Movement { way, money, left_out, share, .. } = *movement;
    let whole = Piece { of, way, money, sum, left_out, of_others: false };
    if share >= WHOLE || left_out.is_some() {
        return (whole, None);
    }
    let others = Some(ExclusionReason::SharedWithOthers);
    let part =
        |value: Decimal| value.checked_mul(Decimal::from(share))?.checked_div(Decimal::from(WHOLE));
    let Some(part) = sum.and_then(|sum| part(sum.value()?)).filter(|_| share > 0) else {
        // Without an amount or a rate nothing can be divided; what is for others alone is no part at all.
        return (Piece { left_out: others.filter(|_| share == 0), ..whole }, None);
    };
    let (inside, rest) = whole.cut(part);
    (inside, Some(Piece { left_out: others, of_others: true, ..rest }))
}
