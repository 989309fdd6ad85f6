//! Totals with their evidence: bounds, amounts that are not stated, and amounts left out with the
//! reason.
//!
//! Nothing is added across currencies unless a conversion is requested. An amount that is part of
//! another counted amount is left out and listed. Counted and left-out amounts together equal the
//! naive sum, to the cent.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::coverage::{Extent, SumCoverage};
use super::filter::Filter;
use crate::model::facet::Facet;
use crate::model::money::{Currency, Money, Qualifier};
use crate::model::noun::Kind;
use crate::model::rate::RateTable;
use crate::model::transaction::TransactionType;

crate::model::code::codes! {
    /// The reason why a total leaves an amount out.
    pub enum ExclusionReason {
        /// Share of another counted amount, or part of a counted total of its year.
        PartOfCountedTotal = "PART_OF_COUNTED_TOTAL",
        /// Replaced by later budgets, which can be counted themselves.
        Superseded = "SUPERSEDED",
        /// Replaced by later budgets for part of its period. No source states how much remains:
        /// `upper` includes all of it.
        RevisedInPart = "REVISED_IN_PART",
        /// Possibly part of a counted budget of the same programme whose period covers its own. No
        /// source states whether the money is included: `upper` includes all of it.
        PossiblePart = "POSSIBLE_PART",
        /// Commitment, receipt or another movement that is not spending (disbursement or
        /// expenditure). A list filtered by its type counts it.
        OtherTransactionType = "OTHER_TRANSACTION_TYPE",
        /// Budget of a programme whose parent's budget counts in the list: for the same period, in
        /// the same currency or converted, and with at least the same amount.
        ChildOfCountedParent = "CHILD_OF_COUNTED_PARENT",
        /// Alternative to a counted record that publishes the same total. In flows also: a
        /// humanitarian transaction in a year for which OCHA FTS flows cross the boundary.
        AlternativeFigure = "ALTERNATIVE_FIGURE",
        /// Shared with others outside the filter (agencies in a role, channels, locations,
        /// countries or sectors), and no source states how much is for each. `lower` includes none
        /// of it and `upper` all of it. A list counts what belongs to its own selection alone, and
        /// what a percentage or the amount of a participation assigns to it.
        SharedWithOthers = "SHARED_WITH_OTHERS",
        /// Money of a plan with many funders, of which the record is one part.
        AllFunders = "ALL_FUNDERS",
        /// Pledge: a promise that is not binding. A list of pledges alone counts it.
        Pledge = "PLEDGE",
        /// Moves on money that had already come in: OCHA FTS found it within the boundary of its
        /// search. A list filtered by boundary counts it.
        Internal = "INTERNAL",
        /// Circulates among agencies that pay one another, and no source states the order of the
        /// payments. In one order it is new money, in another it already counts. `lower` includes
        /// none of it and `upper` all of it.
        OrderUnknown = "ORDER_UNKNOWN",
        /// Reported by the receiver, while the matching payment counts: between the same two
        /// activities or the same two agencies, in the same currency (or converted), within ninety
        /// days, up to the sum of those payments.
        ReceiptOfCountedDisbursement = "RECEIPT_OF_COUNTED_DISBURSEMENT",
        /// Published by a secondary reporter, which reports what others do. A list filtered by that
        /// reporter counts it.
        SecondaryReporter = "SECONDARY_REPORTER",
        /// Humanitarian where development money is requested, or the reverse.
        OtherScope = "OTHER_SCOPE",
        /// Cannot be converted into the requested currency.
        NoRate = "NO_RATE",
    }
}

impl ExclusionReason {
    /// Returns true if amounts left out for this reason may belong to the sum, in part or as a
    /// whole. The bounds then include all of them.
    pub(super) fn is_open(self) -> bool {
        matches!(
            self,
            Self::RevisedInPart | Self::PossiblePart | Self::SharedWithOthers | Self::OrderUnknown
        )
    }
}

/// Returns the reason why a movement does not count as spending. Sums hold spending unless
/// transaction types are requested.
pub(super) fn spending(kind: TransactionType) -> Option<ExclusionReason> {
    match kind {
        TransactionType::Disbursement | TransactionType::Expenditure => None,
        TransactionType::OutgoingPledge | TransactionType::IncomingPledge => {
            Some(ExclusionReason::Pledge)
        }
        _ => Some(ExclusionReason::OtherTransactionType),
    }
}

