//! Money that goes round: agencies that pay one another, directly or through others, and one that pays itself.
//!
//! Each of them receives what it gives, and so sums do not say where the money begins. There the days say it: an earlier payment
//! begins, a later one passes on what its giver has by then. What comes from outside the circle is there from the start, and
//! what leaves it is paid last. What one pays another on one day is one payment.
//!
//! Of payments on one day, or without a day, no source tells the order. Then only that has begun which has in every order: what
//! each gives beyond all it receives, and at least the largest payment. What another order would begin besides is open.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rust_decimal::Decimal;
use time::Date;

use super::line::Way;
use super::mirror::Credit;
use super::movement::{Movement, Piece};
use super::passed_on::{Given, Node, PassedOn};
use crate::model::date::PartialDate;
use crate::read::error::Error;
use crate::read::work::Work;

/// The circle of each agency that is in one.
pub(super) type Circles = BTreeMap<Node, usize>;

/// Up to so many payments of one time are tried in the order that begins most; more are taken as if all came at once.
const TRIED: usize = 200;

/// Payments from one agency to another at one time, or out of a circle.
#[derive(Debug)]
struct Payment {
    from: Node,
    /// Who receives it in the circle.
    to: Vec<Node>,
    /// What of it is not paid back.
    value: Decimal,
    pieces: Vec<usize>,
    /// Whether its source says that it moves on what had come in.
    is_fixed: bool,
}

/// When payments are made: on these days, or after all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Time {
    Between(Date, Date),
    Last,
}

/// What each payment begins, and what all begin together.
#[derive(Debug, Default)]
struct Begun {
    each: Vec<Decimal>,
    all: Decimal,
}

/// The circles among agencies that give to one another.
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

/// Visits all that can be reached and has not been seen, and lists each when all beyond it is.
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

/// Of each piece that an agency in a circle gives, how much of it is money that counts already.
pub(super) fn passed_on(
    movements: &[Movement],
    pieces: &[Piece],
    given: &[Given],
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
        let giver = given.get(at).copied().flatten().map(|(from, currency, _)| (from, currency));
        let own = giver.and_then(|giver| circles.get(&giver)).copied();
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
        if let (Some(circle), Some(giver)) = (own, giver) {
            let circle = all.entry(circle).or_default();
            let is_fixed = movement.is_flow() && piece.way == Way::Internal;
            circle.pay((at, piece.of), (giver, value), round, movement.date, is_fixed);
        }
    }
    let mut said = BTreeMap::new();
    for circle in all.into_values() {
        said.extend(circle.settle(pieces, work)?);
    }
    Ok(said)
}

/// What makes payments one: when, who gives and receives, whether it is paid back, whether its source says that it moves on
/// what had come in, and its record where it has no day.
type Key = (Time, Node, Vec<Node>, bool, bool, Option<usize>);

/// A circle: what its agencies have from outside, and what they pay.
#[derive(Debug, Default)]
struct Circle {
    start: BTreeMap<Node, Decimal>,
    payments: BTreeMap<Key, Payment>,
}

/// Amounts by agency.
type Purses = BTreeMap<Node, Decimal>;

fn add(purses: &mut Purses, node: Node, value: Decimal) {
    let purse = purses.entry(node).or_default();
    *purse = purse.saturating_add(value);
}

fn in_hand(purses: &Purses, node: Node) -> Decimal {
    purses.get(&node).copied().unwrap_or_default().max(Decimal::ZERO)
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

    /// Says of each piece how much of it is passed on, and of how much no source says it.
    fn settle(self, pieces: &[Piece], work: &Work) -> Result<Vec<(usize, PassedOn)>, Error> {
        let Self { start, payments } = self;
        let times = times(payments.keys().map(|key| key.0));
        let mut payments: Vec<Payment> = payments.into_values().collect();
        for payment in &mut payments {
            // OCHA FTS says itself what moves within, unless its giver has received nothing.
            payment.is_fixed &= in_hand(&start, payment.from) > Decimal::ZERO;
        }
        let whole: Vec<Decimal> = payments.iter().map(|payment| payment.value).collect();
        take_back(&mut payments);
        let came: Decimal = start
            .keys()
            .fold(Decimal::ZERO, |sum, node| sum.saturating_add(in_hand(&start, *node)));
        let mut least = fewest(&payments, &times, start.clone());
        raise_to_largest(&mut least, &payments, came);
        let most = most(&payments, &times, start, work)?;
        let mut open = most.all.saturating_sub(least.all).max(Decimal::ZERO);
        let mut said = Vec::new();
        for (at, (payment, whole)) in payments.iter().zip(whole).enumerate() {
            let begun = |of: &Begun| of.each.get(at).copied().unwrap_or_default();
            let passed = whole.saturating_sub(begun(&least));
            let more = begun(&most).saturating_sub(begun(&least));
            let more = more.min(open).min(passed).max(Decimal::ZERO);
            open = open.saturating_sub(more);
            said.extend(split(payment, pieces, passed.saturating_sub(more), more));
        }
        Ok(said)
    }
}

