//! Bounds of the new money among payments around a circle.
//!
//! A payer gives new money for what it lacks. Payments of one group have no stated order, so the
//! new money depends on the order. The least is bounded for each agency by itself: it receives
//! first and gives last. The most is tried in every order if these are few. Otherwise each agency
//! gives first and receives last.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::passed_on::Node;
use crate::read::error::Error;
use crate::read::work::Work;

/// Maximum number of amounts copied to try the orders of payments; enough for all orders of seven.
const MAX_COPIED: usize = 100_000;

/// Payments from one agency to another at one time, or out of a circle.
#[derive(Clone, Debug)]
pub(super) struct Payment {
    pub(super) from: Node,
    /// Receivers within the circle; empty if the payment leaves it.
    pub(super) to: Vec<Node>,
    /// Amount that is not paid back.
    pub(super) value: Decimal,
    pub(super) pieces: Vec<usize>,
    /// True if its source states that it moves on money that had come in.
    pub(super) is_fixed: bool,
}

/// Balances by agency.
pub(super) type Balances = BTreeMap<Node, Decimal>;

/// Adds an amount to the balance of an agency.
pub(super) fn add(balances: &mut Balances, node: Node, value: Decimal) {
    let balance = balances.entry(node).or_default();
    *balance = balance.saturating_add(value);
}

/// Returns the balance of an agency, 0 if it is negative.
pub(super) fn available(balances: &Balances, node: Node) -> Decimal {
    balances.get(&node).copied().unwrap_or_default().max(Decimal::ZERO)
}

/// New money: for each payment, and in total.
#[derive(Clone, Debug, Default)]
pub(super) struct NewMoney {
    pub(super) each: Vec<Decimal>,
    pub(super) all: Decimal,
}

impl NewMoney {
    fn new(payments: &[Payment]) -> Self {
        Self { each: vec![Decimal::ZERO; payments.len()], all: Decimal::ZERO }
    }

    fn add(&mut self, at: usize, value: Decimal) {
        if let Some(each) = self.each.get_mut(at) {
            *each = each.saturating_add(value);
            self.all = self.all.saturating_add(value);
        }
    }

    /// Distributes the new money of an agency at one time over its payments, the last first.
    fn spread(&mut self, payments: &[Payment], of: &[usize], mut value: Decimal) {
        for at in of.iter().rev() {
            let part = payments.get(*at).map_or(Decimal::ZERO, |payment| payment.value.min(value));
            self.add(*at, part);
            value = value.saturating_sub(part);
        }
    }
}

/// Computes the money that is new in every order. `groups` lists the payments by time.
pub(super) fn least(
    payments: &[Payment],
    groups: &[Vec<usize>],
    start: &Balances,
    work: &Work,
) -> Result<NewMoney, Error> {
    let mut least = bound(payments, groups, start, Side::Least, work)?;
    raise_to_largest(&mut least, payments, start);
    Ok(least)
}

/// Computes the most money that is new in any order, or an upper bound of it.
pub(super) fn most(
    payments: &[Payment],
    groups: &[Vec<usize>],
    start: &Balances,
    least: &NewMoney,
    work: &Work,
) -> Result<NewMoney, Error> {
    let most = bound(payments, groups, start, Side::Most, work)?;
    if most.all <= least.all {
        return Ok(most);
    }
    Ok(in_any_order(payments, groups, start, work)?.unwrap_or(most))
}

/// The bound that is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Least,
    Most,
}

/// Money that an agency receives and gives in one group.
#[derive(Debug, Default)]
struct Turnover {
    received: Decimal,
    /// Amounts that reduce its balance without a payment; not positive.
    withdrawn: Decimal,
    given: Decimal,
    /// Part of its payments that moves on money as stated by the source.
    fixed: Decimal,
    /// Payments in `given`.
    payments: Vec<usize>,
}

impl Turnover {
    fn receive(&mut self, value: Decimal) {
        let side = if value < Decimal::ZERO { &mut self.withdrawn } else { &mut self.received };
        *side = side.saturating_add(value);
    }