/// Maximum number of amounts that a total lists individually.
pub const LISTED: usize = 1_000;

/// An amount that may enter a total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addend {
    /// Noun of the record that holds the amount.
    pub kind: Kind,
    /// Identifier of the record.
    pub key: String,
    /// Identifier of the part of the record, for instance of a budget; `None` if the record holds
    /// one amount.
    pub part: Option<String>,
    /// Amount as published, with its currency and qualifier.
    pub money: Money,
    /// Reason for leaving it out; `None` if it counts.
    pub left_out: Option<ExclusionReason>,
    /// Other figures published for the same amount. They widen its bounds.
    pub rivals: Vec<Money>,
    /// Part of the money that the figure covers.
    pub extent: Extent,
}

/// An amount that a total leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// The amount in its own currency, with the record that holds it.
    pub item: Addend,
    /// Reason for leaving it out.
    pub reason: ExclusionReason,
}

/// A sum in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// The currency; `None` if no amount is stated at all.
    pub currency: Option<Currency>,
    /// Lower bound of the sum. An amount without a lower bound, or shared with others, enters as 0.
    /// Of several published figures the smallest enters. `None` if nothing is stated.
    pub lower: Option<Decimal>,
    /// Upper bound of the sum. An amount shared with others enters as a whole, and of several
    /// published figures the largest. `None` if nothing is stated, or if an amount has no upper
    /// bound, is not stated or has no rate.
    pub upper: Option<Decimal>,
    /// Sum of the counted values as published, without regard to qualifiers: the figure to quote.
    pub counted: Option<Decimal>,
    /// Sum of all values in this currency, counted and left out. In a conversion, of all that could
    /// be converted.
    pub naive: Option<Decimal>,
    /// Number of items that count, with and without an amount.
    pub items: usize,
    /// Number of counted items without an amount.
    pub not_stated: usize,
    /// Number of counted items whose amount is qualified as ABOUT.
    pub approximate: usize,
    /// Share of the stated items due to count that could be expressed in the currency, from 0 to 1.
    pub converted_share: Option<Decimal>,
    /// Smallest extent of the items that count; `None` if nothing counts.
    pub extent: Option<Extent>,
    /// Number of counted items for which sources publish rival figures.
    pub disputed: usize,
    /// Amounts left out, listed individually up to [`LISTED`].
    pub excluded: Vec<Exclusion>,
    /// Amounts left out, summed by reason and currency.
    pub excluded_sums: Vec<ExcludedSum>,
}

impl Total {
    /// Returns how far published totals cover the sum, as in [`SumCoverage::of`].
    pub fn coverage(&self, is_of_countries: bool) -> SumCoverage {
        SumCoverage::of(self.extent, is_of_countries)
    }
}

/// Sum of the amounts left out of a total for one reason in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcludedSum {
    /// Reason for leaving them out.
    pub reason: ExclusionReason,
    /// The currency; `None` for amounts that are not stated.
    pub currency: Option<Currency>,
    /// Sum of the amounts; `None` if nothing is stated, or if the sum exceeds a decimal.
    pub amount: Option<Decimal>,
    /// Number of amounts, whole or in part.
    pub items: usize,
}

/// Parameters of a total: the filter of its list and an optional conversion.
#[derive(Clone, Copy, Debug)]
pub struct TotalsQuery<'a> {
    /// Filter that selects the list.
    pub filter: &'a Filter,
    /// Target currency with the rates to convert by; `None` keeps each currency apart.
    pub convert: Option<(Currency, &'a RateTable)>,
}

impl TotalsQuery<'_> {
    /// Returns true if the filter selects the money for certain countries.
    pub fn is_of_countries(&self) -> bool {
        self.filter.narrowed_to(Facet::Country).is_some()
    }

    /// Returns true if an amount can enter the sum. A whole that cannot enter does not exclude its
    /// parts.
    pub(super) fn counts(&self, money: &Money) -> bool {
        self.in_sum(money).is_some()
    }

    /// Returns an amount in the currency of the sum; `None` if it has no value or no rate.
    pub(super) fn in_sum(&self, money: &Money) -> Option<Money> {
        match self.convert {
            None => Some(*money).filter(|money| money.value().is_some()),
            Some((currency, rates)) => rates.money(money, currency),
        }
    }
}