/// The payments of each time, by place: times that touch are one.
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

/// Lets what is paid back take the place of what the same agency gave the same one, the last before it first. What is left of
/// it, if anything, is money that its giver has again.
fn take_back(payments: &mut [Payment]) {
    let mut given: BTreeMap<(Node, Vec<Node>, bool), Vec<usize>> = BTreeMap::new();
    for at in 0..payments.len() {
        let Some(Payment { from, to, value, is_fixed, .. }) = payments.get(at) else { continue };
        let mut left = *value;
        // All that wait have one sign.
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

/// What must have begun in every order: at each time, what an agency gives beyond what it has and receives by then.
fn fewest(payments: &[Payment], times: &[Vec<usize>], mut purses: Purses) -> Begun {
    let mut begun = Begun::new(payments);
    for time in times {
        let mut given: BTreeMap<Node, (Decimal, Vec<usize>)> = BTreeMap::new();
        for (at, payment) in time.iter().filter_map(|at| Some((*at, payments.get(*at)?))) {
            payment.to.iter().for_each(|to| add(&mut purses, *to, payment.value));
            if payment.value < Decimal::ZERO {
                add(&mut purses, payment.from, -payment.value);
            } else if payment.is_fixed {
                let passed = in_hand(&purses, payment.from).min(payment.value);
                add(&mut purses, payment.from, -passed);
            } else {
                let (sum, all) = given.entry(payment.from).or_default();
                *sum = sum.saturating_add(payment.value);
                all.push(at);
            }
        }
        for (from, (sum, all)) in given {
            let value = sum.saturating_sub(in_hand(&purses, from)).max(Decimal::ZERO);
            add(&mut purses, from, value.saturating_sub(sum));
            spread(&mut begun, payments, &all, value);
        }
    }
    begun
}

/// Puts what an agency begins at one time on its payments, the last first.
fn spread(begun: &mut Begun, payments: &[Payment], all: &[usize], mut value: Decimal) {
    for at in all.iter().rev() {
        let part = payments.get(*at).map_or(Decimal::ZERO, |payment| payment.value.min(value));
        begun.begin(*at, part);
        value = value.saturating_sub(part);
    }
}

/// A payment is money that was there at once: if less has come or begun, the largest begins the rest.
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

/// What begins when of the payments of one time those come first that their givers have least for.
fn most(
    payments: &[Payment],
    times: &[Vec<usize>],
    mut purses: Purses,
    work: &Work,
) -> Result<Begun, Error> {
    let mut begun = Begun::new(payments);
    for time in times {
        let mut waiting = time.clone();
        let mut received = Vec::new();
        let is_tried = waiting.len() <= TRIED;
        while !waiting.is_empty() {
            work.step()?;
            let next = if is_tried { poorest(payments, &waiting, &purses) } else { 0 };
            let at = waiting.swap_remove(next);
            let Some(payment) = payments.get(at) else { continue };
            let value = missing(payment, &purses);
            let taken = payment.value.saturating_sub(value);
            add(&mut purses, payment.from, -taken);
            if !payment.is_fixed {
                begun.begin(at, value);
            }
            received.extend(payment.to.iter().map(|to| (*to, payment.value)));
            if is_tried {
                received.drain(..).for_each(|(to, value)| add(&mut purses, to, value));
            }
        }
        received.into_iter().for_each(|(to, value)| add(&mut purses, to, value));
    }
    Ok(begun)
}

/// What a giver has too little for a payment.
fn missing(payment: &Payment, purses: &Purses) -> Decimal {
    payment.value.saturating_sub(in_hand(purses, payment.from)).max(Decimal::ZERO)
}

/// The place of the payment that its giver has least for; of several the first.
fn poorest(payments: &[Payment], waiting: &[usize], purses: &Purses) -> usize {
    let missing = |at: &usize| payments.get(*at).map(|payment| missing(payment, purses));
    let all = waiting.iter().enumerate().map(|(place, at)| ((missing(at), Reverse(*at)), place));
    all.max().map_or(0, |(_, place)| place)
}

/// What of each piece of a payment is passed on, and what is open: the first pieces are passed on, the last begin.
fn split(
    payment: &Payment,
    pieces: &[Piece],
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
    let mut said = Vec::new();
    for at in &payment.pieces {
        let Some((_, value)) = pieces.get(*at).and_then(Piece::counted) else { continue };
        let own = take(&mut passed, value);
        let more = take(&mut open, value.saturating_sub(own));
        said.push((*at, PassedOn::of(value, own, more)));
    }
    said
}
