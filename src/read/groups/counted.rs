//! Counted amounts: the amounts of a list one by one, each with the part of it that totals count.
//!
//! The rows take the slow path of the [scan](super::scan) and are recorded as they enter cells or are left out. So their
//! sum is the total of the list by construction.

use std::collections::BTreeSet;

use roaring::RoaringBitmap;
use rust_decimal::Decimal;

use super::answer::Key;
use super::cell::CellTable;
use super::left_out::{Coin, Single};
use super::recorder::Entry;
use super::scan::Scan;
use super::{ColumnAmounts, GroupDimension};
use crate::model::money::Money;
use crate::read::error::Error;
use crate::read::reader::Reader;
use crate::read::total::{ExclusionReason, TotalsQuery};

/// Part of an amount: what has the same keys, and counts or is left out for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmountPart {
    /// Keys in the order of the dimensions; empty for a part without keys, such as money for others than the filter
    /// selects.
    pub keys: Vec<Key>,
    /// Value in the currency of the totals; `None` without an amount or a rate.
    pub value: Option<Decimal>,
    /// Share of the amount, from 0 to 1; `None` if a source states the part as an amount.
    pub share: Option<Decimal>,
    /// Reason for leaving it out; `None` if it counts.
    pub left_out: Option<ExclusionReason>,
}

/// Amount of a list with its parts. Their values add up to the whole amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedAmount {
    /// Ordinal of the record that holds it: a transaction, or the programme of a budget.
    pub record: u32,
    /// Position among the amounts of the record: 0 for a transaction, otherwise that of the budget.
    pub item: usize,
    /// Parts in the order of the keys, counted ones first.
    pub parts: Vec<AmountPart>,
}

/// Next records of a list, with their amounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountedRecords {
    /// Ordinals of the records; a programme may be without amounts.
    pub records: Vec<u32>,
    /// Amounts in the order of the records.
    pub amounts: Vec<CountedAmount>,
}

impl Scan<'_> {
    /// Leaves out a share of a plain amount.
    pub(super) fn leave_out(&mut self, single: Single, coin: Coin, amount: i64) {
        let units = |share: i64| i128::from(amount) * i128::from(share);
        let (scale, is_in_sum) = (self.scale(coin), self.is_in_sum(coin));
        let value = |share: i64| super::decimal(units(share), scale).filter(|_| is_in_sum);
        self.record_left_out(single, value);
        self.left_out.add(single, coin, units(single.share));
    }

    /// Leaves out a share of an irregular amount.
    pub(super) fn leave_out_money(
        &mut self,
        single: Single,
        coin: Coin,
        money: &Money,
        share: Decimal,
    ) {
        let (is_in_sum, whole, unit) = (self.is_in_sum(coin), single.share, self.unit);
        let value = |part: i64| {
            let value = money.value().filter(|_| is_in_sum)?.checked_mul(share)?;
            if part == whole {
                return Some(value);
            }
            value.checked_mul(Decimal::from(part))?.checked_div(Decimal::from(unit))
        };
        self.record_left_out(single, value);
        self.left_out.add_money(single, coin, money, share);
    }

    /// Returns true if amounts are in the currency of the sums: in a conversion, those without a rate are not.
    fn is_in_sum(&self, coin: Coin) -> bool {
        self.converter.is_none() || coin == Coin::Target
    }

    /// Records a share of an amount that is left out. The whole of it is divided among its keys, as if it counted.
    fn record_left_out(&mut self, single: Single, value: impl Fn(i64) -> Option<Decimal>) {
        if !self.recorder.is_on() {
            return;
        }
        let Single { row, share, rest, reason } = single;
        let entry = |cell, share, value| Entry { row, cell, share, value, left_out: Some(reason) };
        if share != self.unit || rest.is_some() || !self.axes.divide() {
            let of = Some(share).filter(|_| rest.is_none());
            self.recorder.leave_out(entry(None, of, value(share)));
            return;
        }
        let flags = self.rows.flags.get(row as usize).copied().unwrap_or(0);
        self.divide(row, flags);
        let base = self.head_of(row) + self.row_steps(row as usize);
        for part in &self.parts.current().counted {
            let share = part.share;
            self.recorder.leave_out(entry(Some(base + part.step), Some(share), value(share)));
        }
        if self.parts.current().others > 0 {
            let share = self.parts.current().others;
            self.recorder.leave_out(entry(None, Some(share), value(share)));
        }
    }
}

