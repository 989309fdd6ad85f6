//! Amounts that sums leave out: by reason and currency, and the first of them individually.

use std::collections::{BTreeMap, BTreeSet};

use roaring::RoaringBitmap;
use rust_decimal::Decimal;

use crate::model::money::Money;
use crate::read::total::ExclusionReason;
use crate::store::columns::{AmountColumns, NO_ORDINAL};

/// Amounts left out for one reason in one currency.
#[derive(Clone, Copy, Debug)]
pub(super) struct Portion {
    /// Sum in units: amounts times shares.
    pub(super) units: i128,
    /// Sum of the irregular amounts.
    pub(super) odd: Option<Decimal>,
    pub(super) items: usize,
    pub(super) overflow: bool,
}

impl Default for Portion {
    fn default() -> Self {
        Self { units: 0, odd: Some(Decimal::ZERO), items: 0, overflow: false }
    }
}

/// Currency of a portion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Coin {
    /// Target currency of the conversion.
    Target,
    /// A currency by its number, 0 for none.
    Own(u16),
}

/// A row that is left out, with its share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Single {
    pub(super) row: u32,
    pub(super) share: i64,
    /// Amount left out in its own currency, if it is not a share of the row.
    pub(super) rest: Option<Decimal>,
    pub(super) reason: ExclusionReason,
}

/// All amounts left out.
#[derive(Debug, Default)]
pub(super) struct LeftOutSums {
    pub(super) portions: BTreeMap<(ExclusionReason, Coin), Portion>,
    pub(super) singles: Vec<Single>,
    /// Maximum number of rows to list individually.
    pub(super) listed: usize,
}

impl LeftOutSums {
    /// Leaves out plain units.
    pub(super) fn add(&mut self, single: Single, coin: Coin, units: i128) {
        self.list(single);
        let portion = self.portion((single.reason, coin));
        portion.items += 1;
        match portion.units.checked_add(units) {
            Some(sum) => portion.units = sum,
            None => portion.overflow = true,
        }
    }

    /// Leaves out a share of money.
    pub(super) fn add_money(&mut self, single: Single, coin: Coin, money: &Money, share: Decimal) {
        self.list(single);
        let portion = self.portion((single.reason, coin));
        portion.items += 1;
        if let Some(value) = money.value() {
            portion.odd =
                portion.odd.zip(value.checked_mul(share)).and_then(|(a, b)| a.checked_add(b));
        }
    }

    /// Leaves out many amounts at once without listing them; `None` is a sum that overflowed.
    pub(super) fn add_sum(
        &mut self,
        key: (ExclusionReason, Coin),
        units: Option<i128>,
        items: usize,
    ) {
        let portion = self.portion(key);
        portion.items += items;
        match units.and_then(|units| portion.units.checked_add(units)) {
            Some(sum) => portion.units = sum,
            None => portion.overflow = true,
        }
    }

    fn list(&mut self, single: Single) {
        if self.singles.len() < self.listed {
            self.singles.push(single);
        }
    }

    fn portion(&mut self, key: (ExclusionReason, Coin)) -> &mut Portion {
        self.portions.entry(key).or_default()
    }
}

/// Returns the rows contained in another row that counts, until the deadline passes.
pub(super) fn contained(
    rows: &AmountColumns,
    found: &RoaringBitmap,
    counts: impl Fn(u32) -> bool,
    is_over: impl Fn() -> bool,
) -> BTreeSet<u32> {
    let whole =
        |row: u32| rows.part_of.get(row as usize).copied().filter(|whole| *whole != NO_ORDINAL);
    let is_contained = |row: &u32| {
        let mut seen = BTreeSet::from([*row]);
        let mut at = whole(*row);
        while let Some(next) = at.filter(|next| seen.insert(*next)) {
            if found.contains(next) && counts(next) {
                return true;
            }
            at = whole(next);
        }
        false
    };
    let loose = u32::try_from(rows.part_of.len()).unwrap_or(u32::MAX);
    let rows = (0..loose).take_while(|_| !is_over());
    rows.filter(|row| found.contains(*row)).filter(is_contained).collect()
}
