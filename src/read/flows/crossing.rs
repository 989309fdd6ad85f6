//! The line through movements: which cross it, which way, and which of them say the same money again.

use std::collections::{BTreeMap, BTreeSet};

use super::Boundary;
use crate::model::country::CountryCode;
use crate::model::date::PartialDate;
use crate::model::money::Money;
use crate::read::total::{ExclusionReason, Item};

/// How many days a receipt may be told before or after the payment that it mirrors.
const DAYS: i64 = 90;

/// One end of a movement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Side {
    pub(super) agencies: Vec<String>,
    pub(super) countries: Vec<CountryCode>,
    pub(super) years: Vec<u16>,
}

/// A movement of money.
#[derive(Clone, Debug)]
pub(super) struct Movement {
    /// Its record and money, with the reason for which it does not count in itself.
    pub(super) item: Item,
    pub(super) source: Side,
    pub(super) destination: Side,
    pub(super) date: Option<PartialDate>,
    /// The record that contains it, unless that is one whose amount is what is left of it.
    pub(super) within: Option<String>,
    /// Whether it is told by who receives it.
    pub(super) is_receipt: bool,
}

/// The movements that cross a boundary or lie inside.
#[derive(Clone, Debug, Default)]
pub(super) struct Crossings {
    pub(super) incoming: Vec<Item>,
    pub(super) internal: Vec<Item>,
    pub(super) outgoing: Vec<Item>,
    pub(super) once: Vec<Item>,
}

/// Which way a movement crosses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Incoming,
    Internal,
    Outgoing,
}

impl Boundary {
    /// Whether an end lies inside.
    fn holds(&self, side: &Side) -> bool {
        fn meets<T: PartialEq>(asked: &[T], there: &[T]) -> bool {
            asked.is_empty() || there.iter().any(|one| asked.contains(one))
        }
        meets(&self.agencies, &side.agencies)
            && meets(&self.countries, &side.countries)
            && meets(&self.years, &side.years)
    }

    /// Whether an end inside is for others outside too.
    fn shares(&self, side: &Side) -> bool {
        fn others<T: PartialEq>(asked: &[T], there: &[T]) -> bool {
            !asked.is_empty() && there.iter().any(|one| !asked.contains(one))
        }
        others(&self.countries, &side.countries) || others(&self.years, &side.years)
    }

    fn way(&self, movement: &Movement) -> Option<Way> {
        match (self.holds(&movement.source), self.holds(&movement.destination)) {
            (false, true) => Some(Way::Incoming),
            (true, true) => Some(Way::Internal),
            (true, false) => Some(Way::Outgoing),
            (false, false) => None,
        }
    }
}

/// Draws the line. Whatever is left out keeps its amount and its reason, so that counted and left out are the naive sum.
pub(super) fn cross(
    mut movements: Vec<Movement>,
    boundary: &Boundary,
    counts: &dyn Fn(&Money) -> bool,
) -> Crossings {
    let ways: Vec<Option<Way>> = movements.iter().map(|movement| boundary.way(movement)).collect();
    for (movement, way) in movements.iter_mut().zip(&ways) {
        let inside =
            if *way == Some(Way::Outgoing) { &movement.source } else { &movement.destination };
        if movement.item.left_out.is_none() && boundary.shares(inside) {
            movement.item.left_out = Some(ExclusionReason::SharedWithOthers);
        }
    }
    leave_out_receipts(&mut movements, &ways, counts);
    leave_out_parts(&mut movements, &ways, counts);
    // Who receives counted money from somebody else passes it on: what they give is no new money.
    let counted =
        |movement: &Movement| movement.item.left_out.is_none() && counts(&movement.item.money);
    let mut receivers: BTreeSet<String> = BTreeSet::new();
    for (movement, way) in movements.iter().zip(&ways) {
        if matches!(way, Some(Way::Incoming | Way::Internal)) && counted(movement) {
            let to = movement.destination.agencies.iter();
            receivers.extend(to.filter(|to| !movement.source.agencies.contains(to)).cloned());
        }
    }
    let mut crossings = Crossings::default();
    for (movement, way) in movements.into_iter().zip(ways) {
        let Some(way) = way else { continue };
        let begins = !movement.source.agencies.is_empty()
            && movement.source.agencies.iter().all(|from| !receivers.contains(from));
        let mut once = movement.item.clone();
        if way != Way::Incoming && !begins && once.left_out.is_none() {
            once.left_out = Some(ExclusionReason::Internal);
        }
        crossings.once.push(once);
        match way {
            Way::Incoming => crossings.incoming.push(movement.item),
            Way::Internal => crossings.internal.push(movement.item),
            Way::Outgoing => crossings.outgoing.push(movement.item),
        }
    }
    crossings
}

