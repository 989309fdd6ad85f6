//! Pass-through inside a boundary: an agency that receives counted money inside gives no new money
//! there until it has given more than it received.
//!
//! An end lies inside by what its record states, and a payment for a country does not state where
//! its payer is. So every payment in a chain for one country would be incoming again. Money that an
//! agency gives inside is internal up to the amount that it received inside. Amounts are compared
//! in one currency, or in the target of a conversion. OCHA FTS flows name the country and year that
//! money comes out of, and are used as stated.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::boundary::{Agencies, Way};
use super::movement::{BoundaryMovement, MovementPart};
use super::receipt_matching::Credit;
use crate::model::money::Currency;
use crate::model::noun::Kind;
use crate::read::error::Error;
use crate::read::work::Work;

/// Amounts that an agency received and gave inside, in one currency.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AgencyBalance {
    received: Decimal,
    given: Decimal,
    /// Sum of its payments processed so far.
    walked: Decimal,
}

impl AgencyBalance {
    pub(super) fn receive(&mut self, value: Decimal) {
        self.received = self.received.saturating_add(value);
    }

    pub(super) fn give(&mut self, value: Decimal) {
        self.given = self.given.saturating_add(value);
    }

    /// Returns true if it has received more than it paid back.
    pub(super) fn has_received(&self) -> bool {
        self.received > Decimal::ZERO
    }

    /// Processes its next payment and returns the part that is passed on.
    pub(super) fn walk(&mut self, value: Decimal) -> Decimal {
        let before = self.passed_on(self.walked);
        self.walked = self.walked.saturating_add(value);
        self.passed_on(self.walked) - before
    }

    /// Returns the passed-on part of a sum of its payments.
    fn passed_on(&self, sum: Decimal) -> Decimal {
        let zero = Decimal::ZERO;
        if self.received > zero && self.given > zero {
            sum.clamp(zero, self.received.min(self.given))
        } else if self.received < zero && self.given < zero {
            sum.clamp(self.received.max(self.given), zero)
        } else {
            zero
        }
    }
}

/// Turns passed-on money from incoming into internal.
pub(super) fn pass_on(
    movements: &[BoundaryMovement],
    pieces: &mut Vec<MovementPart>,
    credits: &[Credit],
    work: &Work,
) -> Result<(), Error> {
    let mut balances: BTreeMap<(u32, Currency), AgencyBalance> = BTreeMap::new();
    for (agency, currency, amount) in credits {
        balances.entry((*agency, *currency)).or_default().receive(*amount);
    }
    for piece in &*pieces {
        work.step()?;
        let Some(movement) = movements.get(piece.of) else { continue };
        let Some((currency, value)) = piece.counted() else { continue };
        // Money received by several agencies together is not divided among them.
        if let (Way::Incoming | Way::Internal, Agencies::One(to)) = (piece.way, &movement.to)
            && !movement.from.all().contains(to)
        {
            balances.entry((*to, currency)).or_default().receive(value);
        }
        if let Some(from) = giver(movement, piece) {
            balances.entry((from, currency)).or_default().give(value);
        }
    }
    let mut cut = Vec::new();
    for piece in &mut *pieces {
        work.step()?;
        let Some(movement) = movements.get(piece.of) else { continue };
        let Some((currency, value)) = piece.counted() else { continue };
        let balance = giver(movement, piece).and_then(|from| balances.get_mut(&(from, currency)));
        let Some(balance) = balance else { continue };
        let within = balance.walk(value);
        if within.is_zero() {
            continue;
        }
        let (inner, rest) = piece.cut(within);
        *piece = MovementPart { way: Way::Internal, ..inner };
        if rest.counted().is_some_and(|(_, value)| !value.is_zero()) {
            cut.push(rest);
        }
    }
    pieces.append(&mut cut);
    Ok(())
}

/// Returns the payer of incoming money that a publisher's transaction reports.
fn giver(movement: &BoundaryMovement, piece: &MovementPart) -> Option<u32> {
    match movement.from {
        Agencies::One(from)
            if piece.way == Way::Incoming && movement.name.0 == Kind::Transaction =>
        {
            Some(from)
        }
        _ => None,
    }
}
