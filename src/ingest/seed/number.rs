//! Parses cells that hold a number.

use std::ops::RangeInclusive;
use std::str::FromStr;

use rust_decimal::Decimal;

use super::row::Row;
use crate::ingest::problem::ProblemCode;

impl Row<'_> {
    /// Parses an optional decimal number, possibly negative.
    pub(super) fn decimal(&mut self, column: &str) -> Option<Decimal> {
        let text = self.cell(column);
        if text.is_empty() {
            return None;
        }
        let number = has_decimal_form(text).then(|| Decimal::from_str_exact(text).ok()).flatten();
        if number.is_none() {
            let message = format!("`{text}` is not a number");
            self.error(ProblemCode::BadNumber, column, message, Some(help(text)));
        }
        number
    }

    /// Parses an optional whole number.
    pub(super) fn whole<T: FromStr>(&mut self, column: &str) -> Option<T> {
        let text = self.cell(column);
        if text.is_empty() {
            return None;
        }
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        let number = digits.then(|| text.parse().ok()).flatten();
        if number.is_none() {
            let message = format!("`{text}` is not a whole number");
            let help = Some("write it with digits only".to_owned());
            self.error(ProblemCode::BadNumber, column, message, help);
        }
        number
    }

    /// Parses an optional decimal number within inclusive bounds.
    pub(super) fn decimal_in(
        &mut self,
        column: &str,
        bounds: RangeInclusive<i32>,
    ) -> Option<Decimal> {
        let number = self.decimal(column)?;
        let (least, most) = (Decimal::from(*bounds.start()), Decimal::from(*bounds.end()));
        if (least..=most).contains(&number) {
            Some(number)
        } else {
            let message = format!("{number} is not between {least} and {most}");
            self.error(ProblemCode::OutOfRange, column, message, None);
            None
        }
    }

    /// Parses an optional share in per cent, 0 to 100.
    pub(super) fn percentage(&mut self, column: &str) -> Option<Decimal> {
        self.decimal_in(column, 0..=100)
    }

    /// Parses a required number above zero.
    pub(super) fn rate(&mut self, column: &str) -> Option<Decimal> {
        self.required(column)?;
        let rate = self.decimal(column)?;
        if rate > Decimal::ZERO {
            Some(rate)
        } else {
            let message = format!("a rate must be above zero, this one is {rate}");
            self.error(ProblemCode::OutOfRange, column, message, None);
            None
        }
    }
}

/// Returns true for digits with at most one inner point and an optional minus sign: `-12.50`.
fn has_decimal_form(text: &str) -> bool {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    match unsigned.split_once('.') {
        Some((whole, fraction)) => is_digits(whole) && is_digits(fraction),
        None => is_digits(unsigned),
    }
}

/// Returns a suggestion for a text that is not a number.
fn help(text: &str) -> String {
    let without = |separators: &[char]| text.replace(separators, "");
    let plain = without(&[' ', '\'', '\u{2019}', '_', '\u{a0}', '\u{202f}']);
    let commas = plain.matches(',').count();
    let points = plain.matches('.').count();
    let groups = |separator: char| plain.split(separator).skip(1).all(|group| group.len() == 3);
    let (kind, guess) = match (commas, points) {
        (0, 0 | 1) if plain != text => ("without thousands separators", plain),
        (1, 0) if !groups(',') => ("with a decimal point, not a comma", plain.replace(',', ".")),
        (1.., 0 | 1) if plain.find(',') < plain.find('.') || points == 0 => {
            ("without thousands separators", plain.replace(',', ""))
        }
        (0, 2..) if groups('.') => ("without thousands separators", plain.replace('.', "")),
        (1, 1..) => (
            "without thousands separators, with a decimal point",
            plain.replace('.', "").replace(',', "."),
        ),
        _ => ("", String::new()),
    };
    if has_decimal_form(&guess) {
        format!("write it {kind}: {guess}")
    } else {
        "write digits, with a point before decimals: 2600000 or 1.5".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_one_form() {
        for text in ["0", "12", "-12.50", "655.957"] {
            assert!(has_decimal_form(text), "{text}");
        }
        for text in ["", "-", ".5", "5.", "1,5", "1 000", "1e3", "+1", "１"] {
            assert!(!has_decimal_form(text), "{text}");
        }
    }

    #[test]
    fn separators_and_commas_are_explained() {
        for (text, part) in [
            ("55 000 000", "without thousands separators: 55000000"),
            ("55,000,000", "without thousands separators: 55000000"),
            ("55.000.000", "without thousands separators: 55000000"),
            ("55'000", "without thousands separators: 55000"),
            ("2,6", "with a decimal point, not a comma: 2.6"),
            ("1,234.50", "without thousands separators: 1234.50"),
            ("1.234,50", "with a decimal point: 1234.50"),
            ("2.6 million", "write digits"),
        ] {
            assert!(help(text).contains(part), "{text}: {}", help(text));
        }
    }
}
