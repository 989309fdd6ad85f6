//! Budgets that others in the list take the place of, or contain.
//!
//! What decides is what counts when it is asked: in a conversion a budget without a rate takes no place and contains nothing.
//! A child's budget is in its parent's when that counts in this list for the same time, in the same currency or converted, and
//! with at least as much: a parent that counts only with a share smaller than the child's budget does not contain it.

use std::collections::BTreeSet;

use roaring::RoaringBitmap;
use rust_decimal::Decimal;

use super::scan::Scan;
use crate::model::date::PartialDate;
use crate::model::money::Currency;
use crate::read::total::ExclusionReason;
use crate::store::columns::{NOBODY, NOT_STATED, bit};

/// How long a chain of budgets is followed: the gate refuses circles, files may have them.
const LONGEST: usize = 1_000;

/// A budget of a parent that counts in the list.
#[derive(Clone, Copy, Debug)]
struct Whole {
    row: u32,
    currency: Currency,
    /// The share of it that counts.
    amount: Decimal,
}

/// The budgets of one parent that count in the list.
#[derive(Debug)]
struct Parent(Vec<Whole>);

impl Scan<'_> {
    /// Takes the budgets of the programmes that were found.
    pub(super) fn budgets(&mut self, found: &RoaringBitmap) {
        let first = &self.rows.first;
        for programme in found {
            self.enter(programme);
            let of_programme = self.current.left_out;
            let parents = self.parents(programme, found);
            let at = programme as usize;
            let rows = first.get(at).copied().zip(first.get(at + 1).copied());
            let mut counted = false;
            for row in rows.map_or(0..0, |(from, to)| from..to) {
                self.current.left_out =
                    of_programme.or_else(|| self.displacement(row)).or_else(|| {
                        let is_in = parents.iter().any(|parent| self.is_within(row, parent));
                        is_in.then_some(ExclusionReason::ChildOfCountedParent)
                    });
                counted |= self.row(row);
            }
            if !counted {
                self.without_amount();
            }
        }
    }

    /// Why a budget does not count beside the others of its programme. As
    /// [`Budget::displacement`](crate::model::programme::Budget::displacement), over columns.
    fn displacement(&self, row: u32) -> Option<ExclusionReason> {
        let chain = |column: &[u32]| {
            let next = |at: u32| column.get(at as usize).copied().filter(|next| *next != NOBODY);
            std::iter::successors(next(row), |at| next(*at))
                .take(LONGEST)
                .any(|one| self.in_sum(one).is_some())
        };
        if self.rows.kind.get(row as usize).is_some_and(|kind| *kind > 0) {
            return Some(ExclusionReason::AllFunders);
        }
        if chain(&self.rows.after) {
            return Some(ExclusionReason::Superseded);
        }
        chain(&self.rows.part_of).then_some(ExclusionReason::PartOfCountedTotal)
    }

    /// The parents of a programme that stand in the list, with what of their budgets counts there.
    fn parents(&mut self, programme: u32, found: &RoaringBitmap) -> Vec<Parent> {
        let parents = &self.columns.heads.parent;
        let parent = |of: u32| parents.get(of as usize).copied().filter(|next| *next != NOBODY);
        let mut all = Vec::new();
        let mut at = parent(programme);
        let mut seen = BTreeSet::new();
        while let Some(next) = at.filter(|next| *next != programme && seen.insert(*next)) {
            if found.contains(next) && !self.is_secondary(next) {
                all.push(self.parent(next));
            }
            at = parent(next);
        }
        all
    }

    fn parent(&mut self, programme: u32) -> Parent {
        let at = programme as usize;
        let set = |column: &[u32]| column.get(at).copied().unwrap_or(NOT_STATED);
        let (places, sectors) = (set(&self.columns.heads.places), set(&self.columns.heads.sectors));
        self.divide_by(places, sectors);
        let share: i64 = self.parts.counted.iter().map(|part| part.share).sum();
        let first = &self.rows.first;
        let rows = first.get(at).copied().zip(first.get(at + 1).copied());
        let rows = rows.filter(|_| share > 0).map_or(0..0, |(from, to)| from..to);
        let whole = |row: u32| {
            let money = self.in_sum(row).filter(|_| self.displacement(row).is_none())?;
            let amount = money.value()?.checked_mul(Decimal::from(share))?;
            let amount = amount.checked_div(Decimal::from(self.unit))?;
            Some(Whole { row, currency: money.currency()?, amount })
        };
        Parent(rows.filter_map(whole).filter(|whole| !whole.amount.is_zero()).collect())
    }

    /// Whether a parent's budgets for the time of a row contain it. One without an amount is in any that has one.
    fn is_within(&self, row: u32, parent: &Parent) -> bool {
        let money = self.in_sum(row);
        let fits = |whole: &&Whole| {
            money.is_none_or(|money| money.currency() == Some(whole.currency))
                && self.overlap(row, whole.row)
        };
        let mut counted = parent.0.iter().filter(fits).map(|whole| whole.amount).peekable();
        let child = money.and_then(|money| money.value()).unwrap_or_default();
        counted.peek().is_some() && counted.fold(Decimal::ZERO, Decimal::saturating_add) >= child
    }

    /// Whether two budgets are for the same time, or are not known to be for different ones.
    fn overlap(&self, one: u32, other: u32) -> bool {
        let date = |column: &[u16], row: u32| -> Option<PartialDate> {
            let number = column.get(row as usize).copied().unwrap_or(0);
            self.columns.dates.get(usize::from(number)).copied().flatten()
        };
        let is_timeless = |row: u32| {
            self.rows.flags.get(row as usize).is_none_or(|flags| flags & bit::TIMELESS != 0)
        };
        let begins_by = |one: u32, other: u32| {
            let (start, end) = (date(&self.rows.date, one), date(&self.rows.until, other));
            start.zip(end).is_none_or(|(start, end)| start.first_day() <= end.last_day())
        };
        is_timeless(one) || is_timeless(other) || (begins_by(one, other) && begins_by(other, one))
    }
}
