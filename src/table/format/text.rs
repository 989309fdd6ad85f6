//! Texts of cells other than text, appended to a buffer.
//!
//! Own code because `Display` of decimals and dates takes several times as long, and tables have millions of them.

use rust_decimal::Decimal;
use time::Date;

use crate::table::batch::Cell;

/// Appends a cell other than a text; nothing for an empty cell.
pub(super) fn append(buffer: &mut Vec<u8>, cell: Cell) {
    match cell {
        Cell::Empty | Cell::Text(_) => {}
        Cell::Boolean(is_true) => {
            buffer.extend_from_slice(if is_true { b"true" } else { b"false" });
        }
        Cell::Integer(number) => append_integer(buffer, number),
        Cell::Decimal(number) => append_decimal(buffer, number),
        Cell::Date(date) => append_date(buffer, date),
    }
}

fn append_integer(buffer: &mut Vec<u8>, number: impl itoa::Integer) {
    buffer.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Appends a decimal with all its digits: `-0.50`.
fn append_decimal(buffer: &mut Vec<u8>, number: Decimal) {
    let mantissa = number.mantissa();
    if mantissa < 0 {
        buffer.push(b'-');
    }
    let from = buffer.len();
    // Formatting of 64 bits is much quicker than of 128.
    match u64::try_from(mantissa.unsigned_abs()) {
        Ok(digits) => append_integer(buffer, digits),
        Err(_) => append_integer(buffer, mantissa.unsigned_abs()),
    }
    let scale = number.scale() as usize;
    if scale > 0 {
        let missing = (scale + 1).saturating_sub(buffer.len() - from);
        buffer.splice(from..from, std::iter::repeat_n(b'0', missing));
        buffer.insert(buffer.len() - scale, b'.');
    }
}

/// Appends a date: `2015-03-01`. Source: ISO 8601, 4.1.2.2.
fn append_date(buffer: &mut Vec<u8>, date: Date) {
    let (year, month, day) = date.to_calendar_date();
    if year < 0 {
        buffer.push(b'-');
    }
    append_padded(buffer, year.unsigned_abs(), 4);
    buffer.push(b'-');
    append_padded(buffer, u32::from(u8::from(month)), 2);
    buffer.push(b'-');
    append_padded(buffer, u32::from(day), 2);
}

fn append_padded(buffer: &mut Vec<u8>, number: u32, width: usize) {
    let mut digits = itoa::Buffer::new();
    let digits = digits.format(number);
    buffer.extend(std::iter::repeat_n(b'0', width.saturating_sub(digits.len())));
    buffer.extend_from_slice(digits.as_bytes());
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use proptest::prelude::*;

    use super::*;

    fn text(cell: Cell) -> String {
        let mut buffer = b"before".to_vec();
        append(&mut buffer, cell);
        String::from_utf8_lossy(&buffer).strip_prefix("before").unwrap_or_default().to_owned()
    }

    proptest! {
        #[test]
        fn a_decimal_is_its_display(mantissa in -(1i128 << 96) + 1..1i128 << 96, scale in 0u32..=28) {
            let decimal = Decimal::from_i128_with_scale(mantissa, scale);
            prop_assert_eq!(text(Cell::Decimal(decimal)), decimal.to_string());
        }

        #[test]
        fn a_small_decimal_is_its_display(mantissa in -2000i128..2000, scale in 0u32..=5) {
            let decimal = Decimal::from_i128_with_scale(mantissa, scale);
            prop_assert_eq!(text(Cell::Decimal(decimal)), decimal.to_string());
        }

        #[test]
        fn a_date_is_its_display(day in Date::MIN.to_julian_day()..=Date::MAX.to_julian_day()) {
            let date = Date::from_julian_day(day).unwrap();
            prop_assert_eq!(text(Cell::Date(date)), date.to_string());
        }
    }

    #[test]
    fn a_negative_zero_has_no_sign() {
        let zero = -Decimal::from_str("0.00").unwrap();
        assert_eq!(text(Cell::Decimal(zero)), "0.00");
        assert_eq!(text(Cell::Integer(i64::MIN)), i64::MIN.to_string());
        assert_eq!(text(Cell::Boolean(false)), "false");
        assert_eq!(text(Cell::Empty), "");
    }
}
