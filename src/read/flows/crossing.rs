//! Movements across a boundary: removal of duplicates and assignment to a direction.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::boundary::Way;
use super::movement::{self, BoundaryMovement, MovementPart, Name};
use super::once::passed_on;
use super::pass_through::pass_on;
use super::passed_on::PassedOn;
use super::receipt_matching::leave_out_receipts;
use crate::model::money::Money;
use crate::read::error::Error;
use crate::read::total::ExclusionReason;
use crate::read::work::Work;

/// The movements found, with their relations.
#[derive(Clone, Debug, Default)]
pub(super) struct Movements {
    /// Movements that cross the boundary or lie inside it.
    pub(super) crossing: Vec<BoundaryMovement>,
    /// Containing record of each movement, including movements that do not cross.
    pub(super) within: BTreeMap<Name, Name>,
    /// Alternative figures of seed records: the other amounts of a figure that counts, none for one
    /// that does not.
    pub(super) rivals: BTreeMap<Name, Vec<Money>>,
}

/// A piece of a movement, ready to be summed.
#[derive(Clone, Debug)]
pub(super) struct Crossing {
    /// Record that reports the movement.
    pub(super) name: Name,
    /// The piece, with the reason for which its direction leaves it out.
    pub(super) piece: MovementPart,
    /// Part of it that already counts where all money is counted once.
    passed_on: PassedOn,
}

impl Crossing {
    /// Returns its pieces for the total in which all money counts once.
    pub(super) fn once(&self) -> impl Iterator<Item = MovementPart> {
        let internal = |piece: MovementPart| {
            let left_out = piece.left_out.or(Some(ExclusionReason::Internal));
            MovementPart { left_out, ..piece }
        };
        let is_there =
            |piece: &MovementPart| piece.sum.and_then(|sum| sum.value()) != Some(Decimal::ZERO);
        let (passed, open, rest) = match self.passed_on {
            PassedOn::Nothing => (None, None, Some(self.piece.clone())),
            PassedOn::All => (Some(self.piece.clone()), None, None),
            PassedOn::Part { passed, open } => {
                let (passed, rest) = self.piece.cut(passed);
                let (open, rest) = rest.cut(open);
                let open = MovementPart { left_out: Some(ExclusionReason::OrderUnknown), ..open };
                let some = |piece: MovementPart| Some(piece).filter(is_there);
                (some(passed), some(open), some(rest))
            }
        };
        passed.map(internal).into_iter().chain(open).chain(rest)
    }
}

/// Cuts each movement into pieces with their reasons for exclusion. A piece left out keeps its
/// amount and reason, so that counted and left-out amounts add up to the naive sum. `convert`
/// converts money into the currency of the sum.
pub(super) fn cross(
    movements: Movements,
    convert: &dyn Fn(&Money) -> Option<Money>,
    work: &Work,
) -> Result<Vec<Crossing>, Error> {
    let Movements { crossing, within, .. } = movements;
    let mut pieces = Vec::new();
    for (of, movement) in crossing.iter().enumerate() {
        work.step()?;
        let (inside, others) = movement::pieces(of, movement, convert(&movement.money));
        pieces.push(inside);
        pieces.extend(others);
    }
    let credits = leave_out_receipts(&crossing, &mut pieces, work)?;
    leave_out_parts(&crossing, &mut pieces, &within, work)?;
    pass_on(&crossing, &mut pieces, &credits, work)?;
    let passed_on = passed_on(&crossing, &pieces, &credits, work)?;
    let crossing = |(piece, passed_on): (MovementPart, PassedOn)| {
        let name = crossing.get(piece.of)?.name;
        Some(Crossing { name, piece, passed_on })
    };
    Ok(pieces.into_iter().zip(passed_on).filter_map(crossing).collect())
}

/// Leaves out parts of a movement that counts and crosses in the same direction.
fn leave_out_parts(
    movements: &[BoundaryMovement],
    pieces: &mut [MovementPart],
    within: &BTreeMap<Name, Name>,
    work: &Work,
) -> Result<(), Error> {
    if within.is_empty() {
        return Ok(());
    }
    let name = |piece: &MovementPart| movements.get(piece.of).map(|movement| movement.name);
    let counted: BTreeMap<Name, Way> = pieces
        .iter()
        .filter(|piece| piece.counted().is_some())
        .filter_map(|piece| Some((name(piece)?, piece.way)))
        .collect();
    for piece in pieces {
        work.step()?;
        let mut seen = BTreeSet::new();
        let mut at = name(piece).and_then(|name| within.get(&name));
        while let Some(whole) = at.filter(|whole| seen.insert(**whole)) {
            if counted.get(whole) == Some(&piece.way) && piece.left_out.is_none() {
                piece.left_out = Some(ExclusionReason::PartOfCountedTotal);
            }
            at = within.get(whole);
        }
    }
    Ok(())
}