/// A receipt mirrors a payment that counts: from and to the same, the same amount in the same currency, at about the same time.
/// Each payment has one mirror at most.
fn leave_out_receipts(
    movements: &mut [Movement],
    ways: &[Option<Way>],
    counts: &dyn Fn(&Money) -> bool,
) {
    type Ends<'a> = (&'a [String], &'a [String]);
    let mut payments: BTreeMap<Ends<'_>, Vec<usize>> = BTreeMap::new();
    let ends = |movement: &'_ Movement| -> (Vec<String>, Vec<String>) {
        (movement.source.agencies.clone(), movement.destination.agencies.clone())
    };
    let all: Vec<_> = movements.iter().map(ends).collect();
    for (at, movement) in movements.iter().enumerate() {
        let is_counted = movement.item.left_out.is_none() && counts(&movement.item.money);
        if let (true, Some((from, to))) = (is_counted && !movement.is_receipt, all.get(at))
            && ways.get(at).is_some_and(Option::is_some)
            && !from.is_empty()
            && !to.is_empty()
        {
            payments.entry((from, to)).or_default().push(at);
        }
    }
    let mut mirrors = Vec::new();
    for (at, receipt) in movements.iter().enumerate() {
        if !receipt.is_receipt || receipt.item.left_out.is_some() {
            continue;
        }
        let Some((from, to)) = all.get(at) else { continue };
        let Some(candidates) = payments.get_mut(&(from.as_slice(), to.as_slice())) else {
            continue;
        };
        let same = |payment: &Movement| {
            payment.item.money.value() == receipt.item.money.value()
                && payment.item.money.currency() == receipt.item.money.currency()
                && is_near(payment.date, receipt.date)
        };
        let found = candidates.iter().position(|payment| movements.get(*payment).is_some_and(same));
        if let Some(found) = found {
            candidates.swap_remove(found);
            mirrors.push(at);
        }
    }
    for at in mirrors {
        if let Some(receipt) = movements.get_mut(at) {
            receipt.item.left_out = Some(ExclusionReason::ReceiptOfCountedDisbursement);
        }
    }
}

fn is_near(one: Option<PartialDate>, other: Option<PartialDate>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    let apart = one.first_day() - other.first_day();
    apart.whole_days().abs() <= DAYS
}

