//! Tests of the boundary on fixed and random movements: directions, pieces, and money counted once.

use super::boundary::{Agencies, BoundaryLine, MovementSide, Way};
use super::crossing::{Movements, cross};
use super::movement::{ActivityLink, BoundaryMovement, MovementPart, RecordedMovement};
use crate::model::country::CountryCode;
use crate::model::money::{Currency, Money, Qualifier};
use crate::model::noun::Kind;
use crate::model::share::WHOLE;
use crate::read::coverage::Extent;
use crate::read::total::{Addend, ExclusionReason, totals};
use crate::read::work::Work;
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::store::columns::NO_ORDINAL;

/// A movement before a boundary is applied.
#[derive(Clone, Debug)]
struct Arrow {
    key: String,
    source: MovementSide,
    destination: MovementSide,
    euros: i64,
    date: &'static str,
    within: Option<String>,
    is_receipt: bool,
    /// Share of [`WHOLE`], which is 100 million.
    share: u32,
    link: ActivityLink,
}

const NAMES: [&str; 11] = ["a", "b", "c", "d", "e", "f", "new", "donor", "wfp", "ngo", "village"];

fn ordinal(name: &str) -> u32 {
    let at = NAMES.iter().position(|one| *one == name).unwrap_or(NAMES.len());
    u32::try_from(at).unwrap()
}

fn agency(name: &str) -> MovementSide {
    MovementSide { agencies: Agencies::One(ordinal(name)), ..MovementSide::default() }
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
        share: WHOLE,
        link: ActivityLink::default(),
    }
}

/// A movement reported by its receiver.
fn receipt(key: &str, from: &str, to: &str, euros: i64) -> Arrow {
    Arrow { is_receipt: true, ..arrow(key, from, to, euros) }
}

/// A movement for Mali.
fn mali(arrow: Arrow) -> Arrow {
    let countries = vec!["ML".parse().unwrap()];
    Arrow { destination: MovementSide { countries, ..arrow.destination.clone() }, ..arrow }
}

fn inside_mali() -> BoundaryLine {
    BoundaryLine { countries: vec!["ML".parse().unwrap()], ..BoundaryLine::default() }
}

fn inside(agencies: &[&str]) -> BoundaryLine {
    let agencies = agencies.iter().map(|name| ordinal(name)).collect();
    BoundaryLine { agencies: Some(agencies), ..BoundaryLine::default() }
}

/// The items of each direction, and of all money counted once.
#[derive(Debug, Default)]
struct Drawn {
    incoming: Vec<Addend>,
    internal: Vec<Addend>,
    outgoing: Vec<Addend>,
    once: Vec<Addend>,
}

fn draw(arrows: &[Arrow], line: &BoundaryLine) -> Drawn {
    let name = |at: usize| (Kind::Transaction, u32::try_from(at).unwrap());
    let mut movements = Movements::default();
    for (at, arrow) in arrows.iter().enumerate() {
        let whole = arrow.within.as_ref();
        let whole = whole.and_then(|key| arrows.iter().position(|other| other.key == *key));
        if let Some(whole) = whole {
            movements.within.insert(name(at), name(whole));
        }
        let money = Money::stated(arrow.euros.into(), Currency::EUR, Qualifier::Exact, None);
        let reported = RecordedMovement {
            name: name(at),
            money,
            left_out: None,
            date: arrow.date.parse().ok(),
            is_receipt: arrow.is_receipt,
        };
        let (source, destination) = (arrow.source.clone(), arrow.destination.clone());
        let movement = BoundaryMovement::across(line, source, destination, reported);
        let (share, activities) = (arrow.share, arrow.link);
        movements.crossing.extend(movement.map(|m| BoundaryMovement { share, activities, ..m }));
    }
    let mut drawn = Drawn::default();
    for crossing in cross(movements, &|money| Some(*money), &Work::default()).unwrap() {
        let item = |piece: &MovementPart| Addend {
            kind: Kind::Transaction,
            key: crossing.name.1.to_string(),
            part: None,
            money: piece.money,
            left_out: piece.left_out,
            rivals: Vec::new(),
            extent: Extent::Item,
        };
        drawn.once.extend(crossing.once().map(|piece| item(&piece)));
        let way = match crossing.piece.way {
            Way::Incoming => &mut drawn.incoming,
            Way::Internal => &mut drawn.internal,
            Way::Outgoing => &mut drawn.outgoing,
        };
        way.push(item(&crossing.piece));
    }
    drawn
}

