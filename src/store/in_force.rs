//! Records in force within a range of days, by bitmaps of years.
//!
//! A bitmap per year holds the records that have begun by its end, another those that have ended. A range of days is two
//! lookups, and a scan of the records that begin or end in the years at its ends.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;
use time::Date;

use super::order::DayIndex;

/// Years with bitmaps of their own. Days before and after share one bitmap each, so that wrong dates cost no memory.
const YEARS: std::ops::RangeInclusive<i32> = 1950..=2100;

/// Periods of the records of a noun.
#[derive(Debug, Default)]
pub(super) struct InForceIndex {
    start: Cumulative,
    end: Cumulative,
    end_unknown: RoaringBitmap,
}

/// Records by the year of a day: for each year that occurs, all records whose day is not after it.
#[derive(Debug, Default)]
struct Cumulative {
    by_year: BTreeMap<i32, RoaringBitmap>,
}

impl InForceIndex {
    pub(super) fn new(days: &DayIndex) -> Self {
        let open = (0_u32..).zip(&days.end).filter(|(_, end)| end.is_none());
        Self {
            start: Cumulative::new(&days.start),
            end: Cumulative::new(&days.end),
            end_unknown: open.map(|(ordinal, _)| ordinal).collect(),
        }
    }

    /// Returns the records whose period touches the days, both inclusive, by the days that it was made from. A record
    /// without a known start is not among them; one without a known end is taken as not ended.
    pub(super) fn touching(&self, days: &DayIndex, from: Date, to: Date) -> RoaringBitmap {
        let before = from.to_julian_day().saturating_sub(1);
        let begun = self.start.until(&days.start, to.to_julian_day());
        begun - self.end.until(&days.end, before)
    }

    /// Records without a known end.
    pub(super) fn end_unknown(&self) -> &RoaringBitmap {
        &self.end_unknown
    }
}

impl Cumulative {
    fn new(days: &[Option<i32>]) -> Self {
        let mut by_year: BTreeMap<i32, RoaringBitmap> = BTreeMap::new();
        for (ordinal, day) in (0_u32..).zip(days) {
            if let Some(day) = day {
                by_year.entry(year(*day)).or_default().insert(ordinal);
            }
        }
        let mut before = RoaringBitmap::new();
        for bitmap in by_year.values_mut() {
            *bitmap |= &before;
            before.clone_from(bitmap);
        }
        Self { by_year }
    }

    /// Returns the records whose day is not after a day.
    fn until(&self, days: &[Option<i32>], day: i32) -> RoaringBitmap {
        let year = year(day);
        let before = self.by_year.range(..year).next_back().map(|(_, bitmap)| bitmap);
        let mut found = before.cloned().unwrap_or_default();
        let Some(within) = self.by_year.get(&year) else { return found };
        if Some(day) == last_day(year) {
            return within.clone();
        }
        let in_year = before.map_or_else(|| within.clone(), |before| within - before);
        let has_come = |ordinal: &u32| {
            days.get(*ordinal as usize).copied().flatten().is_some_and(|own| own <= day)
        };
        found.extend(in_year.iter().filter(has_come));
        found
    }
}

/// Returns the year of a day, or the one before or after those with bitmaps of their own.
fn year(day: i32) -> i32 {
    let beyond = if day < Date::MIN.to_julian_day() { i32::MIN } else { i32::MAX };
    let year = Date::from_julian_day(day).map_or(beyond, Date::year);
    year.clamp(YEARS.start() - 1, YEARS.end() + 1)
}

/// Returns the last day of a year with bitmaps of its own.
fn last_day(year: i32) -> Option<i32> {
    let date = Date::from_ordinal_date(year + 1, 1).ok().filter(|_| YEARS.contains(&year))?;
    Some(date.to_julian_day() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day() -> impl Strategy<Value = Date> {
        let near = (2_440_000_i32..2_440_900).boxed();
        let any = (Date::MIN.to_julian_day()..=Date::MAX.to_julian_day()).boxed();
        let ends = [Date::MIN, Date::MAX].map(Date::to_julian_day);
        prop_oneof![8 => near, 2 => any, 1 => Just(ends[0]), 1 => Just(ends[1])]
            .prop_flat_map(|day| {
                let date = Date::from_julian_day(day).unwrap();
                let edges = [(1, 1), (12, 31)].map(|(month, day)| {
                    let month = time::Month::try_from(month).unwrap();
                    Date::from_calendar_date(date.year(), month, day).unwrap()
                });
                prop_oneof![Just(date), Just(edges[0]), Just(edges[1])]
            })
            .boxed()
    }

    proptest! {
        #[test]
        fn the_index_matches_a_scan_of_all_days(
            periods in proptest::collection::vec((proptest::option::of(day()), proptest::option::of(day())), 0..80),
            (one, other) in (day(), day()),
        ) {
            let (from, to) = (one.min(other), one.max(other));
            let number = |day: Option<Date>| day.map(Date::to_julian_day);
            let days = DayIndex {
                start: periods.iter().map(|(start, _)| number(*start)).collect(),
                end: periods.iter().map(|(_, end)| number(*end)).collect(),
            };
            let index = InForceIndex::new(&days);
            let touches = |(start, end): &(Option<Date>, Option<Date>)| {
                start.is_some_and(|start| start <= to) && end.is_none_or(|end| from <= end)
            };
            let scanned: RoaringBitmap =
                (0_u32..).zip(&periods).filter(|(_, period)| touches(period)).map(|(at, _)| at).collect();
            prop_assert_eq!(index.touching(&days, from, to), scanned);
            let open: RoaringBitmap =
                (0_u32..).zip(&periods).filter(|(_, (_, end))| end.is_none()).map(|(at, _)| at).collect();
            prop_assert_eq!(index.end_unknown(), &open);
        }
    }
}
