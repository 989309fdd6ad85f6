//! Dates as precise as their source: a year, a month or a day.

use std::fmt;
use std::str::FromStr;

use time::{Date, Month};

super::code::codes! {
    /// Precision of a date.
    pub enum Precision {
        /// A year: `2015`.
        Year = "YEAR",
        /// A month: `2015-03`.
        Month = "MONTH",
        /// A day: `2015-03-05`.
        Day = "DAY",
    }
}

/// Date as precise as its source states it: `2015`, `2015-03` or `2015-03-05`.
///
/// Years range from 1000 to 9999, and only dates of the calendar exist. Orders by first day, then by precision, less
/// precise first. `Display` and `FromStr` are inverse. Source: ISO 8601-1, reduced precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
}

/// Error for a text that is not a date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date; write YYYY, YYYY-MM or YYYY-MM-DD")]
pub struct InvalidDate(pub String);

impl PartialDate {
    /// Returns a whole year; `None` outside 1000 to 9999.
    pub fn from_year(year: u16) -> Option<Self> {
        (1000..=9999).contains(&year).then_some(Self { year, month: None, day: None })
    }

    /// Returns a whole month; `None` for an invalid year or month.
    pub fn from_month(year: u16, month: u8) -> Option<Self> {
        let Self { year, .. } = Self::from_year(year)?;
        (1..=12).contains(&month).then_some(Self { year, month: Some(month), day: None })
    }

    /// Returns the year.
    pub fn year(self) -> u16 {
        self.year
    }

    /// Returns the month, 1 to 12, if known.
    pub fn month(self) -> Option<u8> {
        self.month
    }

    /// Returns the day of the month, 1 to 31, if known.
    pub fn day(self) -> Option<u8> {
        self.day
    }

    /// Returns the precision.
    pub fn precision(self) -> Precision {
        match (self.month, self.day) {
            (Some(_), Some(_)) => Precision::Day,
            (Some(_), None) => Precision::Month,
            _ => Precision::Year,
        }
    }

    /// Returns the earliest day that the date can mean.
    pub fn first_day(self) -> Date {
        let month = self.month.and_then(|m| Month::try_from(m).ok()).unwrap_or(Month::January);
        Date::from_calendar_date(i32::from(self.year), month, self.day.unwrap_or(1))
            .unwrap_or(Date::MIN)
    }

    /// Returns the latest day that the date can mean.
    pub fn last_day(self) -> Date {
        let month = self.month.and_then(|m| Month::try_from(m).ok()).unwrap_or(Month::December);
        let day = self.day.unwrap_or_else(|| month.length(i32::from(self.year)));
        Date::from_calendar_date(i32::from(self.year), month, day).unwrap_or(Date::MAX)
    }
}

impl From<Date> for PartialDate {
    fn from(day: Date) -> Self {
        let year = u16::try_from(day.year()).unwrap_or(9999);
        Self { year, month: Some(u8::from(day.month())), day: Some(day.day()) }
    }
}

impl FromStr for PartialDate {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let invalid = || InvalidDate(text.to_owned());
        let number = |part: &str, digits: usize| -> Option<u16> {
            (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse().ok())?
        };
        let mut parts = text.split('-');
        let year =
            parts.next().and_then(|p| number(p, 4)).filter(|y| *y >= 1000).ok_or_else(invalid)?;
        let mut date = Self { year, month: None, day: None };
        if let Some(part) = parts.next() {
            let month = number(part, 2).and_then(|m| u8::try_from(m).ok()).ok_or_else(invalid)?;
            let calendar = Month::try_from(month).map_err(|_| invalid())?;
            date.month = Some(month);
            if let Some(part) = parts.next() {
                let day = number(part, 2).and_then(|d| u8::try_from(d).ok()).ok_or_else(invalid)?;
                Date::from_calendar_date(i32::from(year), calendar, day).map_err(|_| invalid())?;
                date.day = Some(day);
            }
        }
        if parts.next().is_some() { Err(invalid()) } else { Ok(date) }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

/// Period of time, both ends inclusive; an unknown end is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// First date.
    pub start: Option<PartialDate>,
    /// Last date.
    pub end: Option<PartialDate>,
}

impl Period {
    /// Returns true if neither end is known.
    pub fn is_unknown(&self) -> bool {
        self.start.is_none() && self.end.is_none()
    }

    /// Returns true if the day lies within the period. A period with an unknown start contains no day, because nothing
    /// unknown is assumed. An unknown end is open.
    pub fn contains(&self, day: Date) -> bool {
        self.start.is_some_and(|start| start.first_day() <= day)
            && self.end.is_none_or(|end| day <= end.last_day())
    }

    /// Returns the first and last year, both inclusive. An unknown end counts as equal to the known one.
    pub fn years(&self) -> Option<(u16, u16)> {
        let start = self.start.or(self.end)?;
        let end = self.end.or(self.start)?;
        Some((start.year(), end.year()))
    }

    /// Returns true if the end precedes the start.
    pub fn is_reversed(&self) -> bool {
        matches!((self.start, self.end), (Some(start), Some(end)) if end.last_day() < start.first_day())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_round_trip_with_their_precision() {
        for text in ["2015", "2015-03", "2015-03-05", "1998", "2024-02-29"] {
            assert_eq!(text.parse::<PartialDate>().unwrap().to_string(), text);
        }
        assert_eq!("2015-03".parse::<PartialDate>().unwrap().precision(), Precision::Month);
    }

    #[test]
    fn impossible_dates_are_rejected() {
        for text in [
            "",
            "15",
            "2015-13",
            "2015-00",
            "2015-02-29",
            "2015-3-5",
            "2015-03-05-01",
            "20150305",
            "２０１５",
            "0999",
        ] {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_period_contains_the_last_day_of_its_last_year() {
        let period = Period { start: "2007".parse().ok(), end: "2011".parse().ok() };
        let day = |text: &str| text.parse::<PartialDate>().unwrap().first_day();
        assert!(period.contains(day("2009-06-01")));
        assert!(period.contains(day("2011-12-31")));
        assert!(!period.contains(day("2014-06-01")));
        assert!(!Period::default().contains(day("2009-06-01")));
    }
}