fn counted(items: &[Addend]) -> Decimal {
    let total = totals(items.to_vec(), None);
    total.first().and_then(|total| total.counted).unwrap_or_default()
}

#[test]
fn directions_follow_from_the_end_inside() {
    let all = [
        arrow("in", "donor", "wfp", 10),
        arrow("on", "wfp", "ngo", 4),
        arrow("out", "ngo", "village", 3),
        arrow("far", "donor", "village", 100),
    ];
    let drawn = draw(&all, &inside(&["wfp", "ngo"]));
    let sums = [&drawn.incoming, &drawn.internal, &drawn.outgoing, &drawn.once].map(|c| counted(c));
    assert_eq!(sums, [10, 4, 3, 10].map(Decimal::from));
}

#[test]
fn a_receipt_of_a_counted_payment_is_the_same_money() {
    let receipt = Arrow { is_receipt: true, ..arrow("told by wfp", "donor", "wfp", 10) };
    let other = Arrow { is_receipt: true, ..arrow("another", "donor", "wfp", 10) };
    let payment = arrow("in", "donor", "wfp", 10);
    let drawn = draw(&[receipt, payment.clone(), other], &inside(&["wfp"]));
    assert_eq!(counted(&drawn.incoming), 20.into(), "one payment has one mirror");
    let late = Arrow { is_receipt: true, date: "2021-03-05", ..arrow("late", "donor", "wfp", 10) };
    let drawn = draw(&[late, payment], &inside(&["wfp"]));
    assert_eq!(counted(&drawn.incoming), 20.into());
}

#[test]
fn a_part_of_a_counted_movement_in_one_direction_is_contained_in_it() {
    let part = Arrow { within: Some("in".into()), ..arrow("part", "donor", "wfp", 4) };
    let passed = Arrow { within: Some("in".into()), ..arrow("passed", "wfp", "ngo", 4) };
    let drawn = draw(&[arrow("in", "donor", "wfp", 10), part, passed], &inside(&["wfp"]));
    assert_eq!((counted(&drawn.incoming), counted(&drawn.outgoing)), (10.into(), 4.into()));
}

#[test]
fn money_that_originates_inside_counts_once() {
    let all = [arrow("own", "a", "wfp", 10), arrow("on", "wfp", "ngo", 10)];
    let drawn = draw(&all, &inside(&["a", "wfp", "ngo"]));
    assert_eq!((counted(&drawn.incoming), counted(&drawn.once)), (0.into(), 10.into()));
}

#[test]
fn an_agency_originates_what_it_gives_beyond_its_receipts() {
    let around = |arrows: &[Arrow]| {
        let drawn = draw(arrows, &inside(&["wfp", "ngo"]));
        [&drawn.incoming, &drawn.outgoing, &drawn.once].map(|items| counted(items))
    };
    let sums = |sums: [i64; 3]| sums.map(Decimal::from);
    let more = [receipt("1", "donor", "wfp", 10), arrow("2", "wfp", "", 100)];
    assert_eq!(around(&more), sums([10, 100, 100]));
    let less = [arrow("1", "donor", "wfp", 100), arrow("2", "wfp", "village", 10)];
    assert_eq!(around(&less), sums([100, 10, 100]));
    // Through another agency inside: 10 come in, 40 begin with the first, 20 with the second.
    let chain = [
        arrow("1", "donor", "wfp", 10),
        arrow("2", "wfp", "ngo", 50),
        arrow("3", "ngo", "village", 70),
    ];
    assert_eq!(around(&chain), sums([10, 70, 70]));
    // Money paid back begins nothing.
    let back =
        [arrow("1", "donor", "wfp", 10), arrow("2", "wfp", "", 100), arrow("3", "wfp", "", -100)];
    assert_eq!(around(&back), sums([10, 0, 10]));
    let mirrored = [
        arrow("1", "donor", "wfp", 10),
        receipt("2", "donor", "wfp", 10),
        arrow("3", "wfp", "", 30),
    ];
    assert_eq!(around(&mirrored), sums([10, 30, 30]));
}

