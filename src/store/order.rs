//! Sort orders and dates by ordinal, so that lists are sorted and filtered without decoding a record.

use crate::model::date::{PartialDate, Period};
use crate::model::noun::Record;

/// A sort order that every noun supports, besides the order of its identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// By folded name or title, then by identifier.
    Name,
    /// By the earliest possible first day, unknown dates last; then by identifier.
    Date,
}

/// Dates of all records of a noun, indexed by ordinal, as Julian day numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DayIndex {
    /// First day of the effective period; `None` if unknown.
    pub(super) start: Vec<Option<i32>>,
    /// Last day of the effective period; `None` if open or unknown.
    pub(super) end: Vec<Option<i32>>,
}

/// Returns the period that a record is about: the effective period of a programme, the date of a transaction.
pub(super) fn period(record: &Record) -> Period {
    let at = |date: Option<PartialDate>| Period { start: date, end: date };
    match record {
        Record::Programme(p) => p.period_in_force(),
        Record::Agreement(a) => at(a.signed),
        Record::Dialogue(d) => d.period,
        Record::Event(e) => e.period,
        Record::Gap(g) => g.period,
        Record::Mission(m) => m.period,
        Record::MissionContribution(c) => c.period,
        Record::Partnership(p) => Period { start: p.since, end: p.until },
        Record::Transaction(t) => at(t.date),
        // The year is the one that the money is for; the date may fall into another year.
        Record::HumanitarianContribution(h) => at(h.year.or(h.date)),
        Record::OdaFigure(f) => at(Some(f.year)),
        Record::Source(s) => at(s.published),
        Record::Country(_)
        | Record::Agency(_)
        | Record::Location(_)
        | Record::Sector(_)
        | Record::TrustFund(_) => Period::default(),
    }
}

/// First day of a period as a Julian day number.
pub(super) fn first_day(period: Period) -> Option<i32> {
    period.start.map(|date| date.first_day().to_julian_day())
}

/// Last day of a period as a Julian day number.
pub(super) fn last_day(period: Period) -> Option<i32> {
    period.end.map(|date| date.last_day().to_julian_day())
}

/// Sort orders and dates of one noun, indexed by ordinal.
pub(super) struct OrderColumns {
    /// Ordinals sorted by name. Empty if there are no names; the order is then that of the identifiers.
    pub(super) by_name: Vec<u32>,
    pub(super) by_date: Vec<u32>,
    pub(super) days: DayIndex,
}

impl OrderColumns {
    /// Computes the orders from folded names and days. Transactions have fewer names than days, since most have
    /// none.
    pub(super) fn new(names: &[Box<str>], start: Vec<Option<i32>>, end: Vec<Option<i32>>) -> Self {
        let all_have_names = names.len() == start.len();
        Self {
            by_name: if all_have_names { by_name(names) } else { Vec::new() },
            by_date: by_day(&start),
            days: DayIndex { start, end },
        }
    }
}

/// Ordinals sorted by name; ties keep the order of identifiers.
fn by_name(names: &[Box<str>]) -> Vec<u32> {
    let mut ranked: Vec<(u32, &str)> = (0..).zip(names.iter().map(AsRef::as_ref)).collect();
    ranked.sort_by_key(|(_, name)| *name);
    ranked.into_iter().map(|(ordinal, _)| ordinal).collect()
}

/// Ordinals sorted by day, unknown last; ties keep the order of identifiers. Rows are millions and distinct days
/// are few (ten thousand years at most). A counting sort therefore needs little memory beside its result.
fn by_day(days: &[Option<i32>]) -> Vec<u32> {
    let known = || days.iter().copied().flatten();
    let first = known().min().unwrap_or(0);
    let last = known().max().unwrap_or(0);
    // Unknown days go into the slot after the last day.
    let place = |day: Option<i32>| {
        let day = day.unwrap_or(last.saturating_add(1));
        usize::try_from(i64::from(day) - i64::from(first)).unwrap_or(0)
    };
    let mut next = vec![0_usize; place(None) + 1];
    for day in days {
        if let Some(count) = next.get_mut(place(*day)) {
            *count += 1;
        }
    }
    let mut begin = 0;
    for count in &mut next {
        begin += std::mem::replace(count, begin);
    }
    let mut ranked = vec![0; days.len()];
    for (ordinal, day) in (0..).zip(days) {
        let Some(at) = next.get_mut(place(*day)) else { continue };
        if let Some(place) = ranked.get_mut(*at) {
            *place = ordinal;
        }
        *at += 1;
    }
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_values_are_last_and_ties_keep_id_order() {
        let days = [None, Some(9), Some(3), None, Some(9)];
        assert_eq!(by_day(&days), [2, 1, 4, 0, 3]);
    }
}
