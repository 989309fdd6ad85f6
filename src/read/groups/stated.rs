//! Claims applied to a scan: the part of a programme's money that the lens selects, and budgets
//! divided by stated participations.

use rust_decimal::Decimal;

use super::ColumnAmounts;
use super::claim::{self, Share};
use super::left_out::{Coin, Single};
use super::scan::Scan;
use crate::model::money::Money;
use crate::read::narrowing::MoneyOwner;
use crate::read::total::ExclusionReason;

impl Scan<'_> {
    /// Selects the lens of a record.
    pub(super) fn use_lens(&mut self, at: MoneyOwner) {
        self.lens = self.lenses.number(at);
    }

    /// Returns the part of a programme's money that the current lens selects. The amount of a
    /// participation is part of the programme's budget, not of a single transaction.
    pub(super) fn claim(&self, programme: u32) -> Share {
        let claims = self.lenses.get(self.lens).map_or(&[][..], |lens| &lens.claims);
        match claim::share(claims, programme, self.columns) {
            Share::Stated(_) if self.amounts == ColumnAmounts::Transactions => Share::Unknown,
            share => share,
        }
    }

    /// Adds the only budget of a programme, divided by the amounts of participations. The rest
    /// counts with the programme, or is left out if the list selects a part of it.
    pub(super) fn pieces(&mut self, row: u32) -> bool {
        let at = row as usize;
        let pieces = std::mem::take(&mut self.current.pieces);
        let claim = std::mem::replace(&mut self.current.claim, Share::Whole);
        self.divide_by(self.current.marks);
        self.current.claim = claim;
        let (Some(whole), [part]) =
            (self.columns.money(self.rows, row), self.parts.current().counted.as_slice())
        else {
            return false;
        };
        let beside = part.step + self.row_steps(at);
        let (Some(all), Some(own)) = (self.sum_of(&whole), whole.currency()) else { return false };
        let mut left = [whole, all];
        for (base, value) in pieces {
            let piece = whole.with_exact(value, own);
            let Some(sum) = self.sum_of(&piece) else { return false };
            left = match (less(&left[0], &piece), less(&left[1], &sum)) {
                (Some(own), Some(all)) => [own, all],
                _ => return false,
            };
            self.count_piece(row, base + beside, &sum);
        }
        if left[1].value().is_none_or(|value| value.is_zero()) {
            return true;
        }
        if claim == Share::Whole {
            self.count_piece(row, self.current.base + beside, &left[1]);
            return true;
        }
        let coin = if self.converter.is_some() {
            Coin::Target
        } else {
            Coin::Own(self.rows.currency.get(at).copied().unwrap_or(0))
        };
        let (reason, rest) = (ExclusionReason::SharedWithOthers, left[0].value());
        let single = Single { row, share: self.unit, rest, reason };
        self.leave_out_money(single, coin, &left[1], Decimal::ONE);
        true
    }

    fn count_piece(&mut self, row: u32, number: u64, money: &Money) {
        self.recorder.count(row, number, None, || money.value());
        let cell = self.cells.at(number);
        cell.add(0);
        cell.of(self.current.programme);
        self.cells.odd(number).add(money, [Decimal::ONE; 3]);
    }

    /// Converts money into the currency of the sum.
    fn sum_of(&self, money: &Money) -> Option<Money> {
        match &self.converter {
            None => Some(*money),
            Some(c) => c.rates.money(money, c.target),
        }
    }

    /// Keeps a stated claim only if it is known to be part of the only counted budget and of
    /// nothing else. Otherwise the claim is unknown.
    pub(super) fn settle_claim(&mut self, counting: &[u32]) {
        let claim = self.current.claim;
        let is_needed = matches!(claim, Share::Stated(_)) || !self.axes.of_head.is_empty();
        if claim == Share::Unknown || !is_needed {
            return;
        }
        self.current.claim = Share::Whole;
        self.divide_by(self.current.marks);
        self.current.claim = claim;
        let is_one_cell =
            matches!(self.parts.current().counted.as_slice(), [part] if part.share == self.unit);
        let whole = match counting {
            [row] if is_one_cell => {
                self.columns.money(self.rows, *row).filter(|_| self.in_sum(*row).is_some())
            }
            _ => None,
        };
        let whole = whole.and_then(|whole| whole.currency().zip(whole.value()));
        if let Share::Stated(stated) = claim {
            let fits = whole.is_some_and(|(currency, value)| {
                currency == stated.currency && stated.all <= value
            });
            if !fits {
                self.current.claim = Share::Unknown;
                self.find_open();
                return;
            }
        }
        if let Some((currency, value)) = whole {
            self.find_pieces(value, currency);
        }
    }
}

/// Subtracts a part from an amount.
fn less(whole: &Money, part: &Money) -> Option<Money> {
    let left = whole.value()?.checked_sub(part.value()?)?;
    Some(whole.with_value(left, whole.currency()?))
}