#[test]
fn shared_money_is_excluded() {
    let mali: CountryCode = "ML".parse().unwrap();
    let both =
        MovementSide { countries: vec![mali, "NE".parse().unwrap()], ..MovementSide::default() };
    let shared = Arrow { destination: both, ..arrow("shared", "donor", "", 10) };
    let line = BoundaryLine { countries: vec![mali], ..BoundaryLine::default() };
    let drawn = draw(&[shared], &line);
    assert_eq!(drawn.incoming[0].left_out, Some(ExclusionReason::SharedWithOthers));
}

#[test]
fn receipts_of_several_agencies_are_shared_unless_all_are_inside() {
    let agencies = Agencies::Several([ordinal("wfp"), ordinal("ngo")].into());
    let both = MovementSide { agencies, ..MovementSide::default() };
    let flow = [Arrow { destination: both, ..arrow("flow", "donor", "", 10) }];
    let shared = draw(&flow, &inside(&["wfp"]));
    assert_eq!(shared.incoming[0].left_out, Some(ExclusionReason::SharedWithOthers));
    assert_eq!(counted(&draw(&flow, &inside(&["wfp", "ngo"])).incoming), 10.into());
}

#[test]
fn an_agency_passes_receipts_for_a_country_on_there() {
    let chain = [mali(arrow("1", "a", "b", 100)), mali(arrow("2", "b", "c", 100))];
    let drawn = draw(&chain, &inside_mali());
    let sums = [&drawn.incoming, &drawn.internal, &drawn.once].map(|c| counted(c));
    assert_eq!(sums, [100, 100, 100].map(Decimal::from));
    // A receipt and a payment have the same effect, up to the amount received.
    let spent = [mali(receipt("1", "a", "b", 100)), mali(arrow("2", "b", "", 130))];
    let drawn = draw(&spent, &inside_mali());
    assert_eq!((counted(&drawn.incoming), counted(&drawn.internal)), (130.into(), 100.into()));
    // Money paid back removes no more than its own amount.
    let back = [mali(arrow("1", "a", "b", 100)), mali(arrow("2", "b", "a", 5))];
    assert_eq!(counted(&draw(&back, &inside_mali()).incoming), 95.into());
}

#[test]
fn receipts_match_payments_up_to_their_sum() {
    let line = inside(&["wfp"]);
    let split = [
        arrow("in", "donor", "wfp", 100),
        receipt("1", "donor", "wfp", 60),
        receipt("2", "donor", "wfp", 45),
    ];
    let drawn = draw(&split, &line);
    assert_eq!(counted(&drawn.incoming), 105.into(), "what is received beyond counts");
    let joined = [
        arrow("1", "donor", "wfp", 60),
        arrow("2", "donor", "wfp", 40),
        receipt("3", "donor", "wfp", 100),
    ];
    assert_eq!(counted(&draw(&joined, &line).incoming), 100.into());
}

#[test]
fn named_activities_take_precedence_over_agencies() {
    let link = |own, other, is_vague| ActivityLink { own, other, is_vague };
    // The payer names the receiver without an identifier, and the receiver's activity names the
    // payer's.
    let paid = Arrow { link: link(1, NO_ORDINAL, true), ..mali(arrow("1", "a", "village", 100)) };
    let reported = Arrow { link: link(2, 1, false), ..mali(receipt("2", "a", "b", 100)) };
    let spent = mali(arrow("3", "b", "", 100));
    let drawn = draw(&[paid.clone(), reported.clone(), spent], &inside_mali());
    assert_eq!((counted(&drawn.incoming), counted(&drawn.internal)), (100.into(), 100.into()));
    let nothing_named = Arrow { link: ActivityLink::default(), ..reported };
    assert_eq!(counted(&draw(&[paid, nothing_named], &inside_mali()).incoming), 200.into());
}

