//! Circular payments: agencies that pay one another, directly or through others, or that pay
//! themselves.
//!
//! Each agency of a circle receives what it gives, so sums do not show where money begins. The
//! dates decide: an earlier payment is new money, a later one passes on what its payer holds by
//! then. Money from outside the circle is available from the start; payments out of it come last.
//! All payments between the same two agencies on one day are taken as one.
//!
//! For payments on one day, or without a date, no source states the order. Then only that is
//! certainly new which is new in every order: what each agency gives beyond all it receives, and at
//! least the largest payment. Money that is new only in another order is open, see [`new_money`].

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use time::Date;

use super::boundary::Way;
use super::movement::{BoundaryMovement, MovementPart};
use super::new_money::{self, NewMoney, Payment, add, available};
use super::passed_on::{GivenAmount, Node, PassedOn};
use super::receipt_matching::Credit;
use crate::model::date::PartialDate;
use crate::read::error::Error;
use crate::read::work::Work;

/// Number of the circle of each agency that is in one.
pub(super) type Circles = BTreeMap<Node, usize>;

/// Time of payments: a range of days, or after all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Time {
    Between(Date, Date),
    Last,
}

/// Finds the circles among agencies that pay one another: strongly connected components.
pub(super) fn find(links: &[(Node, Node)], work: &Work) -> Result<Circles, Error> {
    let mut onward: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
    let mut back: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
    for (from, to) in links {
        work.step()?;
        onward.entry(*from).or_default().push(*to);
        back.entry(*to).or_default().push(*from);
    }
    let mut seen = BTreeMap::new();
    let mut finished = Vec::new();
    for start in onward.keys() {
        work.step()?;
        walk(&onward, *start, 0, &mut seen, &mut finished);
    }
    let mut circles = Circles::new();
    for (number, start) in finished.iter().rev().enumerate() {
        work.step()?;
        walk(&back, *start, number, &mut circles, &mut Vec::new());
    }
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    for circle in circles.values() {
        *sizes.entry(*circle).or_default() += 1;
    }
    let pays_itself = |node: &Node| onward.get(node).is_some_and(|to| to.contains(node));
    circles.retain(|node, circle| sizes.get(circle).is_some_and(|n| *n > 1) || pays_itself(node));
    Ok(circles)
}

/// Visits everything reachable that has not been seen, and lists each node after all nodes beyond
/// it.
fn walk(
    links: &BTreeMap<Node, Vec<Node>>,
    start: Node,
    number: usize,
    seen: &mut BTreeMap<Node, usize>,
    finished: &mut Vec<Node>,
) {
    if seen.contains_key(&start) {
        return;
    }
    seen.insert(start, number);
    let mut path = vec![(start, 0)];
    while let Some((at, next)) = path.last_mut() {
        let to = links.get(at).and_then(|all| all.get(*next)).copied();
        *next += 1;
        match to {
            Some(to) if seen.contains_key(&to) => {}
            Some(to) => {
                seen.insert(to, number);
                path.push((to, 0));
            }
            None => {
                finished.push(*at);
                path.pop();
            }
        }
    }
}

/// Returns, for each piece that an agency in a circle gives, how much of it is money that already
/// counts.
pub(super) fn passed_on(
    movements: &[BoundaryMovement],
    pieces: &[MovementPart],
    given: &[GivenAmount],
    credits: &[Credit],
    circles: &Circles,
    work: &Work,
) -> Result<BTreeMap<usize, PassedOn>, Error> {
    if circles.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut all: BTreeMap<usize, Circle> = BTreeMap::new();
    for (agency, currency, amount) in credits {
        let node = (*agency, *currency);
        if let Some(circle) = circles.get(&node) {
            all.entry(*circle).or_default().receive(node, *amount);
        }
    }
    for (at, piece) in pieces.iter().enumerate() {
        work.step()?;
        let (Some(movement), Some((currency, value))) = (movements.get(piece.of), piece.counted())
        else {
            continue;
        };
        let payer = given.get(at).copied().flatten().map(|(from, currency, _)| (from, currency));
        let own = payer.and_then(|payer| circles.get(&payer)).copied();
        let mut inner = Vec::new();
        for to in movement.receivers(piece.way).map(|to| (to, currency)) {
            match circles.get(&to) {
                Some(circle) if Some(*circle) == own => inner.push(to),
                Some(circle) if !movement.gives(to.0) => {
                    all.entry(*circle).or_default().receive(to, value);
                }
                _ => {}
            }
        }
        if let (Some(circle), Some(payer)) = (own, payer) {
            let circle = all.entry(circle).or_default();
            let is_fixed = movement.is_flow() && piece.way == Way::Internal;
            circle.pay((at, piece.of), (payer, value), inner, movement.date, is_fixed);
        }
    }
    let mut parts = BTreeMap::new();
    for circle in all.into_values() {
        parts.extend(circle.settle(pieces, work)?);
    }
    Ok(parts)
}

/// Key of payments that are taken as one: time, payer, receivers, true if paid back, true if its
/// source states that it moves on money that had come in, and the record if it has no exact day.
type PaymentKey = (Time, Node, Vec<Node>, bool, bool, Option<usize>);

/// A circle: the money of its agencies from outside, and their payments.
#[derive(Debug, Default)]
struct Circle {
    start: BTreeMap<Node, Decimal>,
    payments: BTreeMap<PaymentKey, Payment>,
}