/// Amounts of a list, in the order of their records.
#[derive(Debug)]
pub struct CountedAmounts<'a> {
    scan: Scan<'a>,
    found: RoaringBitmap,
    /// Rows contained in another row that counts.
    contained: BTreeSet<u32>,
    /// First ordinal that has not been read.
    next: u64,
    /// Number of programmes whose first row has been passed.
    at: usize,
}

impl Reader {
    /// Reads the amounts of a list one by one, from the record with the ordinal `from`. Their parts have the keys of `by`.
    ///
    /// # Errors
    /// Same errors as [`Reader::get`].
    pub fn counted_amounts<'a>(
        &'a self,
        amounts: ColumnAmounts,
        query: &TotalsQuery<'a>,
        by: &[GroupDimension],
        from: u32,
    ) -> Result<CountedAmounts<'a>, Error> {
        let mut scan = Scan::new(self, amounts, query, by)?;
        scan.recorder.turn_on();
        scan.cells = CellTable::sparse();
        let found = self.find(amounts.kind(), query.filter)?;
        let contained = match amounts {
            ColumnAmounts::Transactions => scan.contained(&found),
            ColumnAmounts::Budgets => BTreeSet::new(),
        };
        self.work().check()?;
        Ok(CountedAmounts { scan, found, contained, next: from.into(), at: 0 })
    }
}

impl CountedAmounts<'_> {
    /// Number of records in the list.
    pub fn records(&self) -> u64 {
        self.found.len()
    }

    /// Number of amounts in the list.
    pub fn amounts(&self) -> u64 {
        match self.scan.amounts {
            ColumnAmounts::Transactions => self.found.len(),
            ColumnAmounts::Budgets => {
                let rows = |programme| self.scan.budgets_of(programme).len() as u64;
                self.found.iter().map(rows).sum()
            }
        }
    }

    /// Reads the next records, at most `most`; none after the last.
    ///
    /// # Errors
    /// [`Error::TimedOut`].
    pub fn next(&mut self, most: usize) -> Result<CountedRecords, Error> {
        let Ok(from) = u32::try_from(self.next) else { return Ok(CountedRecords::default()) };
        let records: Vec<u32> = self.found.range(from..).take(most).collect();
        for ordinal in &records {
            self.scan.reader.work().step()?;
            match self.scan.amounts {
                ColumnAmounts::Transactions => {
                    self.scan.one_row(*ordinal, &mut self.at, &self.contained);
                }
                ColumnAmounts::Budgets => self.scan.budgets_of_one(*ordinal, &self.found),
            }
            self.next = u64::from(*ordinal) + 1;
        }
        let entries = self.scan.recorder.take();
        let mut amounts: Vec<CountedAmount> = Vec::with_capacity(records.len());
        for same in entries.chunk_by(|one, other| one.row == other.row) {
            let Some(first) = same.first() else { continue };
            let (record, item) = self.holder(first.row);
            let mut parts: Vec<_> = same.iter().map(|entry| self.part(entry)).collect();
            parts.sort_by_key(|part| part.left_out.is_some());
            amounts.push(CountedAmount { record, item, parts });
        }
        Ok(CountedRecords { records, amounts })
    }

    /// Returns the ordinal of the record that holds a row, and the position of the row in it.
    fn holder(&self, row: u32) -> (u32, usize) {
        if self.scan.amounts == ColumnAmounts::Transactions {
            return (row, 0);
        }
        let first = &self.scan.rows.first;
        let at = first.partition_point(|from| *from <= row).saturating_sub(1);
        let item = first.get(at).map_or(0, |from| row.saturating_sub(*from));
        (u32::try_from(at).unwrap_or(u32::MAX), item as usize)
    }

    fn part(&self, entry: &Entry) -> AmountPart {
        let keys = entry.cell.map(|cell| self.scan.keys(cell)).unwrap_or_default();
        let unit = Decimal::from(self.scan.unit);
        let share = entry.share.and_then(|share| Decimal::from(share).checked_div(unit));
        AmountPart {
            keys,
            value: entry.value,
            share: share.map(|share| share.normalize()),
            left_out: entry.left_out,
        }
    }
}