#[test]
fn the_share_of_others_is_excluded_and_the_rest_counts() {
    let part = Arrow { share: WHOLE / 5 * 3, ..mali(arrow("1", "a", "b", 101)) };
    let drawn = draw(&[part], &inside_mali());
    assert_eq!(counted(&drawn.incoming), Decimal::new(606, 1));
    let others = drawn.incoming.iter().find(|item| item.left_out.is_some()).unwrap();
    assert_eq!(others.left_out, Some(ExclusionReason::SharedWithOthers));
    assert_eq!(others.money.value(), Some(Decimal::new(404, 1)));
}

/// Returns counted value and bounds of the new money in a circle.
fn once(arrows: &[Arrow], line: &BoundaryLine) -> [Option<Decimal>; 3] {
    let drawn = draw(arrows, line);
    let total = totals(drawn.once, None).into_iter().next().unwrap_or_default();
    [total.lower, total.counted, total.upper]
}

fn on(date: &'static str, arrow: Arrow) -> Arrow {
    Arrow { date, ..arrow }
}

#[test]
fn in_a_cycle_the_earlier_payment_originates_and_the_later_passes_on() {
    let all = inside(&["a", "b", "c"]);
    let exactly = |euros: i64| [Some(Decimal::from(euros)); 3];
    let two = [on("2020-01", arrow("1", "a", "b", 10)), on("2020-02", arrow("2", "b", "a", 10))];
    assert_eq!(once(&two, &all), exactly(10));
    let draw = draw(&two, &all);
    let counted: Vec<&str> =
        draw.once.iter().filter(|i| i.left_out.is_none()).map(|i| i.key.as_str()).collect();
    assert_eq!(counted, ["0"], "the first begins");
    // On one day it is 10 in either order.
    let one_day = [arrow("1", "a", "b", 10), arrow("2", "b", "a", 10)];
    assert_eq!(once(&one_day, &all), exactly(10));
    let less = [arrow("1", "a", "b", 10), arrow("2", "b", "a", 4)];
    assert_eq!(once(&less, &all), exactly(10));
    // Two rounds move the same money; two payments before any returns do not.
    let twice: Vec<Arrow> = [
        ("2020-01", "a", "b"),
        ("2020-02", "b", "a"),
        ("2020-03", "a", "b"),
        ("2020-04", "b", "a"),
    ]
    .into_iter()
    .map(|(date, from, to)| on(date, arrow(date, from, to, 10)))
    .collect();
    assert_eq!(once(&twice, &all), exactly(10));
    let ahead: Vec<Arrow> = [
        ("2020-01", "a", "b"),
        ("2020-02", "a", "b"),
        ("2020-03", "b", "a"),
        ("2020-04", "b", "a"),
    ]
    .into_iter()
    .map(|(date, from, to)| on(date, arrow(date, from, to, 10)))
    .collect();
    assert_eq!(once(&ahead, &all), exactly(20));
    let three = [
        on("2020-01-05", arrow("1", "a", "b", 10)),
        on("2020-01-06", arrow("2", "b", "c", 8)),
        on("2020-01-07", arrow("3", "c", "a", 9)),
    ];
    assert_eq!(once(&three, &all), exactly(11), "c begins 1");
}

