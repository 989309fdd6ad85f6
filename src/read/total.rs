//! Sums that say what they hold: bounds, what is not stated, and what was left out and why.
//!
//! Nothing is added across currencies unless a conversion is asked for. Whatever is part of another counted
//! amount is left out and listed, so that counted and left out together are the naive sum, to the cent.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::filter::Filter;
use crate::model::money::{Currency, Money, Qualifier};
use crate::model::noun::Kind;
use crate::model::rate::RateTable;

crate::model::code::codes! {
    /// Why an amount is left out of a total.
    pub enum ExclusionReason {
        /// It is a share of another amount that is counted, or falls under a total of its year.
        PartOfCountedTotal = "PART_OF_COUNTED_TOTAL",
        /// Later budgets take its place, and can be counted themselves.
        Superseded = "SUPERSEDED",
        /// Later budgets take the place of a part of its time, and no source says how much is left of it: `upper` holds all of it.
        RevisedInPart = "REVISED_IN_PART",
        /// A counted budget of its programme is for a time that holds its time, and no source says whether it also holds its money:
        /// `upper` holds all of it.
        PossiblePart = "POSSIBLE_PART",
        /// It is a commitment, a receipt or another movement beside what is spent (disbursements and expenditure);
        /// it counts in a list that is narrowed to its type.
        OtherTransactionType = "OTHER_TRANSACTION_TYPE",
        /// It belongs to a programme whose parent counts in the list for the same time, in the same currency or converted, and with
        /// at least as much.
        ChildOfCountedParent = "CHILD_OF_COUNTED_PARENT",
        /// Another record publishes the same total, and that one is counted. Of flows also: a humanitarian transaction in a year
        /// for which flows of OCHA FTS cross the boundary.
        AlternativeFigure = "ALTERNATIVE_FIGURE",
        /// It is for others too, and no source says how much is for those that the list is narrowed to: agencies in a role, ways,
        /// places, countries, sectors. The lower bound takes nothing of it and the upper bound all of it. A list counts what they
        /// have alone, and what a percentage or the amount of a participation gives them.
        SharedWithOthers = "SHARED_WITH_OTHERS",
        /// It is the money of a plan of many funders, of which the record is one part.
        AllFunders = "ALL_FUNDERS",
        /// It is a promise that does not bind. A list of pledges alone counts them.
        Pledge = "PLEDGE",
        /// It moves on money that had come in already: OCHA FTS found it within the boundary of its search. A list that
        /// is narrowed to a boundary counts it.
        Internal = "INTERNAL",
        /// It goes round a circle of agencies, and no source tells the order of the payments: in some order it begins there, in
        /// another it is money that counts already. `lower` takes nothing of it and `upper` all.
        OrderUnknown = "ORDER_UNKNOWN",
        /// It is told by who receives it, and the payment that it mirrors is counted: the same two activities or the same two
        /// agencies, the same currency (or a conversion), within ninety days, up to what those payments add up to.
        ReceiptOfCountedDisbursement = "RECEIPT_OF_COUNTED_DISBURSEMENT",
        /// Its publisher reports what others do. A list that is narrowed to that reporter counts it.
        SecondaryReporter = "SECONDARY_REPORTER",
        /// It is humanitarian where development money is asked for, or the other way round.
        OtherScope = "OTHER_SCOPE",
        /// It cannot be converted into the currency asked for.
        NoRate = "NO_RATE",
    }
}

impl ExclusionReason {
    /// Whether what is left out for it may belong to the sum, in part or as a whole: then the bounds hold all of it.
    pub(super) fn is_open(self) -> bool {
        matches!(
            self,
            Self::RevisedInPart | Self::PossiblePart | Self::SharedWithOthers | Self::OrderUnknown
        )
    }
}

/// The most amounts that a total names one by one.
pub const LISTED: usize = 1_000;

/// An amount that may enter a total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The noun that holds it.
    pub kind: Kind,
    /// Which record.
    pub key: String,
    /// Which of its parts, a budget for instance.
    pub part: Option<String>,
    /// The money.
    pub money: Money,
    /// Why it is left out; `None` when it counts.
    pub left_out: Option<ExclusionReason>,
    /// Other figures that are published for the same amount: they widen its bounds.
    pub rivals: Vec<Money>,
}

