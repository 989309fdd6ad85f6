//! What crosses a line: which movements say the same money again, and what each way adds up to.

use std::collections::{BTreeMap, BTreeSet};

use super::line::{Agencies, Line, Side, Way};
use crate::model::date::PartialDate;
use crate::model::money::{Currency, Money};
use crate::model::noun::Kind;
use crate::read::total::ExclusionReason;
use rust_decimal::Decimal;

/// How many days a receipt may be told before or after the payment that it mirrors.
const DAYS: i64 = 90;

/// Which record: its noun, and its ordinal there.
pub(super) type Name = (Kind, u32);

/// A movement of money with an end inside.
#[derive(Clone, Debug)]
pub(super) struct Movement {
    /// The record that tells of it.
    pub(super) name: Name,
    /// Which way it crosses.
    pub(super) way: Way,
    /// How much.
    pub(super) money: Money,
    /// Why it does not count in itself.
    pub(super) left_out: Option<ExclusionReason>,
    /// Who gives.
    pub(super) from: Agencies,
    /// Who receives.
    pub(super) to: Agencies,
    /// When.
    pub(super) date: Option<PartialDate>,
    /// Whether it is told by who receives it.
    pub(super) is_receipt: bool,
}

/// What a record tells of a movement, its ends apart.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) name: Name,
    pub(super) money: Money,
    pub(super) left_out: Option<ExclusionReason>,
    pub(super) date: Option<PartialDate>,
    pub(super) is_receipt: bool,
}

impl Movement {
    /// A movement from one end to the other; `None` where a line leaves both outside.
    pub(super) fn across(line: &Line, source: Side, destination: Side, told: Told) -> Option<Self> {
        let way = line.way(&source, &destination)?;
        let inside = if way == Way::Outgoing { &source } else { &destination };
        let is_shared = line.shares(inside);
        let Told { name, money, left_out, date, is_receipt } = told;
        let left_out = left_out.or(is_shared.then_some(ExclusionReason::SharedWithOthers));
        let (from, to) = (source.agencies, destination.agencies);
        Some(Self { name, way, money, left_out, from, to, date, is_receipt })
    }
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Movements {
    /// Those that cross, or lie inside.
    pub(super) crossing: Vec<Movement>,
    /// The record that contains each, also of those that do not cross.
    pub(super) within: BTreeMap<Name, Name>,
}

/// A movement on its way into a sum.
#[derive(Clone, Debug)]
pub(super) struct Crossing {
    /// It, with the reason for which its way leaves it out.
    pub(super) movement: Movement,
    /// Why it is left out where all money counts once.
    pub(super) left_out_of_once: Option<ExclusionReason>,
}

/// Says of each movement what it is left out of. Whatever is keeps its amount and its reason, so that counted and left out are
/// the naive sum.
pub(super) fn cross(movements: Movements, counts: &dyn Fn(&Money) -> bool) -> Vec<Crossing> {
    let Movements { mut crossing, within } = movements;
    // What has an amount in the sum that is asked for.
    let stated: Vec<bool> = crossing.iter().map(|movement| counts(&movement.money)).collect();
    leave_out_receipts(&mut crossing, &stated);
    leave_out_parts(&mut crossing, &stated, &within);
    // Who receives counted money from somebody else passes it on: what they give is no new money.
    let mut receivers: BTreeSet<u32> = BTreeSet::new();
    for (movement, is_stated) in crossing.iter().zip(&stated) {
        if movement.way != Way::Outgoing && movement.left_out.is_none() && *is_stated {
            let from = movement.from.all();
            receivers.extend(movement.to.all().iter().filter(|to| !from.contains(to)));
        }
    }
    let once = |movement: &Movement| {
        let from = movement.from.all();
        let begins = !from.is_empty() && !from.iter().any(|from| receivers.contains(from));
        let is_new = movement.way == Way::Incoming || begins;
        movement.left_out.or((!is_new).then_some(ExclusionReason::Internal))
    };
    crossing
        .into_iter()
        .map(|movement| Crossing { left_out_of_once: once(&movement), movement })
        .collect()
}

/// What a payment and the receipt that mirrors it have in common, the day apart.
type Likeness<'a> = (&'a Agencies, &'a Agencies, Currency, Decimal);

/// `None` where an end or the amount is not known: nothing can be said to mirror that.
fn likeness(movement: &Movement) -> Option<Likeness<'_>> {
    let (from, to) = (&movement.from, &movement.to);
    let known = *from != Agencies::None && *to != Agencies::None;
    let (currency, value) = movement.money.currency().zip(movement.money.value())?;
    known.then_some((from, to, currency, value))
}

