//! All money once: what comes in, and what begins inside.
//!
//! Of what an agency gives, as much as it received is the same money again; what is more begins with it. So one that received
//! 10 and gave 100 passes 10 on and begins 90. Received and given are compared in one currency, or in the one that all is
//! converted into. What several receive together may be given by each of them. What an end that no source names gives inside
//! is never new. Around a circle of payments sums do not say where money begins: see [`circle`].

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::circle;
use super::line::Way;
use super::mirror::Credit;
use super::movement::{Movement, Piece};
use super::onward::Purse;
use super::passed_on::{Given, Node, PassedOn};
use crate::model::money::Currency;
use crate::read::error::Error;
use crate::read::work::Work;

type Purses = BTreeMap<(u32, Currency), Purse>;

/// Says of each piece how much of it is passed on.
pub(super) fn passed_on(
    movements: &[Movement],
    pieces: &[Piece],
    credits: &[Credit],
    work: &Work,
) -> Result<Vec<PassedOn>, Error> {
    let mut purses = received(movements, pieces, credits);
    let all: Vec<Given> = pieces.iter().map(|piece| given(movements, piece, &purses)).collect();
    let circles = circle::find(&links(movements, pieces, &all));
    let round = circle::passed_on(movements, pieces, &all, credits, &circles, work)?;
    for (from, currency, value) in all.iter().flatten() {
        work.step()?;
        purses.entry((*from, *currency)).or_default().give(*value);
    }
    let mut of = |(at, (piece, given)): (usize, (&Piece, &Given))| {
        if let Some(said) = round.get(&at) {
            return *said;
        }
        if piece.way == Way::Incoming {
            return PassedOn::Nothing;
        }
        let from = movements.get(piece.of).map_or(&[][..], |movement| movement.from.all());
        if from.is_empty() {
            return PassedOn::All;
        }
        let Some((from, currency, value)) = *given else { return PassedOn::Nothing };
        let purse = purses.entry((from, currency)).or_default();
        let passed = purse.walk(value);
        // OCHA FTS says itself what moves within, unless its giver has received nothing.
        let is_flow = movements.get(piece.of).is_some_and(Movement::is_flow);
        if is_flow && piece.way == Way::Internal && purse.has_received() {
            return PassedOn::All;
        }
        PassedOn::of(value, passed, Decimal::ZERO)
    };
    pieces.iter().zip(&all).enumerate().map(|one| work.step().map(|()| of(one))).collect()
}

/// Who gives to whom inside, in which currency.
fn links(movements: &[Movement], pieces: &[Piece], given: &[Given]) -> Vec<(Node, Node)> {
    let mut links = Vec::new();
    for (piece, given) in pieces.iter().zip(given).filter(|(piece, _)| piece.way == Way::Internal) {
        let Some((from, currency, _)) = given else { continue };
        let to = movements.get(piece.of).map_or(&[][..], |movement| movement.to.all());
        links.extend(to.iter().map(|to| ((*from, *currency), (*to, *currency))));
    }
    links.sort_unstable();
    links.dedup();
    links
}

/// What each agency received of money that counts.
fn received(movements: &[Movement], pieces: &[Piece], credits: &[Credit]) -> Purses {
    let mut purses = Purses::new();
    for (agency, currency, amount) in credits {
        purses.entry((*agency, *currency)).or_default().receive(*amount);
    }
    for piece in pieces.iter().filter(|piece| piece.way != Way::Outgoing) {
        let (Some(movement), Some((currency, value))) = (movements.get(piece.of), piece.counted())
        else {
            continue;
        };
        let from = movement.from.all();
        for to in movement.to.all().iter().filter(|to| !from.contains(to)) {
            purses.entry((*to, currency)).or_default().receive(value);
        }
    }
    purses
}

/// Who gives a piece; of several the first who has received anything.
fn given(movements: &[Movement], piece: &Piece, purses: &Purses) -> Given {
    let movement = movements.get(piece.of).filter(|_| piece.way != Way::Incoming)?;
    let (currency, value) = piece.counted()?;
    let from = movement.from.all();
    let received = |from: &&u32| purses.get(&(**from, currency)).is_some_and(Purse::has_received);
    let from = from.iter().find(received).or_else(|| from.first())?;
    Some((*from, currency, value))
}
