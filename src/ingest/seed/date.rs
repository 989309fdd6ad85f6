//! Parses cells that hold a date.

use super::row::Row;
use crate::ingest::problem::ProblemCode;
use crate::model::date::{PartialDate, Period, Precision};
use crate::model::money::Absence;

impl Row<'_> {
    /// Parses an optional date.
    pub(super) fn date(&mut self, column: &str) -> Option<PartialDate> {
        let text = self.cell(column);
        if text.is_empty() {
            return None;
        }
        let date = text.parse().ok();
        if date.is_none() {
            if has_date_form(text) {
                let message = format!("`{text}` is not a date of the calendar");
                self.error(ProblemCode::ImpossibleDate, column, message, None);
            } else {
                let message = format!("`{text}` is not a date");
                self.error(ProblemCode::BadDate, column, message, Some(help(text)));
            }
        }
        date
    }

    /// Parses a required year.
    pub(super) fn year(&mut self, column: &str) -> Option<PartialDate> {
        self.required(column)?;
        self.optional_year(column)
    }

    /// Parses an optional year.
    pub(super) fn optional_year(&mut self, column: &str) -> Option<PartialDate> {
        let text = self.cell(column);
        if text.len() != 4 && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            let message = format!("`{text}` is not a year");
            let help = "write the year with four digits".to_owned();
            self.error(ProblemCode::BadDate, column, message, Some(help));
            return None;
        }
        self.precise(column, Precision::Year, "a year: YYYY")
    }

    /// Parses a required month.
    pub(super) fn month(&mut self, column: &str) -> Option<PartialDate> {
        self.required(column)?;
        self.precise(column, Precision::Month, "a month: YYYY-MM")
    }

    fn precise(&mut self, column: &str, precision: Precision, wanted: &str) -> Option<PartialDate> {
        let date = self.date(column)?;
        if date.precision() == precision {
            return Some(date);
        }
        let message = format!("`{date}` is a {}", date.precision().to_string().to_lowercase());
        self.error(ProblemCode::BadDate, column, message, Some(format!("write {wanted}")));
        None
    }

    /// Parses a period from two cells, either of which may be empty.
    pub(super) fn period(&mut self, start: &str, end: &str) -> Period {
        let period = Period { start: self.date(start), end: self.date(end) };
        self.in_order(period, end);
        period
    }

    /// Reports a period that ends before it begins, at the column of its end.
    pub(super) fn in_order(&mut self, period: Period, column: &str) {
        if let (true, Some(start), Some(end)) = (period.is_reversed(), period.start, period.end) {
            let message = format!("the period ends ({end}) before it begins ({start})");
            self.error(ProblemCode::ReversedPeriod, column, message, None);
        }
    }

    /// Parses a date, or the reason for its absence; both may be missing.
    pub(super) fn date_or_absence(
        &mut self,
        column: &str,
        absence_column: &str,
    ) -> (Option<PartialDate>, Option<Absence>) {
        let date = self.date(column);
        let absence = self.optional_word(absence_column);
        if !self.cell(column).is_empty() && absence.is_some() {
            let message = "both a date and an absence are given";
            self.error(ProblemCode::DateAndAbsence, absence_column, message, None);
        }
        (date, absence)
    }
}

/// Returns true for a text in the form of a date, valid or not: `2015-02-30`.
fn has_date_form(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    matches!(lengths.as_slice(), [4] | [4, 2] | [4, 2, 2])
        && parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()))
}

/// Returns a suggestion for a text that is not a date.
fn help(text: &str) -> String {
    let parts: Vec<&str> = text.split(['.', '/', '-', ' ']).collect();
    let guess = match parts.as_slice() {
        [day, month, year] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
        [year, month, day] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
        [month, year] | [year, month] if year.len() == 4 && month.len() <= 2 => {
            format!("{year}-{month:0>2}")
        }
        _ => String::new(),
    };
    if guess.parse::<PartialDate>().is_ok() {
        format!("write {guess} (YYYY, YYYY-MM or YYYY-MM-DD)")
    } else {
        "write YYYY, YYYY-MM or YYYY-MM-DD, as precise as the source".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_forms_of_dates_are_explained() {
        for (text, part) in [
            ("5.3.2015", "write 2015-03-05"),
            ("05/03/2015", "write 2015-03-05"),
            ("2015/3", "write 2015-03 "),
            ("3/2015", "write 2015-03 "),
            ("March 2015", "as precise as the source"),
            ("2015-2019", "as precise as the source"),
        ] {
            assert!(help(text).contains(part), "{text}: {}", help(text));
        }
    }
}