impl Circle {
    fn receive(&mut self, node: Node, value: Decimal) {
        add(&mut self.start, node, value);
    }

    fn pay(
        &mut self,
        (at, of): (usize, usize),
        (from, value): (Node, Decimal),
        to: Vec<Node>,
        date: Option<PartialDate>,
        is_fixed: bool,
    ) {
        let days = date.map(|date| (date.first_day(), date.last_day()));
        let (first, last) = days.unwrap_or((Date::MIN, Date::MAX));
        let time = if to.is_empty() { Time::Last } else { Time::Between(first, last) };
        let alone = (first != last && time != Time::Last).then_some(of);
        let key = (time, from, to, value < Decimal::ZERO, is_fixed, alone);
        let payment = self.payments.entry(key).or_insert_with_key(|key| Payment {
            from,
            to: key.2.clone(),
            value: Decimal::ZERO,
            pieces: Vec::new(),
            is_fixed,
        });
        payment.value = payment.value.saturating_add(value);
        payment.pieces.push(at);
    }

    /// Returns, for each piece, the amount passed on and the amount for which no source states it.
    fn settle(self, pieces: &[MovementPart], work: &Work) -> Result<Vec<(usize, PassedOn)>, Error> {
        let Self { start, payments } = self;
        let times = times(payments.keys().map(|key| key.0));
        let mut payments: Vec<Payment> = payments.into_values().collect();
        for payment in &mut payments {
            // OCHA FTS states itself which flows are internal, except for a payer that has received
            // nothing.
            payment.is_fixed &= available(&start, payment.from) > Decimal::ZERO;
        }
        let whole: Vec<Decimal> = payments.iter().map(|payment| payment.value).collect();
        take_back(&mut payments);
        let least = new_money::least(&payments, &times, &start, work)?;
        let most = new_money::most(&payments, &times, &start, &least, work)?;
        let mut open = most.all.saturating_sub(least.all).max(Decimal::ZERO);
        let mut parts = Vec::new();
        for (at, (payment, whole)) in payments.iter().zip(whole).enumerate() {
            let new = |of: &NewMoney| of.each.get(at).copied().unwrap_or_default();
            let passed = whole.saturating_sub(new(&least));
            let more = new(&most).saturating_sub(new(&least));
            let more = more.min(open).min(passed).max(Decimal::ZERO);
            open = open.saturating_sub(more);
            parts.extend(split(payment, pieces, passed.saturating_sub(more), more));
        }
        Ok(parts)
    }
}

/// Groups payments by time, as indices; ranges of days that overlap form one group.
fn times(all: impl Iterator<Item = Time>) -> Vec<Vec<usize>> {
    let mut times: Vec<Vec<usize>> = Vec::new();
    let mut until: Option<Time> = None;
    for (at, time) in all.enumerate() {
        let touches = match (until, time) {
            (Some(Time::Between(_, last)), Time::Between(first, _)) => first <= last,
            (Some(Time::Last), Time::Last) => true,
            _ => false,
        };
        until = match (until.filter(|_| touches), time) {
            (Some(Time::Between(first, last)), Time::Between(_, other)) => {
                Some(Time::Between(first, last.max(other)))
            }
            _ => Some(time),
        };
        match times.last_mut().filter(|_| touches) {
            Some(time) => time.push(at),
            None => times.push(vec![at]),
        }
    }
    times
}

/// Offsets money paid back against earlier payments between the same agencies, the latest first.
/// Any remainder returns to the payer.
fn take_back(payments: &mut [Payment]) {
    let mut given: BTreeMap<(Node, Vec<Node>, bool), Vec<usize>> = BTreeMap::new();
    for at in 0..payments.len() {
        let Some(Payment { from, to, value, is_fixed, .. }) = payments.get(at) else { continue };
        let mut left = *value;
        // All waiting payments have the same sign.
        let waiting = given.entry((*from, to.clone(), *is_fixed)).or_default();
        while let Some(other) = waiting.last().and_then(|other| payments.get_mut(*other)) {
            if left.is_zero() || (other.value < Decimal::ZERO) == (left < Decimal::ZERO) {
                break;
            }
            let sum = other.value.saturating_add(left);
            let is_used = sum.is_zero() || (sum < Decimal::ZERO) == (left < Decimal::ZERO);
            (other.value, left) = if is_used { (Decimal::ZERO, sum) } else { (sum, Decimal::ZERO) };
            if is_used {
                waiting.pop();
            }
        }
        if !left.is_zero() {
            waiting.push(at);
        }
        if let Some(payment) = payments.get_mut(at) {
            payment.value = left;
        }
    }
}

/// Splits the pieces of a payment into passed-on and open money: the first pieces are passed on,
/// the last are new.
fn split(
    payment: &Payment,
    pieces: &[MovementPart],
    mut passed: Decimal,
    mut open: Decimal,
) -> Vec<(usize, PassedOn)> {
    let take = |left: &mut Decimal, value: Decimal| {
        let zero = Decimal::ZERO;
        let part =
            if value < zero { value.max(*left).min(zero) } else { value.min(*left).max(zero) };
        *left = left.saturating_sub(part);
        part
    };
    let mut parts = Vec::new();
    for at in &payment.pieces {
        let Some((_, value)) = pieces.get(*at).and_then(MovementPart::counted) else { continue };
        let own = take(&mut passed, value);
        let more = take(&mut open, value.saturating_sub(own));
        parts.push((*at, PassedOn::of(value, own, more)));
    }
    parts
}
