//! Budgets that replace or contain other budgets.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Sandbox, xml};

/// Returns the sums of the budgets of an activity: counted, lower, upper and exclusions.
fn totals(sandbox: &Sandbox, inside: &str) -> Value {
    sandbox.import(&sandbox.write("one.xml", xml::file(&[xml::activity("BT-1", "BT", inside)])));
    let data = sandbox.run_query(
        "{ programme(identifier: \"BT-1\") { budgets { leftOut } budgetTotals { counted lower upper } }
           programmes(filter: { reporter: \"BT\" }) { totals { counted lower upper } groups(by: CURRENCY) { groups { counted lower upper } } } }",
    );
    let programme = &data["programme"];
    assert_eq!(programme["budgetTotals"], data["programmes"]["totals"], "records and columns");
    assert_eq!(programme["budgetTotals"], data["programmes"]["groups"]["groups"]);
    let left_out = programme["budgets"].as_array().unwrap().iter();
    let left_out: Vec<&Value> = left_out.map(|budget| &budget["leftOut"]).collect();
    json!([programme["budgetTotals"][0], left_out])
}

fn sums(counted: &str, upper: &str) -> Value {
    json!({ "counted": counted, "lower": counted, "upper": upper })
}

#[test]
fn a_revision_replaces_only_the_period_that_it_covers() {
    let sandbox = Sandbox::new();
    let year = |euros: &str, year: u16, revised: bool| {
        xml::budget(euros, &format!("{year}-01-01"), &format!("{year}-12-31"), revised)
    };
    let one_of_four =
        xml::budget("100", "2020-01-01", "2023-12-31", false) + &year("30", 2021, true);
    assert_eq!(
        totals(&sandbox, &one_of_four),
        json!([sums("30", "130"), ["REVISED_IN_PART", null]])
    );
    let several = year("10", 2020, false)
        + &year("20", 2021, false)
        + &year("40", 2022, false)
        + &xml::budget("35", "2020-01-01", "2021-12-31", true);
    assert_eq!(
        totals(&sandbox, &several),
        json!([sums("75", "75"), ["SUPERSEDED", "SUPERSEDED", null, null]])
    );
    let in_part = year("10", 2020, false) + &xml::budget("3", "2020-07-01", "2020-12-31", true);
    assert_eq!(totals(&sandbox, &in_part), json!([sums("3", "13"), ["REVISED_IN_PART", null]]));
    let without_time = year("10", 2020, false) + "<budget type=\"2\"><value>12</value></budget>";
    assert_eq!(
        totals(&sandbox, &without_time),
        json!([sums("12", "22"), ["REVISED_IN_PART", null]])
    );
}

#[test]
fn a_year_and_its_quarters_count_once_and_adjacent_years_do_not_overlap() {
    let sandbox = Sandbox::new();
    let quarter = |from: &str, to: &str| xml::budget("25", from, to, true);
    let quarters = [
        quarter("2022-01-01", "2022-03-31"),
        quarter("2022-04-01", "2022-06-30"),
        quarter("2022-07-01", "2022-09-30"),
        xml::budget("100", "2022-01-01", "2022-12-31", true),
        quarter("2022-10-01", "2022-12-31"),
    ];
    let part = "PART_OF_COUNTED_TOTAL";
    assert_eq!(
        totals(&sandbox, &quarters.concat()),
        json!([sums("100", "100"), [part, part, part, null, part]])
    );
    let originals = quarters.concat().replace("type=\"2\"", "");
    assert_eq!(
        totals(&sandbox, &originals),
        json!([sums("100", "100"), [part, part, part, null, part]]),
        "without a type"
    );
    let meet = xml::budget("50", "2020-01-27", "2021-01-26", true)
        + &xml::budget("100", "2021-01-26", "2022-01-25", true);
    assert_eq!(totals(&sandbox, &meet), json!([sums("150", "150"), [null, null]]));
    let meet = xml::budget("379308", "2019-04-01", "2019-10-31", false)
        + &xml::budget("370154", "2019-10-31", "2020-05-12", true);
    assert_eq!(totals(&sandbox, &meet), json!([sums("749462", "749462"), [null, null]]));
    let lone = xml::budget("100", "2022-01-01", "2022-12-31", false)
        + &xml::budget("25", "2022-01-01", "2022-03-31", false);
    assert_eq!(totals(&sandbox, &lone), json!([sums("100", "125"), [null, "POSSIBLE_PART"]]));
}

#[test]
fn the_rest_of_a_revised_budget_widens_bounds_of_shares_years_and_conversions() {
    let sandbox = Sandbox::new();
    let inside = xml::country("MU", "60")
        + &xml::country("SC", "40")
        + &xml::budget("100", "2020-01-01", "2023-12-31", false)
        + &xml::budget("30", "2021-01-01", "2021-12-31", true);
    sandbox.import(&sandbox.write("one.xml", xml::file(&[xml::activity("BT-2", "BT", &inside)])));
    let data = sandbox.run_query(
        "{ programmes(filter: { country: \"MU\" }) {
             totals { counted lower upper excludedSums { reason amount } }
             euros: totals(currency: \"EUR\") { counted lower upper } } }",
    );
    let total = &data["programmes"]["totals"][0];
    assert_eq!((&total["counted"], &total["lower"]), (&json!("18"), &json!("18")));
    assert_eq!(total["upper"], "78", "60 of what may be left of the 100");
    let euros = &data["programmes"]["euros"][0];
    assert_eq!((&euros["counted"], &euros["upper"]), (&json!("18"), &json!("78")));
}

/// A budget of whole months from January 2020.
#[derive(Clone, Debug)]
struct Planned {
    is_revised: bool,
    has_type: bool,
    from: u32,
    months: u32,
    cents: i64,
    is_dollars: bool,
}

impl Planned {
    fn xml(&self) -> String {
        let date = |month: u32| format!("{}-{:02}", 2020 + month / 12, month % 12 + 1);
        let last = self.from + self.months;
        let end = time_of_last_day(last - 1);
        let kind = match (self.is_revised, self.has_type) {
            (true, _) => " type=\"2\"",
            (false, true) => " type=\"1\"",
            (false, false) => "",
        };
        let currency = if self.is_dollars { " currency=\"USD\"" } else { "" };
        let start = format!("{}-01", date(self.from));
        format!(
            "<budget{kind}><period-start iso-date=\"{start}\"/><period-end iso-date=\"{end}\"/><value{currency} value-date=\"{start}\">{}</value></budget>",
            Decimal::new(self.cents, 2)
        )
    }

    fn months(&self) -> BTreeSet<u32> {
        (self.from..self.from + self.months).collect()
    }
}

fn time_of_last_day(month: u32) -> String {
    let (year, month) = (2020 + month / 12, month % 12 + 1);
    let day = match month {
        2 if year % 4 == 0 => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    format!("{year}-{month:02}-{day}")
}

/// Outcome of a budget under the documented rule, computed over sets of months.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    Counts,
    Out,
    Open,
}

fn outcomes(all: &[Planned]) -> Vec<Outcome> {
    let months: Vec<_> = all.iter().map(Planned::months).collect();
    let meets = |a: usize, b: usize| !months[a].is_disjoint(&months[b]);
    let holds = |a: usize, b: usize| months[a].is_superset(&months[b]);
    let larger = |a: usize, b: usize| a != b && holds(a, b) && !holds(b, a);
    let united = |of: &[usize]| -> BTreeSet<u32> {
        of.iter().flat_map(|at| months[*at].iter().copied()).collect()
    };
    let mut outcomes = vec![Outcome::Counts; all.len()];
    let revised: Vec<usize> = (0..all.len()).filter(|at| all[*at].is_revised).collect();
    let originals: Vec<usize> = (0..all.len()).filter(|at| !all[*at].is_revised).collect();
    for at in &revised {
        if revised.iter().any(|other| other > at && months[*other] == months[*at]) {
            outcomes[*at] = Outcome::Out;
        }
    }
    // Direct parts of a whole among the counted budgets of its type.
    let parts_of = |whole: usize, among: &[usize], outcomes: &[Outcome]| -> Vec<usize> {
        let counting: Vec<usize> =
            among.iter().copied().filter(|at| outcomes[*at] == Outcome::Counts).collect();
        let mine = |part: &usize| {
            larger(whole, *part)
                && !counting.iter().any(|between| larger(whole, *between) && larger(*between, *part))
                // Of several shortest wholes the first contains the part.
                && counting.iter().filter(|other| larger(**other, *part)).min_by_key(|other| (months[**other].len(), **other)) == Some(&whole)
        };
        counting.iter().copied().filter(mine).collect()
    };
    let sum = |of: &[usize]| {
        let mut sums: BTreeMap<bool, i64> = BTreeMap::new();
        for at in of {
            *sums.entry(all[*at].is_dollars).or_default() += all[*at].cents;
        }
        sums
    };
    let mut exact: BTreeMap<usize, usize> = BTreeMap::new();
    for whole in revised.iter().copied().filter(|at| outcomes[*at] == Outcome::Counts) {
        let parts = parts_of(whole, &revised, &outcomes);
        if united(&parts) == months[whole] && sum(&parts) == sum(&[whole]) {
            exact.extend(parts.into_iter().map(|part| (part, whole)));
        }
    }
    let is_part_of = |part: usize, whole: usize| {
        std::iter::successors(exact.get(&part), |at| exact.get(at)).any(|at| *at == whole)
    };
    let counting: Vec<usize> =
        revised.iter().copied().filter(|at| outcomes[*at] == Outcome::Counts).collect();
    for at in counting {
        let later: Vec<usize> = revised
            .iter()
            .copied()
            .filter(|other| *other > at && meets(*other, at) && !is_part_of(*other, at))
            .filter(|other| months[*other] != months[at])
            .collect();
        if exact.contains_key(&at) {
            continue;
        }
        if !later.is_empty() {
            let filled = united(&later).is_superset(&months[at]);
            outcomes[at] = if filled { Outcome::Out } else { Outcome::Open };
        }
    }
    for part in exact.keys() {
        outcomes[*part] = Outcome::Out;
    }
    let renewed = united(&revised);
    let in_part: Vec<usize> =
        originals.iter().copied().filter(|at| !months[*at].is_disjoint(&renewed)).collect();
    for at in &in_part {
        outcomes[*at] = Outcome::Open;
    }
    for at in in_part {
        let rest: Vec<usize> = originals
            .iter()
            .copied()
            .filter(|other| outcomes[*other] == Outcome::Counts && holds(at, *other))
            .collect();
        let known: BTreeSet<u32> = united(&rest).union(&renewed).copied().collect();
        if known.is_superset(&months[at]) {
            outcomes[at] = Outcome::Out;
        }
    }
    let before = outcomes.clone();
    for whole in originals.iter().copied().filter(|at| before[*at] == Outcome::Counts) {
        let parts = parts_of(whole, &originals, &before);
        let twins: Vec<usize> = originals
            .iter()
            .copied()
            .filter(|at| before[*at] == Outcome::Counts && months[*at] == months[whole])
            .collect();
        let remaining = sum(&twins);
        let fits = sum(&parts)
            .iter()
            .all(|(c, v)| remaining.get(c).is_some_and(|remaining| v <= remaining));
        let fate =
            if fits && united(&parts) == months[whole] { Outcome::Out } else { Outcome::Open };
        for part in parts {
            outcomes[part] = fate;
        }
    }
    outcomes
}

/// Returns the counted sum and the upper bound by currency.
fn expected(all: &[Planned]) -> BTreeMap<&'static str, (Option<Decimal>, Decimal)> {
    let mut sums = BTreeMap::new();
    for (budget, fate) in all.iter().zip(outcomes(all)) {
        let currency = if budget.is_dollars { "USD" } else { "EUR" };
        let (counted, upper) = sums.entry(currency).or_insert((None, Decimal::ZERO));
        let value = Decimal::new(budget.cents, 2);
        if fate == Outcome::Counts {
            *counted = Some(counted.unwrap_or(Decimal::ZERO) + value);
        }
        if fate != Outcome::Out {
            *upper += value;
        }
    }
    sums
}

fn number(value: &Value) -> Option<Decimal> {
    value.as_str().map(|text| text.parse().unwrap())
}

fn planned() -> impl Strategy<Value = Planned> {
    let time = prop_oneof![
        (0_u32..4).prop_map(|year| (year * 12, 12)),
        (0_u32..16).prop_map(|quarter| (quarter * 3, 3)),
        Just((0, 48)),
        (0_u32..2).prop_map(|pair| (pair * 24, 24)),
        (0_u32..40, 1_u32..9),
    ];
    let value = prop_oneof![Just(2_500_i64), Just(10_000_i64), 1_i64..1_000_000];
    (any::<bool>(), any::<bool>(), time, value, proptest::bool::weighted(0.2)).prop_map(
        |(is_revised, has_type, (from, months), cents, is_dollars)| Planned {
            is_revised,
            has_type,
            from,
            months,
            cents,
            is_dollars,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, max_shrink_iters: 40, ..ProptestConfig::default() })]
    #[test]
    fn sums_of_budgets_match_a_naive_model(
        samples in proptest::collection::vec(proptest::collection::vec(planned(), 1..9), 90..91),
    ) {
        let sandbox = Sandbox::new();
        let activity = |(at, budgets): (usize, &Vec<Planned>)| {
            let inside: String = budgets.iter().map(Planned::xml).collect();
            xml::activity(&format!("BW-{at:03}"), "BW", &inside)
        };
        let activities: Vec<String> = samples.iter().enumerate().map(activity).collect();
        sandbox.import(&sandbox.write("worlds.xml", xml::file(&activities)));
        let data = sandbox.run_query(
            "{ programmes(filter: { reporter: \"BW\" }, first: 100) {
                 nodes { identifier budgetTotals { currency counted lower upper } }
                 totals { currency counted lower upper } } }",
        );
        let nodes = data["programmes"]["nodes"].as_array().unwrap();
        prop_assert_eq!(nodes.len(), samples.len());
        let mut all: BTreeMap<&str, (Decimal, Decimal)> = BTreeMap::new();
        for (node, budgets) in nodes.iter().zip(&samples) {
            let expected = expected(budgets);
            for total in node["budgetTotals"].as_array().unwrap() {
                let (counted, upper) = expected[total["currency"].as_str().unwrap()];
                prop_assert_eq!(number(&total["counted"]), counted, "{} {:?}", total, budgets);
                // Amounts that may count have bounds even if none counts.
                let is_bounded = counted.is_some() || !upper.is_zero();
                let lower = is_bounded.then(|| counted.unwrap_or_default());
                prop_assert_eq!(number(&total["lower"]), lower, "{} {:?}", total, budgets);
                let upper = is_bounded.then_some(upper);
                prop_assert_eq!(number(&total["upper"]), upper, "{} {:?}", total, budgets);
            }
            for (currency, (counted, upper)) in expected {
                let sum = all.entry(currency).or_default();
                sum.0 += counted.unwrap_or_default();
                sum.1 += upper;
            }
        }
        for total in data["programmes"]["totals"].as_array().unwrap() {
            let (counted, upper) = all[total["currency"].as_str().unwrap()];
            prop_assert_eq!(number(&total["counted"]), Some(counted));
            prop_assert_eq!(number(&total["lower"]), Some(counted));
            prop_assert_eq!(number(&total["upper"]), Some(upper));
        }
    }
}
