//! Fast path for contiguous rows: plain amounts of one programme that are all divided alike, with no part open.
//!
//! Every other row takes the slow path, [`Scan::row`]. Both give the same result.

use super::left_out::Coin;
use super::scan::{ProgrammePart, Scan};
use crate::read::total::ExclusionReason;
use crate::store::columns::{NO_SHARE, ODD};

impl Scan<'_> {
    /// Scans contiguous rows of the current programme.
    pub(super) fn span(&mut self, from: u32, to: u32) {
        let is_listed = self.left_out.singles.len() < self.left_out.listed;
        let ProgrammePart { marks, left_out, .. } = self.current;
        // If no source divides a programme's humanitarian part, each transaction may state its own.
        let is_open = self.by_relief && marks.relief == NO_SHARE;
        let is_own = self.have_carriers(from, to);
        if self.steps.all_slow || is_listed || left_out.is_some() || is_open || is_own {
            self.each(from..to);
            return;
        }
        self.divide_by(marks);
        if !self.parts.current().open.is_empty() {
            self.each(from..to);
            return;
        }
        self.plain(from, to);
        if !self.deferred.is_empty() {
            let deferred = std::mem::take(&mut self.deferred);
            self.each(deferred.iter().copied());
            self.deferred = deferred;
            self.deferred.clear();
        }
    }

    fn each(&mut self, rows: impl Iterator<Item = u32>) {
        for row in rows {
            if self.reader.work().is_over_at_step() {
                // The caller checks the deadline and discards partial results.
                return;
            }
            self.row(row);
        }
    }

    fn plain(&mut self, from: u32, to: u32) {
        let Self { rows, steps, cells, parts, current, converter, converted, deferred, .. } = self;
        let parts = parts.current();
        let span = from as usize..to as usize;
        let (Some(kinds), Some(flags)) =
            (rows.kind.get(span.clone()), rows.flags.get(span.clone()))
        else {
            return;
        };
        let Some(dates) = rows.date.get(span) else { return };
        let cached = converted.as_deref();
        let (width, base) = (steps.others.len(), current.base);
        for (row, ((kind, flags), date)) in (from..to).zip(kinds.iter().zip(flags).zip(dates)) {
            let kind = usize::from(*kind);
            let coin = || usize::from(rows.currency.get(row as usize).copied().unwrap_or(0));
            let known = cached.filter(|_| flags & steps.slow == 0).and_then(|all| all.get(row));
            let amount = match converter {
                _ if known.is_some() => known,
                _ if flags & steps.slow != 0 => None,
                None => rows.value.get(row as usize).copied().filter(|value| *value != ODD),
                Some(converter) => converter.units(rows, row, cached),
            };
            let Some(amount) = amount else {
                deferred.push(row);
                continue;
            };
            if !steps.counts.get(kind).copied().unwrap_or(true) {
                if let Some((sum, items)) = steps.left_out.get_mut(kind * width + coin()) {
                    *sum += i128::from(amount);
                    *items += 1;
                }
                continue;
            }
            let step = |steps: &[u32], at: usize| u64::from(steps.get(at).copied().unwrap_or(0));
            let at = base
                + step(&steps.date, usize::from(*date))
                + if steps.by_currency { step(&steps.currency, coin()) } else { 0 }
                + step(&steps.kind, kind);
            for part in &parts.counted {
                let cell = cells.at(at + part.step);
                cell.add_part(amount, part);
                cell.of(current.programme);
            }
            if parts.others > 0
                && let Some((sum, items)) = steps.others.get_mut(coin())
            {
                *sum += i128::from(amount) * i128::from(parts.others);
                *items += 1;
            }
        }
    }

    /// Moves the amounts left out by the fast path into the result.
    pub(super) fn settle(&mut self) {
        let steps = std::mem::take(&mut self.steps);
        let width = steps.others.len().max(1);
        let coin = |at: usize| match &self.converter {
            Some(_) => Coin::Target,
            None => Coin::Own(u16::try_from(at % width).unwrap_or(0)),
        };
        let unit = i128::from(self.unit);
        for (at, (sum, items)) in steps.left_out.iter().enumerate().filter(|(_, (_, n))| *n > 0) {
            let reason = self.kinds.get(at / width).copied().flatten();
            let reason = reason.unwrap_or(ExclusionReason::OtherTransactionType);
            self.left_out.add_sum((reason, coin(at)), sum.checked_mul(unit), *items);
        }
        for (at, (sum, items)) in steps.others.iter().enumerate().filter(|(_, (_, n))| *n > 0) {
            let reason = ExclusionReason::SharedWithOthers;
            self.left_out.add_sum((reason, coin(at)), Some(*sum), *items);
        }
    }
}
