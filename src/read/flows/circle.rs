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
//! least the largest payment. Money that is new only in another order is open.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rust_decimal::Decimal;
use time::Date;

use super::boundary::Way;
use super::movement::{BoundaryMovement, MovementPart};
use super::passed_on::{GivenAmount, Node, PassedOn};
use super::receipt_matching::Credit;
use crate::model::date::PartialDate;
use crate::read::error::Error;
use crate::read::work::Work;

/// Number of the circle of each agency that is in one.
pub(super) type Circles = BTreeMap<Node, usize>;

/// Maximum number of payments at one time that are ordered to maximise new money. More are treated
/// as simultaneous.
const MAX_ORDERED: usize = 200;

/// Payments from one agency to another at one time, or out of a circle.
#[derive(Debug)]
struct Payment {
    from: Node,
    /// Receivers within the circle; empty if the payment leaves it.
    to: Vec<Node>,
    /// Amount that is not paid back.
    value: Decimal,
    pieces: Vec<usize>,
    /// True if its source states that it moves on money that had come in.
    is_fixed: bool,
}

/// Time of payments: a range of days, or after all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Time {
    Between(Date, Date),
    Last,
}

/// New money: for each payment, and in total.
#[derive(Debug, Default)]
struct Begun {
    each: Vec<Decimal>,
    all: Decimal,
}

/// Finds the circles among agencies that pay one another: strongly connected components.
pub(super) fn find(links: &[(Node, Node)]) -> Circles {
    let mut onward: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
    let mut back: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
    for (from, to) in links {
        onward.entry(*from).or_default().push(*to);
        back.entry(*to).or_default().push(*from);
    }
    let mut seen = BTreeMap::new();
    let mut left = Vec::new();
    for start in onward.keys() {
        walk(&onward, *start, 0, &mut seen, &mut left);
    }
    let mut circles = Circles::new();
    for (number, start) in left.iter().rev().enumerate() {
        walk(&back, *start, number, &mut circles, &mut Vec::new());
    }
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    for circle in circles.values() {
        *sizes.entry(*circle).or_default() += 1;
    }
    let pays_itself = |node: &Node| onward.get(node).is_some_and(|to| to.contains(node));
    circles.retain(|node, circle| sizes.get(circle).is_some_and(|n| *n > 1) || pays_itself(node));
    circles
}