    /// Returns the new money, and the balance from which later groups are bounded.
    ///
    /// For the least, payments may use all that is received, and fixed payments use only what is
    /// certainly left for them. For the most it is the other way round. The balance goes with the
    /// new money: a higher balance saves later no more new money than it adds.
    fn bound(&self, balance: Decimal, side: Side) -> (Decimal, Decimal) {
        let zero = Decimal::ZERO;
        let with_all = balance.saturating_add(self.received);
        let with_none = balance.saturating_add(self.withdrawn);
        let take = |value: Decimal, of: Decimal| value.min(of.max(zero));
        let (taken, fixed) = match side {
            Side::Least => {
                (take(self.given, with_all), take(self.fixed, with_none.saturating_sub(self.given)))
            }
            Side::Most => {
                (take(self.given, with_none.saturating_sub(self.fixed)), take(self.fixed, with_all))
            }
        };
        let rest = with_all.saturating_add(self.withdrawn);
        (self.given.saturating_sub(taken), rest.saturating_sub(taken).saturating_sub(fixed))
    }
}

/// Bounds the new money of each agency by itself.
fn bound(
    payments: &[Payment],
    groups: &[Vec<usize>],
    start: &Balances,
    side: Side,
    work: &Work,
) -> Result<NewMoney, Error> {
    let mut new = NewMoney::new(payments);
    let mut balances = start.clone();
    for group in groups {
        let mut agencies: BTreeMap<Node, Turnover> = BTreeMap::new();
        for (at, payment) in group.iter().filter_map(|at| Some((*at, payments.get(*at)?))) {
            work.step()?;
            for to in &payment.to {
                agencies.entry(*to).or_default().receive(payment.value);
            }
            let payer = agencies.entry(payment.from).or_default();
            if payment.value < Decimal::ZERO {
                payer.receive(-payment.value);
            } else if payment.is_fixed {
                payer.fixed = payer.fixed.saturating_add(payment.value);
            } else {
                payer.given = payer.given.saturating_add(payment.value);
                payer.payments.push(at);
            }
        }
        for (agency, turnover) in agencies {
            let balance = balances.entry(agency).or_default();
            let (value, rest) = turnover.bound(*balance, side);
            *balance = rest;
            new.spread(payments, &turnover.payments, value);
        }
    }
    Ok(new)
}

/// Raises the new money to the largest payment, which must have been available at once.
fn raise_to_largest(new: &mut NewMoney, payments: &[Payment], start: &Balances) {
    let came = start.keys().map(|node| available(start, *node));
    let there =
        came.chain(payments.iter().map(beyond_payer)).fold(Decimal::ZERO, Decimal::saturating_add);
    let free = payments.iter().enumerate().filter(|(_, payment)| !payment.is_fixed);
    let largest = free.rev().max_by_key(|(_, payment)| payment.value);
    if let Some((at, payment)) = largest {
        let missing = payment.value.saturating_sub(there).saturating_sub(new.all);
        if missing > Decimal::ZERO {
            new.add(at, missing);
        }
    }
}

/// Returns the amount that a payment may make available beyond what its payer had or began: the
/// full value for each further receiver, for a payer that lacked money as stated, and for a payer
/// that gets it back.
fn beyond_payer(payment: &Payment) -> Decimal {
    let receivers = Decimal::from(payment.to.len());
    if payment.value < Decimal::ZERO {
        -payment.value
    } else if payment.is_fixed {
        payment.value.saturating_mul(receivers)
    } else {
        payment.value.saturating_mul((receivers - Decimal::ONE).max(Decimal::ZERO))
    }
}

/// Payments made of a group, as bits, and the balances after them.
type Point = (u64, Balances);

/// Computes the most new money by trying all orders; `None` if they are too many.
fn in_any_order(
    payments: &[Payment],
    groups: &[Vec<usize>],
    start: &Balances,
    work: &Work,
) -> Result<Option<NewMoney>, Error> {
    let mut copied = 0;
    let mut points = BTreeMap::from([((0, start.clone()), NewMoney::new(payments))]);
    for group in groups {
        if group.len() > 64 {
            return Ok(None);
        }
        for _ in group {
            let mut next: BTreeMap<Point, NewMoney> = BTreeMap::new();
            for ((made, balances), new) in &points {
                for (bit, at) in (0..).map(|bit| 1_u64 << bit).zip(group) {
                    let Some(payment) = payments.get(*at).filter(|_| made & bit == 0) else {
                        continue;
                    };
                    work.step()?;
                    copied += payments.len();
                    if copied > MAX_COPIED {
                        return Ok(None);
                    }
                    let (mut balances, mut new) = (balances.clone(), new.clone());
                    pay(&mut balances, &mut new, *at, payment);
                    let most = next.entry((made | bit, balances)).or_default();
                    if most.each.is_empty() || most.all < new.all {
                        *most = new;
                    }
                }
            }
            points = next;
        }
        points = points.into_iter().map(|((_, balances), new)| ((0, balances), new)).collect();
    }
    Ok(points.into_values().max_by_key(|new| new.all))
}

