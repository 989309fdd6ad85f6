//! Scope of flows: development money, humanitarian money, or both.

use rust_decimal::Decimal;

use super::movement::BoundaryMovement;
use crate::model::share::WHOLE;
use crate::read::total::ExclusionReason;

crate::model::code::codes! {
    /// Scope of the money in flows.
    pub enum FlowScope {
        /// Transactions, except for what is known to be humanitarian.
        Development = "DEVELOPMENT",
        /// Humanitarian contributions, and transactions as far as a flag, a humanitarian scope or
        /// their purpose marks them as humanitarian: see `HumanitarianBasis`. In a year in which
        /// OCHA FTS flows cross the boundary, these count. The transactions are then left out as
        /// `ALTERNATIVE_FIGURE`, whether from IATI files or from the CRS.
        Humanitarian = "HUMANITARIAN",
        /// Development and humanitarian money, added up.
        All = "ALL",
    }
}

impl FlowScope {
    /// Returns the reason why money that is humanitarian, or is not, does not count.
    pub(super) fn leaves_out(self, is_humanitarian: bool) -> Option<ExclusionReason> {
        let is_other = match self {
            Self::Development => is_humanitarian,
            Self::Humanitarian => !is_humanitarian,
            Self::All => false,
        };
        is_other.then_some(ExclusionReason::OtherScope)
    }

    /// Divides a movement by scope. `relief` is its humanitarian part of [`WHOLE`], `None` if no
    /// source divides it. `is_covered` is true if OCHA FTS flows cover humanitarian money in its
    /// year.
    pub(super) fn parts(
        self,
        movement: BoundaryMovement,
        relief: Option<u32>,
        is_covered: bool,
    ) -> impl Iterator<Item = BoundaryMovement> {
        let is_divided = relief != Some(0) && (self != Self::All || is_covered);
        let (humanitarian, other) = match relief {
            Some(WHOLE) => (Some(movement), None),
            Some(share) if is_divided => divide(movement, share),
            None if is_divided => (None, Some(undivided(movement))),
            _ => (None, Some(movement)),
        };
        let covered = is_covered.then_some(ExclusionReason::AlternativeFigure);
        let humanitarian = humanitarian.map(|movement| {
            let left_out = self.leaves_out(true).or(movement.left_out).or(covered);
            BoundaryMovement { left_out, ..movement }
        });
        // An undivided movement already has its reason.
        let other = other.map(|movement| {
            let is_shared = movement.left_out == Some(ExclusionReason::SharedWithOthers);
            let scope = self.leaves_out(false).filter(|_| !is_shared);
            BoundaryMovement { left_out: scope.or(movement.left_out), ..movement }
        });
        humanitarian.into_iter().chain(other)
    }
}

/// Divides a movement into its humanitarian part and the rest; together they equal the movement.
fn divide(
    movement: BoundaryMovement,
    share: u32,
) -> (Option<BoundaryMovement>, Option<BoundaryMovement>) {
    let money = movement.money;
    let part =
        |value: Decimal| value.checked_mul(Decimal::from(share))?.checked_div(Decimal::from(WHOLE));
    let parts = money.value().zip(money.currency()).and_then(|(value, currency)| {
        let part = part(value)?;
        let with = |value: Decimal| money.with_value(value.normalize(), currency);
        Some((with(part), with(value.checked_sub(part)?)))
    });
    let Some((part, rest)) = parts else { return (None, Some(undivided(movement))) };
    (
        Some(BoundaryMovement { money: part, ..movement.clone() }),
        Some(BoundaryMovement { money: rest, ..movement }),
    )
}

fn undivided(movement: BoundaryMovement) -> BoundaryMovement {
    let left_out = movement.left_out.or(Some(ExclusionReason::SharedWithOthers));
    BoundaryMovement { left_out, ..movement }
}
