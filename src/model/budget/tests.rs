//! Tests of budget displacement: examples, and simulations whose money is known month by month.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::model::money::Qualifier;

fn money(value: i64, currency: &str) -> Money {
    let currency = currency.parse().unwrap();
    Money::stated(value.into(), currency, Qualifier::Exact, None)
}

/// Builds a budget in euros; an empty date means none.
fn line(is_revised: bool, from: &str, to: &str, value: i64) -> Line {
    Line {
        kind: LineKind::Envelope,
        is_revised,
        period: Period { start: from.parse().ok(), end: to.parse().ok() },
        value_date: from.parse().ok(),
        money: Some(money(value, "EUR")),
        supersedes: None,
        part_of: None,
    }
}

fn original(from: &str, to: &str, value: i64) -> Line {
    line(false, from, to, value)
}

fn revised(from: &str, to: &str, value: i64) -> Line {
    line(true, from, to, value)
}

/// One letter per budget: `.` counts, `s` superseded, `p` part, `r` revised in part, `q` possible part, `a` all
/// funders.
fn decided(lines: &[Line]) -> String {
    let letter = |why: Option<Displacement>| match why {
        None => '.',
        Some(Displacement::Superseded) => 's',
        Some(Displacement::Part) => 'p',
        Some(Displacement::RevisedInPart) => 'r',
        Some(Displacement::PossiblePart) => 'q',
        Some(Displacement::AllFunders) => 'a',
    };
    displacements(lines).into_iter().map(letter).collect()
}

const QUARTERS: [(&str, &str); 4] = [
    ("2022-01-01", "2022-03-31"),
    ("2022-04-01", "2022-06-30"),
    ("2022-07-01", "2022-09-30"),
    ("2022-10-01", "2022-12-31"),
];

fn quarters(make: impl Fn(&str, &str, i64) -> Line, value: i64) -> Vec<Line> {
    QUARTERS.map(|(from, to)| make(from, to, value)).to_vec()
}

#[test]
fn a_revision_replaces_the_period_that_it_covers() {
    let year = original("2022-01-01", "2022-12-31", 100);
    assert_eq!(decided(&[year, revised("2022-01-01", "2022-12-31", 120)]), "s.");
    // Several at once, in any order.
    let mut several = quarters(original, 25);
    several.insert(2, revised("2022", "2022", 120));
    assert_eq!(decided(&several), "ss.ss");
    // One by several.
    let mut by_several = quarters(revised, 25);
    by_several.push(year);
    assert_eq!(decided(&by_several), "....s");
    // A part of one: the remainder of the other three years is unknown.
    let four = original("2020-01-01", "2023-12-31", 100);
    assert_eq!(decided(&[four, revised("2021-01-01", "2021-12-31", 30)]), "r.");
    // With budgets for the other years everything is known.
    let years = ["2020", "2021", "2022", "2023"].map(|year| original(year, year, 25));
    let with_years = [&[four][..], &years, &[revised("2021", "2021", 30)]].concat();
    assert_eq!(decided(&with_years), "s.s...");
    // Half of two.
    let halves = [original("2020", "2020", 10), original("2021", "2021", 10)];
    let across = revised("2020-07-01", "2021-06-30", 9);
    assert_eq!(decided(&[halves[0], halves[1], across]), "rr.");
    assert_eq!(decided(&[halves[0], original("2022", "2022", 10), across]), "r..");
}

#[test]
fn a_year_beside_its_quarters_counts_once() {
    let year = original("2022-01-01", "2022-12-31", 100);
    let mut all = quarters(original, 25);
    all.insert(3, year);
    assert_eq!(decided(&all), "ppp.p");
    let mut all = quarters(revised, 25);
    all.insert(3, revised("2022-01-01", "2022-12-31", 100));
    assert_eq!(decided(&all), "ppp.p");
    // More than the year, or only a part of its time.
    let mut more = quarters(original, 30);
    more.push(year);
    assert_eq!(decided(&more), "qqqq.");
    assert_eq!(decided(&[year, original("2022-01-01", "2022-03-31", 25)]), ".q");
    // Years of four, quarters of one of the years.
    let years = ["2020", "2021", "2022", "2023"].map(|year| original(year, year, 100));
    let deep = [&[original("2020", "2023", 400)][..], &years, &quarters(original, 25)].concat();
    assert_eq!(decided(&deep), ".pppppppp");
    // Budgets in different currencies are not compared.
    let mut dollars = quarters(original, 25);
    for line in &mut dollars {
        line.money = Some(money(25, "USD"));
    }
    dollars.push(year);
    assert_eq!(decided(&dollars), "qqqq.");
}

