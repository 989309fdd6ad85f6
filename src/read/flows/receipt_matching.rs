//! Receipt matching: leaves out receipts that report a payment which already counts.
//!
//! A payment and a receipt match if they join the same two activities, or otherwise the same two
//! agencies. They must be in one currency and within [`DAYS`] of each other. Publishers split
//! amounts on either side, so amounts are not compared one by one. Receipts match up to the sum of
//! the payments; money received beyond that counts. Without a conversion a receipt in another
//! currency does not match, with one it may.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use time::Date;

use super::boundary::Agencies;
use super::movement::{BoundaryMovement, MovementPart};
use crate::model::money::Currency;
use crate::read::error::Error;
use crate::read::total::ExclusionReason;
use crate::read::work::Work;
use crate::store::columns::NO_ORDINAL;

/// Maximum number of days between a payment and its matching receipt.
const DAYS: i64 = 90;

/// Money that a payment assigns to one agency by name and its receipt to another: agency, currency
/// and amount.
pub(super) type Credit = (u32, Currency, Decimal);

/// Match key shared by payments and receipts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum MatchKey<'a> {
    /// Both activities.
    Activities(u32, u32),
    /// The receiving activity.
    Receiving(u32),
    /// The paying activity.
    Paying(u32),
    /// Both agencies.
    Agencies(&'a Agencies, &'a Agencies),
}

/// Matching rules, the most reliable first.
const RULES: [fn(&BoundaryMovement) -> Option<MatchKey<'_>>; 4] =
    [by_activities, by_receiving_activity, by_paying_activity, by_agencies];

fn known(activity: u32) -> Option<u32> {
    Some(activity).filter(|activity| *activity != NO_ORDINAL)
}

/// Matches if one side names the other's activity.
fn by_activities(m: &BoundaryMovement) -> Option<MatchKey<'_>> {
    let (own, other) = (known(m.activities.own)?, known(m.activities.other)?);
    let (payer, receiver) = if m.is_receipt { (other, own) } else { (own, other) };
    Some(MatchKey::Activities(payer, receiver))
}

/// Matches if the payment names the receiving activity and the receipt names none.
fn by_receiving_activity(m: &BoundaryMovement) -> Option<MatchKey<'_>> {
    match (m.is_receipt, known(m.activities.other)) {
        (false, other) => other,
        (true, None) => known(m.activities.own),
        (true, Some(_)) => None,
    }
    .map(MatchKey::Receiving)
}

/// Matches if the receipt names the paying activity and the payment does not identify its receiver.
fn by_paying_activity(m: &BoundaryMovement) -> Option<MatchKey<'_>> {
    match (m.is_receipt, known(m.activities.other)) {
        (true, other) => other,
        (false, None) if m.activities.is_vague => known(m.activities.own),
        (false, _) => None,
    }
    .map(MatchKey::Paying)
}

fn by_agencies(m: &BoundaryMovement) -> Option<MatchKey<'_>> {
    let is_known = m.from != Agencies::None && m.to != Agencies::None;
    is_known.then_some(MatchKey::Agencies(&m.from, &m.to))
}

/// The unmatched amount of a piece.
#[derive(Clone, Copy, Debug)]
struct UnmatchedPart {
    piece: usize,
    day: Date,
    left: Decimal,
}

/// Payments and receipts with the same key.
#[derive(Debug, Default)]
struct Alike {
    payments: Vec<usize>,
    receipts: Vec<usize>,
}