/// What is part of a movement that counts and crosses the same way is in it already.
fn leave_out_parts(
    movements: &mut [Movement],
    ways: &[Option<Way>],
    counts: &dyn Fn(&Money) -> bool,
) {
    let counted: BTreeMap<String, Way> = movements
        .iter()
        .zip(ways)
        .filter(|(movement, _)| movement.item.left_out.is_none() && counts(&movement.item.money))
        .filter_map(|(movement, way)| Some((movement.item.key.clone(), (*way)?)))
        .collect();
    let containers: BTreeMap<String, String> = movements
        .iter()
        .filter_map(|movement| Some((movement.item.key.clone(), movement.within.clone()?)))
        .collect();
    for (movement, way) in movements.iter_mut().zip(ways) {
        let mut seen = BTreeSet::new();
        let mut at = movement.within.clone();
        while let Some(whole) = at.filter(|whole| seen.insert(whole.clone())) {
            if way.is_some()
                && counted.get(&whole) == way.as_ref()
                && movement.item.left_out.is_none()
            {
                movement.item.left_out = Some(ExclusionReason::PartOfCountedTotal);
            }
            at = containers.get(&whole).cloned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::money::{Currency, Qualifier};
    use crate::model::noun::Kind;
    use crate::read::total::totals;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    fn agency(name: &str) -> Side {
        Side { agencies: vec![name.to_owned()], ..Side::default() }
    }

    fn movement(key: &str, from: &str, to: &str, euros: i64) -> Movement {
        let money = Money::stated(euros.into(), Currency::EUR, Qualifier::Exact, None);
        Movement {
            item: Item {
                kind: Kind::Transaction,
                key: key.to_owned(),
                part: None,
                money,
                left_out: None,
            },
            source: agency(from),
            destination: agency(to),
            date: "2020-03-05".parse().ok(),
            within: None,
            is_receipt: false,
        }
    }

    fn inside(agencies: &[&str]) -> Boundary {
        let agencies = agencies.iter().map(|name| (*name).to_owned()).collect();
        Boundary { agencies, ..Boundary::default() }
    }

    fn counted(items: &[Item]) -> Decimal {
        totals(items, None).first().and_then(|total| total.counted).unwrap_or_default()
    }

    fn draw(movements: Vec<Movement>, boundary: &Boundary) -> Crossings {
        cross(movements, boundary, &|money| money.value().is_some())
    }

    #[test]
    fn ways_are_told_by_which_end_lies_inside() {
        let all = vec![
            movement("in", "donor", "wfp", 10),
            movement("on", "wfp", "ngo", 4),
            movement("out", "ngo", "village", 3),
            movement("far", "donor", "village", 100),
        ];
        let drawn = draw(all, &inside(&["wfp", "ngo"]));
        let sums =
            [&drawn.incoming, &drawn.internal, &drawn.outgoing, &drawn.once].map(|c| counted(c));
        assert_eq!(sums, [10, 4, 3, 10].map(Decimal::from));
    }

    #[test]
    fn a_receipt_of_a_counted_payment_is_the_same_money() {
        let receipt = Movement { is_receipt: true, ..movement("told by wfp", "donor", "wfp", 10) };
        let other = Movement { is_receipt: true, ..movement("another", "donor", "wfp", 10) };
        let drawn =
            draw(vec![receipt, movement("in", "donor", "wfp", 10), other], &inside(&["wfp"]));
        assert_eq!(counted(&drawn.incoming), 20.into(), "one payment has one mirror");
        let late = Movement {
            is_receipt: true,
            date: "2021-03-05".parse().ok(),
            ..movement("late", "donor", "wfp", 10)
        };
        let drawn = draw(vec![late, movement("in", "donor", "wfp", 10)], &inside(&["wfp"]));
        assert_eq!(counted(&drawn.incoming), 20.into());
    }

    #[test]
    fn a_part_of_what_counts_and_crosses_the_same_way_is_in_it() {
        let part = Movement { within: Some("in".into()), ..movement("part", "donor", "wfp", 4) };
        let passed = Movement { within: Some("in".into()), ..movement("passed", "wfp", "ngo", 4) };
        let drawn = draw(vec![movement("in", "donor", "wfp", 10), part, passed], &inside(&["wfp"]));
        assert_eq!((counted(&drawn.incoming), counted(&drawn.outgoing)), (10.into(), 4.into()));
    }

    #[test]
    fn what_begins_inside_counts_once_too() {
        let all = vec![movement("own", "ministry", "wfp", 10), movement("on", "wfp", "ngo", 10)];
        let drawn = draw(all, &inside(&["ministry", "wfp", "ngo"]));
        assert_eq!((counted(&drawn.incoming), counted(&drawn.once)), (0.into(), 10.into()));
    }

    #[test]
    fn what_is_for_others_too_is_left_out() {
        let mali: CountryCode = "ML".parse().unwrap();
        let both = Side { countries: vec![mali, "NE".parse().unwrap()], ..Side::default() };
        let shared = Movement { destination: both, ..movement("shared", "donor", "", 10) };
        let boundary = Boundary { countries: vec![mali], ..Boundary::default() };
        let drawn = draw(vec![shared], &boundary);
        assert_eq!(drawn.incoming[0].left_out, Some(ExclusionReason::SharedWithOthers));
    }

    const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

    proptest! {
        #[test]
        fn an_intermediary_or_a_split_changes_nothing_of_what_came_in(
            arrows in proptest::collection::vec((0_usize..6, 0_usize..6, 1_i64..1000), 1..20),
            inside_ones in proptest::collection::vec(any::<bool>(), 6),
            chosen in any::<prop::sample::Index>(),
        ) {
            let names: Vec<&str> = NAMES.iter().zip(&inside_ones).filter(|(_, i)| **i).map(|(n, _)| *n).collect();
            prop_assume!(!names.is_empty());
            let mut boundary = inside(&names);
            boundary.agencies.push("new".to_owned());
            let all: Vec<Movement> = arrows
                .iter()
                .enumerate()
                .map(|(at, (from, to, euros))| movement(&at.to_string(), NAMES[*from], NAMES[*to], *euros))
                .collect();
            let before = draw(all.clone(), &boundary);
            let at = chosen.index(all.len());
            let one = all[at].clone();

            // a → b becomes a → new → b.
            let mut chain = all.clone();
            chain[at].destination = agency("new");
            let mut on = one.clone();
            on.source = agency("new");
            on.item.key = "on".to_owned();
            chain.push(on);
            let after = draw(chain, &boundary);
            let is_incoming = boundary.way(&one) == Some(Way::Incoming);
            let is_internal = boundary.way(&one) == Some(Way::Internal);
            if is_incoming || is_internal {
                prop_assert_eq!(counted(&after.incoming), counted(&before.incoming));
            }

            // a → b becomes two of it.
            let mut split = all.clone();
            let euros = one.item.money.value().unwrap();
            let half = Decimal::from(euros.trunc().mantissa() / 2);
            let part = |value: Decimal, key: &str| Movement {
                item: Item {
                    key: key.to_owned(),
                    money: one.item.money.with_value(value, Currency::EUR),
                    ..one.item.clone()
                },
                ..one.clone()
            };
            split[at] = part(half, "one");
            split.push(part(euros - half, "two"));
            let after = draw(split, &boundary);
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
            let boundary = inside(&["a", "b", "c"]);
            let all: Vec<Movement> = arrows.iter().enumerate().map(|(at, (from, to, euros, is_receipt, within))| Movement {
                is_receipt: *is_receipt,
                within: within.map(|of| of.to_string()).filter(|of| *of != at.to_string()),
                ..movement(&at.to_string(), NAMES[*from], NAMES[*to], *euros)
            }).collect();
            let crossing: Decimal = all.iter().filter(|m| boundary.way(m).is_some()).filter_map(|m| m.item.money.value()).sum();
            let drawn = draw(all, &boundary);
            let mut naive = Decimal::ZERO;
            for items in [&drawn.incoming, &drawn.internal, &drawn.outgoing] {
                for total in totals(items, None) {
                    let left_out: Decimal = total.excluded.iter().filter_map(|e| e.item.money.value()).sum();
                    prop_assert_eq!(total.counted.unwrap_or_default() + left_out, total.naive.unwrap_or_default());
                    naive += total.naive.unwrap_or_default();
                }
            }
            prop_assert_eq!(naive, crossing);
        }
    }
}