/// An amount that a total leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// The amount and the record that holds it, in its own currency.
    pub item: Item,
    /// Why.
    pub reason: ExclusionReason,
}

/// A sum in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// The currency; `None` when no amount is stated at all.
    pub currency: Option<Currency>,
    /// The least that the sum can be: of what has no lower bound, and of what is for others too, 0 is in it; of an amount for
    /// which several figures are published, the smallest. `None` when nothing is stated.
    pub lower: Option<Decimal>,
    /// The most that it can be: what is for others too is in it as a whole, and of several figures the largest. `None` when an
    /// amount has no upper bound, is not stated or has no rate, or when nothing is stated.
    pub upper: Option<Decimal>,
    /// The sum of the counted numbers as published, qualifiers apart: the figure to quote.
    pub counted: Option<Decimal>,
    /// The sum of all numbers in this currency, counted and left out. For a conversion, what could be converted.
    pub naive: Option<Decimal>,
    /// How many items count, with and without an amount.
    pub items: usize,
    /// How many of them have no amount.
    pub not_stated: usize,
    /// How many of them are ABOUT their amount.
    pub approximate: usize,
    /// How many of the stated items that should count could be expressed in the currency, 0 to 1.
    pub converted_share: Option<Decimal>,
    /// What is left out, one by one; of many only the first.
    pub excluded: Vec<Exclusion>,
    /// What is left out, in sums.
    pub excluded_sums: Vec<ExcludedSum>,
}

/// What a total leaves out for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcludedSum {
    /// Why.
    pub reason: ExclusionReason,
    /// The currency; `None` of amounts that are not stated.
    pub currency: Option<Currency>,
    /// What the amounts add up to; `None` when nothing is stated, or more than a decimal can hold.
    pub amount: Option<Decimal>,
    /// How many amounts, whole or in part.
    pub items: usize,
}

/// What a sum is asked of: how its list is narrowed, and what it is converted into.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The list.
    pub filter: &'a Filter,
    /// The currency, and the rates that lead to it.
    pub convert: Option<(Currency, &'a RateTable)>,
}

impl Asked<'_> {
    /// Whether an amount can enter the sum at all. A whole that cannot does not push its parts out.
    pub(super) fn counts(&self, money: &Money) -> bool {
        self.in_sum(money).is_some()
    }

    /// An amount in the currency of the sum; `None` when there is none, or no rate.
    pub(super) fn in_sum(&self, money: &Money) -> Option<Money> {
        match self.convert {
            None => Some(*money).filter(|money| money.value().is_some()),
            Some((currency, rates)) => rates.convert(money, currency, None).ok().map(|c| c.money),
        }
    }
}

/// Sums items: one total a currency, or one in all when a conversion is asked for.
///
/// Items without an amount have no currency; each total counts them, since any of them may belong to it.
/// A sum that a decimal cannot hold has no bounds. Of what is left out each total names the first [`LISTED`].
pub fn totals(
    items: impl IntoIterator<Item = Item>,
    convert: Option<(Currency, &RateTable)>,
) -> Vec<Total> {
    let mut sums = Sums::new(convert.map(|(target, _)| target));
    let in_sum = |money: &Money| match convert {
        Some((target, rates)) => rates.convert(money, target, None).ok().map(|c| c.money),
        None => Some(*money),
    };
    for item in items {
        // What is published beside a counted figure is in the bounds of that.
        let is_second = item.left_out == Some(ExclusionReason::AlternativeFigure);
        let bounds = if is_second { Bounds::NOTHING } else { Bounds::of(&item, in_sum) };
        let money = in_sum(&item.money);
        sums.add(item, money, bounds);
    }
    sums.totals()
}

/// What an item can be, in the currency that it is summed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    lower: Decimal,
    upper: Option<Decimal>,
}

impl Bounds {
    /// Nothing.
    pub(super) const NOTHING: Self = Self { lower: Decimal::ZERO, upper: Some(Decimal::ZERO) };

    /// What an amount can be. Without a lower bound it takes nothing away from that of a sum.
    fn of_money(money: &Money) -> Self {
        Self { lower: money.lower().unwrap_or_default(), upper: money.upper() }
    }

