//! Tests of sums: bounds, exclusions and conversions.

use super::*;
use crate::model::money::Absence;
use crate::model::rate::Rates;
use proptest::prelude::*;

fn item(money: Money, left_out: Option<ExclusionReason>) -> Addend {
    let (key, rivals) = ("P".into(), Vec::new());
    Addend { kind: Kind::Programme, key, part: None, money, left_out, rivals, extent: Extent::Item }
}

fn euros(value: i64, qualifier: Qualifier) -> Addend {
    item(Money::stated(Decimal::new(value, 2), Currency::EUR, qualifier, None), None)
}

#[test]
fn a_lower_bound_makes_the_sum_a_lower_bound() {
    let sum = totals(
        [euros(260_000_000, Qualifier::AtLeast), euros(100_000_000, Qualifier::Exact)],
        None,
    );
    assert_eq!(sum[0].lower, Some(3_600_000.into()));
    assert_eq!(sum[0].upper, None);
}

#[test]
fn an_upper_bound_does_not_reduce_the_lower() {
    let sum = totals([euros(100, Qualifier::Exact), euros(10, Qualifier::AtMost)], None);
    assert_eq!(sum[0].lower, Some(Decimal::ONE));
    assert_eq!(sum[0].upper, Some(Decimal::new(110, 2)));
}

#[test]
fn approximate_amounts_count_without_bounds() {
    let sum = totals([euros(100, Qualifier::Exact), euros(1_000, Qualifier::About)], None);
    assert_eq!((sum[0].lower, sum[0].upper), (Some(Decimal::ONE), None));
    assert_eq!((sum[0].counted, sum[0].approximate), (Some(11.into()), 1));
}

#[test]
fn rival_figures_widen_the_bounds_and_change_no_count() {
    let rival = euros(300, Qualifier::Exact).money;
    let sum = totals([Addend { rivals: vec![rival], ..euros(100, Qualifier::Exact) }], None);
    assert_eq!((sum[0].lower, sum[0].upper), (Some(Decimal::ONE), Some(3.into())));
    assert_eq!(sum[0].counted, Some(Decimal::ONE));
}

#[test]
fn shared_money_enters_the_upper_bound_only() {
    let shared = |value| Addend {
        left_out: Some(ExclusionReason::SharedWithOthers),
        ..euros(value, Qualifier::Exact)
    };
    let sum = totals([euros(100, Qualifier::Exact), shared(300), shared(-50)], None);
    assert_eq!((sum[0].lower, sum[0].upper), (Some(Decimal::new(5, 1)), Some(4.into())));
    let sum = totals([shared(300)], None);
    assert_eq!((sum[0].lower, sum[0].upper), (Some(Decimal::ZERO), Some(3.into())));
    assert_eq!(sum[0].counted, None);
}

#[test]
fn unstated_amounts_are_counted_and_never_zero() {
    let unknown = item(Money::absent(Absence::NotStated, None), None);
    let sum = totals([euros(100, Qualifier::Exact), unknown.clone()], None);
    assert_eq!((sum[0].lower, sum[0].upper, sum[0].not_stated), (Some(Decimal::ONE), None, 1));
    let sum = totals([unknown], None);
    assert_eq!((sum[0].currency, sum[0].lower, sum[0].not_stated), (None, None, 1));
}

#[test]
fn currencies_are_never_added_without_a_conversion() {
    let francs =
        item(Money::stated(655_957.into(), "XOF".parse().unwrap(), Qualifier::Exact, None), None);
    assert_eq!(totals([euros(100, Qualifier::Exact), francs.clone()], None).len(), 2);
    let nothing_known = RateTable::from_iter(Vec::<Rates>::new());
    let sum = totals([euros(100, Qualifier::Exact), francs], Some((Currency::EUR, &nothing_known)));
    assert_eq!(sum[0].converted_share, Some(Decimal::new(5, 1)));
    assert_eq!(sum[0].excluded[0].reason, ExclusionReason::NoRate);
    assert_eq!(sum[0].upper, None, "what has no rate is unknown, not nothing");
}

proptest! {
    #[test]
    fn counted_and_excluded_amounts_are_the_naive_sum_in_a_conversion(
        values in proptest::collection::vec((0_i64..1_000_000, any::<bool>(), 0_usize..3), 0..60),
    ) {
        let rates = |currency: &str, rate: i64| Rates {
            currency: currency.parse().unwrap(),
            minor_units: 2,
            parity: None,
            months: (1..=12).map(|month| ((2015, month), Decimal::new(rate, 4))).collect(),
        };
        let table = RateTable::from_iter([rates("USD", 10_854)]);
        let items: Vec<Addend> = values.iter().map(|(value, out, currency)| {
            let currency = ["EUR", "USD", "XXX"][*currency].parse().unwrap();
            let day = "2015-06-30".parse().ok();
            let money = Money::stated(Decimal::new(*value, 2), currency, Qualifier::Exact, day);
            item(money, out.then_some(ExclusionReason::PartOfCountedTotal))
        }).collect();
        for total in totals(items, Some((Currency::EUR, &table))) {
            let own = total.excluded_sums.iter().filter(|sum| sum.currency == total.currency);
            let left_out: Decimal = own.filter_map(|sum| sum.amount).sum();
            prop_assert_eq!(total.counted.unwrap_or_default() + left_out, total.naive.unwrap_or_default());
            let is_own = |sum: &&ExcludedSum| sum.currency.is_some() && sum.currency != total.currency;
            prop_assert!(total.excluded_sums.iter().filter(is_own).all(|sum| sum.currency == "XXX".parse().ok()));
        }
    }

    #[test]
    fn counted_and_excluded_amounts_are_the_naive_sum(values in proptest::collection::vec((0_i64..1_000_000_000, any::<bool>()), 0..60)) {
        let items: Vec<Addend> = values.iter().map(|(value, out)| {
            let left_out = out.then_some(ExclusionReason::PartOfCountedTotal);
            Addend { left_out, ..euros(*value, Qualifier::Exact) }
        }).collect();
        for total in totals(items, None) {
            let excluded: Decimal = total.excluded.iter().filter_map(|e| e.item.money.value()).sum();
            let naive: Decimal = values.iter().map(|(value, _)| Decimal::new(*value, 2)).sum();
            prop_assert_eq!(total.counted.unwrap_or_default() + excluded, naive);
            prop_assert_eq!(total.naive, Some(naive.normalize()));
        }
    }
}
