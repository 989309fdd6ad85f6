//! Dates of known precision as positions on a line of years.

/// A date that is known by year, month or day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct When {
    /// Year.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: Option<u8>,
    /// Day of the month; only with a month.
    pub day: Option<u8>,
}

/// Days before each month in a year of 365 days.
const BEFORE: [u16; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

impl When {
    /// A date of which the year is known.
    pub fn year(year: i32) -> Self {
        Self { year, month: None, day: None }
    }

    /// A date of which year and month are known.
    pub fn month(year: i32, month: u8) -> Self {
        Self { year, month: Some(month), day: None }
    }

    /// A date of which the day is known.
    pub fn day(year: i32, month: u8, day: u8) -> Self {
        Self { year, month: Some(month), day: Some(day) }
    }

    /// Returns the start of its period, in years.
    pub fn start(self) -> f64 {
        let year = f64::from(self.year.clamp(-9999, 9999));
        let month = usize::from(self.month.unwrap_or(1).clamp(1, 12)) - 1;
        let before = f64::from(BEFORE.get(month).copied().unwrap_or(0));
        let day = if self.month.is_some() { self.day.unwrap_or(1) } else { 1 };
        year + (before + f64::from(day.clamp(1, 31) - 1)) / 365.25
    }

    /// Returns the end of its period, in years.
    pub fn end(self) -> f64 {
        match (self.month, self.day) {
            (None, _) | (Some(12..), None) => Self::year(self.year).start() + 1.0,
            (Some(month), None) => Self::month(self.year, month + 1).start(),
            (Some(_), Some(_)) => self.start() + 1.0 / 365.25,
        }
    }

    /// Returns true if the day is known.
    pub fn is_precise(self) -> bool {
        self.month.is_some() && self.day.is_some()
    }

    /// Returns the middle of its period, in years.
    pub fn middle(self) -> f64 {
        f64::midpoint(self.start(), self.end())
    }
}