/// A receipt mirrors a payment that counts: from and to the same, the same amount in the same currency, at about the same time.
/// Each payment has one mirror at most.
fn leave_out_receipts(movements: &mut [Movement], stated: &[bool]) {
    let mut payments: BTreeMap<Likeness<'_>, Vec<Option<PartialDate>>> = BTreeMap::new();
    let counted = movements
        .iter()
        .zip(stated)
        .filter(|(m, is_stated)| **is_stated && m.left_out.is_none() && !m.is_receipt);
    for (payment, _) in counted {
        if let Some(likeness) = likeness(payment) {
            payments.entry(likeness).or_default().push(payment.date);
        }
    }
    let mut mirrors = Vec::new();
    for (at, receipt) in movements.iter().enumerate() {
        if !receipt.is_receipt || receipt.left_out.is_some() {
            continue;
        }
        let Some(likeness) = likeness(receipt) else { continue };
        let Some(candidates) = payments.get_mut(&likeness) else { continue };
        if let Some(found) = candidates.iter().position(|date| is_near(*date, receipt.date)) {
            candidates.swap_remove(found);
            mirrors.push(at);
        }
    }
    for at in mirrors {
        if let Some(receipt) = movements.get_mut(at) {
            receipt.left_out = Some(ExclusionReason::ReceiptOfCountedDisbursement);
        }
    }
}

fn is_near(one: Option<PartialDate>, other: Option<PartialDate>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    let apart = one.first_day() - other.first_day();
    apart.whole_days().abs() <= DAYS
}

