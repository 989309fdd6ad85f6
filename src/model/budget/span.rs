//! Day spans of budgets and their overlaps.

use time::Date;

use crate::model::date::{PartialDate, Period};

/// Span of Julian days, both ends inclusive. An unknown end reaches as far as possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DaySpan {
    pub(super) from: i32,
    pub(super) to: i32,
    /// True if both ends are known and in order.
    pub(super) is_known: bool,
}

impl DaySpan {
    /// Returns the days of a period. A reversed period covers the days between its ends and counts as unknown.
    pub(super) fn of(period: Period) -> Self {
        let first = |date: PartialDate| Date::to_julian_day(date.first_day());
        let last = |date: PartialDate| Date::to_julian_day(date.last_day());
        let Period { start, end } = period;
        match (start, end) {
            (Some(start), Some(end)) if !period.is_reversed() => {
                Self { from: first(start), to: last(end), is_known: true }
            }
            (Some(start), Some(end)) => Self { from: first(end), to: last(start), is_known: false },
            _ => Self {
                from: start.map_or(i32::MIN, first),
                to: end.map_or(i32::MAX, last),
                is_known: false,
            },
        }
    }

    /// Returns the number of days from the first to the last.
    pub(super) fn length(self) -> i32 {
        self.to.saturating_sub(self.from)
    }

    /// Returns true if both may share time. Publishers write the last day of one period as the first of the next. Spans
    /// that share only one day therefore do not overlap, unless one of them is that day.
    pub(super) fn overlaps(self, other: Self) -> bool {
        let shared = self.to.min(other.to).saturating_sub(self.from.max(other.from));
        shared > 0 || (shared == 0 && (self.length() == 0 || other.length() == 0))
    }

    /// Returns the tolerance at either end: one day, or none for spans of at most two days.
    fn slack(self) -> i32 {
        i32::from(self.length() > 1)
    }

    /// Returns true if it certainly contains the other.
    pub(super) fn covers(self, other: Self) -> bool {
        let slack = other.slack();
        self.is_known
            && other.is_known
            && self.overlaps(other)
            && self.from <= other.from.saturating_add(slack)
            && self.to.saturating_add(slack) >= other.to
    }

    /// Returns true if both certainly cover the same time.
    pub(super) fn is_same(self, other: Self) -> bool {
        self.covers(other) && other.covers(self)
    }

    /// Returns true if `others`, sorted by first day, leave no day of it uncovered.
    pub(super) fn is_filled_by(self, others: impl IntoIterator<Item = Self>) -> bool {
        let slack = self.slack();
        let mut reach = self.from.saturating_add(slack - 1);
        for other in others.into_iter().take_while(|_| self.is_known) {
            if other.from > reach.saturating_add(1) {
                break;
            }
            reach = reach.max(other.to);
        }
        self.is_known && reach.saturating_add(slack) >= self.to
    }
}

/// Spans sorted by first day, for overlap lookups.
#[derive(Debug, Default)]
pub(super) struct Spans {
    /// Spans with known ends, each with its index.
    known: Vec<(usize, DaySpan)>,
    /// Running maximum of the last days of `known`.
    reach: Vec<i32>,
    /// Spans with an unknown end.
    vague: Vec<(usize, DaySpan)>,
}

impl Spans {
    /// Builds the index of numbered spans.
    pub(super) fn new(spans: impl IntoIterator<Item = (usize, DaySpan)>) -> Self {
        let (mut known, vague): (Vec<_>, Vec<_>) =
            spans.into_iter().partition(|(_, span)| span.is_known);
        known.sort_by_key(|(at, span)| (span.from, span.to, *at));
        let farthest = |reach: &mut i32, (_, span): &(usize, DaySpan)| {
            *reach = span.to.max(*reach);
            Some(*reach)
        };
        let reach = known.iter().scan(i32::MIN, farthest).collect();
        Self { known, reach, vague }
    }

    /// Returns the spans that overlap a span: known ones in descending order, then the others.
    pub(super) fn overlapping(&self, span: DaySpan) -> impl Iterator<Item = (usize, DaySpan)> {
        let until = self.known.partition_point(|(_, other)| other.from <= span.to);
        let known = self.known.iter().zip(&self.reach).take(until).rev();
        let known = known.take_while(move |(_, reach)| **reach >= span.from).map(|(one, _)| one);
        known.chain(&self.vague).copied().filter(move |(_, other)| span.overlaps(*other))
    }
}