/// Visits everything reachable that has not been seen, and lists each node after all nodes beyond
/// it.
fn walk(
    links: &BTreeMap<Node, Vec<Node>>,
    start: Node,
    number: usize,
    seen: &mut BTreeMap<Node, usize>,
    left: &mut Vec<Node>,
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
                left.push(*at);
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
        let mut round = Vec::new();
        let receivers = movement.to.all().iter().filter(|_| piece.way != Way::Outgoing);
        for to in receivers.map(|to| (*to, currency)) {
            match circles.get(&to) {
                Some(circle) if Some(*circle) == own => round.push(to),
                Some(circle) if !movement.from.all().contains(&to.0) => {
                    all.entry(*circle).or_default().receive(to, value);
                }
                _ => {}
            }
        }
        if let (Some(circle), Some(payer)) = (own, payer) {
            let circle = all.entry(circle).or_default();
            let is_fixed = movement.is_flow() && piece.way == Way::Internal;
            circle.pay((at, piece.of), (payer, value), round, movement.date, is_fixed);
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

/// Balances by agency.
type Balances = BTreeMap<Node, Decimal>;

fn add(balances: &mut Balances, node: Node, value: Decimal) {
    let balance = balances.entry(node).or_default();
    *balance = balance.saturating_add(value);
}

fn available(balances: &Balances, node: Node) -> Decimal {
    balances.get(&node).copied().unwrap_or_default().max(Decimal::ZERO)
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
        let came: Decimal = start
            .keys()
            .fold(Decimal::ZERO, |sum, node| sum.saturating_add(available(&start, *node)));
        let mut least = least_new(&payments, &times, start.clone());
        raise_to_largest(&mut least, &payments, came);
        let most = most_new(&payments, &times, start, work)?;
        let mut open = most.all.saturating_sub(least.all).max(Decimal::ZERO);
        let mut parts = Vec::new();
        for (at, (payment, whole)) in payments.iter().zip(whole).enumerate() {
            let begun = |of: &Begun| of.each.get(at).copied().unwrap_or_default();
            let passed = whole.saturating_sub(begun(&least));
            let more = begun(&most).saturating_sub(begun(&least));
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

impl Begun {
    fn new(payments: &[Payment]) -> Self {
        Self { each: vec![Decimal::ZERO; payments.len()], all: Decimal::ZERO }
    }

    fn begin(&mut self, at: usize, value: Decimal) {
        if let Some(each) = self.each.get_mut(at) {
            *each = each.saturating_add(value);
            self.all = self.all.saturating_add(value);
        }
    }
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

/// Computes the money that is new in every order: at each time, what an agency gives beyond what it
/// holds and receives by then.
fn least_new(payments: &[Payment], times: &[Vec<usize>], mut balances: Balances) -> Begun {
    let mut begun = Begun::new(payments);
    for time in times {
        let mut given: BTreeMap<Node, (Decimal, Vec<usize>)> = BTreeMap::new();
        for (at, payment) in time.iter().filter_map(|at| Some((*at, payments.get(*at)?))) {
            payment.to.iter().for_each(|to| add(&mut balances, *to, payment.value));
            if payment.value < Decimal::ZERO {
                add(&mut balances, payment.from, -payment.value);
            } else if payment.is_fixed {
                let passed = available(&balances, payment.from).min(payment.value);
                add(&mut balances, payment.from, -passed);
            } else {
                let (sum, all) = given.entry(payment.from).or_default();
                *sum = sum.saturating_add(payment.value);
                all.push(at);
            }
        }
        for (from, (sum, all)) in given {
            let value = sum.saturating_sub(available(&balances, from)).max(Decimal::ZERO);
            add(&mut balances, from, value.saturating_sub(sum));
            spread(&mut begun, payments, &all, value);
        }
    }
    begun
}

/// Distributes the new money of an agency at one time over its payments, the last first.
fn spread(begun: &mut Begun, payments: &[Payment], all: &[usize], mut value: Decimal) {
    for at in all.iter().rev() {
        let part = payments.get(*at).map_or(Decimal::ZERO, |payment| payment.value.min(value));
        begun.begin(*at, part);
        value = value.saturating_sub(part);
    }
}

/// Raises the new money to the largest payment, which must have been available at once.
fn raise_to_largest(begun: &mut Begun, payments: &[Payment], came: Decimal) {
    let free = payments.iter().enumerate().filter(|(_, payment)| !payment.is_fixed);
    let largest = free.rev().max_by_key(|(_, payment)| payment.value);
    if let Some((at, payment)) = largest {
        let missing = payment.value.saturating_sub(came).saturating_sub(begun.all);
        if missing > Decimal::ZERO {
            begun.begin(at, missing);
        }
    }
}

/// Computes the new money if, among the payments of one time, the payer with the largest deficit
/// pays first.
fn most_new(
    payments: &[Payment],
    times: &[Vec<usize>],
    mut balances: Balances,
    work: &Work,
) -> Result<Begun, Error> {
    let mut begun = Begun::new(payments);
    for time in times {
        let mut waiting = time.clone();
        let mut received = Vec::new();
        let is_ordered = waiting.len() <= MAX_ORDERED;
        while !waiting.is_empty() {
            work.step()?;
            let next = if is_ordered { largest_deficit(payments, &waiting, &balances) } else { 0 };
            let at = waiting.swap_remove(next);
            let Some(payment) = payments.get(at) else { continue };
            let value = deficit(payment, &balances);
            let taken = payment.value.saturating_sub(value);
            add(&mut balances, payment.from, -taken);
            if !payment.is_fixed {
                begun.begin(at, value);
            }
            received.extend(payment.to.iter().map(|to| (*to, payment.value)));
            if is_ordered {
                received.drain(..).for_each(|(to, value)| add(&mut balances, to, value));
            }
        }
        for (to, value) in received {
            add(&mut balances, to, value);
        }
    }
    Ok(begun)
}

/// Returns the amount that a payer lacks for a payment.
fn deficit(payment: &Payment, balances: &Balances) -> Decimal {
    payment.value.saturating_sub(available(balances, payment.from)).max(Decimal::ZERO)
}

/// Returns the index of the payment with the largest deficit; the first of equals.
fn largest_deficit(payments: &[Payment], waiting: &[usize], balances: &Balances) -> usize {
    let deficit = |at: &usize| payments.get(*at).map(|payment| deficit(payment, balances));
    let all = waiting.iter().enumerate().map(|(place, at)| ((deficit(at), Reverse(*at)), place));
    all.max().map_or(0, |(_, place)| place)
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