    /// What an item can be, given the other figures that are published for it.
    pub(super) fn of(item: &Item, in_sum: impl Fn(&Money) -> Option<Money>) -> Self {
        let none = Self { lower: Decimal::ZERO, upper: None };
        let one = |money: &Money| in_sum(money).as_ref().map_or(none, Self::of_money);
        item.rivals.iter().filter(|rival| rival.value().is_some()).fold(
            one(&item.money),
            |all, rival| {
                let rival = if rival.currency() == item.money.currency() {
                    one(rival)
                } else {
                    // Without a conversion nothing compares two currencies.
                    let own = in_sum(&item.money).and_then(|own| own.currency());
                    let comparable = in_sum(rival).filter(|rival| own == rival.currency());
                    comparable.as_ref().map_or(none, Self::of_money)
                };
                Self {
                    lower: all.lower.min(rival.lower),
                    upper: all.upper.zip(rival.upper).map(|(one, other)| one.max(other)),
                }
            },
        )
    }

    /// What nobody divides: anything between nothing and all of it.
    fn opened(self) -> Self {
        let zero = Decimal::ZERO;
        let least = self.upper.unwrap_or(zero).min(self.lower).min(zero);
        Self { lower: least, upper: self.upper.map(|upper| upper.max(zero)) }
    }
}

/// Totals on their way.
pub(super) struct Sums {
    target: Option<Currency>,
    groups: BTreeMap<Currency, Sum>,
    unstated: Vec<Item>,
}

impl Sums {
    /// Nothing yet; `target` is the currency that everything is converted into.
    pub(super) fn new(target: Option<Currency>) -> Self {
        let groups = target.iter().map(|target| (*target, Sum::default())).collect();
        Self { target, groups, unstated: Vec::new() }
    }

    /// Adds an item; `money` is it in the currency that it is summed in, `None` when there is no rate, and `bounds` are what
    /// it can be in that currency.
    pub(super) fn add(&mut self, item: Item, money: Option<Money>, bounds: Bounds) {
        match item.money.currency() {
            Some(currency) => {
                let sum = self.groups.entry(self.target.unwrap_or(currency)).or_default();
                sum.add(item, money, bounds);
            }
            None => self.unstated.push(item),
        }
    }

    /// One total a currency.
    pub(super) fn totals(self) -> Vec<Total> {
        let Self { groups, unstated, .. } = self;
        let with_unstated = |mut sum: Sum, currency| {
            for item in &unstated {
                sum.add_unstated(item);
            }
            sum.total(currency)
        };
        if groups.is_empty() && !unstated.is_empty() {
            return vec![with_unstated(Sum::default(), None)];
        }
        let groups = groups.into_iter();
        groups.map(|(currency, sum)| with_unstated(sum, Some(currency))).collect()
    }
}

/// A sum on its way: the bound of a side is gone once one item has none.
#[derive(Default)]
struct Sum {
    lower: Bound,
    upper: Bound,
    counted: Bound,
    naive: Bound,
    items: usize,
    stated: usize,
    not_stated: usize,
    approximate: usize,
    unconverted: usize,
    /// How many stated amounts may belong to the sum: they have bounds, and do not count.
    open: usize,
    excluded: Vec<Exclusion>,
    excluded_sums: BTreeMap<(ExclusionReason, Option<Currency>), (Bound, usize)>,
}

#[derive(Clone, Copy)]
enum Bound {
    At(Decimal),
    Open,
}

impl Default for Bound {
    fn default() -> Self {
        Self::At(Decimal::ZERO)
    }
}

impl Bound {
    fn add(&mut self, value: Option<Decimal>) {
        *self = match (*self, value) {
            (Self::At(sum), Some(value)) => sum.checked_add(value).map_or(Self::Open, Self::At),
            _ => Self::Open,
        };
    }

    fn value(self) -> Option<Decimal> {
        match self {
            Self::At(sum) => Some(sum.normalize()),
            Self::Open => None,
        }
    }
}

