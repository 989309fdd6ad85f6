//! Cell table: one cell for each combination of keys that occurs.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use rust_decimal::Decimal;

use super::mix::Mix;
use super::part::CellPart;
use crate::model::money::{Money, Qualifier};

/// Up to this number of possible cells the table is dense.
const SLOTS: u64 = 1 << 25;

/// Sum of the plain amounts of a cell.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cell {
    /// Number of the cell.
    pub(super) number: u64,
    /// Sum in units: amounts times shares.
    pub(super) sum: i128,
    /// Units by which the sum may be smaller, not positive, since shares of places and sectors
    /// overlap by an unknown part.
    below: i128,
    /// Units by which the sum may be greater.
    above: i128,
    /// Number of amounts.
    pub(super) items: u32,
    /// Number of programmes that the amounts belong to.
    pub(super) programmes: u32,
    /// Programme counted last.
    last: u32,
    /// True if the sum overflowed.
    pub(super) overflow: bool,
}

impl Cell {
    pub(super) fn add(&mut self, units: i128) {
        self.items += 1;
        match self.sum.checked_add(units) {
            Some(sum) => self.sum = sum,
            None => self.overflow = true,
        }
    }

    /// Adds a share of a plain amount.
    pub(super) fn add_part(&mut self, amount: i64, part: &CellPart) {
        self.add(i128::from(amount) * i128::from(part.share));
        if !part.is_known() {
            self.widen(amount, part);
        }
    }

    /// Widens the bounds by the least and the largest share of an amount.
    fn widen(&mut self, amount: i64, part: &CellPart) {
        let units = |share: i64| i128::from(amount) * i128::from(share - part.share);
        let (one, other) = (units(part.least), units(part.most));
        let below = self.below.checked_add(one.min(other));
        let above = self.above.checked_add(one.max(other));
        match below.zip(above) {
            Some((below, above)) => (self.below, self.above) = (below, above),
            None => self.overflow = true,
        }
    }

    /// Returns the least and the greatest sum, in units.
    pub(super) fn bounds(&self) -> [Option<i128>; 2] {
        [self.below, self.above].map(|width| self.sum.checked_add(width))
    }

    /// Counts a programme once, given that programmes come in order. 0 means none.
    pub(super) fn of(&mut self, programme: u32) {
        if self.last != programme {
            self.last = programme;
            self.programmes += 1;
        }
    }
}

/// Sum of the irregular amounts of a cell, in addition to its plain ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct OddSum {
    /// Lower bound of these amounts alone, see [`Total::lower`](crate::read::total::Total::lower).
    pub(super) lower: Option<Decimal>,
    pub(super) upper: Option<Decimal>,
    pub(super) numbers: Option<Decimal>,
    pub(super) not_stated: u32,
    pub(super) approximate: u32,
    /// Number of amounts due to count that have no rate.
    pub(super) unconverted: u32,
    /// Number of amounts that may belong to this cell and are not counted.
    pub(super) shared: u32,
}

impl Default for OddSum {
    fn default() -> Self {
        let zero = Some(Decimal::ZERO);
        Self {
            lower: zero,
            upper: zero,
            numbers: zero,
            not_stated: 0,
            approximate: 0,
            unconverted: 0,
            shared: 0,
        }
    }
}

fn add(sum: &mut Option<Decimal>, value: Option<Decimal>) {
    *sum = sum.zip(value).and_then(|(sum, value)| sum.checked_add(value));
}

impl OddSum {
    /// Adds a share of money that has a value: its least, counted and largest share.
    pub(super) fn add(&mut self, money: &Money, [least, share, most]: [Decimal; 3]) {
        let part = |value: Decimal, share: Decimal| value.checked_mul(share);
        // A missing lower bound enters as 0. Refunds are negative: the largest share gives their
        // lower bound.
        let lower = money.lower().unwrap_or_default();
        let upper = money.upper();
        let (low, high) = (if lower < Decimal::ZERO { most } else { least }, |upper: Decimal| {
            if upper < Decimal::ZERO { least } else { most }
        });
        add(&mut self.lower, part(lower, low));
        add(&mut self.upper, upper.and_then(|upper| part(upper, high(upper))));
        add(&mut self.numbers, money.value().and_then(|value| part(value, share)));
        self.approximate += u32::from(money.qualifier() == Some(Qualifier::About));
    }

    /// Widens the bounds by an amount that may belong to this cell and is not counted: from nothing
    /// to all of it.
    pub(super) fn open(&mut self, lower: Option<Decimal>, upper: Option<Decimal>) {
        self.shared += 1;
        let zero = Decimal::ZERO;
        add(&mut self.lower, lower.map(|lower| lower.min(upper.unwrap_or(zero)).min(zero)));
        add(&mut self.upper, upper.map(|upper| upper.max(zero)));
    }

    /// Removes the upper bound.
    pub(super) fn unbounded(&mut self) {
        self.upper = None;
    }

    /// Adds money without a value: a stated "nothing" is a value, every other absence is unknown.
    pub(super) fn add_absent(&mut self, money: &Money) {
        if money.upper().is_none() {
            self.not_stated += 1;
            self.upper = None;
        }
    }

    /// Adds another sum to this one.
    pub(super) fn join(&mut self, other: &Self) {
        add(&mut self.lower, other.lower);
        add(&mut self.upper, other.upper);
        add(&mut self.numbers, other.numbers);
        self.not_stated += other.not_stated;
        self.approximate += other.approximate;
        self.unconverted += other.unconverted;
        self.shared += other.shared;
    }
}

/// A map by cell number.
pub(super) type ByCell<T> = HashMap<u64, T, BuildHasherDefault<Mix>>;

/// Index of each cell by its number, plus 1: dense or sparse.
#[derive(Debug)]
enum Slots {
    All(Vec<u32>),
    Few(ByCell<u32>),
}

/// All cells that occur.
#[derive(Debug)]
pub(super) struct CellTable {
    slots: Slots,
    pub(super) list: Vec<Cell>,
    pub(super) odd: ByCell<OddSum>,
    /// Sink for numbers without a slot, which do not occur.
    nowhere: Cell,
}

impl CellTable {
    /// Creates an empty table for a number of possible cells.
    pub(super) fn new(possible: u64) -> Self {
        let slots = match usize::try_from(possible) {
            Ok(size) if possible <= SLOTS => Slots::All(vec![0; size]),
            _ => Slots::Few(ByCell::default()),
        };
        Self { slots, ..Self::sparse() }
    }

    /// Creates an empty table that takes memory only for the cells that occur.
    pub(super) fn sparse() -> Self {
        let slots = Slots::Few(ByCell::default());
        Self { slots, list: Vec::new(), odd: ByCell::default(), nowhere: Cell::default() }
    }

    /// Returns the cell of a number, creating it if needed.
    pub(super) fn at(&mut self, number: u64) -> &mut Cell {
        let place = match &mut self.slots {
            Slots::All(slots) => match slots.get_mut(usize::try_from(number).unwrap_or(usize::MAX))
            {
                Some(place) => place,
                None => return &mut self.nowhere,
            },
            Slots::Few(slots) => slots.entry(number).or_insert(0),
        };
        if *place == 0 {
            self.list.push(Cell { number, last: u32::MAX, ..Cell::default() });
            *place = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        }
        self.list.get_mut(*place as usize - 1).unwrap_or(&mut self.nowhere)
    }

    /// Returns the irregular amounts of a cell.
    pub(super) fn odd(&mut self, number: u64) -> &mut OddSum {
        self.odd.entry(number).or_default()
    }
}
