//! What sums leave out: by reason and currency, and the first of them one by one.

use std::collections::{BTreeMap, BTreeSet};

use roaring::RoaringBitmap;
use rust_decimal::Decimal;

use crate::model::money::Money;
use crate::read::total::ExclusionReason;
use crate::store::columns::{NOBODY, Rows};

/// What is left out for one reason in one currency.
#[derive(Clone, Copy, Debug)]
pub(super) struct Portion {
    /// Units: amounts times shares.
    pub(super) units: i128,
    /// The amounts that are not plain.
    pub(super) odd: Option<Decimal>,
    pub(super) items: usize,
    pub(super) overflow: bool,
}

impl Default for Portion {
    fn default() -> Self {
        Self { units: 0, odd: Some(Decimal::ZERO), items: 0, overflow: false }
    }
}

/// Which currency a portion is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Coin {
    /// The one that everything is converted into.
    Target,
    /// One by its number, 0 for none.
    Own(u16),
}

/// A row that is left out, and the share of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Single {
    pub(super) row: u32,
    pub(super) share: i64,
    /// How much of it, in its own currency, where that is no share of it.
    pub(super) rest: Option<Decimal>,
    pub(super) reason: ExclusionReason,
}

/// All that is left out.
#[derive(Debug, Default)]
pub(super) struct LeftOutSums {
    pub(super) portions: BTreeMap<(ExclusionReason, Coin), Portion>,
    pub(super) singles: Vec<Single>,
    /// How many singles are wanted.
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

    /// Leaves out many amounts at once, of which none is named; `None` is a sum too large to be counted.
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

/// Rows that another one which counts contains, as far as the time goes.
pub(super) fn contained(
    rows: &Rows,
    found: &RoaringBitmap,
    counts: impl Fn(u32) -> bool,
    is_over: impl Fn() -> bool,
) -> BTreeSet<u32> {
    let whole = |row: u32| rows.part_of.get(row as usize).copied().filter(|whole| *whole != NOBODY);
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