#[test]
fn in_a_cycle_incoming_money_is_first_and_outgoing_money_last() {
    let all = inside(&["a", "b"]);
    let exactly = |euros: i64| [Some(Decimal::from(euros)); 3];
    let round = [
        on("2020-05", arrow("1", "donor", "a", 10)),
        on("2020-01", arrow("2", "a", "b", 10)),
        on("2020-02", arrow("3", "b", "a", 10)),
        on("2020-01", arrow("4", "a", "village", 10)),
    ];
    assert_eq!(once(&round, &all), exactly(10));
    let more = [&round[..], &[on("2020-03", arrow("5", "a", "village", 7))]].concat();
    assert_eq!(once(&more, &all), exactly(17));
    // Money paid back cancels what it began.
    let back = [
        on("2020-01", arrow("1", "a", "b", 10)),
        on("2020-02", arrow("2", "b", "a", 4)),
        on("2020-03", arrow("3", "a", "b", -10)),
    ];
    assert_eq!(once(&back, &all)[1], Some(4.into()), "b gave 4 of its own");
}

#[test]
fn a_payment_to_itself_originates_once() {
    let all = inside(&["a"]);
    let exactly = |euros: i64| [Some(Decimal::from(euros)); 3];
    assert_eq!(once(&[arrow("1", "a", "a", 10)], &all), exactly(10));
    let reported =
        [arrow("1", "donor", "a", 10), arrow("2", "a", "a", 10), arrow("3", "a", "", 10)];
    assert_eq!(once(&reported, &all), exactly(10));
    let months = ["2020-01", "2020-02"].map(|date| on(date, arrow(date, "a", "a", 10)));
    assert_eq!(once(&months, &all), exactly(10));
}

#[test]
fn payments_without_a_stated_order_have_bounds() {
    let all = inside(&["a", "b", "c"]);
    // Passed on to c before or after it came back: 10 or 20.
    let open = [
        arrow("1", "a", "b", 10),
        arrow("2", "b", "a", 10),
        arrow("3", "b", "c", 10),
        arrow("4", "c", "b", 10),
    ];
    let [lower, counted, upper] = once(&open, &all);
    assert_eq!((lower, counted), (Some(10.into()), Some(10.into())));
    assert!(upper >= Some(20.into()), "{upper:?}");
    let drawn = draw(&open, &all);
    let is_open = |item: &&Addend| item.left_out == Some(ExclusionReason::OrderUnknown);
    let left: Decimal = drawn.once.iter().filter(is_open).filter_map(|i| i.money.value()).sum();
    assert_eq!(Some(left + Decimal::TEN), upper);
    let undated = [
        on("", arrow("1", "a", "b", 10)),
        on("", arrow("2", "a", "b", 10)),
        on("", arrow("3", "b", "a", 20)),
    ];
    assert_eq!(once(&undated, &all), [Some(20.into()); 3]);
}

#[test]
fn the_upper_bound_of_a_day_holds_in_every_order() {
    let all = inside(&["a", "b", "c", "d"]);
    // New money is 28 if b pays before a does, and c and d before b: 18, 1, 1 and then 8.
    let day = [
        arrow("1", "a", "b", 10),
        arrow("2", "b", "c", 9),
        arrow("3", "b", "d", 9),
        arrow("4", "c", "a", 1),
        arrow("5", "d", "a", 1),
    ];
    let [lower, counted, upper] = once(&day, &all);
    assert_eq!(upper, Some(28.into()));
    assert!(lower <= Some(18.into()) && lower == counted, "{lower:?}");
}

#[test]
fn agencies_without_an_identifier_are_not_one_agency() {
    let some = |agencies: &[u32]| MovementSide {
        agencies: agencies.iter().copied().collect(),
        countries: vec!["ML".parse().unwrap()],
        ..MovementSide::default()
    };
    let (b, c) = (ordinal("b"), ordinal("c"));
    let received =
        Arrow { destination: some(&[ordinal("a"), NO_ORDINAL]), ..arrow("1", "donor", "", 100) };
    let given =
        Arrow { source: some(&[NO_ORDINAL, b]), destination: some(&[c]), ..arrow("2", "", "", 40) };
    let flows = [received, given.clone()];
    let drawn = draw(&flows, &inside_mali());
    assert_eq!(counted(&drawn.once), 140.into(), "b is the payer, and has received nothing");
    // Nor is there a circle between b and c.
    let back = Arrow {
        source: some(&[c]),
        destination: some(&[NO_ORDINAL, ordinal("d")]),
        ..arrow("3", "", "", 40)
    };
    assert_eq!(once(&[given, back], &inside_mali()), [Some(40.into()); 3]);
}