impl Sum {
    /// Adds a stated item; `money` is it in the currency of this sum, `None` when there is no rate.
    fn add(&mut self, item: Item, money: Option<Money>, bounds: Bounds) {
        if let Some(money) = money {
            self.naive.add(money.value());
        }
        if let Some(reason) = item.left_out {
            let sum = money.unwrap_or(item.money);
            match reason {
                reason if reason.is_open() => {
                    self.open += 1;
                    self.bound(bounds.opened());
                }
                // Another set of figures counts, and nobody knows how far they are the same money.
                ExclusionReason::AlternativeFigure => self.bound(bounds.opened()),
                _ => {}
            }
            self.leave_out(item, &sum, reason);
            return;
        }
        let Some(money) = money else {
            self.unconverted += 1;
            let own = item.money;
            self.leave_out(item, &own, ExclusionReason::NoRate);
            return;
        };
        self.items += 1;
        self.stated += 1;
        self.approximate += usize::from(money.qualifier() == Some(Qualifier::About));
        self.bound(bounds);
        self.counted.add(money.value());
    }

    fn bound(&mut self, bounds: Bounds) {
        self.lower.add(Some(bounds.lower));
        self.upper.add(bounds.upper);
    }

    /// Lists an item that does not count, and adds it up in the currency of the sum, or in its own where it has no rate. What
    /// has no rate leaves the sum without an upper bound.
    fn leave_out(&mut self, item: Item, money: &Money, reason: ExclusionReason) {
        if reason == ExclusionReason::NoRate {
            self.upper = Bound::Open;
        }
        let (amount, items) = self.excluded_sums.entry((reason, money.currency())).or_default();
        amount.add(money.value());
        *items += 1;
        if self.excluded.len() < LISTED {
            self.excluded.push(Exclusion { item, reason });
        }
    }

    fn add_unstated(&mut self, item: &Item) {
        if let Some(reason) = item.left_out {
            if reason.is_open() && item.money.upper().is_none() {
                self.upper = Bound::Open;
            }
            self.leave_out(item.clone(), &item.money, reason);
            return;
        }
        self.items += 1;
        // "It is nothing" is a statement; every other absence is an unknown.
        if item.money.upper().is_none() {
            self.not_stated += 1;
            self.upper = Bound::Open;
        } else {
            self.stated += 1;
        }
    }

    fn total(self, currency: Option<Currency>) -> Total {
        let something = self.stated > 0;
        // What nobody divides has bounds though nothing of it counts.
        let is_bounded = something || self.open > 0;
        let asked = self.stated + self.unconverted;
        Total {
            currency,
            lower: self.lower.value().filter(|_| is_bounded),
            upper: self.upper.value().filter(|_| is_bounded),
            counted: self.counted.value().filter(|_| something),
            naive: self.naive.value().filter(|_| something || !self.excluded.is_empty()),
            items: self.items,
            not_stated: self.not_stated,
            approximate: self.approximate,
            converted_share: Decimal::from(self.stated)
                .checked_div(Decimal::from(asked))
                .map(|s| s.round_dp(4).normalize()),
            excluded_sums: summed(self.excluded_sums),
            excluded: self.excluded,
        }
    }
}

