//! Lookup tables of the fast path.

use super::GroupDimension;
use super::axis::Axes;
use crate::read::total::ExclusionReason;
use crate::store::columns::Columns;

/// Lookup tables for a row, by the numbers in its columns.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// For each kind, true if it counts.
    pub(super) counts: Vec<bool>,
    /// Addend to the cell number for each kind, date and currency.
    pub(super) kind: Vec<u32>,
    pub(super) date: Vec<u32>,
    pub(super) currency: Vec<u32>,
    /// Flags of rows that take the slow path.
    pub(super) slow: u8,
    /// True if all rows take the slow path, for an axis other than kind, date or currency or for
    /// lenses by record.
    pub(super) all_slow: bool,
    /// Amounts left out, by kind and currency.
    pub(super) left_out: Vec<(i128, usize)>,
    /// Shares of others, by currency.
    pub(super) others: Vec<(i128, usize)>,
}

fn add(sums: &mut [u32], steps: &[u64]) -> bool {
    sums.iter_mut().zip(steps).all(|(sum, step)| {
        let next = u32::try_from(*step).ok().and_then(|step| sum.checked_add(step));
        *sum = next.unwrap_or(0);
        next.is_some()
    })
}

impl Steps {
    /// Creates the tables of a list. `slow` holds the flags of rows that take the slow path.
    pub(super) fn new(
        columns: &Columns,
        kinds: &[Option<ExclusionReason>],
        axes: &Axes,
        slow: u8,
        all_slow: bool,
    ) -> Self {
        let currencies = columns.currencies.len();
        let mut steps = Self {
            counts: kinds.iter().map(Option::is_none).collect(),
            kind: vec![0; kinds.len()],
            date: vec![0; columns.dates.len()],
            currency: vec![0; currencies],
            slow,
            all_slow,
            left_out: vec![(0, 0); kinds.len() * currencies],
            others: vec![(0, 0); currencies],
        };
        for axis in axes.pick(&axes.of_row) {
            let fits = match axis.dimension {
                GroupDimension::Year | GroupDimension::Month => add(&mut steps.date, &axis.steps),
                GroupDimension::Currency => add(&mut steps.currency, &axis.steps),
                GroupDimension::TransactionType => add(&mut steps.kind, &axis.steps),
                _ => false,
            };
            steps.all_slow |= !fits;
        }
        steps
    }
}