#[test]
fn adjacent_periods_do_not_overlap() {
    let meet = [revised("2020-01-27", "2021-01-26", 50), revised("2021-01-26", "2022-01-25", 100)];
    assert_eq!(decided(&meet), "..");
    let meet = [original("2019-04-01", "2019-10-31", 50), revised("2019-10-31", "2020-05-12", 9)];
    assert_eq!(decided(&meet), "..");
    // A day more or less is the same time.
    let same = [original("2020-01-01", "2021-01-01", 50), revised("2020-01-01", "2020-12-31", 60)];
    assert_eq!(decided(&same), "s.");
    // A single day matches exactly.
    let day = [original("2020-01-01", "2020-12-31", 50), revised("2020-12-31", "2020-12-31", 1)];
    assert_eq!(decided(&day), "r.");
}

#[test]
fn the_latest_of_several_revisions_counts() {
    let year = |value| revised("2022-01-01", "2022-12-31", value);
    assert_eq!(decided(&[original("2022", "2022", 1), year(2), year(3)]), "ss.");
    let late = Line { value_date: "2022-06-01".parse().ok(), ..year(2) };
    assert_eq!(decided(&[late, year(3)]), ".s");
    // Of two that overlap, the later replaces the earlier as far as it reaches.
    let (first, next) = (revised("2020", "2020", 10), revised("2020-07-01", "2021-06-30", 10));
    assert_eq!(decided(&[first, next]), "r.");
    assert_eq!(decided(&[next, first]), "r.");
    assert_eq!(decided(&[first, revised("2019", "2021", 30)]), "s.");
    assert_eq!(decided(&[revised("2019", "2021", 30), first]), "r.");
}

#[test]
fn unknown_values_are_not_guessed() {
    // The revised time is unknown: the revised budget counts, the others stay open.
    assert_eq!(decided(&[original("2020", "2020", 10), revised("", "", 12)]), "r.");
    assert_eq!(decided(&[original("", "", 10), revised("2020", "2020", 12)]), "r.");
    assert_eq!(decided(&[original("2020", "", 10), revised("2020", "", 12)]), "s.");
    assert_eq!(decided(&[original("2019", "2019", 10), revised("2020", "", 12)]), "..");
    let reversed =
        |make: fn(&str, &str, i64) -> Line, value| make("2020-12-31", "2020-01-01", value);
    assert_eq!(decided(&[reversed(original, 10), reversed(revised, 12)]), "s.");
    assert_eq!(decided(&[original("2020", "2020", 10), reversed(revised, 12)]), "r.");
    // A budget without an amount replaces nothing.
    let unknown = Line { money: None, ..revised("2020", "2020", 0) };
    assert_eq!(decided(&[original("2020", "2020", 10), unknown]), "..");
    assert_eq!(decided(&[original("2020", "2020", 10), revised("2020", "2020", 0)]), "s.");
    // A budget of zero contains nothing.
    assert_eq!(decided(&[original("2020", "2020", 0), original("2020-01", "2020-06", 5)]), "..");
    assert_eq!(decided(&[original("2020", "2020", 9), original("2020-01", "2020-06", -5)]), ".q");
}

#[test]
fn links_of_a_source_take_precedence() {
    let envelope = original("2016", "2020", 67);
    let next = Line { supersedes: Some(0), ..revised("2016", "2020", 97) };
    let last = Line { supersedes: Some(1), ..revised("2016", "2021", 118) };
    let top_up = Line { kind: LineKind::Beside, part_of: Some(1), ..original("2017", "", 17) };
    let more = Line { kind: LineKind::Beside, ..original("2018", "", 5) };
    let plan = Line { kind: LineKind::AllFunders, ..original("2016", "2020", 500) };
    assert_eq!(decided(&[envelope, next, last, top_up, more, plan]), "ss.p.a");
    // A link reaches no further than the period of its budget.
    let year = Line { supersedes: Some(0), ..revised("2017", "2017", 20) };
    assert_eq!(decided(&[envelope, year]), "r.");
    let circle = [
        Line { supersedes: Some(1), ..original("2016", "2020", 1) },
        Line { supersedes: Some(0), ..original("2016", "2020", 1) },
    ];
    assert_eq!(decided(&circle), "ss");
}