/// What is left out, by reason and currency.
fn summed(sums: BTreeMap<(ExclusionReason, Option<Currency>), (Bound, usize)>) -> Vec<ExcludedSum> {
    sums.into_iter()
        .map(|((reason, currency), (amount, items))| {
            let amount = amount.value().filter(|_| currency.is_some());
            ExcludedSum { reason, currency, amount, items }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::money::Absence;
    use crate::model::rate::Rates;
    use proptest::prelude::*;

    fn item(money: Money, left_out: Option<ExclusionReason>) -> Item {
        let (key, rivals) = ("P".into(), Vec::new());
        Item { kind: Kind::Programme, key, part: None, money, left_out, rivals }
    }

    fn euros(value: i64, qualifier: Qualifier) -> Item {
        item(Money::stated(Decimal::new(value, 2), Currency::EUR, qualifier, None), None)
    }

    #[test]
    fn a_lower_bound_makes_the_sum_one() {
        let sum = totals(
            [euros(260_000_000, Qualifier::AtLeast), euros(100_000_000, Qualifier::Exact)],
            None,
        );
        assert_eq!(sum[0].lower, Some(3_600_000.into()));
        assert_eq!(sum[0].upper, None);
    }

    #[test]
    fn an_upper_bound_takes_nothing_from_the_lower() {
        let sum = totals([euros(100, Qualifier::Exact), euros(10, Qualifier::AtMost)], None);
        assert_eq!(sum[0].lower, Some(Decimal::ONE));
        assert_eq!(sum[0].upper, Some(Decimal::new(110, 2)));
    }

    #[test]
    fn about_counts_and_bounds_nothing() {
        let sum = totals([euros(100, Qualifier::Exact), euros(1_000, Qualifier::About)], None);
        assert_eq!((sum[0].lower, sum[0].upper), (Some(Decimal::ONE), None));
        assert_eq!((sum[0].counted, sum[0].approximate), (Some(11.into()), 1));
    }

    #[test]
    fn another_published_figure_widens_the_bounds_and_changes_no_count() {
        let rival = euros(300, Qualifier::Exact).money;
        let sum = totals([Item { rivals: vec![rival], ..euros(100, Qualifier::Exact) }], None);
        assert_eq!((sum[0].lower, sum[0].upper), (Some(Decimal::ONE), Some(3.into())));
        assert_eq!(sum[0].counted, Some(Decimal::ONE));
    }

    #[test]
    fn what_is_for_others_too_is_in_the_upper_bound_alone() {
        let shared = |value| Item {
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
    fn what_is_not_stated_is_counted_but_never_zero() {
        let unknown = item(Money::absent(Absence::NotStated, None), None);
        let sum = totals([euros(100, Qualifier::Exact), unknown.clone()], None);
        assert_eq!((sum[0].lower, sum[0].upper, sum[0].not_stated), (Some(Decimal::ONE), None, 1));
        let sum = totals([unknown], None);
        assert_eq!((sum[0].currency, sum[0].lower, sum[0].not_stated), (None, None, 1));
    }

    #[test]
    fn currencies_are_never_added_unasked() {
        let francs = item(
            Money::stated(655_957.into(), "XOF".parse().unwrap(), Qualifier::Exact, None),
            None,
        );
        assert_eq!(totals([euros(100, Qualifier::Exact), francs.clone()], None).len(), 2);
        let nothing_known = RateTable::from_iter(Vec::<Rates>::new());
        let sum =
            totals([euros(100, Qualifier::Exact), francs], Some((Currency::EUR, &nothing_known)));
        assert_eq!(sum[0].converted_share, Some(Decimal::new(5, 1)));
        assert_eq!(sum[0].excluded[0].reason, ExclusionReason::NoRate);
        assert_eq!(sum[0].upper, None, "what has no rate is unknown, not nothing");
    }

    proptest! {
        #[test]
        fn counted_and_left_out_are_the_naive_sum_in_a_conversion(
            values in proptest::collection::vec((0_i64..1_000_000, any::<bool>(), 0_usize..3), 0..60),
        ) {
            let rates = |currency: &str, rate: i64| Rates {
                currency: currency.parse().unwrap(),
                minor_units: 2,
                parity: None,
                months: (1..=12).map(|month| ((2015, month), Decimal::new(rate, 4))).collect(),
            };
            let table = RateTable::from_iter([rates("USD", 10_854)]);
            let items: Vec<Item> = values.iter().map(|(value, out, currency)| {
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
        fn counted_and_left_out_are_the_naive_sum(values in proptest::collection::vec((0_i64..1_000_000_000, any::<bool>()), 0..60)) {
            let items: Vec<Item> = values.iter().map(|(value, out)| {
                let left_out = out.then_some(ExclusionReason::PartOfCountedTotal);
                Item { left_out, ..euros(*value, Qualifier::Exact) }
            }).collect();
            for total in totals(items, None) {
                let excluded: Decimal = total.excluded.iter().filter_map(|e| e.item.money.value()).sum();
                let naive: Decimal = values.iter().map(|(value, _)| Decimal::new(*value, 2)).sum();
                prop_assert_eq!(total.counted.unwrap_or_default() + excluded, naive);
                prop_assert_eq!(total.naive, Some(naive.normalize()));
            }
        }
    }
}
