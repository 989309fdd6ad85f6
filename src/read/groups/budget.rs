//! Budgets that are replaced by, or contained in, other budgets of the list.
//!
//! Only budgets that count in the request decide: in a conversion a budget without a rate replaces
//! and contains nothing. A parent's budget contains a child's if it counts for the same period, in
//! the same currency or converted, and with at least the same amount. A parent that counts only
//! with a share smaller than the child's budget does not contain it.

use std::collections::BTreeSet;
use std::ops::Range;

use roaring::RoaringBitmap;
use rust_decimal::Decimal;

use super::claim::Share;
use super::scan::Scan;
use crate::model::budget::{Line, LineKind, displacements};
use crate::model::date::{PartialDate, Period};
use crate::model::money::Currency;
use crate::read::narrowing::MoneyOwner;
use crate::read::total::ExclusionReason;
use crate::store::columns::{NO_ORDINAL, bit};

/// A budget of a parent that counts in the list.
#[derive(Clone, Copy, Debug)]
struct ParentBudget {
    row: u32,
    currency: Currency,
    /// Counted share of its amount.
    amount: Decimal,
}

/// Budgets of one parent that count in the list.
#[derive(Debug)]
struct Parent(Vec<ParentBudget>);

impl Scan<'_> {
    /// Scans the budgets of the matching programmes.
    pub(super) fn budgets(&mut self, found: &RoaringBitmap) {
        for programme in found {
            if self.reader.work().is_over_at_step() {
                // The caller checks the deadline and discards partial results.
                return;
            }
            self.budgets_of_one(programme, found);
        }
    }

    /// Scans the budgets of one of the matching programmes.
    pub(super) fn budgets_of_one(&mut self, programme: u32, found: &RoaringBitmap) {
        self.enter(programme);
        let of_programme = self.current.left_out;
        let parents = self.parents(programme, found);
        let rows = self.budgets_of(programme);
        let displaced = self.displacements(rows.clone());
        let reason = |(at, row): (usize, u32)| {
            let displacement = displaced.get(at).copied().flatten();
            let reason = of_programme.or(displacement).or_else(|| {
                let is_in = parents.iter().any(|parent| self.is_within(row, parent));
                is_in.then_some(ExclusionReason::ChildOfCountedParent)
            });
            (row, reason)
        };
        let rows: Vec<_> = rows.enumerate().map(reason).collect();
        let can_count =
            |reason: &Option<ExclusionReason>| reason.is_none_or(ExclusionReason::is_open);
        let counting = rows.iter().filter(|(_, reason)| can_count(reason));
        let counting: Vec<u32> = counting.map(|(row, _)| *row).collect();
        self.settle_claim(&counting);
        let mut counted = false;
        for (row, reason) in rows {
            self.current.left_out = reason;
            counted |= self.row(row);
            if self.current.left_out.is_some_and(ExclusionReason::is_open) {
                self.may_count(row);
            }
        }
        if !counted {
            self.without_amount();
        }
    }

    /// Returns the rows of a programme's budgets.
    pub(super) fn budgets_of(&self, programme: u32) -> Range<u32> {
        let (first, at) = (&self.rows.first, programme as usize);
        let rows = first.get(at).copied().zip(first.get(at + 1).copied());
        rows.map_or(0..0, |(from, to)| from..to)
    }

    /// Returns, for each budget of a programme, the reason why it does not count beside the others;
    /// empty if all count.
    fn displacements(&self, rows: Range<u32>) -> Vec<Option<ExclusionReason>> {
        let flags = self.rows.flags.get(rows.start as usize);
        if rows.is_empty() || flags.is_none_or(|flags| flags & bit::COMPARED == 0) {
            return Vec::new();
        }
        let lines: Vec<Line> = rows.clone().map(|row| self.line(row, rows.start)).collect();
        let all = displacements(&lines).into_iter();
        all.map(|why| why.map(ExclusionReason::from)).collect()
    }

    /// Returns a budget in the form compared with the others of its programme. `first` is the first
    /// row of the programme.
    fn line(&self, row: u32, first: u32) -> Line {
        let at = row as usize;
        let flags = self.rows.flags.get(at).copied().unwrap_or(0);
        let place = |column: &[u32]| {
            let other = column.get(at).copied().filter(|other| *other != NO_ORDINAL)?;
            usize::try_from(other.checked_sub(first)?).ok()
        };
        let start = self.date(&self.rows.date, row).filter(|_| flags & bit::TIMELESS == 0);
        Line {
            kind: match self.rows.kind.get(at) {
                Some(0) => LineKind::Envelope,
                Some(1) => LineKind::AllFunders,
                _ => LineKind::Beside,
            },
            is_revised: flags & bit::REVISED != 0,
            period: Period { start, end: self.date(&self.rows.until, row) },
            value_date: self.date(&self.rows.value_date, row),
            money: self.in_sum(row),
            supersedes: place(&self.rows.supersedes),
            part_of: place(&self.rows.part_of),
        }
    }

    fn date(&self, column: &[u16], row: u32) -> Option<PartialDate> {
        let number = column.get(row as usize).copied().unwrap_or(0);
        self.columns.dates.get(usize::from(number)).copied().flatten()
    }

    /// Returns the ancestors of a programme that are in the list, with their counted budgets.
    fn parents(&mut self, programme: u32, found: &RoaringBitmap) -> Vec<Parent> {
        let parents = &self.columns.heads.parent;
        let parent = |of: u32| parents.get(of as usize).copied().filter(|next| *next != NO_ORDINAL);
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
        let marks = self.marks(programme);
        let own = (self.lens, std::mem::take(&mut self.current));
        self.use_lens(MoneyOwner { own: programme, programme });
        self.current.programme = programme;
        // A parent with a stated part contains its children; the statement does not say which child
        // the part is for.
        let claim = self.claim(programme);
        self.current.claim = if claim == Share::Unknown { claim } else { Share::Whole };
        self.divide_by(marks);
        (self.lens, self.current) = own;
        let share: i64 = self.parts.current().counted.iter().map(|part| part.share).sum();
        let rows = if share > 0 { self.budgets_of(programme) } else { 0..0 };
        let displaced = self.displacements(rows.clone());
        let whole = |(at, row): (usize, u32)| {
            let counts = displaced.get(at).is_none_or(Option::is_none);
            let money = self.in_sum(row).filter(|_| counts)?;
            let amount = money.value()?.checked_mul(Decimal::from(share))?;
            let amount = amount.checked_div(Decimal::from(self.unit))?;
            Some(ParentBudget { row, currency: money.currency()?, amount })
        };
        Parent(rows.enumerate().filter_map(whole).filter(|whole| !whole.amount.is_zero()).collect())
    }

    /// Returns true if a parent's budgets for the period of a row contain it. A row without an
    /// amount is contained in any that has one.
    fn is_within(&self, row: u32, parent: &Parent) -> bool {
        let money = self.in_sum(row);
        let fits = |whole: &&ParentBudget| {
            money.is_none_or(|money| money.currency() == Some(whole.currency))
                && self.overlap(row, whole.row)
        };
        let mut counted = parent.0.iter().filter(fits).map(|whole| whole.amount).peekable();
        let child = money.and_then(|money| money.value()).unwrap_or_default();
        counted.peek().is_some() && counted.fold(Decimal::ZERO, Decimal::saturating_add) >= child
    }

    /// Returns true if two budgets may be for the same period.
    fn overlap(&self, one: u32, other: u32) -> bool {
        let is_timeless = |row: u32| {
            self.rows.flags.get(row as usize).is_none_or(|flags| flags & bit::TIMELESS != 0)
        };
        let begins_by = |one: u32, other: u32| {
            let (start, end) =
                (self.date(&self.rows.date, one), self.date(&self.rows.until, other));
            start.zip(end).is_none_or(|(start, end)| start.first_day() <= end.last_day())
        };
        is_timeless(one) || is_timeless(other) || (begins_by(one, other) && begins_by(other, one))
    }
}
