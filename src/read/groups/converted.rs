//! Converted amounts of all transactions by target currency, filled as sums need them.
//!
//! A factor is found in tables larger than a processor's cache; a converted amount is read in order.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::money::Currency;

/// Maximum bytes of all columns; one more evicts the oldest.
const MAX_BYTES: usize = 128 << 20;

/// A column is created only for a sum over at least one in this number of rows.
const SPARSE: u64 = 16;

/// Converted plain amounts in units, by row.
#[derive(Debug)]
pub(super) struct ConvertedColumn(Vec<AtomicI64>);

impl ConvertedColumn {
    fn new(rows: usize) -> Self {
        Self(std::iter::repeat_with(AtomicI64::default).take(rows).collect())
    }

    fn bytes(rows: usize) -> usize {
        rows.saturating_mul(size_of::<AtomicI64>())
    }

    /// Returns the converted amount of a row; `None` if it is not known yet.
    pub(super) fn get(&self, row: u32) -> Option<i64> {
        let stored = self.0.get(row as usize)?.load(Ordering::Relaxed);
        (stored != 0).then_some(stored ^ i64::MIN)
    }

    /// Stores the converted amount of a row.
    pub(super) fn set(&self, row: u32, units: i64) {
        if let Some(stored) = self.0.get(row as usize) {
            stored.store(units ^ i64::MIN, Ordering::Relaxed);
        }
    }
}

/// Columns of a generation, the oldest first.
#[derive(Debug, Default)]
pub(in crate::read) struct ConvertedColumns(Mutex<Vec<(Currency, Arc<ConvertedColumn>)>>);

impl ConvertedColumns {
    /// Returns the column of a currency. If there is none, it is created for a sum over many of the
    /// rows.
    pub(super) fn get(
        &self,
        target: Currency,
        rows: usize,
        summed: u64,
    ) -> Option<Arc<ConvertedColumn>> {
        let mut columns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, column)) = columns.iter().find(|(currency, _)| *currency == target) {
            return Some(Arc::clone(column));
        }
        let bytes = ConvertedColumn::bytes(rows);
        if bytes > MAX_BYTES || summed.saturating_mul(SPARSE) < rows as u64 {
            return None;
        }
        while bytes.saturating_mul(columns.len() + 1) > MAX_BYTES {
            columns.remove(0);
        }
        let column = Arc::new(ConvertedColumn::new(rows));
        columns.push((target, Arc::clone(&column)));
        Some(column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_known_once_it_is_stored() {
        let column = ConvertedColumn::new(2);
        for units in [0, -1, 250, i64::MAX] {
            column.set(1, units);
            assert_eq!(column.get(1), Some(units));
        }
        assert_eq!([column.get(0), column.get(2)], [None, None]);
    }

    #[test]
    fn the_oldest_column_is_evicted_and_few_rows_need_none() {
        let columns = ConvertedColumns::default();
        let rows = MAX_BYTES / 16;
        let get = |currency, summed| columns.get(currency, rows, summed);
        let [eur, usd, jpy] = ["EUR", "USD", "JPY"].map(|code| code.parse().unwrap());
        assert!(get(eur, 1).is_none());
        for currency in [eur, usd, jpy] {
            assert!(get(currency, rows as u64).is_some());
        }
        assert_eq!([eur, usd, jpy].map(|currency| get(currency, 1).is_some()), [false, true, true]);
        assert!(columns.get("XDR".parse().unwrap(), rows * 2 + 1, u64::MAX).is_none());
    }
}