/// Sums items: one total per currency, or a single one in a conversion.
///
/// Items without an amount have no currency. Each total counts them, since any of them may belong
/// to it. A sum that exceeds a decimal has no bounds. Each total lists the first [`LISTED`] items
/// left out.
pub fn totals(
    items: impl IntoIterator<Item = Addend>,
    convert: Option<(Currency, &RateTable)>,
) -> Vec<Total> {
    let mut sums = TotalsBuilder::new(convert.map(|(target, _)| target));
    let in_sum = |money: &Money| match convert {
        Some((target, rates)) => rates.money(money, target),
        None => Some(*money),
    };
    for item in items {
        // The bounds of the counted figure already include the alternative figures.
        let is_second = item.left_out == Some(ExclusionReason::AlternativeFigure);
        let bounds =
            if is_second { AmountBounds::NOTHING } else { AmountBounds::of(&item, in_sum) };
        let money = in_sum(&item.money);
        sums.add(item, money, bounds);
    }
    sums.totals()
}

/// Bounds of an item in the currency of the sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AmountBounds {
    lower: Decimal,
    upper: Option<Decimal>,
}

impl AmountBounds {
    /// Bounds of an item that adds nothing.
    pub(super) const NOTHING: Self = Self { lower: Decimal::ZERO, upper: Some(Decimal::ZERO) };

    /// Returns the bounds of an amount. A missing lower bound enters as 0.
    fn of_money(money: &Money) -> Self {
        Self { lower: money.lower().unwrap_or_default(), upper: money.upper() }
    }