/// Builds a budget of whole months, numbered from January 2020.
fn months(is_revised: bool, from: usize, to: usize, value: i64) -> Line {
    let date = |month: usize| format!("{}-{:02}", 2020 + month / 12, month % 12 + 1);
    line(is_revised, &date(from), &date(to - 1), value)
}

/// Bounds of the sum of counting budgets.
fn bounds(lines: &[Line]) -> (i64, i64) {
    let (mut lower, mut upper) = (0, 0);
    for (line, why) in lines.iter().zip(displacements(lines)) {
        let value: i64 = line.value().unwrap().1.try_into().unwrap();
        lower += if why.is_none() { value } else { value.min(0).min(0) };
        upper += if why.is_none_or(Displacement::is_open) { value } else { 0 };
    }
    (lower, upper)
}

proptest! {
    /// A programme of four years publishes its budgets as one, by year or by quarter, then repeatedly re-plans some
    /// periods. The bounds contain the final plan.
    #[test]
    fn the_bounds_contain_the_final_plan(
        plan in proptest::collection::vec(0_i64..100, 48),
        levels in proptest::collection::vec(any::<bool>(), 3),
        revisions in proptest::collection::vec((0_usize..3, 0_usize..16, proptest::collection::vec(0_i64..100, 48)), 0..6),
    ) {
        let mut plan = plan;
        let sum = |plan: &[i64], from: usize, to: usize| plan[from..to].iter().sum::<i64>();
        let mut lines = Vec::new();
        let sizes = [48, 12, 3];
        let published: Vec<usize> =
            sizes.into_iter().zip(&levels).filter(|(_, is)| **is).map(|(size, _)| size).collect();
        for size in if published.is_empty() { vec![48] } else { published } {
            for from in (0..48).step_by(size) {
                lines.push(months(false, from, from + size, sum(&plan, from, from + size)));
            }
        }
        let planned: i64 = plan.iter().sum();
        prop_assert_eq!(bounds(&lines), (planned, planned), "without a revision all is known");
        for (level, at, values) in revisions {
            let size = sizes[level];
            let from = at * size % 48;
            plan[from..from + size].copy_from_slice(&values[..size]);
            lines.push(months(true, from, from + size, sum(&plan, from, from + size)));
            let (lower, upper) = bounds(&lines);
            let planned: i64 = plan.iter().sum();
            prop_assert!(lower <= planned && planned <= upper, "{lower} {planned} {upper}");
        }
    }

    /// Source order has no effect where no revisions overlap.
    #[test]
    fn source_order_decides_only_between_revisions(
        from in 0_usize..12,
        sizes in proptest::collection::vec((1_usize..13, 0_i64..100), 1..6),
        originals in proptest::collection::vec((0_usize..40, 1_usize..24, 0_i64..100), 0..6),
        order in any::<prop::sample::Index>(),
    ) {
        let mut at = from;
        let mut lines: Vec<Line> = originals.into_iter().map(|(at, size, v)| months(false, at, at + size, v)).collect();
        for (size, value) in sizes {
            lines.push(months(true, at, at + size, value));
            at += size;
        }
        let count = |lines: &[Line]| {
            let mut all: BTreeMap<String, usize> = BTreeMap::new();
            for (line, why) in lines.iter().zip(displacements(lines)) {
                *all.entry(format!("{:?} {:?} {:?}", line.period, line.money, why)).or_default() += 1;
            }
            all
        };
        let before = count(&lines);
        let by = order.index(lines.len());
        lines.rotate_left(by);
        prop_assert_eq!(count(&lines), before);
    }

    /// Any input is handled without a panic, and each displacement has a cause.
    #[test]
    fn at_least_one_budget_counts_if_any_has_an_amount(
        lines in proptest::collection::vec((any::<bool>(), 0_usize..30, 1_usize..30, 1_i64..100), 1..12),
    ) {
        let lines: Vec<Line> =
            lines.into_iter().map(|(is_revised, from, size, v)| months(is_revised, from, from + size, v)).collect();
        prop_assert!(displacements(&lines).iter().any(Option::is_none));
        let total: Decimal = lines.iter().filter_map(|line| Some(line.value()?.1)).sum();
        prop_assert!(Decimal::from(bounds(&lines).1) <= total);
    }
}
