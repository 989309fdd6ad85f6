//! All money counted once: incoming money and money that begins inside the boundary.
//!
//! Money that an agency gives is the same money again up to the amount that it received; anything
//! beyond that begins with it. An agency that received 10 and gave 100 passes on 10 and begins 90.
//! Received and given amounts are compared in one currency, or in the target of a conversion. Money
//! received by several agencies together may be given by each of them. An end that no source names
//! never begins money inside. Around a circle of payments sums do not show where money begins: see
//! [`circle`].

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::boundary::Way;
use super::circle;
use super::movement::{BoundaryMovement, MovementPart};
use super::pass_through::AgencyBalance;
use super::passed_on::{GivenAmount, Node, PassedOn};
use super::receipt_matching::Credit;
use crate::model::money::Currency;
use crate::read::error::Error;
use crate::read::work::Work;

type Balances = BTreeMap<(u32, Currency), AgencyBalance>;

/// Returns, for each piece, the part that is passed on.
pub(super) fn passed_on(
    movements: &[BoundaryMovement],
    pieces: &[MovementPart],
    credits: &[Credit],
    work: &Work,
) -> Result<Vec<PassedOn>, Error> {
    let mut balances = received(movements, pieces, credits, work)?;
    let payer = |piece| work.step().map(|()| given(movements, piece, &balances));
    let all: Vec<GivenAmount> = pieces.iter().map(payer).collect::<Result<_, Error>>()?;
    let circles = circle::find(&links(movements, pieces, &all, work)?, work)?;
    let in_circles = circle::passed_on(movements, pieces, &all, credits, &circles, work)?;
    for (from, currency, value) in all.iter().flatten() {
        work.step()?;
        balances.entry((*from, *currency)).or_default().give(*value);
    }
    let mut of = |(at, (piece, given)): (usize, (&MovementPart, &GivenAmount))| {
        if let Some(part) = in_circles.get(&at) {
            return *part;
        }
        if piece.way == Way::Incoming {
            return PassedOn::Nothing;
        }
        let from = movements.get(piece.of).map_or(&[][..], |movement| movement.from.all());
        if from.is_empty() {
            return PassedOn::All;
        }
        let Some((from, currency, value)) = *given else { return PassedOn::Nothing };
        let balance = balances.entry((from, currency)).or_default();
        let passed = balance.walk(value);
        // OCHA FTS states itself which flows are internal, except for a payer that has received
        // nothing.
        let is_flow = movements.get(piece.of).is_some_and(BoundaryMovement::is_flow);
        if is_flow && piece.way == Way::Internal && balance.has_received() {
            return PassedOn::All;
        }
        PassedOn::of(value, passed, Decimal::ZERO)
    };
    pieces.iter().zip(&all).enumerate().map(|one| work.step().map(|()| of(one))).collect()
}

/// Returns the pairs of payer and receiver inside, by currency.
fn links(
    movements: &[BoundaryMovement],
    pieces: &[MovementPart],
    given: &[GivenAmount],
    work: &Work,
) -> Result<Vec<(Node, Node)>, Error> {
    let mut links = Vec::new();
    for (piece, given) in pieces.iter().zip(given).filter(|(piece, _)| piece.way == Way::Internal) {
        work.step()?;
        let (Some(movement), Some((from, currency, _))) = (movements.get(piece.of), given) else {
            continue;
        };
        let to = movement.receivers(piece.way);
        links.extend(to.map(|to| ((*from, *currency), (to, *currency))));
    }
    work.sort(&mut links, &Ord::cmp)?;
    links.dedup();
    Ok(links)
}

/// Sums the counted money that each agency received.
fn received(
    movements: &[BoundaryMovement],
    pieces: &[MovementPart],
    credits: &[Credit],
    work: &Work,
) -> Result<Balances, Error> {
    let mut balances = Balances::new();
    for (agency, currency, amount) in credits {
        balances.entry((*agency, *currency)).or_default().receive(*amount);
    }
    for piece in pieces {
        work.step()?;
        let (Some(movement), Some((currency, value))) = (movements.get(piece.of), piece.counted())
        else {
            continue;
        };
        for to in movement.receivers(piece.way).filter(|to| !movement.gives(*to)) {
            balances.entry((to, currency)).or_default().receive(value);
        }
    }
    Ok(balances)
}

/// Returns the payer of a piece; of several the first that has received anything.
fn given(movements: &[BoundaryMovement], piece: &MovementPart, balances: &Balances) -> GivenAmount {
    let movement = movements.get(piece.of).filter(|_| piece.way != Way::Incoming)?;
    let (currency, value) = piece.counted()?;
    let received =
        |from: &u32| balances.get(&(*from, currency)).is_some_and(AgencyBalance::has_received);
    let mut payers = movement.from.identified();
    let from = payers.clone().find(received).or_else(|| payers.next())?;
    Some((from, currency, value))
}