    /// Returns the bounds of an item, widened by the other figures published for it.
    pub(super) fn of(item: &Addend, in_sum: impl Fn(&Money) -> Option<Money>) -> Self {
        let none = Self { lower: Decimal::ZERO, upper: None };
        let one = |money: &Money| in_sum(money).as_ref().map_or(none, Self::of_money);
        item.rivals.iter().filter(|rival| rival.value().is_some()).fold(
            one(&item.money),
            |all, rival| {
                let rival = if rival.currency() == item.money.currency() {
                    one(rival)
                } else {
                    // Without a conversion two currencies cannot be compared.
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

    /// Widens the bounds of an undivided amount: from nothing to all of it.
    fn opened(self) -> Self {
        let zero = Decimal::ZERO;
        let least = self.upper.unwrap_or(zero).min(self.lower).min(zero);
        Self { lower: least, upper: self.upper.map(|upper| upper.max(zero)) }
    }
}

/// Accumulates totals by currency.
pub(super) struct TotalsBuilder {
    target: Option<Currency>,
    groups: BTreeMap<Currency, BoundSum>,
    unstated: Vec<Addend>,
}

impl TotalsBuilder {
    /// Creates an empty builder; `target` is the currency of a conversion.
    pub(super) fn new(target: Option<Currency>) -> Self {
        let groups = target.iter().map(|target| (*target, BoundSum::default())).collect();
        Self { target, groups, unstated: Vec::new() }
    }

    /// Adds an item. `money` is its amount in the currency of the sum, `None` without a rate;
    /// `bounds` are in that currency.
    pub(super) fn add(&mut self, item: Addend, money: Option<Money>, bounds: AmountBounds) {
        match item.money.currency() {
            Some(currency) => {
                let sum = self.groups.entry(self.target.unwrap_or(currency)).or_default();
                sum.add(item, money, bounds);
            }
            None => self.unstated.push(item),
        }
    }

    /// Returns one total per currency.
    pub(super) fn totals(self) -> Vec<Total> {
        let Self { groups, unstated, .. } = self;
        let with_unstated = |mut sum: BoundSum, currency| {
            for item in &unstated {
                sum.add_unstated(item);
            }
            sum.total(currency)
        };
        if groups.is_empty() && !unstated.is_empty() {
            return vec![with_unstated(BoundSum::default(), None)];
        }
        let groups = groups.into_iter();
        groups.map(|(currency, sum)| with_unstated(sum, Some(currency))).collect()
    }
}

/// Accumulates one total. A bound is lost as soon as one item lacks it.
#[derive(Default)]
struct BoundSum {
    lower: SideBound,
    upper: SideBound,
    counted: SideBound,
    naive: SideBound,
    items: usize,
    stated: usize,
    not_stated: usize,
    approximate: usize,
    unconverted: usize,
    extent: Option<Extent>,
    disputed: usize,
    /// Number of stated amounts that may belong to the sum: they widen its bounds and are not
    /// counted.
    open: usize,
    excluded: Vec<Exclusion>,
    excluded_sums: BTreeMap<(ExclusionReason, Option<Currency>), (SideBound, usize)>,
}

#[derive(Clone, Copy)]
enum SideBound {
    At(Decimal),
    Open,
}

impl Default for SideBound {
    fn default() -> Self {
        Self::At(Decimal::ZERO)
    }
}

impl SideBound {
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

impl BoundSum {
    /// Adds a stated item. `money` is its amount in the currency of this sum, `None` without a
    /// rate.
    fn add(&mut self, item: Addend, money: Option<Money>, bounds: AmountBounds) {
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
                // Another set of figures counts, and it is unknown how far both describe the same
                // money.
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
        self.count(item.extent);
        self.stated += 1;
        self.disputed += usize::from(item.rivals.iter().any(|rival| rival.value().is_some()));
        self.approximate += usize::from(money.qualifier() == Some(Qualifier::About));
        self.bound(bounds);
        self.counted.add(money.value());
    }

    fn count(&mut self, extent: Extent) {
        self.items += 1;
        self.extent = Some(self.extent.map_or(extent, |smallest| smallest.min(extent)));
    }

    fn bound(&mut self, bounds: AmountBounds) {
        self.lower.add(Some(bounds.lower));
        self.upper.add(bounds.upper);
    }

    /// Lists an item that does not count, and adds it up in the currency of the sum, or in its own
    /// without a rate. An item without a rate removes the upper bound of the sum.
    fn leave_out(&mut self, item: Addend, money: &Money, reason: ExclusionReason) {
        if reason == ExclusionReason::NoRate {
            self.upper = SideBound::Open;
        }
        let (amount, items) = self.excluded_sums.entry((reason, money.currency())).or_default();
        amount.add(money.value());
        *items += 1;
        if self.excluded.len() < LISTED {
            self.excluded.push(Exclusion { item, reason });
        }
    }

    fn add_unstated(&mut self, item: &Addend) {
        if let Some(reason) = item.left_out {
            if reason.is_open() && item.money.upper().is_none() {
                self.upper = SideBound::Open;
            }
            self.leave_out(item.clone(), &item.money, reason);
            return;
        }
        // No total is published with an amount that is not stated.
        self.count(Extent::Item);
        // A stated "nothing" is a value; every other absence is unknown.
        if item.money.upper().is_none() {
            self.not_stated += 1;
            self.upper = SideBound::Open;
        } else {
            self.stated += 1;
        }
    }

    fn total(self, currency: Option<Currency>) -> Total {
        let something = self.stated > 0;
        // Undivided amounts have bounds although none of them counts.
        let is_bounded = something || self.open > 0;
        let due = self.stated + self.unconverted;
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
                .checked_div(Decimal::from(due))
                .map(|s| s.round_dp(4).normalize()),
            extent: self.extent,
            disputed: self.disputed,
            excluded_sums: summed(self.excluded_sums),
            excluded: self.excluded,
        }
    }
}

/// Converts the accumulated exclusions into sums by reason and currency.
fn summed(
    sums: BTreeMap<(ExclusionReason, Option<Currency>), (SideBound, usize)>,
) -> Vec<ExcludedSum> {
    sums.into_iter()
        .map(|((reason, currency), (amount, items))| {
            let amount = amount.value().filter(|_| currency.is_some());
            ExcludedSum { reason, currency, amount, items }
        })
        .collect()
}

#[cfg(test)]
mod tests;