/// Leaves out matched receipts, and returns the credits that the matches identify.
pub(super) fn leave_out_receipts(
    movements: &[BoundaryMovement],
    pieces: &mut Vec<MovementPart>,
    work: &Work,
) -> Result<Vec<Credit>, Error> {
    let mut open: BTreeMap<usize, (UnmatchedPart, Currency)> = BTreeMap::new();
    let has_receipts = movements.iter().any(|movement| movement.is_receipt);
    for (at, piece) in pieces.iter().enumerate().filter(|_| has_receipts) {
        work.step()?;
        let Some(movement) = movements.get(piece.of) else { continue };
        if let (Some((currency, left)), Some(date)) = (piece.counted(), movement.date) {
            open.insert(at, (UnmatchedPart { piece: at, day: date.first_day(), left }, currency));
        }
    }
    let mut matched: BTreeMap<usize, Decimal> = BTreeMap::new();
    let mut credits = Vec::new();
    for rule in RULES {
        let mut groups: BTreeMap<(MatchKey<'_>, Currency, bool), Alike> = BTreeMap::new();
        for is_receipt in [true, false] {
            for (at, (one, currency)) in &open {
                work.step()?;
                let movement = pieces.get(*at).and_then(|piece| movements.get(piece.of));
                let Some(movement) = movement.filter(|m| m.is_receipt == is_receipt) else {
                    continue;
                };
                let Some(match_key) = rule(movement).filter(|_| !one.left.is_zero()) else {
                    continue;
                };
                // A correction matches a correction only.
                let key = (match_key, *currency, one.left.is_sign_negative());
                if is_receipt {
                    groups.entry(key).or_default().receipts.push(*at);
                } else if let Some(group) = groups.get_mut(&key) {
                    group.payments.push(*at);
                }
            }
        }
        for ((_, currency, _), group) in groups {
            work.step()?;
            let of = |all: Vec<usize>| {
                let mut all: Vec<UnmatchedPart> =
                    all.iter().filter_map(|at| open.get(at)).map(|(one, _)| *one).collect();
                all.sort_by_key(|one| (one.day, one.piece));
                all
            };
            for (payment, receipt, amount) in pair(of(group.payments), of(group.receipts)) {
                let all = matched.entry(receipt).or_default();
                *all = all.saturating_add(amount);
                for at in [payment, receipt] {
                    if let Some((one, _)) = open.get_mut(&at) {
                        one.left -= amount;
                    }
                }
                let to = |at: usize| Some(&movements.get(pieces.get(at)?.of)?.to);
                if let (Some(paid), Some(received)) = (to(payment), to(receipt))
                    && paid != received
                {
                    credits.extend(paid.identified().map(|agency| (agency, currency, -amount)));
                    credits.extend(received.identified().map(|agency| (agency, currency, amount)));
                }
            }
        }
    }
    for (at, amount) in matched {
        let Some(piece) = pieces.get_mut(at) else { continue };
        let (matched, rest) = piece.cut(amount);
        let reason = Some(ExclusionReason::ReceiptOfCountedDisbursement);
        *piece = MovementPart { left_out: reason, ..matched };
        if rest.counted().is_some_and(|(_, value)| !value.is_zero()) {
            pieces.push(rest);
        }
    }
    Ok(credits)
}

/// Pairs payments and receipts of one sign, both sorted by day, up to the amount that fits within
/// [`DAYS`].
fn pair(
    mut payments: Vec<UnmatchedPart>,
    receipts: Vec<UnmatchedPart>,
) -> Vec<(usize, usize, Decimal)> {
    let mut pairs = Vec::new();
    let mut first = 0;
    for mut receipt in receipts {
        let apart = |payment: &UnmatchedPart| (payment.day - receipt.day).whole_days();
        // A payment too early for this receipt, or used up, is so for all later receipts.
        while payments.get(first).is_some_and(|p| p.left.is_zero() || apart(p) < -DAYS) {
            first += 1;
        }
        for payment in payments.iter_mut().skip(first) {
            if receipt.left.is_zero() || apart(payment) > DAYS {
                break;
            }
            let amount =
                if payment.left.abs() < receipt.left.abs() { payment.left } else { receipt.left };
            if !amount.is_zero() {
                payment.left -= amount;
                receipt.left -= amount;
                pairs.push((payment.piece, receipt.piece, amount));
            }
        }
    }
    pairs
}