/// Makes a payment: new money is what its payer lacks.
fn pay(balances: &mut Balances, new: &mut NewMoney, at: usize, payment: &Payment) {
    let taken = payment.value.min(available(balances, payment.from));
    add(balances, payment.from, -taken);
    if !payment.is_fixed {
        new.add(at, payment.value.saturating_sub(taken));
    }
    for to in &payment.to {
        add(balances, *to, payment.value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::money::Currency;
    use proptest::prelude::*;

    fn node(agency: u32) -> Node {
        (agency, Currency::EUR)
    }

    fn payment() -> impl Strategy<Value = Payment> {
        let to = proptest::collection::btree_set(0_u32..4, 0..3);
        (0_u32..4, to, -3_i64..12, 0..4).prop_map(|(from, to, value, fixed)| Payment {
            from: node(from),
            to: to.into_iter().map(node).collect(),
            value: value.into(),
            pieces: Vec::new(),
            is_fixed: fixed == 0,
        })
    }

    /// Collects the new money of every order of the remaining payments, group after group.
    fn orders(
        payments: &[Payment],
        groups: &[Vec<usize>],
        balances: [i64; 4],
        new: i64,
        all: &mut Vec<i64>,
    ) {
        let Some((group, later)) = groups.split_first() else { return all.push(new) };
        if group.is_empty() {
            return orders(payments, later, balances, new, all);
        }
        for at in group {
            let rest: Vec<usize> = group.iter().filter(|other| *other != at).copied().collect();
            let payment = &payments[*at];
            let value = i64::try_from(payment.value).unwrap();
            let mut balances = balances;
            let taken = value.min(balances[payment.from.0 as usize].max(0));
            balances[payment.from.0 as usize] -= taken;
            for to in &payment.to {
                balances[to.0 as usize] += value;
            }
            let new = if payment.is_fixed { new } else { new + value - taken };
            orders(payments, &[&[rest], later].concat(), balances, new, all);
        }
    }

    proptest! {
        #[test]
        fn every_order_is_within_the_bounds(
            days in proptest::collection::vec(proptest::collection::vec(payment(), 1..5), 1..4),
            came in proptest::array::uniform4(-4_i64..10),
        ) {
            prop_assume!(days.iter().map(|day| (1..=day.len()).product::<usize>()).product::<usize>() < 700);
            let payments = days.concat();
            let mut numbers = 0..payments.len();
            let groups: Vec<Vec<usize>> =
                days.iter().map(|day| numbers.by_ref().take(day.len()).collect()).collect();
            let start: Balances =
                (0..).map(node).zip(came).map(|(node, value)| (node, value.into())).collect();
            let mut all = Vec::new();
            orders(&payments, &groups, came, 0, &mut all);
            let [smallest, largest] =
                [all.iter().min(), all.iter().max()].map(|new| Decimal::from(*new.unwrap()));

            let work = Work::default();
            let least = least(&payments, &groups, &start, &work).unwrap();
            prop_assert!(least.all <= smallest, "{} <= {smallest}", least.all);
            let sound = bound(&payments, &groups, &start, Side::Most, &work).unwrap();
            prop_assert!(largest <= sound.all, "{largest} <= {}", sound.all);
            let most = most(&payments, &groups, &start, &least, &work).unwrap();
            prop_assert_eq!(most.all, largest);
            for new in [least, sound, most] {
                prop_assert_eq!(new.each.iter().sum::<Decimal>(), new.all);
                let fits = |(new, payment): (&Decimal, &Payment)| {
                    *new >= Decimal::ZERO && *new <= payment.value.max(Decimal::ZERO)
                };
                prop_assert!(new.each.iter().zip(&payments).all(fits), "{:?}", new.each);
            }
        }
    }
}