/// What is part of a movement that counts and crosses the same way is in it already.
fn leave_out_parts(movements: &mut [Movement], stated: &[bool], within: &BTreeMap<Name, Name>) {
    if within.is_empty() {
        return;
    }
    let counted: BTreeMap<Name, Way> = movements
        .iter()
        .zip(stated)
        .filter(|(movement, is_stated)| **is_stated && movement.left_out.is_none())
        .map(|(movement, _)| (movement.name, movement.way))
        .collect();
    for movement in movements {
        let mut seen = BTreeSet::new();
        let mut at = within.get(&movement.name);
        while let Some(whole) = at.filter(|whole| seen.insert(**whole)) {
            if counted.get(whole) == Some(&movement.way) && movement.left_out.is_none() {
                movement.left_out = Some(ExclusionReason::PartOfCountedTotal);
            }
            at = within.get(whole);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::country::CountryCode;
    use crate::model::money::Qualifier;
    use crate::read::total::{Item, totals};
    use proptest::prelude::*;

    /// A movement before any line is drawn.
    #[derive(Clone, Debug)]
    struct Arrow {
        key: String,
        source: Side,
        destination: Side,
        euros: i64,
        date: &'static str,
        within: Option<String>,
        is_receipt: bool,
    }

    const NAMES: [&str; 11] =
        ["a", "b", "c", "d", "e", "f", "new", "donor", "wfp", "ngo", "village"];

    fn ordinal(name: &str) -> u32 {
        let at = NAMES.iter().position(|one| *one == name).unwrap_or(NAMES.len());
        u32::try_from(at).unwrap()
    }

    fn agency(name: &str) -> Side {
        Side { agencies: Agencies::One(ordinal(name)), ..Side::default() }
    }

    fn arrow(key: &str, from: &str, to: &str, euros: i64) -> Arrow {
        Arrow {
            key: key.to_owned(),
            source: agency(from),
            destination: agency(to),
            euros,
            date: "2020-03-05",
            within: None,
            is_receipt: false,
        }
    }

    fn inside(agencies: &[&str]) -> Line {
        let agencies = agencies.iter().map(|name| ordinal(name)).collect();
        Line { agencies: Some(agencies), ..Line::default() }
    }

    /// The items of each way, and of all money once.
    #[derive(Debug, Default)]
    struct Drawn {
        incoming: Vec<Item>,
        internal: Vec<Item>,
        outgoing: Vec<Item>,
        once: Vec<Item>,
    }

    fn draw(arrows: &[Arrow], line: &Line) -> Drawn {
        let name = |at: usize| (Kind::Transaction, u32::try_from(at).unwrap());
        let mut movements = Movements::default();
        for (at, arrow) in arrows.iter().enumerate() {
            let whole = arrow.within.as_ref();
            let whole = whole.and_then(|key| arrows.iter().position(|other| other.key == *key));
            if let Some(whole) = whole {
                movements.within.insert(name(at), name(whole));
            }
            let money = Money::stated(arrow.euros.into(), Currency::EUR, Qualifier::Exact, None);
            let told = Told {
                name: name(at),
                money,
                left_out: None,
                date: arrow.date.parse().ok(),
                is_receipt: arrow.is_receipt,
            };
            let (source, destination) = (arrow.source.clone(), arrow.destination.clone());
            movements.crossing.extend(Movement::across(line, source, destination, told));
        }
        let mut drawn = Drawn::default();
        for crossing in cross(movements, &|money| money.value().is_some()) {
            let item = |left_out| Item {
                kind: Kind::Transaction,
                key: crossing.movement.name.1.to_string(),
                part: None,
                money: crossing.movement.money,
                left_out,
            };
            drawn.once.push(item(crossing.left_out_of_once));
            let way = match crossing.movement.way {
                Way::Incoming => &mut drawn.incoming,
                Way::Internal => &mut drawn.internal,
                Way::Outgoing => &mut drawn.outgoing,
            };
            way.push(item(crossing.movement.left_out));
        }
        drawn
    }

    fn counted(items: &[Item]) -> Decimal {
        let total = totals(items.to_vec(), None);
        total.first().and_then(|total| total.counted).unwrap_or_default()
    }

    #[test]
    fn ways_are_told_by_which_end_lies_inside() {
        let all = [
            arrow("in", "donor", "wfp", 10),
            arrow("on", "wfp", "ngo", 4),
            arrow("out", "ngo", "village", 3),
            arrow("far", "donor", "village", 100),
        ];
        let drawn = draw(&all, &inside(&["wfp", "ngo"]));
        let sums =
            [&drawn.incoming, &drawn.internal, &drawn.outgoing, &drawn.once].map(|c| counted(c));
        assert_eq!(sums, [10, 4, 3, 10].map(Decimal::from));
    }

    #[test]
    fn a_receipt_of_a_counted_payment_is_the_same_money() {
        let receipt = Arrow { is_receipt: true, ..arrow("told by wfp", "donor", "wfp", 10) };
        let other = Arrow { is_receipt: true, ..arrow("another", "donor", "wfp", 10) };
        let payment = arrow("in", "donor", "wfp", 10);
        let drawn = draw(&[receipt, payment.clone(), other], &inside(&["wfp"]));
        assert_eq!(counted(&drawn.incoming), 20.into(), "one payment has one mirror");
        let late =
            Arrow { is_receipt: true, date: "2021-03-05", ..arrow("late", "donor", "wfp", 10) };
        let drawn = draw(&[late, payment], &inside(&["wfp"]));
        assert_eq!(counted(&drawn.incoming), 20.into());
    }

    #[test]
    fn a_part_of_what_counts_and_crosses_the_same_way_is_in_it() {
        let part = Arrow { within: Some("in".into()), ..arrow("part", "donor", "wfp", 4) };
        let passed = Arrow { within: Some("in".into()), ..arrow("passed", "wfp", "ngo", 4) };
        let drawn = draw(&[arrow("in", "donor", "wfp", 10), part, passed], &inside(&["wfp"]));
        assert_eq!((counted(&drawn.incoming), counted(&drawn.outgoing)), (10.into(), 4.into()));
    }

    #[test]
    fn what_begins_inside_counts_once_too() {
        let all = [arrow("own", "a", "wfp", 10), arrow("on", "wfp", "ngo", 10)];
        let drawn = draw(&all, &inside(&["a", "wfp", "ngo"]));
        assert_eq!((counted(&drawn.incoming), counted(&drawn.once)), (0.into(), 10.into()));
    }

    #[test]
    fn what_is_for_others_too_is_left_out() {
        let mali: CountryCode = "ML".parse().unwrap();
        let both = Side { countries: vec![mali, "NE".parse().unwrap()], ..Side::default() };
        let shared = Arrow { destination: both, ..arrow("shared", "donor", "", 10) };
        let line = Line { countries: vec![mali], ..Line::default() };
        let drawn = draw(&[shared], &line);
        assert_eq!(drawn.incoming[0].left_out, Some(ExclusionReason::SharedWithOthers));
    }

    proptest! {
        #[test]
        fn an_intermediary_or_a_split_changes_nothing_of_what_came_in(
            arrows in proptest::collection::vec((0_usize..6, 0_usize..6, 1_i64..1000), 1..20),
            inside_ones in proptest::collection::vec(any::<bool>(), 6),
            chosen in any::<prop::sample::Index>(),
        ) {
            let names: Vec<&str> = NAMES.iter().zip(&inside_ones).filter(|(_, i)| **i).map(|(n, _)| *n).collect();
            prop_assume!(!names.is_empty());
            let line = inside(&[&names[..], &["new"]].concat());
            let all: Vec<Arrow> = arrows
                .iter()
                .enumerate()
                .map(|(at, (from, to, euros))| arrow(&at.to_string(), NAMES[*from], NAMES[*to], *euros))
                .collect();
            let before = draw(&all, &line);
            let at = chosen.index(all.len());
            let one = all[at].clone();

            // a → b becomes a → new → b.
            let mut chain = all.clone();
            chain[at].destination = agency("new");
            chain.push(Arrow { key: "on".to_owned(), source: agency("new"), ..one.clone() });
            let after = draw(&chain, &line);
            if matches!(line.way(&one.source, &one.destination), Some(Way::Incoming | Way::Internal)) {
                prop_assert_eq!(counted(&after.incoming), counted(&before.incoming));
            }

            // a → b becomes two of it.
            let mut split = all.clone();
            let half = one.euros / 2;
            split[at] = Arrow { key: "one".to_owned(), euros: half, ..one.clone() };
            split.push(Arrow { key: "two".to_owned(), euros: one.euros - half, ..one });
            let after = draw(&split, &line);
            for (old, new) in [
                (&before.incoming, &after.incoming),
                (&before.internal, &after.internal),
                (&before.outgoing, &after.outgoing),
                (&before.once, &after.once),
            ] {
                prop_assert_eq!(counted(old), counted(new));
            }
        }

        #[test]
        fn counted_and_left_out_are_the_naive_sum(
            arrows in proptest::collection::vec((0_usize..6, 0_usize..6, 1_i64..5, any::<bool>(), proptest::option::of(0_usize..8)), 1..30),
        ) {
            let line = inside(&["a", "b", "c"]);
            let all: Vec<Arrow> = arrows.iter().enumerate().map(|(at, (from, to, euros, is_receipt, within))| Arrow {
                is_receipt: *is_receipt,
                within: within.map(|of| of.to_string()).filter(|of| *of != at.to_string()),
                ..arrow(&at.to_string(), NAMES[*from], NAMES[*to], *euros)
            }).collect();
            let crossing: i64 = all.iter().filter(|m| line.way(&m.source, &m.destination).is_some()).map(|m| m.euros).sum();
            let drawn = draw(&all, &line);
            let mut naive = Decimal::ZERO;
            for items in [drawn.incoming, drawn.internal, drawn.outgoing] {
                for total in totals(items, None) {
                    let left_out: Decimal = total.excluded.iter().filter_map(|e| e.item.money.value()).sum();
                    prop_assert_eq!(total.counted.unwrap_or_default() + left_out, total.naive.unwrap_or_default());
                    naive += total.naive.unwrap_or_default();
                }
            }
            prop_assert_eq!(naive, crossing.into());
        }
    }
}