proptest! {
    #[test]
    fn incoming_money_is_independent_of_intermediaries_and_reporters(
        payments in proptest::collection::vec((0_usize..6, 0_usize..6, -20_i64..1000, any::<bool>()), 1..20),
        chosen in any::<prop::sample::Index>(),
        parts in (1_i64..1000, any::<bool>()),
    ) {
        let payments: Vec<_> = payments.into_iter().filter(|(from, to, ..)| from != to).collect();
        prop_assume!(!payments.is_empty());
        // Each payment, with its receiver's report of it.
        let reported = |from: &str, to: &str, euros: i64, is_reported: bool| {
            let mut both = vec![mali(arrow("", from, to, euros))];
            both.extend(is_reported.then(|| mali(receipt("", from, to, euros))));
            both
        };
        let before: Vec<Vec<Arrow>> = payments
            .iter()
            .map(|(from, to, euros, is_reported)| reported(NAMES[*from], NAMES[*to], *euros, *is_reported))
            .collect();
        let came_in = |groups: &[Vec<Arrow>]| counted(&draw(&groups.concat(), &inside_mali()).incoming);
        let at = chosen.index(payments.len());
        let (from, to, euros, is_reported) = payments[at];
        let (from, to) = (NAMES[from], NAMES[to]);
        let expected = came_in(&before);

        let mut chain = before.clone();
        chain[at] = [reported(from, "new", euros, parts.1), reported("new", to, euros, is_reported)].concat();
        prop_assert_eq!(came_in(&chain), expected, "an intermediary");

        let (one, two) = (euros * parts.0 / 1000, euros - euros * parts.0 / 1000);
        let mut split = before.clone();
        split[at] = vec![mali(arrow("", from, to, one)), mali(arrow("", from, to, two))];
        split[at].extend(is_reported.then(|| mali(receipt("", from, to, euros))));
        prop_assert_eq!(came_in(&split), expected, "two payments");

        let mut split = before.clone();
        split[at].truncate(1);
        if is_reported {
            split[at].extend([one, two].map(|euros| mali(receipt("", from, to, euros))));
        }
        prop_assert_eq!(came_in(&split), expected, "two receipts");
    }

    #[test]
    fn intermediaries_and_splits_do_not_change_incoming_money(
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
            // A payment of an agency to itself becomes a circle, in which no source states who
            // begins.
            if arrows[at].0 != arrows[at].1 {
                let [before, after] = [once(&all, &line), once(&chain, &line)];
                if [before, after].iter().all(|[lower, _, upper]| lower == upper) {
                    prop_assert_eq!(after, before);
                } else {
                    // Without an order around a circle there are bounds only; both hold.
                    let ([least, _, most], [lower, _, upper]) = (before, after);
                    prop_assert!(least <= upper && lower <= most, "{before:?} {after:?}");
                }
            }
        }

        // a → b is split into two.
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
    fn counted_and_excluded_amounts_are_the_naive_sum(
        arrows in proptest::collection::vec((0_usize..6, 0_usize..6, 1_i64..5, any::<bool>(), proptest::option::of(0_usize..8), 0_u32..=100), 1..30),
    ) {
        let line = inside(&["a", "b", "c"]);
        let all: Vec<Arrow> = arrows.iter().enumerate().map(|(at, (from, to, euros, is_receipt, within, share))| Arrow {
            share: WHOLE / 100 * share,
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
        for total in totals(drawn.once, None) {
            prop_assert_eq!(total.naive, Some(naive.normalize()), "once holds all of it");
        }
    }
}
